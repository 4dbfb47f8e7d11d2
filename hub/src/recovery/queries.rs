//! The sheet that backups are sealed to.

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};

use super::words::SheetKey;

/// The sheet in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Seals to it.
    pub key: SheetKey,
    /// What it is called on paper.
    pub name: String,
    /// When it was made: milliseconds since 1970 UTC.
    pub made_ms: i64,
    /// Who made it; none at the first run.
    pub made_by: Option<i64>,
}

/// The newest sheet of this hub, if one was made.
///
/// # Errors
/// The engine's; [`Fault::Other`] when its key does not read.
pub fn sheet(read: &dyn Read) -> Result<Option<Sheet>, Fault> {
    let sql = "SELECT public_key, name, made_ms, made_by FROM recovery_sheet WHERE node = ?1 ORDER BY sheet DESC LIMIT 1";
    let Some(row) = read.row(sql, &[OWN.into()])? else { return Ok(None) };
    let key = SheetKey::read(&row.get::<String>(0)?).ok_or_else(|| Fault::Other("the recovery sheet's key does not read".to_owned()))?;
    Ok(Some(Sheet { key, name: row.get(1)?, made_ms: row.get(2)?, made_by: row.get(3)? }))
}
