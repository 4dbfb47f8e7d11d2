//! What other domains ask of the stock.

use std::collections::{HashMap, HashSet};

use duken_kernel::store::among;
use duken_kernel::{Fault, Read, Row};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

pub use super::model::{Holding, MovementKind};
pub use super::project::{Movement, WAREHOUSE, movement};

/// What is known of a product's stock in a warehouse.
///
/// # Errors
/// The engine's.
pub fn holding(read: &dyn Read, node: i64, warehouse: i64, product: i64) -> Result<Holding, Fault> {
    let row = read.row(
        "SELECT b.quantity, b.value, u.quantity, c.cost FROM (SELECT ?1 AS node, ?2 AS place, ?3 AS product) k \
         LEFT JOIN goods_balance b ON b.node = k.node AND b.place = k.place AND b.product = k.product \
         LEFT JOIN stock_uncosted u ON u.node = k.node AND u.place = k.place AND u.product = k.product \
         LEFT JOIN stock_cost c ON c.node = k.node AND c.place = k.place AND c.product = k.product",
        &[node.into(), warehouse.into(), product.into()],
    )?;
    let Some(row) = row else { return Ok(Holding::default()) };
    Ok(Holding {
        quantity: row.get::<Option<Quantity>>(0)?.unwrap_or_default(),
        value: row.get::<Option<Amount>>(1)?.unwrap_or_default(),
        uncosted: row.get::<Option<Quantity>>(2)?.unwrap_or_default(),
        last_cost: row.get(3)?,
    })
}

/// What is known of the stock of many products in a warehouse, in one reading; those that never moved are left out.
///
/// # Errors
/// The engine's.
pub fn holdings(read: &dyn Read, node: i64, warehouse: i64, products: &[i64]) -> Result<HashMap<i64, Holding>, Fault> {
    let (numbers, values) = among(3, products);
    let mut params = vec![node.into(), warehouse.into()];
    params.extend(values);
    let sql = format!(
        "SELECT b.product, b.quantity, b.value, u.quantity, c.cost FROM goods_balance b \
         LEFT JOIN stock_uncosted u ON u.node = b.node AND u.place = b.place AND u.product = b.product \
         LEFT JOIN stock_cost c ON c.node = b.node AND c.place = b.place AND c.product = b.product \
         WHERE b.node = ?1 AND b.place = ?2 AND b.product IN ({numbers})"
    );
    let rows = read.rows(&sql, &params)?;
    let holding = |row: &Row| -> Result<Holding, Fault> {
        Ok(Holding {
            quantity: row.get(1)?,
            value: row.get(2)?,
            uncosted: row.get::<Option<Quantity>>(3)?.unwrap_or_default(),
            last_cost: row.get(4)?,
        })
    };
    rows.iter().map(|row| Ok((row.get(0)?, holding(row)?))).collect()
}

/// What an issue of `quantity` (positive) costs (architecture §4, Cost); nothing when the cost is unknown.
///
/// # Errors
/// The engine's.
pub fn issue_cost(read: &dyn Read, node: i64, warehouse: i64, product: i64, quantity: Quantity) -> Result<Option<Amount>, Fault> {
    Ok(holding(read, node, warehouse, product)?.issue_cost(quantity))
}

/// How much of a product is in a warehouse.
///
/// # Errors
/// The engine's.
pub fn on_hand(read: &dyn Read, node: i64, warehouse: i64, product: i64) -> Result<Quantity, Fault> {
    let row = read.row(
        "SELECT quantity FROM goods_balance WHERE node = ?1 AND place = ?2 AND product = ?3",
        &[node.into(), warehouse.into(), product.into()],
    )?;
    row.map_or(Ok(Quantity::ZERO), |row| row.get(0))
}

/// How much of every product is in a warehouse; those that never moved are left out.
///
/// # Errors
/// The engine's.
pub fn quantities(read: &dyn Read, node: i64, warehouse: i64) -> Result<HashMap<i64, Quantity>, Fault> {
    let rows = read.rows("SELECT product, quantity FROM goods_balance WHERE node = ?1 AND place = ?2", &[node.into(), warehouse.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The products that have ever moved.
///
/// # Errors
/// The engine's.
pub fn moved(read: &dyn Read, node: i64) -> Result<HashSet<i64>, Fault> {
    read.rows("SELECT DISTINCT product FROM goods_balance WHERE node = ?1", &[node.into()])?.iter().map(|row| row.get(0)).collect()
}
