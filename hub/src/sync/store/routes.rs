//! `/api/sync`: the link to the head office.

use axum::extract::State;
use duken_kernel::Fault;
use duken_kernel::failure::point;
use duken_kernel::journal::{self, OWN};
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{Enrol, PROTOCOL};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::commands::{self, Joined, TOKEN};
use super::office::Office;
use super::queries::link;
use crate::config::Role;
use crate::hub::App;
use crate::sync::NOT_A_STORE;
use crate::texts;
use crate::web::{Access, Answer, Command, Json, Locale, Problem, Route};

/// The routes of a store's link.
pub(in crate::sync) fn routes() -> Vec<Route> {
    let edit = Access::Needs("settings.edit");
    vec![
        Route::get("/api/sync", Access::NeedsAny(&["settings.edit", "office.view"]), "The link to the head office", show)
            .gives::<SyncShape>(),
        Route::post("/api/sync/enroll", edit, "Join a head office by its one-time code", enrol).takes::<EnrolInput>().gives::<SyncShape>(),
        Route::delete("/api/sync", edit, "Send nothing more to the head office", cut).gives::<SyncShape>(),
    ]
}

/// How a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LinkState {
    /// There is none.
    Off,
    /// Entries go out.
    Enrolled,
    /// Something keeps them from going out.
    Error,
}

/// The link to the head office.
#[derive(Debug, Serialize, ToSchema)]
struct SyncShape {
    state: LinkState,
    office_url: Option<String>,
    store_name: Option<String>,
    fingerprint: Option<String>,
    last_acked: i64,
    journal_end: i64,
    lag_entries: i64,
    last_contact_at: Option<String>,
    /// The code of what keeps entries from going out.
    code: Option<String>,
    /// The same as a sentence.
    detail: Option<String>,
}

fn shape(app: &App, language: texts::Language) -> Result<SyncShape, Problem> {
    let (link, end) = app.read_now(|read| Ok((link(read)?, journal::tip(read, OWN)?.seq)))?;
    let seen = app.sync.store.seen();
    let state = match (&link, &seen.trouble) {
        (None, _) => LinkState::Off,
        (Some(_), Some(_)) => LinkState::Error,
        (Some(_), None) => LinkState::Enrolled,
    };
    let trouble = seen.trouble.filter(|_| state == LinkState::Error);
    let acked = if state == LinkState::Off { 0 } else { seen.acked };
    let contact = seen.contact_ms.filter(|_| state != LinkState::Off);
    let (office_url, store_name, fingerprint) = match link {
        Some(link) => (Some(link.url), Some(link.store_name), link.fingerprint),
        None => (None, None, None),
    };
    Ok(SyncShape {
        state,
        office_url,
        store_name,
        fingerprint,
        last_acked: acked,
        journal_end: end,
        lag_entries: if state == LinkState::Off { 0 } else { (end - acked).max(0) },
        last_contact_at: contact.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()).map(|at| at.to_string()),
        code: trouble.as_ref().map(|refusal| refusal.code.code.to_owned()),
        detail: trouble.map(|refusal| texts::say(language, refusal.code.code, &refusal.params)),
    })
}

async fn show(State(app): State<App>, Locale(language): Locale) -> Answer<SyncShape> {
    Ok(Json(shape(&app, language)?))
}

/// How to join.
#[derive(Debug, Deserialize, ToSchema)]
struct EnrolInput {
    /// Where the head office answers.
    url: String,
    /// Its one-time code.
    code: String,
    /// The fingerprint that a person confirmed, after `sync.confirm_certificate` showed it.
    fingerprint: Option<String>,
}

async fn enrol(State(app): State<App>, command: Command<EnrolInput>) -> Answer<SyncShape> {
    if app.role() != Role::Store {
        return Err(NOT_A_STORE.refuse().into());
    }
    let caller = command.caller(&app);
    let EnrolInput { url, code, fingerprint } = command.input;
    let node = app.node_id.parse().map(NodeId).map_err(|_| Fault::invariant("S1", "the node's id is no UUID"))?;
    let (epoch, end) =
        app.read_now(|read| Ok((journal::nodes(read)?.first().map_or(0, |(_, _, epoch)| *epoch), journal::tip(read, OWN)?.seq)))?;
    let office = Office::pinned(&url, fingerprint.as_deref())?.by_line(app.sync.store.line());
    let enrolled =
        office.enrol(&Enrol { protocol: PROTOCOL, code, node, epoch, end }).await.map_err(|answered| Problem(answered.into()))?;
    point("enrol.answered");
    let joined = Joined {
        url,
        fingerprint,
        office: enrolled.office.to_string(),
        store_name: enrolled.store_name,
        sealed_token: app.key.seal(TOKEN, enrolled.token.as_bytes(), app.chance.as_ref())?,
    };
    app.run(caller, commands::join(joined)).await?;
    point("enrol.joined");
    app.sync.store.wake();
    Ok(Json(shape(&app, command.language)?))
}

/// A body without fields.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn cut(State(app): State<App>, command: Command<Nothing>) -> Answer<SyncShape> {
    let caller = command.caller(&app);
    app.run(caller, commands::cut()).await?;
    app.sync.store.wake();
    Ok(Json(shape(&app, command.language)?))
}
