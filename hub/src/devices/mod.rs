//! Devices: their cards, their live state, the durable queue of jobs, sessions of agents.
//!
//! A job names its document and lies in a local table; one worker per device sends one job at a time. Invariants: **D1**
//! a job has a durable state before its first byte and after its outcome; what was found under way after a restart is
//! unknown. An unknown job is never repeated by itself; one that certainly printed nothing is, while it is young. A job
//! that was given up while its agent was away is recalled when the agent is back: the agent says how it ended, or that it
//! never began, and then it never will. Old news (scans, drawer pulses) dies after two seconds.
//!
//! Absent on purpose: no other domain speaks to a device; they leave jobs here, inside their own commands, or ask a
//! terminal through [`call_terminal`].

mod chart;
mod commands;
mod drivers;
mod events;
mod hands;
mod jobs;
mod library;
mod links;
mod log;
mod model;
mod neighbours;
mod own;
mod pairing;
mod places;
mod project;
mod queries;
mod queue;
mod registering;
mod registry;
mod routes;
mod search;
mod terminals;
#[cfg(test)]
mod tests;
mod worker;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use commands::{enqueue_drawer, enqueue_print, save_device};
pub use drivers::{Boxed, Driver, Gate, not_begun};
pub use hands::Devices;
pub use jobs::{forget_waiting, job_state, last_job_of, waiting};
pub use library::raster_png;
#[cfg(test)]
pub use log::codes as log_codes;
pub use log::{slip_differs as note_slip_differs, slips_that_differ};
pub use model::{Device, DeviceCard, DeviceJob, Document, JobKind, JobState};
pub use places::{drawer_of_till, printer_of_till, terminal_of_till, tills_of_device};
pub use queries::{is_terminal, name_of};
pub use routes::serve_link;
pub use terminals::{TRIES as START_TRIES, answer_of as terminal_answer, call as call_terminal, start_job, start_stored};

use crate::domains::{Domain, LayoutFn};

/// The document that a test prints: [`crate::domains::LayoutAsk::id`] is the device.
pub const TEST_PAGE: &str = "test_chart";

/// A device needs a name.
pub const NAME_MISSING: Code = Code::new("device.name_missing", 422);
/// Such a device is not connected so.
pub const CONNECTION_WRONG: Code = Code::new("device.connection_wrong", 422);
/// No such address can be.
pub const ADDRESS_WRONG: Code = Code::new("device.address_wrong", 422);
/// No printer is so wide.
pub const WIDTH_WRONG: Code = Code::new("device.width_wrong", 422);
/// Letters as text need a code page that is known, with its number.
pub const CODE_PAGE_MISSING: Code = Code::new("device.code_page_missing", 422);
/// Another device in use is connected there.
pub const CONNECTION_TAKEN: Code = Code::new("device.connection_taken", 409);
/// The device stands at a till.
pub const IN_USE: Code = Code::new("device.in_use", 409);
/// A payment at the terminal is not settled.
pub const PAYMENT_PENDING: Code = Code::new("device.payment_pending", 409);
/// No such device in use.
pub const NO_DEVICE: Code = Code::new("device.not_found", 404);
/// The job is under way or waits.
pub const JOB_UNDER_WAY: Code = Code::new("job.under_way", 409);
/// The job has come to its end.
pub const JOB_OVER: Code = Code::new("job.over", 409);
/// Protection is off at the terminal: there is nothing to register.
pub const TERMINAL_UNPROTECTED: Code = Code::new("terminal.unprotected", 409);
/// A registration waits for a person at the terminal.
pub const REGISTERING: Code = Code::new("terminal.registering", 409);
/// No such agent, or a token that opens nothing.
pub const AGENT_UNKNOWN: Code = Code::new("agent.unknown", 401);
/// The six digits are wrong or old.
pub const PAIR_CODE_WRONG: Code = Code::new("agent.code_wrong", 403);

const REFUSALS: &[Code] = &[
    NAME_MISSING,
    CONNECTION_WRONG,
    ADDRESS_WRONG,
    CONNECTION_TAKEN,
    WIDTH_WRONG,
    CODE_PAGE_MISSING,
    IN_USE,
    PAYMENT_PENDING,
    NO_DEVICE,
    JOB_UNDER_WAY,
    JOB_OVER,
    TERMINAL_UNPROTECTED,
    REGISTERING,
    AGENT_UNKNOWN,
    PAIR_CODE_WRONG,
];

const LAYOUTS: &[(&str, LayoutFn)] = &[(TEST_PAGE, routes::test_page)];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "devices",
            tables: project::TABLES,
            local: jobs::LOCAL,
            kinds: project::KINDS,
            versions: &[],
            project: project::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: LAYOUTS,
    }
}
