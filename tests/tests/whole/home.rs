//! The first page: today beside the same weekday, hour by hour, and what asks for a person.

use duken_tests::client::tenge;
use duken_tests::fixture::Store;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_says_how_the_day_goes_and_what_is_short() {
    let store = Store::new().await;
    let tea = store.product("Чай", "1250.00", &[]).await;
    let card = json!({ "name": "Кофе", "price": tenge("900.00"), "unit": "pcs", "minimum": "5" });
    let coffee = store.admin.post("/api/products", card).await.done();
    let _shift = store.open_shift(&store.till, "0.00").await;
    let _one = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "1250.00")).await.done();
    let two = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "1250.00")).await.done();
    let back = json!({ "sale_id": two["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "broken" });
    let _back = store.admin.post("/api/returns", back).await.done();
    // A week ago, on its own date: it was written down today, so that no hour of that day knows it.
    let day = |back: i64| {
        let zone = jiff::tz::TimeZone::get("Asia/Almaty").expect("a zone");
        let at = jiff::Timestamp::now().to_zoned(zone);
        at.date().checked_sub(jiff::Span::new().days(back)).expect("a day").to_string()
    };
    let mut dated = store.cash_sale(&[(&tea, "1")], "1250.00");
    dated["business_date"] = day(7).into();
    dated["reason"] = "written down on paper".into();
    let _dated = store.admin.post("/api/sales", dated).await.done();

    let home = store.admin.get("/api/home").await.done();
    assert_eq!((&home["today"]["sales"], &home["today"]["sales_count"]), (&tenge("2500.00"), &json!(2)));
    let hours = home["hours"].as_array().expect("hours");
    let sold: i64 = hours.iter().filter_map(|hour| hour["sales_count"].as_i64()).sum();
    assert_eq!(sold, 2, "returns and other dates have no hour: {hours:#?}");
    assert!(hours.iter().all(|hour| hour["sales"]["currency"] == "KZT" && (0..24).contains(&hour["hour"].as_i64().expect("an hour"))));
    assert_eq!((&home["week_before"]["date"], &home["week_before"]["sales_count"]), (&json!(day(7)), &json!(0)), "not up to this hour");
    assert_eq!(home["open_shifts"].as_array().map(Vec::len), Some(1));
    assert_eq!(home["short"], json!([{ "id": coffee["id"], "name": "Кофе", "unit": "pcs", "stock": "0", "minimum": "5" }]));
    // Who may not see figures sees none.
    let storekeeper = store.person("storekeeper").await;
    let home = storekeeper.api.get("/api/home").await.done();
    assert_eq!((&home["today"], &home["week_before"], &home["hours"]), (&json!(null), &json!(null), &json!([])));
    assert_eq!(home["short"].as_array().map(Vec::len), Some(1));
}
