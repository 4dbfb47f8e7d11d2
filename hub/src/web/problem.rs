//! Answers that say no: `application/problem+json` (RFC 9457) with a stable code and a sentence in the user's language.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use duken_kernel::{Fault, Refusal, Reject};
use serde_json::json;

use super::Json;
use super::door::Reading;
use super::metrics::RequestName;
use crate::texts::{self, Language};

/// An answer of a route.
pub type Answer<T> = Result<Json<T>, Problem>;

/// A refusal on its way out. The sentence is added by [`translate`], which knows the language.
#[derive(Debug, Clone)]
pub struct Problem(pub Refusal);

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Reject> for Problem {
    fn from(reject: Reject) -> Self {
        match reject {
            Reject::Refused(refusal) => Self(refusal),
            Reject::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault.named() {
            Fault::DiskFull => Self(super::DISK_FULL.refuse()),
            Fault::Stopped => Self(super::STOPPING.refuse()),
            Fault::Away(why) => {
                tracing::warn!(why, "a request waits for the database server");
                Self(super::DATABASE_AWAY.refuse())
            }
            Fault::Conflict(_) => Self(super::DATABASE_BUSY.refuse()),
            fault => {
                tracing::error!(error = &fault as &dyn std::error::Error, "a request failed");
                Self(super::FAULT.refuse())
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What the framework refused by itself, in plain text or without a word: a path or query of another shape, a method that
/// is not there.
async fn framework(response: &mut Response) -> Option<Problem> {
    let plain = response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let code = match response.status() {
        _ if !plain => return None,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => super::MALFORMED,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => return Some(Problem(super::WRONG_TYPE.refuse().with("expected", JSON))),
        StatusCode::NOT_FOUND => super::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => super::WRONG_METHOD,
        StatusCode::REQUEST_TIMEOUT => super::TOO_SLOW,
        StatusCode::PAYLOAD_TOO_LARGE => return Some(Problem(super::TOO_LARGE.refuse().with("limit", "2 MiB"))),
        StatusCode::INTERNAL_SERVER_ERROR => super::FAULT,
        _ => return None,
    };
    if code != super::MALFORMED {
        return Some(Problem(code.refuse()));
    }
    let words = axum::body::to_bytes(std::mem::take(response.body_mut()), REASON_BYTES_MAX).await.unwrap_or_default();
    Some(Problem(code.refuse().with("reason", String::from_utf8_lossy(&words).trim())))
}

/// The kind of body that nearly every route takes.
pub(super) const JSON: &str = "application/json";
/// The longest reason that the framework gives.
const REASON_BYTES_MAX: usize = 4 << 10;

/// Middleware: turns a [`Problem`] into its JSON in the language of the request.
pub async fn translate(request: Request, next: Next) -> Response {
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Language::accepted)
        .unwrap_or_default();
    let id = request.extensions().get::<RequestName>().map(|name| name.0.clone());
    let reading = request.extensions().get::<Reading>().cloned();
    let has_connection_header = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    let said = match (response.extensions_mut().remove::<Problem>(), &reading) {
        // Whatever became of a body that did not come, this is why.
        (_, Some(reading)) if reading.was_slow() => Some(Problem(super::TOO_SLOW.refuse())),
        (Some(problem), _) => Some(problem),
        (None, _) => framework(&mut response).await,
    };
    let Some(Problem(refusal)) = said else { return response };
    let body = json!({
        "type": "about:blank",
        "title": refusal.code.code,
        "status": refusal.code.status,
        "code": refusal.code.code,
        "detail": texts::say(language, refusal.code.code, &refusal.params),
        "field": refusal.field,
        "params": refusal.params,
        "request_id": id,
    });
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::from_u16(refusal.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    // What was not read to its end cannot be followed by another request.
    if has_connection_header && reading.is_some_and(|reading| !reading.was_whole()) {
        parts.headers.insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    }
    Response::from_parts(parts, Body::from(body.to_string()))
}
