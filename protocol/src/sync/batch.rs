//! A batch of journal entries as one frame of bytes.
//!
//! ```text
//! "DKSB" · version (1 byte) · one zstd frame with a checksum of:
//!   node id (16) · epoch (u32) · from (u64) · hash before `from` (32)
//!   count (u32) · per entry: hash (32) · length (u32) · bytes
//!   count (u32) · per personal blob: length (u32) · bytes
//! ```
//!
//! Numbers are little-endian. Entries carry no number of their own: the first is `from`, each next is one more, so a
//! batch with a hole cannot be written down. Sizes are bounded before anything is allocated.

use std::io::Read;

use uuid::Uuid;

use crate::ids::NodeId;

/// The version of the frame.
pub const BATCH_VERSION: u8 = 1;
/// At most this many entries.
pub const ENTRIES_MAX: usize = 10_000;
/// At most this many bytes as sent.
pub const PACKED_BYTES_MAX: usize = 18 << 20;
/// At most this many bytes unpacked.
pub const PLAIN_BYTES_MAX: usize = 24 << 20;
/// At most this many bytes in one personal blob.
pub const BLOB_BYTES_MAX: usize = 256 << 10;

const MAGIC: &[u8; 4] = b"DKSB";
const LEVEL: i32 = 3;
/// 8 MiB: more than any level up to 9 asks for, little enough for a small machine.
const WINDOW_LOG_MAX: u32 = 23;
const SEQ_MAX: u64 = 1 << 40;

/// One entry of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchEntry {
    /// Its hash, over the hash before it.
    pub hash: [u8; 32],
    /// Its JSON, exactly as first written.
    pub bytes: Vec<u8>,
}

/// Consecutive entries of one node's journal, with the personal blobs that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The node that wrote them.
    pub node: NodeId,
    /// The epoch of its journal.
    pub epoch: u32,
    /// The number of the first entry, from 1.
    pub from: i64,
    /// The hash of the entry before the first; zeros before entry 1.
    pub before: [u8; 32],
    /// The entries, at least one.
    pub entries: Vec<BatchEntry>,
    /// Salted personal blobs, each named by the hash of its bytes.
    pub blobs: Vec<Vec<u8>>,
}

/// Why bytes are no batch. In the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotABatch {
    /// More bytes than a batch may have, packed or unpacked.
    #[error("the batch is larger than any that may be sent")]
    TooLarge,
    /// It begins otherwise.
    #[error("these bytes are no batch")]
    Foreign,
    /// A version that this program does not know.
    #[error("the batch has version {0}, which this program does not know")]
    UnknownVersion(u8),
    /// The compressed frame is damaged or cut.
    #[error("the batch was damaged on its way")]
    Damaged,
    /// The frame ends before what it announces, or goes on after it.
    #[error("the batch is not as long as it says")]
    WrongLength,
    /// No entry, or more than are allowed.
    #[error("the batch holds no entries, or too many")]
    WrongCount,
    /// The first number is none of a journal.
    #[error("the batch begins at a number that no journal has")]
    WrongNumber,
}

impl NotABatch {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "sync.batch_too_large",
            Self::Foreign => "sync.batch_foreign",
            Self::UnknownVersion(_) => "sync.batch_version",
            Self::Damaged => "sync.batch_damaged",
            Self::WrongLength => "sync.batch_length",
            Self::WrongCount => "sync.batch_count",
            Self::WrongNumber => "sync.batch_number",
        }
    }
}

impl Batch {
    /// The number of the last entry.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.from - 1 + i64::try_from(self.entries.len()).unwrap_or(i64::MAX - self.from)
    }

    /// The frame.
    ///
    /// # Errors
    /// [`NotABatch::WrongCount`], [`NotABatch::WrongNumber`] and [`NotABatch::TooLarge`] for what [`Batch::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, NotABatch> {
        if self.entries.is_empty() || self.entries.len() > ENTRIES_MAX {
            return Err(NotABatch::WrongCount);
        }
        let from = u64::try_from(self.from).ok().filter(|from| (1..SEQ_MAX).contains(from)).ok_or(NotABatch::WrongNumber)?;
        let mut plain = Vec::with_capacity(128 + self.entries.iter().map(|e| e.bytes.len() + 36).sum::<usize>());
        plain.extend_from_slice(self.node.0.as_bytes());
        plain.extend_from_slice(&self.epoch.to_le_bytes());
        plain.extend_from_slice(&from.to_le_bytes());
        plain.extend_from_slice(&self.before);
        put_length(&mut plain, self.entries.len())?;
        for entry in &self.entries {
            plain.extend_from_slice(&entry.hash);
            put_length(&mut plain, entry.bytes.len())?;
            plain.extend_from_slice(&entry.bytes);
        }
        put_length(&mut plain, self.blobs.len())?;
        for blob in &self.blobs {
            if blob.len() > BLOB_BYTES_MAX {
                return Err(NotABatch::TooLarge);
            }
            put_length(&mut plain, blob.len())?;
            plain.extend_from_slice(blob);
        }
        if plain.len() > PLAIN_BYTES_MAX {
            return Err(NotABatch::TooLarge);
        }
        let mut out = [MAGIC.as_slice(), &[BATCH_VERSION]].concat();
        pack(&plain, &mut out).map_err(|_| NotABatch::TooLarge)?;
        if out.len() > PACKED_BYTES_MAX { Err(NotABatch::TooLarge) } else { Ok(out) }
    }

    /// Reads a frame. Never panics, whatever the bytes; memory stays within [`PLAIN_BYTES_MAX`] and a window.
    ///
    /// # Errors
    /// As [`NotABatch`] lists them.
    pub fn decode(frame: &[u8]) -> Result<Self, NotABatch> {
        if frame.len() > PACKED_BYTES_MAX {
            return Err(NotABatch::TooLarge);
        }
        let rest = frame.strip_prefix(MAGIC).ok_or(NotABatch::Foreign)?;
        let (&version, packed) = rest.split_first().ok_or(NotABatch::WrongLength)?;
        if version != BATCH_VERSION {
            return Err(NotABatch::UnknownVersion(version));
        }
        let plain = unpack(packed)?;
        let mut rest = Rest(&plain);
        let node = NodeId(Uuid::from_bytes(rest.array()?));
        let epoch = u32::from_le_bytes(rest.array()?);
        let from = u64::from_le_bytes(rest.array()?);
        let before = rest.array()?;
        let count = rest.length()?;
        if count == 0 || count > ENTRIES_MAX {
            return Err(NotABatch::WrongCount);
        }
        if !(1..SEQ_MAX).contains(&from) {
            return Err(NotABatch::WrongNumber);
        }
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let hash = rest.array()?;
            let length = rest.length()?;
            entries.push(BatchEntry { hash, bytes: rest.take(length)?.to_vec() });
        }
        let mut blobs = Vec::new();
        for _ in 0..rest.length()? {
            let length = rest.length()?;
            if length > BLOB_BYTES_MAX {
                return Err(NotABatch::TooLarge);
            }
            blobs.push(rest.take(length)?.to_vec());
        }
        if !rest.0.is_empty() {
            return Err(NotABatch::WrongLength);
        }
        let from = i64::try_from(from).map_err(|_| NotABatch::WrongNumber)?;
        Ok(Self { node, epoch, from, before, entries, blobs })
    }
}

fn put_length(out: &mut Vec<u8>, length: usize) -> Result<(), NotABatch> {
    out.extend_from_slice(&u32::try_from(length).map_err(|_| NotABatch::TooLarge)?.to_le_bytes());
    Ok(())
}

fn pack(plain: &[u8], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut packer = zstd::stream::write::Encoder::new(out, LEVEL)?;
    packer.include_checksum(true)?;
    packer.window_log(WINDOW_LOG_MAX)?;
    packer.set_pledged_src_size(Some(plain.len() as u64))?;
    std::io::Write::write_all(&mut packer, plain)?;
    packer.finish()?;
    Ok(())
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, NotABatch> {
    let mut unpacker = zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| NotABatch::Damaged)?.single_frame();
    unpacker.window_log_max(WINDOW_LOG_MAX).map_err(|_| NotABatch::Damaged)?;
    let mut plain = Vec::new();
    let read = (&mut unpacker).take(PLAIN_BYTES_MAX as u64 + 1).read_to_end(&mut plain).map_err(|_| NotABatch::Damaged)?;
    if read > PLAIN_BYTES_MAX {
        return Err(NotABatch::TooLarge);
    }
    if unpacker.finish().is_empty() { Ok(plain) } else { Err(NotABatch::WrongLength) }
}

/// What is still to be read.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], NotABatch> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(NotABatch::WrongLength)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], NotABatch> {
        self.take(N)?.try_into().map_err(|_| NotABatch::WrongLength)
    }

    fn length(&mut self) -> Result<usize, NotABatch> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn batches() -> impl Strategy<Value = Batch> {
        let entry = (any::<[u8; 32]>(), prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(hash, bytes)| BatchEntry { hash, bytes });
        let blob = prop::collection::vec(any::<u8>(), 0..50);
        (
            any::<[u8; 16]>(),
            any::<u32>(),
            1..1_i64 << 40,
            any::<[u8; 32]>(),
            prop::collection::vec(entry, 1..20),
            prop::collection::vec(blob, 0..5),
        )
            .prop_map(|(node, epoch, from, before, entries, blobs)| Batch {
                node: NodeId(Uuid::from_bytes(node)),
                epoch,
                from,
                before,
                entries,
                blobs,
            })
    }

    fn one() -> Batch {
        let entries = vec![BatchEntry { hash: [1; 32], bytes: b"{}".to_vec() }];
        Batch { node: NodeId(Uuid::nil()), epoch: 0, from: 1, before: [0; 32], entries, blobs: vec![] }
    }

    fn framed(plain: &[u8]) -> Vec<u8> {
        let mut out = b"DKSB\x01".to_vec();
        pack(plain, &mut out).unwrap();
        out
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(batch in batches()) {
            prop_assert_eq!(Batch::decode(&batch.encode().unwrap()).unwrap(), batch);
        }

        #[test]
        fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(Batch::decode(&bytes).is_err());
            prop_assert!(Batch::decode(&[b"DKSB\x01".as_slice(), &bytes].concat()).is_err());
            let _ = Batch::decode(&framed(&bytes));
        }

        #[test]
        fn one_changed_byte_is_seen(batch in batches(), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
            let mut frame = batch.encode().unwrap();
            let at = at.index(frame.len());
            frame[at] ^= flip;
            prop_assert_ne!(Batch::decode(&frame), Ok(batch));
        }

        #[test]
        fn a_cut_frame_is_refused(batch in batches(), at in any::<prop::sample::Index>()) {
            let frame = batch.encode().unwrap();
            prop_assert!(Batch::decode(&frame[..at.index(frame.len())]).is_err());
        }

        #[test]
        fn a_cut_content_is_refused(batch in batches(), at in any::<prop::sample::Index>()) {
            let frame = batch.encode().unwrap();
            let plain = unpack(&frame[5..]).unwrap();
            prop_assert!(Batch::decode(&framed(&plain[..at.index(plain.len())])).is_err());
        }
    }

    #[test]
    fn each_wrong_frame_has_its_name() {
        let good = one().encode().unwrap();
        let plain = unpack(&good[5..]).unwrap();
        let mut no_entries = plain.clone();
        no_entries[60..64].fill(0);
        let mut from_zero = plain.clone();
        from_zero[20..28].fill(0);
        let mut announces_more = plain.clone();
        announces_more[60..64].copy_from_slice(&9000_u32.to_le_bytes());
        let bomb = framed(&vec![0; PLAIN_BYTES_MAX + 1]);
        assert!(bomb.len() < 10_000, "the bomb is small as sent");
        let cases: &[(&str, Vec<u8>, &str)] = &[
            ("nothing", vec![], "sync.batch_foreign"),
            ("a page", b"<html>".to_vec(), "sync.batch_foreign"),
            ("a newer version", b"DKSB\x02".to_vec(), "sync.batch_version"),
            ("no frame", b"DKSB\x01".to_vec(), "sync.batch_damaged"),
            ("half", good[..good.len() / 2].to_vec(), "sync.batch_damaged"),
            ("something after", [good.as_slice(), b"x"].concat(), "sync.batch_length"),
            ("something inside after", framed(&[plain.as_slice(), b"x"].concat()), "sync.batch_length"),
            ("no entries", framed(&no_entries), "sync.batch_count"),
            ("fewer than announced", framed(&announces_more), "sync.batch_length"),
            ("from zero", framed(&from_zero), "sync.batch_number"),
            ("a bomb", bomb, "sync.batch_too_large"),
            ("too long", vec![0; PACKED_BYTES_MAX + 1], "sync.batch_too_large"),
        ];
        for (what, frame, code) in cases {
            assert_eq!(Batch::decode(frame).unwrap_err().code(), *code, "{what}");
        }
    }

    #[test]
    fn what_would_be_refused_is_not_sent() {
        assert_eq!(Batch { entries: vec![], ..one() }.encode(), Err(NotABatch::WrongCount));
        assert_eq!(Batch { from: 0, ..one() }.encode(), Err(NotABatch::WrongNumber));
        assert_eq!(Batch { blobs: vec![vec![0; BLOB_BYTES_MAX + 1]], ..one() }.encode(), Err(NotABatch::TooLarge));
        let large = vec![BatchEntry { hash: [0; 32], bytes: vec![0; PLAIN_BYTES_MAX] }];
        assert_eq!(Batch { entries: large, ..one() }.encode(), Err(NotABatch::TooLarge));
    }
}
