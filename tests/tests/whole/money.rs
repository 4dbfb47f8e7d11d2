//! Money at its edges: limits of discounts, rounding, sums beyond reason, returns in parts.

use duken_tests::client::{Api, tenge};
use duken_tests::fixture::Store;
use serde_json::{Value, json};

/// More than any sum of money may be: beyond 63 bits of minor units.
const ENDLESS: &str = "92233720368547758.07";

/// A store with an open shift, tea at 450, and a cashier who may give ten percent.
async fn shop() -> (Store, String, Api) {
    let store = Store::new().await;
    let tea = store.product("Чай", "450.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let role = store.role("cashier").await;
    let cashier = store.person_with(json!({ "name": "Ten percent", "role_ids": [role], "discount_limit_percent": "10" })).await.api;
    store.stand_at(&cashier, &store.till).await;
    (store, tea, cashier)
}

async fn cart_with(api: &Api, product: &str, quantity: &str) -> (String, String) {
    let cart = api.post("/api/carts", json!({})).await.done();
    let path = format!("/api/carts/{}", cart["id"].as_str().expect("an id"));
    let cart = api.post(format!("{path}/lines"), json!({ "product_id": product, "quantity": quantity })).await.done();
    let line = format!("{path}/lines/{}", cart["lines"][0]["id"].as_str().expect("a line"));
    (path, line)
}

async fn by_weight(store: &Store, name: &str, price: &str) -> String {
    let card = json!({ "name": name, "unit": "kg", "price": tenge(price) });
    duken_tests::fixture::id_of(&store.admin.post("/api/products", card).await.done())
}

fn off(kind: &str, value: &str) -> Value {
    json!({ "discount": { "kind": kind, "value": value } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_stays_within_the_limit_however_the_cart_shrinks() {
    let (_store, tea, cashier) = shop().await;
    for on_line in [true, false] {
        let (cart, line) = cart_with(&cashier, &tea, "100").await;
        let place = if on_line { line.clone() } else { format!("{cart}/discount") };
        let _ten_percent = cashier.put(place.as_str(), off("amount", "4500")).await.done();
        let shrunk = cashier.put(line.as_str(), json!({ "quantity": "1" })).await.done();
        assert_eq!(shrunk["total"], tenge("0.00"));
        cashier.post(format!("{cart}/complete"), json!({})).await.refused(403, "sale.discount_over_limit");
        let _larger = cashier.put(line.as_str(), json!({ "quantity": "20" })).await.done();
        let half = json!({ "method": "cash", "amount": tenge("4500.00") });
        cashier.post(format!("{cart}/payments"), half).await.refused(403, "sale.discount_over_limit");
        let _less = cashier.put(place.as_str(), off("amount", "900")).await.done();
        let cash = json!({ "method": "cash", "amount": tenge("8100.00") });
        let _paid = cashier.post(format!("{cart}/payments"), cash).await.done();
        assert_eq!(cashier.post(format!("{cart}/complete"), json!({})).await.done()["total"], tenge("8100.00"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn discounts_on_lines_and_on_the_receipt_have_one_limit_together() {
    let (_store, tea, cashier) = shop().await;
    let sell = async |line: Value, receipt: Value, sum: &str| {
        let mut body =
            json!({ "lines": [{ "product_id": tea, "quantity": "10" }], "payments": [{ "method": "cash", "amount": tenge(sum) }] });
        body["lines"][0]["discount"] = line["discount"].clone();
        body["discount"] = receipt["discount"].clone();
        cashier.post("/api/sales", body).await
    };
    let none = json!({});
    sell(off("percent", "10"), off("percent", "10"), "3645.00").await.refused(403, "sale.discount_over_limit");
    sell(off("amount", "450"), off("amount", "450"), "3600.00").await.refused(403, "sale.discount_over_limit");
    sell(off("percent", "10.01"), none.clone(), "4050.00").await.refused(403, "sale.discount_over_limit");
    assert_eq!(sell(off("percent", "5"), off("percent", "5"), "4061.00").await.done()["total"], tenge("4061.00"));
    assert_eq!(sell(none, off("amount", "450"), "4050.00").await.done()["total"], tenge("4050.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lets_a_cart_grow_answers_for_its_discount() {
    let (store, tea, _) = shop().await;
    let associate = store.person("sales_associate").await.api;
    store.stand_at(&associate, &store.till).await;
    let (cart, _) = cart_with(&store.admin, &tea, "1").await;
    let _half = store.admin.put(format!("{cart}/discount"), off("percent", "50")).await.done();
    let grown = associate.post(format!("{cart}/lines"), json!({ "product_id": tea, "quantity": "99" })).await.done();
    assert_eq!(grown["total"], tenge("22500.00"));
    let cash = json!({ "method": "cash", "amount": tenge("22500.00") });
    associate.post(format!("{cart}/payments"), cash.clone()).await.refused(403, "sale.discount_over_limit");
    let _given_again = store.admin.put(format!("{cart}/discount"), off("percent", "50")).await.done();
    let _paid = associate.post(format!("{cart}/payments"), cash).await.done();
    let sale = associate.post(format!("{cart}/complete"), json!({})).await.done();
    assert_eq!(sale["discount_amount"], tenge("22500.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sales_balance_when_every_line_is_rounded() {
    let (store, _, _) = shop().await;
    let nuts = by_weight(&store, "Жаңғақ", "333.33").await;
    let seeds = by_weight(&store, "Семечки", "77.77").await;
    for (step, totals) in [("1.00", ["333.00", "411.00", "361.00"]), ("5.00", ["335.00", "415.00", "365.00"])] {
        store.settings(|settings| settings["rounding"] = json!({ "step": step, "scope": "line" })).await;
        let sell = async |lines: Value, discount: Value, total: &str| {
            let body = json!({ "lines": lines, "discount": discount, "payments": [{ "method": "cash", "amount": tenge(total) }] });
            let sale = store.admin.post("/api/sales", body).await.done();
            assert_eq!(sale["total"], tenge(total), "{step}");
            sale
        };
        let one = json!([{ "product_id": nuts, "quantity": "1" }]);
        let both = json!([{ "product_id": nuts, "quantity": "1" }, { "product_id": seeds, "quantity": "1" }]);
        let sale = sell(one, Value::Null, totals[0]).await;
        let _both = sell(both.clone(), Value::Null, totals[1]).await;
        // 411.10 less 50: 292.79 + 68.31.
        let _less = sell(both, json!({ "kind": "amount", "value": "50" }), totals[2]).await;
        let (cart, _) = cart_with(&store.admin, &nuts, "1").await;
        let shown = store.admin.get(cart.as_str()).await.done()["total"].clone();
        let _paid = store.admin.post(format!("{cart}/payments"), json!({ "method": "card", "amount": shown })).await.done();
        assert_eq!(store.admin.post(format!("{cart}/complete"), json!({})).await.done()["total"], tenge(totals[0]));
        let mut back = 0;
        for _ in 0..3 {
            let part = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "0.333" }], "reason": "stale" });
            back += minor(&store.admin.post("/api/returns", part).await.done()["return"]["total"]);
        }
        let rest = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "0.001" }], "reason": "stale" });
        back += minor(&store.admin.post("/api/returns", rest).await.done()["return"]["total"]);
        assert_eq!(back, minor(&sale["total"]));
    }
}

fn minor(money: &Value) -> i64 {
    money["amount"].as_str().expect("an amount").replace('.', "").parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_is_the_rounded_sum_of_what_came_back() {
    let (store, _, _) = shop().await;
    store.settings(|settings| settings["rounding"] = json!({ "step": "5.00", "scope": "receipt" })).await;
    let gum = store.product("Жвачка", "3.00", &[]).await;
    let sale = store.admin.post("/api/sales", store.cash_sale(&[(&gum, "10")], "30.00")).await.done();
    let mut back = 0;
    for (pieces, so_far) in (1..=10).zip([500, 500, 1000, 1000, 1500, 2000, 2000, 2500, 2500, 3000]) {
        let one = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "does not taste" });
        let part = store.admin.post("/api/returns", one).await.done();
        back += minor(&part["return"]["total"]);
        assert_eq!(back, so_far, "after {pieces} of ten pieces");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sum_too_large_is_refused_where_it_arises() {
    let (store, tea, cashier) = shop().await;
    let diamond = store.product("Алмаз", "1000000000000.00", &[]).await;
    let cart = cashier.post("/api/carts", json!({})).await.done();
    let cart = format!("/api/carts/{}", cart["id"].as_str().expect("an id"));
    let many = json!({ "product_id": diamond, "quantity": "1000000" });
    cashier.post(format!("{cart}/lines"), many).await.refused(422, "sale.too_large");
    assert_eq!(cashier.get(cart.as_str()).await.done()["lines"], json!([]), "nothing is left in the cart");
    let _till = cashier.get("/api/till").await.done();
    let (grown, line) = cart_with(&cashier, &diamond, "1").await;
    cashier.put(line, json!({ "quantity": "1000000" })).await.refused(422, "sale.too_large");
    let _same_again = cashier.get(grown).await.done();

    let lines: Vec<Value> = (0..200).map(|_| json!({ "product_id": diamond, "quantity": "1" })).collect();
    let body = json!({ "lines": lines, "payments": [{ "method": "transfer", "amount": tenge("1.00") }] });
    cashier.post("/api/sales", body).await.refused(422, "sale.too_large");
    let sale =
        |payments: Value| cashier.post("/api/sales", json!({ "lines": [{ "product_id": tea, "quantity": "1" }], "payments": payments }));
    let cash = |sum: &str| json!({ "method": "cash", "amount": tenge(sum) });
    sale(json!([cash(ENDLESS), cash(ENDLESS), cash("450.02")])).await.refused(422, "request.malformed");
    sale(json!([cash("10000000000000.00"), cash("450.00")])).await.refused(409, "payment.over");
    sale(json!(vec![cash("9.00"); 51])).await.refused(422, "payment.bad_sum");
    sale(json!([cash("-1.00"), cash("451.00")])).await.refused(422, "payment.bad_sum");
    let handed = |sum: &str| json!([{ "method": "cash", "amount": tenge("450.00"), "tendered": tenge(sum) }]);
    sale(handed(ENDLESS)).await.refused(422, "request.malformed");
    sale(handed("1000451.00")).await.refused(422, "payment.bad_sum");
    for value in [ENDLESS, "100.01", "-1"] {
        let body =
            json!({ "lines": [{ "product_id": tea, "quantity": "1" }], "discount": { "kind": "percent", "value": value }, "payments": [] });
        cashier.post("/api/sales", body).await.refused(422, "sale.bad_discount");
    }
    let (paid, _) = cart_with(&cashier, &tea, "1").await;
    let noted = |sum: &str| json!({ "method": "cash", "amount": tenge("450.00"), "tendered": tenge(sum) });
    cashier.post(format!("{paid}/payments"), noted("1000451.00")).await.refused(422, "payment.bad_sum");
    cashier.post(format!("{paid}/payments"), json!({ "method": "cash", "amount": tenge("0.00") })).await.refused(422, "payment.bad_sum");
    let _paid = cashier.post(format!("{paid}/payments"), noted("1000000.00")).await.done();
    assert_eq!(store.admin.get("/api/sales").await.done()["totals"]["sales_count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawer_holds_no_endless_sums() {
    let (store, _, _) = shop().await;
    let other = store.new_till("Till B").await;
    let open = |sum: &str| store.admin.post("/api/shifts", json!({ "till_id": other, "counted": tenge(sum) }));
    open(ENDLESS).await.refused(422, "request.malformed");
    open("1000000000000.01").await.refused(422, "shift.bad_sum");
    open("-1.00").await.refused(422, "shift.bad_sum");
    let shift = store.open_shift(&other, "1000000000000.00").await;
    let put_in = |sum: &str| store.admin.post(format!("/api/shifts/{shift}/cash-in"), json!({ "amount": tenge(sum), "reason": "change" }));
    put_in(ENDLESS).await.refused(422, "request.malformed");
    put_in("1000000000000.01").await.refused(422, "shift.bad_sum");
    for _ in 0..9 {
        let _more = put_in("1000000000000.00").await.done();
    }
    put_in("1000000000000.00").await.refused(422, "shift.bad_sum");
    let close = json!({ "counted": tenge("1000000000000.01"), "explanation": "none" });
    store.admin.post(format!("/api/shifts/{shift}/close"), close).await.refused(422, "shift.bad_sum");
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_that_come_back_are_possible_ones() {
    let (store, tea, _) = shop().await;
    let nuts = by_weight(&store, "Жаңғақ", "1000.00").await;
    let lines = [(tea.as_str(), "4"), (nuts.as_str(), "1.500")];
    let sale = store.admin.post("/api/sales", store.cash_sale(&lines, "3300.00")).await.done();
    let id = sale["id"].as_str().expect("an id").to_owned();
    let back = |line: i64, quantity: &str| {
        store.admin.post("/api/returns", json!({ "sale_id": id, "lines": [{ "line": line, "quantity": quantity }], "reason": "broken" }))
    };
    let quote = |lines: &str| store.admin.get(format!("/api/returns/quote?sale_id={id}&lines={lines}"));
    back(1, "0.5").await.refused(422, "cart.bad_quantity");
    quote("1:0.5").await.refused(422, "cart.bad_quantity");
    let _half_a_kilogram = back(2, "0.5").await.done();
    for line in [i64::MIN, -1, 0, 3, i64::MAX] {
        back(line, "1").await.refused(409, "return.over_sold");
        quote(&format!("{line}:1")).await.refused(409, "return.over_sold");
    }
    let _one = back(1, "1").await.done();
    back(1, "9223372036854775.807").await.refused(422, "request.malformed");
    quote("1:9223372036854775.807").await.refused(422, "cart.bad_quantity");
    back(1, "1000000000").await.refused(409, "return.over_sold");
    quote("1:99999999999999999999").await.refused(422, "request.malformed");
    back(1, "-1").await.refused(422, "cart.bad_quantity");
    assert_eq!(quote("1:3,2:1").await.done()["total"], tenge("2350.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_without_a_receipt_are_taken_back_within_reason() {
    let (store, tea, _) = shop().await;
    let line = |quantity: &str, price: &str| json!({ "product_id": tea, "quantity": quantity, "price": tenge(price) });
    let back = |lines: Value| store.admin.post("/api/returns", json!({ "lines": lines, "reason": "no receipt", "method": "transfer" }));
    back(json!([line("1", ENDLESS)])).await.refused(422, "request.malformed");
    back(json!([line("1", "10000000000000.00")])).await.refused(422, "sale.bad_price");
    back(json!([line("1000000", "1000000000000.00")])).await.refused(422, "sale.bad_price");
    back(json!(vec![line("1", "1000000000000.00"); 2])).await.refused(422, "sale.too_large");
    back(json!([line("0.5", "450.00")])).await.refused(422, "cart.bad_quantity");
    back(json!([line("0", "450.00")])).await.refused(422, "cart.bad_quantity");
    assert_eq!(back(json!([line("2", "450.00")])).await.done()["return"]["total"], tenge("900.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_have_their_bounds() {
    let (store, tea, _) = shop().await;
    let settings = store.admin.get("/api/settings").await.done();
    let put = |name: &str, value: Value| {
        let mut wanted = settings.clone();
        wanted[name] = value;
        store.admin.put("/api/settings", wanted)
    };
    for step in [ENDLESS, "0.00", "-1.00", "100.01", "x"] {
        put("rounding", json!({ "step": step, "scope": "receipt" })).await.refused(422, "settings.invalid");
    }
    for day in ["2099-01-01", "today", "2026-02-30"] {
        put("closed_until", json!(day)).await.refused(422, "settings.invalid");
    }
    let _sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "450.00")).await.done();
    put("currency", json!("USD")).await.refused(409, "settings.currency_in_use");
    let saved = put("rounding", json!({ "step": "100.00", "scope": "receipt" })).await.done();
    assert_eq!(saved["rounding"]["step"], "100.00");
}
