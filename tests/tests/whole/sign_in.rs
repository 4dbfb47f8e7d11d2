//! Sign-in: wrong, throttled, disabled, locked, revoked.

use duken_tests::fixture::{PASSWORD, Store};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_phone_are_told_alike() {
    let store = Store::new().await;
    let device = store.admin.another_device();
    let wrong = device.sign_in("+7 701 000 00 00", "not the password").await.refused(401, "session.wrong_password");
    let unknown = device.sign_in("+7 705 555 55 55", PASSWORD).await.refused(401, "session.wrong_password");
    assert_eq!(wrong["detail"], unknown["detail"]);
    let session = device.sign_in("8 (701) 000-00-00", PASSWORD).await.done();
    assert_eq!(session["user"]["name"], "Aida");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_is_throttled_even_for_the_right_one() {
    let store = Store::new().await;
    let person = store.person("cashier").await;
    let device = store.admin.another_device();
    for _ in 0..5 {
        device.sign_in(&person.phone, "a guess").await.refused(401, "session.wrong_password");
    }
    let refused = device.sign_in(&person.phone, PASSWORD).await.refused(429, "session.throttled");
    assert!(refused["params"]["seconds"].to_string().trim_matches('"').parse::<i64>().expect("seconds") > 0);
    let _others_may = store.admin.another_device().sign_in("+7 701 000 00 00", PASSWORD).await.done();
    let trail = String::from_utf8(store.hub.ask("journal", &["--limit", "1000000"]).stdout).expect("text");
    assert!(trail.contains("session.wrong_password"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_pin_is_throttled() {
    let store = Store::new().await;
    let _locked = store.admin.post("/api/session/lock", json!({})).await.done();
    store.admin.get("/api/products").await.refused(401, "session.locked");
    for _ in 0..5 {
        store.admin.post("/api/session/pin", json!({ "pin": "0000" })).await.refused(401, "session.wrong_pin");
    }
    store.admin.post("/api/session/pin", json!({ "pin": "1357" })).await.refused(429, "session.throttled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_opens_the_lock_and_switches_the_person() {
    let store = Store::new().await;
    let role = store.role("cashier").await;
    let other = store.person_with(json!({ "name": "Bota", "role_ids": [role], "pin": "2468" })).await;
    let _locked = store.admin.post("/api/session/lock", json!({})).await.done();
    let back = store.admin.post("/api/session/pin", json!({ "pin": "1357" })).await.done();
    assert_eq!((&back["locked"], &back["user"]["name"]), (&json!(false), &json!("Aida")));
    let switched = store.admin.post("/api/session/pin", json!({ "user_id": other.id, "pin": "2468" })).await.done();
    assert_eq!(switched["user"]["name"], "Bota");
    store.admin.get("/api/users").await.refused(403, "access.denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_is_out_at_once() {
    let store = Store::new().await;
    let person = store.person("cashier").await;
    let _session = person.api.get("/api/session").await.done();
    let _disabled = store.admin.post(format!("/api/users/{}/disable", person.id), json!({})).await.done();
    let answer = person.api.get("/api/session").await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    person.api.another_device().sign_in(&person.phone, PASSWORD).await.refused(403, "session.disabled");
    let _enabled = store.admin.post(format!("/api/users/{}/enable", person.id), json!({})).await.done();
    let _session = person.api.another_device().sign_in(&person.phone, PASSWORD).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_mid_sale_leaves_the_cart() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &["4870001234560"]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let cashier = store.person("cashier").await;
    store.stand_at(&cashier.api, &store.till).await;
    let cart = cashier.api.post("/api/carts", json!({})).await.done();
    let path = format!("/api/carts/{}", cart["id"].as_str().expect("an id"));
    let _line = cashier.api.post(format!("{path}/lines"), json!({ "product_id": tea, "quantity": "3" })).await.done();

    let sessions = store.admin.get(format!("/api/users/{}/sessions", cashier.id)).await.done();
    for session in sessions.as_array().expect("sessions") {
        let _gone = store.admin.delete(format!("/api/sessions/{}", session["id"].as_str().expect("an id"))).await.done();
    }
    let answer = cashier.api.post(format!("{path}/scan"), json!({ "code": "4870001234560" })).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    let _session = cashier.api.sign_in(&cashier.phone, PASSWORD).await.done();
    let cart = cashier.api.get(path.as_str()).await.done();
    assert_eq!((&cart["lines"][0]["quantity"], &cart["total"]["amount"]), (&json!("3"), &json!("1500.00")));
}
