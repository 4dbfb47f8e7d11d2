//! A batch whose inside holds together: pure, before anything is asked of the database.

use std::collections::HashMap;
use std::ops::Range;

use duken_kernel::Refusal;
use duken_kernel::journal::chain_hash;
use duken_protocol::sync::{Batch, named_blobs};

use crate::sync::FORGED;

/// Entries taken in by one command: the tills of this hub wait no longer than that.
pub const COMMAND_ENTRIES_MAX: usize = 500;
/// Bytes of entries taken in by one command, unless one entry alone is larger.
pub const COMMAND_BYTES_MAX: usize = 1 << 20;

/// A batch whose entries have the hashes of their bytes, each over the one before, and whose blobs are named by them.
#[derive(Debug)]
pub struct Verified {
    batch: Batch,
    blobs: HashMap<String, usize>,
}

impl Verified {
    /// Checks a batch.
    ///
    /// # Errors
    /// `sync.batch_forged`, naming the entry, or for a blob that no entry names.
    pub fn check(batch: Batch) -> Result<Self, Refusal> {
        let node_id = batch.node.to_string();
        if batch.from == 1 && batch.before != [0; 32] {
            return Err(FORGED.refuse().with("seq", 1));
        }
        let mut before = batch.before;
        let mut named = std::collections::HashSet::new();
        for (seq, entry) in (batch.from..).zip(&batch.entries) {
            if chain_hash(&node_id, &before, seq, &entry.bytes) != entry.hash {
                return Err(FORGED.refuse().with("seq", seq));
            }
            before = entry.hash;
            if !batch.blobs.is_empty() {
                named.extend(named_blobs(&entry.bytes));
            }
        }
        let mut blobs = HashMap::new();
        for (index, blob) in batch.blobs.iter().enumerate() {
            let hash = blake3::hash(blob).to_hex().to_string();
            if !named.contains(hash.as_str()) {
                return Err(FORGED.refuse().with("seq", batch.from));
            }
            blobs.insert(hash, index);
        }
        Ok(Self { batch, blobs })
    }

    /// The batch.
    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The blobs that an entry names, as far as the batch carries them.
    pub fn blobs_of<'v>(&'v self, entry: &'v [u8]) -> impl Iterator<Item = &'v [u8]> {
        let named = (!self.blobs.is_empty()).then(|| named_blobs(entry));
        named.into_iter().flatten().filter_map(|hash| self.blobs.get(hash)).map(|&index| self.batch.blobs[index].as_slice())
    }

    /// The batch in pieces, each for one command.
    #[must_use]
    pub fn pieces(&self) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut bytes = 0;
        for (index, entry) in self.batch.entries.iter().enumerate() {
            if index > start && (index - start >= COMMAND_ENTRIES_MAX || bytes + entry.bytes.len() > COMMAND_BYTES_MAX) {
                pieces.push(start..index);
                start = index;
                bytes = 0;
            }
            bytes += entry.bytes.len();
        }
        pieces.push(start..self.batch.entries.len());
        pieces
    }
}
