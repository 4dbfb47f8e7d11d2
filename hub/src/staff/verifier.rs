//! Verifiers of passwords (argon2id, OWASP parameters) and PINs (keyed with the hub's pepper).

use argon2::{Algorithm, Argon2, Params, Version};
use duken_kernel::Fault;
use duken_kernel::context::Chance;
use duken_kernel::vault::SecretKey;

const WAY: u8 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

fn argon2(pepper: &[u8; 32]) -> Result<Argon2<'_>, Fault> {
    // 19 MiB, two passes, one lane: OWASP's first choice for argon2id.
    let params = Params::new(19_456, 2, 1, Some(HASH_BYTES)).map_err(|e| Fault::Other(e.to_string()))?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(|e| Fault::Other(e.to_string()))
}

/// Makes a password's verifier. Takes tens of milliseconds on purpose.
///
/// # Errors
/// [`Fault::Other`] when the algorithm refuses.
pub fn of_password(key: &SecretKey, chance: &dyn Chance, password: &str) -> Result<Vec<u8>, Fault> {
    let pepper = key.derive("duken password pepper 1");
    let mut verifier = vec![0_u8; 1 + SALT_BYTES + HASH_BYTES];
    verifier[0] = WAY;
    chance.fill(&mut verifier[1..=SALT_BYTES]);
    let (head, hash) = verifier.split_at_mut(1 + SALT_BYTES);
    argon2(&pepper)?.hash_password_into(password.as_bytes(), &head[1..], hash).map_err(|e| Fault::Other(e.to_string()))?;
    Ok(verifier)
}

/// Whether a password is the one of the verifier.
///
/// # Errors
/// [`Fault::Other`] when the algorithm refuses.
pub fn fits_password(key: &SecretKey, verifier: &[u8], password: &str) -> Result<bool, Fault> {
    if verifier.len() != 1 + SALT_BYTES + HASH_BYTES || verifier[0] != WAY {
        return Ok(false);
    }
    let pepper = key.derive("duken password pepper 1");
    let mut hash = [0_u8; HASH_BYTES];
    argon2(&pepper)?
        .hash_password_into(password.as_bytes(), &verifier[1..=SALT_BYTES], &mut hash)
        .map_err(|e| Fault::Other(e.to_string()))?;
    Ok(same(&hash, &verifier[1 + SALT_BYTES..]))
}

/// Makes a PIN's verifier: the same PIN of the same hub has the same verifier, so that two people cannot share one.
#[must_use]
pub fn of_pin(key: &SecretKey, pin: &str) -> Vec<u8> {
    blake3::keyed_hash(&key.derive("duken pin pepper 1"), pin.as_bytes()).as_bytes().to_vec()
}

/// Compares without telling by time where the difference is.
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0_u8, |differs, (x, y)| differs | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use duken_kernel::context::SystemChance;

    use super::*;

    #[test]
    fn a_password_fits_its_own_verifier_on_its_own_hub_only() {
        let key = SecretKey::from_bytes([1; 32]);
        let verifier = of_password(&key, &SystemChance, "correct horse").unwrap();
        assert!(fits_password(&key, &verifier, "correct horse").unwrap());
        assert!(!fits_password(&key, &verifier, "correct house").unwrap());
        assert!(!fits_password(&SecretKey::from_bytes([2; 32]), &verifier, "correct horse").unwrap());
        assert!(!fits_password(&key, b"", "correct horse").unwrap());
    }
}
