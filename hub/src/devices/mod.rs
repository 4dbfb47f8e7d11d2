//! Devices: the registry, the durable job queue, sessions of agents.

use duken_kernel::writer::Committed;

use crate::hub::App;

/// Drivers at work.
#[derive(Default)]
pub struct Devices {}

impl Devices {
    /// Starts the drivers.
    pub fn start(&self, _hub: &App, _stop: tokio::sync::watch::Receiver<bool>) {}

    /// Hears of a durable group.
    pub fn committed(&self, _hub: &App, _committed: &Committed) {}
}
