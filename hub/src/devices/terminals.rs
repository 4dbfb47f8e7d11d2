//! Calls to payment terminals: their address, protection and tokens.
//!
//! Tokens live a day. They are refreshed with an hour to spare, and the new pair is on disk before it is used, because
//! the old one is dead by then. A 403 is answered by one refresh and one repetition: the terminal did nothing.
//!
//! A date is a hint, a 403 is a fact: where the terminal's clock is wrong, its date unreadable or its tokens short-lived,
//! a pair that came by a refresh is used until it is refused or has an age. Otherwise each call would bring a new pair.

use std::net::SocketAddr;

use duken_kernel::Reject;
use duken_kernel::vault::{keep_secret, read_secret};
use duken_kernel::writer::Notice;
use duken_protocol::device::{
    Connection, DeviceKind, DeviceState, Job, KaspiAnswer, KaspiCall, KaspiError, KaspiTarget, KaspiTokens, Outcome, Protection,
    TerminalIdentity, Work,
};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::drivers::open_gate;
use super::log::{self, Level};
use super::model::Device;
use super::{commands, queries, search};
use crate::hub::App;

/// The topic on which saved cards of terminals move.
pub(super) const TOPIC: &str = "terminal.saved";

/// Refreshed when less than this is left.
const SPARE_MIN: i64 = 60;
/// A pair that came by a refresh is not given up for its date before this age.
const AGE_MIN_MS: i64 = 30 * 60_000;
/// After a refresh that did not succeed the next one for the date's sake waits so long.
const RETRY_MS: i64 = 60_000;
/// More refreshes than this in a minute do not help: the terminal refuses whatever it gave.
const REFRESHES_PER_MINUTE: usize = 6;
/// A new pair that comes later than so many seconds after it was asked for is not known again.
const LATE_S: i64 = 6 * 3_600;
/// A call that begins a movement of money must not begin later than this.
const START_VALID_MS: u32 = 15_000;

/// What the hub keeps sealed for a terminal.
#[derive(Clone, Serialize, Deserialize)]
struct Registration {
    /// The name under which the terminal knows this till.
    till_name: String,
    tokens: KaspiTokens,
    /// The terminal refused these tokens: a person has to register again.
    #[serde(default)]
    refused: bool,
    /// When the tokens came, milliseconds since 1970 UTC.
    #[serde(default)]
    since_ms: i64,
    /// They came by a refresh, not by a registration.
    #[serde(default)]
    by_refresh: bool,
}

fn secret_id(device: i64) -> String {
    format!("terminal:{device}")
}

fn registration(app: &App, device: i64) -> Result<Option<Registration>, Reject> {
    let bytes = app.read_now(|read| Ok(read_secret(read, &app.key, &secret_id(device))?))?;
    Ok(bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose()?)
}

/// Whether a terminal needs a person to register it (again).
///
/// # Errors
/// The engine's.
pub fn needs_registration(app: &App, device: &Device) -> Result<bool, Reject> {
    if device.card.kind != DeviceKind::Terminal || device.card.protection == Some(Protection::Http) {
        return Ok(false);
    }
    Ok(registration(app, device.id)?.is_none_or(|known| known.refused))
}

async fn keep(app: &App, device: i64, registration: Registration) -> Result<(), Reject> {
    let keeping = app.clone();
    let plain = serde_json::to_vec(&registration)?;
    let code = if registration.refused { "register_again" } else { "tokens" };
    app.run(app.own_caller(), move |tx| {
        keep_secret(tx.engine(), &keeping.key, tx.chance(), &secret_id(device), &plain)?;
        let level = if code == "tokens" { Level::Info } else { Level::Error };
        log::keep(tx, device, level, code, &json!({}))?;
        tx.notify("devices", json!({ "device": device.to_string() }));
        Ok(device)
    })
    .await?;
    Ok(())
}

fn unsent(reject: &Reject) -> KaspiError {
    KaspiError::NeverSent { detail: reject.to_string() }
}

/// Tries of one call: the second after the token was refreshed, the third after the terminal was found elsewhere. Each is
/// made only when the terminal certainly did nothing at the one before.
pub const TRIES: u8 = 3;

/// The name of the job that makes a try of a start call. It follows from what is started (`seed`), so that an answer that
/// comes late is known again, and a driver that has it already never begins it a second time.
#[must_use]
pub fn start_job(app: &App, seed: &str, try_number: u8) -> Uuid {
    let hash = blake3::keyed_hash(&app.key.derive("duken terminal start 1"), format!("{seed}:{try_number}").as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// What a start call brought is on disk: whoever made its tries may forget them.
pub fn start_stored(app: &App, device: i64, seed: &str) {
    let Ok(card) = in_use(app, device) else { return };
    for number in 0..TRIES {
        app.devices.stored(card.card.agent, start_job(app, seed, number));
    }
}

/// Calls a terminal in use. `seed` names what a start call starts; none for questions.
///
/// # Errors
/// What the terminal or the way to it answered; a terminal that is not registered is not called.
pub async fn call(app: &App, device: i64, call: KaspiCall, seed: Option<&str>) -> Result<KaspiAnswer, KaspiError> {
    let card = in_use(app, device)?;
    let name = |try_number: u8| seed.map_or_else(|| attempt_id(app), |seed| start_job(app, seed, try_number));
    let (answer, token) = call_with_token(app, &card, &call, name).await?;
    // Nobody there, or somebody else: it may have moved. Nothing has happened, so the call may be made once more. One that
    // says "I do not know you" is a terminal, and a person has to look at it.
    let elsewhere = matches!(answer, Err(KaspiError::NeverSent { .. } | KaspiError::NotTrusted { .. }));
    if elsewhere && search::found_again(app, &card).await {
        let card = in_use(app, device)?;
        return submit(app, &card, token, call, name(2)).await;
    }
    if let (Err(KaspiError::NotRegistered), Some(token)) = (&answer, token) {
        refused(app, device, &token).await;
        look_elsewhere(app, card);
    }
    answer
}

/// Calls a terminal at its address with the token of the moment, and once more when that has run out. The last answer, and
/// the token it was given to; none without protection.
///
/// # Errors
/// The call was not made: there is no registration, or no new token.
async fn call_with_token(
    app: &App,
    card: &Device,
    call: &KaspiCall,
    name: impl Fn(u8) -> Uuid,
) -> Result<(Result<KaspiAnswer, KaspiError>, Option<String>), KaspiError> {
    if card.card.protection == Some(Protection::Http) {
        return Ok((submit(app, card, None, call.clone(), name(0)).await, None));
    }
    let mut token = fresh_token(app, card).await?;
    let mut answer = submit(app, card, Some(token.clone()), call.clone(), name(0)).await;
    if answer == Err(KaspiError::TokenExpired) && may_refresh_refused(app, card.id) {
        token = refresh(app, card, Some(&token)).await?;
        answer = submit(app, card, Some(token.clone()), call.clone(), name(1)).await;
    }
    Ok((answer, Some(token)))
}

/// The one that does not know us may be another, which has our terminal's address now. Nobody waits for the search; when
/// ours answers elsewhere by its tokens, they are good.
fn look_elsewhere(app: &App, card: Device) {
    let looking = app.clone();
    app.devices.spawn(async move {
        let app = looking;
        if !search::found_again(&app, &card).await {
            return;
        }
        match registration(&app, card.id) {
            Ok(Some(known)) => {
                app.devices.registry.change(card.id, |live| live.attention = None);
                if let Err(reject) = keep(&app, card.id, Registration { refused: false, ..known }).await {
                    tracing::error!(%reject, device = card.id, "a terminal that was found again could not be noted");
                }
            }
            Ok(None) => {}
            Err(reject) => tracing::error!(%reject, device = card.id, "the tokens of a terminal cannot be read"),
        }
    });
}

fn in_use(app: &App, device: i64) -> Result<Device, KaspiError> {
    let card = app.read_now(|read| Ok(queries::find(read, device)?)).map_err(|reject| unsent(&reject))?;
    let card = card.filter(|found| found.card.kind == DeviceKind::Terminal && !found.card.archived);
    card.ok_or_else(|| KaspiError::BadCall { detail: "the terminal is out of use".to_owned() })
}

/// Makes a call to a terminal at another address than its card's, with its tokens as they are.
///
/// # Errors
/// As [`call`]; nothing is refreshed or noted.
pub(super) async fn ask_at(app: &App, device: &Device, at: SocketAddr, call: KaspiCall) -> Result<KaspiAnswer, KaspiError> {
    let tokens = registration(app, device.id).map_err(|reject| unsent(&reject))?.map(|known| known.tokens.access_token);
    let mut there = device.clone();
    there.card.connection = Connection::network(at.to_string());
    let access_token = tokens.filter(|_| device.card.protection != Some(Protection::Http));
    answer_of(app.devices.submit(app, device.card.agent, job(&there, access_token, call, attempt_id(app))?, open_gate()).await)
}

/// A terminal that could not be reached, or that nobody has heard of since the start; none that waits for its registration.
pub(super) fn is_unheard(app: &App, device: i64) -> bool {
    let live = app.devices.registry.of(device);
    let unheard = live.report.is_none_or(|report| report.state == DeviceState::Offline);
    unheard && in_use(app, device).is_ok_and(|card| !needs_registration(app, &card).unwrap_or(true))
}

/// Asks a terminal at its address whether it is there: nobody has to take a payment to find that out, and nothing appears on
/// its screen. What comes of it its driver reports by itself. Whoever pays looks for one that moved; this does not.
pub(super) async fn ask_whether_there(app: &App, device: i64) {
    let Ok(card) = in_use(app, device) else { return };
    let asked = call_with_token(app, &card, &KaspiCall::DeviceInfo, |_| attempt_id(app)).await;
    if let Ok((Err(KaspiError::NotRegistered), Some(token))) = asked {
        refused(app, device, &token).await;
        look_elsewhere(app, card);
    }
}

/// The token for the next call, refreshed when its life is nearly over.
async fn fresh_token(app: &App, device: &Device) -> Result<String, KaspiError> {
    let known = registration(app, device.id).map_err(|reject| unsent(&reject))?.ok_or(KaspiError::NotRegistered)?;
    if known.refused {
        return Err(KaspiError::NotRegistered);
    }
    if !is_due(app, device.id, &known) {
        return Ok(known.tokens.access_token);
    }
    match refresh(app, device, Some(&known.tokens.access_token)).await {
        Ok(token) => Ok(token),
        // The terminal may still take the old token; if not, it says so and nothing happens.
        Err(KaspiError::NeverSent { .. }) => Ok(known.tokens.access_token),
        Err(error) => Err(error),
    }
}

/// Whether a pair is to be refreshed before it is used: its end is near by the store's own clock, or cannot be read. Once
/// at once for a pair that came by a registration, else no sooner than it has an age.
fn is_due(app: &App, device: i64, known: &Registration) -> bool {
    let now_ms = app.clock.now_ms();
    let ends = known.tokens.expires_local.as_deref().and_then(|text| text.parse::<DateTime>().ok());
    let ends = ends.and_then(|local| local.to_zoned(app.settings().zone()).ok());
    let lives = ends.is_some_and(|ends| (ends.timestamp().as_millisecond() - now_ms) / 60_000 > SPARE_MIN);
    let young = known.by_refresh && (0..AGE_MIN_MS).contains(&(now_ms - known.since_ms));
    let tried_ms = app.devices.registry.of(device).refresh_failed_ms;
    !lives && !young && tried_ms.is_none_or(|at| app.clock.running_ms() - at >= RETRY_MS)
}

/// Whether a refused pair may be refreshed: a terminal that refuses each pair it gives is not asked for ever.
fn may_refresh_refused(app: &App, device: i64) -> bool {
    let after_ms = app.clock.running_ms() - 60_000;
    app.devices.registry.of(device).refreshed_ms.iter().filter(|at| **at > after_ms).count() < REFRESHES_PER_MINUTE
}

/// Gets a new pair, unless somebody else did since `seen` was read; it is on disk before this returns.
///
/// # Errors
/// `NotRegistered` without a registration or when the terminal refuses; else what the way there answered.
pub async fn refresh(app: &App, device: &Device, seen: Option<&str>) -> Result<String, KaspiError> {
    let lock = app.devices.token_lock(device.id);
    let _one_at_a_time = lock.lock().await;
    let known = registration(app, device.id).map_err(|reject| unsent(&reject))?.ok_or(KaspiError::NotRegistered)?;
    if seen.is_some_and(|seen| seen != known.tokens.access_token) {
        return Ok(known.tokens.access_token);
    }
    let call = KaspiCall::Refresh { name: known.till_name.clone(), refresh_token: known.tokens.refresh_token.clone() };
    let id = refresh_job(app, device.id, &known, app.clock.now_ms() / 1_000);
    match submit(app, device, Some(known.tokens.access_token.clone()), call, id).await {
        Ok(KaspiAnswer::Tokens(tokens)) => {
            let token = tokens.access_token.clone();
            let since_ms = app.clock.now_ms();
            keep(app, device.id, Registration { tokens, refused: false, since_ms, by_refresh: true, ..known })
                .await
                .map_err(|reject| unsent(&reject))?;
            app.devices.stored(device.card.agent, id);
            let at_ms = app.clock.running_ms();
            app.devices.registry.change(device.id, |live| {
                live.refresh_failed_ms = None;
                live.refreshed_ms.retain(|before| at_ms - before < 60_000);
                live.refreshed_ms.push(at_ms);
            });
            Ok(token)
        }
        Ok(_) => {
            app.devices.stored(device.card.agent, id);
            refresh_failed(app, device.id);
            Err(KaspiError::NeverSent { detail: "the terminal answered another question".to_owned() })
        }
        Err(KaspiError::RegistrationRefused { .. } | KaspiError::NotRegistered | KaspiError::TokenExpired) => {
            refused(app, device.id, &known.tokens.access_token).await;
            app.devices.stored(device.card.agent, id);
            Err(KaspiError::NotRegistered)
        }
        // The call that needed the token was not made: for it, nothing was sent.
        Err(error) => {
            app.devices.stored(device.card.agent, id);
            refresh_failed(app, device.id);
            Err(KaspiError::NeverSent { detail: error.to_string() })
        }
    }
}

fn refresh_failed(app: &App, device: i64) {
    let at_ms = app.clock.running_ms();
    app.devices.registry.change(device, |live| live.refresh_failed_ms = Some(at_ms));
}

/// The name of the job that refreshes this pair in this second (since 1970 UTC).
fn refresh_job(app: &App, device: i64, known: &Registration, second: i64) -> Uuid {
    start_job(app, &format!("refresh:{device}:{}:{second}", known.tokens.refresh_token), 0)
}

/// Takes in a new pair whose answer comes late, from an agent that was cut off: the old one is dead. True when it is one.
///
/// # Errors
/// The engine's.
pub(super) async fn late_tokens(app: &App, agent: i64, job: Uuid, outcome: &Outcome) -> Result<bool, Reject> {
    let Outcome::Kaspi { answer: KaspiAnswer::Tokens(tokens) } = outcome else { return Ok(false) };
    let own = app.read_now(|read| Ok(queries::devices(read)?))?.into_iter().filter(|device| device.card.agent == Some(agent));
    let now_s = app.clock.now_ms() / 1_000;
    for device in own {
        let asked = |known: &Registration| (now_s - LATE_S..=now_s).rev().any(|at| refresh_job(app, device.id, known, at) == job);
        if let Some(known) = registration(app, device.id)?.filter(asked) {
            let since_ms = app.clock.now_ms();
            keep(app, device.id, Registration { tokens: tokens.clone(), refused: false, since_ms, by_refresh: true, ..known }).await?;
            app.devices.registry.change(device.id, |live| live.attention = None);
            return Ok(true);
        }
    }
    Ok(false)
}

/// The terminal does not know these tokens: a person has to register again.
async fn refused(app: &App, device: i64, token: &str) {
    let Ok(Some(known)) = registration(app, device) else { return };
    if known.refused || known.tokens.access_token != token {
        return;
    }
    app.devices.registry.change(device, |live| live.attention = Some("register_again"));
    if let Err(reject) = keep(app, device, Registration { refused: true, ..known }).await {
        tracing::error!(%reject, device, "a refused registration could not be noted");
    }
}

async fn submit(app: &App, device: &Device, access_token: Option<String>, call: KaspiCall, id: Uuid) -> Result<KaspiAnswer, KaspiError> {
    let answer = answer_of(app.devices.submit(app, device.card.agent, job(device, access_token, call, id)?, open_gate()).await);
    let now_ms = app.clock.now_ms();
    app.devices.registry.change(device.id, |live| match &answer {
        Ok(_) => live.seen_ms = Some(now_ms),
        Err(error) => {
            let params = Map::from_iter([("detail".to_owned(), Json::from(error.to_string()))]);
            live.note(now_ms, Level::Warning, "terminal_error", params);
        }
    });
    answer
}

fn job(device: &Device, access_token: Option<String>, call: KaspiCall, id: Uuid) -> Result<Job, KaspiError> {
    let address = match &device.card.connection {
        Connection::Network { address } => address.clone(),
        _ => return Err(KaspiError::BadCall { detail: "a terminal is reached by the network".to_owned() }),
    };
    let target = KaspiTarget {
        address,
        protection: device.card.protection.clone().unwrap_or_default(),
        access_token,
        terminal_id: device.card.terminal_id.clone(),
    };
    let moves_money = matches!(call, KaspiCall::Payment { .. } | KaspiCall::Refund { .. });
    Ok(Job {
        id,
        device_id: device.id.to_string(),
        valid_for_ms: moves_money.then_some(START_VALID_MS),
        work: Work::Kaspi { target, call },
    })
}

/// The terminal's answer out of the outcome of the job that asked it.
///
/// # Errors
/// The terminal's, or what the way to it says about the money.
pub fn answer_of(outcome: Outcome) -> Result<KaspiAnswer, KaspiError> {
    match outcome {
        Outcome::Kaspi { answer } => Ok(answer),
        Outcome::KaspiFailed { error } => Err(error),
        Outcome::NotPrinted { reason, detail } | Outcome::Failed { reason, detail } => {
            Err(KaspiError::NeverSent { detail: format!("{} {detail}", reason.code()) })
        }
        Outcome::Unknown { reason, detail } => Err(KaspiError::AnswerLost { detail: format!("{} {detail}", reason.code()) }),
        Outcome::Printed { .. } | Outcome::Done | Outcome::State { .. } => {
            Err(KaspiError::Unreadable { detail: "the driver answered another question".to_owned() })
        }
    }
}

/// Makes this till known to a terminal: waits until a person presses a button there, then keeps the tokens and asks which
/// terminal it is.
///
/// # Errors
/// What the terminal or the way to it answered; a terminal that is out of use or unprotected is not called.
pub async fn register(app: &App, device: i64, till_name: String) -> Result<(), KaspiError> {
    let card = in_use(app, device)?;
    if card.card.protection == Some(Protection::Http) {
        return Err(KaspiError::BadCall { detail: "protection is off at the terminal".to_owned() });
    }
    let id = attempt_id(app);
    let answer = submit(app, &card, None, KaspiCall::Register { name: till_name.clone() }, id).await;
    match answer {
        Ok(KaspiAnswer::Tokens(tokens)) => {
            let since_ms = app.clock.now_ms();
            let registration = Registration { till_name, tokens, refused: false, since_ms, by_refresh: false };
            keep(app, device, registration).await.map_err(|reject| unsent(&reject))?;
            app.devices.stored(card.card.agent, id);
            app.devices.registry.change(device, |live| live.attention = None);
            match identify(app, device).await {
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, device, "a registered terminal does not say which it is"),
            }
            Ok(())
        }
        Ok(_) => {
            app.devices.stored(card.card.agent, id);
            Err(KaspiError::Unreadable { detail: "the terminal answered another question".to_owned() })
        }
        Err(error) => {
            app.devices.stored(card.card.agent, id);
            Err(error)
        }
    }
}

/// Asks a terminal that was just saved which one it is, in the background: its id goes along with later questions, and by
/// its serial number it is found again when its address changes. One that has to be registered first is asked then.
pub(super) fn saved(app: &App, notice: &Notice) {
    let Some(device) = notice.payload["device"].as_str().and_then(|id| id.parse().ok()) else { return };
    let asking = app.clone();
    app.devices.spawn(async move {
        let app = asking;
        let card = match in_use(&app, device) {
            Ok(card) => card,
            Err(_) => return,
        };
        if needs_registration(&app, &card).unwrap_or(true) {
            return;
        }
        if let Err(error) = identify(&app, device).await {
            tracing::info!(%error, device, "a saved terminal does not say which it is");
        }
    });
}

/// Asks a terminal which one it is; its serial number and id go onto its card.
///
/// # Errors
/// As [`call`].
pub async fn identify(app: &App, device: i64) -> Result<TerminalIdentity, KaspiError> {
    let KaspiAnswer::Device(identity) = call(app, device, KaspiCall::DeviceInfo, None).await? else {
        return Err(KaspiError::Unreadable { detail: "the terminal answered another question".to_owned() });
    };
    let noting = commands::note_identity(device, identity.clone());
    app.run(app.own_caller(), noting).await.map_err(|reject| unsent(&reject))?;
    Ok(identity)
}

/// Names an attempt of a job.
#[must_use]
pub fn attempt_id(app: &App) -> Uuid {
    let mut bytes = [0_u8; 16];
    app.chance.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
