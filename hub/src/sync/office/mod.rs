//! The head office's side: codes, stores, intake, and what it shows of its stores.

mod branches;
mod codes;
mod commands;
pub mod intake;
mod queries;
mod receive;
mod replace;
mod routes;
mod shelf;
mod verified;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

pub use branches::{Branch, branches, entries_of};
pub use codes::{CODE_LIFE_MS, code_of};
pub use commands::{join, make_code, resume};
pub use queries::{StoreRow, store_by_token, stores};
pub use receive::take_in;
pub use replace::{allow, asks, confirm_epoch, take_over};
pub(super) use routes::routes;
pub use verified::{COMMAND_BYTES_MAX, COMMAND_ENTRIES_MAX, Verified};

/// Batches that are unpacked at the same time: each may take some tens of megabytes.
const BATCHES_AT_ONCE: usize = 3;

/// What a running head office keeps in memory.
pub struct Desk {
    unpacking: tokio::sync::Semaphore,
    stores: Mutex<BTreeMap<i64, Arc<tokio::sync::Mutex<()>>>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { unpacking: tokio::sync::Semaphore::new(BATCHES_AT_ONCE), stores: Mutex::default() }
    }
}

impl Desk {
    /// One batch of a store at a time.
    fn turn_of(&self, store: i64) -> Arc<tokio::sync::Mutex<()>> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner).entry(store).or_default().clone()
    }
}
