//! Photos, logos, attachments: files under the hash of their content, beside the database.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::refusal::Fault;

/// A folder of files named by their content.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Files in a folder, which is made when it is not there.
    ///
    /// # Errors
    /// [`Fault::Io`].
    pub fn in_folder(folder: &Path) -> Result<Self, Fault> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Keeps the bytes durably; their hash, hexadecimal, is their name.
    ///
    /// # Errors
    /// [`Fault::DiskFull`], [`Fault::Io`].
    pub fn keep(&self, bytes: &[u8]) -> Result<String, Fault> {
        let hash = blake3::hash(bytes).to_hex().to_string();
        let path = self.path(&hash);
        if path.exists() {
            return Ok(hash);
        }
        let parent = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent)?;
        let partial = path.with_extension("partial");
        let written = (|| {
            let mut file = fs::File::create(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&partial, &path)?;
            fs::File::open(parent)?.sync_all()
        })();
        written.map_err(|e: std::io::Error| Fault::from(e).named())?;
        Ok(hash)
    }

    /// The bytes of a file, if it is here.
    ///
    /// # Errors
    /// [`Fault::Io`].
    pub fn read(&self, hash: &str) -> Result<Option<Vec<u8>>, Fault> {
        if blake3::Hash::from_hex(hash).is_err() {
            return Ok(None);
        }
        match fs::read(self.path(hash)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The hashes of all files that are here, in order.
    ///
    /// # Errors
    /// [`Fault::Io`].
    pub fn list(&self) -> Result<Vec<String>, Fault> {
        let mut hashes = Vec::new();
        for shelf in fs::read_dir(&self.folder)? {
            let shelf = shelf?.path();
            if !shelf.is_dir() {
                continue;
            }
            for file in fs::read_dir(shelf)? {
                hashes.extend(file?.file_name().to_str().filter(|name| blake3::Hash::from_hex(name).is_ok()).map(str::to_owned));
            }
        }
        hashes.sort_unstable();
        Ok(hashes)
    }

    /// Where a file of this hash lies, or would lie.
    #[must_use]
    pub fn path(&self, hash: &str) -> PathBuf {
        self.folder.join(&hash[..2]).join(hash)
    }
}
