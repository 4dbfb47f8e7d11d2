//! `/api/settings`.

use axum::Json;
use axum::extract::State;

use super::Settings;
use crate::hub::App;
use crate::web::{Access, Answer, Command, Route};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/settings", Access::SignedIn, "The store's settings", show).gives::<Settings>(),
        Route::put("/api/settings", Access::Needs("settings.edit"), "Save the settings", save).takes::<Settings>().gives::<Settings>(),
    ]
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
