//! Shifts: one cash register, numbers without gaps, closing in one step.

use duken_tests::client::tenge;
use duken_tests::fixture::Store;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_holds_what_the_register_says() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let shift = store.open_shift(&store.till, "10000.00").await;
    let path = format!("/api/shifts/{shift}");
    let again = json!({ "till_id": store.till, "counted": tenge("0.00") });
    store.admin.post("/api/shifts", again).await.refused(409, "shift.already_open");
    let sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "4")], "2000.00")).await.done();
    let mut card = store.cash_sale(&[(&tea, "2")], "1000.00");
    card["payments"][0]["method"] = "card".into();
    let _card = store.admin.post("/api/sales", card).await.done();
    let back = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "broken" });
    let _back = store.admin.post("/api/returns", back).await.done();
    let _put = store.admin.post(format!("{path}/cash-in"), json!({ "amount": tenge("300.00"), "reason": "change" })).await.done();
    let _took = store.admin.post(format!("{path}/cash-out"), json!({ "amount": tenge("5000.00"), "reason": "bank" })).await.done();
    let nothing = json!({ "amount": tenge("1.00"), "reason": "" });
    store.admin.post(format!("{path}/cash-out"), nothing).await.refused(422, "shift.reason_missing");
    let too_much = json!({ "amount": tenge("999999.00"), "reason": "bank" });
    store.admin.post(format!("{path}/cash-out"), too_much).await.refused(409, "shift.not_enough_cash");

    // 10000 + 2000 − 500 + 300 − 5000
    let x = store.admin.get(format!("{path}/x-report")).await.done();
    assert_eq!(x["expected_cash"], tenge("6800.00"));
    assert_eq!((&x["totals"]["sales"], &x["totals"]["returns"]), (&tenge("3000.00"), &tenge("500.00")));

    let short = json!({ "counted": tenge("6750.00") });
    store.admin.post(format!("{path}/close"), short).await.refused(422, "shift.explanation_missing");
    let explained = json!({ "counted": tenge("6750.00"), "explanation": "a note was torn" });
    let z = store.admin.post(format!("{path}/close"), explained.clone()).await.done();
    assert_eq!((&z["state"], &z["expected_cash"], &z["difference"]["amount"]), (&json!("closed"), &tenge("6800.00"), &json!("-50.00")));
    store.admin.post(format!("{path}/close"), explained).await.refused(409, "shift.closed");
    store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.refused(409, "shift.not_open");
    let next = store.open_shift(&store.till, "6750.00").await;
    let next = store.admin.get(format!("/api/shifts/{next}")).await.done();
    assert_eq!((&next["number"], &next["opening_difference"]), (&json!(2), &tenge("0.00")));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gaps_whatever_was_refused_and_however_many_sell_at_once() {
    const TILLS: usize = 4;
    const SALES: usize = 12;
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let mut lanes = Vec::new();
    for lane in 0..TILLS {
        let till = store.new_till(&format!("Till {lane}")).await;
        let _shift = store.open_shift(&till, "0.00").await;
        let cashier = store.person("cashier").await.api;
        store.stand_at(&cashier, &till).await;
        lanes.push(cashier);
    }
    let (good, bad) = (store.cash_sale(&[(&tea, "1")], "500.00"), store.cash_sale(&[(&tea, "1")], "400.00"));
    let mut selling = tokio::task::JoinSet::new();
    for cashier in lanes {
        let (good, bad) = (good.clone(), bad.clone());
        selling.spawn(async move {
            let mut own = Vec::new();
            for _ in 0..SALES {
                cashier.post("/api/sales", bad.clone()).await.refused(409, "payment.under");
                let sale = cashier.post("/api/sales", good.clone()).await.done();
                own.push((sale["number"].as_str().expect("a number").to_owned(), sale["receipt_number"].as_i64().expect("a number")));
            }
            own
        });
    }
    let lanes = selling.join_all().await;
    for lane in &lanes {
        let receipts: Vec<i64> = lane.iter().map(|(_, receipt)| *receipt).collect();
        assert_eq!(receipts, (1..=SALES as i64).collect::<Vec<_>>(), "receipts of a till");
    }
    let mut numbers: Vec<String> = lanes.into_iter().flatten().map(|(number, _)| number).collect();
    numbers.sort();
    let year = numbers[0][4..8].to_owned();
    let wanted: Vec<String> = (1..=TILLS * SALES).map(|serial| format!("SAL-{year}-{serial:06}")).collect();
    assert_eq!(numbers, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_with_an_open_shift_is_not_put_away() {
    let store = Store::new().await;
    let shift = store.open_shift(&store.till, "0.00").await;
    let card = async || {
        let tills = store.admin.get("/api/tills").await.done();
        tills.as_array().and_then(|tills| tills.iter().find(|till| till["id"] == store.till.as_str()).cloned()).expect("the till")
    };
    let mut till = card().await;
    till["archived"] = true.into();
    let path = format!("/api/tills/{}", store.till);
    let _open = store.admin.put(path.clone(), till.clone()).await.refused(409, "till.shift_open");
    let closing = json!({ "counted": tenge("0.00") });
    let _closed = store.admin.post(format!("/api/shifts/{shift}/close"), closing).await.done();
    till["version"] = card().await["version"].clone();
    let _put_away = store.admin.put(path, till).await.done();
}
