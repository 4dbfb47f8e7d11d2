//! Bringing goods from another program [R10]: upload, recognise, preview, run, report.
//!
//! Reading and planning are pure and lie in the catalogue; this domain keeps the uploads and runs the plans. Rows become
//! one `product.saved` each (and a `stock.adjusted` where the list tells the stock), in chunks of their own commands, so
//! that tills keep selling meanwhile.
//!
//! Invariants: a row is done wholly or not at all; progress is kept in the chunk's own commit, so that a run that was
//! killed goes on where it stopped and makes nothing twice.

mod job;
mod preview;
mod routes;
mod run;
mod shapes;
#[cfg(test)]
mod tests;
mod uploads;

use duken_kernel::journal::Entry;
use duken_kernel::refusal::Code;
use duken_kernel::store::Writes;
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Projector};

use crate::domains::Domain;
use crate::hub::App;

/// Nothing in the file.
pub const EMPTY: Code = Code::new("import.empty", 422);
/// A format that is not read.
pub const FOREIGN: Code = Code::new("import.foreign", 422);
/// No text.
pub const BINARY: Code = Code::new("import.binary", 422);
/// Text in a broken encoding.
pub const BROKEN_ENCODING: Code = Code::new("import.broken_encoding", 422);
/// A workbook that does not open.
pub const BROKEN_WORKBOOK: Code = Code::new("import.broken_workbook", 422);
/// A workbook that unpacks to too much, or a cell without end.
pub const TOO_LARGE: Code = Code::new("import.too_large", 413);
/// Too many rows.
pub const TOO_MANY_ROWS: Code = Code::new("import.too_many_rows", 413);
/// No column was assigned to the name.
pub const NAME_COLUMN_MISSING: Code = Code::new("import.name_column_missing", 422);
/// A column that the file does not have, or a field assigned twice.
pub const BAD_COLUMN: Code = Code::new("import.bad_column", 422);
/// It was not previewed yet.
pub const NOT_PREVIEWED: Code = Code::new("import.not_previewed", 409);
/// It runs, or ran.
pub const ALREADY_RUN: Code = Code::new("import.already_run", 409);
/// Another import runs.
pub const ANOTHER_RUNS: Code = Code::new("import.another_runs", 409);
/// The upload is no longer kept.
pub const UPLOAD_GONE: Code = Code::new("import.upload_gone", 410);

const REFUSALS: &[Code] = &[
    EMPTY,
    FOREIGN,
    BINARY,
    BROKEN_ENCODING,
    BROKEN_WORKBOOK,
    TOO_LARGE,
    TOO_MANY_ROWS,
    NAME_COLUMN_MISSING,
    BAD_COLUMN,
    NOT_PREVIEWED,
    ALREADY_RUN,
    ANOTHER_RUNS,
    UPLOAD_GONE,
];

/// Goes on with runs that a stop or a kill cut short.
pub fn started(app: &App) {
    run::resume(app);
}

fn nothing_to_project(_: &Entry, _: &dyn PersonalBlobs, _: &mut Writes) -> Result<(), Fault> {
    Ok(())
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector { name: "imports", tables: &[], local: job::LOCAL, kinds: &[], versions: &[], project: nothing_to_project },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: &[],
    }
}
