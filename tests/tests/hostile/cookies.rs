//! Cookies and codes that were good once.

use duken_tests::client::{Api, Call, Raw, new_id};
use duken_tests::fixture::{Office, Opening, PASSWORD, Start, Store};
use serde_json::{Value, json};

/// A device that shows a cookie which somebody wrote down.
fn thief(store: &Store, cookie: &str) -> Api {
    let device = store.admin.another_device();
    device.set_cookie(Some(cookie.to_owned()));
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_worth_nothing_once_its_session_is_over() {
    let store = Store::new().await;
    let ended = async |what: &str, cookie: &str| {
        let answer = thief(&store, cookie).get("/api/session").await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "session.expired"), "{what}");
    };
    let mut cashier = store.person("cashier").await;
    let first = cashier.api.cookie().expect("signed in");
    assert_eq!(cashier.api.delete("/api/session").await.status, 204);
    ended("after signing out", &first).await;

    // A new sign-in is a new session; the old cookie does not come alive by it.
    let _session = cashier.api.sign_in(&cashier.phone, PASSWORD).await.done();
    let second = cashier.api.cookie().expect("signed in");
    assert_ne!(first, second);
    ended("after signing in again", &first).await;

    let changed = json!({ "password": "another horse 8" });
    assert!(store.admin.post(format!("/api/users/{}/password", cashier.id), changed).await.status < 300);
    ended("after the password was changed", &second).await;

    let _session = cashier.api.sign_in(&cashier.phone, "another horse 8").await.done();
    let third = cashier.api.cookie().expect("signed in");
    assert!(store.admin.post(format!("/api/users/{}/disable", cashier.id), json!({})).await.status < 300);
    ended("after the person left", &third).await;
    assert!(store.admin.post(format!("/api/users/{}/enable", cashier.id), json!({})).await.status < 300);
    ended("after the person came back", &third).await;

    cashier.api = store.admin.another_device();
    for nonsense in ["duken_session=", "duken_session=0", "duken_session=' OR 1=1 --", "duken_session=\u{7f}", "other=1; duken_session"] {
        let answer = thief(&store, nonsense).try_send(&Call::get("/api/session")).await;
        if let Ok(answer) = answer {
            assert_eq!(answer.status, 401, "{nonsense}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_replayed_by_another_gives_nothing_without_the_password() {
    let store = Store::new().await;
    let cashier = store.person("cashier").await;
    let call = Call::post("/api/session", &json!({ "phone": cashier.phone, "password": PASSWORD }));
    let device = store.admin.another_device();
    let _session = device.send(call.clone()).await.done();
    // The same id with another body is another request: its cookie is another one.
    let wrong =
        Call::post("/api/session", &json!({ "phone": cashier.phone, "password": "wrong horse 7" })).under(call.id.clone().expect("an id"));
    let other = store.admin.another_device();
    other.send(wrong).await.refused(401, "session.wrong_password");
    assert_eq!(other.cookie(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_for_an_agent_is_good_once() {
    let store = Store::new().await;
    let shown = store.admin.post("/api/agents/pair", json!({})).await.done();
    let stranger = store.admin.another_device();
    let pair = async |code: &Value| stranger.post("/link/pair", json!({ "link": 1, "code": code, "name": "Counter", "build": "x" })).await;
    let _paired = pair(&shown["code"]).await.done();
    pair(&shown["code"]).await.refused(403, "agent.code_wrong");
    // A code that another replaced, and one that was guessed at five times.
    let old = store.admin.post("/api/agents/pair", json!({})).await.done();
    let new = store.admin.post("/api/agents/pair", json!({})).await.done();
    pair(&old["code"]).await.refused(403, "agent.code_wrong");
    for _ in 0..4 {
        pair(&json!("nothing")).await.refused(403, "agent.code_wrong");
    }
    let answer = pair(&new["code"]).await;
    assert!(answer.status == 403 || answer.status == 429, "{}", answer.text());
    let agents = store.admin.get("/api/agents").await.done();
    assert_eq!(agents.as_array().map(Vec::len), Some(1), "{agents}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_for_a_store_is_good_for_one_store() {
    let office = Office::new().await;
    let code = office.admin.post("/api/office/codes", json!({ "store_name": "Абай 10" })).await.done()["code"].clone();
    let stranger = office.admin.another_device();
    let join = async |code: &Value, node: &str| {
        stranger.post("/sync/enroll", json!({ "protocol": 1, "code": code, "node": node, "epoch": 0 })).await
    };
    let one = uuid::Uuid::now_v7().to_string();
    let first = join(&code, &one).await.done();
    let again = join(&code, &one).await.done();
    assert_eq!(first["token"], again["token"], "the same store may have lost its answer");
    let other = uuid::Uuid::now_v7().to_string();
    join(&code, &other).await.refused(409, "sync.code_used");
    join(&json!("AAAAA-AAAAA"), &other).await.refused(403, "sync.wrong_code");
    let answer = stranger.send(Call::get("/sync/state").with("Authorization", "Bearer 0000")).await;
    answer.refused(401, "sync.wrong_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_sign_in_over_tls_is_for_tls_only() {
    let arguments = ["--https", "127.0.0.1:0"].map(str::to_owned).to_vec();
    let store = Store::opened(Opening { start: Start { arguments, ..Start::default() }, ..Opening::default() }).await;
    let body = json!({ "phone": "+7 701 000 00 00", "password": PASSWORD }).to_string();
    let request = format!(
        "POST /api/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nidempotency-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
        new_id(),
        body.len(),
    );
    let fingerprint = store.hub.said["fingerprint"].as_str().expect("a fingerprint");
    let mut tls = Raw::tls(store.hub.tls_socket(), fingerprint).await.expect("a connection");
    tls.say(request.as_bytes()).await.expect("said");
    let cookie = tls.answer().await.header("set-cookie").to_owned();
    assert!(cookie.contains("duken_session=") && cookie.ends_with("; Secure"), "{cookie}");
    let mut plain = Raw::plain(store.hub.socket()).await.expect("a connection");
    plain.say(request.as_bytes()).await.expect("said");
    assert!(!plain.answer().await.header("set-cookie").contains("Secure"), "loopback in plain could not send it back");
}
