//! `/api/home`, `/api/reports`.

use axum::extract::{Query, State};
use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency, Money};
use duken_protocol::quantity::Qty;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::queries::{self, DaySums, ProductSums};
use crate::hub::App;
use crate::settings::{Settings, yyyymmdd};
use crate::web::{Access, Answer, Cursor, Id, Json, MALFORMED, Problem, Route};
use crate::{catalog, payments, staff, tills};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let reports = Access::Needs("reports.view");
    let costs = Access::NeedsAll(&["reports.view", "cost.view"]);
    vec![
        Route::get("/api/home", Access::SignedIn, "The store at a glance", home).gives::<Home>(),
        Route::get("/api/reports/sales-by-day", reports, "Sales by day", by_day).query::<PeriodQuery>().gives::<ByDay>(),
        Route::get("/api/reports/sales-by-product", reports, "Sales by product", by_product).query::<PeriodQuery>().gives::<ByProduct>(),
        Route::get("/api/reports/profit", costs, "Profit and loss", profit).query::<PeriodQuery>().gives::<ProfitShape>(),
        Route::get("/api/reports/stock-value", costs, "The stock at cost, now", stock_value).gives::<StockValueShape>(),
    ]
}

/// The store at a glance. Sums are there for those who may see reports.
#[derive(Debug, Serialize, ToSchema)]
struct Home {
    today: Option<DayShape>,
    yesterday: Option<DayShape>,
    /// The same weekday a week ago, up to the same time of the day.
    week_before: Option<SoFarShape>,
    /// Today, hour by hour of the store's zone, from the first one with a sale to the present one.
    hours: Vec<HourShape>,
    week: Vec<DayShape>,
    top_products: Vec<ProductShape>,
    open_shifts: Vec<HomeShift>,
    low_stock: i64,
    /// The first of what is short, for those who may see the stock: the emptiest first.
    short: Vec<ShortShape>,
    attention: Vec<Attention>,
}

/// A day up to a moment.
#[derive(Debug, Serialize, ToSchema)]
struct SoFarShape {
    date: String,
    sales: Money,
    sales_count: i64,
    average: Money,
    returns: Money,
}

/// An hour of a day.
#[derive(Debug, Serialize, ToSchema)]
struct HourShape {
    /// From 0.
    hour: i8,
    sales: Money,
    sales_count: i64,
}

/// A product of which little is left.
#[derive(Debug, Serialize, ToSchema)]
struct ShortShape {
    id: Id,
    name: String,
    unit: &'static str,
    stock: Qty,
    minimum: Qty,
}

/// Sums of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DayShape {
    date: String,
    sales: Money,
    sales_count: i64,
    returns: Money,
    returns_count: i64,
    /// Sales less returns.
    net: Money,
    average: Money,
    discount: Money,
    vat: Money,
}

/// Sums of a product.
#[derive(Debug, Serialize, ToSchema)]
struct ProductShape {
    id: Id,
    name: String,
    sku: String,
    quantity: Qty,
    sum: Money,
    returned_quantity: Qty,
    returned_sum: Money,
    /// Sales less returns.
    net: Money,
}

/// An open shift.
#[derive(Debug, Serialize, ToSchema)]
struct HomeShift {
    id: Id,
    till_name: String,
    number: i64,
    opened_at: String,
    opened_by: String,
    overdue: bool,
}

/// Something that asks for a person.
#[derive(Debug, Serialize, ToSchema)]
struct Attention {
    /// `payment_unknown`, `slip_differs`, `shift_overdue`, `no_price`, `low_stock`.
    kind: &'static str,
    count: i64,
    /// Where it is mended.
    link: &'static str,
}

fn day(date: i32) -> String {
    format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100)
}

fn day_shape(sums: DaySums, currency: Currency) -> DayShape {
    let money = |amount| Money::new(amount, currency);
    let average = if sums.sales_count > 0 { sums.sales.scaled(1, sums.sales_count) } else { Amount::ZERO };
    DayShape {
        date: day(sums.date),
        sales: money(sums.sales),
        sales_count: sums.sales_count,
        returns: money(sums.returns),
        returns_count: sums.returns_count,
        net: money(sums.sales - sums.returns),
        average: money(average),
        discount: money(sums.discount),
        vat: money(sums.vat),
    }
}

fn product_shape(sums: ProductSums, currency: Currency) -> ProductShape {
    let money = |amount| Money::new(amount, currency);
    ProductShape {
        id: Id(sums.product),
        name: sums.name,
        sku: sums.sku,
        quantity: Qty(sums.quantity),
        sum: money(sums.sum),
        returned_quantity: Qty(sums.returned_quantity),
        returned_sum: money(sums.returned_sum),
        net: money(sums.sum - sums.returned_sum),
    }
}

/// The day `back` days before today in the store's zone.
fn day_before(settings: &Settings, now_ms: i64, back: i64) -> i32 {
    settings.date_at(now_ms - back * 24 * 3_600_000).0
}

async fn home(State(app): State<App>, actor: crate::web::Actor) -> Answer<Home> {
    let settings = app.settings();
    let now_ms = app.clock.now_ms();
    let seen = Seen { sums: actor.may("reports.view"), stock: actor.may("stock.view") };
    let home = app.read(move |read| Ok(at_a_glance(read, &settings, now_ms, seen)?)).await?;
    Ok(Json(home))
}

/// What the person who looks may see.
#[derive(Clone, Copy)]
struct Seen {
    sums: bool,
    stock: bool,
}

/// How much a list of the first page shows.
const TOP: i64 = 5;

fn at_a_glance(read: &dyn Read, settings: &Settings, now_ms: i64, seen: Seen) -> Result<Home, Fault> {
    const WEEK_DAYS: i64 = 7;
    /// A slip that shows another sum is news for so long.
    const SLIPS_MS: i64 = 3 * 24 * 3_600_000;
    let sums_seen = seen.sums;
    let currency = settings.currency();
    let today = day_before(settings, now_ms, 0);
    let week_ago = day_before(settings, now_ms, WEEK_DAYS - 1);
    let known = queries::days(read, OWN, week_ago, today)?;
    let of = |date: i32| known.iter().find(|d| d.date == date).copied().unwrap_or(DaySums { date, ..DaySums::default() });
    let week: Vec<DayShape> = (0..WEEK_DAYS).rev().map(|back| day_shape(of(day_before(settings, now_ms, back)), currency)).collect();
    let shifts = tills::open_shifts(read, OWN)?;
    let max_ms = i64::from(settings.max_shift_hours) * 3_600_000;
    let mut open_shifts = Vec::with_capacity(shifts.len());
    for shift in &shifts {
        open_shifts.push(HomeShift {
            id: Id(shift.id),
            till_name: tills::name_of(read, shift.till)?.unwrap_or_default(),
            number: shift.number,
            opened_at: jiff::Timestamp::from_millisecond(shift.opened_ms).map(|t| t.to_string()).unwrap_or_default(),
            opened_by: shift.opened_by.map_or(Ok(String::new()), |id| staff::name_of(read, OWN, id))?,
            overdue: now_ms - shift.opened_ms > max_ms,
        });
    }
    let unknown = payments::unsettled(read, OWN)?.iter().filter(|p| p.state == payments::State::Unknown).count() as i64;
    let low_stock = queries::low_stock(read, OWN)?;
    let overdue = open_shifts.iter().filter(|s| s.overdue).count() as i64;
    let asks = [
        Attention { kind: "payment_unknown", count: unknown, link: "/till" },
        Attention { kind: "slip_differs", count: crate::devices::slips_that_differ(read, now_ms - SLIPS_MS)?, link: "/devices" },
        Attention { kind: "shift_overdue", count: overdue, link: "/shifts" },
        Attention { kind: "no_price", count: queries::without_price(read, OWN)?, link: "/products?no_price=true" },
        Attention { kind: "low_stock", count: low_stock, link: "/stock?state=low" },
    ];
    let top = queries::product_sums(read, OWN, week_ago, today, 0, TOP)?;
    Ok(Home {
        today: sums_seen.then(|| day_shape(of(today), currency)),
        yesterday: sums_seen.then(|| day_shape(of(day_before(settings, now_ms, 1)), currency)),
        week_before: if sums_seen { Some(so_far(read, settings, now_ms - WEEK_DAYS * 24 * 3_600_000)?) } else { None },
        hours: if sums_seen { hours(read, settings, now_ms)? } else { Vec::new() },
        week: if sums_seen { week } else { Vec::new() },
        top_products: if sums_seen { top.into_iter().map(|p| product_shape(p, currency)).collect() } else { Vec::new() },
        open_shifts,
        low_stock,
        short: if seen.stock { short(read)? } else { Vec::new() },
        attention: asks.into_iter().filter(|a| a.count > 0).collect(),
    })
}

/// The day of a moment, up to it.
fn so_far(read: &dyn Read, settings: &Settings, at_ms: i64) -> Result<SoFarShape, Fault> {
    let currency = settings.currency();
    let date = settings.date_at(at_ms).0;
    let receipts = queries::receipts_of(read, OWN, date)?;
    let until = || receipts.iter().filter(|receipt| receipt.at_ms <= at_ms);
    let sales: Amount = until().filter(|receipt| !receipt.is_return).map(|receipt| receipt.total).sum();
    let sales_count = until().filter(|receipt| !receipt.is_return).count() as i64;
    let returns: Amount = until().filter(|receipt| receipt.is_return).map(|receipt| receipt.total).sum();
    let average = if sales_count > 0 { sales.scaled(1, sales_count) } else { Amount::ZERO };
    let money = |amount| Money::new(amount, currency);
    Ok(SoFarShape { date: day(date), sales: money(sales), sales_count, average: money(average), returns: money(returns) })
}

/// The sales of today by the hour.
fn hours(read: &dyn Read, settings: &Settings, now_ms: i64) -> Result<Vec<HourShape>, Fault> {
    let (zone, currency) = (settings.zone(), settings.currency());
    let today = settings.date_at(now_ms).0;
    let hour_of = |at_ms: i64| {
        let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
        (yyyymmdd(at.date()) == today).then(|| at.hour())
    };
    let mut by_hour = std::collections::BTreeMap::<i8, (Amount, i64)>::new();
    for receipt in queries::receipts_of(read, OWN, today)?.iter().filter(|receipt| !receipt.is_return) {
        // What was written down on another day than its own has no hour.
        if let Some(hour) = hour_of(receipt.at_ms) {
            let (sales, count) = by_hour.entry(hour).or_default();
            *sales += receipt.total;
            *count += 1;
        }
    }
    let Some(first) = by_hour.keys().next().copied() else { return Ok(Vec::new()) };
    let last = hour_of(now_ms).unwrap_or(23).max(by_hour.keys().last().copied().unwrap_or(first));
    let of = |hour: i8| {
        let (sales, sales_count) = by_hour.get(&hour).copied().unwrap_or_default();
        HourShape { hour, sales: Money::new(sales, currency), sales_count }
    };
    Ok((first..=last).map(of).collect())
}

fn short(read: &dyn Read) -> Result<Vec<ShortShape>, Fault> {
    let shape = |short: queries::Short| ShortShape {
        id: Id(short.product),
        name: short.name,
        unit: catalog::door::unit_of(short.unit).code(),
        stock: Qty(short.stock),
        minimum: Qty(short.minimum),
    };
    Ok(queries::short(read, OWN, TOP)?.into_iter().map(shape).collect())
}

/// Some days.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PeriodQuery {
    /// `yyyy-mm-dd`.
    from: Option<String>,
    /// `yyyy-mm-dd`.
    to: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

impl PeriodQuery {
    fn days(&self) -> Result<(i32, i32), Problem> {
        let read = |text: &Option<String>, field: &str, absent: i32| -> Result<i32, Problem> {
            let Some(text) = text.as_deref().filter(|t| !t.is_empty()) else { return Ok(absent) };
            let date = text.parse().map_err(|_| MALFORMED.refuse().field(field).with("reason", "yyyy-mm-dd"))?;
            Ok(yyyymmdd(date))
        };
        Ok((read(&self.from, "from", 0)?, read(&self.to, "to", 9999_12_31)?))
    }
}

/// Sales by day, with the sum of all.
#[derive(Debug, Serialize, ToSchema)]
struct ByDay {
    items: Vec<DayShape>,
    total: DayShape,
}

async fn by_day(State(app): State<App>, Query(query): Query<PeriodQuery>) -> Answer<ByDay> {
    let (from, to) = query.days()?;
    let currency = app.settings().currency();
    let days = app.read(move |read| Ok(queries::days(read, OWN, from, to)?)).await?;
    let total = days.iter().fold(DaySums::default(), |sum, day| DaySums {
        date: 0,
        sales_count: sum.sales_count + day.sales_count,
        sales: sum.sales + day.sales,
        returns_count: sum.returns_count + day.returns_count,
        returns: sum.returns + day.returns,
        discount: sum.discount + day.discount,
        vat: sum.vat + day.vat,
        cost: sum.cost + day.cost,
    });
    Ok(Json(ByDay { items: days.into_iter().map(|d| day_shape(d, currency)).collect(), total: day_shape(total, currency) }))
}

/// Sales by product, best first.
#[derive(Debug, Serialize, ToSchema)]
struct ByProduct {
    items: Vec<ProductShape>,
    next: Option<String>,
}

const BY_PRODUCT: Cursor = Cursor("by_product");

async fn by_product(State(app): State<App>, Query(query): Query<PeriodQuery>) -> Answer<ByProduct> {
    let (from, to) = query.days()?;
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let offset = BY_PRODUCT.offset(query.cursor.as_deref())?;
    let currency = app.settings().currency();
    let items = app.read(move |read| Ok(queries::product_sums(read, OWN, from, to, offset, limit)?)).await?;
    let next = if items.len() as i64 == limit { Some(BY_PRODUCT.write(offset + limit)) } else { None };
    Ok(Json(ByProduct { items: items.into_iter().map(|p| product_shape(p, currency)).collect(), next }))
}

/// Profit and loss. VAT is in none of the sums but its own.
#[derive(Debug, Serialize, ToSchema)]
struct ProfitShape {
    /// Sales less returns at list price.
    revenue: Money,
    discount: Money,
    /// Cost of what was sold, as far as it is known.
    cost: Money,
    cost_variance: Money,
    /// Revenue less discount, cost and variance.
    gross_profit: Money,
    rounding: Money,
    over_short: Money,
    stock_correction: Money,
    expense: Money,
    net_profit: Money,
    /// VAT owed on the sales.
    tax: Money,
}

async fn profit(State(app): State<App>, Query(query): Query<PeriodQuery>) -> Answer<ProfitShape> {
    let (from, to) = query.days()?;
    let currency = app.settings().currency();
    let sums = app.read(move |read| Ok(queries::profit(read, OWN, from, to)?)).await?;
    let money = |amount| Money::new(amount, currency);
    Ok(Json(ProfitShape {
        revenue: money(sums.revenue),
        discount: money(sums.discount),
        cost: money(sums.cost),
        cost_variance: money(sums.cost_variance),
        gross_profit: money(sums.gross()),
        rounding: money(sums.rounding),
        over_short: money(sums.over_short),
        stock_correction: money(sums.stock_correction),
        expense: money(sums.expense),
        net_profit: money(sums.net()),
        tax: money(sums.tax),
    }))
}

/// The stock at cost.
#[derive(Debug, Serialize, ToSchema)]
struct StockValueShape {
    /// Products of which something is there.
    products: i64,
    value: Money,
    /// Products of which less than nothing is there.
    negative: i64,
}

async fn stock_value(State(app): State<App>) -> Answer<StockValueShape> {
    let currency = app.settings().currency();
    let stock = app.read(|read| Ok(queries::stock_value(read, OWN)?)).await?;
    Ok(Json(StockValueShape { products: stock.products, value: Money::new(stock.value, currency), negative: stock.negative }))
}
