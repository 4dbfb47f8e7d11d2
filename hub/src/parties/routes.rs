//! `/api/customers`.

use axum::extract::{Path, Query, State};
use duken_kernel::journal::OWN;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::commands::{self, SaveCustomer};
use super::queries::{self, Customer};
use crate::hub::App;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Json, Route};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let edit = Access::Needs("parties.edit");
    vec![
        Route::get("/api/customers", Access::Needs("parties.view"), "Customers by name or phone", list)
            .query::<CustomerQuery>()
            .gives::<CustomerPage>(),
        Route::post("/api/customers", edit, "Make a customer", create).takes::<CustomerInput>().gives::<CustomerShape>(),
        Route::get("/api/customers/{id}", Access::Needs("parties.view"), "A customer", show).gives::<CustomerShape>(),
        Route::put("/api/customers/{id}", edit, "Save a customer", update).takes::<CustomerInput>().gives::<CustomerShape>(),
        Route::post("/api/customers/{id}/erase", edit, "Erase a person's data", erase).gives::<CustomerShape>(),
    ]
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
struct CustomerShape {
    id: Id,
    version: i64,
    name: String,
    phone: String,
    note: String,
    erased: bool,
}

fn shape(customer: Customer) -> CustomerShape {
    let phone = if customer.phone.is_empty() { String::new() } else { format!("+{}", customer.phone) };
    CustomerShape {
        id: Id(customer.id),
        version: customer.version,
        name: customer.name,
        phone,
        note: customer.note,
        erased: customer.erased,
    }
}

/// Which customers.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CustomerQuery {
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// A page of customers.
#[derive(Debug, Serialize, ToSchema)]
struct CustomerPage {
    items: Vec<CustomerShape>,
    next: Option<String>,
}

const CUSTOMERS: Cursor = Cursor("customers");

async fn list(State(app): State<App>, Query(query): Query<CustomerQuery>) -> Answer<CustomerPage> {
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let before = CUSTOMERS.read(query.cursor.as_deref())?.unwrap_or(i64::MAX);
    let text = query.q.unwrap_or_default();
    let found = app.read(move |read| Ok(queries::search(read, OWN, &text, before, limit)?)).await?;
    let next = if found.len() as i64 == limit { found.last().map(|c| CUSTOMERS.write(c.id)) } else { None };
    Ok(Json(CustomerPage { items: found.into_iter().map(shape).collect(), next }))
}

/// A customer as he is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct CustomerInput {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    note: String,
}

fn one(app: &App, id: i64) -> Answer<CustomerShape> {
    let found = app.read_now(|read| Ok(queries::find(read, OWN, id)?))?;
    Ok(Json(shape(found.ok_or_else(|| CARD_NOT_FOUND.refuse())?)))
}

async fn show(State(app): State<App>, Path(id): Path<Id>) -> Answer<CustomerShape> {
    one(&app, id.0)
}

async fn save(app: App, id: Option<i64>, command: Command<CustomerInput>) -> Answer<CustomerShape> {
    let caller = command.caller(&app);
    let CustomerInput { version, name, phone, note } = command.input;
    let id = app.run(caller, commands::save(SaveCustomer { id, version, name, phone, note })).await?;
    one(&app, id)
}

async fn create(State(app): State<App>, command: Command<CustomerInput>) -> Answer<CustomerShape> {
    save(app, None, command).await
}

async fn update(State(app): State<App>, Path(id): Path<Id>, command: Command<CustomerInput>) -> Answer<CustomerShape> {
    save(app, Some(id.0), command).await
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

async fn erase(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<CustomerShape> {
    let Nothing {} = command.input.clone();
    app.run(command.caller(&app), commands::erase(id.0)).await?;
    one(&app, id.0)
}
