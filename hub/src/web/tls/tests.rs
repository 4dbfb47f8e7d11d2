//! The authority vouches for this hub and for nothing else; whoever pins it is safe from others.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use duken_kernel::context::SystemClock;
use jiff::civil::{Date, date};
use tokio::sync::watch;

use super::authority::Renewed;
use super::{Authority, Fingerprint, Https, Names, Pin, serve_https, trust_router};
use crate::web::door::{Limits, Seats};

const TODAY: Date = date(2026, 11, 21);

fn addresses(texts: &[&str]) -> BTreeSet<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn authority(folder: &Path) -> Authority {
    let names = Names { host: Some("kassa.local".to_owned()), addresses: addresses(&["127.0.0.1", "10.0.0.5"]) };
    Authority::load_or_make(folder, &names, TODAY).unwrap()
}

#[test]
fn keys_are_readable_by_their_owner_only_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tls");
    let first = authority(&path);
    first.server(&addresses(&["10.0.0.5"]), TODAY).unwrap();
    for file in ["authority.key", "server.key"] {
        assert_eq!(std::fs::metadata(path.join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    assert_eq!(authority(&path).fingerprint(), first.fingerprint());
}

#[test]
fn a_certificate_is_renewed_when_addresses_change_or_it_is_over_soon() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    let cases: &[(&[&str], Date, Renewed)] = &[
        (&["10.0.0.5"], TODAY, Renewed::Yes),
        (&["10.0.0.5"], TODAY, Renewed::No),
        (&["10.0.0.6"], TODAY, Renewed::Yes),
        (&["10.0.0.6"], date(2027, 11, 1), Renewed::No),
        (&["10.0.0.6"], date(2027, 12, 1), Renewed::Yes),
    ];
    for (texts, today, renewed) in cases {
        assert_eq!(authority.server(&addresses(texts), *today).unwrap().1, *renewed, "{texts:?} {today}");
    }
}

#[test]
fn the_authority_vouches_for_no_other_names_or_addresses() {
    use rcgen::{CertificateParams, Issuer, KeyPair};
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, UnixTime};
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    let key = KeyPair::from_pem(&std::fs::read_to_string(folder.path().join("authority.key")).unwrap()).unwrap();
    let issuer = Issuer::from_ca_cert_der(authority.certificate(), key).unwrap();
    let trusted = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let der = CertificateDer::from_pem_slice(certificate.pem().as_bytes()).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.certificate().clone()).unwrap();
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms.all;
        let parsed = rustls::server::ParsedCertificate::try_from(&der).unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_795_300_000));
        rustls::client::verify_server_cert_signed_by_trust_anchor(&parsed, &roots, &[], now, algorithms).is_ok()
    };
    for own in ["hub.duken.local", "duken.local", "kassa.local", "localhost", "10.9.8.7", "192.168.0.9", "fd00::5"] {
        assert!(trusted(own), "{own}");
    }
    for foreign in ["kaspi.kz", "example.local", "duken.local.evil.kz", "8.8.8.8", "2001:db8::1"] {
        assert!(!trusted(foreign), "{foreign}");
    }
}

#[test]
fn a_fingerprint_is_read_as_it_is_shown() {
    let fingerprint = Fingerprint::of(b"");
    assert!(fingerprint.to_string().starts_with("E3:B0:C4:42:98:FC:1C:14"), "SHA-256");
    assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
    assert_eq!(fingerprint.hex().parse(), Ok(fingerprint));
    for bad in ["", "E3:B0", "zz", &"0".repeat(63), &"0".repeat(65)] {
        assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
    }
}

async fn served(folder: &Path) -> (Arc<Https>, String, watch::Sender<bool>) {
    let https = Https::open(folder, Arc::new(SystemClock)).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let (stop, stopped) = watch::channel(false);
    let router = Router::new().route("/", axum::routing::get(|| async { "hub" }));
    let seats = Seats::new(Limits::default(), 64);
    tokio::spawn(serve_https(https.clone(), listener, router, seats, stopped));
    (https, url, stop)
}

async fn asked(pin: &Arc<Pin>, url: &str) -> Result<String, reqwest::Error> {
    let client = reqwest::Client::builder().tls_backend_preconfigured(pin.clone().client_config().unwrap()).build().unwrap();
    client.get(url).send().await?.text().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pins_the_authority_reaches_this_hub_and_no_other() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (https, url, _stop) = served(folder.path()).await;
    let (foreign, foreign_url, _stop_too) = served(other.path()).await;
    let pin = Arc::new(Pin::expecting(https.authority.fingerprint()));
    assert_eq!(asked(&pin, &url).await.unwrap(), "hub");
    assert_eq!(pin.refused(), None);
    assert!(asked(&pin, &foreign_url).await.is_err());
    assert_eq!(pin.refused(), Some(foreign.authority.fingerprint()), "the one that was shown is named");
    let looking = Arc::new(Pin::looking());
    assert!(asked(&looking, &url).await.is_err(), "looking trusts nothing");
    assert_eq!(looking.found(), Some(https.authority.fingerprint()));
    https.renew().unwrap();
    assert_eq!(asked(&pin, &url).await.unwrap(), "hub");
}

#[tokio::test]
async fn plain_http_shows_the_page_and_the_certificate_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let https = Https::open(folder.path(), Arc::new(SystemClock)).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = trust_router(&https);
    tokio::spawn(async move { axum::serve(listener, router).await });
    super::install_provider();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (language, words) in [("ru", "Доверять этому хабу"), ("kk", "Осы хабқа сену"), ("en", "Trust this hub")]
    {
        let page = client.get(format!("{base}/trust?lang={language}")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(words) && page.contains(&https.authority.fingerprint().to_string()), "{language}");
        assert!(!page.contains("{certificate}") && !page.contains("{fingerprint}"));
    }
    let certificate = client.get(format!("{base}/trust/duken.crt")).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(Fingerprint::of(&certificate), https.authority.fingerprint());
    for other in ["/", "/api/session", "/api/sync", "/sync/state"] {
        let answer = client.get(format!("{base}{other}")).send().await.unwrap();
        assert_eq!(answer.status(), 307, "{other}");
        assert_eq!(answer.headers()["location"], "/trust");
    }
}
