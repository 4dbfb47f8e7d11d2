//! Products.

use axum::extract::{Path, Query, State};
use duken_kernel::journal::OWN;
use duken_protocol::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{ProductHit, ProductInput, ProductPage, ProductShape, hit_shape, moment, product_shape};
use crate::catalog::commands::{self, MakeBarcode, PurchasePrice, Wanted};
use crate::catalog::queries::{self, ListFilter, Sort};
use crate::catalog::search::{self, Query as Search};
use crate::catalog::{PHOTO_UNKNOWN, door, vat};
use crate::hub::App;
use crate::staff;
use crate::web::{Access, Actor, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Json, Locale, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("catalog.view");
    let edit = Access::Needs("catalog.edit");
    let find = Access::NeedsAny(&["catalog.view", "till.use", "sales.sell"]);
    vec![
        Route::get("/api/products", view, "Goods", list).query::<ProductQuery>().gives::<ProductPage>(),
        Route::get("/api/products/search", find, "Goods as you type", find_as_typed).query::<FindQuery>().gives::<FoundProducts>(),
        Route::post("/api/products", edit, "Make a product", create).takes::<ProductInput>().gives::<ProductShape>(),
        Route::get("/api/products/{id}", view, "A product", show).gives::<ProductShape>(),
        Route::put("/api/products/{id}", edit, "Save a product", update).takes::<ProductInput>().gives::<ProductShape>(),
        Route::post("/api/products/{id}/archive", edit, "Put a product away", archive).gives::<ProductShape>(),
        Route::post("/api/products/{id}/restore", edit, "Take a product back", restore).gives::<ProductShape>(),
        Route::post("/api/products/{id}/duplicate", edit, "Make a product like this one", duplicate).gives::<ProductShape>(),
        Route::get("/api/products/{id}/prices", view, "How the price changed", prices).gives::<Vec<PriceShape>>(),
        Route::get("/api/vat-rates", Access::SignedIn, "VAT rates as they are today", vat_rates).gives::<Vec<VatRateShape>>(),
    ]
}

/// What a list of products takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ProductQuery {
    /// Searched for: then best first, without pages.
    q: Option<String>,
    /// Only this category and those inside it.
    category: Option<Id>,
    /// Archived ones instead of those in use.
    #[serde(default)]
    archived: bool,
    /// Only those on which this code stands.
    barcode: Option<String>,
    /// Only those without a price.
    #[serde(default)]
    no_price: bool,
    /// `name`, `price` or `stock`; with `-` before it the greatest first.
    sort: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// At most this many, up to 500.
    limit: Option<i64>,
}

const PRODUCTS: Cursor = Cursor("products");

async fn list(State(app): State<App>, actor: Actor, Query(query): Query<ProductQuery>) -> Answer<ProductPage> {
    let settings = app.settings();
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let offset = PRODUCTS.offset(query.cursor.as_deref())?;
    let searched = query.barcode.as_deref().or(query.q.as_deref()).map(str::trim).filter(|q| !q.is_empty()).map(str::to_owned);
    let page = app
        .read(move |read| {
            let Some(text) = searched else {
                let sort = Sort::read(query.sort.as_deref().unwrap_or_default());
                let category = query.category.map(|id| id.0);
                let filter = ListFilter { category, archived: query.archived, no_price: query.no_price, sort };
                return Ok((queries::list(read, OWN, &filter, offset, limit + 1)?, true));
            };
            let wanted = Search {
                text: &text,
                limit: limit as usize,
                archived: query.archived,
                category: query.category.map(|id| id.0),
                no_price: query.no_price,
            };
            let hits = search::find(read, OWN, &wanted)?;
            let by_code = |hit: &search::Hit| query.barcode.is_none() || hit.matched <= search::Matched::ShortCode;
            let mut found = Vec::new();
            for hit in hits.iter().filter(|hit| by_code(hit)) {
                found.extend(queries::listed(read, OWN, hit.product)?);
            }
            Ok((found, false))
        })
        .await?;
    let (mut found, paged) = page;
    let more = paged && found.len() as i64 > limit;
    found.truncate(limit as usize);
    let items = found.into_iter().map(|listed| product_shape(listed, settings.currency(), &actor)).collect();
    Ok(Json(ProductPage { items, next: more.then(|| PRODUCTS.write(offset + limit)) }))
}

/// What a search takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FindQuery {
    /// As typed.
    #[serde(default)]
    q: String,
    /// At most this many, up to 100.
    limit: Option<usize>,
}

/// Finds, best first.
#[derive(Debug, Serialize, ToSchema)]
struct FoundProducts {
    items: Vec<ProductHit>,
}

async fn find_as_typed(State(app): State<App>, Query(query): Query<FindQuery>) -> Answer<FoundProducts> {
    let currency = app.settings().currency();
    let limit = query.limit.unwrap_or(20).clamp(1, 100);
    let items = app
        .read(move |read| {
            let hits = search::find(read, OWN, &Search::of(&query.q, limit))?;
            hits.into_iter().map(|hit| Ok(hit_shape(read, OWN, hit, currency)?)).collect()
        })
        .await?;
    Ok(Json(FoundProducts { items }))
}

fn one(app: &App, id: i64, actor: &Actor) -> Answer<ProductShape> {
    let currency = app.settings().currency();
    let listed = app.read_now(|read| Ok(queries::listed(read, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?))?;
    Ok(Json(product_shape(listed, currency, actor)))
}

async fn show(State(app): State<App>, actor: Actor, Path(id): Path<Id>) -> Answer<ProductShape> {
    one(&app, id.0, &actor)
}

fn wanted(app: &App, actor: &Actor, edited: Option<i64>, input: ProductInput) -> Result<Wanted, Problem> {
    let settings = app.settings();
    for hash in &input.photo_hashes {
        if app.files.read(hash)?.is_none() {
            return Err(PHOTO_UNKNOWN.refuse().field("photo_hashes").into());
        }
    }
    let version = input.version;
    let make_barcode = if input.make_barcode { MakeBarcode::ClearOf(settings.weight_codes.clone()) } else { MakeBarcode::No };
    Ok(Wanted {
        edited: edited.map(|id| (id, version)),
        card: input.card(&settings)?,
        purchase_price: if actor.may("cost.view") { PurchasePrice::Set } else { PurchasePrice::Keep },
        make_barcode,
    })
}

async fn create(State(app): State<App>, command: Command<ProductInput>) -> Answer<ProductShape> {
    let caller = command.caller(&app);
    let wanted = wanted(&app, &command.actor, None, command.input)?;
    let id = app.run(caller, commands::save(wanted)).await?;
    one(&app, id, &command.actor)
}

async fn update(State(app): State<App>, Path(id): Path<Id>, command: Command<ProductInput>) -> Answer<ProductShape> {
    let caller = command.caller(&app);
    let wanted = wanted(&app, &command.actor, Some(id.0), command.input)?;
    let id = app.run(caller, commands::save(wanted)).await?;
    one(&app, id, &command.actor)
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

async fn archive(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<ProductShape> {
    let id = app.run(command.caller(&app), commands::archive(id.0)).await?;
    one(&app, id, &command.actor)
}

async fn restore(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<ProductShape> {
    let id = app.run(command.caller(&app), commands::restore(id.0)).await?;
    one(&app, id, &command.actor)
}

async fn duplicate(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<ProductShape> {
    let id = app.run(command.caller(&app), commands::duplicate(id.0)).await?;
    one(&app, id, &command.actor)
}

/// A change of price.
#[derive(Debug, Serialize, ToSchema)]
struct PriceShape {
    at: String,
    user_name: String,
    from: Option<Money>,
    to: Option<Money>,
}

async fn prices(State(app): State<App>, Path(id): Path<Id>) -> Answer<Vec<PriceShape>> {
    let currency = app.settings().currency();
    let shapes = app
        .read(move |read| {
            door::product(read, OWN, id.0)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            let names = staff::names(read, OWN)?;
            let changes = queries::prices(read, OWN, id.0)?;
            Ok(changes.into_iter().map(|change| price_shape(&change, &names, currency)).collect())
        })
        .await?;
    Ok(Json(shapes))
}

fn price_shape(change: &queries::PriceChange, names: &std::collections::BTreeMap<i64, String>, currency: Currency) -> PriceShape {
    let money = |amount: Option<_>| amount.map(|amount| Money::new(amount, currency));
    PriceShape {
        at: moment(change.at),
        user_name: change.by.and_then(|by| names.get(&by).cloned()).unwrap_or_default(),
        from: money(change.from),
        to: money(change.to),
    }
}

/// A VAT rate as it is today.
#[derive(Debug, Serialize, ToSchema)]
struct VatRateShape {
    id: String,
    name: String,
    /// Nothing for goods outside VAT.
    percent: Option<String>,
    /// The day since when it is so.
    from: Option<String>,
    /// What new products of this store have.
    usual: bool,
}

async fn vat_rates(State(app): State<App>, Locale(language): Locale) -> Answer<Vec<VatRateShape>> {
    let settings = app.settings();
    let (today, _) = settings.date_at(app.clock.now_ms());
    let shape = |rate: &vat::VatRate| {
        let now = rate.on(today);
        let day = |date: i32| format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100);
        VatRateShape {
            usual: rate.id == settings.vat_rate(),
            id: rate.id.clone(),
            name: rate.name_in(language).to_owned(),
            percent: now.map(|period| period.percent.to_string()),
            from: now.map(|period| day(period.from)),
        }
    };
    let currency = settings.currency();
    Ok(Json(vat::rates().iter().filter(|rate| rate.is_law_in(currency)).map(shape).collect()))
}
