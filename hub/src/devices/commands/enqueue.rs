//! Jobs that other domains ask for, inside their own commands.

use duken_kernel::{Reject, Tx};

use crate::devices::model::{Document, JobKind};
use crate::devices::{jobs, places};

/// Prints a document at a till, once the command is durable. Nothing when the till has no printer.
///
/// # Errors
/// The engine's.
pub fn enqueue_print(tx: &mut Tx<'_>, till: i64, document_kind: &str, document_id: i64, copy: bool) -> Result<Option<i64>, Reject> {
    let Some(printer) = places::printer_of_till(tx, till)? else { return Ok(None) };
    let document = Document { kind: document_kind.to_owned(), id: document_id, copy };
    Ok(Some(jobs::enqueue(tx, printer, JobKind::Print, Some(&document))?))
}

/// Opens the drawer of a till, once the command is durable and within two seconds or not at all. Nothing when the till
/// has no drawer.
///
/// # Errors
/// The engine's.
pub fn enqueue_drawer(tx: &mut Tx<'_>, till: i64) -> Result<Option<i64>, Reject> {
    let Some(printer) = places::drawer_of_till(tx, till)? else { return Ok(None) };
    Ok(Some(jobs::enqueue(tx, printer, JobKind::Drawer, None)?))
}
