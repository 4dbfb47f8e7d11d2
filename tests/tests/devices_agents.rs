//! Scanners and agents: a scan reaches its till at once or never; an agent runs each job once, and only its own.

use std::time::{Duration, Instant};

use duken_tests::client::Watch;
use duken_tests::devices::scanner::Scanner;
use duken_tests::fixture::Store;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(store: &Store, path: &str, header: (&'static str, String)) -> Result<Socket, String> {
    let address = store.hub.address().get().replace("http://", "ws://");
    let mut request = format!("{address}{path}").into_client_request().expect("an address");
    request.headers_mut().insert(header.0, header.1.parse().expect("a header"));
    Ok(connect_async(request).await.map_err(|error| error.to_string())?.0)
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::Text(message.to_string().into())).await.expect("the hub listens");
}

/// The next message that is as wanted.
async fn hear(socket: &mut Socket, wanted: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        loop {
            match socket.next().await.expect("the link is up").expect("a message") {
                Message::Text(text) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    if wanted(&message) {
                        return message;
                    }
                }
                _ => continue,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("a message in time")
}

async fn live(store: &Store) -> Watch {
    store.admin.follow(&[&format!("till:{}", store.till)]).await
}

async fn at_the_till(store: &Store, field: &str, device: &str) {
    store.at_the_till(|till| till[field] = device.into()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_reaches_its_till_in_a_moment() {
    let store = Store::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let port = folder.path().join("scanner");
    let scanner = Scanner::plugged_in(Some(&port)).expect("a scanner");
    let card = json!({ "kind": "scanner", "name": "Ручной", "connection": { "type": "serial", "path": port } });
    let device = store.admin.post("/api/devices", card).await.done()["id"].as_str().expect("an id").to_owned();
    at_the_till(&store, "scanner_id", &device).await;
    let mut till = live(&store).await;
    scanner.wait_for_listener().await;
    let mut slowest = Duration::ZERO;
    for code in ["4870001234560", "2512345012349", "SAL-2026-000001"] {
        let begun = Instant::now();
        let _sent = scanner.scan(code).await;
        let heard = till.next(|message| message["scan"].is_object()).await;
        assert_eq!((&heard["scan"]["code"], &heard["scan"]["till_id"]), (&json!(code), &json!(store.till)));
        slowest = slowest.max(begun.elapsed());
    }
    eprintln!("the slowest scan took {slowest:?}");
    assert!(slowest < Duration::from_millis(500), "a scan took {slowest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_paired_runs_its_jobs_and_is_sent_away() {
    let store = Store::new().await;
    let shown = store.admin.post("/api/agents/pair", json!({})).await.done();
    let ask = |code: &str| json!({ "code": code, "name": "касса-2", "link": 1 });
    let _wrong = store.admin.post("/link/pair", ask("000")).await.refused(403, "agent.code_wrong");
    let paired = store.admin.post("/link/pair", ask(shown["code"].as_str().expect("a code"))).await.done();
    let _used = store.admin.post("/link/pair", ask(shown["code"].as_str().expect("a code"))).await.refused(403, "agent.code_wrong");
    let agent = paired["agent_id"].as_str().expect("an id").to_owned();
    let card = json!({
        "kind": "printer", "name": "Далёкий", "agent_id": agent, "connection": { "type": "usb_lp", "path": "/dev/usb/lp0" },
    });
    let device = store.admin.post("/api/devices", card).await.done();
    assert_eq!(device["state"], "offline", "its agent is away");
    let device = device["id"].as_str().expect("an id").to_owned();

    let token = format!("Bearer {}", paired["token"].as_str().expect("a token"));
    assert!(open(&store, "/link", ("authorization", format!("{token}0"))).await.is_err(), "a wrong token opens nothing");
    let mut link = open(&store, "/link", ("authorization", token.clone())).await.expect("the link");
    say(&mut link, json!({ "type": "hello", "link": 1, "agent_id": agent, "build": "test" })).await;
    let welcome = hear(&mut link, |message| message["type"] == "welcome").await;
    assert_eq!(welcome["devices"][0]["id"], json!(device));
    let test = store.admin.post(format!("/api/devices/{device}/test"), json!({})).await.done();
    let sent = hear(&mut link, |message| message["type"] == "job").await;
    let job = sent["job"]["id"].clone();
    say(&mut link, json!({ "type": "ack", "job_id": job })).await;
    let outcome = json!({ "type": "outcome", "job_id": job, "outcome": { "outcome": "printed", "confirmation": "answered" } });
    say(&mut link, outcome.clone()).await;
    hear(&mut link, |message| message["type"] == "outcome_stored" && message["job_id"] == job).await;
    let id = test["job_id"].as_str().expect("a job");
    // The agent may forget it only because it is on disk: whoever looks now sees it.
    let now = store.admin.get(format!("/api/jobs/{id}")).await.done();
    assert_eq!((&now["state"], &now["attempts"]), (&json!("printed"), &json!(1)));
    say(&mut link, outcome).await;
    hear(&mut link, |message| message["type"] == "outcome_stored").await;

    let scanner = json!({
        "kind": "scanner", "name": "Далёкий", "agent_id": agent, "connection": { "type": "serial", "path": "/dev/ttyACM0" },
    });
    let scanner = store.admin.post("/api/devices", scanner).await.done()["id"].as_str().expect("an id").to_owned();
    hear(&mut link, |message| message["type"] == "devices" && message["devices"].as_array().is_some_and(|d| d.len() == 2)).await;
    at_the_till(&store, "scanner_id", &scanner).await;
    let mut till = live(&store).await;
    let scan = |code: &str, age_ms: u32| {
        let event = json!({ "type": "scan", "device_id": scanner, "code": code, "bytes_hex": "", "age_ms": age_ms });
        json!({ "type": "event", "event": event })
    };
    say(&mut link, scan("old news", 2_001)).await;
    say(&mut link, scan("4870001234560", 10)).await;
    let heard = till.next(|message| message["scan"].is_object()).await;
    assert_eq!(heard["scan"]["code"], "4870001234560", "old news died");

    let _gone = store.admin.delete(format!("/api/agents/{agent}")).await;
    assert!(open(&store, "/link", ("authorization", token)).await.is_err(), "its token opens nothing any more");
}
