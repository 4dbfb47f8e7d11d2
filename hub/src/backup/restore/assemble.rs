//! The workshop inside the data folder, and the last steps: epoch, link, proof, moving into place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use duken_kernel::failure::point;
use duken_kernel::journal::{self, OWN};
use duken_kernel::store::Engine;
use duken_kernel::vault::{Files, SecretKey};
use duken_kernel::writer::{Caller, Job};
use duken_kernel::{Fault, Reject, Writer};
use duken_protocol::sync::Replaced;

use super::{AtOffice, Restored, books, not_empty, proved};
use crate::backup::archive::Header;
use crate::backup::copy::House;
use crate::backup::{DIGEST_DIFFERS, PASSWORD_NEEDED};
use crate::sync::store::{Joined, TOKEN, came_back};

/// Where everything is put together, inside the data folder. While it is there and the books are not, a restore was not
/// finished.
const FOLDER: &str = "restoring";
/// What is moved into place, in this order: the books are the last, and with them the restore is done.
const PIECES: [&str; 4] = ["secret.key", "tls", "files", "duken.db"];
/// What a fresh disk may hold.
const NOTHING: [&str; 1] = ["lost+found"];

/// A backup that was opened.
pub(super) struct Opened {
    /// What it says of itself.
    pub header: Header,
    /// The digest of its views when it was made.
    pub digest: String,
}

/// Whether a restore into this folder was begun and not finished.
#[must_use]
pub fn unfinished(data: &Path) -> bool {
    data.join(FOLDER).is_dir() && !data.join("duken.db").exists()
}

/// The folder in which everything is put together.
pub(super) struct Workshop {
    data: PathBuf,
    folder: PathBuf,
    done: bool,
}

impl Workshop {
    /// Begins on an empty folder; what an unfinished restore left there is wiped.
    ///
    /// # Errors
    /// `restore.folder_not_empty`; [`Fault::Io`].
    pub(super) fn begin(data: &Path) -> Result<Self, Reject> {
        fs::create_dir_all(data).map_err(Fault::from)?;
        let again = unfinished(data);
        let ours = |name: &str| again && (name == FOLDER || PIECES.contains(&name));
        for entry in fs::read_dir(data).map_err(Fault::from)? {
            let name = entry.map_err(Fault::from)?.file_name();
            let name = name.to_str().unwrap_or_default();
            if !NOTHING.contains(&name) && !ours(name) {
                return Err(not_empty(data).into());
            }
        }
        let workshop = Self { data: data.to_owned(), folder: data.join(FOLDER), done: false };
        // The workshop goes last: without it the rest would be taken for somebody's data.
        for piece in PIECES {
            remove(&data.join(piece))?;
        }
        remove(&workshop.folder)?;
        fs::create_dir(&workshop.folder).map_err(|error| Fault::from(error).named())?;
        Ok(workshop)
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn move_into_place(&mut self) -> Result<(), Fault> {
        for piece in PIECES {
            let from = self.folder.join(piece);
            if from.exists() {
                fs::rename(&from, self.data.join(piece))?;
                File::open(&self.data)?.sync_all()?;
                point("restore.piece_moved");
            }
        }
        self.done = true;
        point("restore.all_moved");
        remove(&self.folder)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // A refused restore leaves the folder as empty as it was.
        if !self.done {
            let _left_for_the_next_try = remove(&self.folder);
        }
    }
}

fn remove(path: &Path) -> Result<(), Fault> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Opens the new epoch, proves the books, moves everything into place.
///
/// # Errors
/// `restore.password_needed` when nobody has that phone; `restore.digest_differs`; then the engine's.
pub(super) fn finish(
    house: &House,
    mut workshop: Workshop,
    opened: Option<&Opened>,
    place: Option<&(AtOffice, Replaced)>,
    admin: Option<(String, String)>,
    tail: i64,
) -> Result<Restored, Reject> {
    let folder = workshop.folder().to_owned();
    let key = SecretKey::load_or_make(&folder.join("secret.key"), house.chance.as_ref())?;
    let engine = books(&folder).open()?;
    let (_, node, kept_epoch) = journal::nodes(&engine)?.into_iter().next().ok_or_else(|| Fault::invariant("S1", "this node has no id"))?;
    let end = journal::tip(&engine, OWN)?.seq;
    let epoch = place.map_or(kept_epoch + 1, |(_, replaced)| replaced.epoch);
    engine.execute("UPDATE node SET epoch = ?2 WHERE number = ?1", &[OWN.into(), epoch.into()])?;
    drop(engine);
    let linked = match place {
        Some((at, replaced)) => Some(Joined {
            url: at.url.clone(),
            fingerprint: at.fingerprint.clone(),
            office: replaced.office.to_string(),
            store_name: replaced.store_name.clone(),
            sealed_token: key.seal(TOKEN, replaced.token.as_bytes(), house.chance.as_ref())?,
        }),
        None => None,
    };
    let admin = match (opened, admin) {
        (None, None) => return PASSWORD_NEEDED.err(),
        (None, admin) => admin,
        (Some(_), _) => None,
    };
    let backup_end = opened.map(|opened| opened.header.end);
    record(house, &folder, move |tx| {
        let opened_epoch = came_back(tx, backup_end, tail, linked)?;
        crate::devices::forget_waiting(tx)?;
        if let Some((phone, password)) = &admin {
            crate::staff::password_anew(tx, &key, phone, password)?;
        }
        Ok(opened_epoch)
    })?;
    point("restore.recorded");
    let digest = proved(&folder, &house.schema)?;
    if tail == 0 && opened.is_some_and(|opened| opened.digest != digest) {
        return DIGEST_DIFFERS.err();
    }
    let files = Files::in_folder(&folder.join("files"))?.list()?.len();
    settle(&folder.join("duken.db"))?;
    point("restore.settled");
    workshop.move_into_place()?;
    let lost = place.map_or(0, |(_, replaced)| (replaced.store_end - end).max(0));
    Ok(Restored { node, epoch, end, backup_end, from_office: tail, lost, digest, files })
}

/// One command on the restored books, by the hub itself.
fn record(
    house: &House,
    folder: &Path,
    command: impl FnOnce(&mut duken_kernel::Tx<'_>) -> Result<i64, Reject> + Send + 'static,
) -> Result<i64, Reject> {
    let mut writer = Writer::open(books(folder).open()?, house.schema.clone(), house.clock.clone(), house.chance.clone())?;
    let (business_date, zone_offset_min) = crate::settings::read(writer.engine())?.date_at(house.clock.now_ms());
    let (sender, receiver) = std::sync::mpsc::channel();
    let answer = move |outcome| {
        let _heard = sender.send(outcome);
    };
    let caller = Caller { business_date, zone_offset_min, ..Caller::default() };
    writer.step(vec![Job { caller, run: Box::new(command), answer: Box::new(answer) }]);
    receiver.recv().unwrap_or(Err(Reject::Fault(Fault::Stopped)))
}

/// Everything into the one file, so that it can be moved.
fn settle(path: &Path) -> Result<(), Fault> {
    let connection = rusqlite::Connection::open(path)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)?;
    File::open(path)?.sync_all()?;
    for name in ["duken.db-wal", "duken.db-shm"] {
        remove(&path.with_file_name(name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_folder_or_an_unfinished_restore_is_begun_upon() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("lost+found")).unwrap();
        drop(Workshop::begin(data.path()).unwrap());
        assert!(!unfinished(data.path()), "a refused one leaves nothing");
        fs::write(data.path().join("secret.key"), "somebody's").unwrap();
        assert!(Workshop::begin(data.path()).is_err());
        fs::create_dir(data.path().join(FOLDER)).unwrap();
        assert!(unfinished(data.path()));
        let workshop = Workshop::begin(data.path()).unwrap();
        assert!(!data.path().join("secret.key").exists(), "killed between two moves, it begins anew");
        drop(workshop);
        fs::write(data.path().join("duken.db"), "books").unwrap();
        assert!(Workshop::begin(data.path()).is_err());
        assert_eq!(fs::read(data.path().join("duken.db")).unwrap(), b"books");
    }
}
