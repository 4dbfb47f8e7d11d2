//! Golden journals (J6): old journals that are kept for ever, with what follows from them.
//!
//! `tests/golden/journal-N.zst` holds every entry of a head office and of its store, as they were first written, and the
//! personal blobs that were left. `journal-N.json` holds what the program of that day made of them: the postings of each
//! kind and version of entry, and the rows of every table. Neither is ever written again: a later program has to come to
//! the same, and a new kind or version of entry needs a new golden journal (`cargo xtask golden`).

mod books;
mod file;
mod returned;
mod story;

use std::path::{Path, PathBuf};

pub use books::{Golden, KindDigest, TableDigest};
pub use file::{Journal, Kept};
pub use story::play;

/// The folder of the golden journals.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The journals that are there, by number: the packed entries and their digests.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn all() -> Vec<(u32, PathBuf, PathBuf)> {
    let mut found: Vec<_> = std::fs::read_dir(folder())
        .expect("the folder of golden journals")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let number: u32 = path.file_name()?.to_str()?.strip_prefix("journal-")?.strip_suffix(".zst")?.parse().ok()?;
            Some((number, path.clone(), path.with_extension("json")))
        })
        .collect();
    found.sort();
    found
}
