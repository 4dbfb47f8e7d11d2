//! How far the demo is: a local row, moved on in the same command as the day it counts.

use duken_kernel::{Fault, Read, Reject, Tx};

/// Days before today.
pub(super) const DAYS: i64 = 91;
/// People, shelves, every day before today, today.
pub(super) const STEPS: i64 = 2 + DAYS + 1;

pub(super) const LOCAL: &[&str] = &[
    "CREATE TABLE demo_job (id INTEGER PRIMARY KEY, begun_ms INTEGER NOT NULL, done INTEGER NOT NULL, failed TEXT NOT NULL)",
    "CREATE TABLE demo_card (kind TEXT NOT NULL, place INTEGER NOT NULL, card INTEGER NOT NULL, PRIMARY KEY (kind, place)) WITHOUT ROWID",
];

/// The making of a demo store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    /// When it began, milliseconds since 1970 UTC: its today.
    pub begun_ms: i64,
    /// Steps that are done.
    pub done: i64,
    /// Why it broke off: a stable code, empty when it did not.
    pub failed: String,
}

impl Job {
    /// `running`, `done` or `failed`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        if self.done >= STEPS {
            "done"
        } else if self.failed.is_empty() {
            "running"
        } else {
            "failed"
        }
    }
}

/// The job, if there is one.
pub(super) fn find(read: &dyn Read) -> Result<Option<Job>, Fault> {
    let row = read.row("SELECT begun_ms, done, failed FROM demo_job WHERE id = 1", &[])?;
    row.map(|row| Ok(Job { begun_ms: row.get(0)?, done: row.get(1)?, failed: row.get(2)? })).transpose()
}

/// Begins it, or goes on: what was wrong may have passed.
pub(super) fn begin(tx: &mut Tx<'_>) -> Result<i64, Reject> {
    if find(tx)?.is_none() {
        tx.execute("INSERT INTO demo_job (id, begun_ms, done, failed) VALUES (1, ?1, 0, '')", &[tx.now_ms.into()])?;
    }
    tx.execute("UPDATE demo_job SET failed = '' WHERE id = 1", &[])?;
    Ok(1)
}

/// Notes that step `done` follows the one before it; whether it does, so that no step is made twice.
pub(super) fn advance(tx: &mut Tx<'_>, done: i64) -> Result<bool, Reject> {
    let moved = tx.execute("UPDATE demo_job SET done = ?1 WHERE id = 1 AND done = ?1 - 1", &[done.into()])? == 1;
    if moved {
        tx.notify("demo", serde_json::json!({ "done": done, "total": STEPS }));
    }
    Ok(moved)
}

/// Notes that it broke off.
pub(super) fn fail(tx: &mut Tx<'_>, code: &str) -> Result<i64, Reject> {
    tx.execute("UPDATE demo_job SET failed = ?1 WHERE id = 1", &[code.into()])?;
    tx.notify("demo", serde_json::json!({ "failed": code }));
    Ok(1)
}

/// Remembers a card that was made, by its place in its list.
pub(super) fn remember(tx: &Tx<'_>, kind: &str, place: usize, card: i64) -> Result<(), Reject> {
    tx.execute("INSERT INTO demo_card (kind, place, card) VALUES (?1, ?2, ?3)", &[kind.into(), (place as i64).into(), card.into()])?;
    Ok(())
}

/// The cards of a kind by their places.
pub(super) fn remembered(read: &dyn Read, kind: &str) -> Result<Vec<i64>, Fault> {
    read.rows("SELECT card FROM demo_card WHERE kind = ?1 ORDER BY place", &[kind.into()])?.iter().map(|row| row.get(0)).collect()
}
