//! Refusals of the control interface.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// What went wrong, in a sentence.
pub(super) enum Refused {
    /// There is no such device or thing.
    Missing(String),
    /// The request makes no sense.
    Wrong(String),
}

impl Refused {
    pub(super) fn missing(what: &str) -> Self {
        Self::Missing(format!("there is no {what}"))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            Self::Missing(sentence) => (StatusCode::NOT_FOUND, sentence),
            Self::Wrong(sentence) => (StatusCode::UNPROCESSABLE_ENTITY, sentence),
        };
        (status, Json(json!({"error": sentence}))).into_response()
    }
}
