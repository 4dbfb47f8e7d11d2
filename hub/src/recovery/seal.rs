//! Sealing a key to a sheet: HPKE (RFC 9180) in base mode, X25519 with ChaCha20-Poly1305. Whoever seals needs no words;
//! whoever opens needs them.

use duken_kernel::Fault;
use duken_kernel::context::Chance;
use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::inout::InOutBuf;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};

use super::words::{SheetKey, Words};

/// Bytes of a sealed key: the encapsulated key, the key, its tag.
pub const SEALED_BYTES: usize = 32 + 32 + 16;

const INFO: &[u8] = b"duken recovery sheet 1";

/// Seals 32 bytes to a sheet. `context` is bound to them: they open with the same one only.
///
/// # Errors
/// [`Fault::Other`] when the cipher refuses.
pub fn seal(sheet: &SheetKey, key: &[u8; 32], context: &[u8], chance: &dyn Chance) -> Result<[u8; SEALED_BYTES], Fault> {
    let mut hidden = *key;
    let (encapsulated, tag) = hpke::single_shot_seal_inout_detached_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &sheet.0,
        INFO,
        InOutBuf::from(&mut hidden[..]),
        context,
        &mut Drawn(chance),
    )
    .map_err(|error| Fault::Other(format!("a key could not be sealed to the recovery sheet: {error}")))?;
    let mut sealed = [0; SEALED_BYTES];
    sealed[..32].copy_from_slice(&encapsulated.to_bytes());
    sealed[32..64].copy_from_slice(&hidden);
    sealed[64..].copy_from_slice(&tag.to_bytes());
    Ok(sealed)
}

/// Opens what [`seal`] made for these words and this context; nothing for other words, another context or changed bytes.
#[must_use]
pub fn open(words: &Words, sealed: &[u8; SEALED_BYTES], context: &[u8]) -> Option<[u8; 32]> {
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&sealed[..32]).ok()?;
    let tag = AeadTag::from_bytes(&sealed[64..]).ok()?;
    let mut key: [u8; 32] = sealed[32..64].try_into().ok()?;
    hpke::single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &words.pair().0,
        &encapsulated,
        INFO,
        InOutBuf::from(&mut key[..]),
        context,
        &tag,
    )
    .ok()?;
    Some(key)
}

/// The chance that is handed in, as the cipher wants it.
struct Drawn<'c>(&'c dyn Chance);

impl TryRng for Drawn<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}

#[cfg(test)]
mod tests {
    use duken_kernel::context::SystemChance;

    use super::*;

    #[test]
    fn what_is_sealed_to_a_sheet_opens_with_its_words_only() {
        let words = Words::make(&SystemChance);
        let sealed = seal(&words.sheet(), &[5; 32], b"backup", &SystemChance).unwrap();
        assert_eq!(open(&words, &sealed, b"backup"), Some([5; 32]));
        assert_eq!(open(&Words::make(&SystemChance), &sealed, b"backup"), None);
        assert_eq!(open(&words, &sealed, b"another"), None);
        for at in 0..SEALED_BYTES {
            let mut changed = sealed;
            changed[at] ^= 1;
            assert_eq!(open(&words, &changed, b"backup"), None, "byte {at}");
        }
    }
}
