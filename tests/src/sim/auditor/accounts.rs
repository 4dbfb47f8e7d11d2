//! What sales and returns do to the accounts beside cash, by the rules alone.

use super::sums::scaled;

/// A line that was sold.
#[derive(Debug, Clone)]
pub(super) struct Sold {
    /// The product.
    pub product: i64,
    /// How much, thousandths.
    pub quantity: i64,
    /// The price of one.
    pub price: i64,
    /// What it came to before the receipt was rounded.
    pub sum: i64,
    /// What was taken off.
    pub discount: i64,
    /// How much came back.
    pub back: i64,
}

impl Sold {
    /// The parts of its discount and its tax that belong to a quantity.
    fn parts(&self, quantity: i64) -> (i64, i64) {
        let part = |whole: i64| scaled(whole, quantity, self.quantity);
        (part(self.discount), part(tax_within(self.sum)))
    }

    /// List price, discount and tax of what goes, or comes back, from one quantity to another.
    pub(super) fn between(&self, before: i64, after: i64) -> (i64, i64, i64) {
        let ((discount_before, tax_before), (discount, tax)) = (self.parts(before), self.parts(after));
        (scaled(after - before, self.price, 1000), discount - discount_before, tax - tax_before)
    }
}

/// The tax within a sum, at the rate of these days.
fn tax_within(sum: i64) -> i64 {
    scaled(sum, 16, 116)
}

/// What the books of the store ought to say, in the signs of the ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accounts {
    /// Sales at list price without tax.
    pub revenue: i64,
    /// Discounts.
    pub discount: i64,
    /// Tax owed.
    pub tax: i64,
    /// What rounding made.
    pub rounding: i64,
}

impl Accounts {
    /// A sale; a return with the sign −1. List price, discount and tax of its lines, and what was paid.
    pub(super) fn post(&mut self, sign: i64, parts: &[(i64, i64, i64)], total: i64) {
        let (list, discount, tax) = parts.iter().fold((0, 0, 0), |all, part| (all.0 + part.0, all.1 + part.1, all.2 + part.2));
        self.revenue -= sign * (list - tax);
        self.discount += sign * discount;
        self.tax -= sign * tax;
        self.rounding -= sign * (total + discount - list);
    }
}
