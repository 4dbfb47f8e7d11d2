//! Returns: of a sale, at its own rounded sums and ways of payment.

use duken_tests::client::{Api, tenge};
use duken_tests::fixture::Store;
use serde_json::{Value, json};

async fn bring_back(api: &Api, sale: &Value, lines: Value) -> duken_tests::client::Answer {
    api.post("/api/returns", json!({ "sale_id": sale["id"], "lines": lines, "reason": "did not fit" })).await
}

fn amount(money: &Value) -> i64 {
    let text = money["amount"].as_str().expect("an amount").replace('.', "");
    text.parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_come_back_add_up_to_what_was_paid() {
    let store = Store::new().await;
    let nuts = store.product("Жаңғақ", "333.33", &[]).await;
    let seeds = store.product("Семечки", "77.77", &[]).await;
    let shift = store.open_shift(&store.till, "0.00").await;
    // 3 × 333.33 + 3 × 77.77 = 1233.30, less 7 % = 1146.97, in whole tenge 1147; 147 of it by card.
    let sale = json!({
        "lines": [{ "product_id": nuts, "quantity": "3" }, { "product_id": seeds, "quantity": "3" }],
        "discount": { "kind": "percent", "value": "7" },
        "payments": [{ "method": "card", "amount": tenge("147.00") }, { "method": "cash", "amount": tenge("1000.00") }],
    });
    let sale = store.admin.post("/api/sales", sale).await.done();
    assert_eq!(sale["total"], tenge("1147.00"));
    let mut back = 0;
    let mut ways = std::collections::BTreeMap::<String, i64>::new();
    for line in [1, 2, 1, 2, 2, 1] {
        let part = bring_back(&store.admin, &sale, json!([{ "line": line, "quantity": "1" }])).await.done();
        assert_eq!(part["state"], "done");
        back += amount(&part["return"]["total"]);
        for paid in part["return"]["payments"].as_array().expect("payments") {
            *ways.entry(paid["method"].as_str().expect("a way").to_owned()).or_default() += amount(&paid["amount"]);
        }
    }
    assert_eq!(back, 114_700);
    assert_eq!(ways, [("card".to_owned(), 14_700), ("cash".to_owned(), 100_000)].into(), "each way gets back what came by it");
    let now = store.admin.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
    assert_eq!((&now["state"], &now["returned_total"]), (&json!("returned"), &tenge("1147.00")));
    bring_back(&store.admin, &sale, json!([{ "line": 1, "quantity": "1" }])).await.refused(409, "return.over_sold");
    let report = store.admin.get(format!("/api/shifts/{shift}/x-report")).await.done();
    assert_eq!(report["expected_cash"], tenge("0.00"));
    assert_eq!(store.admin.get(format!("/api/products/{nuts}")).await.done()["stock"], "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sold_does_not_come_back() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let shift = store.open_shift(&store.till, "0.00").await;
    let sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "2")], "1000.00")).await.done();
    bring_back(&store.admin, &sale, json!([{ "line": 1, "quantity": "3" }])).await.refused(409, "return.over_sold");
    let twice = json!([{ "line": 1, "quantity": "2" }, { "line": 1, "quantity": "2" }]);
    let answer = bring_back(&store.admin, &sale, twice).await;
    assert!((400..500).contains(&answer.status), "the same line twice: {} {}", answer.status, answer.text());
    bring_back(&store.admin, &sale, json!([])).await.refused(422, "return.empty");
    let without_reason = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": " " });
    store.admin.post("/api/returns", without_reason).await.refused(422, "sale.reason_missing");
    store.admin.get("/api/sales/by-number/SAL-2020-000777").await.refused(404, "return.no_such_receipt");
    let out = json!({ "amount": tenge("800.00"), "reason": "to the bank" });
    let _taken = store.admin.post(format!("/api/shifts/{shift}/cash-out"), out).await.done();
    bring_back(&store.admin, &sale, json!([{ "line": 1, "quantity": "1" }])).await.refused(409, "return.not_enough_cash");
    let now = store.admin.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
    assert_eq!(now["state"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_without_a_receipt_are_a_right_of_their_own() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;
    let free = json!({ "lines": [{ "product_id": tea, "quantity": "1", "price": tenge("500.00") }], "reason": "no receipt" });
    cashier.post("/api/returns", free.clone()).await.refused(403, "access.denied");
    let back = store.admin.post("/api/returns", free).await.done();
    assert_eq!((&back["return"]["total"], &back["return"]["sale_id"]), (&tenge("500.00"), &Value::Null));
}
