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
    /// Its id.
    pub id: String,
    /// The epoch that is known and confirmed.
    pub epoch: u32,
    /// The epoch that it came back under and that nobody has confirmed yet.
    pub epoch_asked: Option<u32>,
    /// When it joined.
    pub enrolled_ms: i64,
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
    /// Entries that the store said it has and that are not here.
    #[must_use]
    pub fn lag_entries(&self) -> i64 {
        (self.journal_end - self.last_seq).max(0)
    }

    /// How far what is shown lies behind, in seconds; 0 when everything is here. A store that joined and was not heard of
    /// since is behind from that moment on.
    #[must_use]
    pub fn lag_s(&self, now_ms: i64) -> i64 {
        let silent_ms = now_ms - self.contact_ms.unwrap_or(self.enrolled_ms);
        if silent_ms > CONTACT_MS_MAX {
            silent_ms / 1000
        } else if self.lag_entries() > 0 {
            (now_ms - self.entry_ms.unwrap_or(self.enrolled_ms)).max(1_000) / 1000
        } else {
            0
        }
    }
}

const COLUMNS: &str = "SELECT s.node, s.name, s.last_seq, s.journal_end, s.entry_ms, s.contact_ms, s.parted_at, \
     (SELECT count(*) FROM set_aside a WHERE a.node = s.node), n.id, n.epoch, s.epoch_asked, s.enrolled_ms \
     FROM sync_store s JOIN node n ON n.number = s.node";

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

/// The epoch of the machine that took the place of the one with this token, if one did.
///
/// # Errors
/// The engine's.
pub fn replaced_by_token(read: &dyn Read, token: &str) -> Result<Option<u32>, Fault> {
    let sql = "SELECT n.epoch FROM sync_replaced r JOIN node n ON n.number = r.store WHERE r.verifier = ?1";
    read.row(sql, &[token_verifier(token).into()])?.map(|row| row.get(0)).transpose()
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
        id: row.get(8)?,
        epoch: row.get(9)?,
        epoch_asked: row.get(10)?,
        enrolled_ms: row.get(11)?,
    })
}
