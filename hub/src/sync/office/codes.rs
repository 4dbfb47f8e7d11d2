//! One-time codes and tokens. Both are derived from the hub's key, so that a repeated request gets the same answer
//! and nothing of them has to be stored in clear.

use duken_kernel::vault::SecretKey;
use duken_protocol::ids::{NodeId, RequestId};

/// A code is good for a day.
pub const CODE_LIFE_MS: i64 = 24 * 3_600_000;

/// Letters and digits that are not taken for one another (Crockford).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS: usize = 10;

/// The code that a request makes: ten letters, fifty bits, in two groups.
#[must_use]
pub fn code_of(key: &SecretKey, request: RequestId) -> String {
    let hash = blake3::keyed_hash(&key.derive("duken sync code 1"), request.as_bytes());
    let letters: String = hash.as_bytes().iter().take(CODE_LETTERS).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    format!("{}-{}", &letters[..CODE_LETTERS / 2], &letters[CODE_LETTERS / 2..])
}

/// What is kept of a code: it tells nothing without the hub's key.
#[must_use]
pub fn code_verifier(key: &SecretKey, code: &str) -> Vec<u8> {
    blake3::keyed_hash(&key.derive("duken sync code verifier 1"), plain(code).as_bytes()).as_bytes().to_vec()
}

/// The token of a store that joins with a code: the same code and store give the same token.
#[must_use]
pub fn token_of(key: &SecretKey, code: &str, node: NodeId) -> String {
    let mut hasher = blake3::Hasher::new_keyed(&key.derive("duken sync token 1"));
    hasher.update(plain(code).as_bytes()).update(&[0]).update(node.0.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// What is kept of a token. A token has 256 bits of chance, so a plain hash is enough.
#[must_use]
pub fn token_verifier(token: &str) -> Vec<u8> {
    blake3::derive_key("duken sync token verifier 1", token.as_bytes()).to_vec()
}

/// A code as a person types it: small letters, spaces, the look-alikes.
fn plain(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use duken_protocol::ids::RequestId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let key = SecretKey::from_bytes([3; 32]);
        let request = RequestId::new(Uuid::now_v7()).unwrap();
        let code = code_of(&key, request);
        assert_eq!(code.len(), 11);
        assert_eq!(code, code_of(&key, request), "a repeat gets the same");
        let typed = format!(" {} ", code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(code_verifier(&key, &typed), code_verifier(&key, &code));
        assert_ne!(code_verifier(&SecretKey::from_bytes([4; 32]), &code), code_verifier(&key, &code));
    }

    #[test]
    fn a_token_belongs_to_one_store() {
        let key = SecretKey::from_bytes([3; 32]);
        let (a, b) = (NodeId(Uuid::from_u128(1)), NodeId(Uuid::from_u128(2)));
        assert_eq!(token_of(&key, "AAAAA-BBBBB", a), token_of(&key, "aaaaabbbbb", a));
        assert_ne!(token_of(&key, "AAAAA-BBBBB", a), token_of(&key, "AAAAA-BBBBB", b));
    }
}
