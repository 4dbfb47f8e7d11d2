//! Devices: their cards, their live state, the durable queue of jobs, sessions of agents.
//!
//! A job names its document and lies in a local table; one worker per device sends one job at a time. Invariants: **D1**
//! a job has a durable state before its first byte and after its outcome; what was found under way after a restart is
//! unknown. An unknown job is never repeated by itself; one that certainly printed nothing is, while it is young. Old
//! news (scans, drawer pulses) dies after two seconds.
//!
//! Absent on purpose: no other domain speaks to a device; they leave jobs here, inside their own commands.

mod commands;
mod jobs;
mod model;
mod places;
mod project;
mod queries;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;
use duken_kernel::writer::Committed;

pub use commands::{enqueue_drawer, enqueue_print};
pub use jobs::{job_state, last_job_of};
pub use model::{Device, DeviceCard, DeviceJob, Document, JobKind, JobState};
pub use places::{drawer_of_till, printer_of_till, terminal_of_till, tills_of_device};
pub use queries::{is_terminal, name_of};

use crate::domains::Domain;
use crate::hub::App;

const REFUSALS: &[Code] = &[];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "devices",
            tables: project::TABLES,
            local: jobs::LOCAL,
            kinds: project::KINDS,
            project: project::project,
        },
        refusals: REFUSALS,
        routes: Vec::new(),
        layouts: &[],
    }
}

/// Drivers at work.
#[derive(Default)]
pub struct Devices {}

impl Devices {
    /// Starts the drivers.
    pub fn start(&self, _hub: &App, _stop: tokio::sync::watch::Receiver<bool>) {}

    /// Hears of a durable group.
    pub fn committed(&self, _hub: &App, _committed: &Committed) {}
}
