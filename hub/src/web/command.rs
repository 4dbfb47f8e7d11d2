//! A write on its way in: its id, its body, and who sends it.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use duken_kernel::writer::body_digest;
use duken_protocol::ids::RequestId;
use serde::de::DeserializeOwned;

use super::{Actor, ID_MISSING, MALFORMED, Problem, TOO_LARGE};
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

impl<T: DeserializeOwned> FromRequest<App> for Command<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let actor = Actor::from_request_parts(&mut parts, state).await?;
        let Locale(language) = Locale::from_request_parts(&mut parts, state).await.unwrap_or(Locale(Language::Ru));
        let body: Bytes = axum::body::to_bytes(body, MOST_BODY_BYTES).await.map_err(|_| TOO_LARGE.refuse().with("limit", "2 MiB"))?;
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
