//! The recovery sheet [C27, X02]: words on paper, to which backups are sealed.
//!
//! Invariants: the words, and what follows from them, are on no disk of the hub; the journal holds the public key. A
//! sheet can be printed for half an hour after it was made; afterwards only a new one can be made, by a named person
//! who shows his password (`staff` looks at it). Backups sealed to an older sheet open with that sheet's words.

mod page;
mod project;
mod queries;
pub mod seal;
mod sheet;
mod words;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use page::{Beside, html, qr_svg};
pub use queries::{Sheet, sheet};
pub use sheet::{Fresh, PRINTABLE_MS, Recovery, SheetMade, record};
pub use words::{NotWords, SheetKey, WORDS, Words};

use crate::domains::Domain;

/// The sheet cannot be printed any more: a new one can be made.
pub const SHEET_GONE: Code = Code::new("recovery.sheet_gone", 410);
/// No sheet was made yet.
pub const NO_SHEET: Code = Code::new("recovery.no_sheet", 409);

/// A sheet was made.
pub(crate) const SHEET_MADE: &str = "recovery.sheet_made";

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "recovery",
            tables: &[&project::RECOVERY_SHEET],
            local: &[],
            kinds: &[SHEET_MADE],
            versions: &[],
            project: project::project,
        },
        refusals: &[SHEET_GONE, NO_SHEET],
        routes: Vec::new(),
        layouts: &[],
    }
}
