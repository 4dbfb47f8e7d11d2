//! Sums from the registers.

use std::ops::RangeInclusive;

use duken_kernel::ledger::Account;
use duken_kernel::store::{EVER, latest_day};
use duken_kernel::{Fault, Read};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::periods::{Cover, day_after};

/// Documents have dates of these years.
const EVERY_DAY: RangeInclusive<i32> = 2000_01_01..=2100_12_31;

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
    let periods = Periods::rolled_up(from, to, days_known(read, node)?, latest_day(read, "sales_product", node)?);
    let (listed, sign) = (&periods.listed, &periods.sign);
    // First which products are on the page, then all their sums: ten sums of every product would have to be sorted.
    read.rows(
        &format!(
            "SELECT s.product, COALESCE(p.name, ''), COALESCE(p.sku, ''), SUM({sign} * s.quantity), SUM({sign} * s.sum), \
             SUM({sign} * s.returned_quantity), SUM({sign} * s.returned_sum), SUM({sign} * s.cost), SUM({sign} * s.uncosted) \
             FROM (SELECT product FROM sales_product s WHERE node = ?1 AND period IN ({listed}) GROUP BY product \
             HAVING SUM({sign} * quantity) <> 0 OR SUM({sign} * returned_quantity) <> 0 \
             ORDER BY SUM({sign} * (sum - returned_sum)) DESC, product LIMIT ?2 OFFSET ?3) shown \
             CROSS JOIN sales_product s LEFT JOIN product p ON p.node = ?1 AND p.product = s.product \
             WHERE s.node = ?1 AND s.product = shown.product AND s.period IN ({listed}) GROUP BY s.product, p.name, p.sku \
             ORDER BY SUM({sign} * (s.sum - s.returned_sum)) DESC, s.product"
        ),
        &[node.into(), limit.into(), offset.into()],
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

/// Profit and loss of some days, from the ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Profit {
    /// Sales less returns at list price, without VAT.
    pub revenue: Amount,
    /// Discounts given.
    pub discount: Amount,
    /// Cost of what was sold, as far as it is known.
    pub cost: Amount,
    /// Differences of cost.
    pub cost_variance: Amount,
    /// What rounding brought.
    pub rounding: Amount,
    /// Cash counted above what was expected; below when negative.
    pub over_short: Amount,
    /// Goods found less goods written off, at cost.
    pub stock_correction: Amount,
    /// Expenses.
    pub expense: Amount,
    /// VAT owed on the sales.
    pub tax: Amount,
}

impl Profit {
    /// What the goods brought: revenue less discounts, cost and its variance.
    #[must_use]
    pub fn gross(&self) -> Amount {
        self.revenue - self.discount - self.cost - self.cost_variance
    }

    /// What is left of it after everything else.
    #[must_use]
    pub fn net(&self) -> Amount {
        self.gross() + self.rounding + self.over_short + self.stock_correction - self.expense
    }
}

/// Profit and loss of a node over some days.
///
/// # Errors
/// The engine's.
pub fn profit(read: &dyn Read, node: i64, from: i32, to: i32) -> Result<Profit, Fault> {
    let Periods { listed, sign } = Periods::of(from, to, &EVERY_DAY);
    let accounts = [
        Account::Revenue,
        Account::Discount,
        Account::CostOfGoods,
        Account::CostVariance,
        Account::Rounding,
        Account::OverShort,
        Account::StockCorrection,
        Account::Expense,
        Account::TaxPayable,
    ];
    let numbers: Vec<String> = accounts.iter().map(|account| (*account as i64).to_string()).collect();
    let rows = read.rows(
        &format!(
            "SELECT s.account, SUM({sign} * (s.debit - s.credit)) FROM money_turnover s WHERE s.node = ?1 AND s.account IN ({}) AND s.period IN ({listed}) GROUP BY s.account",
            numbers.join(", ")
        ),
        &[node.into()],
    )?;
    let mut debits = std::collections::BTreeMap::new();
    for row in &rows {
        debits.insert(row.get::<i64>(0)?, row.get::<Amount>(1)?);
    }
    let debit = |account: Account| debits.get(&(account as i64)).copied().unwrap_or_default();
    Ok(Profit {
        revenue: -debit(Account::Revenue),
        discount: debit(Account::Discount),
        cost: debit(Account::CostOfGoods),
        cost_variance: debit(Account::CostVariance),
        rounding: -debit(Account::Rounding),
        over_short: -debit(Account::OverShort),
        stock_correction: -debit(Account::StockCorrection),
        expense: debit(Account::Expense),
        tax: -debit(Account::TaxPayable),
    })
}

/// What lies in the warehouses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockValue {
    /// Products of which something is there.
    pub products: i64,
    /// What they are worth at cost, as far as it is known.
    pub value: Amount,
    /// Products of which less than nothing is there.
    pub negative: i64,
}

/// The stock of a node at cost, now.
///
/// # Errors
/// The engine's.
pub fn stock_value(read: &dyn Read, node: i64) -> Result<StockValue, Fault> {
    let row = read.row(
        "SELECT COALESCE(SUM(CASE WHEN quantity > 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(value), 0), \
         COALESCE(SUM(CASE WHEN quantity < 0 THEN 1 ELSE 0 END), 0) FROM goods_balance WHERE node = ?1",
        &[node.into()],
    )?;
    let Some(row) = row else { return Ok(StockValue::default()) };
    Ok(StockValue { products: row.get(0)?, value: row.get(1)?, negative: row.get(2)? })
}

/// The first and the last day with sales of a node.
fn days_known(read: &dyn Read, node: i64) -> Result<RangeInclusive<i32>, Fault> {
    let row = read.row("SELECT MIN(period), MAX(period) FROM sales_day WHERE node = ?1 AND period % 100 <> 0", &[node.into()])?;
    let end = |column| row.as_ref().map_or(Ok(None), |row| row.get(column));
    Ok(end(0)?.unwrap_or(1)..=end(1)?.unwrap_or(0))
}

/// The periods of a range, for SQL that calls the register `s`.
struct Periods {
    /// All of them: numbers only, never empty.
    listed: String,
    /// 1, or -1 for a period that is taken away.
    sign: String,
}

impl Periods {
    fn of(from: i32, to: i32, known: &RangeInclusive<i32>) -> Self {
        Self::listing(Cover::of(from, to, known))
    }

    /// Those of a register whose longer periods do not hold its latest day.
    fn rolled_up(from: i32, to: i32, known: RangeInclusive<i32>, latest: Option<i32>) -> Self {
        let Some(latest) = latest else { return Self::listing(Cover::default()) };
        let first = *known.start();
        let everything = from <= first && (to >= latest || day_after(to) >= latest);
        let mut cover = if everything { Cover { plus: vec![EVER], minus: Vec::new() } } else { Cover::of(from, to, &(first..=latest - 1)) };
        if (from..=to).contains(&latest) {
            cover.plus.push(latest.into());
        }
        Self::listing(cover)
    }

    fn listing(Cover { plus, minus }: Cover) -> Self {
        let list = |periods: &[i64]| periods.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let sign = if minus.is_empty() { "1".to_owned() } else { format!("CASE WHEN s.period IN ({}) THEN -1 ELSE 1 END", list(&minus)) };
        let all = [plus, minus].concat();
        Self { listed: if all.is_empty() { "-1".to_owned() } else { list(&all) }, sign }
    }
}

/// A receipt, as far as the first page asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptOf {
    /// When it was recorded, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Its total.
    pub total: Amount,
    /// Money went out.
    pub is_return: bool,
}

/// The receipts of one day of a node.
///
/// # Errors
/// The engine's.
pub fn receipts_of(read: &dyn Read, node: i64, date: i32) -> Result<Vec<ReceiptOf>, Fault> {
    let rows = read.rows("SELECT at, total, series FROM receipt WHERE node = ?1 AND date = ?2", &[node.into(), date.into()])?;
    rows.iter().map(|row| Ok(ReceiptOf { at_ms: row.get(0)?, total: row.get(1)?, is_return: row.get::<i64>(2)? != 1 })).collect()
}

/// A product at or below its minimum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The product.
    pub product: i64,
    /// Its name.
    pub name: String,
    /// The number of its unit.
    pub unit: i64,
    /// What is left.
    pub stock: Quantity,
    /// Its minimum.
    pub minimum: Quantity,
}

/// Products at or below their minimum, the one that lacks most of it first.
///
/// # Errors
/// The engine's.
pub fn short(read: &dyn Read, node: i64, limit: i64) -> Result<Vec<Short>, Fault> {
    let rows = read.rows(
        "SELECT p.product, p.name, p.unit, COALESCE(b.quantity, 0), p.minimum FROM product p \
         LEFT JOIN goods_balance b ON b.node = p.node AND b.place = 1 AND b.product = p.product \
         WHERE p.node = ?1 AND p.archived = 0 AND p.minimum IS NOT NULL AND COALESCE(b.quantity, 0) <= p.minimum \
         ORDER BY COALESCE(b.quantity, 0) - p.minimum, p.product LIMIT ?2",
        &[node.into(), limit.into()],
    )?;
    let short = |row: &duken_kernel::Row| {
        Ok(Short { product: row.get(0)?, name: row.get(1)?, unit: row.get(2)?, stock: row.get(3)?, minimum: row.get(4)? })
    };
    rows.iter().map(short).collect()
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
