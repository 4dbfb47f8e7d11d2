//! Entry → movements and postings of goods. Other domains' projections (sales) write theirs through [`movement`].

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::ledger::{Account, GoodsPosting, MoneyPosting, Place};
use duken_kernel::store::{Column, Sums, Table, Value, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};

use super::model::{AdjustmentKind, MovementKind};

/// The one warehouse for now.
pub const WAREHOUSE: i64 = 1;

/// Stock was corrected.
pub const ADJUSTED: &str = "stock.adjusted";

/// So many entries of the journal are a stretch: their movements lie together (docs/adr/0017).
pub const STRETCH: i64 = 512;

/// Every movement: by the stretch of the journal, the product, the entry that caused it, and its line. A value of nothing:
/// cost unknown.
pub static STOCK_MOVEMENT: Table = Table {
    name: "stock_movement",
    key: &[Column::int("stretch"), Column::int("product"), Column::int("seq"), Column::int("line")],
    values: &[Column::int("kind"), Column::int("quantity"), Column::int("value")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// The last known cost of one unit, by product.
pub static STOCK_COST: Table = Table {
    name: "stock_cost",
    key: &[Column::int("place"), Column::int("product")],
    values: &[Column::int("cost")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// How much of the stock came at an unknown cost and is not issued yet, by product.
pub static STOCK_UNCOSTED: Table = Table {
    name: "stock_uncosted",
    key: &[Column::int("place"), Column::int("product")],
    values: &[Column::int("quantity")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Corrections, by the entry that made them.
pub static STOCK_ADJUSTMENT: Table = Table {
    name: "stock_adjustment",
    key: &[Column::int("seq")],
    values: &[Column::int("year"), Column::int("serial"), Column::int("product")],
    indexes: &[&["year", "serial"]],
    sums: Sums::AtOnce,
};

pub(super) static TABLES: &[&Table] = &[&STOCK_MOVEMENT, &STOCK_COST, &STOCK_UNCOSTED, &STOCK_ADJUSTMENT];

/// The body of `stock.adjusted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// `ADJ-2026-000001`.
    pub number: String,
    /// The year and serial number in it.
    pub serial: (i32, i64),
    /// Where.
    pub warehouse: i64,
    /// Why.
    pub kind: AdjustmentKind,
    /// Of what.
    pub product: i64,
    /// What was there before.
    pub before: Quantity,
    /// What came (positive) or went.
    pub quantity: Quantity,
    /// What it is worth at cost, with the sign of the quantity; absent when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
    /// The currency of the value.
    pub currency: Currency,
    /// The reason in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// A comment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// The import it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<i64>,
}

/// One movement of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// The entry that caused it: its number.
    pub seq: i64,
    /// Its line in that document.
    pub line: i64,
    /// Why.
    pub kind: MovementKind,
    /// Of what.
    pub product: i64,
    /// Where.
    pub warehouse: i64,
    /// What came (positive) or went (negative).
    pub quantity: Quantity,
    /// What it is worth at cost, with the sign of the quantity; nothing when unknown.
    pub value: Option<Amount>,
}

/// Writes a movement: its row, the postings of goods on both sides, and what is known of the cost. The postings of
/// money (inventory against cost of goods) are the document's own.
pub fn movement(writes: &mut Writes, movement: &Movement) {
    let Movement { seq, line, kind, product, warehouse, quantity, value } = *movement;
    let row: [Value; 3] = [(kind as u8).into(), quantity.into(), value.into()];
    writes.put(&STOCK_MOVEMENT, [(seq / STRETCH).into(), product.into(), seq.into(), line.into()], row);
    let far = match kind {
        MovementKind::Sale | MovementKind::Return => Place::Customers,
        MovementKind::Opening => Place::Opening,
        MovementKind::Adjustment => Place::Correction,
    };
    let worth = value.unwrap_or_default();
    writes.goods(GoodsPosting { place: Place::Warehouse(warehouse), product, quantity, value: worth });
    writes.goods(GoodsPosting { place: far, product, quantity: -quantity, value: -worth });
    let key: [Value; 2] = [warehouse.into(), product.into()];
    match value {
        None => writes.add(&STOCK_UNCOSTED, key, [quantity.0]),
        Some(value) if quantity.0 > 0 => writes.put(&STOCK_COST, key, [value.scaled(1000, quantity.0).into()]),
        Some(_) => {}
    }
}

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let body: Adjusted = entry.body()?;
    let opening = body.kind == AdjustmentKind::Opening;
    let (year, serial) = body.serial;
    writes.put(&STOCK_ADJUSTMENT, [entry.seq.into()], [year.into(), serial.into(), body.product.into()]);
    let kind = if opening { MovementKind::Opening } else { MovementKind::Adjustment };
    let Adjusted { product, warehouse, quantity, value, currency, .. } = body;
    movement(writes, &Movement { seq: entry.seq, line: 1, kind, product, warehouse, quantity, value });
    let amount = value.unwrap_or_default();
    let (account, a) = if opening { (Account::Opening, 0) } else { (Account::StockCorrection, body.kind as i64) };
    writes.money(MoneyPosting { account: Account::Inventory, a: warehouse, b: 0, amount, currency });
    writes.money(MoneyPosting { account, a, b: 0, amount: -amount, currency });
    Ok(())
}
