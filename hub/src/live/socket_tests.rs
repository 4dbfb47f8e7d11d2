//! The live link over real sockets.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use crate::config::Config;
use crate::hub::{App, Hub};
use crate::live::notice;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Shop {
    _folder: tempfile::TempDir,
    app: App,
    address: String,
    client: reqwest::Client,
    cookie: String,
}

impl Shop {
    /// A hub that is set up and serves; its administrator is signed in.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Hub::open(Config {
            data: folder.path().to_owned(),
            database: crate::test_database::on_a_server(folder.path()),
            ..Config::default()
        })
        .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = crate::web::server::router(&app);
        tokio::spawn(async move { axum::serve(listener, router).await });
        crate::web::tls::install_provider();
        let client = reqwest::Client::new();
        let admin = json!({ "name": "Әсел", "phone": "+7 701 000 00 01", "password": "correct horse" });
        let store = json!({ "name": "Дүкен", "bin": "", "address": "", "phone": "", "zone": "Asia/Almaty", "currency": "KZT" });
        let body = json!({ "language": "ru", "store": store, "admin": admin });
        let answer = client
            .post(format!("http://{address}/api/setup"))
            .header("idempotency-key", Uuid::now_v7().to_string())
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let cookie = answer.headers().get("set-cookie").map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned());
        let Some(cookie) = cookie else { panic!("{status} {}", answer.text().await.unwrap()) };
        Self { _folder: folder, app, address, client, cookie }
    }

    async fn connect(&self, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
        let mut request = format!("ws://{}/api/live", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        connect_async(request).await.map(|(socket, _)| socket)
    }

    async fn follow(&self, topic: &str) -> Socket {
        let mut socket = self.connect(&[("cookie", &self.cookie)]).await.unwrap();
        assert!(heard(&mut socket).await["hello"]["build"].is_string());
        let wanted = json!({ "subscribe": [{ "topic": topic }] });
        socket.send(Message::text(wanted.to_string())).await.unwrap();
        assert_eq!(heard(&mut socket).await["followed"], topic);
        socket
    }
}

/// The next message that is one; pings are answered on the way.
async fn heard(socket: &mut Socket) -> Json {
    let next = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(text.as_str()).unwrap(),
                Some(Ok(Message::Close(frame))) => return json!({ "closed": frame.map(|frame| u16::from(frame.code)) }),
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("{error}"),
                None => return json!({ "closed": null }),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), next).await.expect("nothing was heard")
}

fn status(outcome: Result<Socket, Error>) -> u16 {
    match outcome {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => 101,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_session_of_the_hubs_own_pages_may_open_a_link() {
    let shop = Shop::open().await;
    let own = format!("http://{}", shop.address);
    assert_eq!(status(shop.connect(&[]).await), 401);
    assert_eq!(status(shop.connect(&[("cookie", "duken_session=nonsense")]).await), 401);
    assert_eq!(status(shop.connect(&[("cookie", &shop.cookie), ("origin", "https://evil.example")]).await), 403);
    assert_eq!(status(shop.connect(&[("cookie", &shop.cookie), ("origin", &own)]).await), 101);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_heard_and_a_command_that_is_refused_is_not() {
    let shop = Shop::open().await;
    let mut socket = shop.follow("stock").await;
    let caller = shop.app.own_caller();
    let refused = shop.app.run(caller, |tx| {
        tx.notify("stock", json!({ "product": "1" }));
        crate::web::DENIED.err()
    });
    assert!(refused.await.is_err());
    let done = shop.app.run(caller, |tx| {
        tx.notify("stock", json!({ "product": "2" }));
        Ok(0)
    });
    done.await.unwrap();
    assert_eq!(heard(&mut socket).await["payload"], json!({ "product": "2" }));
    socket.send(Message::text(json!({ "subscribe": [{ "topic": "secrets" }] }).to_string())).await.unwrap();
    assert_eq!(heard(&mut socket).await, json!({ "refused": "secrets", "code": "access.denied" }));
    socket.send(Message::text("no json")).await.unwrap();
    socket.send(Message::binary(vec![0; 100])).await.unwrap();
    shop.app.live.publish(&notice("stock", json!({ "product": "3" })));
    assert_eq!(heard(&mut socket).await["payload"], json!({ "product": "3" }), "nonsense closes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_the_link() {
    let shop = Shop::open().await;
    let mut socket = shop.follow("session").await;
    let answer = shop
        .client
        .delete(format!("http://{}/api/session", shop.address))
        .header("cookie", &shop.cookie)
        .header("idempotency-key", Uuid::now_v7().to_string())
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    // The session's own topic may say so first.
    let mut message = heard(&mut socket).await;
    while message.get("closed").is_none() {
        message = heard(&mut socket).await;
    }
    assert_eq!(message, json!({ "closed": 1008 }));
    drop(socket);
    assert_eq!(status(shop.connect(&[("cookie", &shop.cookie)]).await), 401);
}

/// P5, printed: time from a publication to its arrival at each of 200 browsers, one of which reads nothing.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_browsers_hear_at_once_and_one_that_reads_nothing_hurts_nobody() {
    const BROWSERS: usize = 200;
    const MESSAGES: usize = 50;
    let shop = Shop::open().await;
    let asleep = shop.follow("sales").await;
    let beginning = std::time::Instant::now();
    let mut readers = Vec::new();
    for _ in 0..BROWSERS {
        let mut socket = shop.follow("sales").await;
        readers.push(tokio::spawn(async move {
            let mut late_us = Vec::new();
            for _ in 0..MESSAGES {
                let message = heard(&mut socket).await;
                let sent_us = message["payload"]["sent_us"].as_u64().unwrap_or_else(|| panic!("{message}"));
                late_us.push(beginning.elapsed().as_micros() as u64 - sent_us);
            }
            late_us
        }));
    }
    let filling = "x".repeat(2_000);
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..MESSAGES {
        pace.tick().await;
        let sent_us = beginning.elapsed().as_micros() as u64;
        shop.app.live.publish(&notice("sales", json!({ "sent_us": sent_us, "filling": filling })));
    }
    let mut late_us = Vec::new();
    for reader in readers {
        late_us.extend(reader.await.unwrap());
    }
    late_us.sort_unstable();
    assert_eq!(late_us.len(), BROWSERS * MESSAGES);
    println!("P5: p50 {} µs, p99 {} µs", late_us[late_us.len() / 2], late_us[late_us.len() * 99 / 100]);
    drop(asleep);
}
