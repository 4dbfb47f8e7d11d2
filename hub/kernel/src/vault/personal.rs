//! Names, phones, addresses of customers: salted blobs beside the journal. An entry holds the hash; erasing a person
//! drops the blob, the chain still verifies, and views show that the person was erased.

use crate::context::Chance;
use crate::refusal::Fault;
use crate::store::{Engine, Read, Value};

/// Where a projection finds the personal blobs that an entry names.
pub trait PersonalBlobs {
    /// The JSON of the blob with this hash (hexadecimal); nothing when it was erased or never came.
    ///
    /// # Errors
    /// [`Fault::Sqlite`].
    fn find(&self, hash: &str) -> Result<Option<String>, Fault>;
}

/// No blob is here.
#[derive(Debug, Clone, Copy)]
pub struct NoBlobs;

impl PersonalBlobs for NoBlobs {
    fn find(&self, _hash: &str) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

/// The blobs of a database.
pub struct BlobsIn<'r>(pub &'r dyn Read);

impl PersonalBlobs for BlobsIn<'_> {
    fn find(&self, hash: &str) -> Result<Option<String>, Fault> {
        let Some(data) = read_blob(self.0, hash)? else { return Ok(None) };
        Ok(data.get(SALT_BYTES..).and_then(|json| String::from_utf8(json.to_vec()).ok()))
    }
}

const SALT_BYTES: usize = 16;

/// Keeps personal data under the hash of salt and text; the hash, hexadecimal, goes into the entry.
///
/// # Errors
/// [`Fault::Sqlite`], [`Fault::DiskFull`].
pub fn keep_blob(engine: &dyn Engine, chance: &dyn Chance, json: &str) -> Result<String, Fault> {
    let mut data = vec![0_u8; SALT_BYTES];
    chance.fill(&mut data);
    data.extend_from_slice(json.as_bytes());
    let hash = blake3::hash(&data);
    engine.execute(
        "INSERT INTO personal (hash, data) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
        &[Value::Blob(hash.as_bytes().to_vec()), data.into()],
    )?;
    Ok(hash.to_hex().to_string())
}

/// The salted bytes of a blob, as they travel to the head office.
///
/// # Errors
/// [`Fault::Sqlite`].
pub fn read_blob(read: &dyn Read, hash: &str) -> Result<Option<Vec<u8>>, Fault> {
    let Ok(hash) = blake3::Hash::from_hex(hash) else { return Ok(None) };
    read.row("SELECT data FROM personal WHERE hash = ?1", &[Value::Blob(hash.as_bytes().to_vec())])?.map(|row| row.get(0)).transpose()
}

/// Stores salted bytes that came from another node, under their own hash, which is returned.
///
/// # Errors
/// [`Fault::Sqlite`], [`Fault::DiskFull`].
pub fn store_blob(engine: &dyn Engine, data: &[u8]) -> Result<String, Fault> {
    let hash = blake3::hash(data);
    engine.execute(
        "INSERT INTO personal (hash, data) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
        &[Value::Blob(hash.as_bytes().to_vec()), data.into()],
    )?;
    Ok(hash.to_hex().to_string())
}

/// Erases a blob for good.
///
/// # Errors
/// [`Fault::Sqlite`].
pub fn drop_blob(engine: &dyn Engine, hash: &str) -> Result<(), Fault> {
    if let Ok(hash) = blake3::Hash::from_hex(hash) {
        engine.execute("DELETE FROM personal WHERE hash = ?1", &[Value::Blob(hash.as_bytes().to_vec())])?;
    }
    Ok(())
}
