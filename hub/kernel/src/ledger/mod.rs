//! Double entry for money and for goods: a closed set of accounts, balances, and of money turnovers by day, month and year.
//! What moved of goods by day is a sum of movements that a domain keeps; no third copy of it is kept here.
//!
//! Every posting set sums to zero (L1). Balances are sums of postings (L2). Each account declares what its two
//! dimensions mean; anything finer is a drill-down over documents.

mod account;

pub use account::{Account, Place};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;

use crate::refusal::Fault;
use crate::store::{Add, Column, Sums, Table, Value};

/// One side of a movement of money. Debit is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneyPosting {
    /// The account.
    pub account: Account,
    /// Its first dimension, as [`Account`] says; 0 when it has none.
    pub a: i64,
    /// Its second dimension; 0 when it has none.
    pub b: i64,
    /// Minor units, debit positive.
    pub amount: Amount,
    /// Of this currency.
    pub currency: Currency,
}

/// One side of a movement of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoodsPosting {
    /// Where.
    pub place: Place,
    /// The product's number.
    pub product: i64,
    /// Thousandths of its unit; what arrives is positive.
    pub quantity: Quantity,
    /// What it is worth at cost, minor units.
    pub value: Amount,
}

/// Money now: per account, dimensions and currency.
pub static MONEY_BALANCE: Table = Table {
    name: "money_balance",
    key: &[Column::int("account"), Column::int("a"), Column::int("b"), Column::text("currency")],
    values: &[Column::int("amount")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Money moved in a period: `period` is `yyyymmdd`, a month `yyyymm00`, a year `yyyy0000`.
pub static MONEY_TURNOVER: Table = Table {
    name: "money_turnover",
    key: &[Column::int("account"), Column::int("period"), Column::int("a"), Column::int("b"), Column::text("currency")],
    values: &[Column::int("debit"), Column::int("credit")],
    indexes: &[],
    sums: Sums::AtEnd,
};

/// Goods now: per warehouse and product, with their value at cost.
pub static GOODS_BALANCE: Table = Table {
    name: "goods_balance",
    key: &[Column::int("place"), Column::int("product")],
    values: &[Column::int("quantity"), Column::int("value")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// The ledger's tables.
pub static TABLES: &[&Table] = &[&MONEY_BALANCE, &MONEY_TURNOVER, &GOODS_BALANCE];

/// The day, its month and its year as periods.
#[must_use]
pub fn periods(date: i32) -> [i64; 3] {
    let date = i64::from(date);
    [date, date / 100 * 100, date / 10_000 * 10_000]
}

/// L1: money sums to zero per currency, goods sum to zero per product, in quantity and value.
pub(crate) fn check(money: &[MoneyPosting], goods: &[GoodsPosting]) -> Result<(), Fault> {
    for posting in money {
        let sum: i64 = money.iter().filter(|p| p.currency == posting.currency).map(|p| p.amount.0).sum();
        if sum != 0 {
            return Err(Fault::invariant("L1", format!("postings of {} sum to {sum}", posting.currency)));
        }
        if money.iter().all(|p| p.currency == posting.currency) {
            break;
        }
    }
    let mut sums: std::collections::BTreeMap<i64, (i64, i64)> = std::collections::BTreeMap::new();
    for posting in goods {
        let sum = sums.entry(posting.product).or_default();
        sum.0 += posting.quantity.0;
        sum.1 += posting.value.0;
    }
    match sums.iter().find(|(_, sum)| **sum != (0, 0)) {
        Some((product, sum)) => Err(Fault::invariant("L1", format!("goods postings of product {product} sum to {sum:?}"))),
        None => Ok(()),
    }
}

/// Turns postings into sums of the ledger's tables.
pub(crate) fn post(date: i32, money: &[MoneyPosting], goods: &[GoodsPosting], adds: &mut Vec<Add>) {
    for p in money {
        let account = p.account as i64;
        let currency = || Value::from(p.currency.code());
        adds.push(Add { table: &MONEY_BALANCE, key: vec![account.into(), p.a.into(), p.b.into(), currency()], deltas: vec![p.amount.0] });
        let sides = vec![p.amount.0.max(0), (-p.amount.0).max(0)];
        for period in periods(date) {
            let key = vec![account.into(), period.into(), p.a.into(), p.b.into(), currency()];
            adds.push(Add { table: &MONEY_TURNOVER, key, deltas: sides.clone() });
        }
    }
    for p in goods {
        let Some(place) = p.place.kept() else { continue };
        adds.push(Add { table: &GOODS_BALANCE, key: vec![place.into(), p.product.into()], deltas: vec![p.quantity.0, p.value.0] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: i64, currency: &str) -> MoneyPosting {
        MoneyPosting { account: Account::Cash, a: 1, b: 0, amount: Amount(amount), currency: currency.parse().unwrap() }
    }

    #[test]
    fn l1_refuses_postings_that_do_not_sum_to_zero() {
        assert!(check(&[money(5, "KZT"), money(-5, "KZT")], &[]).is_ok());
        assert!(check(&[money(5, "KZT"), money(-4, "KZT")], &[]).is_err());
        assert!(check(&[money(5, "KZT"), money(-5, "USD")], &[]).is_err(), "each currency for itself");
        assert!(check(&[money(5, "KZT"), money(-5, "KZT"), money(1, "USD")], &[]).is_err());
        let goods = |q: i64, v: i64| GoodsPosting { place: Place::Warehouse(1), product: 7, quantity: Quantity(q), value: Amount(v) };
        assert!(check(&[], &[goods(1, 2), goods(-1, -2)]).is_ok());
        assert!(check(&[], &[goods(1, 2), goods(-1, -1)]).is_err());
    }

    #[test]
    fn a_day_belongs_to_its_month_and_year() {
        assert_eq!(periods(2026_11_21), [20_261_121, 20_261_100, 20_260_000]);
    }
}
