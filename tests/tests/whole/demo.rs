//! The demo store.

use duken_tests::client::Api;
use duken_tests::fixture::{Hub, PASSWORD, Start, until};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_store_makes_itself_with_three_months_behind_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut hub = Hub::start(&folder.path().join("data"), Start::default());
    let api = Api::new(hub.address().clone());
    let set_up = json!({
        "language": "ru",
        "store": { "name": "Дүкен «Береке»", "zone": "Asia/Almaty", "currency": "KZT" },
        "admin": { "name": "Ерлан", "phone": "+7 701 100 00 01", "password": PASSWORD },
        "demo": true,
    });
    let _session = api.post("/api/setup", set_up).await.done();
    let begun = api.get("/api/demo").await.done();
    assert_ne!(begun["state"], "done", "the first page does not wait for it");
    let done = |demo: &Value| demo["done"].as_i64().expect("how far it is");
    until("the first days are made", async || (done(&api.get("/api/demo").await.done()) >= 12).then_some(())).await;
    hub.kill();
    hub.run();
    until("the demo is made", async || (api.get("/api/demo").await.done()["state"] == "done").then_some(())).await;
    hub.kill();
    hub.must_hold();
    hub.run();

    let demo = api.get("/api/demo").await.done();
    assert_eq!((demo["done"].as_i64(), demo["people"].as_array().map(Vec::len)), (demo["total"].as_i64(), Some(13)));
    let mut settings = api.get("/api/settings").await.done();
    assert_eq!(settings["demo"], true);
    settings["demo"] = false.into();
    assert_eq!(api.put("/api/settings", settings).await.done()["demo"], true, "a demo never becomes a store");
    let goods = api.all("/api/products").await;
    assert!(goods.iter().all(|good| good["photo_hashes"][0].is_string() && good["price"].is_object()), "goods with pictures");
    assert!(api.get("/api/stock?state=negative").await.done()["items"].as_array().is_some_and(Vec::is_empty), "sold from the shelf");
    let days = api.get("/api/reports/sales-by-day").await.done();
    let days = days["items"].as_array().expect("days");
    assert!((91..=92).contains(&days.len()), "{} days", days.len());
    assert!(days.iter().take(91).all(|day| day["sales_count"].as_i64() > Some(10)), "every day has its sales, once");
    assert!(days.iter().take(91).all(|day| day["sales_count"].as_i64() < Some(60)), "no day was played twice");
    let returns = api.get("/api/sales?kind=return").await.done();
    assert!(returns["totals"]["returns_count"].as_i64() > Some(20), "{}", returns["totals"]);
    let whole = |money: &Value| money["amount"].as_str().is_some_and(|amount| amount.ends_with(".00"));
    assert!(whole(&returns["totals"]["returns"]) && whole(&returns["totals"]["sales"]), "whole tenge: {}", returns["totals"]);
    let shifts = api.all("/api/shifts").await;
    let open = shifts.iter().filter(|shift| shift["state"] == "open").count();
    assert!((1..=2).contains(&open) && shifts.len() > 91, "{open} of {} shifts are open", shifts.len());
    let cashiers: std::collections::BTreeSet<_> = shifts.iter().filter_map(|shift| shift["opened_by"]["name"].as_str()).collect();
    assert_eq!(cashiers.len(), 2);
    for shift in shifts.iter().filter(|shift| shift["state"] == "closed") {
        let (opened, closed) = (shift["opened_at"].as_str().expect("a time"), shift["closed_at"].as_str().expect("a time"));
        assert_eq!((opened < closed, &shift["overdue"]), (true, &json!(false)), "a shift of its day: {opened} to {closed}");
    }
    let sold = api.get("/api/sales?limit=1").await.done();
    let recorded = sold["items"][0]["recorded_at"].as_str().expect("a time").to_owned();
    let now = jiff::Timestamp::now().to_string();
    assert!(recorded <= now, "nothing lies ahead: {recorded}");
    let signed_in = api.another_device().sign_in("+7 701 100 00 05", demo["password"].as_str().expect("a password")).await.done();
    assert_eq!(signed_in["user"]["name"], "Әсел Нұрланова");
    hub.kill();
    hub.must_hold();
    // The first card of all, changed by hand: nobody has to ask for the whole proof.
    let change = |sql: &str| {
        let books = rusqlite::Connection::open(hub.data().join("duken.db")).expect("the books");
        assert_eq!(books.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}")), 1, "{sql}");
    };
    change("UPDATE product SET brand = brand || 'x' WHERE product = (SELECT MIN(product) FROM product)");
    let output = hub.ask("verify", &[]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("full proof"), "{said}");
    change("UPDATE product SET brand = substr(brand, 1, length(brand) - 1) WHERE product = (SELECT MIN(product) FROM product)");
    hub.must_hold();
}
