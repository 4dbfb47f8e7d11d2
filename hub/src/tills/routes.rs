//! `/api/tills`, `/api/shifts`.

use axum::extract::{Path, Query, State};
use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::commands::{self, MoveCash, SaveTill};
use super::model::{Method, OperationKind};
use super::queries::{self, Shift, ShiftFilter, Till};
use super::{CLOSED, NOT_OWN};
use crate::hub::App;
use crate::staff;
use crate::web::{Access, Actor, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Json, MALFORMED, Problem, Route, number_of};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("shift.view");
    vec![
        Route::get("/api/tills", Access::SignedIn, "Tills", list_tills).gives::<Vec<TillShape>>(),
        Route::post("/api/tills", Access::Needs("settings.edit"), "Make a till", create_till).takes::<TillInput>().gives::<TillShape>(),
        Route::put("/api/tills/{id}", Access::Needs("settings.edit"), "Save a till", update_till).takes::<TillInput>().gives::<TillShape>(),
        Route::get("/api/shifts", view, "Shifts, newest first", list).query::<ShiftQuery>().gives::<ShiftPage>(),
        Route::post("/api/shifts", Access::Needs("shift.open"), "Open a shift", open).takes::<OpenInput>().gives::<ShiftShape>(),
        Route::get("/api/shifts/{id}", view, "A shift", show).gives::<ShiftShape>(),
        Route::get("/api/shifts/{id}/x-report", view, "The shift as it is now", show).gives::<ShiftShape>(),
        Route::post("/api/shifts/{id}/cash-in", Access::Needs("shift.cash_in"), "Put cash in", cash_in)
            .takes::<CashInput>()
            .gives::<ShiftShape>(),
        Route::post("/api/shifts/{id}/cash-out", Access::Needs("shift.cash_out"), "Take cash out", cash_out)
            .takes::<CashInput>()
            .gives::<ShiftShape>(),
        Route::post("/api/shifts/{id}/close", Access::Needs("shift.close"), "Close a shift (Z report)", close)
            .takes::<CloseInput>()
            .gives::<ShiftShape>(),
    ]
}

/// A till.
#[derive(Debug, Serialize, ToSchema)]
struct TillShape {
    id: Id,
    version: i64,
    name: String,
    number: i64,
    printer_id: Option<Id>,
    terminal_id: Option<Id>,
    scanner_id: Option<Id>,
    drawer: bool,
    archived: bool,
    open_shift_id: Option<Id>,
}

fn till_shape(read: &dyn Read, till: Till) -> Result<TillShape, Fault> {
    Ok(TillShape {
        open_shift_id: queries::open_shift(read, OWN, till.id)?.map(|shift| Id(shift.id)),
        id: Id(till.id),
        version: till.version,
        name: till.name,
        number: till.number,
        printer_id: till.printer.map(Id),
        terminal_id: till.terminal.map(Id),
        scanner_id: till.scanner.map(Id),
        drawer: till.drawer,
        archived: till.archived,
    })
}

async fn list_tills(State(app): State<App>) -> Answer<Vec<TillShape>> {
    Ok(Json(app.read(|read| queries::all(read, OWN)?.into_iter().map(|till| Ok(till_shape(read, till)?)).collect()).await?))
}

/// A till as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct TillInput {
    #[serde(default)]
    version: i64,
    name: String,
    number: Option<i64>,
    printer_id: Option<Id>,
    terminal_id: Option<Id>,
    scanner_id: Option<Id>,
    #[serde(default)]
    drawer: bool,
    #[serde(default)]
    archived: bool,
}

async fn save_till(app: App, id: Option<i64>, command: Command<TillInput>) -> Answer<TillShape> {
    let caller = command.caller(&app);
    let input = command.input;
    let save = SaveTill {
        id,
        version: input.version,
        name: input.name,
        number: input.number,
        printer: input.printer_id.map(|id| id.0),
        terminal: input.terminal_id.map(|id| id.0),
        scanner: input.scanner_id.map(|id| id.0),
        drawer: input.drawer,
        archived: input.archived,
    };
    let id = app.run(caller, commands::save_till(save)).await?;
    Ok(Json(app.read_now(|read| {
        let till = queries::find(read, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        Ok(till_shape(read, till)?)
    })?))
}

async fn create_till(State(app): State<App>, command: Command<TillInput>) -> Answer<TillShape> {
    save_till(app, None, command).await
}

async fn update_till(State(app): State<App>, Path(id): Path<Id>, command: Command<TillInput>) -> Answer<TillShape> {
    save_till(app, Some(id.0), command).await
}

/// A shift with its running sums: an X report while it is open, a Z report once it is closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftShape {
    id: Id,
    number: i64,
    till: Named,
    /// `open` or `closed`.
    state: &'static str,
    opened_at: String,
    opened_by: Option<Named>,
    business_date: String,
    closed_at: Option<String>,
    closed_by: Option<Named>,
    opening: Money,
    opening_difference: Money,
    expected_cash: Money,
    counted: Option<Money>,
    difference: Option<Money>,
    explanation: String,
    overdue: bool,
    totals: ShiftTotals,
    operations: Vec<OperationShape>,
}

/// A card by its id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    id: Id,
    name: String,
}

/// Sums of a shift.
#[derive(Debug, Serialize, ToSchema)]
struct ShiftTotals {
    receipts: i64,
    sales_count: i64,
    sales: Money,
    returns_count: i64,
    returns: Money,
    discounts: Money,
    rounding: Money,
    cash_in: Money,
    cash_out: Money,
    by_method: Vec<MethodTotals>,
}

/// Sums of a way of payment.
#[derive(Debug, Serialize, ToSchema)]
struct MethodTotals {
    method: Method,
    sales: Money,
    returns: Money,
}

/// An operation with cash.
#[derive(Debug, Serialize, ToSchema)]
struct OperationShape {
    at: String,
    kind: OperationKind,
    amount: Money,
    reason: String,
    user_name: String,
}

/// A moment (milliseconds since 1970 UTC) as RFC 3339.
fn at(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}

/// A day (`yyyymmdd`) as `yyyy-mm-dd`.
fn day(date: i32) -> String {
    format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100)
}

fn shape(read: &dyn Read, node: i64, shift: Shift, now_ms: i64, max_hours: u32) -> Result<ShiftShape, Fault> {
    let money = |amount: Amount| Money::new(amount, shift.currency);
    let sum = |index: usize| money(Amount(shift.sums[index]));
    let person = |id: Option<i64>| -> Result<Option<Named>, Fault> {
        id.map(|id| Ok(Named { id: Id(id), name: staff::name_of(read, node, id)? })).transpose()
    };
    let till_name = queries::find_of(read, node, shift.till)?.map(|till| till.name).unwrap_or_default();
    let expected = match &shift.closing {
        Some(closing) => closing.expected,
        None => queries::cash_in_drawer(read, node, shift.till, shift.currency)?,
    };
    let ends_ms = shift.closing.as_ref().map_or(now_ms, |closing| closing.at_ms);
    let mut operations = Vec::with_capacity(shift.operations.len());
    for operation in &shift.operations {
        let user_name = match operation.by {
            Some(id) => staff::name_of(read, node, id)?,
            None => String::new(),
        };
        let (kind, reason) = (operation.kind, operation.reason.clone());
        operations.push(OperationShape { at: at(operation.at_ms), kind, amount: money(operation.amount), reason, user_name });
    }
    Ok(ShiftShape {
        id: Id(shift.id),
        number: shift.number,
        till: Named { id: Id(shift.till), name: till_name },
        state: if shift.closing.is_some() { "closed" } else { "open" },
        opened_at: at(shift.opened_ms),
        opened_by: person(shift.opened_by)?,
        business_date: day(shift.date),
        closed_at: shift.closing.as_ref().map(|closing| at(closing.at_ms)),
        closed_by: person(shift.closing.as_ref().and_then(|closing| closing.by))?,
        opening: money(shift.opening),
        opening_difference: money(shift.opening_difference),
        expected_cash: money(expected),
        counted: shift.closing.as_ref().map(|closing| money(closing.counted)),
        difference: shift.closing.as_ref().map(|closing| money(closing.counted - closing.expected)),
        explanation: shift.closing.as_ref().map(|closing| closing.explanation.clone()).unwrap_or_default(),
        overdue: ends_ms - shift.opened_ms > i64::from(max_hours) * 3_600_000,
        totals: ShiftTotals {
            receipts: shift.sums[0],
            sales_count: shift.sums[1],
            sales: sum(2),
            returns_count: shift.sums[3],
            returns: sum(4),
            discounts: sum(5),
            rounding: sum(6),
            cash_in: sum(7),
            cash_out: sum(8),
            by_method: shift
                .methods
                .iter()
                .map(|(method, sales, returns)| MethodTotals { method: *method, sales: money(*sales), returns: money(*returns) })
                .collect(),
        },
        operations,
    })
}

/// A shift of this store, for those who may see it.
///
/// # Errors
/// `card.not_found`, `shift.not_own`, then the engine's.
pub(super) fn one(app: &App, actor: &Actor, id: i64) -> Result<ShiftShape, Problem> {
    let (now_ms, max_hours) = (app.clock.now_ms(), app.settings().max_shift_hours);
    let only_own = actor.only_own("shift.view");
    Ok(app.read_now(|read| {
        let shift = queries::shift(read, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if only_own.is_some() && shift.opened_by != only_own {
            return NOT_OWN.err();
        }
        Ok(shape(read, OWN, shift, now_ms, max_hours)?)
    })?)
}

/// Which shifts.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ShiftQuery {
    till: Option<String>,
    /// `yyyy-mm-dd`.
    from: Option<String>,
    /// `yyyy-mm-dd`.
    to: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// A page of shifts.
#[derive(Debug, Serialize, ToSchema)]
struct ShiftPage {
    items: Vec<ShiftShape>,
    next: Option<String>,
}

fn parsed_day(text: Option<&str>, field: &str) -> Result<Option<i32>, Problem> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let date: jiff::civil::Date = text.parse().map_err(|_| MALFORMED.refuse().field(field).with("reason", "yyyy-mm-dd"))?;
    Ok(Some(crate::settings::yyyymmdd(date)))
}

const SHIFTS: Cursor = Cursor("shifts");

async fn list(State(app): State<App>, actor: Actor, Query(query): Query<ShiftQuery>) -> Answer<ShiftPage> {
    let filter = ShiftFilter {
        before: SHIFTS.read(query.cursor.as_deref())?,
        from: parsed_day(query.from.as_deref(), "from")?,
        to: parsed_day(query.to.as_deref(), "to")?,
        till: number_of(query.till.as_deref(), "till")?,
        person: actor.only_own("shift.view"),
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let (now_ms, max_hours) = (app.clock.now_ms(), app.settings().max_shift_hours);
    let page = app
        .read(move |read| {
            let ids = queries::list(read, OWN, &filter, limit)?;
            let next = if ids.len() as i64 == limit { ids.last().map(|id| SHIFTS.write(id)) } else { None };
            let mut items = Vec::with_capacity(ids.len());
            for id in ids {
                if let Some(shift) = queries::shift(read, OWN, id)? {
                    items.push(shape(read, OWN, shift, now_ms, max_hours)?);
                }
            }
            Ok(ShiftPage { items, next })
        })
        .await?;
    Ok(Json(page))
}

async fn show(State(app): State<App>, actor: Actor, Path(id): Path<Id>) -> Answer<ShiftShape> {
    Ok(Json(one(&app, &actor, id.0)?))
}

/// Opening a shift.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct OpenInput {
    till_id: Id,
    counted: Money,
}

fn own_currency(app: &App, money: Money, field: &str) -> Result<Currency, Problem> {
    let currency = app.settings().currency();
    if money.currency == currency { Ok(currency) } else { Err(MALFORMED.refuse().field(field).with("reason", currency.code()).into()) }
}

async fn open(State(app): State<App>, command: Command<OpenInput>) -> Answer<ShiftShape> {
    let currency = own_currency(&app, command.input.counted, "counted")?;
    let id = app.run(command.caller(&app), commands::open_shift(command.input.till_id.0, command.input.counted.amount, currency)).await?;
    Ok(Json(one(&app, &command.actor, id)?))
}

/// Cash put in or taken out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct CashInput {
    amount: Money,
    reason: String,
}

async fn moved(app: App, id: i64, kind: OperationKind, permission: &str, command: Command<CashInput>) -> Answer<ShiftShape> {
    let currency = own_currency(&app, command.input.amount, "amount")?;
    let caller = command.caller(&app);
    let only_own = command.actor.only_own(permission);
    let amount = command.input.amount.amount;
    let reason = command.input.reason;
    let id = app.run(caller, commands::move_cash(MoveCash { shift: id, kind, amount, reason, currency, only_own })).await?;
    Ok(Json(one(&app, &command.actor, id)?))
}

async fn cash_in(State(app): State<App>, Path(id): Path<Id>, command: Command<CashInput>) -> Answer<ShiftShape> {
    moved(app, id.0, OperationKind::CashIn, "shift.cash_in", command).await
}

async fn cash_out(State(app): State<App>, Path(id): Path<Id>, command: Command<CashInput>) -> Answer<ShiftShape> {
    moved(app, id.0, OperationKind::CashOut, "shift.cash_out", command).await
}

/// Closing a shift.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct CloseInput {
    counted: Money,
    #[serde(default)]
    explanation: String,
}

async fn close(State(app): State<App>, Path(id): Path<Id>, command: Command<CloseInput>) -> Answer<ShiftShape> {
    let currency = own_currency(&app, command.input.counted, "counted")?;
    let caller = command.caller(&app).to_close();
    let only_own = command.actor.only_own("shift.close");
    let closing = commands::close_shift(id.0, command.input.counted.amount, command.input.explanation, currency, only_own);
    let id = app.run(caller, closing).await?;
    app.read_now(|read| Ok(queries::shift(read, OWN, id)?))?.ok_or_else(|| CLOSED.refuse())?;
    Ok(Json(one(&app, &command.actor, id)?))
}
