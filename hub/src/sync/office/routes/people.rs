//! `/api/office`: stores, codes.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::config::Role;
use crate::hub::App;
use crate::sync::NOT_AN_OFFICE;
use crate::sync::office::{StoreRow, codes, commands, queries};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("office.view");
    let edit = Access::Needs("office.edit");
    vec![
        Route::get("/api/office/stores", view, "Stores of the chain", stores).gives::<Vec<StoreShape>>(),
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
}

/// A store.
#[derive(Debug, Serialize, ToSchema)]
struct StoreShape {
    node: Id,
    name: String,
    last_seq: i64,
    last_entry_at: Option<String>,
    last_contact_at: Option<String>,
    lag_seconds: i64,
    lag_entries: i64,
    set_aside: i64,
    state: Standing,
    /// Where its journal parted, when it did.
    parted_at: Option<i64>,
}

fn shape(row: StoreRow, now_ms: i64) -> StoreShape {
    let lag_seconds = row.lag_s(now_ms);
    let state = match row.parted_at {
        Some(_) => Standing::Broken,
        None if lag_seconds > 0 => Standing::Behind,
        None => Standing::Ok,
    };
    StoreShape {
        node: Id(row.node),
        last_seq: row.last_seq,
        last_entry_at: row.entry_ms.and_then(rfc3339),
        last_contact_at: row.contact_ms.and_then(rfc3339),
        lag_seconds,
        lag_entries: (row.journal_end - row.last_seq).max(0),
        set_aside: row.set_aside,
        state,
        parted_at: row.parted_at,
        name: row.name,
    }
}

fn rfc3339(ms: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_string())
}

async fn stores(State(app): State<App>) -> Answer<Vec<StoreShape>> {
    let now_ms = app.clock.now_ms();
    let rows = app.read(|read| Ok(queries::stores(read)?)).await?;
    Ok(Json(rows.into_iter().map(|row| shape(row, now_ms)).collect()))
}

/// A body without fields.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn resume(State(app): State<App>, Path(node): Path<Id>, command: Command<Nothing>) -> Answer<StoreShape> {
    let caller = command.caller(&app);
    let store = app.run(caller, commands::resume(node.0)).await?;
    let row = app.read_now(|read| Ok(queries::store_by_number(read, store)?))?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    Ok(Json(shape(row, app.clock.now_ms())))
}

/// Which store the code is for.
#[derive(Debug, Deserialize, ToSchema)]
struct CodeInput {
    store_name: String,
}

/// A one-time code. It is shown once, and is good for a day.
#[derive(Debug, Serialize, ToSchema)]
struct CodeMade {
    code: String,
    expires_at: String,
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
