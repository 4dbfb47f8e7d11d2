//! Sales: the direct way, history, receipts.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::journal::OWN;
use duken_kernel::writer::Caller;
use duken_kernel::{Fault, Read, Reject, Tx};
use duken_protocol::money::Money;
use duken_protocol::quantity::Qty;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{SaleShape, sale_shape};
use super::{DiscountShape, at, day, own, parsed_day, terms};
use crate::domains::LayoutAsk;
use crate::hub::App;
use crate::sales::commands::{self, Asked, AskedLine, Paying, Standing};
use crate::sales::document::{Number, Series};
use crate::sales::queries::{self, ReceiptFilter, ReceiptRow, SaleView};
use crate::sales::{BAD_PAYMENT, NO_RECEIPT, receipt};
use crate::settings::{self, Settings, Tape};
use crate::tills::{self, Method, NO_TILL};
use crate::web::{Access, Actor, Answer, CARD_NOT_FOUND, Command, Cursor, DENIED, Id, Json, MALFORMED, Problem, Route, number_of};
use crate::{devices, parties, staff};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("sales.view");
    let see = Access::NeedsAny(&["sales.view", "sales.return", "sales.sell"]);
    vec![
        Route::post("/api/sales", Access::Needs("sales.sell"), "A sale in one request", sell).takes::<SellInput>().gives::<SaleShape>(),
        Route::get("/api/sales", view, "Sales and returns, newest first", list).query::<SalesQuery>().gives::<SalePage>(),
        Route::get("/api/sales/{id}", see, "A sale or return", show).gives::<SaleShape>(),
        Route::get("/api/sales/by-number/{number}", see, "By its number, or by the text of its QR", by_number).gives::<SaleShape>(),
        Route::post("/api/sales/{id}/print", see, "Print a copy", print).takes::<PrintInput>().gives::<PrintAnswer>(),
        Route::get("/api/sales/{id}/receipt.html", see, "The browser's print view", receipt_html).query::<CopyQuery>(),
        Route::get("/api/sales/{id}/receipt.png", see, "The receipt as a picture", receipt_png).query::<CopyQuery>(),
        Route::post(
            "/api/receipt/preview",
            Access::Needs("settings.edit"),
            "A sample receipt by settings that are not saved (PNG)",
            preview,
        )
        .takes::<Settings>(),
        Route::post("/api/shifts/{id}/print", Access::Needs("shift.view"), "Print a shift's report", print_shift)
            .takes::<ShiftPrintInput>()
            .gives::<PrintAnswer>(),
    ]
}

/// A sale in one request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SellInput {
    /// The till; the device's own when absent.
    till_id: Option<Id>,
    lines: Vec<SellLine>,
    discount: Option<DiscountShape>,
    payments: Vec<SellPayment>,
    customer_id: Option<Id>,
    /// Another date than today's: `sales.backdate`.
    business_date: Option<String>,
    /// Why another date or price.
    reason: Option<String>,
    #[serde(default)]
    print: bool,
}

/// A line of a sale in one request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SellLine {
    product_id: Id,
    quantity: Qty,
    /// A price by hand: `sales.price_override`.
    price: Option<Money>,
    discount: Option<DiscountShape>,
}

/// A payment of a sale in one request: cash, card or transfer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SellPayment {
    method: Method,
    amount: Money,
    tendered: Option<Money>,
}

async fn sell(State(app): State<App>, command: Command<SellInput>) -> Answer<SaleShape> {
    let currency = app.settings().currency();
    let caller = command.caller(&app);
    let terms = terms(&app, &command.actor);
    let input = command.input;
    let till = input.till_id.map(|id| id.0).or(command.actor.till).ok_or_else(|| NO_TILL.refuse())?;
    let discount = |shape: Option<DiscountShape>| shape.map(|d| d.read(currency)).transpose();
    let mut lines = Vec::with_capacity(input.lines.len());
    for line in input.lines {
        lines.push(AskedLine {
            product: line.product_id.0,
            quantity: line.quantity.0,
            own_price: line.price.map(|price| own(currency, price, "lines.price")).transpose()?,
            shown_price: None,
            discount: discount(line.discount)?,
            label_sum: None,
        });
    }
    let mut payments = Vec::with_capacity(input.payments.len());
    for payment in input.payments {
        if payment.method == Method::Kaspi {
            return Err(BAD_PAYMENT.refuse().field("payments").into());
        }
        payments.push(Paying {
            method: payment.method,
            amount: own(currency, payment.amount, "payments")?,
            tendered: payment.tendered.map(|t| own(currency, t, "payments")).transpose()?,
            payment: None,
        });
    }
    let asked = Asked {
        till,
        lines,
        discount: discount(input.discount)?,
        customer: input.customer_id.map(|id| id.0),
        payments,
        date: parsed_day(input.business_date.as_deref(), "business_date")?,
        reason: input.reason,
        discount_limit: terms.own_limit(),
        standing: Standing::Asked,
    };
    let print = input.print;
    complete(&app, caller, move |tx| {
        let sale = commands::complete_sale(tx, &terms, asked)?;
        if print {
            after_sale(tx, &sale, true)?;
        }
        Ok(sale)
    })
    .await
}

/// Runs a command that completes a sale. Its answer is made of what was just recorded; that of a repeat is read again.
pub(super) async fn complete(
    app: &App,
    caller: Caller,
    command: impl FnOnce(&mut Tx<'_>) -> Result<SaleView, Reject> + Send + 'static,
) -> Answer<SaleShape> {
    let making = move |tx: &mut Tx<'_>| -> Result<(i64, SaleShape), Reject> {
        let sale = command(tx)?;
        Ok((sale.id, sale_shape(tx, OWN, &sale)?))
    };
    match app.run_making(caller, making).await? {
        (_, Some(shape)) => Ok(Json(shape)),
        (sale, None) => Ok(Json(app.read_now(|read| one(read, OWN, sale))?)),
    }
}

/// A sale or return of a node.
///
/// # Errors
/// `card.not_found`; then the engine's.
pub fn one(read: &dyn Read, node: i64, id: i64) -> Result<SaleShape, Reject> {
    let view = queries::view(read, node, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    Ok(sale_shape(read, node, &view)?)
}

/// The receipt and the drawer of a sale: jobs in the sale's own commit.
pub(super) fn after_sale(tx: &mut Tx<'_>, sale: &SaleView, print: bool) -> Result<(), Reject> {
    if sale.payments.iter().any(|paid| paid.m == Method::Cash) {
        devices::enqueue_drawer(tx, sale.till)?;
    }
    if print {
        devices::enqueue_print(tx, sale.till, receipt::SALE, sale.id, false)?;
    }
    Ok(())
}

/// Which sales.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SalesQuery {
    /// `yyyy-mm-dd`.
    from: Option<String>,
    /// `yyyy-mm-dd`.
    to: Option<String>,
    cashier: Option<String>,
    till: Option<String>,
    shift: Option<String>,
    /// `cash`, `kaspi`, `card`, `transfer`.
    method: Option<String>,
    /// `SAL-2026-000042`, or only `42`.
    number: Option<String>,
    customer: Option<String>,
    /// `sale`, `return`, `all`.
    kind: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// A row of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SaleRow {
    id: Id,
    kind: &'static str,
    number: String,
    receipt_number: i64,
    business_date: String,
    recorded_at: String,
    till_name: String,
    cashier_name: String,
    customer_name: String,
    total: Money,
    methods: Vec<Method>,
    /// `completed`, `returned_in_part`, `returned`.
    state: &'static str,
}

/// A page of sales with the totals of the whole filter.
#[derive(Debug, Serialize, ToSchema)]
pub struct SalePage {
    items: Vec<SaleRow>,
    next: Option<String>,
    totals: SaleTotals,
}

/// Totals of a filter.
#[derive(Debug, Serialize, ToSchema)]
struct SaleTotals {
    sales: Money,
    returns: Money,
    sales_count: i64,
    returns_count: i64,
}

const SALES: Cursor = Cursor("sales");

fn filter(own_cashier: Option<i64>, query: &SalesQuery) -> Result<ReceiptFilter, Problem> {
    let unheard = |field: &str| Problem::from(MALFORMED.refuse().field(field).with("reason", field));
    let word = |text: &Option<String>| text.clone().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let id = |text: &Option<String>, field: &str| number_of(text.as_deref(), field);
    let method = match word(&query.method) {
        Some(word) => Some(Method::ALL.into_iter().find(|m| m.word() == word).ok_or_else(|| unheard("method"))?),
        None => None,
    };
    let series = match word(&query.kind).as_deref() {
        Some("sale") => Some(Series::Sale),
        Some("return") => Some(Series::Return),
        None | Some("all") => None,
        Some(_) => return Err(unheard("kind")),
    };
    // The whole number names its document; its last digits name those of every year.
    let (series, number, serial) = match word(&query.number) {
        None => (series, None, None),
        Some(text) => match (Number::read(&text), text.parse::<i64>()) {
            (Some((named, number)), _) => (Some(named), Some(number), None),
            (None, Ok(serial)) if (1..10_000_000).contains(&serial) => (series, None, Some(serial)),
            (None, _) => (series, Some(Number { year: 0, serial: 0, epoch: 0 }), None),
        },
    };
    let before = SALES.read_by(query.cursor.as_deref(), |text| {
        let (date, id) = text.split_once('.')?;
        Some((date.parse().ok()?, id.parse().ok()?))
    })?;
    Ok(ReceiptFilter {
        from: parsed_day(query.from.as_deref(), "from")?,
        to: parsed_day(query.to.as_deref(), "to")?,
        cashier: own_cashier.or(id(&query.cashier, "cashier")?),
        till: id(&query.till, "till")?,
        shift: id(&query.shift, "shift")?,
        method: method.map(Method::bit),
        series,
        number,
        serial,
        customer: id(&query.customer, "customer")?,
        before,
    })
}

fn row(read: &dyn Read, node: i64, receipt: &ReceiptRow, currency: duken_protocol::money::Currency) -> Result<SaleRow, Fault> {
    let customer_name = match receipt.customer {
        Some(id) => parties::find(read, node, id)?.map(|c| c.name).unwrap_or_default(),
        None => String::new(),
    };
    let state = if receipt.returned.0 == 0 {
        "completed"
    } else if receipt.returned >= receipt.total {
        "returned"
    } else {
        "returned_in_part"
    };
    Ok(SaleRow {
        id: Id(receipt.id),
        kind: if receipt.series == Series::Sale { "sale" } else { "return" },
        number: receipt.number.shown(receipt.series.letters()),
        receipt_number: receipt.receipt,
        business_date: day(receipt.date),
        recorded_at: at(receipt.at_ms),
        till_name: tills::find_of(read, node, receipt.till)?.map(|t| t.name).unwrap_or_default(),
        cashier_name: match receipt.cashier {
            Some(id) => staff::name_of(read, node, id)?,
            None => String::new(),
        },
        customer_name,
        total: Money::new(receipt.total, currency),
        methods: Method::ALL.into_iter().filter(|m| receipt.methods & m.bit() != 0).collect(),
        state,
    })
}

async fn list(State(app): State<App>, actor: Actor, Query(query): Query<SalesQuery>) -> Answer<SalePage> {
    Ok(Json(history(&app, OWN, actor.only_own("sales.view"), &query).await?))
}

/// Sales and returns of a node, newest first; of one cashier when he sees no others.
///
/// # Errors
/// `list.bad_cursor`, `request.malformed` for a date that is none; then the engine's.
pub async fn history(app: &App, node: i64, own_cashier: Option<i64>, query: &SalesQuery) -> Result<SalePage, Problem> {
    let filter = filter(own_cashier, query)?;
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    app.read(move |read| {
        let currency = settings::read_of(read, node)?.currency();
        let rows = queries::list(read, node, &filter, limit)?;
        let next = if rows.len() as i64 == limit { rows.last().map(|r| SALES.write(format_args!("{}.{}", r.date, r.id))) } else { None };
        let (sales_count, sales, returns_count, returns) = queries::list_totals(read, node, &filter)?;
        let items = rows.iter().map(|r| Ok(row(read, node, r, currency)?)).collect::<Result<_, Reject>>()?;
        let totals = SaleTotals { sales: Money::new(sales, currency), returns: Money::new(returns, currency), sales_count, returns_count };
        Ok(SalePage { items, next, totals })
    })
    .await
}

/// A document that this person may see. A cashier who sees only his own sales still finds any receipt that a customer
/// brings back.
fn seen(read: &dyn Read, actor: &Actor, id: i64) -> Result<SaleView, Reject> {
    let view = queries::view(read, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    let own_only = actor.only_own("sales.view").is_some() || !actor.may("sales.view");
    if own_only && view.cashier != actor.user && !actor.may("sales.return") {
        return Err(DENIED.refuse().with("permission", "sales.view").into());
    }
    Ok(view)
}

async fn show(State(app): State<App>, actor: Actor, Path(id): Path<Id>) -> Answer<SaleShape> {
    Ok(Json(app.read_now(|read| Ok(sale_shape(read, OWN, &seen(read, &actor, id.0)?)?))?))
}

async fn by_number(State(app): State<App>, actor: Actor, Path(number): Path<String>) -> Answer<SaleShape> {
    let (series, number) = Number::read(&number).ok_or_else(|| NO_RECEIPT.refuse().field("number"))?;
    Ok(Json(app.read_now(|read| {
        let id = queries::by_number(read, OWN, series, number)?.ok_or_else(|| NO_RECEIPT.refuse().field("number"))?;
        Ok(sale_shape(read, OWN, &seen(read, &actor, id)?)?)
    })?))
}

/// Where to print.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct PrintInput {
    /// The till whose printer is used; the device's own when absent.
    till_id: Option<Id>,
}

/// The job of a print; none when the till has no printer: the browser's print view does it then.
#[derive(Debug, Serialize, ToSchema)]
struct PrintAnswer {
    job_id: Option<Id>,
}

async fn print(State(app): State<App>, Path(id): Path<Id>, command: Command<PrintInput>) -> Answer<PrintAnswer> {
    let till = command.input.till_id.map(|id| id.0).or(command.actor.till);
    let actor = command.actor.clone();
    let job = app
        .run(command.caller(&app), move |tx| {
            let view = seen(tx, &actor, id.0)?;
            let kind = if view.series == Series::Sale { receipt::SALE } else { receipt::RETURN };
            Ok(devices::enqueue_print(tx, till.unwrap_or(view.till), kind, view.id, true)?.unwrap_or(0))
        })
        .await?;
    Ok(Json(PrintAnswer { job_id: (job > 0).then_some(Id(job)) }))
}

/// Which report of a shift.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ShiftPrintInput {
    /// `x` or `z`.
    kind: String,
}

async fn print_shift(State(app): State<App>, Path(id): Path<Id>, command: Command<ShiftPrintInput>) -> Answer<PrintAnswer> {
    let kind = if command.input.kind == "z" { receipt::SHIFT_Z } else { receipt::SHIFT_X };
    let till = command.actor.till;
    let only_own = command.actor.only_own("shift.view");
    let job = app
        .run(command.caller(&app), move |tx| {
            let shift = tills::shift(tx, OWN, id.0)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            if only_own.is_some() && shift.opened_by != only_own {
                return tills::NOT_OWN.err();
            }
            if kind == receipt::SHIFT_Z && shift.closing.is_none() {
                return tills::STILL_OPEN.err();
            }
            Ok(devices::enqueue_print(tx, till.unwrap_or(shift.till), kind, id.0, false)?.unwrap_or(0))
        })
        .await?;
    Ok(Json(PrintAnswer { job_id: (job > 0).then_some(Id(job)) }))
}

fn layout(app: &App, actor: &Actor, id: i64, copy: bool) -> Result<(duken_protocol::layout::Layout, String), Problem> {
    let (layout, number) = app.read_now(|read| {
        let view = seen(read, actor, id)?;
        let kind = if view.series == Series::Sale { receipt::SALE } else { receipt::RETURN };
        let ask = LayoutAsk { node: OWN, id, copy };
        let find = receipt::LAYOUTS.iter().find(|(name, _)| *name == kind).map(|(_, lay_out)| lay_out);
        let layout = match find {
            Some(lay_out) => lay_out(app, read, ask)?,
            None => None,
        };
        Ok((layout.ok_or_else(|| CARD_NOT_FOUND.refuse())?, view.number.shown(view.series.letters())))
    })?;
    Ok((layout, number))
}

/// Which paper.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CopyQuery {
    /// The paper says that it is a copy.
    #[serde(default)]
    copy: bool,
}

async fn receipt_html(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Id>,
    Query(query): Query<CopyQuery>,
) -> Result<Response, Problem> {
    let (layout, number) = layout(&app, &actor, id.0, query.copy)?;
    let page = receipt::page(&layout, app.settings().tape, &number);
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
}

async fn receipt_png(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Id>,
    Query(query): Query<CopyQuery>,
) -> Result<Response, Problem> {
    let (layout, _) = layout(&app, &actor, id.0, query.copy)?;
    Ok(drawn(&layout, app.settings().tape))
}

/// A layout as the dots of a tape.
fn drawn(layout: &duken_protocol::layout::Layout, tape: Tape) -> Response {
    let width = if tape == Tape::Mm58 { 384 } else { 576 };
    match duken_agent::raster::render(layout, width) {
        Ok(bitmap) => ([(header::CONTENT_TYPE, "image/png")], bitmap.to_png()).into_response(),
        Err(error) => {
            tracing::error!(%error, "a receipt could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn preview(State(app): State<App>, command: Command<Settings>) -> Result<Response, Problem> {
    let settings = settings::checked(command.input)?;
    let cashier = command.actor.user;
    let hub = app.clone();
    let drawing = app.aside(move || -> Result<Response, Problem> {
        let layout = hub.read_now(|read| Ok(receipt::preview(&hub, read, &settings, cashier)?))?;
        Ok(drawn(&layout, settings.tape))
    });
    drawing.await?
}
