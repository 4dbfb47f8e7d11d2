//! The ballast: a file that takes up room, to be given away on the day the disk is full.
//!
//! Without it a full disk would leave a store with an open shift that cannot be closed and screens that cannot be
//! unlocked. When a group finds no room the file is emptied; as long as it lies there empty, also over a restart, only
//! commands that close something are run ([`super::Need::Closing`]), all others are refused. Once there is room again
//! the file is filled anew, first of all.

use std::fs::File;
use std::path::{Path, PathBuf};

/// How many times its own size must be free before the ballast is filled: room for itself, and to work in.
const ROOM: u64 = 3;

/// A file that takes up room.
#[derive(Debug)]
pub struct Ballast {
    path: PathBuf,
    bytes: u64,
}

impl Ballast {
    /// A ballast of this size at this path; it is filled by the writer that takes it.
    #[must_use]
    pub fn new(path: &Path, bytes: u64) -> Self {
        Self { path: path.to_owned(), bytes }
    }

    /// Fills it when it is not full and the disk has the room. Whether ordinary commands may be run: they may not from
    /// the day its room was given away until it is full again.
    pub fn hold(&self) -> bool {
        match self.path.metadata() {
            Ok(found) if found.len() == self.bytes => true,
            Ok(_) => self.fits() && self.filled(),
            // It never was: a disk that is too small for it is no reason to refuse.
            Err(_) => !self.fits() || self.filled(),
        }
    }

    fn filled(&self) -> bool {
        match self.fill() {
            Ok(()) => {
                tracing::info!(path = %self.path.display(), bytes = self.bytes, "the ballast for a full disk is there");
                true
            }
            Err(error) => {
                tracing::warn!(%error, path = %self.path.display(), "the ballast for a full disk cannot be filled");
                self.free();
                false
            }
        }
    }

    /// Gives its room away if the disk has next to none; whether it did.
    pub fn gives_way(&self) -> bool {
        const NEXT_TO_NONE: u64 = 1 << 20;
        let needed = self.room().is_some_and(|free| free < NEXT_TO_NONE) && self.path.metadata().is_ok_and(|found| found.len() > 0);
        if needed {
            self.free();
        }
        needed
    }

    /// Gives its room away.
    pub fn free(&self) {
        let emptied = File::options().write(true).open(&self.path).and_then(|file| {
            file.set_len(0)?;
            file.sync_all()
        });
        match emptied {
            Ok(()) => tracing::error!(path = %self.path.display(), "the disk is full: the ballast gave its room away"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::error!(%error, path = %self.path.display(), "the ballast could not be emptied"),
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or_else(|| Path::new("."))
    }

    fn fits(&self) -> bool {
        self.room().is_some_and(|free| free / ROOM >= self.bytes)
    }

    /// The bytes that are free on its disk.
    fn room(&self) -> Option<u64> {
        match nix::sys::statvfs::statvfs(self.folder()) {
            Ok(disk) => Some(disk.blocks_available().saturating_mul(disk.fragment_size())),
            Err(error) => {
                tracing::warn!(%error, "how much room the disk has cannot be known");
                None
            }
        }
    }

    /// Takes the blocks without writing them: a store's start does not wait for it.
    fn fill(&self) -> std::io::Result<()> {
        let length = i64::try_from(self.bytes).map_err(|_| std::io::ErrorKind::FileTooLarge)?;
        let file = File::create(&self.path)?;
        nix::fcntl::posix_fallocate(&file, 0, length)?;
        file.sync_all()?;
        File::open(self.folder())?.sync_all()
    }
}
