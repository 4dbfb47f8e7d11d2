//! What became of the last backups: a small file beside the books, written by the hub and by the command line, and no
//! part of any backup.

use std::fs;
use std::path::Path;

use duken_kernel::{Fault, Refusal, Reject};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::copy::Made;

const FILE: &str = "backup-state.json";

/// A backup that is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    /// When the copy was taken: milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Its file, or the head office's address.
    pub place: String,
    /// Its size.
    pub bytes: u64,
    /// The last number of the journal in it.
    pub end: i64,
    /// The digest of all views.
    pub digest: String,
    /// The sheet that opens it.
    pub sheet: String,
}

impl Good {
    /// A backup that was just made.
    #[must_use]
    pub fn of(made: &Made) -> Self {
        Self {
            at_ms: made.header.made_ms,
            place: made.path.display().to_string(),
            bytes: made.bytes,
            end: made.header.end,
            digest: made.digest.clone(),
            sheet: made.header.sheet.clone(),
        }
    }
}

/// Why the last one did not come about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The stable code.
    pub code: String,
    /// What its sentence names.
    pub params: Map<String, Json>,
}

impl Trouble {
    /// From what a backup answered.
    #[must_use]
    pub fn of(reject: &Reject) -> Self {
        let refusal = match reject {
            Reject::Refused(refusal) => refusal.clone(),
            Reject::Fault(Fault::DiskFull) => crate::web::DISK_FULL.refuse(),
            Reject::Fault(_) => crate::web::FAULT.refuse(),
        };
        let Refusal { code, params, .. } = refusal;
        Self { code: code.code.to_owned(), params }
    }
}

impl Trouble {
    /// The same once more, for another way that failed of it.
    #[must_use]
    pub fn again(&self) -> Reject {
        let known = crate::domains::refusals().into_iter().find(|code| code.code == self.code).unwrap_or(crate::web::FAULT);
        Refusal { params: self.params.clone(), ..known.refuse() }.into()
    }
}

/// One way out: to a folder, or to the head office.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Way {
    /// The last good one.
    pub good: Option<Good>,
    /// When one was last tried: milliseconds since 1970 UTC.
    pub tried_ms: Option<i64>,
    /// What went wrong then; none when it is the good one.
    pub trouble: Option<Trouble>,
}

impl Way {
    fn note(&mut self, at_ms: i64, outcome: &Result<Good, Reject>) {
        self.tried_ms = Some(at_ms);
        match outcome {
            Ok(good) => {
                self.good = Some(good.clone());
                self.trouble = None;
            }
            Err(reject) => self.trouble = Some(Trouble::of(reject)),
        }
    }
}

/// Both ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// To the folder.
    pub folder: Way,
    /// To the head office.
    pub office: Way,
}

impl State {
    /// Reads what is known; nothing is known of a file that does not read.
    #[must_use]
    pub fn read(data: &Path) -> Self {
        fs::read(data.join(FILE)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Notes how a backup to the folder ended.
    pub fn note_folder(data: &Path, at_ms: i64, outcome: &Result<Good, Reject>) {
        Self::change(data, |state| state.folder.note(at_ms, outcome));
    }

    /// Notes how a backup to the head office ended.
    pub fn note_office(data: &Path, at_ms: i64, outcome: &Result<Good, Reject>) {
        Self::change(data, |state| state.office.note(at_ms, outcome));
    }

    fn change(data: &Path, change: impl FnOnce(&mut Self)) {
        let mut state = Self::read(data);
        change(&mut state);
        let written = serde_json::to_vec(&state).map_err(std::io::Error::from).and_then(|bytes| {
            let beside = data.join(format!("{FILE}.new"));
            fs::write(&beside, bytes)?;
            fs::rename(&beside, data.join(FILE))
        });
        if let Err(error) = written {
            tracing::error!(%error, "what became of a backup could not be written down");
        }
    }
}
