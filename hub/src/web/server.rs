//! The server: routes, middleware, the embedded client, health, metrics.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Access, Answer, Json, NOT_FOUND, Problem, Route, access, openapi, problem};
use crate::domains;
use crate::hub::App;

/// The browser client, built into the program.
#[derive(RustEmbed)]
#[folder = "../clients/web/dist"]
#[allow_missing = true]
struct Client;

/// Every route of the API.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = domains::ALL.iter().flat_map(|domain| domain().routes).collect();
    routes.push(Route::get("/api/health", Access::Public, "Whether the hub answers", health));
    routes.extend(crate::live::routes());
    routes.push(Route::get("/api/version", Access::Public, "Which program this is", version));
    routes
}

/// The description of the API.
#[must_use]
pub fn description() -> Value {
    openapi::document(&routes())
}

/// The whole server.
pub fn router(app: &App) -> Router {
    let routes = routes();
    let document = Arc::new(openapi::document(&routes).to_string());
    let mut router: Router<App> = Router::new();
    for route in routes {
        let guarded = route.router.layer(from_fn_with_state((app.clone(), route.access), access::guard));
        router = router.route(route.path, guarded);
    }
    let described = document.clone();
    router
        .route(
            "/api/openapi.json",
            get(move || {
                let body = described.as_ref().clone();
                async move { ([(header::CONTENT_TYPE, "application/json")], body) }
            }),
        )
        .route("/api/docs", get(|| async { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], include_str!("docs.html")) }))
        .route("/api/docs.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], include_str!("docs.css")) }))
        .route("/api/docs.js", get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], include_str!("docs.js")) }))
        .route("/api", axum::routing::any(|| async { Problem(NOT_FOUND.refuse()) }))
        .route("/api/", axum::routing::any(|| async { Problem(NOT_FOUND.refuse()) }))
        .route("/api/{*rest}", axum::routing::any(|| async { Problem(NOT_FOUND.refuse()) }))
        .fallback_service(get(client).layer(CompressionLayer::new()))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(problem::translate))
        .layer(from_fn_with_state(app.clone(), super::metrics::measure))
        .layer(SetResponseHeaderLayer::if_not_present(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::if_not_present(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
            ),
        ))
        .with_state(app.clone())
}

async fn health(State(app): State<App>) -> Answer<Value> {
    app.read_now(|read| Ok(read.row("SELECT 1", &[])?))?;
    Ok(Json(json!({ "status": "ok" })))
}

async fn version(State(app): State<App>) -> Json<Value> {
    Json(json!({ "version": env!("CARGO_PKG_VERSION"), "build": build(), "role": app.role(), "api": 1, "node": app.node_id }))
}

/// What tells one build of the client and program from another: the version, and a digest of the embedded client.
#[must_use]
pub fn build() -> &'static str {
    static BUILD: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<_> = Client::iter().collect();
        names.sort_unstable();
        let mut digest = blake3::Hasher::new();
        for name in names {
            digest.update(name.as_bytes());
            if let Some(file) = Client::get(&name) {
                digest.update(&file.metadata.sha256_hash());
            }
        }
        format!("{}+{}", env!("CARGO_PKG_VERSION"), &digest.finalize().to_hex()[..12])
    });
    &BUILD
}

/// The embedded client: its files, and its page for every other address.
async fn client(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let (name, file) = match Client::get(path) {
        Some(file) if !path.is_empty() => (path, Some(file)),
        // A part of an older build: the page in its place would be taken for a script.
        None if path.starts_with("assets/") => return Problem(NOT_FOUND.refuse()).into_response(),
        _ => ("index.html", Client::get("index.html")),
    };
    let Some(file) = file else {
        return (StatusCode::NOT_FOUND, "The browser client is not built into this program.").into_response();
    };
    let kind = file.metadata.mimetype().to_owned();
    let life = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(file.data));
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(life));
    response
}

/// Serves until told to stop. The socket is bound before this returns, so that a taken port is refused at once.
///
/// # Errors
/// The socket's: the address is taken, or not ours.
pub async fn bind(address: SocketAddr) -> std::io::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await
}
