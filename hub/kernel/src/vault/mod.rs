//! What must not lie in the journal: personal data (salted blobs beside it) and secrets (sealed).

mod files;
mod personal;
mod secrets;

pub use files::Files;
pub use personal::{BlobsIn, NoBlobs, PersonalBlobs, drop_blob, keep_blob, read_blob, store_blob};
pub use secrets::{SecretKey, drop_secret, keep_secret, read_secret};

/// The statements that make the vault's tables.
pub const DDL: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS personal (hash BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS secret (id TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID",
];
