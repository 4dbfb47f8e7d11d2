//! Carts: local tables of the hub (X04). The same cart on every device, until it becomes a sale.

use duken_kernel::store::Row;
use duken_kernel::{Fault, Read, Tx};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::model::Discount;
use crate::tills::Method;

pub(super) const LOCAL: &[&str] = &[
    "CREATE TABLE cart (id INTEGER PRIMARY KEY AUTOINCREMENT, till INTEGER NOT NULL, held INTEGER NOT NULL, label TEXT NOT NULL, customer INTEGER, discount TEXT, version INTEGER NOT NULL, updated_ms INTEGER NOT NULL, made_by INTEGER)",
    "CREATE INDEX cart_till ON cart (till)",
    "CREATE TABLE cart_line (cart INTEGER NOT NULL, line INTEGER NOT NULL, product INTEGER NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL, own_price INTEGER NOT NULL, discount TEXT, reason TEXT, PRIMARY KEY (cart, line)) WITHOUT ROWID",
    "CREATE TABLE cart_payment (cart INTEGER NOT NULL, id INTEGER NOT NULL, method INTEGER NOT NULL, amount INTEGER NOT NULL, tendered INTEGER, PRIMARY KEY (cart, id)) WITHOUT ROWID",
    "CREATE TABLE pending_return (id INTEGER PRIMARY KEY AUTOINCREMENT, sale INTEGER NOT NULL, body TEXT NOT NULL, made_by INTEGER, till INTEGER NOT NULL, made_ms INTEGER NOT NULL, result INTEGER)",
    "ALTER TABLE cart ADD COLUMN discount_limit INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE cart_line ADD COLUMN label_sum INTEGER",
    "CREATE INDEX pending_return_open ON pending_return (sale) WHERE result IS NULL",
];

/// A cart.
#[derive(Debug, Clone)]
pub struct Cart {
    /// Its local number.
    pub id: i64,
    /// The till it is at.
    pub till: i64,
    /// Set aside.
    pub held: bool,
    /// What people call it.
    pub label: String,
    /// The customer.
    pub customer: Option<i64>,
    /// The receipt's discount.
    pub discount: Option<Discount>,
    /// The limit of the person who gave the largest discount on it, hundredths of a percent.
    pub discount_limit: i64,
    /// Counts every change.
    pub version: i64,
    /// Milliseconds since 1970 UTC.
    pub updated_ms: i64,
    /// Its lines.
    pub lines: Vec<CartLine>,
    /// Payments noted by hand; those of terminals are documents of their own.
    pub noted: Vec<NotedPayment>,
}

/// A line of a cart.
#[derive(Debug, Clone)]
pub struct CartLine {
    /// Its number in the cart.
    pub line: i64,
    /// The product.
    pub product: i64,
    /// How much.
    pub quantity: Quantity,
    /// The price of one.
    pub price: Amount,
    /// The price was set by hand.
    pub own_price: bool,
    /// Its discount.
    pub discount: Option<Discount>,
    /// Why the price was set by hand.
    pub reason: Option<String>,
    /// The sum that stands on the goods' own label; quantity times price comes near it.
    pub label_sum: Option<Amount>,
}

impl CartLine {
    /// What it costs before discounts.
    #[must_use]
    pub fn gross(&self) -> Amount {
        self.label_sum.unwrap_or_else(|| self.quantity.at_price(self.price))
    }
}

/// A payment noted by hand.
#[derive(Debug, Clone)]
pub struct NotedPayment {
    /// Its number in the cart.
    pub id: i64,
    /// How.
    pub method: Method,
    /// How much of the total.
    pub amount: Amount,
    /// Cash handed over.
    pub tendered: Option<Amount>,
}

fn discount(text: Option<String>) -> Result<Option<Discount>, Fault> {
    text.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
}

fn cart(row: &Row) -> Result<Cart, Fault> {
    Ok(Cart {
        id: row.get(0)?,
        till: row.get(1)?,
        held: row.get(2)?,
        label: row.get(3)?,
        customer: row.get(4)?,
        discount: discount(row.get(5)?)?,
        version: row.get(6)?,
        updated_ms: row.get(7)?,
        discount_limit: row.get(8)?,
        lines: Vec::new(),
        noted: Vec::new(),
    })
}

const COLUMNS: &str = "id, till, held, label, customer, discount, version, updated_ms, discount_limit";

/// A cart with its lines and noted payments.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, id: i64) -> Result<Option<Cart>, Fault> {
    let Some(row) = read.row(&format!("SELECT {COLUMNS} FROM cart WHERE id = ?1"), &[id.into()])? else { return Ok(None) };
    let mut found = cart(&row)?;
    found.lines = read
        .rows(
            "SELECT line, product, quantity, price, own_price, discount, reason, label_sum FROM cart_line WHERE cart = ?1 ORDER BY line",
            &[id.into()],
        )?
        .iter()
        .map(|row| {
            Ok(CartLine {
                line: row.get(0)?,
                product: row.get(1)?,
                quantity: row.get(2)?,
                price: row.get(3)?,
                own_price: row.get(4)?,
                discount: discount(row.get(5)?)?,
                reason: row.get(6)?,
                label_sum: row.get(7)?,
            })
        })
        .collect::<Result<_, Fault>>()?;
    for row in read.rows("SELECT id, method, amount, tendered FROM cart_payment WHERE cart = ?1 ORDER BY id", &[id.into()])? {
        if let Some(method) = Method::of_number(row.get(1)?) {
            found.noted.push(NotedPayment { id: row.get(0)?, method, amount: row.get(2)?, tendered: row.get(3)? });
        }
    }
    Ok(Some(found))
}

/// The carts of every till, or of one, the last touched first, with their lines: the last two hundred.
///
/// # Errors
/// The engine's.
pub fn all(read: &dyn Read, till: Option<i64>) -> Result<Vec<Cart>, Fault> {
    let ids = read.rows("SELECT id FROM cart WHERE ?1 IS NULL OR till = ?1 ORDER BY updated_ms DESC, id DESC LIMIT 200", &[till.into()])?;
    let mut carts = Vec::with_capacity(ids.len());
    for row in ids {
        carts.extend(find(read, row.get(0)?)?);
    }
    Ok(carts)
}

/// The carts at a till, oldest first, with their lines.
///
/// # Errors
/// The engine's.
pub fn of_till(read: &dyn Read, till: i64) -> Result<Vec<Cart>, Fault> {
    let ids = read.rows("SELECT id FROM cart WHERE till = ?1 ORDER BY id", &[till.into()])?;
    let mut carts = Vec::with_capacity(ids.len());
    for row in ids {
        carts.extend(find(read, row.get(0)?)?);
    }
    Ok(carts)
}

/// Counts a change of a cart and tells every device.
///
/// # Errors
/// The engine's.
pub fn touch(tx: &mut Tx<'_>, id: i64, till: i64) -> Result<(), Fault> {
    tx.execute("UPDATE cart SET version = version + 1, updated_ms = ?2 WHERE id = ?1", &[id.into(), tx.now_ms.into()])?;
    let version: i64 = tx.row("SELECT version FROM cart WHERE id = ?1", &[id.into()])?.map_or(Ok(0), |row| row.get(0))?;
    tx.notify(format!("cart:{id}"), serde_json::json!({ "version": version }));
    tx.notify(format!("till:{till}"), serde_json::json!({ "cart": id.to_string(), "version": version }));
    Ok(())
}

/// Forgets a cart: it became a sale, or was emptied.
///
/// # Errors
/// The engine's.
pub fn forget(tx: &mut Tx<'_>, id: i64, till: i64) -> Result<(), Fault> {
    for sql in ["DELETE FROM cart_line WHERE cart = ?1", "DELETE FROM cart_payment WHERE cart = ?1", "DELETE FROM cart WHERE id = ?1"] {
        tx.execute(sql, &[id.into()])?;
    }
    tx.notify(format!("cart:{id}"), serde_json::json!({ "gone": true }));
    tx.notify(format!("till:{till}"), serde_json::json!({ "cart": id.to_string() }));
    Ok(())
}
