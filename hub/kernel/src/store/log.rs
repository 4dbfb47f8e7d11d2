//! SQLite's write-ahead log: how long it is, and who copies its pages into the database.
//!
//! Copying inside a commit would let everybody who waits for that commit wait for megabytes and a second sync. So a
//! connection beside the writer's does it ([`Sweeper`]), a few thousand pages at a time, while the writer goes on. The log
//! begins anew only when all of it is copied, which under constant writing never happens by itself: once the log is long,
//! the sweeper catches up to the last pages, and the writer copies those few after its next commit.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use rusqlite::{Connection, OpenFlags};

use crate::failure;
use crate::refusal::Fault;

/// So many pages wait before the sweeper copies them: 16 MiB.
const SWEEP_PAGES: i64 = 4_000;
/// A log of so many pages should begin anew: 32 MiB.
const LONG_PAGES: i64 = 8_000;
/// So few pages the writer copies by itself.
const FEW_PAGES: i64 = 256;
/// So many pages the writer copies by itself, whoever waits: nobody else does.
const MOST_PAGES: i64 = 32_000;

/// What the writer and the sweeper know of the log.
#[derive(Debug, Default)]
pub(super) struct Log {
    pages: AtomicI64,
    copied: AtomicI64,
    wanted: AtomicBool,
}

impl Log {
    /// Lets the writer's connection tell how long its log is, in place of copying every so many pages.
    pub fn watch(self: &Arc<Self>, connection: &mut Connection) -> Result<(), Fault> {
        let log = self.clone();
        connection.wal_hook(Some(move |wal: &mut rusqlite::hooks::Wal, pages| {
            if log.grew(i64::from(pages)) {
                // As with SQLite's own: a log that cannot be copied now is copied later.
                if let Ok((_, copied)) = wal.checkpoint_v2(rusqlite::wal::CheckpointMode::PASSIVE) {
                    log.swept(i64::from(copied));
                }
            }
            Ok(())
        }))?;
        Ok(())
    }

    /// A commit made the log so long; whether the writer copies it now.
    fn grew(&self, pages: i64) -> bool {
        if pages < self.pages.swap(pages, Ordering::Relaxed) {
            self.copied.store(0, Ordering::Relaxed);
        }
        let waiting = pages - self.copied.load(Ordering::Relaxed);
        pages >= MOST_PAGES || (pages >= LONG_PAGES && waiting <= FEW_PAGES)
    }

    fn swept(&self, copied: i64) {
        // A log that could not be looked at is told as -1.
        self.copied.store(copied.max(0), Ordering::Relaxed);
        self.wanted.store(false, Ordering::Relaxed);
    }

    /// Lets the log be copied at the next occasion: once all of it is, its room is used again.
    pub fn want(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Whether the sweeper has something to do.
    pub fn is_due(&self) -> bool {
        let pages = self.pages.load(Ordering::Relaxed);
        let waiting = pages - self.copied.load(Ordering::Relaxed);
        let many = if pages >= LONG_PAGES { FEW_PAGES } else { SWEEP_PAGES };
        waiting >= many || (waiting > 0 && self.wanted.load(Ordering::Relaxed))
    }
}

/// Copies the log into the database, on a connection of its own.
pub struct Sweeper {
    path: PathBuf,
    connection: Option<Connection>,
    log: Arc<Log>,
}

impl Sweeper {
    pub(super) fn new(path: &Path, log: Arc<Log>) -> Self {
        Self { path: path.to_owned(), connection: None, log }
    }

    /// Tells whether enough pages wait, also while the sweeper itself is at work elsewhere.
    pub fn due(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let log = self.log.clone();
        move || log.is_due()
    }

    /// Copies what waits; nobody waits for it. How many pages of the log are copied now.
    ///
    /// # Errors
    /// [`Fault::Sqlite`], [`Fault::DiskFull`]: nothing is lost, what was not copied stays in the log.
    pub fn sweep(&mut self) -> Result<i64, Fault> {
        let connection = match &self.connection {
            Some(connection) => connection,
            None => self.connection.insert(open(&self.path)?),
        };
        failure::point("sweeper.begun");
        let told = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2));
        let copied: i64 = told.map_err(|error| Fault::from(error).named())?;
        self.log.swept(copied);
        failure::point("sweeper.swept");
        Ok(copied.max(0))
    }
}

fn open(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // The log is synced before its pages are copied, and the database before the log begins anew.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -256)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(pages: i64, copied: i64) -> Log {
        Log { pages: pages.into(), copied: copied.into(), wanted: false.into() }
    }

    #[test]
    fn a_log_is_swept_when_many_pages_wait_or_when_it_is_long() {
        assert!(!log(3_999, 0).is_due());
        assert!(log(4_000, 0).is_due());
        assert!(!log(7_000, 4_000).is_due());
        assert!(log(8_000, 7_744).is_due(), "a long one is caught up with");
        assert!(!log(8_100, 8_000).is_due());
        let short = log(10, 0);
        short.want();
        assert!(short.is_due(), "its room is wanted on a full disk");
        short.swept(10);
        assert!(!short.is_due());
    }

    #[test]
    fn the_writer_copies_the_last_few_pages_of_a_long_log_and_no_others() {
        assert!(!log(5_000, 4_900).grew(5_001), "it is not long");
        assert!(!log(9_000, 4_000).grew(9_010), "many pages wait for the sweeper");
        assert!(log(9_000, 8_900).grew(9_010));
        assert!(log(31_999, 0).grew(32_000), "nobody sweeps");
    }

    #[test]
    fn a_log_that_begins_anew_has_nothing_copied() {
        let log = log(9_000, 9_000);
        assert!(!log.grew(12));
        assert_eq!(log.copied.load(Ordering::Relaxed), 0);
    }
}
