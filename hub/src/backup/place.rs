//! Where backups are kept: a folder of this disk, or one on a disk that may be unplugged. A folder that people chose
//! carries a mark, so that the empty folder under an unplugged disk is not taken for it.

use std::fs::{self, File};
use std::io::BufReader;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use duken_kernel::{Fault, Refusal, Reject};

use super::archive::{Archive, Header};
use super::{PLACE_INVALID, PLACE_MISSING, PLACE_READ_ONLY};

/// The folder beside the books, when nobody chose another.
const BESIDE: &str = "backups";
const MARK: &str = "duken-backups.txt";

/// A folder for backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    chosen: bool,
}

/// A backup that lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What it says of itself.
    pub header: Header,
}

impl Place {
    /// The chosen folder, or the one beside the books.
    #[must_use]
    pub fn of(chosen: Option<&str>, data: &Path) -> Self {
        match chosen {
            Some(folder) => Self { folder: PathBuf::from(folder), chosen: true },
            None => Self { folder: data.join(BESIDE), chosen: false },
        }
    }

    /// A folder that was named on the command line: whoever names it sees it.
    #[must_use]
    pub fn named(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), chosen: false }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it lies on the same disk as the books: it does not outlive that disk.
    #[must_use]
    pub fn same_disk(&self, data: &Path) -> bool {
        let disk = |path: &Path| fs::metadata(path).map(|meta| meta.dev()).ok();
        disk(&self.folder).or_else(|| self.folder.parent().and_then(disk)) == disk(data)
    }

    /// Marks a folder that people choose now.
    ///
    /// # Errors
    /// `backup.place_invalid`, `backup.place_missing`, `backup.place_read_only`.
    pub fn choose(folder: &str) -> Result<(), Refusal> {
        let path = Path::new(folder);
        if !path.is_absolute() {
            return Err(PLACE_INVALID.refuse().field("place"));
        }
        if !path.is_dir() {
            return Err(PLACE_MISSING.refuse().field("place").with("place", folder));
        }
        fs::write(path.join(MARK), "Düken\n").map_err(|_| PLACE_READ_ONLY.refuse().field("place").with("place", folder))
    }

    /// Makes ready: the folder beside the books is made, a chosen one must be the one that was chosen.
    ///
    /// # Errors
    /// `backup.place_missing`, `backup.place_read_only`.
    pub fn ready(&self) -> Result<(), Reject> {
        let shown = self.folder.display().to_string();
        if self.chosen && !self.folder.join(MARK).is_file() {
            return Err(PLACE_MISSING.refuse().with("place", shown).into());
        }
        fs::create_dir_all(&self.folder).map_err(|_| Reject::from(PLACE_READ_ONLY.refuse().with("place", shown)))
    }

    /// The name of a new backup there.
    ///
    /// # Errors
    /// [`Fault::Other`] for a time that no calendar has.
    pub fn path_of(&self, header: &Header) -> Result<PathBuf, Fault> {
        let at = jiff::Timestamp::from_millisecond(header.made_ms).map_err(|error| Fault::Other(error.to_string()))?;
        Ok(self.folder.join(format!(
            "{}-{}-{:03}.dkb",
            prefix(&header.node),
            at.strftime("%Y%m%dT%H%M%SZ"),
            header.made_ms.rem_euclid(1_000)
        )))
    }

    /// The backups of a node that lie there, the newest first. What does not read is passed over.
    #[must_use]
    pub fn kept(&self, node: &str) -> Vec<Kept> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let files = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "dkb"));
        let mut kept: Vec<Kept> = files.filter_map(|path| read(&path)).filter(|kept| kept.header.node == node).collect();
        kept.sort_by_key(|kept| std::cmp::Reverse((kept.header.made_ms, kept.path.clone())));
        kept
    }

    /// Deletes all but the newest backups of a node, and what never came to an end.
    pub fn rotate(&self, node: &str, keep: usize) {
        for old in self.kept(node).iter().skip(keep.max(1)) {
            if let Err(error) = fs::remove_file(&old.path) {
                tracing::warn!(%error, file = %old.path.display(), "an old backup could not be deleted");
            }
        }
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(&prefix(node)) && name.ends_with(".partial") {
                let _gone = fs::remove_file(&path);
            }
        }
    }
}

fn prefix(node: &str) -> String {
    format!("duken-{}", node.get(..8).unwrap_or(node))
}

fn read(path: &Path) -> Option<Kept> {
    let file = File::open(path).ok()?;
    let bytes = file.metadata().ok()?.len();
    let archive = Archive::open(BufReader::new(file)).ok()?;
    Some(Kept { path: path.to_owned(), bytes, header: archive.header })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_folder_must_be_the_one_that_was_chosen() {
        let disk = tempfile::tempdir().unwrap();
        let mount = disk.path().join("usb");
        let name = mount.to_str().unwrap();
        let place = Place::of(Some(name), disk.path());
        assert_eq!(Place::choose("usb").unwrap_err().code, PLACE_INVALID);
        assert_eq!(Place::choose(name).unwrap_err().code, PLACE_MISSING);
        fs::create_dir(&mount).unwrap();
        assert!(matches!(place.ready(), Err(Reject::Refused(refusal)) if refusal.code == PLACE_MISSING), "nobody chose it");
        Place::choose(name).unwrap();
        place.ready().unwrap();
        fs::rename(&mount, disk.path().join("unplugged")).unwrap();
        fs::create_dir(&mount).unwrap();
        assert!(place.ready().is_err(), "the folder under the disk is not the disk");
        assert!(place.same_disk(disk.path()));
    }
}
