//! What screens and the till ask about customers.

use duken_kernel::store::Row;
use duken_kernel::{Fault, Read};

use crate::texts::fold::folded;

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// His number among cards.
    pub id: i64,
    /// The version of the card.
    pub version: i64,
    /// His name; empty once he was erased.
    pub name: String,
    /// Digits with country code.
    pub phone: String,
    /// A note.
    pub note: String,
    /// The hash of his personal data.
    pub blob: String,
    /// Whether he was erased.
    pub erased: bool,
}

const COLUMNS: &str = "id, version, name, phone, note, blob, erased";

fn customer(row: &Row) -> Result<Customer, Fault> {
    Ok(Customer {
        id: row.get(0)?,
        version: row.get(1)?,
        name: row.get(2)?,
        phone: row.get(3)?,
        note: row.get(4)?,
        blob: row.get(5)?,
        erased: row.get(6)?,
    })
}

/// The customer with this number.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, node: i64, id: i64) -> Result<Option<Customer>, Fault> {
    read.row(&format!("SELECT {COLUMNS} FROM customer WHERE node = ?1 AND id = ?2"), &[node.into(), id.into()])?
        .as_ref()
        .map(customer)
        .transpose()
}

/// The customer with this phone.
///
/// # Errors
/// The engine's.
pub fn by_phone(read: &dyn Read, node: i64, digits: &str) -> Result<Option<Customer>, Fault> {
    read.row(&format!("SELECT {COLUMNS} FROM customer WHERE node = ?1 AND phone = ?2 AND erased = 0"), &[node.into(), digits.into()])?
        .as_ref()
        .map(customer)
        .transpose()
}

/// Customers whose name or phone holds a text, however its letters are typed, newest first, before a number.
///
/// # Errors
/// The engine's.
pub fn search(read: &dyn Read, node: i64, text: &str, before: i64, limit: i64) -> Result<Vec<Customer>, Fault> {
    // What holds no letter and no digit is found nowhere.
    let words = match folded(text) {
        words if words.is_empty() && !text.trim().is_empty() => "\n".to_owned(),
        words => words,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = if digits.is_empty() { "-".to_owned() } else { digits };
    read.rows(
        &format!(
            "SELECT {COLUMNS} FROM customer WHERE node = ?1 AND id < ?2 AND erased = 0 AND (?3 = '' OR folded LIKE '%' || ?3 || '%' OR phone LIKE '%' || ?4 || '%') ORDER BY id DESC LIMIT ?5"
        ),
        &[node.into(), before.into(), words.into(), digits.into(), limit.into()],
    )?
    .iter()
    .map(customer)
    .collect()
}
