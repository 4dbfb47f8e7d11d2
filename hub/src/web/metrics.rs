//! What the hub counts, in the text form of Prometheus, on an address of this machine only.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use duken_kernel::journal::{self, OWN};
use tracing::Instrument;

use super::door::Seats;
use crate::hub::App;

/// Upper bounds of the buckets of request times, in microseconds.
const BUCKETS_US: [u64; 8] = [1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_500_000];

/// Counters of requests.
#[derive(Debug, Default)]
pub struct Metrics {
    by_class: [AtomicU64; 5],
    buckets: [AtomicU64; BUCKETS_US.len() + 1],
    sum_us: AtomicU64,
    named: AtomicU64,
}

/// What a request is called in the log and in an answer that says no: the id its sender gave it, or one of the hub's own.
#[derive(Debug, Clone)]
pub struct RequestName(pub String);

impl Metrics {
    /// Names a request whose sender did not.
    fn name(&self, now_ms: i64) -> String {
        format!("{now_ms:x}-{:x}", self.named.fetch_add(1, Relaxed))
    }

    fn count(&self, status: u16, took_us: u64) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.by_class[class].fetch_add(1, Relaxed);
        let bucket = BUCKETS_US.iter().position(|bound| took_us <= *bound).unwrap_or(BUCKETS_US.len());
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(took_us, Relaxed);
    }
}

/// The most characters of a sender's id that are kept.
const NAME_LENGTH: usize = 64;

/// Middleware: names every request, counts it, and writes one line of log for it, with its id and without its secrets. What
/// was refused or broke is logged where it can be found by the id that the answer carries.
pub async fn measure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let given = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).filter(|id| id.len() <= NAME_LENGTH);
    let id = given.map_or_else(|| app.metrics.name(app.clock.now_ms()), str::to_owned);
    request.extensions_mut().insert(RequestName(id.clone()));
    let span = tracing::info_span!("request", id);
    let response = next.run(request).instrument(span).await;
    let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    app.metrics.count(status, took_us);
    match status {
        500.. => tracing::warn!(%method, path, status, took_us, request_id = id, "failed"),
        400.. => tracing::info!(%method, path, status, took_us, request_id = id, "refused"),
        _ => tracing::debug!(%method, path, status, took_us, request_id = id, "answered"),
    }
    response
}

/// The server of the metrics' address.
pub fn router(app: &App, seats: &Arc<Seats>) -> Router {
    Router::new().route("/metrics", get(show)).with_state((app.clone(), seats.clone()))
}

async fn show(State((app, seats)): State<(App, Arc<Seats>)>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text(&app, &seats))
}

fn text(app: &App, seats: &Seats) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        let _never_fails = out.write_fmt(text);
        out.push('\n');
    };
    line(format_args!("# TYPE duken_requests_total counter"));
    for (index, count) in app.metrics.by_class.iter().enumerate() {
        line(format_args!("duken_requests_total{{class=\"{}xx\"}} {}", index + 1, count.load(Relaxed)));
    }
    line(format_args!("# TYPE duken_request_seconds histogram"));
    let mut sum = 0;
    for (index, count) in app.metrics.buckets.iter().enumerate() {
        sum += count.load(Relaxed);
        match BUCKETS_US.get(index) {
            Some(bound) => {
                line(format_args!("duken_request_seconds_bucket{{le=\"{}.{:06}\"}} {sum}", bound / 1_000_000, bound % 1_000_000))
            }
            None => line(format_args!("duken_request_seconds_bucket{{le=\"+Inf\"}} {sum}")),
        }
    }
    let sum_us = app.metrics.sum_us.load(Relaxed);
    line(format_args!("duken_request_seconds_sum {}.{:06}", sum_us / 1_000_000, sum_us % 1_000_000));
    line(format_args!("duken_request_seconds_count {sum}"));
    line(format_args!("# TYPE duken_connections gauge"));
    line(format_args!("duken_connections {}", seats.count()));
    let tip = app.read_now(|read| Ok(journal::tip(read, OWN)?)).map_or(0, |tip| tip.seq);
    line(format_args!("# TYPE duken_journal_entries gauge"));
    line(format_args!("duken_journal_entries {tip}"));
    line(format_args!("# TYPE duken_database_bytes gauge"));
    let database = crate::hub::database_path(&app.config.data);
    line(format_args!("duken_database_bytes {}", std::fs::metadata(database).map_or(0, |m| m.len())));
    out
}
