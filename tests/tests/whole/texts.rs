//! Typed texts are one line and end somewhere; lists are asked for in words that they know.

use duken_tests::client::tenge;
use duken_tests::fixture::{Store, id_of};
use serde_json::json;

/// A name that would print lines of its own, end a string of C, and turn the reading direction.
const STEERING: &str = "Чай\nИТОГО 0.00\r\u{0}\u{1b}@\u{202e}зелёный";

#[tokio::test(flavor = "multi_thread")]
async fn a_name_prints_no_lines_of_its_own() {
    let store = Store::new().await;
    let clean = |text: &serde_json::Value| {
        let text = text.as_str().unwrap_or_else(|| panic!("no text: {text}"));
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
        assert!(text.starts_with("Чай") && text.ends_with("зелёный"), "{text:?}");
    };
    let product = json!({ "name": STEERING, "brand": STEERING, "sku": STEERING, "description": STEERING, "price": tenge("500.00") });
    let product = store.admin.post("/api/products", product).await.done();
    for field in ["name", "brand", "sku"] {
        clean(&product[field]);
    }
    let description = product["description"].as_str().expect("a description");
    assert!(description.contains('\n') && !description.contains('\u{0}'), "a description has lines: {description:?}");
    clean(&store.admin.post("/api/categories", json!({ "name": STEERING })).await.done()["name"]);
    clean(&store.admin.post("/api/tills", json!({ "name": STEERING })).await.done()["name"]);
    clean(&store.admin.post("/api/customers", json!({ "name": STEERING, "note": STEERING })).await.done()["note"]);
    store.settings(|settings| settings["store"]["name"] = STEERING.into()).await;
    clean(&store.admin.get("/api/settings").await.done()["store"]["name"]);
    let found = json!({ "product_id": product["id"], "kind": "found", "quantity": "1", "reason": STEERING, "comment": STEERING });
    let found = store.admin.post("/api/stock/adjustments", found).await.done();
    clean(&found["reason"]);
    clean(&found["comment"]);
    let cart = id_of(&store.admin.post("/api/carts", json!({})).await.done());
    clean(&store.admin.post(format!("/api/carts/{cart}/hold"), json!({ "label": STEERING })).await.done()["label"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_end_somewhere() {
    let store = Store::new().await;
    let endless = "ә".repeat(1_000_000);
    let tea = store.product("Чай", "500.00", &[]).await;
    let shift = store.open_shift(&store.till, "1000.00").await;
    let cart = id_of(&store.admin.post("/api/carts", json!({})).await.done());
    let line = store.admin.post(format!("/api/carts/{cart}/lines"), json!({ "product_id": tea })).await.done();
    let line = line["lines"][0]["id"].as_str().expect("a line").to_owned();
    let mut sale = store.cash_sale(&[(&tea, "1")], "500.00");
    sale["reason"] = endless.as_str().into();
    let sum = tenge("1.00");
    let posts = [
        ("/api/tills".to_owned(), json!({ "name": endless })),
        ("/api/customers".to_owned(), json!({ "name": endless })),
        ("/api/customers".to_owned(), json!({ "name": "Айжан", "note": endless })),
        ("/api/sales".to_owned(), sale),
        ("/api/returns".to_owned(), json!({ "lines": [{ "product_id": tea, "quantity": "1", "price": sum }], "reason": endless })),
        (format!("/api/shifts/{shift}/cash-in"), json!({ "amount": sum, "reason": endless })),
        (format!("/api/shifts/{shift}/close"), json!({ "counted": sum, "explanation": endless })),
        (format!("/api/carts/{cart}/hold"), json!({ "label": endless })),
        ("/api/stock/adjustments".to_owned(), json!({ "product_id": tea, "kind": "found", "quantity": "1", "reason": endless })),
        (
            "/api/stock/adjustments".to_owned(),
            json!({ "product_id": tea, "kind": "found", "quantity": "1", "reason": "x", "comment": endless }),
        ),
    ];
    for (path, body) in posts {
        let refused = store.admin.post(path.as_str(), body).await.refused(422, "request.text_too_long");
        assert!(refused["params"]["limit"].as_i64() > Some(0) && refused["field"].is_string(), "{path}: {refused}");
    }
    let priced = json!({ "price": tenge("400.00"), "reason": endless });
    store.admin.put(format!("/api/carts/{cart}/lines/{line}"), priced).await.refused(422, "request.text_too_long");
    store.admin.post("/api/products", json!({ "name": endless })).await.refused(422, "product.name_too_long");
    store.admin.post("/api/products", json!({ "name": "x", "description": endless })).await.refused(422, "product.description_too_long");
    let mut settings = store.admin.get("/api/settings").await.done();
    settings["receipt_fields"]["thanks"] = endless.into();
    store.admin.put("/api/settings", settings).await.refused(422, "request.text_too_long");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_knows_its_words() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    for _ in 0..3 {
        let _sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    }
    for path in [
        "/api/sales?cursor=nonsense",
        "/api/sales?method=barter",
        "/api/sales?kind=gift",
        "/api/sales?cashier=everybody",
        "/api/sales?from=yesterday",
        "/api/shifts?cursor=nonsense",
        "/api/shifts?till=x",
        "/api/products?cursor=nonsense",
        "/api/customers?cursor=nonsense",
        "/api/stock?cursor=-1",
        "/api/stock/adjustments?cursor=nonsense",
        "/api/reports/sales-by-product?cursor=nonsense",
        "/api/imports?cursor=nonsense",
    ] {
        let code = if path.contains("cursor=") { "list.bad_cursor" } else { "request.malformed" };
        store.admin.get(path).await.refused(422, code);
    }
    let history = format!("/api/products/{tea}/stock");
    store.admin.get(format!("{history}?cursor=nonsense")).await.refused(422, "list.bad_cursor");
    let moves = store.admin.get(history).await.done();
    let number = moves["history"]["items"][0]["number"].as_str().expect("a number").to_owned();
    assert!(number.starts_with("SAL-") && number.ends_with("-000003"), "{number}");
    for (asked, found) in [("2", 1), ("000003", 1), (number.as_str(), 1), ("4", 0), ("none", 0), ("", 3)] {
        let page = store.admin.get(format!("/api/sales?number={asked}")).await.done();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(found), "number {asked:?}");
        assert_eq!(page["totals"]["sales_count"], found, "number {asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kazakh_letters_stand_beside_their_neighbours() {
    let store = Store::new().await;
    let names = ["Ясли", "Әтір", "Вода", "Қант", "Арбуз", "Кефир", "Үрмебұршақ", "Утюг", "Өрік", "Огурец", "Ірімшік", "Изюм"];
    let expected = ["Арбуз", "Әтір", "Вода", "Изюм", "Ірімшік", "Қант", "Кефир", "Огурец", "Өрік", "Үрмебұршақ", "Утюг", "Ясли"];
    for name in names {
        let _product = store.product(name, "100.00", &[]).await;
        let _category = store.admin.post("/api/categories", json!({ "name": name })).await.done();
    }
    let named = |page: &serde_json::Value, list: &str| -> Vec<String> {
        page[list].as_array().expect("a list").iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(named(&store.admin.get("/api/products").await.done(), "items"), expected);
    assert_eq!(named(&store.admin.get("/api/stock").await.done(), "items"), expected);
    assert_eq!(named(&store.admin.get("/api/categories").await.done(), "items"), expected);
    assert_eq!(named(&store.admin.get("/api/till/tiles").await.done(), "categories"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_found_by_neighbouring_letters_and_by_phone() {
    let store = Store::new().await;
    for (name, phone) in [("Бауыржан Әлиев", "+7 702 300 10 02"), ("Гүлнар Өтегенова", "+7 702 300 10 03")] {
        let _customer = store.admin.post("/api/customers", json!({ "name": name, "phone": phone })).await.done();
    }
    for (typed, found) in [("алиев", 1), ("ӘЛИ", 1), ("гулнар", 1), ("отег", 1), ("300 10", 2), ("10 03", 1), ("%", 0), ("", 2), ("Ким", 0)]
    {
        let query = typed.replace('%', "%25").replace(' ', "%20");
        let page = store.admin.get(format!("/api/customers?q={query}")).await.done();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(found), "{typed:?}: {page}");
    }
    let id = id_of(&store.admin.get("/api/customers?q=10%2003").await.done()["items"][0]);
    assert_eq!(store.admin.get(format!("/api/customers/{id}")).await.done()["name"], "Гүлнар Өтегенова");
}
