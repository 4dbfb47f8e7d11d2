//! What goes out: the next entries of the own journal, with the personal blobs they name.

use std::collections::BTreeSet;

use duken_kernel::journal::{self, OWN};
use duken_kernel::vault::read_blob;
use duken_kernel::{Fault, Read};
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{BLOB_BYTES_MAX, Batch, BatchEntry, named_blobs};

/// Entries in one batch.
pub const BATCH_ENTRIES_MAX: usize = 4_000;
/// Bytes of entries and of the personal blobs they name in one batch, unless one entry with its own alone is larger.
pub const BATCH_BYTES_MAX: usize = 2 << 20;
/// Entries read at once.
const CHUNK: i64 = 250;

/// The own entries after `after`, as many as fit a batch and no more than `entries_max`; nothing when there are none.
///
/// # Errors
/// The engine's; [`Fault::Invariant`] when `after` is no number of the journal.
pub fn read_batch(read: &dyn Read, after: i64, entries_max: usize) -> Result<Option<Batch>, Fault> {
    read_up_to(read, OWN, after, entries_max)
}

/// The entries of a node after `after`: how a store's own journal comes back from its head office.
///
/// # Errors
/// As [`read_batch`].
pub fn read_batch_of(read: &dyn Read, number: i64, after: i64) -> Result<Option<Batch>, Fault> {
    read_up_to(read, number, after, BATCH_ENTRIES_MAX)
}

fn read_up_to(read: &dyn Read, number: i64, after: i64, entries_max: usize) -> Result<Option<Batch>, Fault> {
    let own = read.row("SELECT id, epoch FROM node WHERE number = ?1", &[number.into()])?;
    let own = own.ok_or_else(|| Fault::invariant("S1", "this node has no id"))?;
    let id: String = own.get(0)?;
    let node = id.parse().map(NodeId).map_err(|_| Fault::invariant("S1", "the node's id is no UUID"))?;
    let before = hash_of(read, number, after)?.ok_or_else(|| Fault::invariant("S2", format!("there is no entry {after} here")))?;
    let mut batch = Batch { node, epoch: own.get(1)?, from: after + 1, before, entries: Vec::new(), blobs: Vec::new() };
    let mut bytes = 0;
    let mut named = BTreeSet::new();
    'full: loop {
        let chunk = journal::read_after(read, number, batch.last(), CHUNK)?;
        let read_all = (chunk.len() as i64) < CHUNK;
        for entry in chunk {
            let mut blobs = Vec::new();
            let mut new = BTreeSet::new();
            for hash in named_blobs(&entry.bytes).filter(|hash| !named.contains(*hash)) {
                if new.insert(hash.to_owned()) {
                    blobs.extend(read_blob(read, hash)?.filter(|blob| blob.len() <= BLOB_BYTES_MAX));
                }
            }
            let more = entry.bytes.len() + blobs.iter().map(Vec::len).sum::<usize>();
            if !batch.entries.is_empty() && (bytes + more > BATCH_BYTES_MAX || batch.entries.len() >= entries_max) {
                break 'full;
            }
            bytes += more;
            named.extend(new);
            batch.blobs.extend(blobs);
            batch.entries.push(BatchEntry { hash: entry.hash, bytes: entry.bytes });
        }
        if read_all {
            break;
        }
    }
    Ok((!batch.entries.is_empty()).then_some(batch))
}

/// The hash of an entry of the own journal; zeros for number 0, nothing when it is not there.
///
/// # Errors
/// The engine's.
pub fn hash_at(read: &dyn Read, seq: i64) -> Result<Option<[u8; 32]>, Fault> {
    hash_of(read, OWN, seq)
}

fn hash_of(read: &dyn Read, number: i64, seq: i64) -> Result<Option<[u8; 32]>, Fault> {
    if seq == 0 {
        return Ok(Some([0; 32]));
    }
    Ok(journal::read_after(read, number, seq - 1, 1)?.first().filter(|entry| entry.seq == seq).map(|entry| entry.hash))
}
