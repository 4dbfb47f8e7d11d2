//! Goods through the public API: cards, search, photos, price lists in and out, stock.

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::Command;

use duken_tests::client::{Call, tenge};
use duken_tests::fixture::{Store, bring, upload};
use serde_json::{Value, json};

fn real_list() -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    let path = std::env::var_os("DUKEN_DATA").map_or_else(beside, PathBuf::from).join("catalog/kz_store_1c_pricelist.csv");
    if path.exists() {
        return Some(path);
    }
    eprintln!("not tested: {} is not here", path.display());
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_price_list_comes_in_counts_right_and_changes_nothing_again() {
    let Some(path) = real_list() else { return };
    let store = Store::new().await;
    let bytes = std::fs::read(&path).expect("the list");
    let (id, preview, progress) = bring(&store.admin, "list.csv", &bytes).await;
    assert_eq!((&progress["state"], &progress["done"]), (&json!("done"), &json!(9_922)));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/import_counts.py");
    match Command::new("python3").arg(script).arg(&path).output() {
        Ok(output) => assert_eq!(preview["counts"], serde_json::from_slice::<Value>(&output.stdout).expect("counts")),
        Err(error) => eprintln!("counts not compared: python3: {error}"),
    }
    let shared = store.admin.get(format!("/api/import/{id}/preview?only=shared_code&limit=500")).await.done();
    assert_eq!(shared["rows"]["items"].as_array().map(Vec::len), Some(16), "both goods of each of eight codes");
    let page = store.admin.get(format!("/api/import/{id}/preview?only=notes&limit=2")).await.done();
    let next = page["rows"]["next"].as_str().expect("a next page");
    let after = store.admin.get(format!("/api/import/{id}/preview?only=notes&limit=2&cursor={next}")).await.done();
    assert!(after["rows"]["items"][0]["row"].as_i64() > page["rows"]["items"][1]["row"].as_i64(), "{page} {after}");
    let rejected = store.admin.get(format!("/api/import/{id}/rejected.csv")).await.text();
    assert!(rejected.contains("1015a") && rejected.contains("46009490100205"), "{}", &rejected[..500]);
    let (_, again, _) = bring(&store.admin, "list.csv", &bytes).await;
    assert_eq!(
        (&again["counts"]["create"], &again["counts"]["change"], &again["counts"]["unchanged"]),
        (&json!(0), &json!(0), &json!(9_922))
    );
    for (typed, found) in [
        ("4610082840836", "Коктейль Чуда банан 200 мл"),
        ("rjrntqkm xelf ,fyfy 200", "Коктейль Чуда банан 200 мл"),
        ("курт соленный", "Курт соленный 12 % 0,100 кг."),
    ] {
        let hits = store.admin.send(Call { path: "/api/products/search".into(), ..Call::get("") }.query(typed)).await.done();
        assert_eq!(hits["items"][0]["name"], found, "{typed}");
    }
    for export in ["/api/export/catalog.csv?separator=semicolon", "/api/export/catalog.xlsx"] {
        let file = store.admin.get(export).await;
        assert_eq!(file.status, 200);
        let (_, preview, _) = bring(&store.admin, "catalog", &file.bytes).await;
        let counts = &preview["counts"];
        assert_eq!((&counts["create"], &counts["change"], &counts["unchanged"]), (&json!(0), &json!(0), &json!(9_922)), "{export}");
    }
}

trait Asking {
    fn query(self, typed: &str) -> Self;
}

impl Asking for Call {
    fn query(mut self, typed: &str) -> Self {
        let written: String = typed.bytes().map(|b| format!("%{b:02X}")).collect();
        self.path.push_str(&format!("?limit=5&q={written}"));
        self
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_is_refused_by_name() {
    let store = Store::new().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "название").expect("a cell");
    let whole = book.save_to_buffer().expect("a workbook");
    let cut_workbook = whole[..whole.len() * 2 / 3].to_vec();
    let bomb = bomb();
    let broken_text = ["название;цена\nКефир;495\nАйран;".as_bytes(), b"\xD0;1\n"].concat();
    let cases: &[(&[u8], u16, &str)] = &[
        (b"", 422, "import.empty"),
        (b"%PDF-1.7", 422, "import.foreign"),
        (b"<html>", 422, "import.foreign"),
        (b"PK\x03\x04 broken", 422, "import.broken_workbook"),
        (&cut_workbook, 422, "import.broken_workbook"),
        (&bomb, 413, "import.too_large"),
        (&broken_text, 422, "import.broken_encoding"),
        (b"a;b\0\0\0", 422, "import.binary"),
    ];
    for (bytes, status, code) in cases {
        upload(&store.admin, "/api/import", "x", bytes).await.refused(*status, code);
    }
    store.admin.send(Call::post("/api/import", &json!({})).saying("text/plain", "x")).await.refused(422, "file.missing");
    let list = upload(&store.admin, "/api/import", "x.csv", "название;цена\nКефир;1\n".as_bytes()).await.done();
    let path = format!("/api/import/{}", list["id"].as_str().expect("an id"));
    store.admin.post(format!("{path}/run"), json!({})).await.refused(409, "import.not_previewed");
    store.admin.post(format!("{path}/preview"), json!({ "columns": { "1": "price" } })).await.refused(422, "import.name_column_missing");
    store.admin.post(format!("{path}/preview"), json!({ "columns": { "0": "name", "1": "name" } })).await.refused(422, "import.bad_column");
    store.admin.get("/api/import/999").await.refused(404, "card.not_found");
    let large = vec![b'a'; 33 << 20];
    upload(&store.admin, "/api/import", "x.csv", &large).await.refused(413, "request.too_large");
}

/// A workbook that unpacks to more than is taken.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/workbook.xml", packed).expect("a file");
    let blank = vec![b' '; 1 << 20];
    for _ in 0..120 {
        archive.write_all(&blank).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_with_its_photo_prices_and_stock() {
    let store = Store::new().await;
    let api = &store.admin;
    let mut png = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(1_600, 800).write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    let photo = upload(api, "/api/files", "a.png", png.get_ref()).await.done();
    assert_eq!((&photo["mime"], &photo["width"]), (&json!("image/jpeg"), &json!(1_200)));
    upload(api, "/api/files", "a.png", b"not a picture").await.refused(422, "file.not_an_image");
    let hash = photo["hash"].as_str().expect("a hash");
    assert_eq!(api.get(format!("/api/files/{hash}?size=thumb")).await.kind, "image/jpeg");
    assert_eq!(api.get("/api/files/..%2F..%2Fsecret.key").await.status, 404);
    let dairy = api.post("/api/categories", json!({ "name": "Сүт өнімдері", "color": "#aabbcc" })).await.done();
    let card = json!({
        "name": "Қымыз 1 л", "price": tenge("950.00"), "purchase_price": tenge("600.00"), "category_id": dairy["id"],
        "photo_hashes": [hash], "barcodes": ["4870003750990"], "make_barcode": true, "minimum": "5", "unit": "pcs",
    });
    let made = api.post("/api/products", card.clone()).await.done();
    assert_eq!((made["barcodes"].as_array().map(Vec::len), &made["category_name"]), (Some(2), &json!("Сүт өнімдері")));
    let path = format!("/api/products/{}", made["id"].as_str().expect("an id"));
    let mut changed = made.clone();
    changed["price"] = tenge("990.00");
    let saved = api.put(path.as_str(), changed.clone()).await.done();
    assert_eq!(saved["price"], tenge("990.00"));
    let stale = api.put(path.as_str(), changed).await.refused(409, "card.changed");
    assert_eq!(stale["params"]["fields"], json!(["price"]));
    let prices = api.get(format!("{path}/prices")).await.done();
    assert_eq!((&prices[0]["from"], &prices[0]["to"], &prices[0]["user_name"]), (&tenge("950.00"), &tenge("990.00"), &json!("Aida")));
    store.stock(made["id"].as_str().expect("an id"), "4").await;
    let low = api.get("/api/stock?state=low").await.done();
    assert_eq!((&low["items"][0]["name"], &low["items"][0]["value"]), (&json!("Қымыз 1 л"), &tenge("2400.00")));
    let found = json!({ "product_id": made["id"], "kind": "counted", "quantity": "7", "reason": "пересчёт" });
    let adjustment = api.post("/api/stock/adjustments", found).await.done();
    assert_eq!((&adjustment["delta"], &adjustment["after"]), (&json!("3"), &json!("7")));
    let stock = api.get(format!("{path}/stock?limit=1")).await.done();
    assert_eq!((&stock["quantity"], &stock["history"]["items"][0]["after"]), (&json!("7"), &json!("7")));
    let next = stock["history"]["next"].as_str().expect("a next page");
    let older = api.get(format!("{path}/stock?limit=1&cursor={next}")).await.done();
    assert_eq!((&older["history"]["items"][0]["kind"], &older["history"]["items"][0]["after"]), (&json!("opening"), &json!("4")));
    let cashier = store.person("cashier").await;
    cashier.api.post("/api/products", card).await.refused(403, "access.denied");
    let seen = cashier.api.get("/api/products/search?q=%D2%9B%D1%8B%D0%BC").await.done();
    assert_eq!(seen["items"][0]["stock"], "7");
    assert_eq!(api.post(format!("{path}/archive"), json!({})).await.done()["archived"], true);
    assert_eq!(api.get("/api/products?q=kymyz").await.done()["items"], json!([]));
    let rates = api.get("/api/vat-rates").await.done();
    assert!(rates.as_array().is_some_and(|rates| rates.iter().any(|r| r["id"] == "standard" && r["percent"] == "16")), "{rates}");
}
