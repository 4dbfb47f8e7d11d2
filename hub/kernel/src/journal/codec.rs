//! How an entry's bytes lie on disk: one byte that names the way, then the bytes.
//!
//! Way 1 is zstd with the dictionary `dictionary-1.txt`, which is kept for ever; a better one becomes way 2.

use std::cell::RefCell;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::refusal::Fault;

const PLAIN: u8 = 0;
const ZSTD_1: u8 = 1;
const DICTIONARY_1: &[u8] = include_bytes!("dictionary-1.txt");
/// No entry is larger than this, packed or not.
const LARGEST_ENTRY_BYTES: usize = 16 << 20;
const LEVEL: i32 = 3;

static ENCODER: LazyLock<EncoderDictionary<'static>> = LazyLock::new(|| EncoderDictionary::copy(DICTIONARY_1, LEVEL));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY_1));

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs the bytes of an entry for the disk.
///
/// # Errors
/// [`Fault::Io`] when the packer fails.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    PACKER.with(|slot| {
        let mut slot = slot.borrow_mut();
        let packer = match slot.as_mut() {
            Some(packer) => packer,
            None => slot.insert(Compressor::with_prepared_dictionary(&ENCODER)?),
        };
        let packed = packer.compress(bytes)?;
        let mut out = Vec::with_capacity(packed.len() + 1);
        if packed.len() < bytes.len() {
            out.push(ZSTD_1);
            out.extend_from_slice(&packed);
        } else {
            out.push(PLAIN);
            out.extend_from_slice(bytes);
        }
        Ok(out)
    })
}

/// Unpacks what [`pack`] made.
///
/// # Errors
/// [`Fault::Invariant`] J6 for a way this program does not know, [`Fault::Io`] for damaged bytes.
pub fn unpack(stored: &[u8]) -> Result<Vec<u8>, Fault> {
    match stored.split_first() {
        Some((&PLAIN, bytes)) => Ok(bytes.to_vec()),
        Some((&ZSTD_1, packed)) => UNPACKER.with(|slot| {
            let mut slot = slot.borrow_mut();
            let unpacker = match slot.as_mut() {
                Some(unpacker) => unpacker,
                None => slot.insert(Decompressor::with_prepared_dictionary(&DECODER)?),
            };
            let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().unwrap_or(0);
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size > LARGEST_ENTRY_BYTES {
                return Err(Fault::invariant("J2", "an entry is larger than any that is written"));
            }
            Ok(unpacker.decompress(packed, size)?)
        }),
        _ => Err(Fault::invariant("J6", "an entry is packed in a way this program does not know")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(bytes in prop::collection::vec(any::<u8>(), 0..5000)) {
            prop_assert_eq!(unpack(&pack(&bytes).unwrap()).unwrap(), bytes);
        }

        #[test]
        fn damaged_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = unpack(&bytes);
        }
    }
}
