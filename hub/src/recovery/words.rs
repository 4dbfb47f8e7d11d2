//! Words and keys: 24 words of the BIP-39 English list hold 256 bits and a checksum; the key pair follows from them by
//! RFC 9180 `DeriveKeyPair` for X25519, so that the words are all that has to be kept.

use bip39::{Language, Mnemonic};
use duken_kernel::context::Chance;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};

/// How many words a sheet has.
pub const WORDS: usize = 24;

/// What the words stand for. It opens what was sealed to its sheet, and is never written to a disk.
#[derive(Clone)]
pub struct Words([u8; 32]);

/// Why a text is no sheet's words. In the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotWords {
    /// Not 24 of them.
    #[error("a sheet has {WORDS} words, here are {0}")]
    Count(usize),
    /// One is not in the list: its place, from 1.
    #[error("word {0} is not in the list")]
    Unknown(usize),
    /// A word is another of the list, or two changed places.
    #[error("the words do not belong together")]
    Checksum,
}

impl Words {
    /// New words.
    #[must_use]
    pub fn make(chance: &dyn Chance) -> Self {
        let mut entropy = [0; 32];
        chance.fill(&mut entropy);
        Self(entropy)
    }

    /// Reads words as people type them: any case, any white space, numbers and punctuation between them.
    ///
    /// # Errors
    /// As [`NotWords`] lists them.
    pub fn read(text: &str) -> Result<Self, NotWords> {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()).collect();
        if words.len() != WORDS {
            return Err(NotWords::Count(words.len()));
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &words.join(" ")).map_err(|error| match error {
            bip39::Error::UnknownWord(index) => NotWords::Unknown(index + 1),
            _ => NotWords::Checksum,
        })?;
        mnemonic.to_entropy().try_into().map(Self).map_err(|_| NotWords::Checksum)
    }

    /// The words, in their order.
    #[must_use]
    pub fn list(&self) -> Vec<&'static str> {
        Mnemonic::from_entropy_in(Language::English, &self.0).map(|m| m.words().collect()).unwrap_or_default()
    }

    /// The key that seals to these words.
    #[must_use]
    pub fn sheet(&self) -> SheetKey {
        SheetKey(self.pair().1)
    }

    pub(super) fn pair(&self) -> (<X25519HkdfSha256 as Kem>::PrivateKey, <X25519HkdfSha256 as Kem>::PublicKey) {
        X25519HkdfSha256::derive_keypair(&self.0)
    }
}

/// The public half: it seals, and opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetKey(pub(super) <X25519HkdfSha256 as Kem>::PublicKey);

impl SheetKey {
    /// As it is kept: `x25519:` and 64 hexadecimal digits.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.0.to_bytes();
        format!("x25519:{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Reads [`SheetKey::text`].
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = blake3::Hash::from_hex(text.strip_prefix("x25519:")?).ok()?;
        <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(bytes.as_bytes()).ok().map(Self)
    }

    /// What tells one sheet from another on paper: `3F2A-91C0`.
    #[must_use]
    pub fn name(&self) -> String {
        let hash = blake3::derive_key("duken recovery sheet name 1", &self.0.to_bytes());
        let digits: String = hash.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
        format!("{}-{}", &digits[..4], &digits[4..])
    }
}

#[cfg(test)]
mod tests {
    use duken_kernel::context::SystemChance;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_read_as_people_type_them() {
        let words = Words::make(&SystemChance);
        let list = words.list();
        assert_eq!(list.len(), WORDS);
        let typed: String = list.iter().enumerate().map(|(n, word)| format!("{}. {} \n", n + 1, word.to_uppercase())).collect();
        assert_eq!(Words::read(&typed).map(|read| read.0), Ok(words.0));
        assert_eq!(SheetKey::read(&words.sheet().text()), Some(words.sheet()));
        assert_eq!(words.sheet().name().len(), 9);
    }

    #[test]
    fn the_list_is_the_well_known_one() {
        // The test vector of BIP-39 for 256 zero bits.
        let list = Words([0; 32]).list();
        assert!(list[..23].iter().all(|word| *word == "abandon"));
        assert_eq!(list[23], "art");
    }

    #[test]
    fn each_slip_of_the_pen_has_its_name() {
        let good = Words([7; 32]).list();
        let with = |place: usize, word: &'static str| {
            let mut words = good.clone();
            words[place] = word;
            words.join(" ")
        };
        let cases: &[(String, NotWords)] = &[
            (String::new(), NotWords::Count(0)),
            (good[..23].join(" "), NotWords::Count(23)),
            (with(4, "duken"), NotWords::Unknown(5)),
            (with(23, if good[23] == "zoo" { "art" } else { "zoo" }), NotWords::Checksum),
        ];
        for (text, expected) in cases {
            assert_eq!(Words::read(text).map(|_| ()), Err(*expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,300}") {
            let _any = Words::read(&text);
            let _any = SheetKey::read(&text);
        }
    }
}
