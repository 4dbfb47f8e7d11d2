//! Backups [C27, B16, X02]: one file with everything that a bare machine needs, sealed to the recovery sheet; and the way
//! back from it.
//!
//! Invariants: a backup has its name only after it was read back and found equal to what was written; what it replaces
//! goes after that. A copy is one state of the books, proved, taken while the tills go on. A restore puts the books in
//! their place as its last step: killed before, there are none, and the hub does not start on what there is. Whatever was
//! restored writes under an epoch of its own.

mod archive;
mod copy;
mod light;
mod place;
mod plan;
mod progress;
mod restore;
mod routes;
mod state;
mod stream;
mod work;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use copy::{House, free_bytes};
pub use light::{Light, Standing};
pub use place::Place;
pub use plan::{Plan, read as plan_of};
pub use progress::{Progress, Stage};
pub use restore::{AtOffice, Restored, Wanted as WantedRestore, restore, unfinished};
pub use state::{Good, State, Trouble};
pub use work::{Backups, Outcome, Wanted, back_up, by_the_clock};

use crate::domains::Domain;
use crate::hub::Hub;

/// One is being made.
pub const RUNNING: Code = Code::new("backup.running", 409);
/// The chosen folder is not there, or is not the one that was chosen.
pub const PLACE_MISSING: Code = Code::new("backup.place_missing", 409);
/// No folder's full name.
pub const PLACE_INVALID: Code = Code::new("backup.place_invalid", 422);
/// The folder cannot be written to.
pub const PLACE_READ_ONLY: Code = Code::new("backup.place_read_only", 409);
/// A field of the plan has no meaning.
pub const PLAN_INVALID: Code = Code::new("backup.plan_invalid", 422);
/// No room for the copy.
pub const NO_SPACE: Code = Code::new("backup.no_space", 507);
/// What was written does not read back.
pub const NOT_READABLE: Code = Code::new("backup.not_readable", 500);
/// The proof of the copy finds differences.
pub const BOOKS_DIFFER: Code = Code::new("backup.books_differ", 500);

/// The books are kept by a database server, which has backups of its own.
pub const OTHER_ENGINE: Code = Code::new("backup.other_engine", 409);

/// Not as many words as a sheet has.
pub const WORD_COUNT: Code = Code::new("restore.wrong_word_count", 422);
/// A word that is in no list.
pub const WORD_UNKNOWN: Code = Code::new("restore.unknown_word", 422);
/// The words do not belong together.
pub const WRONG_WORDS: Code = Code::new("restore.wrong_words", 422);
/// The words are those of another sheet.
pub const OTHER_SHEET: Code = Code::new("restore.other_sheet", 422);
/// The file is no backup.
pub const NOT_A_BACKUP: Code = Code::new("restore.not_a_backup", 422);
/// The backup is damaged.
pub const DAMAGED: Code = Code::new("restore.damaged", 422);
/// The backup was written by a newer program.
pub const NEWER: Code = Code::new("restore.newer_format", 422);
/// There is something in the data folder.
pub const FOLDER_NOT_EMPTY: Code = Code::new("restore.folder_not_empty", 409);
/// There is no backup.
pub const NO_BACKUP: Code = Code::new("restore.no_backup", 404);
/// What was restored is not what was saved.
pub const DIGEST_DIFFERS: Code = Code::new("restore.digest_differs", 500);
/// The head office's journal of this store does not continue the backup.
pub const TAIL_DIFFERS: Code = Code::new("restore.tail_differs", 409);
/// A restore was not finished.
pub const UNFINISHED: Code = Code::new("restore.unfinished", 409);
/// Nobody could sign in afterwards.
pub const PASSWORD_NEEDED: Code = Code::new("restore.password_needed", 422);

const REFUSALS: &[Code] = &[
    RUNNING,
    PLACE_MISSING,
    PLACE_INVALID,
    PLACE_READ_ONLY,
    PLAN_INVALID,
    NO_SPACE,
    NOT_READABLE,
    BOOKS_DIFFER,
    OTHER_ENGINE,
    WORD_COUNT,
    WORD_UNKNOWN,
    WRONG_WORDS,
    OTHER_SHEET,
    NOT_A_BACKUP,
    DAMAGED,
    NEWER,
    FOLDER_NOT_EMPTY,
    NO_BACKUP,
    DIGEST_DIFFERS,
    TAIL_DIFFERS,
    UNFINISHED,
    PASSWORD_NEEDED,
];

/// The plan was saved.
pub(crate) const PLAN_SAVED: &str = "backup.plan_saved";

/// How the backups of a running hub stand.
///
/// # Errors
/// The engine's.
pub fn standing(hub: &Hub) -> Result<Standing, duken_kernel::Reject> {
    let (plan, since_ms) = hub.read_now(|read| Ok(work::planned(read)?))?;
    Ok(light::standing(&plan, &State::read(&hub.config.data), since_ms, hub.clock.now_ms()))
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "backup",
            tables: plan::TABLES,
            local: &[],
            kinds: &[PLAN_SAVED],
            versions: &[],
            project: plan::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: &[],
    }
}
