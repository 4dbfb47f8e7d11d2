//! A store and its head office, running.

use std::sync::Arc;
use std::time::Duration;

use duken_protocol::ids::RequestId;
use duken_protocol::sync::{Enrol, PROTOCOL};
use tokio::sync::watch;
use uuid::Uuid;

use super::{House, has_exactly};
use crate::config::Role;
use crate::sync::office::{code_of, make_code};
use crate::sync::store::{Joined, Office, join};
use crate::web::door::{Limits, Seats};
use crate::web::tls::{Https, serve_https};

/// Joins over the wire, as the route does.
pub(super) async fn link(store: &House, office: &House, url: &str, fingerprint: Option<&str>) -> Result<(), duken_kernel::Refusal> {
    let request = RequestId::new(Uuid::now_v7()).unwrap();
    office.app.run(office.app.own_caller(), make_code(&office.app.key, request, "Абай 10".to_owned())).await.unwrap();
    let wanted = Enrol { protocol: PROTOCOL, code: code_of(&office.app.key, request), node: store.node(), epoch: 0, end: store.end() };
    let enrolled = Office::pinned(url, fingerprint).unwrap().enrol(&wanted).await?;
    let joined = Joined {
        url: url.to_owned(),
        fingerprint: fingerprint.map(str::to_owned),
        office: enrolled.office.to_string(),
        store_name: enrolled.store_name,
        sealed_token: store.app.key.seal("sync:office", enrolled.token.as_bytes(), store.app.chance.as_ref()).unwrap(),
    };
    store.app.run(store.app.own_caller(), join(joined)).await.unwrap();
    Ok(())
}

/// Waits until the office has everything, hearing of each step on the live topic.
pub(super) async fn everything_arrived(office: &House, number: i64, store: &House) {
    let client = office.app.live.join();
    assert!(office.app.live.follow(&client, "office", None));
    let arrived = async {
        while office.tip(number) < store.end() {
            client.next().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), arrived).await.expect("the journal did not arrive");
    office.app.live.leave(&client);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_arrives_whole_through_restarts_of_both_sides() {
    let (store, office) = (House::new(Role::Store), House::new(Role::Office));
    store.write(50);
    let served = office.serve().await;
    link(&store, &office, &served.url, None).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let forwarding = tokio::spawn(crate::sync::store::run(store.app.clone(), stopped));
    everything_arrived(&office, 2, &store).await;

    let address = served.address;
    served.end().await;
    let office = office.restarted();
    store.write(40);
    let served = office.serve_on(tokio::net::TcpListener::bind(address).await.unwrap());
    everything_arrived(&office, 2, &store).await;
    has_exactly(&office, 2, &store, store.end());

    stop.send(true).unwrap();
    forwarding.await.unwrap();
    let store = store.restarted();
    store.write(30);
    let (stop, stopped) = watch::channel(false);
    let forwarding = tokio::spawn(crate::sync::store::run(store.app.clone(), stopped));
    everything_arrived(&office, 2, &store).await;
    has_exactly(&office, 2, &store, store.end());
    stop.send(true).unwrap();
    forwarding.await.unwrap();
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_an_unknown_certificate_is_shown_and_a_wrong_one_refused() {
    let (store, office) = (House::new(Role::Store), House::new(Role::Office));
    store.write(5);
    let https = Https::open(office.folder.path(), Arc::new(duken_kernel::context::SystemClock)).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let (_stop_https, https_stopped) = watch::channel(false);
    let seats = Seats::new(Limits::default(), 64);
    tokio::spawn(serve_https(https.clone(), listener, crate::web::server::router(&office.app), seats, https_stopped));

    let refused = link(&store, &office, &url, None).await.unwrap_err();
    assert_eq!(refused.code.code, "sync.confirm_certificate");
    let shown = refused.params["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(shown, https.authority.fingerprint().to_string());
    let refused = link(&store, &office, &url, Some(&"0".repeat(64))).await.unwrap_err();
    assert_eq!(refused.code.code, "sync.wrong_certificate");
    link(&store, &office, &url, Some(&shown)).await.unwrap();

    let (stop, stopped) = watch::channel(false);
    let forwarding = tokio::spawn(crate::sync::store::run(store.app.clone(), stopped));
    everything_arrived(&office, 2, &store).await;
    has_exactly(&office, 2, &store, store.end());
    stop.send(true).unwrap();
    forwarding.await.unwrap();
}
