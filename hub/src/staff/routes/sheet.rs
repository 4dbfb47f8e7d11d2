//! `/api/recovery`: the recovery sheet. A new one is made by a named person who shows his password.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_protocol::ids::RequestId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Nothing, password};
use crate::hub::App;
use crate::recovery::{self, Beside, Fresh, SHEET_GONE, Words};
use crate::staff::attempts::Attempt;
use crate::staff::queries;
use crate::web::{Access, Actor, Answer, Command, Json, Locale, Peer, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let edit = Access::Needs("backup.edit");
    vec![
        Route::get("/api/recovery", Access::NeedsAny(&["backup.view", "backup.edit"]), "The recovery sheet", show).gives::<RecoveryShape>(),
        Route::post("/api/recovery/sheet", edit, "Make a new recovery sheet; the old one opens old backups only", make)
            .takes::<NewSheetInput>()
            .gives::<RecoverySheet>(),
        Route::get("/api/recovery/sheet.html", edit, "The new sheet as a page for paper, for half an hour", page),
        Route::post("/api/recovery/sheet/kept", edit, "The sheet is on paper: its words are forgotten here", kept),
    ]
}

/// The words of a new sheet. They are said to nobody else, and are nowhere on the hub's disk.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(super) struct RecoverySheet {
    /// 24 words in their order; none when the half hour in which they can be shown is over.
    recovery_words: Vec<String>,
    /// What the sheet is called on paper, such as `3F2A-91C0`.
    sheet: Option<String>,
    /// The words as a QR code (SVG).
    qr_svg: Option<String>,
    /// The page for paper.
    page: Option<&'static str>,
}

/// What a request that made words is answered with, also when it is repeated.
pub(super) fn shown(app: &App, request: RequestId) -> RecoverySheet {
    let fresh = app.recovery.fresh(app.clock.now_ms()).filter(|fresh| fresh.request == request);
    fresh.map_or_else(RecoverySheet::default, |fresh| RecoverySheet {
        recovery_words: fresh.words.list().into_iter().map(str::to_owned).collect(),
        sheet: Some(fresh.words.sheet().name()),
        qr_svg: Some(recovery::qr_svg(&fresh.words)),
        page: Some("/api/recovery/sheet.html"),
    })
}

/// The recovery sheet as it stands.
#[derive(Debug, Serialize, ToSchema)]
struct RecoveryShape {
    /// The sheet that backups are sealed to; none when none was made.
    sheet: Option<SheetShape>,
    /// Whether the person who asks can still print it.
    printable: bool,
}

/// A sheet, without its words.
#[derive(Debug, Serialize, ToSchema)]
struct SheetShape {
    /// What it is called on paper.
    name: String,
    made_at: Option<String>,
    made_by_name: Option<String>,
}

async fn show(State(app): State<App>, actor: Actor) -> Answer<RecoveryShape> {
    let printable = app.recovery.fresh(app.clock.now_ms()).is_some_and(|fresh| Some(fresh.by) == actor.user);
    let sheet = app.read_now(|read| {
        let Some(sheet) = recovery::sheet(read)? else { return Ok(None) };
        let made_by_name = match sheet.made_by {
            Some(user) => Some(queries::name_of(read, duken_kernel::journal::OWN, user)?),
            None => None,
        };
        let made_at = jiff::Timestamp::from_millisecond(sheet.made_ms).ok().map(|at| at.to_string());
        Ok(Some(SheetShape { name: sheet.name, made_at, made_by_name }))
    })?;
    Ok(Json(RecoveryShape { sheet, printable }))
}

/// The password of the person who asks.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewSheetInput {
    password: String,
}

async fn make(State(app): State<App>, peer: Peer, command: Command<NewSheetInput>) -> Answer<RecoverySheet> {
    let (request, _) = command.request.0;
    let user = command.actor.user.unwrap_or(0);
    if app.recovery.fresh(app.clock.now_ms()).is_none_or(|fresh| fresh.request != request) {
        let attempt = Attempt::at_account("recovery_sheet", &format!("user:{user}"), peer.0);
        password::look(&app, &attempt, Some(user), command.input.password.clone()).await?;
        let words = Words::make(app.chance.as_ref());
        let key = words.sheet();
        let held = Fresh { request, by: user, words, made_ms: app.clock.now_ms() };
        let made = app.clone();
        // Held only when this very request made them: its repeat must not show words that nothing is sealed to.
        app.run(command.caller(&app), move |tx| {
            attempt.succeeded(tx)?;
            let sheet = recovery::record(tx, &key)?;
            made.recovery.hold(held);
            Ok(sheet)
        })
        .await?;
    }
    Ok(Json(shown(&app, request)))
}

async fn page(State(app): State<App>, actor: Actor, Locale(language): Locale) -> Result<Response, Problem> {
    let fresh = app.recovery.fresh(app.clock.now_ms()).filter(|fresh| Some(fresh.by) == actor.user);
    let fresh = fresh.ok_or_else(|| SHEET_GONE.refuse())?;
    let settings = app.settings();
    let made = jiff::Timestamp::from_millisecond(fresh.made_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(settings.zone());
    let made_on = made.strftime("%d.%m.%Y").to_string();
    let html = recovery::html(&fresh.words, &Beside { store: &settings.store.name, made_on: &made_on, language });
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, html).into_response())
}

async fn kept(State(app): State<App>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    let Nothing {} = command.input;
    app.recovery.forget();
    Ok(StatusCode::NO_CONTENT)
}
