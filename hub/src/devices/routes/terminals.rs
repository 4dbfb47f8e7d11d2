//! Terminals: registration, refresh, which one it is.

use axum::extract::{Path, State};
use duken_protocol::device::{DeviceKind, KaspiError, Protection, TerminalIdentity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cards::{DeviceShape, terminal_sentence};
use super::{Nothing, cards};
use crate::devices::model::Device;
use crate::devices::{NO_DEVICE, TERMINAL_UNPROTECTED, queries, registering, terminals};
use crate::hub::App;
use crate::web::{Access, Answer, Command, Id, Json, Locale, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let edit = Access::Needs("devices.edit");
    vec![
        Route::post("/api/devices/{id}/terminal/register", edit, "Register at the terminal: a person confirms there", register)
            .takes::<RegisterInput>()
            .gives::<DeviceShape>(),
        Route::post("/api/devices/{id}/terminal/refresh", edit, "Get a new pair of tokens", refresh).gives::<TerminalAnswer>(),
        Route::get("/api/devices/{id}/terminal/info", Access::NeedsAny(&["devices.view", "till.use"]), "Ask which terminal it is", info)
            .gives::<TerminalAnswer>(),
    ]
}

fn terminal(app: &App, id: i64) -> Result<Device, Problem> {
    let device = app.read_now(|read| Ok(queries::find(read, id)?))?;
    let device = device.filter(|device| device.card.kind == DeviceKind::Terminal && !device.card.archived);
    device.ok_or_else(|| NO_DEVICE.refuse().into())
}

/// The name under which the terminal will know this till.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct RegisterInput {
    till_name: String,
}

async fn register(State(app): State<App>, Path(id): Path<Id>, command: Command<RegisterInput>) -> Answer<DeviceShape> {
    let device = terminal(&app, id.0)?;
    if device.card.protection == Some(Protection::Http) {
        return Err(TERMINAL_UNPROTECTED.refuse().into());
    }
    let caller = command.caller(&app);
    let name = command.input.till_name.trim().to_owned();
    let name = if name.is_empty() { "Düken".to_owned() } else { name };
    app.run(caller, registering::ask(&app, id.0, name)).await?;
    cards::one(&app, command.language, id.0)
}

/// What a terminal answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TerminalAnswer {
    ok: bool,
    /// In words.
    detail: String,
    identity: Option<TerminalIdentity>,
}

fn answer(language: crate::texts::Language, outcome: Result<Option<TerminalIdentity>, KaspiError>) -> Answer<TerminalAnswer> {
    Ok(Json(match outcome {
        Ok(identity) => {
            let detail = crate::texts::say(language, "device.test.terminal_ok", &serde_json::Map::new());
            TerminalAnswer { ok: true, detail, identity }
        }
        Err(error) => TerminalAnswer { ok: false, detail: terminal_sentence(language, &error), identity: None },
    }))
}

async fn refresh(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<TerminalAnswer> {
    let device = terminal(&app, id.0)?;
    answer(command.language, terminals::refresh(&app, &device, None).await.map(|_| None))
}

async fn info(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<TerminalAnswer> {
    terminal(&app, id.0)?;
    answer(language, terminals::identify(&app, id.0).await.map(Some))
}
