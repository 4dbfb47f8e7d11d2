//! Requests at the hub's whole router: methods, paths, headers, cookies, bodies, from the head of a request as it stands
//! on the wire.

use std::cell::RefCell;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use duken_hub::config::Config;
use duken_hub::hub::{App, Hub};
use duken_kernel::context::{SystemChance, SystemClock};
use serde_json::json;
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::client::new_id;
use crate::fuzz::{Shape, Target};

pub const TARGET: Target = Target { name: "requests", shape: Shape::Words(WORDS), seeds, run: requested };

const WORDS: &[&str] = &[
    "GET ",
    "POST ",
    "PUT ",
    "DELETE ",
    "PATCH ",
    "OPTIONS ",
    "/api/session",
    "/api/sales",
    "/api/products",
    "/api/products/1",
    "/api/carts",
    "/api/live",
    "/api/health",
    "/api/openapi.json",
    "/sync/batches",
    "/sync/state",
    "/link",
    "?cursor=",
    "?limit=-1",
    "?q=%ff",
    "%2e%2e/",
    "//",
    " HTTP/1.1\r\n",
    "Cookie: ",
    "duken_session=",
    "SESSION",
    "; ",
    "Idempotency-Key: ",
    "Origin: ",
    "http://127.0.0.1:7070",
    "Host: ",
    "Accept-Language: kk;q=0.1,ru",
    "Content-Type: ",
    "application/json",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "Authorization: Bearer ",
    "Upgrade: websocket\r\nConnection: upgrade\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Accept-Encoding: gzip",
    "Range: bytes=-1",
    "If-None-Match: *",
    "\r\n",
    "\r\n\r\n",
    "{\"",
    "\"}",
    "--x\r\n",
    "null",
    "[]",
];

fn seeds() -> Vec<Vec<u8>> {
    let head = |line: &str| format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:7070\r\nCookie: duken_session=SESSION\r\nAccept-Language: ru\r\n");
    let write = |line: &str, body: &str| {
        format!("{}Idempotency-Key: KEY\r\nOrigin: http://127.0.0.1:7070\r\nContent-Type: application/json\r\n\r\n{body}", head(line))
    };
    let seeds = [
        format!("{}\r\n", head("GET /api/session")),
        format!("{}If-None-Match: \"1\"\r\nAccept-Encoding: gzip\r\n\r\n", head("GET /api/products?limit=5&cursor=abc")),
        write("POST /api/carts", "{}"),
        write(
            "POST /api/products",
            "{\"name\":\"Шай\",\"price\":{\"amount\":\"5.00\",\"currency\":\"KZT\"},\"unit\":\"pcs\",\"barcodes\":[],\"version\":0}",
        ),
        write("POST /api/session/lock", "{}"),
        format!("{}Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n", head("GET /api/live")),
        format!("{}Authorization: Bearer x\r\n\r\nDKSB", head("POST /sync/batches")),
        format!(
            "{}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na;b\r\n--x--",
            head("POST /api/imports")
        ),
    ];
    seeds.map(String::into_bytes).to_vec()
}

/// A hub of its own, in this process and thread.
struct Desk {
    runtime: tokio::runtime::Runtime,
    router: Router,
    session: String,
    _app: App,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let config = Config { data: folder.path().to_owned(), ballast_mib: 0, ..Config::default() };
        let wake = Arc::new(Notify::new());
        let woken = wake.clone();
        let inside = runtime.enter();
        let opened = Hub::open_stepped(config, Arc::new(SystemClock), Arc::new(SystemChance), move || woken.notify_one());
        let (app, stepped) = opened.expect("a hub");
        runtime.spawn(async move {
            loop {
                wake.notified().await;
                while stepped.step() {
                    tokio::task::yield_now().await;
                }
            }
        });
        drop(inside);
        let router = duken_hub::web::server::router(&app);
        let mut desk = Self { runtime, router, session: String::new(), _app: app, _folder: folder };
        desk.session = desk.set_up();
        desk
    }

    fn set_up(&self) -> String {
        let admin = json!({ "name": "Aida", "phone": "+7 701 000 00 00", "password": "correct horse 7", "pin": "1357" });
        let body = json!({ "language": "en", "store": { "name": "s", "zone": "Asia/Almaty", "currency": "KZT" }, "admin": admin });
        let request = Request::post("/api/setup").header("content-type", "application/json").header("idempotency-key", new_id());
        let request = request.body(Body::from(body.to_string())).expect("a request");
        let answer = self.runtime.block_on(self.router.clone().oneshot(request)).expect("an answer");
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()).expect("a session");
        cookie.split(';').next().and_then(|cookie| cookie.split_once('=')).expect("a cookie").1.to_owned()
    }
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

/// No request breaks the hub: it is answered, below 500 (507 and 503 are words of their own), and problems have a code.
fn requested(bytes: &[u8]) -> String {
    DESK.with_borrow_mut(|desk| {
        let desk = desk.get_or_insert_with(Desk::open);
        let text = String::from_utf8_lossy(bytes).replace("SESSION", &desk.session).replace("KEY", &new_id());
        let mut headers = [httparse::EMPTY_HEADER; 40];
        let mut head = httparse::Request::new(&mut headers);
        let length = match head.parse(text.as_bytes()) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return "half a head".to_owned(),
            Err(error) => return error.to_string(),
        };
        let mut request = Request::builder().method(head.method.unwrap_or("GET")).uri(head.path.unwrap_or("/"));
        for field in head.headers.iter() {
            request = request.header(field.name, field.value);
        }
        let Ok(request) = request.body(Body::from(text.as_bytes()[length..].to_vec())) else { return "no request".to_owned() };
        let path = request.uri().path().to_owned();
        // One that ends the session that all others need, or begins one by slow arithmetic, is not sent.
        if request.method() != "GET" && (path.starts_with("/api/session") && !path.ends_with("/lock") || path.starts_with("/api/setup")) {
            return "left out".to_owned();
        }
        let answer = desk.runtime.block_on(desk.router.clone().oneshot(request)).expect("an answer");
        let status = answer.status().as_u16();
        let body = desk.runtime.block_on(to_bytes(answer.into_body(), 64 << 20)).unwrap_or_default();
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = said["code"].as_str().unwrap_or_default();
        assert!(status < 500 || matches!(status, 503 | 507), "{path} is answered {status} {code}");
        format!("{status} {code}")
    })
}
