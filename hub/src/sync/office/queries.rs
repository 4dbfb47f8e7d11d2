//! What the head office knows of its stores.

use duken_kernel::{Fault, Read};

use super::codes::token_verifier;

/// A store out of contact for so long is behind.
const CONTACT_MS_MAX: i64 = 90_000;

/// A store, as its head office sees it.
#[derive(Debug, Clone)]
pub struct StoreRow {
    /// Its local number.
    pub node: i64,
    /// Its name.
    pub name: String,
    /// The last number that is here.
    pub last_seq: i64,
    /// The last number the store said it has.
    pub journal_end: i64,
    /// When the last entry was recorded.
    pub entry_ms: Option<i64>,
    /// When the store was last heard of.
    pub contact_ms: Option<i64>,
    /// The number where its journal parted, when it did.
    pub parted_at: Option<i64>,
    /// Entries kept but not shown.
    pub set_aside: i64,
}

impl StoreRow {
    /// How far what is shown lies behind, in seconds; 0 when everything is here.
    #[must_use]
    pub fn lag_s(&self, now_ms: i64) -> i64 {
        let silent_ms = now_ms - self.contact_ms.unwrap_or(now_ms);
        if silent_ms > CONTACT_MS_MAX {
            silent_ms / 1000
        } else if self.journal_end > self.last_seq {
            self.entry_ms.map_or(0, |at| (now_ms - at).max(0) / 1000)
        } else {
            0
        }
    }
}

const COLUMNS: &str = "SELECT s.node, s.name, s.last_seq, s.journal_end, s.entry_ms, s.contact_ms, s.parted_at, \
     (SELECT count(*) FROM set_aside a WHERE a.node = s.node) FROM sync_store s";

/// Every store, by name.
///
/// # Errors
/// The engine's.
pub fn stores(read: &dyn Read) -> Result<Vec<StoreRow>, Fault> {
    let rows = read.rows(&format!("{COLUMNS} ORDER BY s.name, s.node"), &[])?;
    rows.iter().map(store).collect()
}

/// The store that a token belongs to.
///
/// # Errors
/// The engine's.
pub fn store_by_token(read: &dyn Read, token: &str) -> Result<Option<StoreRow>, Fault> {
    read.row(&format!("{COLUMNS} WHERE s.verifier = ?1"), &[token_verifier(token).into()])?.as_ref().map(store).transpose()
}

/// A store by its local number.
///
/// # Errors
/// The engine's.
pub(super) fn store_by_number(read: &dyn Read, node: i64) -> Result<Option<StoreRow>, Fault> {
    read.row(&format!("{COLUMNS} WHERE s.node = ?1"), &[node.into()])?.as_ref().map(store).transpose()
}

fn store(row: &duken_kernel::Row) -> Result<StoreRow, Fault> {
    Ok(StoreRow {
        node: row.get(0)?,
        name: row.get(1)?,
        last_seq: row.get(2)?,
        journal_end: row.get(3)?,
        entry_ms: row.get(4)?,
        contact_ms: row.get(5)?,
        parted_at: row.get(6)?,
        set_aside: row.get(7)?,
    })
}
