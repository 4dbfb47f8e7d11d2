//! The journal: per node, contiguous entries, each with the hash of the one before (J2).

mod codec;
mod entry;

pub use codec::{pack, unpack};
pub use entry::{Draft, Entry, Head, RawEntry, Tip, chain_hash};

use crate::refusal::Fault;
use crate::store::{Clash, Column, Engine, Gathered, Read, Row, Shape, Value};

/// The kernel's own kind: a digest of the balances, every [`CHECKPOINT_EVERY`] entries.
pub const CHECKPOINT: &str = "checkpoint";

/// The version of a checkpoint's body that this program records.
pub const CHECKPOINT_VERSION: u16 = 2;

/// How many entries lie between two checkpoints.
pub const CHECKPOINT_EVERY: i64 = 10_000;

/// The local number of the node itself; streams received from others have numbers from 2.
pub const OWN: i64 = 1;

const NODE_SHIFT: i64 = 1 << 40;

/// The statements that make the journal's tables.
pub const DDL: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS node (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS journal (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS set_aside (node INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (node, seq)) WITHOUT ROWID",
];

/// A number that no entry of a node can have is the one after its last: it never names an entry of another node.
fn row_id(node: i64, seq: i64) -> i64 {
    node * NODE_SHIFT + seq.clamp(0, NODE_SHIFT - 1)
}

/// Appends the bytes of an entry.
///
/// # Errors
/// [`Fault::DiskFull`], [`Fault::Sqlite`]; a number that is taken is refused by the key.
pub fn append(engine: &dyn Engine, node: i64, entry: &RawEntry) -> Result<(), Fault> {
    engine.execute("INSERT INTO journal (id, hash, data) VALUES (?1, ?2, ?3)", &row(node, entry)?)?;
    Ok(())
}

/// Appends the bytes of an entry together with others, when what was gathered is written.
///
/// # Errors
/// [`Fault::Io`] when they cannot be packed.
pub fn append_later(gathered: &mut Gathered, node: i64, entry: &RawEntry) -> Result<(), Fault> {
    gathered.append(row(node, entry)?.into());
    Ok(())
}

fn row(node: i64, entry: &RawEntry) -> Result<[Value; 3], Fault> {
    Ok([row_id(node, entry.seq).into(), Value::Blob(entry.hash.to_vec()), Value::Blob(pack(&entry.bytes)?)])
}

/// The journal's columns; a number that is taken is refused.
pub(crate) fn shape() -> Shape {
    let columns = vec![Column::int("id"), Column::blob("hash"), Column::blob("data")];
    Shape { table: "journal", columns, key: 1, clash: Clash::Refuse }
}

/// The last entry's number and hash of a node; zeros before the first.
///
/// # Errors
/// [`Fault::Sqlite`].
pub fn tip(read: &dyn Read, node: i64) -> Result<Tip, Fault> {
    let row = read.row(
        "SELECT id, hash FROM journal WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
        &[row_id(node, 0).into(), row_id(node + 1, 0).into()],
    )?;
    let Some(row) = row else { return Ok(Tip::default()) };
    Ok(Tip { seq: row.get::<i64>(0)? - row_id(node, 0), hash: hash_of(&row.get::<Vec<u8>>(1)?)? })
}

/// Entries of a node after `after`, at most `limit`.
///
/// # Errors
/// [`Fault::Sqlite`], [`Fault::Io`] when stored bytes do not unpack.
pub fn read_after(read: &dyn Read, node: i64, after: i64, limit: i64) -> Result<Vec<RawEntry>, Fault> {
    read_packed(read, node, after, limit)?.iter().map(Packed::unpack).collect()
}

/// An entry as it lies on disk.
#[derive(Debug)]
pub(crate) struct Packed {
    /// Its number in its node's journal.
    pub seq: i64,
    hash: [u8; 32],
    data: Vec<u8>,
}

impl Packed {
    /// Its bytes as they were written.
    ///
    /// # Errors
    /// As [`unpack`].
    pub fn unpack(&self) -> Result<RawEntry, Fault> {
        Ok(RawEntry { seq: self.seq, hash: self.hash, bytes: unpack(&self.data)? })
    }
}

/// Entries of a node after `after`, at most `limit`, as they lie on disk.
///
/// # Errors
/// The engine's.
pub(crate) fn read_packed(read: &dyn Read, node: i64, after: i64, limit: i64) -> Result<Vec<Packed>, Fault> {
    let rows = read.rows(
        "SELECT id, hash, data FROM journal WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3",
        &[row_id(node, after).into(), row_id(node + 1, 0).into(), limit.into()],
    )?;
    let packed = |row: Row| {
        let seq = row.get::<i64>(0)? - row_id(node, 0);
        let hash = hash_of(&row.get::<Vec<u8>>(1)?)?;
        match row.0.into_iter().nth(2) {
            Some(Value::Blob(data)) => Ok(Packed { seq, hash, data }),
            other => Err(Fault::Other(format!("an entry has {other:?} in place of bytes"))),
        }
    };
    rows.into_iter().map(packed).collect()
}

/// Takes a node's entries from a number on out of the journal. Only for a stream whose node came back from an older
/// backup: what is taken out is kept elsewhere before.
///
/// # Errors
/// The engine's.
pub fn cut(engine: &dyn Engine, node: i64, from: i64) -> Result<(), Fault> {
    engine.execute("DELETE FROM journal WHERE id >= ?1 AND id < ?2", &[row_id(node, from).into(), row_id(node + 1, 0).into()])?;
    Ok(())
}

/// One entry.
///
/// # Errors
/// As [`read_after`], and [`Fault::Json`] for bytes of another shape.
pub fn read_one(read: &dyn Read, node: i64, seq: i64) -> Result<Option<Entry>, Fault> {
    // A number that no entry has may have been typed by anybody.
    if !(1..NODE_SHIFT).contains(&seq) {
        return Ok(None);
    }
    match read_after(read, node, seq - 1, 1)?.into_iter().next() {
        Some(raw) if raw.seq == seq => Entry::parse(node, raw).map(Some),
        _ => Ok(None),
    }
}

/// The nodes whose journals are here: local number, id, epoch.
///
/// # Errors
/// [`Fault::Sqlite`].
pub fn nodes(read: &dyn Read) -> Result<Vec<(i64, String, u32)>, Fault> {
    read.rows("SELECT number, id, epoch FROM node ORDER BY number", &[])?.iter().map(|r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).collect()
}

pub(crate) fn hash_of(bytes: &[u8]) -> Result<[u8; 32], Fault> {
    bytes.try_into().map_err(|_| Fault::invariant("J2", "a hash has 32 bytes"))
}
