//! What becomes of a cart once money lies on it, and of documents with a date of their own.

use std::net::TcpListener;

use duken_tests::client::tenge;
use duken_tests::fixture::{Store, id_of};
use serde_json::{Value, json};

async fn cart_with(store: &Store, product: &str) -> String {
    let cart = store.admin.post("/api/carts", json!({})).await.done();
    let path = format!("/api/carts/{}", cart["id"].as_str().expect("an id"));
    let _line = store.admin.post(format!("{path}/lines"), json!({ "product_id": product })).await.done();
    path
}

fn trail(store: &Store, kind: &str) -> usize {
    let trail = String::from_utf8(store.hub.ask("journal", &["--limit", "1000000"]).stdout).expect("text");
    trail.lines().filter(|entry| entry.contains(kind)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_for_is_sold_whatever_became_of_its_card() {
    let store = Store::new().await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let (tea, bread) = (store.product("Чай", "500.00", &[]).await, store.product("Нан", "200.00", &[]).await);
    let cash = |sum: &str| json!({ "method": "cash", "amount": tenge(sum) });
    let paid = cart_with(&store, &tea).await;
    let _paid = store.admin.post(format!("{paid}/payments"), cash("500.00")).await.done();
    let open = cart_with(&store, &tea).await;
    let _archived = store.admin.post(format!("/api/products/{tea}/archive"), json!({})).await.done();

    assert_eq!(store.admin.post(format!("{paid}/complete"), json!({})).await.done()["total"], tenge("500.00"));
    let unpaid = store.admin.get(open.as_str()).await.done();
    assert_eq!(unpaid["lines"][0]["for_sale"], false, "the line says so");
    let refused = store.admin.post(format!("{open}/payments"), cash("500.00")).await.refused(409, "product.not_for_sale");
    assert_eq!(refused["params"]["name"], "Чай");
    let more = json!({ "quantity": "2" });
    let line = unpaid["lines"][0]["id"].as_str().expect("a line");
    store.admin.put(format!("{open}/lines/{line}"), more).await.refused(409, "product.not_for_sale");
    let _out = store.admin.delete(format!("{open}/lines/{line}")).await.done();
    let added = store.admin.post(format!("{open}/lines"), json!({ "product_id": bread })).await.done();
    assert_eq!(added["lines"][0]["for_sale"], true);

    // The last one is agreed with the customer who paid, whoever else takes it meanwhile.
    store.stock(&bread, "1").await;
    store.settings(|settings| settings["negative_stock"] = "forbid".into()).await;
    let other = cart_with(&store, &bread).await;
    let _paid = store.admin.post(format!("{open}/payments"), cash("200.00")).await.done();
    let _gone = store.admin.post("/api/sales", store.cash_sale(&[(&bread, "1")], "200.00")).await.done();
    store.admin.post(format!("{other}/payments"), cash("200.00")).await.refused(409, "stock.not_enough");
    let _sold = store.admin.post(format!("{open}/complete"), json!({})).await.done();
    assert_eq!(store.admin.get(format!("/api/products/{bread}")).await.done()["stock"], "-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_wants_its_customer_before_it_is_paid() {
    let store = Store::new().await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let card = json!({ "name": "Ремонт", "kind": "service", "price": tenge("3000.00") });
    let repair = id_of(&store.admin.post("/api/products", card).await.done());
    let cart = cart_with(&store, &repair).await;
    let cash = json!({ "method": "cash", "amount": tenge("3000.00") });
    store.admin.post(format!("{cart}/payments"), cash.clone()).await.refused(409, "sale.customer_needed");
    let customer = id_of(&store.admin.post("/api/customers", json!({ "name": "Айжан" })).await.done());
    let _named = store.admin.put(format!("{cart}/customer"), json!({ "customer_id": customer })).await.done();
    let _paid = store.admin.post(format!("{cart}/payments"), cash).await.done();
    let _sold = store.admin.post(format!("{cart}/complete"), json!({})).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_was_noted_and_taken_away_stays_in_the_trail() {
    let store = Store::new().await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let cart = cart_with(&store, &tea).await;
    let cash = json!({ "method": "cash", "amount": tenge("300.00"), "tendered": tenge("1000.00") });
    let noted = store.admin.post(format!("{cart}/payments"), cash.clone()).await.done();
    let payment = noted["payments"][0]["id"].as_str().expect("a payment");
    let without = store.admin.delete(format!("{cart}/payments/{payment}")).await.done();
    assert_eq!((&without["payments"], trail(&store, "cart.payment_removed")), (&json!([]), 1));
    store.admin.delete(format!("{cart}/payments/{payment}")).await.refused(404, "cart.line_gone");
    let _again = store.admin.post(format!("{cart}/payments"), cash).await.done();
    let card = json!({ "method": "card", "amount": tenge("200.00") });
    let _both = store.admin.post(format!("{cart}/payments"), card).await.done();
    let emptied = store.admin.delete(cart.as_str()).await;
    assert_eq!(emptied.status, 204);
    assert_eq!((trail(&store, "cart.payment_removed"), trail(&store, "cart.line_removed")), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_waits_for_its_terminal_says_so() {
    let store = Store::new().await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let tea = store.product("Чай", "500.00", &[]).await;
    // A terminal that takes the call and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address").to_string();
    let connection = json!({ "type": "network", "address": address });
    let card = json!({ "kind": "terminal", "name": "Kaspi", "connection": connection, "protection": { "mode": "http" } });
    let terminal = id_of(&store.admin.post("/api/devices", card).await.done());
    let equip = async |terminal: Value| {
        let tills = store.admin.get("/api/tills").await.done();
        let mut till = tills.as_array().expect("tills").iter().find(|till| till["id"] == store.till).expect("the till").clone();
        till["terminal_id"] = terminal;
        let _saved = store.admin.put(format!("/api/tills/{}", store.till), till).await.done();
    };
    equip(json!(terminal)).await;
    let cart = cart_with(&store, &tea).await;
    let by = |method: &str| json!({ "method": method, "amount": tenge("500.00") });
    let waiting = store.admin.post(format!("{cart}/payments"), by("kaspi")).await.done();
    assert_eq!(waiting["state"], "paying");
    let payment = &waiting["payments"][0];
    let sentence = payment["detail"].as_str().expect("a sentence");
    assert!(sentence.contains(' '), "in words: {payment}");
    assert_eq!(payment["terminal_detail"], "");
    for method in ["kaspi", "cash"] {
        store.admin.post(format!("{cart}/payments"), by(method)).await.refused(409, "payment.pending");
    }
    store.admin.delete(cart.as_str()).await.refused(409, "cart.frozen");
    let chips = store.admin.get("/api/carts").await.done();
    assert_eq!((&chips["items"][0]["state"], &chips["items"][0]["till_id"]), (&json!("paying"), &json!(store.till)));
    equip(Value::Null).await;
    store.admin.post(format!("/api/devices/{terminal}/archive"), json!({})).await.refused(409, "device.payment_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_has_a_date_of_its_own_for_those_who_may_give_one() {
    let store = Store::new().await;
    let shift = store.open_shift(&store.till, "10000.00").await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let mut old = store.cash_sale(&[(&tea, "4")], "2000.00");
    old["business_date"] = "2026-03-10".into();
    old["reason"] = "from the old program".into();
    let sale = store.admin.post("/api/sales", old).await.done();
    let back =
        |date: &str| json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "broken", "business_date": date });
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;
    cashier.post("/api/returns", back("2026-03-12")).await.refused(403, "access.denied");
    store.admin.post("/api/returns", back("2026-03-09")).await.refused(409, "sale.bad_date");
    store.admin.post("/api/returns", back("2099-01-01")).await.refused(409, "sale.bad_date");
    store.admin.post("/api/returns", back("the 12th")).await.refused(422, "request.malformed");
    let mut silent = back("2026-03-12");
    silent["reason"] = " ".into();
    store.admin.post("/api/returns", silent).await.refused(422, "sale.reason_missing");
    let done = store.admin.post("/api/returns", back("2026-03-12")).await.done();
    assert_eq!((&done["return"]["business_date"], &done["return"]["number"]), (&json!("2026-03-12"), &json!("RET-2026-000001")));
    let today =
        cashier.post("/api/returns", json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "broken" }));
    assert_ne!(today.await.done()["return"]["business_date"], "2026-03-12");
    let days = store.admin.get("/api/reports/sales-by-day?from=2026-03-10&to=2026-03-12").await.done();
    let days: Vec<(&Value, &Value)> =
        days["items"].as_array().expect("days").iter().map(|day| (&day["sales_count"], &day["returns"])).collect();
    assert_eq!(days, [(&json!(1), &tenge("0.00")), (&json!(0), &tenge("500.00"))]);
    store.settings(|settings| settings["closed_until"] = "2026-03-31".into()).await;
    store.admin.post("/api/returns", back("2026-03-20")).await.refused(409, "sale.bad_date");
    let report = store.admin.get(format!("/api/shifts/{shift}/x-report")).await.done();
    assert_eq!(report["expected_cash"], tenge("11000.00"));
}
