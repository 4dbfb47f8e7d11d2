//! Sync: what a store and its head office say to each other.
//!
//! Batches of journal entries travel as one compressed frame ([`Batch`]); everything else is small JSON
//! ([`Enrol`], [`Enrolled`], [`Acknowledged`], [`OfficeSees`]). Both carry a version.

mod batch;
mod blobs;
mod messages;

pub use batch::{BATCH_VERSION, BLOB_BYTES_MAX, Batch, BatchEntry, ENTRIES_MAX, NotABatch, PACKED_BYTES_MAX, PLAIN_BYTES_MAX};
pub use blobs::named_blobs;
pub use messages::{Acknowledged, Enrol, Enrolled, FileHashes, KeptBackup, OfficeSees, PROTOCOL, Replace, Replaced, StoreState};
