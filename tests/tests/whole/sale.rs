//! A store sells: from the first run to the receipt, the drawer and the shift's report.

use duken_tests::client::tenge;
use duken_tests::fixture::Store;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_from_the_first_run_to_the_receipt() {
    let store = Store::new().await;
    let tea = store.product("Чай «Пиала»", "1250.00", &["4870001234560"]).await;
    let bread = store.product("Нан ақ", "180.00", &[]).await;
    let shift = store.open_shift(&store.till, "10000.00").await;

    let mut wanted = store.cash_sale(&[(&tea, "2"), (&bread, "3")], "3040.00");
    wanted["payments"][0]["tendered"] = tenge("5000.00");
    let sale = store.admin.post("/api/sales", wanted).await.done();
    assert_eq!(sale["total"], tenge("3040.00"));
    assert_eq!(sale["payments"][0]["change"], tenge("1960.00"));
    assert_eq!(sale["state"], "completed");
    let sums: Vec<_> = sale["lines"].as_array().expect("lines").iter().map(|line| line["sum"]["amount"].clone()).collect();
    assert_eq!(sums, [json!("2500.00"), json!("540.00")]);

    let found = store.admin.get(format!("/api/sales/by-number/{}", sale["number"].as_str().expect("a number"))).await.done();
    assert_eq!(found["id"], sale["id"]);
    let page = store.admin.get(format!("/api/sales/{}/receipt.html", sale["id"].as_str().expect("an id"))).await;
    let paper = page.text().replace(['\u{a0}', '\u{202f}'], " ");
    assert!(paper.contains("Чай «Пиала»") && paper.contains("3 040 ₸"), "{paper}");

    let copy = store.admin.get(format!("/api/sales/{}/receipt.html?copy=true", sale["id"].as_str().expect("an id"))).await;
    assert!(copy.text().contains("КОПИЯ") && !page.text().contains("КОПИЯ"), "{}", copy.text());

    let report = store.admin.get(format!("/api/shifts/{shift}/x-report")).await.done();
    assert_eq!(report["expected_cash"], tenge("13040.00"));
    assert_eq!((&report["totals"]["sales"], &report["totals"]["sales_count"]), (&tenge("3040.00"), &json!(1)));
    let product = store.admin.get(format!("/api/products/{tea}")).await.done();
    assert_eq!(product["stock"], "-2");
}
