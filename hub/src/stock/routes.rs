//! `/api/stock`, and the stock of a product.

use axum::extract::{Path, Query, State as AppState};
use duken_kernel::journal::{self, OWN};
use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency, Money};
use duken_protocol::quantity::{Qty, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::adjust::{Correction, adjust};
use super::model::AdjustmentKind;
use super::project::Adjusted;
use super::queries::{self, HistoryCursor, HistoryRow, State, StockRow};
use crate::catalog::door::{Query as Search, search, unit_of};
use crate::catalog::{OTHER_CURRENCY, Unit, door as catalog};
use crate::hub::App;
use crate::staff;
use crate::web::{Access, Actor, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Json, Route};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("stock.view");
    vec![
        Route::get("/api/stock", view, "What is in stock", list).query::<StockQuery>().gives::<StockPage>(),
        Route::get("/api/products/{id}/stock", view, "The stock of a product and its history", of_product)
            .query::<HistoryQuery>()
            .gives::<ProductStock>(),
        Route::get("/api/stock/adjustments", view, "Corrections, newest first", corrections)
            .query::<CorrectionsQuery>()
            .gives::<AdjustmentPage>(),
        Route::post("/api/stock/adjustments", Access::Needs("stock.adjust"), "Correct the stock of a product", correct)
            .takes::<AdjustmentInput>()
            .gives::<AdjustmentShape>(),
    ]
}

/// What the list takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StockQuery {
    /// Searched for: then best first, without pages.
    q: Option<String>,
    /// Only this category and those inside it.
    category: Option<Id>,
    /// `all`, `low`, `none` or `negative`.
    state: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// At most this many, up to 500.
    limit: Option<i64>,
}

/// A product's stock.
#[derive(Debug, Serialize, ToSchema)]
struct StockItem {
    product_id: Id,
    name: String,
    sku: String,
    unit: Unit,
    quantity: Qty,
    /// Only for those who may see costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    minimum: Option<Qty>,
    price: Option<Money>,
    category_name: Option<String>,
}

/// A page of the stock.
#[derive(Debug, Serialize, ToSchema)]
struct StockPage {
    items: Vec<StockItem>,
    next: Option<String>,
}

fn item(row: StockRow, currency: Currency, actor: &Actor) -> StockItem {
    StockItem {
        product_id: Id(row.product),
        name: row.name,
        sku: row.sku,
        unit: unit_of(row.unit),
        quantity: Qty(row.quantity),
        value: actor.may("cost.view").then(|| Money::new(row.value, currency)),
        minimum: row.minimum.map(Qty),
        price: row.price.map(|amount| Money::new(amount, currency)),
        category_name: row.category_name,
    }
}

const STOCK: Cursor = Cursor("stock");
const MOVEMENTS: Cursor = Cursor("movements");
const CORRECTIONS: Cursor = Cursor("corrections");

async fn list(AppState(app): AppState<App>, actor: Actor, Query(query): Query<StockQuery>) -> Answer<StockPage> {
    let currency = app.settings().currency();
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let offset = STOCK.offset(query.cursor.as_deref())?;
    let state = match query.state.as_deref() {
        Some("low") => State::Low,
        Some("none") => State::None,
        Some("negative") => State::Negative,
        _ => State::All,
    };
    let category = query.category.map(|id| id.0);
    let searched = query.q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let (mut rows, paged) = app
        .read(move |read| {
            let Some(text) = searched else { return Ok((queries::list(read, OWN, state, category, offset, limit + 1)?, true)) };
            let mut found = Vec::new();
            // Of what is found some may be in another state: more are asked for than are shown.
            let most = if state == State::All { limit as usize } else { 4 * limit as usize };
            for hit in search(read, OWN, &Search { category, ..Search::of(&text, most) })? {
                found.extend(queries::of_product(read, OWN, hit.product)?.filter(|row| fits(row, state)));
            }
            found.truncate(limit as usize);
            Ok((found, false))
        })
        .await?;
    let more = paged && rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let items = rows.into_iter().map(|row| item(row, currency, &actor)).collect();
    Ok(Json(StockPage { items, next: more.then(|| STOCK.write(offset + limit)) }))
}

fn fits(row: &StockRow, state: State) -> bool {
    match state {
        State::All => true,
        State::Low => row.quantity.0 > 0 && row.minimum.is_some_and(|minimum| row.quantity <= minimum),
        State::None => row.quantity.0 == 0,
        State::Negative => row.quantity.0 < 0,
    }
}

/// What the history takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Where the page begins.
    cursor: Option<String>,
    /// At most this many, up to 500.
    limit: Option<i64>,
}

/// A movement of a product.
#[derive(Debug, Serialize, ToSchema)]
struct StockMovement {
    at: String,
    business_date: String,
    /// `opening`, `sale`, `return` or `adjustment`.
    kind: String,
    document_id: Id,
    number: String,
    delta: Qty,
    after: Qty,
    user_name: String,
    reason: String,
}

/// A page of movements, latest first.
#[derive(Debug, Serialize, ToSchema)]
struct StockHistory {
    items: Vec<StockMovement>,
    next: Option<String>,
}

/// The stock of a product.
#[derive(Debug, Serialize, ToSchema)]
struct ProductStock {
    quantity: Qty,
    /// Only for those who may see costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    history: StockHistory,
}

fn day(date: i32) -> String {
    format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100)
}

fn moment(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

fn cursor_of(text: &str) -> Option<HistoryCursor> {
    let mut numbers = text.splitn(3, '.').map(str::parse::<i64>);
    let mut next = || numbers.next()?.ok();
    Some(HistoryCursor { seq: next()?, line: next()?, before: Quantity(next()?) })
}

async fn of_product(
    AppState(app): AppState<App>,
    actor: Actor,
    Path(id): Path<Id>,
    Query(query): Query<HistoryQuery>,
) -> Answer<ProductStock> {
    let currency = app.settings().currency();
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let stock = app
        .read(move |read| {
            let row = queries::of_product(read, OWN, id.0)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            let cursor = MOVEMENTS.read_by(query.cursor.as_deref(), cursor_of)?;
            let mut rows = queries::history(read, OWN, id.0, cursor, limit + 1)?;
            let more = rows.len() as i64 > limit;
            rows.truncate(limit as usize);
            let last = rows.last().filter(|_| more);
            let next = last.map(|row| MOVEMENTS.write(format_args!("{}.{}.{}", row.seq, row.line, (row.after - row.delta).0)));
            let names = staff::names(read, OWN)?;
            let movement = |row: HistoryRow| StockMovement {
                at: moment(row.at),
                business_date: day(row.date),
                kind: row.kind.code().to_owned(),
                document_id: Id(row.seq),
                number: row.number,
                delta: Qty(row.delta),
                after: Qty(row.after),
                user_name: row.by.and_then(|by| names.get(&by).cloned()).unwrap_or_default(),
                reason: row.reason,
            };
            let history = StockHistory { items: rows.into_iter().map(movement).collect(), next };
            let value = actor.may("cost.view").then(|| Money::new(row.value, currency));
            Ok(ProductStock { quantity: Qty(row.quantity), value, history })
        })
        .await?;
    Ok(Json(stock))
}

/// A correction as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct AdjustmentInput {
    product_id: Id,
    kind: AdjustmentKind,
    /// How much, or how much was counted.
    quantity: Qty,
    /// What one unit cost, when it is known.
    #[serde(default)]
    unit_cost: Option<Money>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    comment: String,
}

/// A correction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Adjustment)]
struct AdjustmentShape {
    id: Id,
    number: String,
    at: String,
    business_date: String,
    user_name: String,
    product_id: Id,
    product_name: String,
    kind: AdjustmentKind,
    before: Qty,
    delta: Qty,
    after: Qty,
    /// Only for those who may see costs; nothing when the cost is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    reason: String,
    comment: String,
}

async fn correct(AppState(app): AppState<App>, command: Command<AdjustmentInput>) -> Answer<AdjustmentShape> {
    let caller = command.caller(&app);
    let Command { actor, input, .. } = command;
    let currency = app.settings().currency();
    let unit_cost = input.unit_cost.filter(|_| actor.may("cost.view"));
    if unit_cost.is_some_and(|cost| cost.currency != currency || cost.amount < Amount::ZERO) {
        return Err(OTHER_CURRENCY.refuse().field("unit_cost").with("currency", currency.code()).into());
    }
    let correction = Correction {
        product: input.product_id.0,
        kind: input.kind,
        quantity: input.quantity.0,
        unit_cost: unit_cost.map(|cost| cost.amount),
        reason: input.reason,
        comment: input.comment,
    };
    let seq = app.run(caller, adjust(correction)).await?;
    Ok(Json(app.read_now(|read| Ok(adjustment(read, seq, &actor)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?))?))
}

/// Which corrections.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CorrectionsQuery {
    /// `yyyy-mm-dd`.
    from: Option<String>,
    /// `yyyy-mm-dd`.
    to: Option<String>,
    /// Of this product.
    product: Option<Id>,
    /// Words in the product's name, the reason or the number.
    q: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// At most this many, up to 500.
    limit: Option<i64>,
}

/// A page of corrections.
#[derive(Debug, Serialize, ToSchema)]
struct AdjustmentPage {
    items: Vec<AdjustmentShape>,
    next: Option<String>,
}

async fn corrections(AppState(app): AppState<App>, actor: Actor, Query(query): Query<CorrectionsQuery>) -> Answer<AdjustmentPage> {
    /// Corrections looked at for one page when a filter passes few.
    const MOST_LOOKED_AT: usize = 5_000;
    let limit = usize::try_from(query.limit.unwrap_or(50).clamp(1, 500)).unwrap_or(50);
    let before = CORRECTIONS.read(query.cursor.as_deref())?.unwrap_or(i64::MAX);
    let words = query.q.unwrap_or_default().to_lowercase();
    let page = app
        .read(move |read| {
            let mut page = AdjustmentPage { items: Vec::new(), next: None };
            for seq in queries::adjustments(read, OWN, query.product.map(|id| id.0), before, MOST_LOOKED_AT as i64)? {
                let Some(found) = adjustment(read, seq, &actor)? else { continue };
                let in_days = query.from.as_deref().is_none_or(|from| from.is_empty() || found.business_date.as_str() >= from)
                    && query.to.as_deref().is_none_or(|to| to.is_empty() || found.business_date.as_str() <= to);
                let text = format!("{} {} {}", found.product_name, found.reason, found.number).to_lowercase();
                if in_days && text.contains(words.trim()) {
                    page.items.push(found);
                }
                if page.items.len() == limit {
                    page.next = Some(CORRECTIONS.write(seq));
                    break;
                }
            }
            Ok(page)
        })
        .await?;
    Ok(Json(page))
}

fn adjustment(read: &dyn Read, seq: i64, actor: &Actor) -> Result<Option<AdjustmentShape>, Fault> {
    let Some(entry) = journal::read_one(read, OWN, seq)? else { return Ok(None) };
    let body: Adjusted = entry.body()?;
    let head = entry.head();
    let product = catalog::product(read, OWN, body.product)?;
    Ok(Some(AdjustmentShape {
        id: Id(seq),
        number: body.number,
        at: moment(head.at),
        business_date: day(head.date),
        user_name: head.by.map_or_else(|| Ok(String::new()), |by| staff::name_of(read, OWN, by))?,
        product_id: Id(body.product),
        product_name: product.map(|p| p.name).unwrap_or_default(),
        kind: body.kind,
        before: Qty(body.before),
        delta: Qty(body.quantity),
        after: Qty(body.before + body.quantity),
        value: body.value.filter(|_| actor.may("cost.view")).map(|value| Money::new(value, body.currency)),
        reason: body.reason,
        comment: body.comment,
    }))
}
