//! The documents of this domain, as the journal holds them. Short names inside lines: there are many of them.

use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};

use crate::tills::Method;

/// A sale was completed.
pub const COMPLETED: &str = "sale.completed";
/// Goods came back and the money went out.
pub const RETURNED: &str = "sale.returned";
/// A line that was in a cart was taken out.
pub const LINE_REMOVED: &str = "cart.line_removed";
/// A payment that was noted on a cart was taken back.
pub const PAYMENT_REMOVED: &str = "cart.payment_removed";

/// The number of a document in its series and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Number {
    /// The year.
    pub year: i32,
    /// From 1.
    pub serial: i64,
    /// The epoch of the hub that gave it: one that came back from a backup gives no number twice.
    #[serde(default, skip_serializing_if = "is_first")]
    pub epoch: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_first(epoch: &u32) -> bool {
    *epoch == 0
}

/// A number with a later epoch than this is none: it must fit one integer.
const MOST_EPOCHS: u32 = 1_000_000;

impl Number {
    /// As one integer: epoch, year, seven digits.
    #[must_use]
    pub fn packed(self) -> i64 {
        (i64::from(self.epoch) * 100_000 + i64::from(self.year)) * 10_000_000 + self.serial
    }

    /// From [`Number::packed`].
    #[must_use]
    pub fn unpacked(packed: i64) -> Self {
        let (front, serial) = (packed / 10_000_000, packed % 10_000_000);
        Self { year: i32::try_from(front % 100_000).unwrap_or(0), serial, epoch: u32::try_from(front / 100_000).unwrap_or(0) }
    }

    /// For people: `SAL-2026-000001`; with the epoch after the first: `SAL-2026-1-000002`.
    #[must_use]
    pub fn shown(self, series: &str) -> String {
        match self.epoch {
            0 => format!("{series}-{}-{:06}", self.year, self.serial),
            epoch => format!("{series}-{}-{epoch}-{:06}", self.year, self.serial),
        }
    }

    /// Reads `SAL-2026-000001` (in any case, Cyrillic look-alikes forgiven) into its series and number.
    #[must_use]
    pub fn read(text: &str) -> Option<(Series, Self)> {
        let text = text.trim();
        let text = text.strip_prefix("duken:").unwrap_or(text).to_uppercase();
        let mut parts = text.split('-');
        let series = match parts.next()? {
            "SAL" => Series::Sale,
            "RET" => Series::Return,
            _ => return None,
        };
        let year = parts.next()?.parse::<i32>().ok().filter(|year| (1..=9_999).contains(year))?;
        let rest: Vec<&str> = parts.collect();
        let (epoch, serial) = match rest.as_slice() {
            [serial] => (0, serial),
            [epoch, serial] => (epoch.parse::<u32>().ok().filter(|epoch| *epoch <= MOST_EPOCHS)?, serial),
            _ => return None,
        };
        let serial = serial.parse::<i64>().ok().filter(|serial| (1..10_000_000).contains(serial))?;
        Some((series, Self { year, serial, epoch }))
    }
}

/// The two series of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Series {
    /// Sales.
    Sale = 1,
    /// Returns.
    Return = 2,
}

impl Series {
    /// The letters before the number.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Sale => "SAL",
            Self::Return => "RET",
        }
    }
}

/// A line of a sale or a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub p: i64,
    /// Its name then.
    pub n: String,
    /// Its SKU then, where the store shows it on the paper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sku: String,
    /// Its unit then.
    pub u: String,
    /// How much.
    pub q: Quantity,
    /// The price of one.
    pub price: Amount,
    /// Discount, the receipt's share included.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub disc: Amount,
    /// What the line cost the customer.
    pub sum: Amount,
    /// VAT in percent.
    #[serde(default, skip_serializing_if = "is_none")]
    pub rate: i64,
    /// VAT within the sum.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub vat: Amount,
    /// Cost of the goods; absent when unknown or a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Amount>,
    /// A service: no stock moves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub service: bool,
    /// For a return: the line of the sale, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<i64>,
    /// What it costs before discounts, where the goods' own label says so; else quantity times price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub g: Option<Amount>,
}

impl Line {
    /// What it costs before discounts.
    #[must_use]
    pub fn gross(&self) -> Amount {
        self.g.unwrap_or_else(|| self.q.at_price(self.price))
    }
}

/// One payment of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// How.
    pub m: Method,
    /// How much of the total.
    pub a: Amount,
    /// Cash handed over; the change is what it is above `a`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub t: Option<Amount>,
    /// The payment document, for a terminal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<i64>,
}

/// The body of `sale.completed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// Its number.
    pub number: Number,
    /// Its receipt number in the shift.
    pub receipt: i64,
    /// The shift.
    pub shift: i64,
    /// The till.
    pub till: i64,
    /// The customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<i64>,
    /// The currency of every sum.
    pub currency: Currency,
    /// The lines.
    pub lines: Vec<Line>,
    /// What rounding added.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rounding: Amount,
    /// What the customer paid.
    pub total: Amount,
    /// The payments.
    pub payments: Vec<Paid>,
    /// Why the date or prices are not today's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The body of `sale.returned`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Its number.
    pub number: Number,
    /// Its receipt number in the shift.
    pub receipt: i64,
    /// The shift.
    pub shift: i64,
    /// The till.
    pub till: i64,
    /// The sale; absent for a return without receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<i64>,
    /// The customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<i64>,
    /// The currency of every sum.
    pub currency: Currency,
    /// The lines.
    pub lines: Vec<Line>,
    /// Rounding given back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rounding: Amount,
    /// What the customer got.
    pub total: Amount,
    /// How he got it; `i` below tells which payment of the sale each gives back.
    pub payments: Vec<Paid>,
    /// For each payment, its place among the payments of the sale, from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gives_back: Vec<i64>,
    /// Why.
    pub reason: String,
}

/// The body of `cart.line_removed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LineRemoved {
    /// The cart.
    pub cart: i64,
    /// The product.
    pub p: i64,
    /// Its name.
    pub n: String,
    /// How much was taken out.
    pub q: Quantity,
    /// At this price.
    pub price: Amount,
}

/// The body of `cart.payment_removed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentRemoved {
    /// The cart.
    pub cart: i64,
    /// How it was noted.
    pub m: Method,
    /// How much of the total.
    pub a: Amount,
    /// Cash that was handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub t: Option<Amount>,
    /// The currency of the sums.
    pub currency: Currency,
}

/// Sums over lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineTotals {
    /// Σ quantity × price.
    pub gross: Amount,
    /// Σ discount.
    pub discount: Amount,
    /// Σ sum.
    pub sum: Amount,
    /// Σ VAT.
    pub vat: Amount,
    /// Σ known cost.
    pub cost: Amount,
}

/// Adds up lines.
#[must_use]
pub fn totals(lines: &[Line]) -> LineTotals {
    lines.iter().fold(LineTotals::default(), |t, line| LineTotals {
        gross: t.gross + line.gross(),
        discount: t.discount + line.disc,
        sum: t.sum + line.sum,
        vat: t.vat + line.vat,
        cost: t.cost + line.cost.unwrap_or_default(),
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(amount: &Amount) -> bool {
    amount.0 == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(rate: &i64) -> bool {
    *rate == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_shown() {
        let number = Number { year: 2026, serial: 42, epoch: 0 };
        let shown = number.shown("SAL");
        assert_eq!(shown, "SAL-2026-000042");
        assert!(matches!(Number::read(&shown), Some((Series::Sale, n)) if n == number));
        assert!(matches!(Number::read("duken:ret-2026-7"), Some((Series::Return, Number { year: 2026, serial: 7, epoch: 0 }))));
        assert_eq!(Number::read("SALE-1").map(|(_, n)| n), None);
        assert_eq!(Number::unpacked(number.packed()), number);
        let later = Number { epoch: 2, ..number };
        assert_eq!(later.shown("SAL"), "SAL-2026-2-000042");
        assert!(matches!(Number::read(&later.shown("SAL")), Some((Series::Sale, n)) if n == later));
        assert_eq!(Number::unpacked(later.packed()), later);
        assert_eq!(serde_json::to_string(&number).unwrap(), r#"{"year":2026,"serial":42}"#);
    }
}
