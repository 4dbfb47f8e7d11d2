//! P5: a sale is committed, and two hundred browsers hear of it; one of them reads nothing.

mod common;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::browsers::{Socket, browser, next_text};
use common::{Figure, Times, report};
use duken_tests::fixture::Store;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Barrier, broadcast, mpsc};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const BROWSERS: usize = 200;
const SALES: usize = 200;
const BETWEEN: Duration = Duration::from_millis(20);

/// When a browser heard of which sale.
type Heard = mpsc::UnboundedSender<(String, Instant)>;

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

/// What one of two sides took: from the request to the message, and from the answer to the message.
struct Latencies {
    since_sent: Times,
    /// Milliseconds; below nothing when the message was there before the answer.
    since_answer: Vec<f64>,
}

impl Latencies {
    fn new(asked: &HashMap<String, (Instant, Instant)>, heard: &[(String, Instant)]) -> Self {
        let signed = |at: Instant, answered: Instant| match at.checked_duration_since(answered) {
            Some(after) => after.as_secs_f64() * 1_000.0,
            None => -answered.duration_since(at).as_secs_f64() * 1_000.0,
        };
        let since_sent = heard.iter().map(|(id, at)| at.duration_since(asked[id].0)).collect();
        let mut since_answer: Vec<f64> = heard.iter().map(|(id, at)| signed(*at, asked[id].1)).collect();
        since_answer.sort_unstable_by(f64::total_cmp);
        Self { since_sent: Times(since_sent), since_answer }
    }

    fn since_answer_ms(&self, hundredths: usize) -> f64 {
        self.since_answer[(self.since_answer.len() - 1) * hundredths / 10_000]
    }
}

async fn hub_figures() -> Latencies {
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
    let mut asked = HashMap::new();
    let mut pace = tokio::time::interval(BETWEEN);
    for _ in 0..SALES {
        pace.tick().await;
        let begun = Instant::now();
        let done = store.admin.post("/api/sales", sale.clone()).await.done();
        let answered = Instant::now();
        asked.insert(done["id"].as_str().expect("an id").to_owned(), (begun, answered));
    }
    let heard = gather(hearing, BROWSERS - 1).await;
    drop(reads_nothing);
    Latencies::new(&asked, &heard)
}

/// The same number of sockets, and nothing but sockets: what is asked for on one is sent to all, then answered.
async fn floor_figures() -> Latencies {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("ws://{}", listener.local_addr().expect("an address"));
    let (tell_all, _) = broadcast::channel::<String>(1024);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tell_all, mut news) = (tell_all.clone(), tell_all.subscribe());
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(stream).await.expect("a socket");
                loop {
                    tokio::select! {
                        text = news.recv() => {
                            let Ok(text) = text else { return };
                            if socket.send(Message::Text(text.into())).await.is_err() {
                                return;
                            }
                        }
                        asked = socket.next() => {
                            let Some(Ok(Message::Text(text))) = asked else { return };
                            let _listeners = tell_all.send(text.to_string());
                            let answer = Message::Text("done".into());
                            if socket.send(answer).await.is_err() {
                                return;
                            }
                        }
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
    let (mut asks, _) = connect_async(address.as_str()).await.expect("it listens");
    ready.wait().await;
    let mut asked = HashMap::new();
    let mut pace = tokio::time::interval(BETWEEN);
    for serial in 0..SALES {
        pace.tick().await;
        let message = json!({ "topic": "sales", "seq": serial, "payload": { "id": serial.to_string(), "kind": "sale" } });
        let begun = Instant::now();
        asks.send(Message::Text(message.to_string().into())).await.expect("sent");
        while next_text(&mut asks).await.expect("an answer") != "done" {}
        asked.insert(serial.to_string(), (begun, Instant::now()));
    }
    let heard = gather(hearing, BROWSERS - 1).await;
    Latencies::new(&asked, &heard)
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut hub = runtime.block_on(hub_figures());
    let mut floor = runtime.block_on(floor_figures());
    report(&[
        Figure::new("P5", "answer to message at 200 browsers, median", hub.since_answer_ms(5_000), "ms")
            .floor(floor.since_answer_ms(5_000)),
        Figure::new("P5", "answer to message at 200 browsers, 99 of 100", hub.since_answer_ms(9_900), "ms")
            .floor(floor.since_answer_ms(9_900))
            .ratio_at_most(1.5)
            .at_most(50.0),
        Figure::new("P5", "request to message, 99 of 100", hub.since_sent.percentile_ms(9_900), "ms")
            .floor(floor.since_sent.percentile_ms(9_900)),
    ]);
}
