//! Putting a product away, and taking it back. Nothing is deleted.

use duken_kernel::journal::OWN;
use duken_kernel::{Reject, Tx};

use super::save_product::{Change, record};
use crate::catalog::queries::stored;
use crate::web::CARD_NOT_FOUND;

/// Puts a product away; one that is away stays so.
///
/// # Errors
/// `card.not_found`.
pub fn archive(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| set(tx, id, Change::Archived)
}

/// Takes a product back; one that is in use stays so.
///
/// # Errors
/// `card.not_found`.
pub fn restore(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| set(tx, id, Change::Restored)
}

fn set(tx: &mut Tx<'_>, id: i64, change: Change) -> Result<i64, Reject> {
    let now = stored(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    if now.archived == (change == Change::Archived) {
        return Ok(id);
    }
    let card = now.card.clone();
    record(tx, Some(&now), card, change)
}
