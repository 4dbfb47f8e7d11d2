//! `/control/scanner`.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refused;
use super::{Devices, Shared};
use crate::devices::scanner::{ScanForm, ScanOutcome, Scanner, ScannerState};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(one))
        .route("/scan", post(scan))
        .route("/burst", post(burst))
        .route("/partial", post(partial))
        .route("/plug", post(plug))
        .route("/unplug", post(unplug))
}

fn scanner(devices: &Devices) -> Result<&Scanner, Refused> {
    devices.scanner.as_ref().ok_or_else(|| Refused::missing("scanner"))
}

fn outcome(outcome: ScanOutcome) -> Json<Value> {
    Json(json!({"outcome": outcome}))
}

async fn one(State(devices): State<Shared>) -> Result<Json<ScannerState>, Refused> {
    Ok(Json(scanner(&devices)?.state()))
}

#[derive(Deserialize)]
struct Scan {
    #[serde(default)]
    code: String,
    /// Bytes that are no text, two digits each; sent after `code`.
    #[serde(default)]
    hex: String,
    #[serde(flatten)]
    form: ScanForm,
}

async fn scan(State(devices): State<Shared>, Json(scan): Json<Scan>) -> Result<Json<Value>, Refused> {
    let mut bytes = scan.code.into_bytes();
    bytes.extend(from_hex(&scan.hex).ok_or_else(|| Refused::Wrong("`hex` is not made of pairs of hex digits".to_owned()))?);
    if bytes.is_empty() {
        return Err(Refused::Wrong("nothing to scan: give `code` or `hex`".to_owned()));
    }
    Ok(outcome(scanner(&devices)?.scan_as(&bytes, &scan.form).await))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[derive(Deserialize)]
struct Burst {
    codes: Vec<String>,
}

async fn burst(State(devices): State<Shared>, Json(burst): Json<Burst>) -> Result<Json<Value>, Refused> {
    let codes: Vec<&str> = burst.codes.iter().map(String::as_str).collect();
    Ok(outcome(scanner(&devices)?.burst(&codes).await))
}

#[derive(Deserialize)]
struct Partial {
    code: String,
    bytes: usize,
}

async fn partial(State(devices): State<Shared>, Json(part): Json<Partial>) -> Result<Json<Value>, Refused> {
    Ok(outcome(scanner(&devices)?.scan_part_then_unplug(&part.code, part.bytes).await))
}

async fn plug(State(devices): State<Shared>) -> Result<Json<ScannerState>, Refused> {
    let scanner = scanner(&devices)?;
    scanner.plug().map_err(|error| Refused::Wrong(error.to_string()))?;
    Ok(Json(scanner.state()))
}

async fn unplug(State(devices): State<Shared>) -> Result<Json<ScannerState>, Refused> {
    let scanner = scanner(&devices)?;
    scanner.unplug();
    Ok(Json(scanner.state()))
}
