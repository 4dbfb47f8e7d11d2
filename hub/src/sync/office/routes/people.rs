//! `/api/office`: stores, codes.

use axum::extract::{Path, Query, State};
use duken_kernel::{Fault, Read, Refusal};
use duken_protocol::money::Money;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::config::Role;
use crate::hub::App;
use crate::sales::{self, SalePage, SaleShape, SalesQuery};
use crate::settings::{self, yyyymmdd};
use crate::sync::NOT_AN_OFFICE;
use crate::sync::office::{StoreRow, codes, commands, queries};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, MALFORMED, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("office.view");
    let edit = Access::Needs("office.edit");
    vec![
        Route::get("/api/office/stores", view, "Stores of the chain", stores).gives::<Vec<StoreShape>>(),
        Route::get("/api/office/stores/{node}/sales", view, "Sales and returns of a store", sales_of)
            .query::<SalesQuery>()
            .gives::<SalePage>(),
        Route::get("/api/office/stores/{node}/sales/{id}", view, "A sale or return of a store", sale_of).gives::<SaleShape>(),
        Route::get("/api/office/stores/{node}/days", view, "Sales of a store by day", days).query::<DaysQuery>().gives::<Vec<DayShape>>(),
        Route::post("/api/office/stores/{node}/resume", edit, "Let a stopped store go on", resume).gives::<StoreShape>(),
        Route::post("/api/office/codes", edit, "A one-time code for a store", make_code).takes::<CodeInput>().gives::<CodeMade>(),
    ]
}

/// How a store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// Everything it has is here.
    Ok,
    /// It was not heard of for a while, or is still sending.
    Behind,
    /// Its journal parted: a person has to look.
    Broken,
    /// It came back from a backup: a person has to confirm that it is the one.
    Returned,
}

/// A store.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StoreShape {
    node: Id,
    name: String,
    /// Today by the store's own calendar.
    sales_today: Money,
    sales_count_today: i64,
    returns_today: Money,
    last_seq: i64,
    last_entry_at: Option<String>,
    last_contact_at: Option<String>,
    lag_seconds: i64,
    lag_entries: i64,
    set_aside: i64,
    state: Standing,
    /// Where its journal parted, when it did.
    parted_at: Option<i64>,
    /// How often it came back from a backup.
    epoch: u32,
    /// The epoch it came back under, until somebody confirms it.
    epoch_asked: Option<u32>,
}

pub(super) fn shape(read: &dyn Read, row: StoreRow, now_ms: i64) -> Result<StoreShape, Fault> {
    let settings = settings::read_of(read, row.node)?;
    let (today, _) = settings.date_at(now_ms);
    let sums = sales::days(read, row.node, today, today)?.first().copied().unwrap_or_default();
    let lag_seconds = row.lag_s(now_ms);
    let state = match row.parted_at {
        Some(_) => Standing::Broken,
        None if row.epoch_asked.is_some() => Standing::Returned,
        None if lag_seconds > 0 || row.contact_ms.is_none() => Standing::Behind,
        None => Standing::Ok,
    };
    let money = |amount| Money::new(amount, settings.currency());
    Ok(StoreShape {
        node: Id(row.node),
        sales_today: money(sums.sales),
        sales_count_today: sums.sales_count,
        returns_today: money(sums.returns),
        last_seq: row.last_seq,
        last_entry_at: row.entry_ms.and_then(rfc3339),
        last_contact_at: row.contact_ms.and_then(rfc3339),
        lag_seconds,
        lag_entries: row.lag_entries(),
        set_aside: row.set_aside,
        state,
        parted_at: row.parted_at,
        epoch: row.epoch,
        epoch_asked: row.epoch_asked,
        name: row.name,
    })
}

pub(super) fn rfc3339(ms: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_string())
}

async fn stores(State(app): State<App>) -> Answer<Vec<StoreShape>> {
    let now_ms = app.clock.now_ms();
    let shapes = app.read(move |read| queries::stores(read)?.into_iter().map(|row| Ok(shape(read, row, now_ms)?)).collect()).await?;
    Ok(Json(shapes))
}

/// A store's number, if it is one of this chain.
pub(super) fn known(app: &App, node: Id) -> Result<i64, Problem> {
    let store = app.read_now(|read| Ok(queries::store_by_number(read, node.0)?))?;
    Ok(store.ok_or_else(|| CARD_NOT_FOUND.refuse())?.node)
}

async fn sales_of(State(app): State<App>, Path(node): Path<Id>, Query(query): Query<SalesQuery>) -> Answer<SalePage> {
    let node = known(&app, node)?;
    Ok(Json(sales::history(&app, node, None, &query).await?))
}

async fn sale_of(State(app): State<App>, Path((node, id)): Path<(Id, Id)>) -> Answer<SaleShape> {
    let node = known(&app, node)?;
    Ok(Json(app.read_now(|read| sales::one(read, node, id.0))?))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DaysQuery {
    /// `yyyy-mm-dd`; thirty days before the last when absent.
    from: Option<String>,
    /// `yyyy-mm-dd`; today by the store's calendar when absent.
    to: Option<String>,
}

/// Sales of one day.
#[derive(Debug, Serialize, ToSchema)]
struct DayShape {
    /// `yyyy-mm-dd`.
    date: String,
    sales: Money,
    returns: Money,
    count: i64,
    returns_count: i64,
}

fn date(text: Option<&str>, field: &str) -> Result<Option<jiff::civil::Date>, Refusal> {
    let parsed = text.filter(|text| !text.is_empty()).map(str::parse).transpose();
    parsed.map_err(|_| MALFORMED.refuse().field(field).with("reason", "yyyy-mm-dd"))
}

async fn days(State(app): State<App>, Path(node): Path<Id>, Query(asked): Query<DaysQuery>) -> Answer<Vec<DayShape>> {
    let node = known(&app, node)?;
    let now_ms = app.clock.now_ms();
    let days = app
        .read(move |read| {
            let settings = settings::read_of(read, node)?;
            let today = jiff::Timestamp::from_millisecond(now_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(settings.zone()).date();
            let to = date(asked.to.as_deref(), "to")?.unwrap_or(today);
            let from = date(asked.from.as_deref(), "from")?.unwrap_or_else(|| to.saturating_sub(jiff::Span::new().days(30)));
            let money = |amount| Money::new(amount, settings.currency());
            let days = sales::days(read, node, yyyymmdd(from), yyyymmdd(to))?;
            Ok(days
                .into_iter()
                .map(|day| DayShape {
                    date: format!("{:04}-{:02}-{:02}", day.date / 10_000, day.date / 100 % 100, day.date % 100),
                    sales: money(day.sales),
                    returns: money(day.returns),
                    count: day.sales_count,
                    returns_count: day.returns_count,
                })
                .collect())
        })
        .await?;
    Ok(Json(days))
}

/// A body without fields.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn resume(State(app): State<App>, Path(node): Path<Id>, command: Command<Nothing>) -> Answer<StoreShape> {
    let caller = command.caller(&app);
    let store = app.run(caller, commands::resume(node.0)).await?;
    let now_ms = app.clock.now_ms();
    Ok(Json(app.read_now(|read| {
        let row = queries::store_by_number(read, store)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        Ok(shape(read, row, now_ms)?)
    })?))
}

/// Which store the code is for.
#[derive(Debug, Deserialize, ToSchema)]
struct CodeInput {
    store_name: String,
}

/// A one-time code. It is shown once, and is good for a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeMade {
    pub(super) code: String,
    pub(super) expires_at: String,
}

async fn make_code(State(app): State<App>, command: Command<CodeInput>) -> Answer<CodeMade> {
    if app.role() != Role::Office {
        return Err(NOT_AN_OFFICE.refuse().into());
    }
    let (request, _) = command.request.0;
    let caller = command.caller(&app);
    let entry = app.run(caller, commands::make_code(&app.key, request, command.input.store_name)).await?;
    let expires_ms: i64 = app
        .read_now(|read| match read.row("SELECT expires_ms FROM sync_code WHERE entry = ?1", &[entry.into()])? {
            Some(row) => Ok(row.get(0)?),
            None => Ok(0),
        })
        .map_err(Problem::from)?;
    Ok(Json(CodeMade { code: codes::code_of(&app.key, request), expires_at: rfc3339(expires_ms).unwrap_or_default() }))
}
