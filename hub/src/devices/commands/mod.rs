//! Commands over devices and their jobs.

mod agents;
mod enqueue;
mod moves;
mod save;

pub(super) use agents::{dismiss_agent, pair_agent, verifier, verifier_id};
pub use enqueue::{enqueue_drawer, enqueue_print};
pub(super) use moves::{begin as begin_job, cancel, finish as finish_job, finish_late, give_up, interrupt_all, reprint};
pub use save::save_device;
pub(super) use save::{archive_device, move_device, note_identity, plausible_address, save_chart};
