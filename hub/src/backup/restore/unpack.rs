//! A backup, unpacked.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use duken_kernel::{Fault, Reject};

use super::assemble::{Opened, Workshop};
use super::not_opened;
use crate::backup::archive::{Archive, Manifest};
use crate::backup::{DAMAGED, NO_BACKUP};
use crate::recovery::Words;

/// The backup that is meant: the file itself, or the newest in a folder.
///
/// # Errors
/// `restore.no_backup`.
pub(super) fn newest(from: &Path) -> Result<PathBuf, Reject> {
    let nothing = || Reject::from(NO_BACKUP.refuse().with("place", from.display().to_string()));
    if from.is_file() {
        return Ok(from.to_owned());
    }
    let entries = fs::read_dir(from).map_err(|_| nothing())?;
    let files = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "dkb"));
    let made = |path: &PathBuf| Archive::open(BufReader::new(File::open(path).ok()?)).ok().map(|archive| archive.header.made_ms);
    files.filter_map(|path| Some((made(&path)?, path))).max().map(|(_, path)| path).ok_or_else(nothing)
}

/// Unpacks a backup into the workshop.
///
/// # Errors
/// As [`super::restore`] lists them for a backup.
pub(super) fn unpack(workshop: &Workshop, path: &Path, words: &Words) -> Result<Opened, Reject> {
    let file = File::open(path).map_err(|_| NO_BACKUP.refuse().with("place", path.display().to_string()))?;
    let archive = Archive::open(BufReader::with_capacity(1 << 20, file)).map_err(not_opened)?;
    let key = archive.key(words).map_err(not_opened)?;
    let header = archive.header.clone();
    let mut manifest: Option<Manifest> = None;
    archive
        .walk(&key, |name, _, from| {
            if name == "manifest.json" {
                let mut text = String::new();
                from.read_to_string(&mut text)?;
                manifest = Some(serde_json::from_str(&text)?);
                return Ok(());
            }
            let target = place_of(name).ok_or_else(|| Fault::Other(format!("{name} does not belong into a backup")))?;
            write(&workshop.folder().join(target), from)
        })
        .map_err(not_opened)?;
    let manifest = manifest.ok_or_else(|| DAMAGED.refuse())?;
    if !workshop.folder().join("duken.db").is_file() || !workshop.folder().join("secret.key").is_file() {
        return DAMAGED.err();
    }
    Ok(Opened { header, digest: manifest.digest })
}

/// Where a member lies; nothing for a name that no backup of this program has.
fn place_of(name: &str) -> Option<PathBuf> {
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) && part != "..";
    match name.split_once('/') {
        None if matches!(name, "duken.db" | "secret.key") => Some(PathBuf::from(name)),
        Some(("tls", part)) if plain(part) => Some(Path::new("tls").join(part)),
        Some(("files", hash)) if blake3::Hash::from_hex(hash).is_ok() => Some(Path::new("files").join(&hash[..2]).join(hash)),
        _ => None,
    }
}

fn write(path: &Path, from: &mut dyn io::Read) -> Result<(), Fault> {
    let named = |error: io::Error| Fault::from(error).named();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(named)?;
    io::copy(from, &mut file).map_err(named)?;
    file.sync_all().map_err(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_writes_nowhere_else() {
        let hash = "a".repeat(64);
        assert_eq!(place_of(&format!("files/{hash}")), Some(Path::new("files/aa").join(&hash)));
        assert_eq!(place_of("tls/authority.key"), Some(PathBuf::from("tls/authority.key")));
        for name in ["../duken.db", "/etc/passwd", "tls/../x", "tls/..", "tls/", "files/short", "other", "files/../../x", "tls/a/b"] {
            assert_eq!(place_of(name), None, "{name}");
        }
    }
}
