//! Slow and greedy clients: in plain and over TLS.

use std::time::Duration;

use duken_tests::client::{Api, Raw};
use duken_tests::fixture::{Hub, PATIENCE, Start};
use tempfile::TempDir;

/// Times short enough to wait for.
const LIMITS: &str =
    "[limits]\nhandshake_ms = 400\nhead_ms = 400\nidle_ms = 900\nbody_ms = 500\nbody_bytes_per_s = 4096\nstalled_ms = 800\n";

struct Shop {
    hub: Hub,
    _folder: TempDir,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments = ["--https", "127.0.0.1:0"].map(str::to_owned).to_vec();
        let start = Start { arguments, config: Some(LIMITS.to_owned()), ..Start::default() };
        Self { hub: Hub::start(&folder.path().join("data"), start), _folder: folder }
    }

    async fn plain(&self) -> Raw {
        Raw::plain(self.hub.socket()).await.expect("a connection")
    }

    async fn over(&self, wire: Wire) -> Raw {
        let fingerprint = self.hub.said["fingerprint"].as_str().expect("a fingerprint");
        match wire {
            Wire::Plain => self.plain().await,
            Wire::Tls => Raw::tls(self.hub.tls_socket(), fingerprint).await.expect("a connection"),
        }
    }

    async fn answers(&self) {
        let _well = Api::new(self.hub.address().clone()).get("/api/health").await.done();
    }
}

#[derive(Debug, Clone, Copy)]
enum Wire {
    Plain,
    Tls,
}

const BOTH: [Wire; 2] = [Wire::Plain, Wire::Tls];
const HEALTH: &[u8] = b"GET /api/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

/// Says one byte at a time, each well before anybody would call the line dead, until the hub hangs up.
async fn drips(client: &mut Raw, bytes: &[u8]) -> usize {
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    for (said, byte) in bytes.iter().enumerate() {
        pace.tick().await;
        if client.say(std::slice::from_ref(byte)).await.is_err() {
            return said;
        }
    }
    bytes.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let shop = Shop::open();
    let endless = [b"GET /api/health HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ", "x".repeat(4_000).as_bytes()].concat();
    for wire in BOTH {
        let mut client = shop.over(wire).await;
        let said = drips(&mut client, &endless).await;
        assert!(said < 200, "{said} bytes in, the hub still listened");
        assert_eq!(client.hung_up().await, b"");
    }
    shop.answers().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_hung_up_on() {
    let shop = Shop::open();
    // Before the handshake, after it, in plain, and between two requests.
    let mut unshaken = Raw::plain(shop.hub.tls_socket()).await.expect("a connection");
    assert_eq!(unshaken.hung_up().await, b"");
    for wire in BOTH {
        let mut client = shop.over(wire).await;
        assert_eq!(client.hung_up().await, b"");
    }
    for wire in BOTH {
        let mut client = shop.over(wire).await;
        client.say(HEALTH).await.expect("said");
        assert_eq!(client.answer().await.status, 200);
        client.say(HEALTH).await.expect("said");
        assert_eq!(client.answer().await.status, 200, "the connection is kept for a while");
        assert_eq!(client.hung_up().await, b"");
    }
}

fn sign_in(announced: usize) -> Vec<u8> {
    let key = duken_tests::client::new_id();
    format!("POST /api/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {announced}\r\n\r\n")
        .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_body_is_answered_and_not_waited_for() {
    let shop = Shop::open();
    for wire in BOTH {
        let mut client = shop.over(wire).await;
        client.say(&sign_in(1_000)).await.expect("said");
        client.say(b"{\"phone\": \"").await.expect("said");
        let answer = client.answer().await;
        answer.refused(408, "request.too_slow");
        assert_eq!(answer.header("connection"), "close");
        let _rest = client.hung_up().await;
    }
    shop.answers().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_is_not_waited_for_and_one_that_flows_is() {
    let shop = Shop::open();
    let mut dripping = shop.plain().await;
    dripping.say(&sign_in(1_000)).await.expect("said");
    let said = drips(&mut dripping, &[b' '; 1_000]).await;
    assert!(said < 200, "{said} bytes in, the hub still listened");
    // Twice as long as a body may take, but in time by its size.
    let mut flowing = shop.plain().await;
    let body = vec![b' '; 10_000];
    flowing.say(&sign_in(body.len())).await.expect("said");
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    for piece in body.chunks(500) {
        pace.tick().await;
        flowing.say(piece).await.expect("the hub listens");
    }
    flowing.answer().await.refused(422, "request.malformed");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_takes_nothing_is_hung_up_on() {
    let shop = Shop::open();
    let ask = b"GET /api/openapi.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".repeat(50);
    for wire in BOTH {
        let mut greedy = shop.over(wire).await;
        let asks = async { while greedy.say(&ask).await.is_ok() {} };
        tokio::time::timeout(PATIENCE, asks).await.expect("the hub hangs up");
    }
    shop.answers().await;
}
