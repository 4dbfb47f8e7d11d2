//! Secrets: sealed with XChaCha20-Poly1305 under a key that lies outside the database. Entries name a secret's id.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

use crate::context::Chance;
use crate::refusal::Fault;
use crate::store::{Engine, Read, Value};

const NONCE_BYTES: usize = 24;

/// The key that seals this hub's secrets.
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// Reads the key file, or makes it (readable by its owner only) on the first start.
    ///
    /// # Errors
    /// [`Fault::Io`], [`Fault::Other`] when the file is no key.
    pub fn load_or_make(path: &Path, chance: &dyn Chance) -> Result<Self, Fault> {
        if path.exists() {
            let bytes = fs::read(path)?;
            return bytes.try_into().map(Self).map_err(|_| Fault::Other(format!("{} is no key of this hub", path.display())));
        }
        let mut key = [0_u8; 32];
        chance.fill(&mut key);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&key)?;
        file.sync_all()?;
        Ok(Self(key))
    }

    /// A key of given bytes, for tests and restores.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key for one purpose, derived from this one: a pepper, a cookie's signature.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }

    /// Seals a text for one id.
    ///
    /// # Errors
    /// [`Fault::Other`] when the cipher refuses.
    pub fn seal(&self, id: &str, plain: &[u8], chance: &dyn Chance) -> Result<Vec<u8>, Fault> {
        let mut nonce = [0_u8; NONCE_BYTES];
        chance.fill(&mut nonce);
        let sealed = self
            .cipher()
            .encrypt(&nonce.into(), Payload { msg: plain, aad: id.as_bytes() })
            .map_err(|_| Fault::Other("a secret could not be sealed".to_owned()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`SecretKey::seal`] made for the same id.
    ///
    /// # Errors
    /// [`Fault::Other`] when the key is another, the id is another, or the bytes were changed.
    pub fn open(&self, id: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let broken = || Fault::Other(format!("the secret {id} does not open with this hub's key"));
        let (nonce, body) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(broken)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| broken())?;
        self.cipher().decrypt(&nonce.into(), Payload { msg: body, aad: id.as_bytes() }).map_err(|_| broken())
    }
}

/// Seals and keeps a secret; one that was there is replaced.
///
/// # Errors
/// As [`SecretKey::seal`], and the engine's.
pub fn keep_secret(engine: &dyn Engine, key: &SecretKey, chance: &dyn Chance, id: &str, plain: &[u8]) -> Result<(), Fault> {
    let sealed = key.seal(id, plain, chance)?;
    engine.execute(
        "INSERT INTO secret (id, sealed) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
        &[id.into(), sealed.into()],
    )?;
    Ok(())
}

/// Opens a secret, if it is there.
///
/// # Errors
/// As [`SecretKey::open`], and the engine's.
pub fn read_secret(read: &dyn Read, key: &SecretKey, id: &str) -> Result<Option<Vec<u8>>, Fault> {
    match read.row("SELECT sealed FROM secret WHERE id = ?1", &[Value::from(id)])? {
        Some(row) => key.open(id, &row.get::<Vec<u8>>(0)?).map(Some),
        None => Ok(None),
    }
}

/// Forgets a secret.
///
/// # Errors
/// The engine's.
pub fn drop_secret(engine: &dyn Engine, id: &str) -> Result<(), Fault> {
    engine.execute("DELETE FROM secret WHERE id = ?1", &[id.into()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::SystemChance;

    #[test]
    fn a_secret_opens_for_its_own_id_only() {
        let key = SecretKey::from_bytes([7; 32]);
        let sealed = key.seal("terminal:1", b"token", &SystemChance).unwrap();
        assert_eq!(key.open("terminal:1", &sealed).unwrap(), b"token");
        assert!(key.open("terminal:2", &sealed).is_err());
        assert!(SecretKey::from_bytes([8; 32]).open("terminal:1", &sealed).is_err());
        assert!(key.open("terminal:1", &sealed[..10]).is_err());
    }
}
