//! Entry → the list of sheets.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;

use super::sheet::SheetMade;

/// The sheets of a node, by the number of their entry.
pub const RECOVERY_SHEET: Table = Table {
    name: "recovery_sheet",
    key: &[Column::int("sheet")],
    values: &[Column::text("public_key"), Column::text("name"), Column::int("made_ms"), Column::int("made_by")],
    indexes: &[],
    sums: Sums::AtOnce,
};

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let made: SheetMade = entry.body()?;
    let head = entry.head();
    writes.put(&RECOVERY_SHEET, [entry.seq.into()], [made.key.into(), made.name.into(), head.at.into(), head.by.into()]);
    Ok(())
}
