//! The store's side: joining a head office, and sending the journal to it for ever.

mod commands;
mod driver;
mod files;
mod forwarder;
mod office;
mod outbox;
mod queries;
mod routes;
mod shelf;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use duken_kernel::Refusal;
use tokio::sync::Notify;

pub use commands::{Joined, TOKEN, came_back, cut, join};
pub use driver::{linked, run};
pub use files::follow;
pub use forwarder::{Action, Event, Failure, Forwarder};
pub use office::{Answered, Answering, Line, Office};
pub use outbox::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, hash_at, read_batch, read_batch_of};
pub use queries::{Link, link};
pub(super) use routes::routes;

/// What a running store keeps in memory of its link.
#[derive(Default)]
pub struct Outgoing {
    seen: RwLock<Seen>,
    wake: Notify,
    files_wake: Notify,
    files: RwLock<HashSet<String>>,
    line: OnceLock<Arc<dyn Line>>,
}

/// How the link stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// The last number that the head office has.
    pub acked: i64,
    /// When it was last heard of.
    pub contact_ms: Option<i64>,
    /// What keeps the journal from going out; nothing when all is well.
    pub trouble: Option<Refusal>,
}

impl Outgoing {
    /// How the link stands now.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reaches head offices by another way than the network; before the hub is started.
    pub fn reach_by(&self, line: Arc<dyn Line>) {
        let _first_wins = self.line.set(line);
    }

    fn line(&self) -> Option<Arc<dyn Line>> {
        self.line.get().cloned()
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) -> bool {
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        let before = seen.clone();
        change(&mut seen);
        *seen != before
    }

    /// Lets the forwarder look again at once: the link was made or cut.
    pub fn wake(&self) {
        self.look_at_all_files();
        self.note(|seen| *seen = Seen::default());
        self.wake.notify_one();
    }

    /// Files that the head office is known to have.
    fn files_there(&self) -> HashSet<String> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn files_are_there(&self, hashes: &[String]) {
        self.files.write().unwrap_or_else(PoisonError::into_inner).extend(hashes.iter().cloned());
    }

    /// The head office is another one, or an older state of it: every file is asked about again.
    fn look_at_all_files(&self) {
        self.files.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.files_wake.notify_one();
    }
}
