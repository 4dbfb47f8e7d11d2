//! The driver against small terminals of every temper, over real sockets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use duken_protocol::device::{KaspiCall, KaspiError, KaspiMethod, KaspiStatus, KaspiTarget, Protection};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// What the terminal does with a request.
#[derive(Clone)]
enum Temper {
    Answers(&'static str),
    HangsUpBeforeAnswering,
    HangsUpInTheMiddle,
    NeverAnswers,
}

type Heads = Arc<Mutex<Vec<String>>>;

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, temper: Temper, heads: Heads) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    match temper {
        Temper::Answers(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Temper::HangsUpBeforeAnswering => {}
        Temper::HangsUpInTheMiddle => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"statusCode\":0").await;
        }
        Temper::NeverAnswers => std::future::pending().await,
    }
}

async fn plain(temper: Temper) -> (KaspiTarget, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heads = Heads::default();
    let seen = Arc::clone(&heads);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, temper.clone(), Arc::clone(&seen)));
        }
    });
    (KaspiTarget { address, protection: Protection::Http, access_token: None, terminal_id: None }, heads)
}

struct Authority {
    pem: String,
    sha256: String,
}

async fn protected(temper: Temper, name: &str) -> (String, Heads, Authority) {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(vec![]).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    secured(temper, certificate, &key, ca_pem).await
}

/// One that made its certificate by itself, as the usual tools do: marked as an authority.
async fn made_by_itself(temper: Temper, name: &str) -> (String, Heads, Authority) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut own = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    own.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = own.self_signed(&key).unwrap();
    let pem = certificate.pem();
    secured(temper, certificate, &key, pem).await
}

async fn secured(temper: Temper, certificate: rcgen::Certificate, key: &rcgen::KeyPair, ca_pem: String) -> (String, Heads, Authority) {
    let sha256 = trust::fingerprint(certificate.der());
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heads = Heads::default();
    let seen = Arc::clone(&heads);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, temper, seen) = (acceptor.clone(), temper.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, temper, seen).await;
                }
            });
        }
    });
    (address, heads, Authority { pem: ca_pem, sha256 })
}

const STARTED: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 69\r\n\r\n\
    {\"statusCode\":0,\"data\":{\"processId\":\"4711\",\"status\":\"wait\"},\"x\":\"yz\"}";

fn short_limits() -> Limits {
    Limits { connect: Duration::from_millis(400), answer: Duration::from_millis(400) }
}

fn terminal(target: &KaspiTarget) -> Terminal {
    Terminal::new(target).unwrap().with_limits(short_limits())
}

fn first_line(heads: &Heads) -> String {
    heads.lock().unwrap()[0].lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_payment_is_whole_tenge_and_gives_its_process() {
    let (target, heads) = plain(Temper::Answers(STARTED)).await;
    assert_eq!(terminal(&target).payment(1250, true).await.unwrap(), "4711");
    assert_eq!(first_line(&heads), "GET /v2/payment?amount=1250&owncheque=true HTTP/1.1");
}

#[tokio::test]
async fn each_call_has_its_path() {
    let (target, heads) = plain(Temper::Answers("HTTP/1.1 200 OK\r\n\r\n{\"statusCode\":107}")).await;
    let terminal = terminal(&target);
    let calls = [
        (KaspiCall::Register { name: "Касса".into() }, "/v2/register?name=%D0%9A%D0%B0%D1%81%D1%81%D0%B0"),
        (KaspiCall::Refresh { name: "1".into(), refresh_token: "r+".into() }, "/v2/revoke?name=1&refreshToken=r%2B"),
        (
            KaspiCall::Refund { amount_tenge: 5, method: KaspiMethod::Qr, transaction_id: "A-1".into(), own_cheque: false },
            "/v2/refund?amount=5&method=qr&transactionId=A-1&owncheque=false",
        ),
        (KaspiCall::Status { process_id: "9".into() }, "/v2/status?processId=9"),
        (KaspiCall::Actualize { process_id: "9".into() }, "/v2/actualize?processId=9"),
        (KaspiCall::DeviceInfo, "/v2/deviceinfo"),
    ];
    for (call, path) in calls {
        heads.lock().unwrap().clear();
        assert_eq!(terminal.call(&call).await.unwrap_err().code(), "busy");
        assert_eq!(first_line(&heads), format!("GET {path} HTTP/1.1"));
    }
}

#[tokio::test]
async fn a_bad_call_is_never_sent() {
    let (target, heads) = plain(Temper::Answers(STARTED)).await;
    let terminal = terminal(&target);
    for amount in [0, -5] {
        assert_eq!(terminal.payment(amount, true).await.unwrap_err().code(), "bad_call");
    }
    assert_eq!(terminal.refund(5, KaspiMethod::Card, " ", true).await.unwrap_err().code(), "bad_call");
    assert!(heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_was_never_sent_is_told_from_what_may_have_been() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let nobody = KaspiTarget { address: free, protection: Protection::Http, access_token: None, terminal_id: None };
    let error = terminal(&nobody).payment(5, true).await.unwrap_err();
    assert_eq!((error.code(), error.may_have_happened()), ("never_sent", false));
    for temper in [Temper::HangsUpBeforeAnswering, Temper::HangsUpInTheMiddle, Temper::NeverAnswers] {
        let (target, _) = plain(temper).await;
        let error = terminal(&target).payment(5, true).await.unwrap_err();
        assert_eq!((error.code(), error.may_have_happened()), ("answer_lost", true));
    }
}

#[tokio::test]
async fn a_terminal_that_sleeps_is_never_sent_anything() {
    // It takes the connection and says nothing to the TLS greeting.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let target = KaspiTarget { address, protection: Protection::HttpsUnverified, access_token: Some("t".into()), terminal_id: None };
    assert_eq!(terminal(&target).payment(5, true).await.unwrap_err().code(), "never_sent");
    drop(listener);
}

#[tokio::test]
async fn the_token_goes_in_its_header_over_tls_and_never_in_the_open() {
    let (address, heads, _) = protected(Temper::Answers(STARTED), "pos7.kaspipos.kz").await;
    let target = KaspiTarget {
        address,
        protection: Protection::HttpsUnverified,
        access_token: Some("secret".into()),
        terminal_id: Some("T-1".into()),
    };
    terminal(&target).payment(5, true).await.unwrap();
    assert!(heads.lock().unwrap()[0].contains("\r\naccesstoken: secret\r\n"));
    assert!(!heads.lock().unwrap()[0].contains("terminalId"));
    let _ = terminal(&target).status("4711").await;
    assert!(heads.lock().unwrap()[1].contains("\r\nterminalId: T-1\r\n"));
    let _ = terminal(&target).probe().await;
    assert!(!heads.lock().unwrap()[2].contains("secret"));

    let (open, heads) = plain(Temper::Answers(STARTED)).await;
    let open = KaspiTarget { access_token: Some("secret".into()), ..open };
    terminal(&open).payment(5, true).await.unwrap();
    assert!(!heads.lock().unwrap()[0].contains("secret"));
    let asked_for = KaspiTarget { protection: Protection::HttpWithToken, ..open };
    terminal(&asked_for).payment(5, true).await.unwrap();
    assert!(heads.lock().unwrap()[1].contains("\r\naccesstoken: secret\r\n"));
}

#[tokio::test]
async fn the_address_is_dialed_and_the_name_is_verified() {
    let (address, heads, authority) = protected(Temper::Answers(STARTED), "pos7.kaspipos.kz").await;
    let with = |protection| KaspiTarget { address: address.clone(), protection, access_token: None, terminal_id: None };
    let named = |name: &str| Protection::HttpsAuthority { name: name.into(), ca_pem: authority.pem.clone() };
    let rows = [
        (named("pos7.kaspipos.kz"), None),
        (Protection::HttpsPinned { sha256: authority.sha256.to_uppercase() }, None),
        (Protection::HttpsUnverified, None),
        (named("pos8.kaspipos.kz"), Some("not_trusted")),
        (Protection::HttpsPinned { sha256: "ab".repeat(32) }, Some("not_trusted")),
        (Protection::HttpsName { name: "pos7.kaspipos.kz".into() }, Some("not_trusted")),
        (Protection::Http, Some("unreadable")),
    ];
    for (protection, expected) in rows {
        heads.lock().unwrap().clear();
        let result = terminal(&with(protection.clone())).payment(5, true).await;
        assert_eq!(result.as_ref().err().map(KaspiError::code), expected, "{protection:?} {result:?}");
        assert_eq!(heads.lock().unwrap().len(), usize::from(expected.is_none()), "{protection:?}");
    }
}

#[tokio::test]
async fn expired_and_unknown_tokens_are_told_apart() {
    for (answer, code) in [("HTTP/1.1 401 \r\n\r\n", "not_registered"), ("HTTP/1.1 403 \r\n\r\n", "token_expired")] {
        let (target, _) = plain(Temper::Answers(answer)).await;
        assert_eq!(terminal(&target).status("1").await.unwrap_err().code(), code);
    }
    let (target, _) = plain(Temper::Answers("HTTP/1.1 401 \r\n\r\n")).await;
    assert_eq!(terminal(&target).probe().await, Ok(()));
}

#[tokio::test]
async fn a_status_is_read_whole() {
    let (target, _) = plain(Temper::Answers(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
         3c\r\n{\"statusCode\":0,\"data\":{\"status\":\"fail\",\"message\":\"Нет\"}}\r\n0\r\n\r\n",
    ))
    .await;
    let result = terminal(&target).status("1").await;
    match result {
        Ok(process) => assert_eq!((process.status, process.message.as_str()), (KaspiStatus::Fail, "Нет")),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_certificate_that_a_terminal_made_by_itself_is_its_own_authority_for_its_own_name() {
    let (address, heads, own) = made_by_itself(Temper::Answers(STARTED), "*.kaspipos.kz").await;
    let target = |name: &str, ca_pem: &str| KaspiTarget {
        address: address.clone(),
        protection: Protection::HttpsAuthority { name: name.to_owned(), ca_pem: ca_pem.to_owned() },
        access_token: None,
        terminal_id: None,
    };
    assert_eq!(terminal(&target("pos7.kaspipos.kz", &own.pem)).payment(1250, true).await.unwrap(), "4711");
    let port = address.rsplit_once(':').unwrap().1;
    let said = heads.lock().unwrap()[0].clone();
    assert!(said.contains(&format!("Host: pos7.kaspipos.kz:{port}\r\n")), "as the certificate names it: {said}");
    let wrong = terminal(&target("pos7.example.kz", &own.pem)).payment(1250, true).await.unwrap_err();
    assert_eq!(wrong.code(), "not_trusted", "another name");
    let (_, _, stranger) = made_by_itself(Temper::Answers(STARTED), "*.kaspipos.kz").await;
    let wrong = terminal(&target("pos7.kaspipos.kz", &stranger.pem)).payment(1250, true).await.unwrap_err();
    assert_eq!(wrong.code(), "not_trusted", "another certificate");
}

#[tokio::test]
async fn the_terminals_id_goes_along_with_both_questions_about_a_process() {
    let (mut target, heads) = plain(Temper::Answers(STARTED)).await;
    target.terminal_id = Some("T-7".to_owned());
    let terminal = terminal(&target);
    let _read = terminal.status("4711").await;
    let _read = terminal.actualize("4711").await;
    let said = heads.lock().unwrap().clone();
    assert!(said.len() == 2 && said.iter().all(|head| head.contains("terminalId: T-7\r\n")), "{said:?}");
}
