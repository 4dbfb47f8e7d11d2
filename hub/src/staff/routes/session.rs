//! Sign-in, lock, PIN, language, till of the device; the first run.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::{Fault, Read};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sheet::RecoverySheet;
use super::{Nothing, password, sheet};
use crate::config::Role;
use crate::hub::App;
use crate::recovery::{self, Fresh, Words};
use crate::settings::{Settings, vat};
use crate::staff::attempts::Attempt;
use crate::staff::commands::{self, SessionChange, SignIn};
use crate::staff::model::{Names, Scope, phone_digits};
use crate::staff::{DISABLED, SETUP_DONE, SetUp, WRONG_PASSWORD, WRONG_PIN, queries, sessions, verifier};
use crate::texts::Language;
use crate::web::{Access, Actor, Answer, Command, Id, Json, Locale, Peer, Problem, Route, SESSION_COOKIE, Secured};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/setup", Access::Public, "Whether the store is set up", setup_state).gives::<SetupState>(),
        Route::post("/api/setup", Access::Public, "The first run", set_up).takes::<SetUpInput>().gives::<SetUpDone>(),
        Route::post("/api/session", Access::Public, "Sign in", sign_in).takes::<SignInInput>().gives::<SessionShape>(),
        Route::get("/api/session", Access::Device, "Who is signed in on this device", show).gives::<SessionShape>(),
        Route::delete("/api/session", Access::Device, "Sign out", sign_out),
        Route::post("/api/session/lock", Access::SignedIn, "Lock the screen", lock),
        Route::post("/api/session/pin", Access::Device, "Unlock, or switch the person, by PIN", pin)
            .takes::<UnlockInput>()
            .gives::<SessionShape>(),
        Route::get("/api/session/people", Access::Device, "People who have a PIN", people).gives::<Vec<PersonWithPin>>(),
        Route::put("/api/session/language", Access::SignedIn, "The interface's language", language)
            .takes::<LanguageInput>()
            .gives::<SessionShape>(),
        Route::put("/api/session/till", Access::Needs("till.use"), "This device works as a till", till)
            .takes::<DeviceTillInput>()
            .gives::<SessionShape>(),
    ]
}

/// Who is signed in, and what he may.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionShape {
    user: SessionUser,
    permissions: Vec<String>,
    scopes: std::collections::BTreeMap<String, Scope>,
    /// Percent.
    discount_limit_percent: String,
    language: Language,
    locked: bool,
    till: Option<SessionTill>,
    store: SessionStore,
}

/// The person of a session.
#[derive(Debug, Serialize, ToSchema)]
struct SessionUser {
    id: Id,
    name: String,
    phone: String,
    role_ids: Vec<Id>,
    role_names: Vec<Names>,
    has_pin: bool,
}

/// The till of a device.
#[derive(Debug, Serialize, ToSchema)]
struct SessionTill {
    id: Id,
    name: String,
}

/// The store of a session.
#[derive(Debug, Serialize, ToSchema)]
struct SessionStore {
    name: String,
    currency: String,
    zone: String,
    role: Role,
}

fn shape(app: &App, session: i64) -> Result<SessionShape, Problem> {
    let settings = app.settings();
    let role = app.role();
    let shape = app.read_now(|read| {
        let session = sessions::by_id(read, session)?.ok_or_else(|| crate::web::SESSION_EXPIRED.refuse())?;
        let user = queries::find_user(read, session.user)?.ok_or_else(|| crate::web::SESSION_EXPIRED.refuse())?;
        let scopes = queries::permissions(read, &user.card)?;
        let till = match session.till {
            Some(id) => crate::tills::name_of(read, id)?.map(|name| SessionTill { id: Id(id), name }),
            None => None,
        };
        Ok(SessionShape {
            user: SessionUser {
                id: Id(user.id),
                name: user.card.name,
                phone: user.card.phone,
                role_names: queries::role_names(read, &user.card.role_ids)?,
                role_ids: user.card.role_ids.into_iter().map(Id).collect(),
                has_pin: has_pin(read, user.id)?,
            },
            permissions: scopes.keys().cloned().collect(),
            scopes,
            discount_limit_percent: percent(user.card.discount_limit),
            language: session.language.unwrap_or(settings.language),
            locked: session.locked,
            till,
            store: SessionStore {
                name: settings.store.name.clone(),
                currency: settings.currency.clone(),
                zone: settings.zone.clone(),
                role,
            },
        })
    })?;
    Ok(shape)
}

/// Hundredths of a percent as a decimal.
pub(super) fn percent(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn has_pin(read: &dyn Read, user: i64) -> Result<bool, Fault> {
    Ok(read.row("SELECT 1 FROM secret WHERE id = ?1", &[format!("pin:{user}").into()])?.is_some())
}

/// The state of the first run.
#[derive(Debug, Serialize, ToSchema)]
struct SetupState {
    /// `first_run` or `ready`.
    state: &'static str,
    role: Role,
    languages: Vec<Language>,
    zones: Vec<&'static str>,
    currencies: Vec<&'static str>,
    /// VAT rates that goods can carry by default, by currency.
    vat_rates: Vec<SetupVatRate>,
}

/// A VAT rate that a store may choose.
#[derive(Debug, Serialize, ToSchema)]
struct SetupVatRate {
    id: String,
    name: String,
    /// The currency of its country; every store's when absent.
    currency: Option<String>,
    /// Its percent today; nothing for goods outside VAT.
    percent: Option<String>,
    /// New goods of a store of its currency have it where the store chose none.
    usual: bool,
}

async fn setup_state(State(app): State<App>, Locale(language): Locale) -> Answer<SetupState> {
    let (today, _) = app.settings().date_at(app.clock.now_ms());
    let vat_rate = |rate: &vat::VatRate| SetupVatRate {
        id: rate.id.clone(),
        name: rate.name_in(language).to_owned(),
        currency: rate.currency.clone(),
        percent: rate.on(today).map(|period| period.percent.to_string()),
        usual: rate.is_usual(),
    };
    let ready = app.read_now(|read| Ok(read.row("SELECT 1 FROM user LIMIT 1", &[])?.is_some()))?;
    Ok(Json(SetupState {
        state: if ready { "ready" } else { "first_run" },
        role: app.role(),
        languages: Language::ALL.to_vec(),
        zones: vec![
            "Asia/Almaty",
            "Asia/Qyzylorda",
            "Asia/Aqtau",
            "Asia/Aqtobe",
            "Asia/Atyrau",
            "Asia/Oral",
            "Asia/Qostanay",
            "Asia/Bishkek",
            "Asia/Tashkent",
            "Europe/Moscow",
            "Europe/London",
            "UTC",
        ],
        currencies: vec!["KZT", "KGS", "UZS", "RUB", "USD", "EUR", "GBP", "CNY", "TRY", "JPY"],
        vat_rates: vat::rates().iter().map(vat_rate).collect(),
    }))
}

/// The first run.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SetUpInput {
    language: Language,
    store: SetUpStore,
    admin: SetUpAdmin,
    /// A demo store: goods, people and three months of sales are made in the background.
    #[serde(default)]
    demo: bool,
}

/// The store at its first run.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SetUpStore {
    name: String,
    #[serde(default)]
    bin: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    phone: String,
    zone: String,
    currency: String,
    /// The VAT rate of its goods; `none` when it pays no VAT.
    #[serde(default)]
    vat_rate: Option<String>,
}

/// The administrator at the first run.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SetUpAdmin {
    name: String,
    phone: String,
    password: String,
    pin: Option<String>,
}

/// The first run is done.
#[derive(Debug, Serialize, ToSchema)]
struct SetUpDone {
    session: SessionShape,
    /// The sheet that opens this hub's backups: to be printed now.
    #[serde(flatten)]
    recovery: RecoverySheet,
}

async fn set_up(State(app): State<App>, peer: Peer, secured: Secured, command: Command<SetUpInput>) -> Result<Response, Problem> {
    let done = app.read_now(|read| Ok(read.row("SELECT 1 FROM user LIMIT 1", &[])?.is_some()))?;
    let token = token_of(&app, &command);
    let input = command.input.clone();
    if !done {
        let mut settings = Settings::opening(input.language, input.store.zone, input.store.currency);
        settings.store.name = input.store.name;
        settings.store.bin = input.store.bin;
        settings.store.address = input.store.address;
        settings.store.phone = input.store.phone;
        settings.vat_rate = input.store.vat_rate;
        settings.demo = input.demo && app.role() == Role::Store;
        let admin = input.admin;
        let making = app.clone();
        let (request, _) = command.request.0;
        let words = Words::make(app.chance.as_ref());
        let key = words.sheet();
        let made_ms = app.clock.now_ms();
        let holding = app.clone();
        let person = SetUp { settings, name: admin.name, phone: admin.phone, password: admin.password, pin: admin.pin };
        let ready = app.aside(move || commands::set_up(&making, person)).await??;
        let sign_in = commands::sign_in;
        let session_token = token.clone();
        let caller = command.caller(&app);
        app.run(caller, move |tx| {
            let user = ready(tx)?;
            tx.caller.by = Some(user);
            recovery::record(tx, &key)?;
            holding.recovery.hold(Fresh { request, by: user, words, made_ms });
            sign_in(SignIn { user, token: session_token, till: None, source: peer.0.to_string(), attempt: None })(tx)
        })
        .await?;
        app.settings_changed()?;
        app.sessions.forget();
    }
    let session = app.read_now(|read| Ok(sessions::by_token(read, &sessions::token_hash(&token))?))?.ok_or_else(|| SETUP_DONE.refuse())?;
    Ok(with_cookie(
        &token,
        secured,
        Json(SetUpDone { session: shape(&app, session.id)?, recovery: sheet::shown(&app, command.request.0.0) }),
    ))
}

/// Phone and password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SignInInput {
    phone: String,
    password: String,
    till_id: Option<Id>,
}

/// A repeat of the same request gets the same cookie: the token follows from the request's id and the hub's key.
fn token_of<T>(app: &App, command: &Command<T>) -> String {
    let (id, digest) = command.request.0;
    let mut hasher = blake3::Hasher::new_keyed(&app.key.derive("duken session token 1"));
    hasher.update(id.as_bytes()).update(&digest.to_le_bytes());
    hasher.finalize().to_hex().to_string()
}

fn with_cookie(token: &str, Secured(secured): Secured, body: impl IntoResponse) -> Response {
    let age_s = sessions::LIFE_MS / 1000;
    let secure = if secured { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_s}{secure}");
    let mut response = body.into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The till that a device remembers, while there is such a till: one that was put away or is another hub's keeps nobody out,
/// the device then works as none.
fn usable_till(app: &App, remembered: Option<Id>) -> Result<Option<i64>, Problem> {
    let Some(Id(till)) = remembered else { return Ok(None) };
    let found = app.read_now(|read| Ok(crate::tills::find(read, till)?))?;
    Ok(found.filter(|till| !till.archived).map(|till| till.id))
}

async fn sign_in(State(app): State<App>, peer: Peer, secured: Secured, command: Command<SignInInput>) -> Result<Response, Problem> {
    let token = token_of(&app, &command);
    if let Some(session) = app.read_now(|read| Ok(sessions::by_token(read, &sessions::token_hash(&token))?))? {
        return Ok(with_cookie(&token, secured, Json(shape(&app, session.id)?)));
    }
    let digits = phone_digits(&command.input.phone).unwrap_or_default();
    let user = app.read_now(|read| Ok(queries::user_by_phone(read, &digits)?))?;
    let account = user.as_ref().map_or_else(|| format!("phone:{digits}"), |user| format!("user:{}", user.id));
    let attempt = Attempt::at_account("sign_in", &account, peer.0);
    let password = command.input.password.clone();
    password::look(&app, &attempt, user.as_ref().map(|user| user.id), password).await?;
    let user = user.ok_or_else(|| WRONG_PASSWORD.refuse())?;
    if !user.card.active {
        app.run(app.own_caller().to_close(), attempt.failed(DISABLED)).await?;
        return Err(DISABLED.refuse().into());
    }
    let till = usable_till(&app, command.input.till_id)?;
    let input = SignIn { user: user.id, token: token.clone(), till, source: peer.0.to_string(), attempt: Some(attempt) };
    let session = app.run(command.caller(&app).to_close(), commands::sign_in(input)).await?;
    Ok(with_cookie(&token, secured, Json(shape(&app, session)?)))
}

async fn show(State(app): State<App>, actor: Actor) -> Answer<SessionShape> {
    Ok(Json(shape(&app, actor.session.unwrap_or(0))?))
}

async fn sign_out(State(app): State<App>, command: Command<Nothing>) -> Result<Response, Problem> {
    app.run(command.caller(&app).to_close(), commands::end_session(command.actor.clone(), command.actor.session.unwrap_or(0))).await?;
    app.sessions.forget();
    let mut response = StatusCode::NO_CONTENT.into_response();
    let gone = HeaderValue::from_static("duken_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

async fn lock(State(app): State<App>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    app.run(command.caller(&app).to_close(), commands::change_session(command.actor.session.unwrap_or(0), SessionChange::Locked)).await?;
    app.sessions.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A PIN; of whom, when another person takes over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct UnlockInput {
    user_id: Option<Id>,
    pin: String,
    till_id: Option<Id>,
}

async fn pin(State(app): State<App>, peer: Peer, command: Command<UnlockInput>) -> Answer<SessionShape> {
    let session = command.actor.session.unwrap_or(0);
    let user = command.input.user_id.map(|id| id.0).or(command.actor.user).unwrap_or(0);
    let attempt = Attempt::at_pin(session, user, peer.0);
    app.run(app.own_caller().to_close(), attempt.clone().begin()).await?;
    let made = verifier::of_pin(&app.key, &command.input.pin);
    let (active, fits) = app.read_now(|read| {
        let kept = duken_kernel::vault::read_secret(read, &app.key, &format!("pin:{user}"))?;
        let active = queries::find_user(read, user)?.is_some_and(|user| user.card.active);
        Ok((active, kept.is_some_and(|kept| verifier::same(&kept, &made))))
    })?;
    if !fits {
        app.run(app.own_caller().to_close(), attempt.failed(WRONG_PIN)).await?;
        return Err(WRONG_PIN.refuse().field("pin").into());
    }
    if !active {
        return Err(DISABLED.refuse().into());
    }
    let till = usable_till(&app, command.input.till_id)?;
    app.run(command.caller(&app).to_close(), move |tx| {
        attempt.succeeded(tx)?;
        commands::change_session(session, SessionChange::Person(user))(tx)?;
        match till {
            Some(till) => commands::change_session(session, SessionChange::Till(Some(till)))(tx),
            None => Ok(session),
        }
    })
    .await?;
    app.sessions.forget();
    Ok(Json(shape(&app, session)?))
}

/// A person for the switcher.
#[derive(Debug, Serialize, ToSchema)]
struct PersonWithPin {
    id: Id,
    name: String,
    role_names: Vec<Names>,
}

async fn people(State(app): State<App>) -> Answer<Vec<PersonWithPin>> {
    let people = app
        .read(|read| {
            let mut people = Vec::new();
            for user in queries::users(read)? {
                if user.card.active && has_pin(read, user.id)? {
                    people.push(PersonWithPin {
                        id: Id(user.id),
                        name: user.card.name,
                        role_names: queries::role_names(read, &user.card.role_ids)?,
                    });
                }
            }
            Ok(people)
        })
        .await?;
    Ok(Json(people))
}

/// A language.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct LanguageInput {
    language: Language,
}

async fn language(State(app): State<App>, command: Command<LanguageInput>) -> Answer<SessionShape> {
    let session = command.actor.session.unwrap_or(0);
    app.run(command.caller(&app), commands::change_session(session, SessionChange::Language(command.input.language))).await?;
    Ok(Json(shape(&app, session)?))
}

/// A till.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct DeviceTillInput {
    till_id: Option<Id>,
}

async fn till(State(app): State<App>, command: Command<DeviceTillInput>) -> Answer<SessionShape> {
    let session = command.actor.session.unwrap_or(0);
    let till = command.input.till_id.map(|id| id.0);
    app.run(command.caller(&app).to_close(), move |tx| {
        if let Some(till) = till {
            crate::tills::find(tx, till)?.ok_or_else(|| crate::web::CARD_NOT_FOUND.refuse().field("till_id"))?;
        }
        commands::change_session(session, SessionChange::Till(till))(tx)
    })
    .await?;
    app.sessions.forget();
    Ok(Json(shape(&app, session)?))
}
