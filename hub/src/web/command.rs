//! A write on its way in: its id, its body, and who sends it.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use duken_kernel::Refusal;
use duken_kernel::writer::body_digest;
use duken_protocol::ids::RequestId;
use serde::de::DeserializeOwned;

use super::problem::JSON;
use super::{Actor, ID_MISSING, MALFORMED, Problem, TOO_LARGE, WRONG_TYPE};
use crate::hub::App;
use crate::texts::Language;

/// The most a JSON body may hold.
const MOST_BODY_BYTES: usize = 2 << 20;

/// The id of a write and the digest of what it says (J4).
#[derive(Debug, Clone, Copy)]
pub struct Idempotent(pub (RequestId, i64));

/// A write with a JSON body.
#[derive(Debug, Clone)]
pub struct Command<T> {
    /// Who.
    pub actor: Actor,
    /// Its id and digest.
    pub request: Idempotent,
    /// The language he reads.
    pub language: Language,
    /// What is asked.
    pub input: T,
}

/// The language of a request.
#[derive(Debug, Clone, Copy)]
pub struct Locale(pub Language);

impl<T> Command<T> {
    /// The envelope for the writer.
    #[must_use]
    pub fn caller(&self, app: &App) -> duken_kernel::writer::Caller {
        app.caller(&self.actor, Some(self.request.0))
    }
}

impl Idempotent {
    /// The id of a write, and the digest of who asks what.
    ///
    /// # Errors
    /// `request.id_missing` when the header is absent or no UUID of version 7.
    pub fn of(parts: &Parts, body: &[u8]) -> Result<Self, Problem> {
        let by = parts.extensions.get::<Actor>().and_then(|actor| actor.user).unwrap_or(0);
        let id = parts.headers.get("idempotency-key").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
        let id: RequestId = id.ok_or_else(|| ID_MISSING.refuse())?;
        let path = parts.uri.path();
        Ok(Self((id, body_digest(&format!("{by} {} {path}", parts.method), body))))
    }
}

/// A body of JSON, within its limit.
///
/// # Errors
/// `request.wrong_type` when it says that it is something else, `request.too_large`.
pub async fn json_body(headers: &HeaderMap, body: Body, most_bytes: usize) -> Result<Bytes, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?"));
    let essence = kind.map(|kind| kind.split(';').next().unwrap_or(kind).trim().to_ascii_lowercase());
    if essence.is_some_and(|kind| kind != JSON && !kind.ends_with("+json")) {
        return Err(WRONG_TYPE.refuse().with("expected", JSON));
    }
    let limit = match most_bytes >> 20 {
        0 => format!("{} KiB", most_bytes >> 10),
        mebibytes => format!("{mebibytes} MiB"),
    };
    axum::body::to_bytes(body, most_bytes).await.map_err(|_| TOO_LARGE.refuse().with("limit", limit))
}

impl<T: DeserializeOwned> FromRequest<App> for Command<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let actor = Actor::from_request_parts(&mut parts, state).await?;
        let Locale(language) = Locale::from_request_parts(&mut parts, state).await.unwrap_or(Locale(Language::Ru));
        let body = json_body(&parts.headers, body, MOST_BODY_BYTES).await?;
        let request = Idempotent::of(&parts, &body)?;
        let json: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let input = serde_json::from_slice(json).map_err(|e| MALFORMED.refuse().with("reason", e.to_string()))?;
        Ok(Self { actor, request, language, input })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        Ok(Self(header.and_then(Language::accepted).unwrap_or_default()))
    }
}
