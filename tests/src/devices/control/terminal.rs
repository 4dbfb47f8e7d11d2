//! `/control/terminal`.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refused;
use super::{Devices, Shared};
use crate::devices::terminal::{Buyer, Outcome, Terminal, TerminalModes, TerminalState};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(one))
        .route("/modes", post(set_modes))
        .route("/next", post(next))
        .route("/decide", post(decide))
        .route("/settle", post(settle))
        .route("/allow", post(allow))
        .route("/deny", post(deny))
        .route("/expire-tokens", post(expire_tokens))
        .route("/advance-clock", post(advance_clock))
        .route("/charges", get(charges))
        .route("/ca.pem", get(ca))
}

/// The terminal with only the latest of its long lists, for the page.
pub(super) fn describe(terminal: &Terminal) -> Value {
    let mut state = terminal.state();
    keep_last(&mut state.calls, 20);
    keep_last(&mut state.processes, 20);
    keep_last(&mut state.charges, 20);
    let options = terminal.options();
    json!({
        "address": terminal.socket().to_string(),
        "host": terminal.host_name(),
        "store_name": options.store_name,
        "state": state,
    })
}

fn keep_last<T>(list: &mut Vec<T>, count: usize) {
    let surplus = list.len().saturating_sub(count);
    list.drain(..surplus);
}

fn terminal(devices: &Devices) -> Result<&Terminal, Refused> {
    devices.terminal.as_ref().ok_or_else(|| Refused::missing("terminal"))
}

async fn one(State(devices): State<Shared>) -> Result<Json<TerminalState>, Refused> {
    Ok(Json(terminal(&devices)?.state()))
}

async fn set_modes(State(devices): State<Shared>, Json(changes): Json<Value>) -> Result<Json<TerminalModes>, Refused> {
    terminal(&devices)?.set_json(&changes).map(Json).map_err(Refused::Wrong)
}

async fn next(State(devices): State<Shared>, Json(buyer): Json<Buyer>) -> Result<Json<Value>, Refused> {
    terminal(&devices)?.next(buyer);
    done(true)
}

async fn decide(State(devices): State<Shared>, Json(buyer): Json<Buyer>) -> Result<Json<Value>, Refused> {
    done(terminal(&devices)?.decide(buyer))
}

#[derive(Deserialize)]
struct Settled {
    process_id: u64,
    outcome: Outcome,
}

async fn settle(State(devices): State<Shared>, Json(settled): Json<Settled>) -> Result<Json<Value>, Refused> {
    terminal(&devices)?.settle(settled.process_id, settled.outcome);
    done(true)
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

async fn allow(State(devices): State<Shared>, Json(till): Json<Named>) -> Result<Json<Value>, Refused> {
    done(terminal(&devices)?.allow(till.name.as_deref()))
}

async fn deny(State(devices): State<Shared>, Json(till): Json<Named>) -> Result<Json<Value>, Refused> {
    done(terminal(&devices)?.deny(till.name.as_deref()))
}

async fn expire_tokens(State(devices): State<Shared>) -> Result<Json<Value>, Refused> {
    terminal(&devices)?.expire_tokens();
    done(true)
}

#[derive(Deserialize)]
struct Ahead {
    seconds: u32,
}

async fn advance_clock(State(devices): State<Shared>, Json(ahead): Json<Ahead>) -> Result<Json<Value>, Refused> {
    terminal(&devices)?.advance_clock(SignedDuration::from_secs(ahead.seconds.into()));
    done(true)
}

async fn charges(State(devices): State<Shared>) -> Result<Json<Value>, Refused> {
    let terminal = terminal(&devices)?;
    Ok(Json(json!({"charges": terminal.charges(), "charged_total": terminal.charged_total()})))
}

async fn ca(State(devices): State<Shared>) -> Result<impl IntoResponse, Refused> {
    let pem = terminal(&devices)?.ca_pem().to_owned();
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], pem))
}

fn done(done: bool) -> Result<Json<Value>, Refused> {
    Ok(Json(json!({"done": done})))
}
