//! The catalogue as a file that Excel and an import read.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::journal::OWN;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::catalog::export::{self, Columns, Separator};
use crate::hub::App;
use crate::web::{Access, Actor, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let export = Access::Needs("catalog.export");
    vec![
        Route::get("/api/export/catalog.csv", export, "The catalogue as CSV (UTF-8)", csv).query::<CsvQuery>(),
        Route::get("/api/export/catalog.xlsx", export, "The catalogue as an Excel workbook", xlsx),
    ]
}

/// How the file is written.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CsvQuery {
    /// `comma` (the default), `semicolon` or `tab`.
    separator: Option<String>,
}

fn columns(actor: &Actor) -> Columns {
    if actor.may("cost.view") { Columns::WithCost } else { Columns::WithoutCost }
}

async fn csv(State(app): State<App>, actor: Actor, Query(query): Query<CsvQuery>) -> Result<Response, Problem> {
    let currency = app.settings().currency();
    let separator = match query.separator.as_deref() {
        Some("semicolon") => Separator::Semicolon,
        Some("tab") => Separator::Tab,
        _ => Separator::Comma,
    };
    let columns = columns(&actor);
    let bytes = app.read(move |read| Ok(export::csv(&export::lines(read, OWN, currency, columns)?, separator)?)).await?;
    Ok(attachment(bytes, "text/csv; charset=utf-8", "attachment; filename=\"catalog.csv\""))
}

async fn xlsx(State(app): State<App>, actor: Actor) -> Result<Response, Problem> {
    let currency = app.settings().currency();
    let columns = columns(&actor);
    let bytes = app.read(move |read| Ok(export::xlsx(&export::lines(read, OWN, currency, columns)?)?)).await?;
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachment(bytes, mime, "attachment; filename=\"catalog.xlsx\""))
}

fn attachment(bytes: Vec<u8>, mime: &'static str, disposition: &'static str) -> Response {
    let mut response = Body::from(bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    response
}
