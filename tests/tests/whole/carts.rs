//! Carts live in the hub: two devices, set aside, killed.

use duken_tests::client::tenge;
use duken_tests::fixture::Store;
use serde_json::{Value, json};

fn path(cart: &Value) -> String {
    format!("/api/carts/{}", cart["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_as_a_cashier_makes_it() {
    let store = Store::new().await;
    let _milk = store.product("Сүт", "450.00", &["4870001234560"]).await;
    let bread = store.product("Нан", "180.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;

    let cart = cashier.post("/api/carts", json!({})).await.done();
    let path = path(&cart);
    let scan = async || cashier.post(format!("{path}/scan"), json!({ "code": "4870001234560" })).await.done();
    let _once = scan().await;
    let twice = scan().await;
    assert_eq!((&twice["lines"][0]["quantity"], twice["lines"].as_array().map(Vec::len)), (&json!("2"), Some(1)));
    let many = cashier.post(format!("{path}/scan"), json!({ "code": "4870001234560", "quantity": "3" })).await.done();
    assert_eq!(many["lines"][0]["quantity"], "5");
    let line = format!("{path}/lines/{}", many["lines"][0]["id"].as_str().expect("a line"));
    let _twice = cashier.put(line.as_str(), json!({ "quantity": "2" })).await.done();
    let _bread = cashier.post(format!("{path}/lines"), json!({ "product_id": bread, "quantity": "1" })).await.done();
    cashier.post(format!("{path}/complete"), json!({})).await.refused(409, "payment.under");
    let part = cashier.post(format!("{path}/payments"), json!({ "method": "card", "amount": tenge("80.00") })).await.done();
    assert_eq!(part["due"], tenge("1000.00"));
    let cash = json!({ "method": "cash", "amount": tenge("1000.00"), "tendered": tenge("2000.00") });
    let paid = cashier.post(format!("{path}/payments"), cash).await.done();
    assert_eq!((&paid["due"], &paid["change"]), (&tenge("0.00"), &tenge("1000.00")));
    let sale = cashier.post(format!("{path}/complete"), json!({})).await.done();
    assert_eq!(sale["total"], tenge("1080.00"));
    let ways: Vec<&str> = sale["payments"].as_array().expect("payments").iter().filter_map(|p| p["method"].as_str()).collect();
    assert_eq!(ways.len(), 2);
    assert!(ways.contains(&"cash") && ways.contains(&"card"), "{ways:?}");
    cashier.get(path.as_str()).await.refused(404, "cart.gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cart_on_two_devices() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let second = store.new_till("Till B").await;
    let (one, other) = (store.person("cashier").await.api, store.person("cashier").await.api);
    store.stand_at(&one, &store.till).await;
    store.stand_at(&other, &second).await;
    let cart = one.post("/api/carts", json!({})).await.done();
    let path = path(&cart);
    let _line = one.post(format!("{path}/lines"), json!({ "product_id": tea, "quantity": "1" })).await.done();
    let _held = one.post(format!("{path}/hold"), json!({ "label": "for Aida" })).await.done();
    let taken = other.post(format!("{path}/take"), json!({})).await.done();
    assert_eq!((&taken["till_id"], &taken["state"]), (&json!(second), &json!("open")));
    let _more = other.post(format!("{path}/lines"), json!({ "product_id": tea, "quantity": "2" })).await.done();
    assert_eq!(one.get(path.as_str()).await.done()["total"], tenge("1500.00"), "the first device sees it");
    let till = other.get("/api/till").await.done();
    assert_eq!(till["carts"].as_array().map(Vec::len), Some(1));
    assert_eq!(one.get("/api/till").await.done()["carts"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn carts_and_people_survive_a_kill() {
    let mut store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;
    let mut carts = Vec::new();
    for quantity in 1..=3 {
        let path = path(&cashier.post("/api/carts", json!({})).await.done());
        let _line = cashier.post(format!("{path}/lines"), json!({ "product_id": tea, "quantity": quantity.to_string() })).await.done();
        let _held = cashier.post(format!("{path}/hold"), json!({ "label": format!("cart {quantity}") })).await.done();
        carts.push((path.clone(), cashier.get(path).await.done()));
    }
    store.kill_and_run();
    for (path, before) in carts {
        assert_eq!(cashier.get(path).await.done(), before);
    }
    assert_eq!(cashier.get("/api/till").await.done()["till"]["id"], json!(store.till), "the device is still this till");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_out_of_a_cart_stays_in_the_trail() {
    let store = Store::new().await;
    let tea = store.product("Чай неповторимый", "500.00", &[]).await;
    let path = path(&store.admin.post("/api/carts", json!({})).await.done());
    let cart = store.admin.post(format!("{path}/lines"), json!({ "product_id": tea })).await.done();
    let line = cart["lines"][0]["id"].as_str().expect("a line").to_owned();
    let left = store.admin.delete(format!("{path}/lines/{line}")).await.done();
    assert_eq!(left["lines"], json!([]));
    store.admin.delete(format!("{path}/lines/{line}")).await.refused(404, "cart.line_gone");
    let trail = String::from_utf8(store.hub.ask("journal", &["--limit", "1000000"]).stdout).expect("text");
    let removed = trail.lines().filter(|entry| entry.contains("cart.line_removed") || entry.contains("line_removed")).count();
    assert_eq!(removed, 1, "{trail}");
}
