//! The customer's display: paired by six digits, sees the public view of one till and nothing else.

use duken_tests::client::{Api, tenge};
use duken_tests::fixture::Store;
use serde_json::{Value, json};

async fn code(store: &Store, till: &str) -> String {
    let shown = store.admin.post(format!("/api/tills/{till}/display-code"), json!({})).await.done();
    shown["code"].as_str().expect("digits").to_owned()
}

async fn paired(store: &Store, till: &str) -> Api {
    let screen = store.admin.another_device();
    let code = code(store, till).await;
    let _shown = screen.post("/api/display/pair", json!({ "code": code })).await.done();
    screen
}

fn names(view: &Value) -> Vec<&str> {
    view["sale"]["lines"].as_array().expect("lines").iter().filter_map(|line| line["name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_shows_the_receipt_as_it_grows_and_thanks() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let milk = store.product("Сүт", "450.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;
    let screen = paired(&store, &store.till).await;
    let idle = screen.get("/api/display").await.done();
    assert_eq!((names(&idle).len(), &idle["sale"]["thanks"]), (0, &Value::Null));

    let cart = cashier.post("/api/carts", json!({})).await.done();
    let path = format!("/api/carts/{}", cart["id"].as_str().expect("an id"));
    let _tea = cashier.post(format!("{path}/lines"), json!({ "product_id": tea, "quantity": "2" })).await.done();
    let _milk = cashier.post(format!("{path}/lines"), json!({ "product_id": milk, "quantity": "1" })).await.done();
    let shown = screen.get("/api/display").await.done();
    assert_eq!((names(&shown), &shown["sale"]["total"]), (vec!["Чай", "Сүт"], &tenge("1450.00")));
    let mut fields: Vec<&str> = shown["sale"]["lines"][0].as_object().expect("a line").keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["id", "name", "price", "quantity", "sum", "unit"], "a buyer sees no stock and no reasons");

    let cash = json!({ "method": "cash", "amount": tenge("1450.00"), "tendered": tenge("2000.00") });
    let _paid = cashier.post(format!("{path}/payments"), cash).await.done();
    let _sold = cashier.post(format!("{path}/complete"), json!({})).await.done();
    let thanks = screen.get("/api/display").await.done();
    assert_eq!(names(&thanks).len(), 0);
    assert_eq!((&thanks["sale"]["thanks"]["total"], &thanks["sale"]["thanks"]["change"]), (&tenge("1450.00"), &tenge("550.00")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_sees_its_own_till_and_has_no_rights() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let second = store.new_till("Till B").await;
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;
    let cart = cashier.post("/api/carts", json!({})).await.done();
    let path = format!("/api/carts/{}", cart["id"].as_str().expect("an id"));
    let _line = cashier.post(format!("{path}/lines"), json!({ "product_id": tea, "quantity": "1" })).await.done();
    let screen = paired(&store, &second).await;
    assert_eq!(names(&screen.get("/api/display").await.done()).len(), 0, "another till's receipt");
    for inside in [path.as_str(), "/api/till", "/api/products", "/api/session", "/api/sales"] {
        screen.get(inside).await.refused(401, "session.missing");
    }
    let stranger = store.admin.another_device();
    stranger.get("/api/display").await.refused(401, "display.not_paired");
    cashier.post(format!("/api/tills/{second}/display-code"), json!({})).await.refused(403, "access.denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_a_display_can_be_taken_away() {
    let store = Store::new().await;
    let code_once = code(&store, &store.till).await;
    let (one, other) = (store.admin.another_device(), store.admin.another_device());
    let wrong = if code_once == "000000" { "000001" } else { "000000" };
    one.post("/api/display/pair", json!({ "code": wrong })).await.refused(422, "display.code_wrong");
    let _shown = one.post("/api/display/pair", json!({ "code": code_once })).await.done();
    other.post("/api/display/pair", json!({ "code": code_once })).await.refused(422, "display.code_wrong");

    let displays = store.admin.get(format!("/api/tills/{}/displays", store.till)).await.done();
    let id = displays[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(displays.as_array().map(Vec::len), Some(1));
    let _parted = store.admin.delete(format!("/api/displays/{id}")).await;
    one.get("/api/display").await.refused(401, "display.not_paired");

    let guessed = code(&store, &store.till).await;
    let wrong = if guessed == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        one.post("/api/display/pair", json!({ "code": wrong })).await.refused(422, "display.code_wrong");
    }
    other.post("/api/display/pair", json!({ "code": guessed })).await.refused(422, "display.code_wrong");
}
