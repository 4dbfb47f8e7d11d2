//! A whole chain in one process and one thread, on a seed: stores, a head office, people, wires, disks and clocks, all of
//! which misbehave, and an auditor who watches. Production code runs unchanged; the same seed is the same history.
//!
//! What is real: the hub from its routes to the bytes that SQLite writes, the forwarder and the intake. What is
//! simulated: files below SQLite ([`disk`]), the network ([`network`]), time, chance ([`dice`], [`entropy`]), people
//! ([`deeds`]). Decisions and what was rejected: `docs/adr/0009`.

mod agents;
pub mod auditor;
pub mod base;
mod carts;
pub mod deeds;
pub mod devices;
pub mod dice;
pub mod disk;
pub mod entropy;
mod looks;
pub mod network;
pub mod node;
pub mod people;
pub mod run;
pub mod shrink;
pub mod world;

pub use run::history;

/// What came of a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Steps that were taken.
    pub steps: u64,
    /// Faults that were injected.
    pub faults: u64,
    /// What was not as it ought to be; empty when the seed held.
    pub wrong: Vec<String>,
    /// The history, line by line.
    pub lines: Vec<String>,
    /// A digest of the history and every answer in it.
    pub digest: String,
}
