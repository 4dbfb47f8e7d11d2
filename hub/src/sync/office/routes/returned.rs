//! `/api/office/stores/{node}/…`: a store's machine is replaced, or came back from a backup.

use axum::extract::{Path, Query, State};
use duken_kernel::Reject;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::people::{CodeMade, StoreShape, known, rfc3339, shape};
use crate::config::Role;
use crate::hub::App;
use crate::sync::NOT_AN_OFFICE;
use crate::sync::office::branches::{self, Branch};
use crate::sync::office::{codes, queries, replace};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("office.view");
    let edit = Access::Needs("office.edit");
    vec![
        Route::post("/api/office/stores/{node}/replace", edit, "A one-time code with which another machine takes a store's place", allow)
            .gives::<CodeMade>(),
        Route::post("/api/office/stores/{node}/epoch", edit, "Confirm that a store came back from a backup", confirm)
            .takes::<EpochInput>()
            .gives::<StoreShape>(),
        Route::get("/api/office/stores/{node}/branches", view, "What stores had sent before they came back from a backup", branches_of)
            .gives::<Vec<BranchShape>>(),
        Route::get("/api/office/stores/{node}/branches/{epoch}", view, "The entries of such a branch", entries)
            .query::<AfterQuery>()
            .gives::<Vec<BranchEntry>>(),
    ]
}

/// A body without fields.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn allow(State(app): State<App>, Path(node): Path<Id>, command: Command<Nothing>) -> Answer<CodeMade> {
    let Nothing {} = command.input;
    if app.role() != Role::Office {
        return Err(NOT_AN_OFFICE.refuse().into());
    }
    let (request, _) = command.request.0;
    let entry = app.run(command.caller(&app), replace::allow(&app.key, request, node.0)).await?;
    let expires_ms: Option<i64> = app.read_now(|read| {
        let row = read.row("SELECT expires_ms FROM sync_replacement WHERE entry = ?1", &[entry.into()])?;
        Ok(row.map(|row| row.get(0)).transpose()?)
    })?;
    Ok(Json(CodeMade { code: codes::code_of(&app.key, request), expires_at: expires_ms.and_then(rfc3339).unwrap_or_default() }))
}

/// The epoch that is confirmed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
struct EpochInput {
    epoch: u32,
}

async fn confirm(State(app): State<App>, Path(node): Path<Id>, command: Command<EpochInput>) -> Answer<StoreShape> {
    let store = app.run(command.caller(&app), replace::confirm_epoch(node.0, command.input.epoch)).await?;
    let now_ms = app.clock.now_ms();
    Ok(Json(app.read_now(|read| {
        let row = queries::store_by_number(read, store)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        Ok(shape(read, row, now_ms)?)
    })?))
}

/// A branch that a store left.
#[derive(Debug, Serialize, ToSchema)]
struct BranchShape {
    /// The epoch that took its place.
    epoch: u32,
    /// Its first number.
    first: i64,
    /// Its last number.
    last: i64,
    /// How many entries only it has.
    entries: i64,
    left_at: Option<String>,
}

async fn branches_of(State(app): State<App>, Path(node): Path<Id>) -> Answer<Vec<BranchShape>> {
    let node = known(&app, node)?;
    let found = app.read_now(|read| Ok(branches::branches(read, node)?))?;
    let shape =
        |b: Branch| BranchShape { epoch: b.left_for, first: b.from, last: b.to, entries: b.to - b.from + 1, left_at: rfc3339(b.left_ms) };
    Ok(Json(found.into_iter().map(shape).collect()))
}

/// From where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AfterQuery {
    /// After this number; from the beginning when absent.
    after: Option<i64>,
}

/// An entry that only the old branch has.
#[derive(Debug, Serialize, ToSchema)]
struct BranchEntry {
    seq: i64,
    kind: String,
    recorded_at: Option<String>,
    /// What it says, as it was written.
    #[schema(value_type = Object)]
    body: serde_json::Value,
}

const ENTRIES_AT_ONCE: i64 = 200;

async fn entries(
    State(app): State<App>,
    Path((node, epoch)): Path<(Id, u32)>,
    Query(asked): Query<AfterQuery>,
) -> Answer<Vec<BranchEntry>> {
    let node = known(&app, node)?;
    let after = asked.after.unwrap_or(0);
    let found = app.read(move |read| Ok::<_, Reject>(branches::entries_of(read, node, epoch, after, ENTRIES_AT_ONCE)?)).await?;
    let shape = |entry: duken_kernel::journal::Entry| -> Result<BranchEntry, Problem> {
        Ok(BranchEntry { seq: entry.seq, kind: entry.kind().to_owned(), recorded_at: rfc3339(entry.head().at), body: entry.body()? })
    };
    Ok(Json(found.into_iter().map(shape).collect::<Result<_, _>>()?))
}
