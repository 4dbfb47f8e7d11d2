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

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_remembers_a_till_that_is_not_there_works_as_none() {
    let store = Store::new().await;
    let away = store.new_till("Away").await;
    let mut card = store.admin.get("/api/tills").await.done();
    let card = card.as_array_mut().and_then(|tills| tills.iter_mut().find(|till| till["id"] == away.as_str())).expect("the till");
    card["archived"] = true.into();
    let _put_away = store.admin.put(format!("/api/tills/{away}"), card.clone()).await.done();
    for (remembered, till) in [("999999", None), (away.as_str(), None), (store.till.as_str(), Some("Till A"))] {
        let device = store.admin.another_device();
        let body = json!({ "phone": "+7 701 000 00 00", "password": PASSWORD, "till_id": remembered });
        let session = device.post("/api/session", body).await.done();
        assert_eq!(session["till"]["name"].as_str(), till, "{remembered}");
        let again = device.post("/api/session/pin", json!({ "pin": "1357", "till_id": remembered })).await.done();
        assert_eq!(again["till"]["name"].as_str(), till, "{remembered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_everybody_tries_first_is_refused() {
    let store = Store::new().await;
    let role = store.role("cashier").await;
    let with = |password: &str| {
        store.admin.post("/api/users", json!({ "name": "B", "phone": "+7 702 111 22 33", "role_ids": [role], "password": password }))
    };
    let _short = with("tea 7").await.refused(422, "staff.password_weak");
    for common in ["qwerty2026", "12345678", "Almaty-2026"] {
        let refused = with(common).await.refused(422, "staff.password_common");
        assert_eq!(refused["field"], "password", "{common}");
    }
    let _made = with("zhuldyz kofe 9").await.done();
}
