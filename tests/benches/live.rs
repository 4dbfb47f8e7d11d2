//! P5: a sale is committed, and two hundred browsers hear of it; one of them reads nothing.

mod common;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{Figure, Times, memory_of, report};
use duken_tests::fixture::Store;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Barrier, broadcast, mpsc};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const BROWSERS: usize = 200;
const SALES: usize = 200;
const BETWEEN: Duration = Duration::from_millis(20);

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// When a browser heard of which sale.
type Heard = mpsc::UnboundedSender<(String, Instant)>;

async fn browser(address: &str, cookie: &str) -> Socket {
    let mut request = format!("{}/api/live", address.replace("http://", "ws://")).into_client_request().expect("a request");
    request.headers_mut().insert("Cookie", cookie.parse().expect("a cookie"));
    let (mut socket, _) = connect_async(request).await.expect("the hub listens");
    let follow = json!({ "subscribe": [{ "topic": "sales" }] });
    socket.send(Message::Text(follow.to_string().into())).await.expect("sent");
    loop {
        let text = next_text(&mut socket).await.expect("an answer");
        if text.contains("followed") {
            return socket;
        }
    }
}

async fn next_text(socket: &mut Socket) -> Option<String> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(text.to_string()),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
}

/// Tells of each sale that is heard of, once.
async fn listen(mut socket: Socket, heard: Heard, ready: Arc<Barrier>) {
    ready.wait().await;
    while let Some(text) = next_text(&mut socket).await {
        let at = Instant::now();
        let message: Value = serde_json::from_str(&text).expect("JSON");
        let told = message["payload"]["id"].as_str().map_or(Ok(()), |id| heard.send((id.to_owned(), at)));
        if told.is_err() {
            return;
        }
    }
}

/// How long after it was sent each sale was heard of, for every browser that reads.
async fn gather(mut hearing: mpsc::UnboundedReceiver<(String, Instant)>, browsers: usize) -> Vec<(String, Instant)> {
    let mut all = Vec::with_capacity(SALES * browsers);
    while all.len() < SALES * browsers {
        let next = tokio::time::timeout(Duration::from_secs(30), hearing.recv()).await;
        all.push(next.expect("every browser hears of every sale").expect("browsers live"));
    }
    all
}

fn latencies(sent: &HashMap<String, Instant>, heard: &[(String, Instant)]) -> Times {
    Times(heard.iter().map(|(id, at)| at.saturating_duration_since(sent[id])).collect())
}

async fn hub_figures() -> (Times, Times, f64) {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let (address, cookie) = (store.hub.address().get(), store.admin.cookie().expect("signed in"));
    let (tell, hearing) = mpsc::unbounded_channel();
    let ready = Arc::new(Barrier::new(BROWSERS));
    for _ in 1..BROWSERS {
        tokio::spawn(listen(browser(&address, &cookie).await, tell.clone(), ready.clone()));
    }
    let reads_nothing = browser(&address, &cookie).await;
    ready.wait().await;
    let sale = store.cash_sale(&[(&tea, "1")], "500.00");
    let (mut sent, mut answered) = (HashMap::new(), HashMap::new());
    let mut pace = tokio::time::interval(BETWEEN);
    for _ in 0..SALES {
        pace.tick().await;
        let begun = Instant::now();
        let done = store.admin.post("/api/sales", sale.clone()).await.done();
        let id = done["id"].as_str().expect("an id").to_owned();
        answered.insert(id.clone(), Instant::now());
        sent.insert(id, begun);
    }
    let heard = gather(hearing, BROWSERS - 1).await;
    let memory = memory_of(store.hub.process().expect("it runs"));
    drop(reads_nothing);
    (latencies(&sent, &heard), latencies(&answered, &heard), memory)
}

/// The same number of sockets, and nothing but sockets: each message is sent to all.
async fn floor_figures() -> Times {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("ws://{}", listener.local_addr().expect("an address"));
    let (tell_all, _) = broadcast::channel::<String>(1024);
    let source = tell_all.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut news = source.subscribe();
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(stream).await.expect("a socket");
                while let Ok(text) = news.recv().await {
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let (tell, hearing) = mpsc::unbounded_channel();
    let ready = Arc::new(Barrier::new(BROWSERS));
    for _ in 1..BROWSERS {
        let (socket, _) = connect_async(address.as_str()).await.expect("it listens");
        tokio::spawn(listen(socket, tell.clone(), ready.clone()));
    }
    ready.wait().await;
    let sent = Mutex::new(HashMap::new());
    let mut pace = tokio::time::interval(BETWEEN);
    for serial in 0..SALES {
        pace.tick().await;
        let message = json!({ "topic": "sales", "seq": serial, "payload": { "id": serial.to_string(), "kind": "sale" } });
        sent.lock().expect("times").insert(serial.to_string(), Instant::now());
        let _listeners = tell_all.send(message.to_string()).expect("listeners");
    }
    let heard = gather(hearing, BROWSERS - 1).await;
    latencies(&sent.lock().expect("times"), &heard)
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (mut since_sent, mut since_answer, memory) = runtime.block_on(hub_figures());
    let mut floor = runtime.block_on(floor_figures());
    report(&[
        Figure::new("P5", "answer to message at 200 browsers, median", since_answer.percentile_ms(5_000), "ms")
            .floor(floor.percentile_ms(5_000)),
        Figure::new("P5", "answer to message at 200 browsers, 99 of 100", since_answer.percentile_ms(9_900), "ms")
            .floor(floor.percentile_ms(9_900))
            .ratio_at_most(1.5)
            .at_most(50.0),
        Figure::new("P5", "request to message, 99 of 100", since_sent.percentile_ms(9_900), "ms"),
        Figure::new("P9", "memory of the hub at 200 browsers", memory, "MiB").at_most(150.0),
    ]);
}
