//! What an import records inside its own command: cards that were planned and checked.

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read, Reject, Tx};

use super::save_category::record_category;
use super::save_product::{Change, made_sku, record};
use crate::catalog::model::{Card, CategoryCard};
use crate::catalog::project::sku_folded;
use crate::catalog::queries::Stored;

/// Records a product of an import (its number and the row of its file); the product's number. A SKU that is empty or
/// was taken meanwhile is made.
///
/// # Errors
/// The engine's.
pub fn record_imported(tx: &mut Tx<'_>, before: Option<&Stored>, card: Card, import: (i64, u32)) -> Result<i64, Reject> {
    let mut card = card;
    if before.is_none() {
        let next = tx.next_seq();
        let taken = |sku: &str| -> Result<bool, Fault> {
            let sql = "SELECT 1 FROM product WHERE node = ?1 AND sku_folded = ?2";
            Ok(tx.row(sql, &[OWN.into(), sku_folded(sku).into()])?.is_some())
        };
        if card.sku.is_empty() || taken(&card.sku)? {
            card.sku = made_sku(next, taken)?;
        }
    }
    record(tx, before, card, Change::Saved { import: Some(import) })
}

/// Makes a category; its number.
///
/// # Errors
/// The engine's.
pub fn record_new_category(tx: &mut Tx<'_>, card: CategoryCard) -> Result<i64, Reject> {
    record_category(tx, None, card, false)
}
