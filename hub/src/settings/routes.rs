//! `/api/settings`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::Settings;
use crate::hub::App;
use crate::web::{Access, Answer, Command, Json, Problem, Route};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/settings", Access::SignedIn, "The store's settings", show).gives::<Settings>(),
        Route::put("/api/settings", Access::Needs("settings.edit"), "Save the settings", save).takes::<Settings>().gives::<Settings>(),
        Route::post(
            "/api/clock/confirm",
            Access::NeedsAny(&["settings.edit", "payments.decide"]),
            "The hub's date is right: sales go on",
            confirm_clock,
        ),
    ]
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

async fn confirm_clock(State(app): State<App>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    let Nothing {} = command.input;
    app.run(command.caller(&app), super::clock::confirm()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn show(State(app): State<App>) -> Answer<Settings> {
    Ok(Json(app.settings().as_ref().clone()))
}

async fn save(State(app): State<App>, command: Command<Settings>) -> Answer<Settings> {
    let caller = command.caller(&app);
    app.run(caller, super::save(command.input)).await?;
    app.settings_changed()?;
    Ok(Json(app.settings().as_ref().clone()))
}
