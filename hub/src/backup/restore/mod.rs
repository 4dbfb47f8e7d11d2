//! The way back: from a backup and its sheet, from the head office, or from both, onto an empty folder.
//!
//! Everything is put together in a folder inside the data folder and moved into place at the end, the books last.

mod assemble;
mod from_office;
mod unpack;

use std::path::{Path, PathBuf};

use duken_kernel::failure::point;
use duken_kernel::store::Database;
use duken_kernel::{Fault, Refusal, Reject, Schema};
use duken_protocol::sync::{PROTOCOL, Replace, Replaced};

use self::assemble::{Opened, Workshop};
use super::archive::NotOpened;
use super::copy::House;
use super::{
    DAMAGED, DIGEST_DIFFERS, FOLDER_NOT_EMPTY, NEWER, NO_BACKUP, NOT_A_BACKUP, OTHER_SHEET, PASSWORD_NEEDED, TAIL_DIFFERS, WORD_COUNT,
    WORD_UNKNOWN, WRONG_WORDS,
};
use crate::recovery::{NotWords, Words};
use crate::sync::store::Office;

pub use self::assemble::unfinished;

/// The head office's part.
#[derive(Debug, Clone)]
pub struct AtOffice {
    /// Where it answers.
    pub url: String,
    /// The code that a named person made there for this store.
    pub code: String,
    /// The confirmed fingerprint of its authority, when that is its own.
    pub fingerprint: Option<String>,
}

/// What is asked for.
#[derive(Default)]
pub struct Wanted {
    /// A backup, or a folder of them: the newest is taken.
    pub from: Option<PathBuf>,
    /// The words of the sheet, as typed.
    pub words: Option<String>,
    /// The head office.
    pub office: Option<AtOffice>,
    /// Without a sheet: whose password is made anew, and which.
    pub admin: Option<(String, String)>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Restored {
    /// The node's id.
    pub node: String,
    /// The epoch it goes on under.
    pub epoch: u32,
    /// The last number of the journal that was restored.
    pub end: i64,
    /// The last number in the backup; none without one.
    pub backup_end: Option<i64>,
    /// Entries that came from the head office.
    pub from_office: i64,
    /// Entries that the old machine said it had, and nobody has.
    pub lost: i64,
    /// The digest of all views, as `verify` gives it.
    pub digest: String,
    /// Files that are there.
    pub files: usize,
}

/// Restores onto an empty data folder.
///
/// # Errors
/// `restore.wrong_word_count`, `restore.unknown_word`, `restore.wrong_words`, `restore.folder_not_empty`, `restore.no_backup`; `restore.not_a_backup`,
/// `restore.newer_format`, `restore.other_sheet`, `restore.damaged`; those of the head office; `restore.tail_differs`,
/// `restore.password_needed`, `restore.digest_differs`; then the machine's. Nothing is put to use then.
pub async fn restore(house: &House, wanted: Wanted) -> Result<Restored, Reject> {
    let words = wanted.words.as_deref().map(|text| Words::read(text).map_err(wrong)).transpose()?;
    let workshop = Workshop::begin(&house.data)?;
    let mut opened: Option<Opened> = None;
    if let Some(from) = &wanted.from {
        let words = words.as_ref().ok_or_else(|| wrong(NotWords::Count(0)))?;
        opened = Some(unpack::unpack(&workshop, &unpack::newest(from)?, words)?);
        point("restore.unpacked");
    }
    let mut office = None;
    if let Some(at) = &wanted.office {
        let connected = take_place(at, opened.as_ref()).await?;
        point("restore.place_taken");
        if let (None, Some(words)) = (&opened, &words) {
            opened = from_office::backup(&workshop, &connected.0, words).await?;
        }
        office = Some(connected);
    }
    if opened.is_none() && office.is_none() {
        return Err(NO_BACKUP.refuse().with("place", "—").into());
    }
    if opened.is_none() && wanted.admin.is_none() {
        return PASSWORD_NEEDED.err();
    }
    let tail = match &office {
        Some((office, replaced)) => from_office::journal(house, &workshop, office, replaced, opened.as_ref()).await?,
        None => 0,
    };
    if let Some((office, _)) = &office {
        from_office::files(&workshop, office).await?;
        point("restore.fetched");
    }
    let place = wanted.office.zip(office.map(|(_, replaced)| replaced));
    let (house, admin) = (house.clone(), wanted.admin);
    let finished = tokio::task::spawn_blocking(move || assemble::finish(&house, workshop, opened.as_ref(), place.as_ref(), admin, tail));
    finished.await.map_err(|_| Fault::Panicked)?
}

/// Takes the store's place at the head office.
async fn take_place(at: &AtOffice, opened: Option<&Opened>) -> Result<(Office, Replaced), Reject> {
    let node = opened.map(|opened| opened.header.node.parse().map(duken_protocol::ids::NodeId)).transpose();
    let node = node.map_err(|_| DAMAGED.refuse())?;
    let epoch = opened.map_or(0, |opened| opened.header.epoch);
    let office = Office::pinned(&at.url, at.fingerprint.as_deref())?;
    let replaced = office.replace(&Replace { protocol: PROTOCOL, code: at.code.clone(), node, epoch }).await?;
    let office = office.with_token(&replaced.token);
    Ok((office, replaced))
}

fn wrong(not_words: NotWords) -> Refusal {
    match not_words {
        NotWords::Count(found) => WORD_COUNT.refuse().with("found", found),
        NotWords::Unknown(place) => WORD_UNKNOWN.refuse().with("place", place),
        NotWords::Checksum => WRONG_WORDS.refuse(),
    }
}

fn not_opened(why: NotOpened) -> Reject {
    match why {
        NotOpened::Foreign => NOT_A_BACKUP.refuse().into(),
        NotOpened::Newer => NEWER.refuse().into(),
        NotOpened::OtherSheet(sheet) => OTHER_SHEET.refuse().with("sheet", sheet).into(),
        NotOpened::Damaged => DAMAGED.refuse().into(),
        NotOpened::Fault(fault) => fault.named().into(),
    }
}

fn books(folder: &Path) -> Database {
    Database::Sqlite(folder.join("duken.db"))
}

fn proved(folder: &Path, schema: &Schema) -> Result<String, Reject> {
    let proof = duken_kernel::replay::verify(&books(folder).open_readonly()?, schema)?;
    if proof.holds { Ok(proof.digest.unwrap_or_default()) } else { DIGEST_DIFFERS.err() }
}

fn not_empty(data: &Path) -> Refusal {
    FOLDER_NOT_EMPTY.refuse().with("folder", data.display().to_string())
}

fn tail_differs(seq: i64) -> Refusal {
    TAIL_DIFFERS.refuse().with("seq", seq)
}
