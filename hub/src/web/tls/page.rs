//! `/trust`: why a device should trust this hub, and how, for each system and in each language.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::{Fingerprint, Https};
use crate::texts::Language;

const SHELL: &str = include_str!("trust/shell.html");
const CERTIFICATE: &str = "/trust/duken.crt";

/// What the page needs.
#[derive(Clone)]
struct Shown {
    fingerprint: Fingerprint,
    certificate: Arc<Vec<u8>>,
}

/// The page and the certificate, to be added to a server.
pub fn routes(https: &Https) -> Router {
    let shown = Shown { fingerprint: https.authority.fingerprint(), certificate: Arc::new(https.authority.certificate().to_vec()) };
    Router::new().route("/trust", get(page)).route(CERTIFICATE, get(certificate)).with_state(shown)
}

/// A server of nothing but this page: every other address leads to it.
pub fn router(https: &Https) -> Router {
    routes(https).fallback(|| async { Redirect::temporary("/trust") })
}

#[derive(Debug, Deserialize)]
struct Asked {
    lang: Option<String>,
}

async fn page(State(shown): State<Shown>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = asked.lang.as_deref().and_then(Language::accepted).or_else(|| header.and_then(Language::accepted)).unwrap_or_default();
    let body = match language {
        Language::Ru => include_str!("trust/ru.html"),
        Language::Kk => include_str!("trust/kk.html"),
        Language::En => include_str!("trust/en.html"),
    };
    let html = SHELL
        .replace("{language}", language.code())
        .replace("{body}", body)
        .replace("{fingerprint}", &shown.fingerprint.to_string())
        .replace("{certificate}", CERTIFICATE);
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

async fn certificate(State(shown): State<Shown>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"duken.crt\""),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (StatusCode::OK, headers, shown.certificate.as_ref().clone()).into_response()
}
