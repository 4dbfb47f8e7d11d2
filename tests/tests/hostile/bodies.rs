//! Too much at once: heads, bodies, floods of requests on one connection.

use duken_tests::client::{Call, Raw, new_id};
use duken_tests::fixture::Store;
use serde_json::Value;

fn write(path: &str, announced: u64, kind: &str, cookie: &str) -> Vec<u8> {
    let key = new_id();
    format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\nidempotency-key: {key}\r\ncontent-length: {announced}\r\n\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_and_the_answer_arrives() {
    let store = Store::new().await;
    let cookie = store.admin.cookie().expect("signed in");
    let json = "application/json";
    let multipart = "multipart/form-data; boundary=x";
    let part = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
    for (path, kind, opening, sent) in [
        ("/api/session", json, "{\"phone\":\"", 16 << 20),
        ("/api/sales", json, "{\"reason\":\"", 16 << 20),
        ("/api/import", multipart, part, 48 << 20),
        ("/api/files", multipart, part, 48 << 20),
        ("/link/pair", json, "{\"code\":\"", 16 << 20),
        ("/sync/enroll", json, "{\"code\":\"", 1 << 20),
    ] {
        let mut client = Raw::plain(store.hub.socket()).await.expect("a connection");
        client.say(&write(path, 10 << 30, kind, &cookie)).await.expect("said");
        client.say(opening.as_bytes()).await.expect("said");
        let piece = vec![b'x'; 256 << 10];
        for _ in 0..sent / piece.len() {
            // The hub may have said enough; its answer is there to be read nevertheless.
            if client.say(&piece).await.is_err() {
                break;
            }
        }
        let answer = client.answer().await;
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}: {answer:?}");
        assert_eq!(answer.header("connection"), "close", "{path}: {answer:?}");
        let code = serde_json::from_slice::<Value>(&answer.body).expect("a problem")["code"].clone();
        let office_only = path == "/sync/enroll" && code == "sync.not_an_office";
        assert!(code == "request.too_large" && answer.status == 413 || office_only, "{path}: {answer:?}");
    }
    // An ordinary client sees the same answer on a connection it has used before.
    let large = format!("{{\"reason\": \"{}\"}}", "x".repeat(8 << 20));
    for _ in 0..5 {
        let call = Call::post("/api/sales", &Value::Null).saying(json, large.as_str());
        store.admin.send(call).await.refused(413, "request.too_large");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_large_or_too_many_are_refused() {
    let store = Store::new().await;
    let long = format!("GET /api/health HTTP/1.1\r\nhost: 127.0.0.1\r\nx: {}\r\n\r\n", "x".repeat(200 << 10));
    let many = format!("GET /api/health HTTP/1.1\r\nhost: 127.0.0.1\r\n{}\r\n", "x: y\r\n".repeat(1_000));
    let long_path = format!("GET /api/health?{} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", "x".repeat(200 << 10));
    for head in [long, many, long_path] {
        let mut client = Raw::plain(store.hub.socket()).await.expect("a connection");
        let _may_be_cut = client.say(head.as_bytes()).await;
        let answer = client.answer().await;
        assert!([414, 431].contains(&answer.status), "{answer:?}");
        let _rest = client.hung_up().await;
    }
    for nonsense in
        ["\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n\r\n\r\nhello"]
    {
        let mut client = Raw::plain(store.hub.socket()).await.expect("a connection");
        let _may_be_cut = client.say(nonsense.as_bytes()).await;
        let said = client.hung_up().await;
        assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 4"), "{nonsense:?}: {}", String::from_utf8_lossy(&said));
    }
    let _well = store.admin.get("/api/health").await.done();
}

/// Two lengths, a length and chunks, a length that is none: whoever stands between must not read another end than we do.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_whose_end_can_be_read_in_two_ways_are_refused() {
    let store = Store::new().await;
    for lengths in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "content-length: -1\r\n",
        "content-length: 99999999999999999999999\r\n",
        "transfer-encoding: chunked, identity\r\n",
    ] {
        let mut client = Raw::plain(store.hub.socket()).await.expect("a connection");
        let request =
            format!("POST /api/session HTTP/1.1\r\nhost: 127.0.0.1\r\n{lengths}\r\nhello GET /api/version HTTP/1.1\r\nhost: x\r\n\r\n");
        let _may_be_cut = client.say(request.as_bytes()).await;
        let said = String::from_utf8_lossy(&client.hung_up().await).into_owned();
        assert!(!said.contains("200 OK") && !said.contains("\"version\""), "{lengths:?}: the rest was taken for a request: {said}");
    }
}
