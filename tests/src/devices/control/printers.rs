//! `/control/printers/{id}`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refused;
use super::{Devices, Shared};
use crate::devices::paper::Bitmap;
use crate::devices::printer::{Printer, PrinterAddress, Receipt};
use crate::devices::reader;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(one))
        .route("/modes", post(set_modes))
        .route("/receipts", get(receipts).delete(clear))
        .route("/receipts/{name}", get(receipt))
        .route("/find", post(find))
        .route("/hanging.png", get(hanging))
        .route("/drawer", post(drawer))
}

/// A printer without the texts of its receipts.
pub(super) fn describe(id: &str, printer: &Printer) -> Value {
    let modes = printer.modes();
    let (bytes_taken, connections) = printer.traffic();
    let receipts: Vec<Value> = printer.receipts().iter().rev().take(60).map(|receipt| brief(receipt)).collect();
    let hanging = printer.hanging();
    json!({
        "id": id,
        "address": match printer.address() {
            PrinterAddress::Tcp(address) => address.to_string(),
            PrinterAddress::Serial(path) => path.display().to_string(),
        },
        "off_line": modes.is_off_line(),
        "modes": modes,
        "cut_total": printer.cut_total(),
        "receipts": receipts,
        "hanging": {"rows": hanging.dots.height(), "text": hanging.text()},
        "drawer": printer.drawer(),
        "bytes_taken": bytes_taken,
        "connections": connections,
    })
}

fn brief(receipt: &Receipt) -> Value {
    json!({
        "number": receipt.number,
        "at": receipt.at,
        "width": receipt.sheet.dots.width(),
        "height": receipt.sheet.dots.height(),
        "complaints": receipt.sheet.complaints,
    })
}

fn whole(receipt: &Receipt) -> Value {
    let mut value = brief(receipt);
    value["text"] = json!(receipt.text());
    value["items"] = json!(receipt.sheet.items);
    value["qr_codes"] = json!(receipt.qr_codes());
    value
}

fn printer<'a>(devices: &'a Devices, id: &str) -> Result<&'a Printer, Refused> {
    let found = devices.printers.iter().find(|(name, _)| name == id);
    found.map(|(_, printer)| printer).ok_or_else(|| Refused::missing(&format!("printer {id:?}")))
}

async fn one(State(devices): State<Shared>, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    Ok(Json(describe(&id, printer(&devices, &id)?)))
}

async fn set_modes(State(devices): State<Shared>, Path(id): Path<String>, Json(changes): Json<Value>) -> Result<Json<Value>, Refused> {
    let modes = printer(&devices, &id)?.set_json(&changes).map_err(Refused::Wrong)?;
    Ok(Json(json!(modes)))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    count: u64,
    #[serde(default)]
    wait_s: u64,
}

async fn receipts(State(devices): State<Shared>, Path(id): Path<String>, Query(wanted): Query<Wanted>) -> Result<Json<Value>, Refused> {
    let printer = printer(&devices, &id)?;
    let mut changes = printer.changes();
    let enough = changes.wait_for(|_| printer.cut_total() >= wanted.count);
    // Too few in time: the caller sees it in `cut_total`.
    let _ = tokio::time::timeout(Duration::from_secs(wanted.wait_s.min(60)), enough).await;
    let receipts: Vec<Value> = printer.receipts().iter().map(|receipt| whole(receipt)).collect();
    Ok(Json(json!({"cut_total": printer.cut_total(), "receipts": receipts})))
}

async fn clear(State(devices): State<Shared>, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    printer(&devices, &id)?.clear_receipts();
    Ok(Json(json!({"done": true})))
}

async fn receipt(State(devices): State<Shared>, Path((id, name)): Path<(String, String)>) -> Result<Response, Refused> {
    let (number, kind) = name.split_once('.').unwrap_or((&name, "json"));
    let receipt = find_receipt(printer(&devices, &id)?, number)?;
    Ok(match kind {
        "json" => Json(whole(&receipt)).into_response(),
        "png" => typed("image/png", receipt.png()),
        "bin" => typed("application/octet-stream", receipt.raw().to_vec()),
        "read" => Json(json!({ "lines": reader::read(&receipt.sheet.dots) })).into_response(),
        "txt" => typed("text/plain; charset=utf-8", receipt.text().into_bytes()),
        _ => return Err(Refused::missing(&format!("form {kind:?} of a receipt"))),
    })
}

fn find_receipt(printer: &Printer, number: &str) -> Result<Arc<Receipt>, Refused> {
    let found = match number {
        "latest" => printer.receipts().last().cloned(),
        number => number.parse().ok().and_then(|number| printer.receipt(number)),
    };
    found.ok_or_else(|| Refused::missing(&format!("receipt {number}")))
}

fn typed(kind: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

async fn find(State(devices): State<Shared>, Path(id): Path<String>, picture: Bytes) -> Result<Json<Value>, Refused> {
    let wanted = Bitmap::from_png(&picture).map_err(|error| Refused::Wrong(format!("the body is no PNG: {error}")))?;
    let receipts = printer(&devices, &id)?.receipts();
    let found: Vec<u64> = receipts.iter().filter(|receipt| receipt.contains(&wanted)).map(|receipt| receipt.number).collect();
    Ok(Json(json!({"found": found})))
}

async fn hanging(State(devices): State<Shared>, Path(id): Path<String>) -> Result<Response, Refused> {
    Ok(typed("image/png", printer(&devices, &id)?.hanging().dots.to_png()))
}

#[derive(Deserialize)]
struct Hand {
    open: bool,
}

async fn drawer(State(devices): State<Shared>, Path(id): Path<String>, Json(hand): Json<Hand>) -> Result<Json<Value>, Refused> {
    let printer = printer(&devices, &id)?;
    if hand.open {
        printer.open_drawer()
    } else {
        printer.close_drawer()
    }
    Ok(Json(json!(printer.drawer())))
}
