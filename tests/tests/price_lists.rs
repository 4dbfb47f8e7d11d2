//! Awkward price lists through the public API: what a person would see of each, and what becomes of it.

use duken_tests::client::{Api, tenge};
use duken_tests::fixture::{Store, bring, bring_as, guessed, id_of, upload};
use serde_json::{Value, json};

fn list(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/lists/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a list of ours")
}

async fn product(api: &Api, name: &str) -> Value {
    let all = api.get("/api/products?limit=500").await.done();
    let found = all["items"].as_array().and_then(|items| items.iter().find(|item| item["name"] == name));
    found.cloned().unwrap_or_else(|| panic!("no {name} in {all}"))
}

fn guesses(list: &Value) -> Vec<&str> {
    list["columns"].as_array().expect("columns").iter().map(|column| column["guess"].as_str().unwrap_or("-")).collect()
}

fn counts(preview: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| preview["counts"][name].as_i64().expect("a count")).collect()
}

async fn notes(api: &Api, import: &str) -> Vec<String> {
    let page = api.get(format!("/api/import/{import}/preview?only=notes&limit=500")).await.done();
    let rows = page["rows"]["items"].as_array().expect("rows").iter();
    let note = |row: &Value, note: &Value| format!("{} {}", row["row"], note["code"].as_str().expect("a code"));
    rows.flat_map(|row| row["notes"].as_array().expect("notes").iter().map(|n| note(row, n)).collect::<Vec<_>>()).collect()
}

async fn changes_nothing(api: &Api, name: &str, bytes: &[u8], goods: i64) {
    let (_, again, progress) = bring(api, name, bytes).await;
    assert_eq!(counts(&again, &["create", "change", "unchanged"]), [0, 0, goods], "{name} again");
    assert_eq!(progress["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_list_of_1c_with_a_header_of_two_rows_and_groups_between_the_goods() {
    let store = Store::new().await;
    let api = &store.admin;
    let bytes = list("printed.csv");
    let shown = upload(api, "/api/import", "printed.csv", &bytes).await.done();
    assert_eq!(guesses(&shown), ["-", "name", "barcodes", "unit", "purchase_price", "price", "stock"]);
    assert_eq!((&shown["encoding"], &shown["header_line"], &shown["headings"]), (&json!("windows-1251"), &json!(4), &json!(true)));
    let (id, preview, _) = bring_as(api, &shown, json!({ "columns": guessed(&shown) })).await;
    let names = ["create", "skip", "no_price", "barcodes", "short_codes", "shared_codes"];
    assert_eq!(counts(&preview, &names), [6, 4, 1, 3, 3, 1], "{preview}");
    let said = notes(api, &id).await;
    for expected in ["7 heading", "12 shared_code", "13 shared_code", "13 no_price", "15 service_stock", "16 total"] {
        assert!(said.iter().any(|note| note == expected), "{expected}: {said:?}");
    }
    let kefir = product(api, "Кефир \"Домашний\" 1 %, 900 г").await;
    assert_eq!((&kefir["price"], &kefir["purchase_price"], &kefir["stock"]), (&tenge("1495.00"), &tenge("1166.67"), &json!("12")));
    assert_eq!(kefir["category_name"], "Молочные продукты");
    assert_eq!(product(api, "Доставка по городу").await["kind"], "service");
    let cheese = product(api, "Сыр весовой").await;
    assert_eq!((&cheese["unit"], &cheese["stock"], &cheese["barcodes"][1]), (&json!("kg"), &json!("4.35"), &json!("17")));
    changes_nothing(api, "printed.csv", &bytes, 6).await;
    let dearer = encoding_rs::WINDOWS_1251.decode(&bytes).0.replace("1\u{a0}495,00", "1\u{a0}595,00");
    let (id, preview, _) = bring(api, "printed.csv", dearer.as_bytes()).await;
    assert_eq!(counts(&preview, &["create", "change", "unchanged"]), [0, 1, 5]);
    let changed = api.get(format!("/api/import/{id}/preview?only=change")).await.done();
    let row = &changed["rows"]["items"][0];
    assert_eq!(row["changes"], json!([{ "field": "price", "from": "1495.00", "to": "1595.00" }]));
    assert_eq!((&row["price"], &row["group"], &row["unit"]), (&tenge("1595.00"), &json!("Молочные продукты"), &json!("pcs")));
    assert_eq!(product(api, "Кефир \"Домашний\" 1 %, 900 г").await["price"], tenge("1595.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_another_program_with_paths_and_two_columns_of_barcodes_goes_round() {
    let store = Store::new().await;
    let api = &store.admin;
    let bytes = list("exported.csv");
    let (id, preview, _) = bring(api, "exported.csv", &bytes).await;
    assert_eq!(counts(&preview, &["create", "skip", "barcodes", "refused_codes", "no_price"]), [4, 0, 4, 1, 0], "{preview}");
    assert_eq!(notes(api, &id).await, ["2 refused_code_not_digits"]);
    let juice = product(api, "Сок вишнёвый 1 л").await;
    assert_eq!(juice["barcodes"], json!(["4870009900115", "4870009900122"]));
    assert_eq!((&juice["sku"], &juice["minimum"], &juice["category_name"]), (&json!("SOK-2"), &json!("10"), &json!("Соки")));
    let apple = product(api, "Сок яблочный 1 л").await;
    assert_eq!((&apple["price"], &apple["vat_rate_id"]), (&tenge("795.50"), &json!("standard")));
    assert_eq!(apple["description"], "Из яблок,\nпрямого отжима");
    let sweets = product(api, "Конфеты \"Мишка; на севере\"").await;
    assert_eq!((&sweets["price"], &sweets["unit"], &sweets["vat_rate_id"]), (&tenge("4990.00"), &json!("kg"), &json!("none")));
    assert_eq!(product(api, "Доставка").await["kind"], "service");
    let tree = api.get("/api/categories").await.done();
    assert_eq!(tree["items"].as_array().map(Vec::len), Some(6), "Еда, Напитки, Соки, Сладости, Услуги, Доставка: {tree}");
    changes_nothing(api, "exported.csv", &bytes, 4).await;
    let formula =
        json!({ "name": "=1+1", "price": tenge("1.00"), "gtin": "4870009900139", "ntin": "KZ-7", "barcodes": [], "brand": "'Мята" });
    let _made = api.post("/api/products", formula).await.done();
    for export in [
        "/api/export/catalog.csv",
        "/api/export/catalog.csv?separator=semicolon",
        "/api/export/catalog.csv?separator=tab",
        "/api/export/catalog.xlsx",
    ] {
        let file = api.get(export).await;
        changes_nothing(api, export, &file.bytes, 5).await;
    }
    let semicolons = api.get("/api/export/catalog.csv?separator=semicolon").await.text();
    assert!(semicolons.contains("795,50") && semicolons.contains("Еда / Напитки / Соки"), "{semicolons}");
    let other = Store::new().await;
    let file = api.get("/api/export/catalog.xlsx").await;
    let (_, preview, _) = bring(&other.admin, "catalog.xlsx", &file.bytes).await;
    assert_eq!(counts(&preview, &["create", "skip"]), [5, 0]);
    let there = product(&other.admin, "=1+1").await;
    assert_eq!((&there["gtin"], &there["ntin"], &there["brand"]), (&json!("4870009900139"), &json!("KZ-7"), &json!("'Мята")));
    assert_eq!(product(&other.admin, "Сок вишнёвый 1 л").await["minimum"], "10");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kazakh_list_parted_by_tabs_keeps_the_quotes_of_its_names() {
    let store = Store::new().await;
    let api = &store.admin;
    let bytes = list("kazakh.tsv");
    let shown = upload(api, "/api/import", "kazakh.tsv", &bytes).await.done();
    assert_eq!(guesses(&shown), ["-", "sku", "name", "group", "unit", "-", "price", "stock", "barcodes"]);
    assert_eq!((&shown["encoding"], &shown["separator"]), (&json!("utf-16"), &json!("\t")));
    let (_, preview, _) = bring_as(api, &shown, json!({ "columns": guessed(&shown) })).await;
    assert_eq!(counts(&preview, &["create", "skip", "repeats", "no_price", "shared_codes"]), [4, 2, 1, 1, 1], "{preview}");
    assert_eq!(product(api, "\"Ақ құрт\" 100 г").await["price"], tenge("350.00"));
    assert_eq!(product(api, "\"Қант\"").await["price"], tenge("720.00"));
    let cheese = product(api, "Ірімшік «Әже»").await;
    assert_eq!((&cheese["price"], &cheese["stock"]), (&tenge("2900.00"), &json!("3.5")));
    changes_nothing(api, "kazakh.tsv", &bytes, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_of_several_sheets_is_read_where_the_person_points() {
    let store = Store::new().await;
    let api = &store.admin;
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Справка").expect("a name").write(0, 0, "Лист заполняет бухгалтерия").expect("a cell");
    for (name, price) in [("Опт", "=2100/2"), ("Розница", "=3500/3")] {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        sheet.write(0, 0, "Прайс").expect("a cell").write(2, 0, "Товар").expect("a cell").write(2, 1, "Цена").expect("a cell");
        let result = if name == "Опт" { "1050" } else { "1166.6667" };
        sheet.write(3, 0, "Чай").expect("a cell");
        sheet.write_formula(3, 1, rust_xlsxwriter::Formula::new(price).set_result(result)).expect("a formula");
        sheet.write(4, 0, "Кофе").expect("a cell").write(4, 1, 166.667).expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let found = upload(api, "/api/import", "book.xlsx", &bytes).await.done();
    assert_eq!((&found["sheets"], &found["sheet"]), (&json!(["Справка", "Опт", "Розница"]), &json!("Опт")));
    let id = found["id"].as_str().expect("an id");
    let retail = api.get(format!("/api/import/{id}/file?sheet=%D0%A0%D0%BE%D0%B7%D0%BD%D0%B8%D1%86%D0%B0")).await.done();
    assert_eq!((&retail["sheet"], &retail["header_line"], &retail["first_line"]), (&json!("Розница"), &json!(3), &json!(4)));
    let bare = api.get(format!("/api/import/{id}/file?sheet=%D0%9E%D0%BF%D1%82&header=0&first=5")).await.done();
    assert_eq!((&bare["header_line"], &bare["first_line"], &bare["rows"]), (&json!(0), &json!(5), &json!(1)));
    let (_, preview, _) = bring_as(api, &retail, json!({ "columns": guessed(&retail), "sheet": "Розница" })).await;
    assert_eq!(counts(&preview, &["create"]), [2]);
    assert_eq!(product(api, "Чай").await["price"], tenge("1166.67"), "as Excel shows it");
    assert_eq!(product(api, "Кофе").await["price"], tenge("166.67"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_keeps_to_the_rights_of_its_person() {
    let store = Store::new().await;
    let milk = store.product("Молоко", "500.00", &["4870009900306"]).await;
    let clerk = store.person("inventory_manager").await;
    let bytes = "Наименование;Штрихкод;Цена;Закупочная;Остаток\nМолоко;4870009900306;650;300;5\nСыр;4870009900313;3000;2000;4\n".as_bytes();
    let shown = upload(&clerk.api, "/api/import", "list.csv", bytes).await.done();
    assert_eq!(shown["withheld"], json!(["price", "purchase_price"]), "said before anything is done");
    let (_, preview, _) = bring_as(&clerk.api, &shown, json!({ "columns": guessed(&shown) })).await;
    assert_eq!(preview["withheld"], json!(["price", "purchase_price"]));
    let kept = store.admin.get(format!("/api/products/{milk}")).await.done();
    assert_eq!((&kept["price"], &kept["purchase_price"], &kept["stock"]), (&tenge("500.00"), &Value::Null, &json!("5")));
    let cheese = product(&store.admin, "Сыр").await;
    assert_eq!((&cheese["price"], &cheese["purchase_price"], &cheese["stock"]), (&Value::Null, &Value::Null, &json!("4")));
    let (_, preview, _) = bring(&store.admin, "list.csv", bytes).await;
    assert_eq!((counts(&preview, &["change"]), &preview["withheld"]), (vec![2], &json!([])));
    assert_eq!(store.admin.get(format!("/api/products/{milk}")).await.done()["price"], tenge("650.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_of_a_category_are_those_inside_it_on_tiles_in_searches_and_in_the_stock() {
    let store = Store::new().await;
    let api = &store.admin;
    let food = id_of(&api.post("/api/categories", json!({ "name": "Еда" })).await.done());
    let milk = id_of(&api.post("/api/categories", json!({ "name": "Молочное", "parent_id": food })).await.done());
    let rows: String = (0..70).map(|n| format!("Еда / Молочное;Кефир {n:02};{}\n", 100 + n)).collect();
    let (_, preview, _) = bring(api, "list.csv", format!("Группа;Наименование;Цена\n{rows}").as_bytes()).await;
    assert_eq!(counts(&preview, &["create"]), [70]);
    let _outside = store.product("Кефир чужой", "5.00", &[]).await;
    let first = api.get(format!("/api/till/tiles?category={food}")).await.done();
    let next = first["next"].as_str().expect("more than a page");
    let second = api.get(format!("/api/till/tiles?category={food}&cursor={next}")).await.done();
    let names = |page: &Value| page["products"].as_array().expect("tiles").iter().map(|tile| tile["name"].to_string()).collect::<Vec<_>>();
    let (mut tiles, rest) = (names(&first), names(&second));
    assert_eq!((tiles.len(), rest.len(), &second["next"]), (60, 10, &Value::Null));
    tiles.extend(rest);
    tiles.sort();
    tiles.dedup();
    assert_eq!(tiles.len(), 70, "every good once");
    for path in ["/api/products", "/api/stock"] {
        for category in [&food, &milk] {
            let found = api.get(format!("{path}?q=%D0%BA%D0%B5%D1%84%D0%B8%D1%80&limit=200&category={category}")).await.done();
            assert_eq!(found["items"].as_array().map(Vec::len), Some(70), "{path} {category}");
        }
        let elsewhere = id_of(&api.post("/api/categories", json!({ "name": format!("Пусто {path}") })).await.done());
        let found = api.get(format!("{path}?q=%D0%BA%D0%B5%D1%84%D0%B8%D1%80&category={elsewhere}")).await.done();
        assert_eq!(found["items"], json!([]), "{path}");
    }
    let dearest = api.get("/api/products?sort=-price&limit=1").await.done();
    let cheapest = api.get("/api/products?sort=price&limit=1").await.done();
    assert_eq!((&dearest["items"][0]["name"], &cheapest["items"][0]["name"]), (&json!("Кефир 69"), &json!("Кефир чужой")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_with_its_sum_is_sold_for_that_sum() {
    let store = Store::new().await;
    let api = &store.admin;
    let card = json!({ "name": "Казы", "price": tenge("8990.00"), "barcodes": ["123"], "unit": "kg" });
    let kazy = id_of(&api.post("/api/products", card).await.done());
    store.stock(&kazy, "10").await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let cart = id_of(&api.post("/api/carts", json!({})).await.done());
    let label = |body: &str| {
        let sum: u32 = body.bytes().rev().enumerate().map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 3 } else { 1 }).sum();
        format!("{body}{}", (10 - sum % 10) % 10)
    };
    let cart_now = api.post(format!("/api/carts/{cart}/scan"), json!({ "code": label("220012301000") })).await.done();
    assert_eq!((&cart_now["total"], &cart_now["lines"][0]["quantity"]), (&tenge("1000.00"), &json!("0.111")), "{cart_now}");
    let both = api.post(format!("/api/carts/{cart}/scan"), json!({ "code": label("220012300777") })).await.done();
    assert_eq!(both["total"], tenge("1777.00"));
    let _paid = api.post(format!("/api/carts/{cart}/payments"), json!({ "method": "cash", "amount": tenge("1777.00") })).await.done();
    let sale = api.post(format!("/api/carts/{cart}/complete"), json!({})).await.done();
    let sale = api.get(format!("/api/sales/{}", id_of(&sale))).await.done();
    assert_eq!(
        (&sale["total"], &sale["subtotal"], &sale["lines"][0]["sum"]),
        (&tenge("1777.00"), &tenge("1777.00"), &tenge("1000.00")),
        "{sale}"
    );
    let cart = id_of(&api.post("/api/carts", json!({})).await.done());
    let three = json!({ "code": label("220012301000"), "quantity": "3" });
    let three = api.post(format!("/api/carts/{cart}/scan"), three).await.done();
    assert_eq!((&three["total"], &three["lines"][0]["quantity"]), (&tenge("3000.00"), &json!("0.333")), "three labels alike");
    let settings = api.get("/api/settings").await.done();
    let mut other = settings.clone();
    other["weight_codes"] = json!([{ "prefix": "28", "item_digits": 4, "value_digits": 6, "kind": "weight", "divisor": 1000 }]);
    let _saved = api.put("/api/settings", other.clone()).await.done();
    let cart = id_of(&api.post("/api/carts", json!({})).await.done());
    let weighed = api.post(format!("/api/carts/{cart}/scan"), json!({ "code": label("280123001500") })).await.done();
    assert_eq!(weighed["lines"][0]["quantity"], "1.5", "the table of formats is data");
    for (times, whole) in [("2", true), ("1.5", false), ("0", false), ("1001", false)] {
        let answer = api.post(format!("/api/carts/{cart}/scan"), json!({ "code": label("280123001500"), "quantity": times })).await;
        if whole {
            assert_eq!(answer.done()["lines"][1]["quantity"], "3", "so many labels");
        } else {
            answer.refused(422, "cart.bad_quantity");
        }
    }
    other["version"] = api.get("/api/settings").await.done()["version"].clone();
    for wrong in [
        json!({ "prefix": "30", "item_digits": 5, "value_digits": 5, "kind": "weight", "divisor": 1000 }),
        json!({ "prefix": "28", "item_digits": 5, "value_digits": 4, "kind": "weight", "divisor": 1000 }),
    ] {
        other["weight_codes"] = json!([wrong]);
        api.put("/api/settings", other.clone()).await.refused(422, "settings.invalid");
    }
    let twice = json!({ "prefix": "28", "item_digits": 5, "value_digits": 5, "kind": "weight", "divisor": 1000 });
    other["weight_codes"] = json!([twice, twice]);
    api.put("/api/settings", other).await.refused(422, "settings.invalid");
}
