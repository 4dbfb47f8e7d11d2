//! Sums from the registers.

use duken_kernel::{Fault, Read};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

/// Sums of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DaySums {
    /// `yyyymmdd`.
    pub date: i32,
    /// How many sales.
    pub sales_count: i64,
    /// Their totals.
    pub sales: Amount,
    /// How many returns.
    pub returns_count: i64,
    /// Their totals.
    pub returns: Amount,
    /// Discounts given, less those taken back.
    pub discount: Amount,
    /// VAT within.
    pub vat: Amount,
    /// Cost of what was sold, as far as it is known.
    pub cost: Amount,
}

/// The days of a node that saw sales or returns, oldest first.
///
/// # Errors
/// The engine's.
pub fn days(read: &dyn Read, node: i64, from: i32, to: i32) -> Result<Vec<DaySums>, Fault> {
    // Months and years lie in the same table under days 00: they are left out here.
    read.rows(
        "SELECT period, sales_count, sales, returns_count, returns, discount, vat, cost FROM sales_day \
         WHERE node = ?1 AND period BETWEEN ?2 AND ?3 AND period % 100 <> 0 ORDER BY period",
        &[node.into(), from.into(), to.into()],
    )?
    .iter()
    .map(|row| {
        Ok(DaySums {
            date: row.get(0)?,
            sales_count: row.get(1)?,
            sales: row.get(2)?,
            returns_count: row.get(3)?,
            returns: row.get(4)?,
            discount: row.get(5)?,
            vat: row.get(6)?,
            cost: row.get(7)?,
        })
    })
    .collect()
}

/// Sums of a product over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSums {
    /// The product.
    pub product: i64,
    /// Its name now.
    pub name: String,
    /// Its SKU now.
    pub sku: String,
    /// Sold.
    pub quantity: Quantity,
    /// For.
    pub sum: Amount,
    /// Came back.
    pub returned_quantity: Quantity,
    /// For.
    pub returned_sum: Amount,
    /// Cost of what was sold less what came back, as far as it is known.
    pub cost: Amount,
    /// How much was sold at an unknown cost.
    pub uncosted: Quantity,
}

/// Products of a node by revenue over some days, from a place in the list on.
///
/// # Errors
/// The engine's.
pub fn product_sums(read: &dyn Read, node: i64, from: i32, to: i32, offset: i64, limit: i64) -> Result<Vec<ProductSums>, Fault> {
    read.rows(
        "SELECT s.product, COALESCE(p.name, ''), COALESCE(p.sku, ''), SUM(s.quantity), SUM(s.sum), SUM(s.returned_quantity), \
         SUM(s.returned_sum), SUM(s.cost), SUM(s.uncosted) \
         FROM sales_product s LEFT JOIN product p ON p.node = s.node AND p.product = s.product \
         WHERE s.node = ?1 AND s.period BETWEEN ?2 AND ?3 AND s.period % 100 <> 0 \
         GROUP BY s.product ORDER BY SUM(s.sum) - SUM(s.returned_sum) DESC, s.product LIMIT ?4 OFFSET ?5",
        &[node.into(), from.into(), to.into(), limit.into(), offset.into()],
    )?
    .iter()
    .map(|row| {
        Ok(ProductSums {
            product: row.get(0)?,
            name: row.get(1)?,
            sku: row.get(2)?,
            quantity: row.get(3)?,
            sum: row.get(4)?,
            returned_quantity: row.get(5)?,
            returned_sum: row.get(6)?,
            cost: row.get(7)?,
            uncosted: row.get(8)?,
        })
    })
    .collect()
}

/// How many products are at or below their minimum.
///
/// # Errors
/// The engine's.
pub fn low_stock(read: &dyn Read, node: i64) -> Result<i64, Fault> {
    let row = read.row(
        "SELECT COUNT(*) FROM product p LEFT JOIN goods_balance b ON b.node = p.node AND b.place = 1 AND b.product = p.product \
         WHERE p.node = ?1 AND p.archived = 0 AND p.minimum IS NOT NULL AND COALESCE(b.quantity, 0) <= p.minimum",
        &[node.into()],
    )?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// How many products have no price.
///
/// # Errors
/// The engine's.
pub fn without_price(read: &dyn Read, node: i64) -> Result<i64, Fault> {
    let row = read.row("SELECT COUNT(*) FROM product WHERE node = ?1 AND archived = 0 AND price IS NULL", &[node.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}
