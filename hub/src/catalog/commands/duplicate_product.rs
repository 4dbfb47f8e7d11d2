//! Making a product like another.

use duken_kernel::journal::OWN;
use duken_kernel::{Read, Reject, Tx};

use super::save_product::{Change, made_sku, record};
use crate::catalog::model::Card;
use crate::catalog::project::sku_folded;
use crate::catalog::queries::stored;
use crate::web::CARD_NOT_FOUND;

/// Makes a product like another, without its codes and with a SKU of its own; the new number.
///
/// # Errors
/// `card.not_found`.
pub fn duplicate(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let like = stored(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let sku = made_sku(tx.next_seq(), |sku| {
            Ok(tx.row("SELECT 1 FROM product WHERE node = ?1 AND sku_folded = ?2", &[OWN.into(), sku_folded(sku).into()])?.is_some())
        })?;
        let name = format!("{} (2)", like.card.name);
        let card = Card { name, sku, codes: Vec::new(), gtin: None, ntin: None, ..like.card };
        record(tx, None, card, Change::Saved { import: None })
    }
}
