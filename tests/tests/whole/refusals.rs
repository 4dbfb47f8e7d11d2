//! What a till may ask and must not get: each refusal has its code and its sentence, and nothing is left half done.

use duken_tests::client::{Call, tenge};
use duken_tests::fixture::{Person, Store};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

async fn shop() -> (Store, Person) {
    let store = Store::new().await;
    let cashier = store.person("cashier").await;
    store.stand_at(&cashier.api, &store.till).await;
    (store, cashier)
}

async fn cart(person: &Person) -> String {
    let cart = person.api.post("/api/carts", json!({})).await.done();
    format!("/api/carts/{}", cart["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_mean_nothing_or_two_things() {
    let (store, cashier) = shop().await;
    let one = store.product("Сүт 1 л", "450.00", &["4870001234560"]).await;
    let other = store.product("Сүт 2 л", "800.00", &["4870001234560"]).await;
    let free = json!({ "name": "Без цены", "barcodes": ["4870009999997"] });
    let _priceless = store.admin.post("/api/products", free).await.done();
    let cart = cart(&cashier).await;
    let scan = async |code: &str| cashier.api.post(format!("{cart}/scan"), json!({ "code": code })).await;

    let unknown = scan("4600000000008").await.refused(404, "product.unknown_barcode");
    assert_eq!(unknown["params"]["code"], "4600000000008");
    let both = scan("4870001234560").await.refused(409, "product.ambiguous");
    let offered: Vec<String> = both["params"]["products"].as_str().map_or_else(
        || both["params"]["products"].as_array().expect("goods").iter().map(|p| p.as_str().unwrap_or_default().to_owned()).collect(),
        |text| text.split(',').map(|id| id.trim().to_owned()).collect(),
    );
    for id in [&one, &other] {
        assert!(offered.contains(id), "{id} is not offered in {both}");
    }
    scan("4870009999997").await.refused(409, "product.no_price");
    scan("").await.refused(404, "product.unknown_barcode");
    assert_eq!(cashier.api.get(cart.as_str()).await.done()["lines"], json!([]));
    let _chosen = cashier.api.post(format!("{cart}/lines"), json!({ "product_id": other })).await.done();
    store
        .admin
        .post("/api/products", json!({ "name": "Плохой код", "barcodes": ["4870001234561"] }))
        .await
        .refused(422, "product.bad_code");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sold_without_a_shift_or_with_the_wrong_sum() {
    let (store, cashier) = shop().await;
    let tea = store.product("Чай", "1000.00", &[]).await;
    let sell = async |sum: &str| cashier.api.post("/api/sales", store.cash_sale(&[(&tea, "1")], sum)).await;
    sell("1000.00").await.refused(409, "shift.not_open");
    let _shift = store.open_shift(&store.till, "0.00").await;
    let under = sell("999.00").await.refused(409, "payment.under");
    assert_eq!(under["field"], "payments");
    sell("1001.00").await.refused(409, "payment.over");
    let mut short = store.cash_sale(&[(&tea, "1")], "1000.00");
    short["payments"][0]["tendered"] = tenge("500.00");
    cashier.api.post("/api/sales", short).await.refused(409, "payment.tendered_short");
    let mut foreign = store.cash_sale(&[(&tea, "1")], "1000.00");
    foreign["payments"][0]["amount"] = json!({ "amount": "1000.00", "currency": "USD" });
    cashier.api.post("/api/sales", foreign).await.refused(422, "request.malformed");
    let mut nothing = store.cash_sale(&[], "0.00");
    nothing["payments"] = json!([]);
    cashier.api.post("/api/sales", nothing).await.refused(409, "sale.empty");
    for quantity in ["0", "-1", "0.5"] {
        cashier.api.post("/api/sales", store.cash_sale(&[(&tea, quantity)], "500.00")).await.refused(422, "cart.bad_quantity");
    }
    assert!(store.admin.all("/api/sales").await.is_empty());
    let _sale = sell("1000.00").await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_dates_and_discounts_have_their_rights_and_limits() {
    let (store, _) = shop().await;
    let tea = store.product("Чай", "1000.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let role = store.role("cashier").await;
    let card = json!({ "name": "Ten percent", "role_ids": [role], "discount_limit_percent": "10" });
    let cashier = store.person_with(card).await;
    store.stand_at(&cashier.api, &store.till).await;
    let sale = |sum: &str, change: Value| {
        let mut body = store.cash_sale(&[(&tea, "1")], sum);
        for (key, value) in change.as_object().expect("changes") {
            match body["lines"][0].get(key).is_some() || ["price"].contains(&key.as_str()) {
                true => body["lines"][0][key] = value.clone(),
                false => body[key] = value.clone(),
            }
        }
        cashier.api.post("/api/sales", body)
    };
    let percent = |value: &str| json!({ "discount": { "kind": "percent", "value": value } });
    sale("800.00", percent("20")).await.refused(403, "sale.discount_over_limit");
    sale("-100.00", percent("110")).await.refused(422, "sale.bad_discount");
    let _within = sale("900.00", percent("10")).await.done();
    sale("1.00", json!({ "price": tenge("1.00"), "reason": "a friend" })).await.refused(403, "access.denied");
    sale("1000.00", json!({ "business_date": "2025-01-01", "reason": "late" })).await.refused(403, "access.denied");
    let backdated = json!({ "business_date": "2025-01-01" });
    let mut body = store.cash_sale(&[(&tea, "1")], "1000.00");
    body["business_date"] = backdated["business_date"].clone();
    store.admin.post("/api/sales", body.clone()).await.refused(422, "sale.reason_missing");
    body["reason"] = "late".into();
    body["business_date"] = "2099-01-01".into();
    store.admin.post("/api/sales", body.clone()).await.refused(409, "sale.bad_date");
    store.settings(|settings| settings["closed_until"] = "2025-06-30".into()).await;
    body["business_date"] = "2025-06-30".into();
    store.admin.post("/api/sales", body.clone()).await.refused(409, "sale.bad_date");
    body["business_date"] = "2025-07-01".into();
    assert_eq!(store.admin.post("/api/sales", body).await.done()["business_date"], "2025-07-01");
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_are_not_there_are_not_sold_where_the_store_says_so() {
    let (store, cashier) = shop().await;
    let tea = store.product("Чай", "1000.00", &[]).await;
    store.stock(&tea, "2").await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    store.settings(|settings| settings["negative_stock"] = "forbid".into()).await;
    cashier.api.post("/api/sales", store.cash_sale(&[(&tea, "3")], "3000.00")).await.refused(409, "stock.not_enough");
    cashier.api.post("/api/sales", store.cash_sale(&[(&tea, "1"), (&tea, "2")], "3000.00")).await.refused(409, "stock.not_enough");
    let _sale = cashier.api.post("/api/sales", store.cash_sale(&[(&tea, "2")], "2000.00")).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none() {
    let (store, cashier) = shop().await;
    let post = |body: &str| Call::post("/api/sales", &Value::Null).saying("application/json", body);
    for body in ["{", "[]", "{\"lines\": 5}", "\u{0}", "{\"lines\":[{\"product_id\":\"x\",\"quantity\":\"1\"}],\"payments\":[]}"] {
        cashier.api.send(post(body)).await.refused(422, "request.malformed");
    }
    let large = format!("{{\"reason\": \"{}\"}}", "x".repeat((2 << 20) + 1_024));
    cashier.api.send(post(&large)).await.refused(413, "request.too_large");
    cashier.api.get("/api/nothing-here").await.refused(404, "request.not_found");
    cashier.api.get("/api/sales/999999").await.refused(404, "card.not_found");
    cashier.api.get("/api/carts/999999").await.refused(404, "cart.gone");

    let from_elsewhere = Call::post("/api/carts", &json!({})).with("Origin", "https://example.com");
    cashier.api.send(from_elsewhere).await.refused(403, "request.wrong_origin");
    let own = Call::post("/api/carts", &json!({})).with("Origin", &store.hub.address().get());
    let _cart = cashier.api.send(own).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_edit_one_card() {
    let (store, _) = shop().await;
    let tea = store.product("Чай", "1000.00", &[]).await;
    let card = store.admin.get(format!("/api/products/{tea}")).await.done();
    let save = async |name: &str| {
        let mut card = card.clone();
        card["name"] = name.into();
        store.admin.put(format!("/api/products/{tea}"), card).await
    };
    let _saved = save("Чай чёрный").await.done();
    let refused = save("Чай зелёный").await.refused(409, "card.changed");
    assert!(refused["params"]["fields"].to_string().contains("name"), "{refused}");
    assert_eq!(store.admin.get(format!("/api/products/{tea}")).await.done()["name"], "Чай чёрный");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_stops_sales_until_a_person_looks() {
    let (mut store, cashier) = shop().await;
    let tea = store.product("Чай", "1000.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let sale = store.cash_sale(&[(&tea, "1")], "1000.00");
    let _sale = cashier.api.post("/api/sales", sale.clone()).await.done();
    // The last receipt as a clock an hour ahead would have stamped it.
    let ahead = |store: &mut Store, by_ms: i64| {
        store.hub.stop();
        let books = rusqlite::Connection::open(store.data().join("duken.db")).expect("the books");
        books.execute("UPDATE receipt SET at = at + ?1 WHERE receipt = 1", [by_ms]).expect("one receipt");
        drop(books);
        store.hub.run();
    };
    ahead(&mut store, 3_600_000);
    cashier.api.post("/api/sales", sale.clone()).await.refused(409, "clock.suspect");
    cashier.api.post("/api/clock/confirm", json!({})).await.refused(403, "access.denied");
    let _confirmed = store.admin.post("/api/clock/confirm", json!({})).await.done();
    let _sale = cashier.api.post("/api/sales", sale).await.done();
    ahead(&mut store, -3_600_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_sees_another_time_stops_sales_until_a_person_looks() {
    let (store, cashier) = shop().await;
    let tea = store.product("Чай", "1000.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let sale = store.cash_sale(&[(&tea, "1")], "1000.00");
    let code = store.admin.post("/api/agents/pair", json!({})).await.done()["code"].clone();
    let paired = cashier.api.post("/link/pair", json!({ "link": 1, "code": code, "name": "Counter", "build": "x" })).await.done();
    let token = paired["token"].as_str().expect("a token").to_owned();
    // Says hello with a clock that is so much ahead, and waits for the welcome.
    let hello = async |ahead_ms: i64| {
        let url = format!("{}/link", store.hub.address().get().replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("an address");
        request.headers_mut().insert("Authorization", format!("Bearer {token}").parse().expect("a header"));
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("a link");
        let clock_ms = jiff::Timestamp::now().as_millisecond() + ahead_ms;
        let hello = json!({ "type": "hello", "link": 1, "agent_id": paired["agent_id"], "build": "x", "clock_ms": clock_ms });
        socket.send(Message::text(hello.to_string())).await.expect("said");
        let welcome = socket.next().await.expect("an answer").expect("a message");
        assert!(welcome.to_text().expect("text").contains("welcome"));
    };
    hello(60_000).await;
    let _sold = cashier.api.post("/api/sales", sale.clone()).await.done();
    for ahead_ms in [3_600_000, -3_600_000] {
        hello(ahead_ms).await;
        cashier.api.post("/api/sales", sale.clone()).await.refused(409, "clock.suspect");
        let health = store.admin.get("/api/admin/health").await.done();
        let clock = health["lights"].as_array().and_then(|lights| lights.iter().find(|light| light["key"] == "clock")).expect("the clock");
        assert_eq!(clock["state"], "red");
        hello(0).await;
        let _mended = cashier.api.post("/api/sales", sale.clone()).await.done();
    }
    hello(3_600_000).await;
    let _confirmed = store.admin.post("/api/clock/confirm", json!({})).await.done();
    hello(3_600_000).await;
    let _sold = cashier.api.post("/api/sales", sale).await.done();
    let trail = String::from_utf8(store.hub.ask("journal", &["--limit", "1000000"]).stdout).expect("text");
    assert!(trail.contains("clock.corrected") && trail.contains("agent:"), "{trail}");
}
