//! The store's side: joining a head office, and sending the journal to it for ever.

mod commands;
mod driver;
mod forwarder;
mod office;
mod outbox;
mod queries;
mod routes;

use std::sync::{PoisonError, RwLock};

use duken_kernel::Refusal;
use tokio::sync::Notify;

pub use commands::{Joined, cut, join};
pub use driver::run;
pub use forwarder::{Action, Event, Failure, Forwarder};
pub use office::{Answered, Office};
pub use outbox::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, hash_at, read_batch};
pub use queries::{Link, link};
pub(super) use routes::routes;

/// What a running store keeps in memory of its link.
#[derive(Default)]
pub struct Outgoing {
    seen: RwLock<Seen>,
    wake: Notify,
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

    fn note(&self, change: impl FnOnce(&mut Seen)) -> bool {
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        let before = seen.clone();
        change(&mut seen);
        *seen != before
    }

    /// Lets the forwarder look again at once: the link was made or cut.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}
