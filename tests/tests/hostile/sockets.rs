//! Many sockets: idle ones never keep a till out; links live on.

use std::time::{Duration, Instant};

use duken_tests::client::Raw;
use duken_tests::fixture::{Opening, Start, Store};
use futures_util::StreamExt;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::json;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// As many files as this process may have.
fn raise_own_limit() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).expect("raised");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_idle_sockets_than_files_do_not_keep_a_till_out() {
    raise_own_limit();
    let many = if std::env::var_os("DUKEN_TORTURE").is_some() { 10_000 } else { 1_100 };
    let start = Start { open_files: Some(1_024), ..Start::default() };
    let store = Store::opened(Opening { start, ..Opening::default() }).await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let mut idle = Vec::new();
    for number in 0..many {
        let mut socket = Raw::plain(store.hub.socket()).await.expect("a connection");
        if number % 2 == 0 {
            // Some say half a request; those that were turned out meanwhile cannot.
            let _may_be_gone = socket.say(b"GET /api/hea").await;
        }
        idle.push(socket);
    }
    for _ in 0..20 {
        let begun = Instant::now();
        let device = store.admin.another_device();
        let _well = device.get("/api/health").await.done();
        let _sold = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
        assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?} with {many} idle sockets", begun.elapsed());
    }
    drop(idle);
    let _well = store.admin.get("/api/health").await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_under_way_are_not_turned_out_for_others() {
    let limits = "[limits]\nconnections = 64\n";
    let start = Start { config: Some(limits.to_owned()), ..Start::default() };
    let store = Store::opened(Opening { start, ..Opening::default() }).await;
    let mut link = link(&store, &[]).await.expect("a link");
    // One more than there are seats, each new one turning out the oldest that never asked anything.
    let mut idle = Vec::new();
    for _ in 0..65 {
        idle.push(Raw::plain(store.hub.socket()).await.expect("a connection"));
    }
    assert_eq!(idle[0].hung_up().await, b"", "the oldest had to go");
    let changed = store.admin.post("/api/tills", json!({ "name": "Till B" })).await.done();
    assert!(changed["id"].is_string());
    let _hello = link.next().await.expect("a message").expect("the link lives");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_outlives_every_time_of_requests() {
    let limits = "[limits]\nhead_ms = 200\nidle_ms = 300\nbody_ms = 200\nstalled_ms = 400\n";
    let start = Start { config: Some(limits.to_owned()), ..Start::default() };
    let store = Store::opened(Opening { start, ..Opening::default() }).await;
    let mut link = link(&store, &[]).await.expect("a link");
    assert!(matches!(link.next().await, Some(Ok(Message::Text(_)))), "it says hello");
    assert!(matches!(link.next().await, Some(Ok(Message::Ping(_)))), "and pings");
    for _ in 0..3 {
        let mut idle = Raw::plain(store.hub.socket()).await.expect("a connection");
        assert_eq!(idle.hung_up().await, b"", "others are hung up on meanwhile");
    }
    let signed_out = store.admin.delete("/api/session").await;
    assert_eq!(signed_out.status, 204);
    let closed = async {
        while let Some(Ok(message)) = link.next().await {
            if let Message::Close(frame) = message {
                return frame.map(|frame| u16::from(frame.code));
            }
        }
        None
    };
    assert_eq!(closed.await, Some(1008), "the link heard that the session is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_leave_seats_to_requests() {
    let limits = "[limits]\nconnections = 64\n";
    let start = Start { config: Some(limits.to_owned()), ..Start::default() };
    let store = Store::opened(Opening { start, ..Opening::default() }).await;
    let mut links = Vec::new();
    let refused = loop {
        match link(&store, &[]).await {
            Ok(link) => links.push(link),
            Err(Error::Http(response)) => break response.status().as_u16(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!((refused, links.len()), (503, 32), "half of the seats are for links");
    let _well = store.admin.get("/api/session").await.done();
    drop(links.pop());
    duken_tests::fixture::until("the seat of a link that ended is free", async || link(&store, &[]).await.ok()).await;
}

type Link = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens a live link with the administrator's cookie and more headers.
pub async fn link(store: &Store, headers: &[(&'static str, &str)]) -> Result<Link, Error> {
    let mut request = format!("ws://{}/api/live", store.hub.socket()).into_client_request()?;
    let cookie = store.admin.cookie().expect("signed in");
    for (name, value) in [("cookie", cookie.as_str())].iter().chain(headers) {
        request.headers_mut().insert(*name, value.parse().expect("a header"));
    }
    tokio_tungstenite::connect_async(request).await.map(|(link, _)| link)
}
