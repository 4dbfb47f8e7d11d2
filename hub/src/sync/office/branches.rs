//! Branches: what a store had sent before it came back from an older backup. The head office keeps it, shows it, and
//! follows the store's new branch.

use duken_kernel::journal::{self, Draft, Entry, RawEntry, Tip, pack, unpack};
use duken_kernel::replay::rebuild_node;
use duken_kernel::{Fault, Read, Tx};
use serde_json::json;

use crate::sync::BRANCH_KEPT;

/// A branch that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The epoch that took its place.
    pub left_for: u32,
    /// Its first number.
    pub from: i64,
    /// Its last number.
    pub to: i64,
    /// When it was left: milliseconds since 1970 UTC.
    pub left_ms: i64,
}

/// Keeps a store's entries from `from` on as a branch, and makes the store's rows anew without them. Answers with the
/// new end.
///
/// # Errors
/// The engine's, and those of replay.
pub fn leave(tx: &mut Tx<'_>, store: i64, from: i64, tip: Tip, left_for: u32) -> Result<Tip, Fault> {
    let mut after = from - 1;
    loop {
        let entries = journal::read_after(tx, store, after, 500)?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        for entry in &entries {
            tx.execute(
                "INSERT INTO sync_branch_entry (store, left_for, seq, hash, data) VALUES (?1, ?2, ?3, ?4, ?5)",
                &[store.into(), left_for.into(), entry.seq.into(), entry.hash.to_vec().into(), pack(&entry.bytes)?.into()],
            )?;
        }
    }
    tx.execute(
        "INSERT INTO sync_branch (store, left_for, first, last, left_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[store.into(), left_for.into(), from.into(), tip.seq.into(), tx.now_ms.into()],
    )?;
    journal::cut(tx.engine(), store, from)?;
    rebuild_node(tx.engine(), tx.schema(), store)?;
    crate::catalog::door::index_again(tx.engine(), store)?;
    tx.record(Draft::new(BRANCH_KEPT, &json!({ "store": store, "epoch": left_for, "first": from, "last": tip.seq }))?)?;
    tracing::warn!(
        store,
        from,
        to = tip.seq,
        epoch = left_for,
        "a store came back from an older backup; what only its old branch has is kept aside"
    );
    journal::tip(tx, store)
}

/// The branches that a store left, the newest first.
///
/// # Errors
/// The engine's.
pub fn branches(read: &dyn Read, store: i64) -> Result<Vec<Branch>, Fault> {
    let rows =
        read.rows("SELECT left_for, first, last, left_ms FROM sync_branch WHERE store = ?1 ORDER BY left_for DESC", &[store.into()])?;
    rows.iter().map(|row| Ok(Branch { left_for: row.get(0)?, from: row.get(1)?, to: row.get(2)?, left_ms: row.get(3)? })).collect()
}

/// Entries of a branch after a number, at most `limit`; one that does not read is passed over.
///
/// # Errors
/// The engine's.
pub fn entries_of(read: &dyn Read, store: i64, left_for: u32, after: i64, limit: i64) -> Result<Vec<Entry>, Fault> {
    let rows = read.rows(
        "SELECT seq, hash, data FROM sync_branch_entry WHERE store = ?1 AND left_for = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4",
        &[store.into(), left_for.into(), after.into(), limit.into()],
    )?;
    let mut entries = Vec::new();
    for row in &rows {
        let hash: Vec<u8> = row.get(1)?;
        let raw = RawEntry { seq: row.get(0)?, hash: hash.try_into().unwrap_or_default(), bytes: unpack(&row.get::<Vec<u8>>(2)?)? };
        entries.extend(Entry::parse(store, raw).ok());
    }
    Ok(entries)
}
