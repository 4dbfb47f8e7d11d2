//! What stands on the paper, from the settings to the printer's bytes.

use std::io::Cursor;
use std::sync::Arc;

use duken_tests::client::{Api, Call};
use duken_tests::devices::paper::Bitmap;
use duken_tests::devices::printer::{Printer, PrinterOptions, Receipt};
use duken_tests::fixture::{Opening, Store};
use serde_json::{Value, json};

/// A store with a printer at its till and one product.
struct Shop {
    store: Store,
    printer: Printer,
    tea: String,
}

impl Shop {
    async fn new(opening: Opening) -> Self {
        let store = Store::opened(opening).await;
        let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer");
        let card = json!({
            "kind": "printer", "name": "Чековый", "profile": "simulator",
            "connection": { "type": "network", "address": printer.socket().to_string() },
        });
        let device = store.device(card).await;
        store.at_the_till(|till| till["printer_id"] = device.as_str().into()).await;
        let tea = store.product("Tea", "2.45", &[]).await;
        let _shift = store.open_shift(&store.till, "100.00").await;
        Self { store, printer, tea }
    }

    /// Sells one and waits for its paper.
    async fn sell(&self, total: &str) -> (Value, Arc<Receipt>) {
        let before = self.printer.receipts().len();
        let mut wanted = self.store.cash_sale(&[(&self.tea, "1")], total);
        wanted["print"] = true.into();
        let sale = self.store.admin.post("/api/sales", wanted).await.done();
        let mut receipts = self.printer.wait_for_receipts(before as u64 + 1).await;
        (sale, receipts.pop().expect("a receipt"))
    }
}

/// Uploads a picture as the settings' page does; its hash.
async fn upload(api: &Api, picture: &image::DynamicImage) -> String {
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    let mut body = b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n\r\n".to_vec();
    body.extend_from_slice(png.get_ref());
    body.extend_from_slice(b"\r\n--XX--\r\n");
    let kept = api.send(Call::post("/api/files", &json!({})).saying("multipart/form-data; boundary=XX", body)).await.done();
    kept["hash"].as_str().expect("a hash").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_logo_comes_to_the_paper_and_a_broken_one_keeps_no_receipt() {
    let shop = Shop::new(Opening { currency: "EUR", ..Opening::default() }).await;
    let (_, plain) = shop.sell("2.45").await;
    // A full colour, and one with what is transparent: kept as two kinds of file.
    let black = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(400, 200, image::Rgb([0, 0, 0])));
    let mut ring = image::RgbaImage::new(400, 200);
    for pixel in ring.enumerate_pixels_mut().filter(|(x, ..)| *x < 200) {
        *pixel.2 = image::Rgba([0, 0, 0, 255]);
    }
    for (logo, width) in [(black, 280), (image::DynamicImage::ImageRgba8(ring), 138)] {
        let hash = upload(&shop.store.admin, &logo).await;
        shop.store.settings(|settings| settings["store"]["logo_hash"] = hash.as_str().into()).await;
        let (sale, paper) = shop.sell("2.45").await;
        let block = Bitmap::from_fn(width, 100, |_, _| true);
        assert!(paper.contains(&block) && !plain.contains(&block), "the logo is on the paper");
        let picture = shop.store.admin.get(format!("/api/sales/{}/receipt.png", sale["id"].as_str().expect("an id"))).await;
        assert_eq!((picture.status, picture.kind.as_str()), (200, "image/png"));
        // The file breaks under the hub: the receipt comes without it.
        let file = |hash: &str| shop.store.data().join("files").join(&hash[..2]).join(hash);
        std::fs::write(file(&hash), b"no picture any more").expect("a file");
        std::fs::remove_dir_all(shop.store.data().join("thumbs")).expect("the small forms");
        let (_, without) = shop.sell("2.45").await;
        assert!(!without.contains(&block));
        std::fs::remove_file(file(&hash)).expect("the file");
    }
    shop.store.settings(|settings| settings["store"]["logo_hash"] = Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_store_counts_in_the_minor_units_of_its_currency() {
    for (currency, price, thanks) in [("GBP", "2.45", "Thank you!"), ("EUR", "2.45", "Thank you!"), ("JPY", "245", "Thank you!")] {
        let store = Store::opened(Opening { currency, ..Opening::default() }).await;
        let settings = store.admin.get("/api/settings").await.done();
        assert_eq!((&settings["rounding"]["scope"], &settings["receipt_language"]), (&json!("none"), &json!("en")), "{currency}");
        assert_eq!(settings["receipt_fields"]["thanks"], thanks);
        let tea = store.product("Tea", price, &[]).await;
        let _shift = store.open_shift(&store.till, if currency == "JPY" { "0" } else { "0.00" }).await;
        let sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], price)).await.done();
        assert_eq!(sale["total"], store.money(price), "{currency}");
        store.settings(|_| ()).await;
    }
    let tenge = Store::new().await;
    assert_eq!(tenge.admin.get("/api/settings").await.done()["rounding"], json!({ "step": "1.00", "scope": "receipt" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paper_says_the_sku_where_wanted_and_the_documents_own_date() {
    let store = Store::new().await;
    let card = json!({ "name": "Чай", "price": store.money("500.00"), "unit": "pcs", "sku": "TEA-77" });
    let tea = store.admin.post("/api/products", card).await.done();
    let tea = tea["id"].as_str().expect("an id");
    let _shift = store.open_shift(&store.till, "0.00").await;
    let paper =
        async |sale: &Value| store.admin.get(format!("/api/sales/{}/receipt.html", sale["id"].as_str().expect("an id"))).await.text();
    let sell = async || store.admin.post("/api/sales", store.cash_sale(&[(tea, "1")], "500.00")).await.done();
    let plain = paper(&sell().await).await;
    assert!(!plain.contains("TEA-77") && !plain.contains("Записано"), "{plain}");
    store.settings(|settings| settings["receipt_fields"]["sku"] = true.into()).await;
    let with_sku = sell().await;
    assert!(paper(&with_sku).await.contains("TEA-77"));
    // What comes back is named as it was sold.
    let wanted = json!({ "sale_id": with_sku["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "broken" });
    let back = store.admin.post("/api/returns", wanted).await.done();
    assert!(paper(&back["return"]).await.contains("TEA-77"));
    let mut wanted = store.cash_sale(&[(tea, "1")], "500.00");
    wanted["business_date"] = "2026-01-05".into();
    wanted["reason"] = "written down on paper".into();
    let dated = store.admin.post("/api/sales", wanted).await.done();
    let said = paper(&dated).await;
    assert!(said.contains("<span style=\"text-align:right\">05.01.2026</span>"), "{said}");
    assert!(said.contains("Записано"), "and when it was written down: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_seen_on_paper_before_they_are_saved() {
    let store = Store::new().await;
    let settings = store.admin.get("/api/settings").await.done();
    let preview = async |change: &dyn Fn(&mut Value)| {
        let mut draft = settings.clone();
        change(&mut draft);
        store.admin.post("/api/receipt/preview", draft).await
    };
    let picture = async |change: &dyn Fn(&mut Value)| {
        let answer = preview(change).await;
        assert_eq!((answer.status, answer.kind.as_str()), (200, "image/png"), "{}", answer.text());
        Bitmap::from_png(&answer.bytes).expect("a picture")
    };
    let plain = picture(&|_| ()).await;
    assert_eq!(plain.width(), 576);
    assert_eq!(picture(&|draft| draft["tape"] = "58".into()).await.width(), 384);
    let shorter = picture(&|draft| draft["receipt_fields"]["qr"] = false.into()).await;
    assert!(shorter.height() < plain.height() && shorter.qr_codes().is_empty() && plain.qr_codes().len() == 1);
    assert!(picture(&|draft| draft["receipt_fields"]["sku"] = true.into()).await.black() > plain.black());
    preview(&|draft| draft["store"]["bin"] = "12".into()).await.refused(422, "settings.invalid");
    assert_eq!(store.admin.get("/api/settings").await.done(), settings, "nothing was saved");
}
