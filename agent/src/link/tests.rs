//! The link against a small hub, over real sockets.

use std::sync::Arc;

use duken_protocol::device::{
    Connection, DeviceEvent, DeviceKind, DeviceState, Job, Outcome, PrinterSettings, Reason, ScannerSettings, Work,
};
use duken_protocol::layout::Layout;
use duken_protocol::link::{AgentMessage, HubMessage, PairAnswer};
use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use uuid::Uuid;

use super::*;
use crate::devices::RuntimeOptions;
use crate::trust::{self, Trust};

struct FakeHub<S> {
    socket: WebSocketStream<S>,
    authorization: String,
}

impl<S: AsyncRead + AsyncWrite + Unpin> FakeHub<S> {
    async fn accept(stream: S) -> Self {
        let mut authorization = String::new();
        #[expect(clippy::result_large_err, reason = "the signature is the library's")]
        let look = |request: &Request, response: Response| {
            assert_eq!(request.uri().path(), "/link");
            authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
            Ok(response)
        };
        let socket = tokio_tungstenite::accept_hdr_async(stream, look).await.unwrap();
        Self { socket, authorization }
    }

    async fn hear(&mut self) -> AgentMessage {
        loop {
            if let Message::Text(text) = self.socket.next().await.unwrap().unwrap() {
                return serde_json::from_str(text.as_str()).unwrap();
            }
        }
    }

    async fn say(&mut self, message: &HubMessage) {
        self.socket.send(Message::text(serde_json::to_string(message).unwrap())).await.unwrap();
    }

    async fn welcome(&mut self, devices: Vec<DeviceDescription>) -> AgentMessage {
        let hello = self.hear().await;
        self.say(&HubMessage::Welcome { link: 1, hub_id: "hub-1".into(), build: "test".into(), devices }).await;
        hello
    }

    async fn outcome(&mut self) -> (Uuid, Outcome) {
        loop {
            if let AgentMessage::Outcome { job_id, outcome } = self.hear().await {
                return (job_id, outcome);
            }
        }
    }
}

fn identity(address: &str) -> Identity {
    Identity { address: HubAddress::parse(address).unwrap(), trust: Trust::System, agent_id: "agent-1".into(), token: "secret".into() }
}

fn start(identity: Identity) -> (JoinHandle<()>, watch::Receiver<LinkState>, Runtime) {
    let (runtime, events) = Runtime::start(RuntimeOptions::default());
    let link = Link::new(identity, runtime.clone(), events, vec![], Vec::new, || 1_000, || 0);
    let state = link.state();
    (tokio::spawn(link.run()), state, runtime)
}

fn offline_printer() -> DeviceDescription {
    DeviceDescription {
        id: "p".into(),
        kind: DeviceKind::Printer,
        name: String::new(),
        connection: Connection::serial("/dev/no-such-printer", 9600),
        profile: None,
        printer: PrinterSettings::default(),
        scanner: ScannerSettings::default(),
    }
}

fn job(number: u128) -> Job {
    let work = Work::Print { layout: Layout::new().text("x") };
    Job { id: Uuid::from_u128(number), device_id: "p".into(), valid_for_ms: None, work }
}

#[tokio::test]
async fn a_job_is_acknowledged_run_once_and_told_again_until_it_is_stored() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (task, _, _) = start(identity(&format!("http://{}", listener.local_addr().unwrap())));

    let mut hub = FakeHub::accept(listener.accept().await.unwrap().0).await;
    assert_eq!(hub.authorization, "Bearer secret");
    let hello = hub.welcome(vec![offline_printer()]).await;
    assert!(matches!(hello, AgentMessage::Hello { link: 1, agent_id, clock_ms: 1_000, .. } if agent_id == "agent-1"));
    hub.say(&HubMessage::Job { job: job(1) }).await;
    let mut acknowledged = false;
    let outcome = loop {
        match hub.hear().await {
            AgentMessage::Ack { job_id } => acknowledged = job_id == Uuid::from_u128(1),
            AgentMessage::Outcome { outcome, .. } => break outcome,
            _ => {}
        }
    };
    assert!(acknowledged);
    assert_eq!((outcome.code(), outcome.reason()), ("not_printed", Some(Reason::Offline)));
    // The link breaks before the hub could say that it has stored the outcome.
    drop(hub);

    let mut hub = FakeHub::accept(listener.accept().await.unwrap().0).await;
    hub.welcome(vec![offline_printer()]).await;
    assert_eq!(hub.outcome().await, (Uuid::from_u128(1), outcome.clone()));
    // Handed over again: the first outcome, not a second try.
    hub.say(&HubMessage::Job { job: job(1) }).await;
    assert_eq!(hub.outcome().await, (Uuid::from_u128(1), outcome));
    hub.say(&HubMessage::OutcomeStored { job_id: Uuid::from_u128(1) }).await;
    hub.say(&HubMessage::Rescan).await;
    while !matches!(hub.hear().await, AgentMessage::Found { .. }) {}
    drop(hub);

    let mut hub = FakeHub::accept(listener.accept().await.unwrap().0).await;
    hub.welcome(vec![offline_printer()]).await;
    // The state of now comes, the stored outcome does not.
    let AgentMessage::Event { event: DeviceEvent::State(report) } = hub.hear().await else { panic!("not the state") };
    assert_eq!(report.state, DeviceState::Offline);
    task.abort();
}

#[tokio::test]
async fn devices_follow_the_hub_and_unknown_messages_do_no_harm() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (task, mut state, runtime) = start(identity(&address));
    let mut hub = FakeHub::accept(listener.accept().await.unwrap().0).await;
    hub.welcome(vec![]).await;
    state
        .wait_for(|state| *state == LinkState::Up { hub_id: "hub-1".into(), address: HubAddress::parse(&address).unwrap() })
        .await
        .unwrap();
    for text in [r#"{"type":"dance"}"#, "not json", r#"{"type":"job","job":{}}"#] {
        hub.socket.send(Message::text(text)).await.unwrap();
    }
    hub.say(&HubMessage::Devices { devices: vec![offline_printer()] }).await;
    while !matches!(hub.hear().await, AgentMessage::Event { .. }) {}
    assert_eq!(runtime.devices(), [offline_printer()]);
    task.abort();
}

#[tokio::test]
async fn a_refused_agent_says_so_and_keeps_trying() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (task, mut state, _) = start(identity(&format!("http://{}", listener.local_addr().unwrap())));
    for _ in 0..2 {
        let mut hub = FakeHub::accept(listener.accept().await.unwrap().0).await;
        hub.hear().await;
        hub.say(&HubMessage::Refused { code: "agent.unknown".into(), detail: String::new() }).await;
        let down = state.wait_for(|state| matches!(state, LinkState::Down { .. })).await.unwrap().clone();
        assert!(matches!(down, LinkState::Down { detail } if detail.contains("agent.unknown")));
    }
    task.abort();
}

fn acceptor() -> (tokio_rustls::TlsAcceptor, String) {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let fingerprint = trust::fingerprint(own.cert.der());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    (tokio_rustls::TlsAcceptor::from(Arc::new(config)), fingerprint)
}

#[tokio::test]
async fn over_tls_only_the_pinned_hub_gets_the_token() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let (acceptor, fingerprint) = acceptor();
    let pinned = |sha256: String| Identity { trust: Trust::Pinned { sha256 }, ..identity(&address) };

    let (task, mut state, _) = start(pinned("00".repeat(32)));
    assert!(acceptor.accept(listener.accept().await.unwrap().0).await.is_err());
    let down = state.wait_for(|state| matches!(state, LinkState::Down { .. })).await.unwrap().clone();
    assert!(matches!(down, LinkState::Down { detail } if detail.contains("not trusted")));
    task.abort();
    let _ = task.await;

    let (task, _, _) = start(pinned(fingerprint));
    let mut hub = loop {
        // A last try of the first agent may still be in the queue.
        if let Ok(stream) = acceptor.accept(listener.accept().await.unwrap().0).await {
            break FakeHub::accept(stream).await;
        }
    };
    hub.welcome(vec![]).await;
    assert_eq!(hub.authorization, "Bearer secret");
    task.abort();
}

/// A hub that answers one pairing request.
async fn pairing_hub(status: &'static str, body: String) -> (String, String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let (acceptor, fingerprint) = acceptor();
    let body = body.replace("SERVED", &fingerprint);
    let task = tokio::spawn(async move {
        let Ok(mut stream) = acceptor.accept(listener.accept().await.unwrap().0).await else { return String::new() };
        let mut bytes = vec![0; 4096];
        let mut request = String::new();
        while !request.ends_with('}') {
            let count = stream.read(&mut bytes).await.unwrap();
            request.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
        request
    });
    (address, fingerprint, task)
}

const PAIRED: &str = r#"{"agent_id":"a","token":"t","hub_id":"h","store":"Дүкен","fingerprint":"SERVED"}"#;

#[tokio::test]
async fn pairing_pins_the_certificate_that_was_served() {
    let (address, fingerprint, task) = pairing_hub("200 OK", PAIRED.into()).await;
    let answer = pair(&HubAddress::parse(&address).unwrap(), "123 456", "Касса 2", None).await.unwrap();
    let expected =
        PairAnswer {
            agent_id: "a".into(), token: "t".into(), hub_id: "h".into(), store: "Дүкен".into(), fingerprint: Some(fingerprint)
        };
    assert!(answer == expected);
    let request = task.await.unwrap();
    assert!(request.starts_with("POST /link/pair HTTP/1.1\r\n") && request.contains(r#""code":"123456","name":"Касса 2""#), "{request}");
}

#[tokio::test]
async fn pairing_fails_by_name() {
    let refused = r#"{"code":"agent.bad_code","detail":"Неверный код","status":409}"#;
    let between = PAIRED.replace("SERVED", &"ab".repeat(32));
    let rows: [(&str, &str, Option<&str>, &str, String); 5] = [
        ("12345", "200 OK", None, "six digits", PAIRED.into()),
        ("123456", "409 Conflict", None, "agent.bad_code Неверный код", refused.into()),
        ("123456", "200 OK", None, "somebody stands between", between),
        ("123456", "200 OK", None, "cannot be read", "oops".into()),
        ("123456", "200 OK", Some("00"), "64 hexadecimal", PAIRED.into()),
    ];
    for (code, status, fingerprint, expected, body) in rows {
        let (address, _, task) = pairing_hub(status, body).await;
        let error = pair(&HubAddress::parse(&address).unwrap(), code, "x", fingerprint).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        task.abort();
    }
    let (address, _, _task) = pairing_hub("200 OK", PAIRED.into()).await;
    let pinned = "ab".repeat(32);
    let error = pair(&HubAddress::parse(&address).unwrap(), "123456", "x", Some(&pinned)).await.unwrap_err();
    assert!(matches!(error, PairError::Dial(DialError::NotTrusted { .. })), "{error}");
}
