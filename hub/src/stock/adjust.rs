//! Correcting the stock of a product.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Fault, Read, Reject, Tx};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::door::holding;
use super::model::{AdjustmentKind, change};
use super::project::{ADJUSTED, Adjusted, WAREHOUSE};
use super::{ALREADY_OPENED, BAD_QUANTITY, NO_STOCK_KEPT, NOT_ENOUGH, NOTHING_CHANGES, PERIOD_CLOSED, REASON_MISSING};
use crate::catalog::Kind;
use crate::catalog::door as catalog;
use crate::settings::{NegativeStock, Settings};
use crate::web::{CARD_NOT_FOUND, NOTE_LENGTH, typed};

/// The most of one product: a billion units.
const MOST: i64 = 1_000_000_000_000;
/// The most characters of a comment.
const COMMENT_LENGTH: usize = 2_000;

/// A correction as a person gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Of what.
    pub product: i64,
    /// Why.
    pub kind: AdjustmentKind,
    /// How much, or how much was counted.
    pub quantity: Quantity,
    /// What one unit cost; where it is not told, the average or the card's purchase price is taken.
    pub unit_cost: Option<Amount>,
    /// The reason in words.
    pub reason: String,
    /// A comment.
    pub comment: String,
}

/// Where a correction comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person at a screen.
    Person,
    /// An import, by its number.
    Import(i64),
}

/// Corrects the stock; the document's number.
///
/// # Errors
/// `stock.period_closed`, `request.text_too_long`, `card.not_found`, `stock.service`, `stock.bad_quantity`, `stock.reason_missing`,
/// `stock.already_opened`, `stock.nothing_changes`, `stock.not_enough`.
pub fn adjust(correction: Correction) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let settings = crate::settings::read(tx)?;
        if tx.caller.business_date <= settings.closed_until() {
            return PERIOD_CLOSED.err();
        }
        let correction = Correction {
            reason: typed(&correction.reason, "reason", NOTE_LENGTH)?,
            comment: typed(&correction.comment, "comment", COMMENT_LENGTH)?,
            ..correction
        };
        if correction.reason.is_empty() && correction.kind != AdjustmentKind::Opening {
            return Err(REASON_MISSING.refuse().field("reason").into());
        }
        let product = correction.product;
        let seq = record_adjustment(tx, &settings, correction, Origin::Person)?;
        tx.notify("stock", serde_json::json!({ "product": product.to_string() }));
        Ok(seq)
    }
}

/// The same inside a larger command; the entry's number.
///
/// # Errors
/// As [`adjust`], but for the closed period and the reason.
pub fn record_adjustment(tx: &mut Tx<'_>, settings: &Settings, correction: Correction, origin: Origin) -> Result<i64, Reject> {
    let product = catalog::product(tx, OWN, correction.product)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    if product.kind == Kind::Service {
        return NO_STOCK_KEPT.err();
    }
    let counted = correction.kind == AdjustmentKind::Counted;
    let whole = product.unit.is_divisible() || correction.quantity.0 % 1000 == 0;
    let enough = if counted { correction.quantity.0 >= 0 } else { correction.quantity.0 > 0 };
    if !whole || !enough || correction.quantity.0 > MOST {
        return Err(BAD_QUANTITY.refuse().field("quantity").into());
    }
    if correction.kind == AdjustmentKind::Opening && has_moved(tx, product.id)? {
        return ALREADY_OPENED.err();
    }
    let held = holding(tx, OWN, WAREHOUSE, product.id)?;
    let quantity = change(correction.kind, held.quantity, correction.quantity);
    if quantity.0 == 0 {
        return NOTHING_CHANGES.err();
    }
    if quantity.0 < 0 && (held.quantity + quantity).0 < 0 && settings.negative_stock == NegativeStock::Forbid {
        return Err(NOT_ENOUGH.refuse().field("quantity").with("stock", held.quantity.format()).into());
    }
    let value = if quantity.0 < 0 {
        held.issue_cost(-quantity).map(|cost| -cost)
    } else {
        let unit_cost = match correction.unit_cost.or_else(|| held.unit_cost()) {
            Some(cost) => Some(cost),
            None => purchase_price(tx, product.id)?,
        };
        unit_cost.map(|cost| quantity.at_price(cost))
    };
    let year = tx.caller.business_date / 10_000;
    let serial = next_serial(tx, year)?;
    let body = Adjusted {
        number: format!("ADJ-{year}-{serial:06}"),
        serial: (year, serial),
        warehouse: WAREHOUSE,
        kind: correction.kind,
        product: product.id,
        before: held.quantity,
        quantity,
        value,
        currency: settings.currency(),
        reason: correction.reason.trim().to_owned(),
        comment: correction.comment.trim().to_owned(),
        import: if let Origin::Import(id) = origin { Some(id) } else { None },
    };
    Ok(tx.record(Draft::new(ADJUSTED, &body)?)?)
}

/// Whether a product has ever moved.
fn has_moved(read: &dyn Read, product: i64) -> Result<bool, Fault> {
    // What moved has a balance, be it zero.
    let balance = "SELECT 1 FROM goods_balance WHERE node = ?1 AND place = ?2 AND product = ?3";
    Ok(read.row(balance, &[OWN.into(), WAREHOUSE.into(), product.into()])?.is_some())
}

fn purchase_price(read: &dyn Read, product: i64) -> Result<Option<Amount>, Fault> {
    let row = read.row("SELECT purchase_price FROM product WHERE node = ?1 AND product = ?2", &[OWN.into(), product.into()])?;
    row.map_or(Ok(None), |row| row.get(0))
}

fn next_serial(read: &dyn Read, year: i32) -> Result<i64, Fault> {
    let row = read.row("SELECT max(serial) FROM stock_adjustment WHERE node = ?1 AND year = ?2", &[OWN.into(), year.into()])?;
    Ok(row.map_or(Ok(None), |row| row.get::<Option<i64>>(0))?.unwrap_or(0) + 1)
}
