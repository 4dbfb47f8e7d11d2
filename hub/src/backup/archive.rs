//! A backup as one file.
//!
//! ```text
//! "DKBK" · version (1) · length (u32) · header (JSON, in clear)
//!   · file key, sealed to the recovery sheet, the header bound to it (80)
//!   · STREAM of a zstd frame of a tar: manifest.json, secret.key, tls/…, duken.db, files/<hash>
//! ```
//!
//! Numbers are little-endian. The header tells people and programs what this is and which sheet opens it; nothing of
//! the store's business is in clear.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;

use duken_kernel::Fault;
use duken_kernel::context::Chance;
use serde::{Deserialize, Serialize};

use super::progress::Progress;
use super::stream::{OpenReader, SealWriter};
use crate::config::Role;
use crate::recovery::seal::{self, SEALED_BYTES};
use crate::recovery::{SheetKey, Words};

/// The version of the frame.
pub const VERSION: u8 = 1;
const MAGIC: &[u8; 4] = b"DKBK";
const HEADER_BYTES_MAX: usize = 64 << 10;
const LEVEL: i32 = 3;

/// What a backup says of itself in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The node's id.
    pub node: String,
    /// Store or head office.
    pub role: Role,
    /// The store's name.
    pub store: String,
    /// When the copy was taken: milliseconds since 1970 UTC.
    pub made_ms: i64,
    /// The epoch of the node then.
    pub epoch: u32,
    /// The last number of its journal then.
    pub end: i64,
    /// The sheet that opens it, as it is called on paper.
    pub sheet: String,
    /// The program that wrote it.
    pub program: String,
    /// The format of the database inside.
    pub database: i64,
    /// Whether photos and other files are inside.
    pub files: bool,
}

/// What is inside beside the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The digest of all views, as `verify` gives it.
    pub digest: String,
    /// Whether everything held.
    pub holds: bool,
}

/// One file inside: its name there, its length, the hash of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the archive.
    pub name: String,
    /// In bytes.
    pub bytes: u64,
    /// Of the bytes.
    pub hash: blake3::Hash,
}

/// What was written: enough to read it back without the words, while this is in memory.
pub struct Written {
    /// The key of the stream.
    pub key: [u8; 32],
    /// What is inside.
    pub members: Vec<Member>,
}

/// Why a file does not open. In the order in which it is checked.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// It begins otherwise.
    #[error("this is no backup")]
    Foreign,
    /// Written by a newer program.
    #[error("the backup was written by a newer program")]
    Newer,
    /// The words are those of another sheet than this one.
    #[error("the backup opens with sheet {0}")]
    OtherSheet(String),
    /// Changed or cut since it was written.
    #[error("the backup is damaged")]
    Damaged,
    /// The machine.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Writes a backup: the manifest, then each file under its name.
///
/// # Errors
/// [`Fault::DiskFull`], [`Fault::Io`].
pub fn write<W: Write>(
    mut out: W,
    header: &Header,
    sheet: &SheetKey,
    chance: &dyn Chance,
    contents: (&Manifest, &[(String, PathBuf)]),
    progress: &Progress,
) -> Result<(W, Written), Fault> {
    let named = |error: io::Error| Fault::from(error).named();
    let mut key = [0; 32];
    chance.fill(&mut key);
    let front = front_of(header)?;
    out.write_all(&front).map_err(named)?;
    out.write_all(&seal::seal(sheet, &key, &front, chance)?).map_err(named)?;
    let packer = zstd::Encoder::new(SealWriter::new(out, &key), LEVEL).map_err(named)?;
    let mut tar = tar::Builder::new(packer);
    let mut members = Vec::new();
    let manifest = serde_json::to_vec(contents.0)?;
    members.push(append(&mut tar, "manifest.json", manifest.len() as u64, &manifest[..], progress).map_err(named)?);
    for (name, path) in contents.1 {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        members.push(append(&mut tar, name, bytes, BufReader::new(file), progress).map_err(named)?);
    }
    let out = tar.into_inner().and_then(zstd::Encoder::finish).and_then(SealWriter::finish).map_err(named)?;
    Ok((out, Written { key, members }))
}

fn append<W: Write>(tar: &mut tar::Builder<W>, name: &str, bytes: u64, from: impl Read, progress: &Progress) -> io::Result<Member> {
    let mut entry = tar::Header::new_gnu();
    entry.set_size(bytes);
    entry.set_mode(0o600);
    entry.set_mtime(0);
    let mut counted = Counted { from: from.take(bytes), hasher: blake3::Hasher::new(), read: 0, progress };
    tar.append_data(&mut entry, name, &mut counted)?;
    if counted.read != bytes {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("{name} became shorter while it was read")));
    }
    Ok(Member { name: name.to_owned(), bytes, hash: counted.hasher.finalize() })
}

struct Counted<'p, R> {
    from: R,
    hasher: blake3::Hasher,
    read: u64,
    progress: &'p Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(out)?;
        self.hasher.update(&out[..count]);
        self.read += count as u64;
        self.progress.advance(count as u64);
        Ok(count)
    }
}

fn front_of(header: &Header) -> Result<Vec<u8>, Fault> {
    let json = serde_json::to_vec(header)?;
    let length = u32::try_from(json.len()).map_err(|_| Fault::Other("the header is too long".to_owned()))?;
    Ok([MAGIC.as_slice(), &[VERSION], &length.to_le_bytes(), &json].concat())
}

/// A backup whose header was read.
pub struct Archive<R> {
    /// What it says of itself.
    pub header: Header,
    front: Vec<u8>,
    sealed: [u8; SEALED_BYTES],
    input: R,
}

impl<R: Read> Archive<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`NotOpened::Foreign`], [`NotOpened::Newer`], [`NotOpened::Damaged`].
    pub fn open(mut input: R) -> Result<Self, NotOpened> {
        let mut head = [0; 9];
        input.read_exact(&mut head).map_err(|_| NotOpened::Foreign)?;
        if head[..4] != *MAGIC {
            return Err(NotOpened::Foreign);
        }
        if head[4] > VERSION {
            return Err(NotOpened::Newer);
        }
        let length = u32::from_le_bytes([head[5], head[6], head[7], head[8]]) as usize;
        if length > HEADER_BYTES_MAX {
            return Err(NotOpened::Damaged);
        }
        let mut json = vec![0; length];
        let mut sealed = [0; SEALED_BYTES];
        input.read_exact(&mut json).map_err(|_| NotOpened::Damaged)?;
        input.read_exact(&mut sealed).map_err(|_| NotOpened::Damaged)?;
        let header: Header = serde_json::from_slice(&json).map_err(|_| NotOpened::Damaged)?;
        if header.database > duken_kernel::store::sqlite::FORMAT {
            return Err(NotOpened::Newer);
        }
        Ok(Self { header, front: [head.as_slice(), &json].concat(), sealed, input })
    }

    /// Opens the key with the words of the sheet.
    ///
    /// # Errors
    /// [`NotOpened::OtherSheet`], then [`NotOpened::Damaged`] when they are the right words and it does not open.
    pub fn key(&self, words: &Words) -> Result<[u8; 32], NotOpened> {
        if words.sheet().name() != self.header.sheet {
            return Err(NotOpened::OtherSheet(self.header.sheet.clone()));
        }
        seal::open(words, &self.sealed, &self.front).ok_or(NotOpened::Damaged)
    }

    /// Reads everything inside, to the end. `each` takes a member's name, length and bytes; it has to read them all.
    ///
    /// # Errors
    /// [`NotOpened::Damaged`], [`NotOpened::Fault`] with what `each` says.
    pub fn walk(self, key: &[u8; 32], mut each: impl FnMut(&str, u64, &mut dyn Read) -> Result<(), Fault>) -> Result<(), NotOpened> {
        let damaged = |_| NotOpened::Damaged;
        let plain = OpenReader::new(self.input, key).map_err(damaged)?;
        let mut tar = tar::Archive::new(zstd::Decoder::new(plain).map_err(damaged)?);
        for entry in tar.entries().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let name = entry.path().map_err(damaged)?.to_str().ok_or(NotOpened::Damaged)?.to_owned();
            let bytes = entry.size();
            let mut watched = Watched { from: entry, read: 0, failed: false };
            let taken = each(&name, bytes, &mut watched);
            if watched.failed || (taken.is_ok() && watched.read != bytes) {
                return Err(NotOpened::Damaged);
            }
            taken?;
        }
        // The end of the tar is not the end of the stream: only its last piece says that nothing is missing.
        io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(damaged)?;
        Ok(())
    }
}

/// Tells a failure of the backup from a failure of the disk it is unpacked to.
struct Watched<R> {
    from: R,
    read: u64,
    failed: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(out).inspect_err(|_| self.failed = true)?;
        self.read += count as u64;
        Ok(count)
    }
}

/// Reads a backup back and compares it with what was put into it.
///
/// # Errors
/// As [`Archive::open`] and [`Archive::walk`]; [`NotOpened::Damaged`] for any difference.
pub fn read_back(input: impl Read, written: &Written, progress: &Progress) -> Result<(), NotOpened> {
    let mut expected = written.members.iter();
    let mut same = true;
    Archive::open(input)?.walk(&written.key, |name, bytes, from| {
        let mut counted = Counted { from, hasher: blake3::Hasher::new(), read: 0, progress };
        io::copy(&mut counted, &mut io::sink())?;
        let found = Member { name: name.to_owned(), bytes, hash: counted.hasher.finalize() };
        same &= expected.next() == Some(&found);
        Ok(())
    })?;
    if same && expected.next().is_none() { Ok(()) } else { Err(NotOpened::Damaged) }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
