//! `/api/display` for the display itself, `/api/displays` and a till's code for who sets it up.

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::Reject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pairing::{self, Display};
use super::{CODE_WRONG, NOT_PAIRED};
use crate::hub::App;
use crate::live::{self, Follower};
use crate::sales::{PublicSale, public_sale};
use crate::staff::{Attempt, THROTTLED};
use crate::texts::Language;
use crate::tills;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, NOT_FOUND, Peer, Problem, Route};

/// The display's cookie. It goes to the display's own addresses only.
const COOKIE: &str = "duken_display";
const COOKIE_AGE_S: i64 = 365 * 24 * 3600;

pub(super) fn routes() -> Vec<Route> {
    let set_up = Access::Needs("settings.edit");
    vec![
        Route::post("/api/tills/{id}/display-code", set_up, "Six digits for a display of the till", open_code).gives::<CodeShape>(),
        Route::get("/api/tills/{id}/displays", set_up, "Displays of the till", list).gives::<Vec<DisplayCard>>(),
        Route::delete("/api/displays/{id}", set_up, "A display is one no longer", part),
        Route::post("/api/display/pair", Access::Public, "A screen becomes a till's display", pair)
            .takes::<PairInput>()
            .gives::<DisplayShape>(),
        Route::get("/api/display", Access::Public, "What the display shows", show).gives::<DisplayShape>(),
        Route::delete("/api/display", Access::Public, "The screen gives up being a display", leave),
        Route::get("/api/display/logo", Access::Public, "The shop's logo", logo),
        Route::get("/api/display/live", Access::Public, "The display's live topic (WebSocket)", follow),
    ]
}

/// A code and when it ends.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisplayCode)]
struct CodeShape {
    code: String,
    expires_at: String,
}

/// A paired display.
#[derive(Debug, Serialize, ToSchema)]
struct DisplayCard {
    id: Id,
    paired_at: String,
}

/// The digits that a display was told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = DisplayPairInput)]
struct PairInput {
    code: String,
}

/// What a display shows.
#[derive(Debug, Serialize, ToSchema)]
struct DisplayShape {
    store: DisplayStore,
    till: String,
    language: Language,
    /// The live topic that moves with it.
    topic: String,
    sale: PublicSale,
}

/// The shop on a display.
#[derive(Debug, Serialize, ToSchema)]
struct DisplayStore {
    name: String,
    /// The logo's hash; the picture is at `/api/display/logo`.
    logo_hash: Option<String>,
    zone: String,
    currency: String,
}

/// A write without a body.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

fn at(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}

async fn open_code(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<CodeShape> {
    app.read_now(|read| tills::name_of(read, id.0)?.ok_or_else(|| CARD_NOT_FOUND.refuse().into()))?;
    let mut bytes = [0_u8; 8];
    app.chance.fill(&mut bytes);
    let digits = format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000);
    app.run(command.caller(&app), pairing::open_code(id.0, digits)).await?;
    let code = app.read_now(|read| pairing::code_of(read, id.0)?.ok_or_else(|| CARD_NOT_FOUND.refuse().into()))?;
    Ok(Json(CodeShape { code: code.digits, expires_at: at(code.ends_ms) }))
}

async fn list(State(app): State<App>, Path(id): Path<Id>) -> Answer<Vec<DisplayCard>> {
    let displays = app.read_now(|read| Ok(pairing::of_till(read, id.0)?))?;
    Ok(Json(displays.into_iter().map(|display| DisplayCard { id: Id(display.id), paired_at: at(display.made_ms) }).collect()))
}

async fn part(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    app.run(command.caller(&app), pairing::part(id.0)).await?;
    // Links look at their token again.
    app.sessions.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A repeat of the same request gets the same cookie.
fn token_of(app: &App, command: &Command<PairInput>) -> String {
    let (id, digest) = command.request.0;
    let mut hasher = blake3::Hasher::new_keyed(&app.key.derive("duken display token 1"));
    hasher.update(id.as_bytes()).update(&digest.to_le_bytes());
    hasher.finalize().to_hex().to_string()
}

fn with_cookie(token: &str, age_s: i64, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    let cookie = format!("{COOKIE}={token}; Path=/api/display; HttpOnly; SameSite=Strict; Max-Age={age_s}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

async fn pair(State(app): State<App>, peer: Peer, command: Command<PairInput>) -> Result<Response, Problem> {
    let token = token_of(&app, &command);
    let known = app.read_now(|read| Ok(pairing::by_token(read, &token)?))?;
    if known.is_none() {
        let attempt = Attempt::at_code("pair_display", peer.0, THROTTLED);
        app.run(app.own_caller(), attempt.clone().begin()).await?;
        let (digits, tried, secret) = (command.input.code.trim().to_owned(), attempt.clone(), token.clone());
        let outcome = app
            .run(app.own_caller(), move |tx| {
                let till = pairing::pair(tx, &digits, &secret)?;
                tried.succeeded(tx)?;
                Ok(till)
            })
            .await;
        if matches!(&outcome, Err(Reject::Refused(refusal)) if refusal.code == CODE_WRONG) {
            app.run(app.own_caller(), move |tx| {
                pairing::count_wrong(tx)?;
                attempt.failed(CODE_WRONG)(tx)
            })
            .await?;
        }
        outcome?;
    }
    let display = app.read_now(|read| pairing::by_token(read, &token)?.ok_or_else(|| NOT_PAIRED.refuse().into()))?;
    Ok(with_cookie(&token, COOKIE_AGE_S, Json(shape(&app, display)?)))
}

/// The display behind a request.
fn known(app: &App, headers: &HeaderMap) -> Result<Display, Problem> {
    let token = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    let token = token.ok_or_else(|| NOT_PAIRED.refuse())?;
    Ok(app.read_now(|read| pairing::by_token(read, token)?.ok_or_else(|| NOT_PAIRED.refuse().into()))?)
}

fn topic(till: i64) -> String {
    format!("{}{till}", live::DISPLAY)
}

fn shape(app: &App, display: Display) -> Result<DisplayShape, Problem> {
    let settings = app.settings();
    let till = display.till;
    let (name, sale) = app.read_now(|read| Ok((tills::name_of(read, till)?, public_sale(read, app, till)?)))?;
    Ok(DisplayShape {
        store: DisplayStore {
            name: settings.store.name.clone(),
            logo_hash: settings.store.logo_hash.clone(),
            zone: settings.zone.clone(),
            currency: settings.currency.clone(),
        },
        till: name.unwrap_or_default(),
        language: settings.language,
        topic: topic(till),
        sale,
    })
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Answer<DisplayShape> {
    let display = known(&app, &headers)?;
    Ok(Json(shape(&app, display)?))
}

async fn leave(State(app): State<App>, headers: HeaderMap, _command: Command<Nothing>) -> Result<Response, Problem> {
    if let Ok(display) = known(&app, &headers) {
        app.run(app.own_caller(), pairing::part(display.id)).await?;
        app.sessions.forget();
    }
    Ok(with_cookie("", 0, StatusCode::NO_CONTENT))
}

async fn logo(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    known(&app, &headers)?;
    let hash = app.settings().store.logo_hash.clone().ok_or_else(|| NOT_FOUND.refuse())?;
    let reading = app.clone();
    let read = app.aside(move || reading.files.read(&hash)).await;
    let bytes = read.unwrap_or(Ok(None))?.ok_or_else(|| NOT_FOUND.refuse())?;
    let kind = crate::catalog::door::mime(&bytes);
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, max-age=3600")], Body::from(bytes)).into_response())
}

/// A display follows its own till's topic, for as long as it is paired.
struct OneTill {
    headers: HeaderMap,
    topic: String,
}

impl Follower for OneTill {
    fn is_here(&mut self, app: &App) -> bool {
        known(app, &self.headers).is_ok_and(|display| topic(display.till) == self.topic)
    }

    fn may_follow(&self, wanted: &str) -> bool {
        wanted == self.topic
    }
}

async fn follow(State(app): State<App>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Result<Response, Problem> {
    let topic = topic(known(&app, &headers)?.till);
    Ok(live::serve(app, upgrade, OneTill { headers, topic }))
}
