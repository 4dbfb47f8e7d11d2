//! What screens ask about carts, sales and returns.

use std::collections::BTreeMap;

use duken_kernel::journal::{self, Entry};
use duken_kernel::{Fault, Read, Value};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;

use super::cart::{Cart, CartLine};
use super::document::{COMPLETED, Completed, Line, Number, Paid, RETURNED, Returned, Series};
use super::model::{LineInput, Rounding, Sums, sums};
use crate::catalog::Kind;
use crate::catalog::door::{self as catalog, ProductForSale};
use crate::settings::Settings;
use crate::stock::door as stock;

/// What a line of a cart is of, as it is now.
#[derive(Debug, Clone)]
pub struct CartGood {
    /// Its product.
    pub product: Option<ProductForSale>,
    /// What is in stock; none for a service.
    pub stock: Option<Quantity>,
}

/// The goods of a cart, line by line, in one reading.
///
/// # Errors
/// The engine's.
pub fn cart_goods(read: &dyn Read, cart: &Cart) -> Result<Vec<CartGood>, Fault> {
    let ids: Vec<i64> = cart.lines.iter().map(|line| line.product).collect();
    let products = catalog::products(read, journal::OWN, &ids)?;
    let kept = |id: &i64| products.get(id).is_some_and(|p| p.kind == Kind::Product);
    let counted: Vec<i64> = ids.iter().copied().filter(kept).collect();
    let held = stock::holdings(read, journal::OWN, stock::WAREHOUSE, &counted)?;
    let good = |id: &i64| CartGood {
        product: products.get(id).cloned(),
        stock: kept(id).then(|| held.get(id).map_or(Quantity::ZERO, |held| held.quantity)),
    };
    Ok(ids.iter().map(good).collect())
}

/// The lines of a cart as sums are made of them.
#[must_use]
pub fn cart_inputs(cart: &Cart, goods: &[CartGood], currency: Currency, date: i32) -> Vec<LineInput> {
    let input = |(line, good): (&CartLine, &CartGood)| LineInput {
        quantity: line.quantity,
        price: line.price,
        discount: line.discount,
        vat_percent: good.product.as_ref().and_then(|p| catalog::vat_percent_on(&p.vat, currency, date)).unwrap_or(0),
        label_sum: line.label_sum,
    };
    cart.lines.iter().zip(goods).map(input).collect()
}

/// The sums of a cart as they are now.
#[must_use]
pub fn cart_sums(settings: &Settings, cart: &Cart, goods: &[CartGood], date: i32) -> Sums {
    let rounding = Rounding { step: settings.rounding_step(), scope: settings.rounding.scope };
    sums(&cart_inputs(cart, goods, settings.currency(), date), cart.discount, rounding)
}

/// The body of a sale.
///
/// # Errors
/// The engine's.
pub fn completed(read: &dyn Read, node: i64, sale: i64) -> Result<Option<Completed>, Fault> {
    match journal::read_one(read, node, sale)? {
        Some(entry) if entry.kind() == COMPLETED => entry.body().map(Some),
        _ => Ok(None),
    }
}

/// The business date of a sale or return, `yyyymmdd`; 0 when there is none.
///
/// # Errors
/// The engine's.
pub fn date_of(read: &dyn Read, node: i64, id: i64) -> Result<i32, Fault> {
    read.row("SELECT date FROM receipt WHERE node = ?1 AND id = ?2", &[node.into(), id.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// What came back of a sale, by line: quantity and sum.
///
/// # Errors
/// The engine's.
pub fn returned_lines(read: &dyn Read, node: i64, sale: i64) -> Result<BTreeMap<i64, (Quantity, Amount)>, Fault> {
    read.rows("SELECT line, quantity, sum FROM returned_line WHERE node = ?1 AND sale = ?2", &[node.into(), sale.into()])?
        .iter()
        .map(|row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
        .collect()
}

/// What was given back of a sale: in all, and by payment.
///
/// # Errors
/// The engine's.
pub fn refunded(read: &dyn Read, node: i64, sale: i64) -> Result<(Amount, BTreeMap<i64, Amount>), Fault> {
    let total = read.row("SELECT SUM(total) FROM return_of WHERE node = ?1 AND sale = ?2", &[node.into(), sale.into()])?;
    let total = total.map_or(Ok(None), |row| row.get::<Option<Amount>>(0))?.unwrap_or_default();
    let by_payment = read
        .rows("SELECT payment, amount FROM refunded WHERE node = ?1 AND sale = ?2", &[node.into(), sale.into()])?
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect::<Result<_, Fault>>()?;
    Ok((total, by_payment))
}

/// A sale or return with everything its page shows.
#[derive(Debug, Clone)]
pub struct SaleView {
    /// Its number among documents.
    pub id: i64,
    /// Sale or return.
    pub series: Series,
    /// Its number for people.
    pub number: Number,
    /// Its receipt number in the shift.
    pub receipt: i64,
    /// Business date, `yyyymmdd`.
    pub date: i32,
    /// When it was recorded, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The zone's offset then, minutes east of UTC.
    pub zone_offset_min: i16,
    /// Till.
    pub till: i64,
    /// Shift.
    pub shift: i64,
    /// Cashier.
    pub cashier: Option<i64>,
    /// Customer.
    pub customer: Option<i64>,
    /// Its currency.
    pub currency: Currency,
    /// The lines.
    pub lines: Vec<Line>,
    /// Rounding.
    pub rounding: Amount,
    /// The total.
    pub total: Amount,
    /// The payments.
    pub payments: Vec<Paid>,
    /// Of a sale: what came back by line.
    pub returned: BTreeMap<i64, (Quantity, Amount)>,
    /// Of a sale: its returns with their totals.
    pub returns: Vec<(i64, Amount)>,
    /// Of a return: the sale.
    pub sale: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// The first bytes of its entry's hash: a mark on the paper.
    pub mark: String,
}

impl SaleView {
    /// Whether it carries another date than the day on which it was recorded.
    #[must_use]
    pub fn is_backdated(&self) -> bool {
        let at = jiff::Timestamp::from_millisecond(self.at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let offset = jiff::tz::Offset::from_seconds(i32::from(self.zone_offset_min) * 60).unwrap_or(jiff::tz::Offset::UTC);
        crate::settings::yyyymmdd(offset.to_datetime(at).date()) != self.date
    }
}

/// A sale or return of a node.
///
/// # Errors
/// The engine's.
pub fn view(read: &dyn Read, node: i64, id: i64) -> Result<Option<SaleView>, Fault> {
    let Some(entry) = journal::read_one(read, node, id)? else { return Ok(None) };
    match entry.kind() {
        COMPLETED => {
            let body: Completed = entry.body()?;
            let returned = returned_lines(read, node, id)?;
            let returns = read
                .rows("SELECT id, total FROM return_of WHERE node = ?1 AND sale = ?2 ORDER BY id", &[node.into(), id.into()])?
                .iter()
                .map(|row| Ok((row.get(0)?, row.get(1)?)))
                .collect::<Result<_, Fault>>()?;
            let common = (body.number, body.receipt, body.till, body.shift, body.customer);
            let money = (body.currency, body.lines, body.rounding, body.total, body.payments);
            Ok(Some(SaleView { returned, returns, ..viewed(&entry, Series::Sale, common, money, None, body.reason) }))
        }
        RETURNED => {
            let body: Returned = entry.body()?;
            let common = (body.number, body.receipt, body.till, body.shift, body.customer);
            let money = (body.currency, body.lines, body.rounding, body.total, body.payments);
            Ok(Some(viewed(&entry, Series::Return, common, money, body.sale, Some(body.reason))))
        }
        _ => Ok(None),
    }
}

/// A sale that was recorded just now: nothing came back of it yet.
#[must_use]
pub fn sold(entry: &Entry, body: &Completed) -> SaleView {
    let common = (body.number, body.receipt, body.till, body.shift, body.customer);
    let money = (body.currency, body.lines.clone(), body.rounding, body.total, body.payments.clone());
    viewed(entry, Series::Sale, common, money, None, body.reason.clone())
}

type Common = (Number, i64, i64, i64, Option<i64>);
type Sums5 = (Currency, Vec<Line>, Amount, Amount, Vec<Paid>);

fn viewed(entry: &Entry, series: Series, common: Common, money: Sums5, sale: Option<i64>, reason: Option<String>) -> SaleView {
    let (number, receipt, till, shift, customer) = common;
    let (currency, lines, rounding, total, payments) = money;
    let head = entry.head();
    SaleView {
        id: entry.seq,
        series,
        number,
        receipt,
        date: head.date,
        at_ms: head.at,
        zone_offset_min: head.zone,
        till,
        shift,
        cashier: head.by,
        customer,
        currency,
        lines,
        rounding,
        total,
        payments,
        returned: BTreeMap::new(),
        returns: Vec::new(),
        sale,
        reason,
        mark: entry.hash.iter().take(4).map(|byte| format!("{byte:02X}")).collect(),
    }
}

/// The document with this number.
///
/// # Errors
/// The engine's.
pub fn by_number(read: &dyn Read, node: i64, series: Series, number: Number) -> Result<Option<i64>, Fault> {
    read.row(
        "SELECT id FROM receipt WHERE node = ?1 AND series = ?2 AND number = ?3",
        &[node.into(), (series as i64).into(), number.packed().into()],
    )?
    .map(|row| row.get(0))
    .transpose()
}

/// Which sales and returns.
#[derive(Debug, Clone, Default)]
pub struct ReceiptFilter {
    /// From this day on, `yyyymmdd`.
    pub from: Option<i32>,
    /// Up to this day.
    pub to: Option<i32>,
    /// Of this cashier.
    pub cashier: Option<i64>,
    /// Of this till.
    pub till: Option<i64>,
    /// Of this shift.
    pub shift: Option<i64>,
    /// Paid this way (a bit of a set).
    pub method: Option<i64>,
    /// Sales or returns only.
    pub series: Option<Series>,
    /// With this number.
    pub number: Option<Number>,
    /// With this serial number, of any year.
    pub serial: Option<i64>,
    /// Of this customer.
    pub customer: Option<i64>,
    /// Before this place: date and number of the last row of the page before.
    pub before: Option<(i32, i64)>,
}

/// A row of the list.
#[derive(Debug, Clone)]
pub struct ReceiptRow {
    /// Its number among documents.
    pub id: i64,
    /// Sale or return.
    pub series: Series,
    /// Its number for people.
    pub number: Number,
    /// Its receipt number in the shift.
    pub receipt: i64,
    /// Till.
    pub till: i64,
    /// Shift.
    pub shift: i64,
    /// Cashier.
    pub cashier: Option<i64>,
    /// Customer.
    pub customer: Option<i64>,
    /// Business date, `yyyymmdd`.
    pub date: i32,
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The total.
    pub total: Amount,
    /// Ways of payment, as a set of bits.
    pub methods: i64,
    /// What of it came back.
    pub returned: Amount,
}

const WHERE: &str = "r.node = ?1 AND r.date BETWEEN ?2 AND ?3 AND (?4 IS NULL OR r.cashier = ?4) AND (?5 IS NULL OR r.till = ?5) \
    AND (?6 IS NULL OR (r.methods & ?6) <> 0) AND (?7 IS NULL OR r.series = ?7) AND (?8 IS NULL OR r.number = ?8) \
    AND (?9 IS NULL OR r.customer = ?9) AND (?10 IS NULL OR r.shift = ?10) AND (?11 IS NULL OR r.number % 10000000 = ?11)";

fn conditions(node: i64, filter: &ReceiptFilter) -> Vec<Value> {
    vec![
        node.into(),
        filter.from.unwrap_or(0).into(),
        filter.to.unwrap_or(i32::MAX).into(),
        filter.cashier.into(),
        filter.till.into(),
        filter.method.into(),
        filter.series.map(|s| s as i64).into(),
        filter.number.map(Number::packed).into(),
        filter.customer.into(),
        filter.shift.into(),
        filter.serial.into(),
    ]
}

/// Sales and returns, newest first.
///
/// # Errors
/// The engine's.
pub fn list(read: &dyn Read, node: i64, filter: &ReceiptFilter, limit: i64) -> Result<Vec<ReceiptRow>, Fault> {
    let mut params = conditions(node, filter);
    let (date, id) = filter.before.unwrap_or((i32::MAX, i64::MAX));
    params.extend([date.into(), id.into(), limit.into()]);
    let rows = read.rows(
        &format!(
            "SELECT r.id, r.series, r.number, r.receipt, r.till, r.shift, r.cashier, r.customer, r.date, r.at, r.total, r.methods, \
             (SELECT SUM(o.total) FROM return_of o WHERE o.node = r.node AND o.sale = r.id) \
             FROM receipt r WHERE {WHERE} AND (r.date, r.id) < (?12, ?13) ORDER BY r.date DESC, r.id DESC LIMIT ?14"
        ),
        &params,
    )?;
    rows.iter()
        .map(|row| {
            Ok(ReceiptRow {
                id: row.get(0)?,
                series: if row.get::<i64>(1)? == Series::Return as i64 { Series::Return } else { Series::Sale },
                number: Number::unpacked(row.get(2)?),
                receipt: row.get(3)?,
                till: row.get(4)?,
                shift: row.get(5)?,
                cashier: row.get(6)?,
                customer: row.get(7)?,
                date: row.get(8)?,
                at_ms: row.get(9)?,
                total: row.get(10)?,
                methods: row.get(11)?,
                returned: row.get::<Option<Amount>>(12)?.unwrap_or_default(),
            })
        })
        .collect()
}

/// Counts and totals of sales and returns under a filter.
///
/// # Errors
/// The engine's.
pub fn list_totals(read: &dyn Read, node: i64, filter: &ReceiptFilter) -> Result<(i64, Amount, i64, Amount), Fault> {
    let rows = read.rows(
        &format!("SELECT r.series, COUNT(*), SUM(r.total) FROM receipt r WHERE {WHERE} GROUP BY r.series"),
        &conditions(node, filter),
    )?;
    let mut totals = (0, Amount::ZERO, 0, Amount::ZERO);
    for row in rows {
        if row.get::<i64>(0)? == Series::Sale as i64 {
            (totals.0, totals.1) = (row.get(1)?, row.get(2)?);
        } else {
            (totals.2, totals.3) = (row.get(1)?, row.get(2)?);
        }
    }
    Ok(totals)
}

/// Sales of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DaySums {
    /// Business date, `yyyymmdd`.
    pub date: i32,
    /// How many sales.
    pub sales_count: i64,
    /// What they came to.
    pub sales: Amount,
    /// How many returns.
    pub returns_count: i64,
    /// What was given back.
    pub returns: Amount,
}

/// Days of a node with sales or returns, from the first to the last date asked for.
///
/// # Errors
/// The engine's.
pub fn days(read: &dyn Read, node: i64, from: i32, to: i32) -> Result<Vec<DaySums>, Fault> {
    // Months and years stand in the same table as days 00.
    read.rows(
        "SELECT period, sales_count, sales, returns_count, returns FROM sales_day \
         WHERE node = ?1 AND period BETWEEN ?2 AND ?3 AND period % 100 <> 0 ORDER BY period",
        &[node.into(), from.into(), to.into()],
    )?
    .iter()
    .map(|row| {
        Ok(DaySums { date: row.get(0)?, sales_count: row.get(1)?, sales: row.get(2)?, returns_count: row.get(3)?, returns: row.get(4)? })
    })
    .collect()
}
