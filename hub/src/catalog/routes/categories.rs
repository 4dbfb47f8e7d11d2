//! Categories.

use axum::extract::{Path, Query, State};
use duken_kernel::journal::OWN;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::catalog::commands;
use crate::catalog::model::CategoryCard;
use crate::catalog::queries::{self, StoredCategory};
use crate::hub::App;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::NeedsAny(&["catalog.view", "till.use"]);
    let edit = Access::Needs("catalog.edit");
    vec![
        Route::get("/api/categories", view, "Categories", list).query::<CategoryQuery>().gives::<CategoryPage>(),
        Route::post("/api/categories", edit, "Make a category", create).takes::<CategoryInput>().gives::<CategoryShape>(),
        Route::put("/api/categories/{id}", edit, "Save a category", update).takes::<CategoryInput>().gives::<CategoryShape>(),
        Route::post("/api/categories/{id}/archive", edit, "Put an empty category away", archive).gives::<CategoryShape>(),
        Route::post("/api/categories/{id}/restore", edit, "Take a category back", restore).gives::<CategoryShape>(),
    ]
}

/// What the list takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CategoryQuery {
    /// Archived ones instead of those in use.
    #[serde(default)]
    archived: bool,
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
struct CategoryShape {
    id: Id,
    version: i64,
    name: String,
    parent_id: Option<Id>,
    color: String,
    icon: String,
    archived: bool,
    /// How many products in use lie in it directly.
    products: i64,
}

/// All categories.
#[derive(Debug, Serialize, ToSchema)]
struct CategoryPage {
    items: Vec<CategoryShape>,
    next: Option<String>,
}

/// A category as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct CategoryInput {
    #[serde(default)]
    version: i64,
    name: String,
    #[serde(default)]
    parent_id: Option<Id>,
    #[serde(default)]
    color: String,
    #[serde(default)]
    icon: String,
}

impl CategoryInput {
    fn card(self) -> CategoryCard {
        let short = |text: String| text.chars().take(40).collect();
        CategoryCard { name: self.name, parent: self.parent_id.map(|id| id.0), color: short(self.color), icon: short(self.icon) }
    }
}

fn shape((category, products): (StoredCategory, i64)) -> CategoryShape {
    let StoredCategory { id, version, archived, card } = category;
    CategoryShape {
        id: Id(id),
        version,
        name: card.name,
        parent_id: card.parent.map(Id),
        color: card.color,
        icon: card.icon,
        archived,
        products,
    }
}

async fn list(State(app): State<App>, Query(query): Query<CategoryQuery>) -> Answer<CategoryPage> {
    let found = app.read(move |read| Ok(queries::categories(read, OWN, query.archived)?)).await?;
    Ok(Json(CategoryPage { items: found.into_iter().map(shape).collect(), next: None }))
}

fn one(app: &App, id: i64) -> Answer<CategoryShape> {
    let found = app.read_now(|read| {
        let category = queries::stored_category(read, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let products = queries::products_in(read, OWN, id)?;
        Ok((category, products))
    })?;
    Ok(Json(shape(found)))
}

async fn create(State(app): State<App>, command: Command<CategoryInput>) -> Answer<CategoryShape> {
    let id = app.run(command.caller(&app), commands::save_category(None, command.input.card())).await?;
    one(&app, id)
}

async fn update(State(app): State<App>, Path(id): Path<Id>, command: Command<CategoryInput>) -> Answer<CategoryShape> {
    let caller = command.caller(&app);
    let edited = (id.0, command.input.version);
    let id = app.run(caller, commands::save_category(Some(edited), command.input.card())).await?;
    one(&app, id)
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

async fn archive(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<CategoryShape> {
    let id = app.run(command.caller(&app), commands::archive_category(id.0)).await?;
    one(&app, id)
}

async fn restore(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<CategoryShape> {
    let id = app.run(command.caller(&app), commands::restore_category(id.0)).await?;
    one(&app, id)
}
