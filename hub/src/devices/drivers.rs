//! Ways to a device: the library inside the hub, or an agent on another machine. Both take the same jobs.

use std::future::Future;
use std::pin::Pin;

pub use duken_agent::devices::{Gate, open_gate};
use duken_protocol::device::{DeviceDescription, FoundDevice, Job, KaspiError, Outcome, Reason, Work};

/// A future that is sent between threads.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Drives devices. Each job ends in exactly one outcome; the same job again gives the first outcome again.
pub trait Driver: Send + Sync {
    /// Runs a job to its end. The gate is asked before the first byte leaves, and stops the job when it says no.
    fn submit(&self, job: Job, gate: Gate) -> Boxed<Outcome>;

    /// The devices to drive from now on, all of them.
    fn set_devices(&self, devices: Vec<DeviceDescription>);

    /// What is plugged in. Blocks while it looks.
    fn found(&self) -> Vec<FoundDevice>;
}

/// The outcome of a job that certainly did not begin.
#[must_use]
pub fn not_begun(work: &Work, reason: Reason, detail: impl Into<String>) -> Outcome {
    let detail = detail.into();
    match work {
        Work::Print { .. } | Work::TestChart => Outcome::NotPrinted { reason, detail },
        Work::DrawerPulse { .. } | Work::AskState => Outcome::Failed { reason, detail },
        Work::Kaspi { .. } => Outcome::KaspiFailed { error: KaspiError::NeverSent { detail } },
    }
}

/// The outcome of a job that began and whose end is not known.
#[must_use]
pub fn lost(work: &Work, detail: impl Into<String>) -> Outcome {
    let detail = detail.into();
    match work {
        Work::Print { .. } | Work::TestChart | Work::DrawerPulse { .. } => Outcome::Unknown { reason: Reason::LinkLost, detail },
        Work::AskState => Outcome::Failed { reason: Reason::LinkLost, detail },
        Work::Kaspi { .. } => Outcome::KaspiFailed { error: KaspiError::AnswerLost { detail } },
    }
}
