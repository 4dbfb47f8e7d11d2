//! The test chart and its answers; profiles; scanner sheets.

use axum::extract::{Path, State};
use duken_protocol::device::{DeviceKind, PrinterSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cards::DeviceShape;
use super::jobs::JobShape;
use super::{Nothing, cards};
use crate::devices::model::JobKind;
use crate::devices::{commands, jobs, library, queries};
use crate::hub::App;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, Route};

pub(super) fn routes() -> Vec<Route> {
    let edit = Access::Needs("devices.edit");
    vec![
        Route::post("/api/devices/{id}/chart", edit, "Print the test chart", print).gives::<JobShape>(),
        Route::put("/api/devices/{id}/chart", edit, "Say what the test chart shows", answer).takes::<ChartAnswers>().gives::<DeviceShape>(),
        Route::get("/api/profiles", Access::SignedIn, "Profiles of printers", profiles).gives::<Vec<ProfileShape>>(),
        Route::get("/api/scanner-sheets", Access::SignedIn, "Set-up sheets of scanners", sheets).gives::<Vec<SheetShape>>(),
    ]
}

async fn print(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<JobShape> {
    let device = app.read_now(|read| Ok(queries::find(read, id.0)?))?;
    if device.is_none_or(|device| device.card.kind != DeviceKind::Printer || device.card.archived) {
        return Err(CARD_NOT_FOUND.refuse().into());
    }
    let job = app.run(command.caller(&app), move |tx| Ok(jobs::enqueue(tx, id.0, JobKind::Chart, None)?)).await?;
    super::jobs::one(&app, command.language, job)
}

/// What a person saw on the test chart.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ChartAnswers {
    version: i64,
    /// What this one printer needs beyond its profile; absent = as the profile says.
    answers: PrinterSettings,
}

async fn answer(State(app): State<App>, Path(id): Path<Id>, command: Command<ChartAnswers>) -> Answer<DeviceShape> {
    let caller = command.caller(&app);
    let ChartAnswers { version, answers } = command.input;
    let profiles = app.devices.profiles(&app.config);
    app.run(caller, commands::save_chart(profiles, id.0, version, answers)).await?;
    cards::one(&app, command.language, id.0)
}

/// A profile of printers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::devices) struct ProfileShape {
    /// Its id, for the card of a device.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Everything it says.
    pub profile: serde_json::Value,
    /// What the lines of its test chart try, in their order.
    pub code_pages: Vec<CodePageShape>,
}

/// A code page with its number in `ESC t`: one line of the test chart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::devices) struct CodePageShape {
    /// Such as `cp866`.
    pub code_page: &'static str,
    /// Its number.
    pub number: u8,
}

async fn profiles(State(app): State<App>) -> Answer<Vec<ProfileShape>> {
    Ok(Json(library::profiles(&app.devices.profiles(&app.config))))
}

/// A set-up sheet of scanners: codes to scan, in order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::devices) struct SheetShape {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Markdown, as it is kept in `firmware-configs`.
    pub markdown: &'static str,
}

async fn sheets() -> Answer<Vec<SheetShape>> {
    Ok(Json(library::scanner_sheets()))
}
