//! The page of the simulated devices, and the JSON interface that it and the tests use.
//!
//! Under `/control`; bodies are JSON, errors are `{"error": "a sentence"}` with 404 or 422.
//!
//! | call | what it does |
//! |---|---|
//! | `GET state?after=V&wait_s=25` | all devices; with `after` it answers when the version passed V, or after `wait_s` |
//! | `GET printers/{id}` | one printer; `id` is `lan` or `serial` |
//! | `POST printers/{id}/modes` | any fields of [`PrinterModes`](super::printer::PrinterModes); answers all |
//! | `GET printers/{id}/receipts?count=N&wait_s=20` | receipts with their text; waits until N were cut in all |
//! | `GET printers/{id}/receipts/{n}` | one receipt (`latest` too); with `.png`, `.bin`, `.txt` its picture, bytes, text |
//! | `POST printers/{id}/find` | a PNG; answers the numbers of receipts that show it dot for dot |
//! | `DELETE printers/{id}/receipts` | throws them away |
//! | `GET printers/{id}/hanging.png` | the paper that was not cut |
//! | `POST printers/{id}/drawer` | `{"open": bool}`: a person's hand |
//! | `GET terminal` | [`TerminalState`](super::terminal::TerminalState) |
//! | `POST terminal/modes` | any fields of [`TerminalModes`](super::terminal::TerminalModes); answers all |
//! | `POST terminal/next`, `terminal/decide` | a [`Buyer`](super::terminal::Buyer): the next one, or the one who stands there |
//! | `POST terminal/settle` | `{"process_id", "outcome"}`: clears up an unknown operation |
//! | `POST terminal/allow`, `terminal/deny` | `{"name"?}`: «Разрешить», «Запретить» |
//! | `POST terminal/expire-tokens`, `terminal/advance-clock` | `{}`, `{"seconds"}` |
//! | `GET terminal/charges`, `terminal/ca.pem` | the bank's ledger, the authority's certificate |
//! | `GET scanner` | [`ScannerState`](super::scanner::ScannerState) |
//! | `POST scanner/scan` | `{"code" or "hex", "aim"?, "suffix"?, "byte_delay_ms"?}` |
//! | `POST scanner/burst`, `scanner/partial`, `scanner/plug`, `scanner/unplug` | `{"codes"}`, `{"code", "bytes"}`, `{}`, `{}` |
//! | `GET samples` | codes to try |

mod answer;
mod printers;
mod samples;
mod scanner;
mod terminal;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::select_all;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

pub use samples::{Sample, read_samples};

use super::printer::Printer;
use super::scanner::Scanner;
use super::terminal::Terminal;

/// The devices that stand on one counter.
#[derive(Default)]
pub struct Devices {
    /// Printers by their names on the page.
    pub printers: Vec<(String, Printer)>,
    /// The payment terminal.
    pub terminal: Option<Terminal>,
    /// The scanner.
    pub scanner: Option<Scanner>,
    /// Codes that the page offers.
    pub samples: Vec<Sample>,
}

type Shared = Arc<Devices>;

/// The page at `/` and the interface under `/control`.
pub fn router(devices: Shared) -> Router {
    let control = Router::new()
        .route("/state", get(state))
        .route("/samples", get(async |State(devices): State<Shared>| Json(devices.samples.clone())))
        .nest("/printers/{id}", printers::router())
        .nest("/terminal", terminal::router())
        .nest("/scanner", scanner::router());
    Router::new()
        .route("/", get(async || Html(include_str!("page.html"))))
        .route("/page.css", get(async || typed("text/css; charset=utf-8", include_str!("page.css"))))
        .route("/page.js", get(async || typed("text/javascript; charset=utf-8", include_str!("page.js"))))
        .nest("/control", control)
        .with_state(devices)
}

fn typed(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text)
}

#[derive(Deserialize)]
struct StateQuery {
    after: Option<u64>,
    #[serde(default = "patience")]
    wait_s: u64,
}

fn patience() -> u64 {
    25
}

async fn state(State(devices): State<Shared>, Query(query): Query<StateQuery>) -> Json<Value> {
    if let Some(after) = query.after {
        // No change within the time is an answer too.
        let _ = tokio::time::timeout(Duration::from_secs(query.wait_s.min(60)), devices.passed(after)).await;
    }
    // Before the state: a change in between is then told twice, never lost.
    let version = devices.version();
    Json(json!({
        "version": version,
        "printers": devices.printers.iter().map(|(id, printer)| printers::describe(id, printer)).collect::<Vec<_>>(),
        "terminal": devices.terminal.as_ref().map(terminal::describe),
        "scanner": devices.scanner.as_ref().map(Scanner::state),
    }))
}

impl Devices {
    fn receivers(&self) -> Vec<watch::Receiver<u64>> {
        let printers = self.printers.iter().map(|(_, printer)| printer.changes());
        let terminal = self.terminal.iter().map(Terminal::changes);
        printers.chain(terminal).chain(self.scanner.iter().map(Scanner::changes)).collect()
    }

    /// Grows with every change of any device.
    fn version(&self) -> u64 {
        sum(&mut self.receivers())
    }

    async fn passed(&self, version: u64) {
        let mut receivers = self.receivers();
        // A number from before a restart of the simulator is larger than ours: answer at once.
        while sum(&mut receivers) == version {
            if receivers.is_empty() {
                return std::future::pending().await;
            }
            let changes = receivers.iter_mut().map(|receiver| Box::pin(receiver.changed()));
            let _ = select_all(changes).await;
        }
    }
}

fn sum(receivers: &mut [watch::Receiver<u64>]) -> u64 {
    receivers.iter_mut().map(|receiver| *receiver.borrow_and_update()).sum()
}

#[cfg(test)]
mod tests;
