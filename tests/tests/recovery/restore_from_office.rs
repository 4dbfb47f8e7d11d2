//! A mini-PC is lost: another one takes its place from the head office, and the old one is refused when it wakes up.

use std::io::Cursor;

use duken_tests::client::{Api, Call};
use duken_tests::fixture::{Hub, Office, PASSWORD, Start, Store, until};
use serde_json::{Value, json};

use super::{admin_of, backed_up, place_of, restored, restoring, said, sell};

/// A product with a photo; the photo's hash.
async fn photographed(store: &Store) -> String {
    let mut png = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(640, 480).write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    let boundary = "photo-boundary";
    let mut body = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n").into_bytes();
    body.extend_from_slice(png.get_ref());
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let call = Call::post("/api/files", &json!({})).saying(&format!("multipart/form-data; boundary={boundary}"), body);
    let photo = store.admin.send(call).await.done();
    let hash = photo["hash"].as_str().expect("a hash").to_owned();
    let card = json!({ "name": "Қымыз", "price": store.money("900.00"), "barcodes": [], "unit": "pcs", "photo_hashes": [hash] });
    let _product = store.admin.post("/api/products", card).await.done();
    hash
}

async fn link_code(api: &Api) -> Value {
    api.get("/api/sync").await.done()["code"].clone()
}

async fn replacement(office: &Office, node: &str) -> String {
    let made = office.admin.post(format!("/api/office/stores/{node}/replace"), json!({})).await.done();
    made["code"].as_str().expect("a code").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_mini_pc_is_rebuilt_from_the_head_office_and_the_old_one_is_refused() {
    let office = Office::new().await;
    let mut store = Store::new().await;
    office.join(&store, "Абай 10").await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    for _ in 0..3 {
        let _sale = sell(&store, &tea, "500.00").await;
    }
    let hash = photographed(&store).await;
    let node = office.caught_up(&store).await;
    let photo = office.hub.data().join("files").join(&hash[..2]).join(&hash);
    until("the photo follows", async || photo.exists().then_some(())).await;
    store.hub.kill();
    let before = store.hub.must_hold()["digest"].clone();

    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let url = office.hub.address().get();
    let code = replacement(&office, &node).await;
    let refused = restoring(&data, "", &["--office", &url, "--code", "AAAAA-BBBBB", "--admin-phone", "+7 701 000 00 00"]).output();
    let refused = refused.expect("the program starts");
    assert!(said(&refused).contains("sync.wrong_code"), "{}", said(&refused));
    let asked = ["--office", &url, "--code", &code, "--admin-phone", "+7 701 000 00 00", "--json"];
    // The first answer got lost on its way to the person: the same code is asked again.
    for _ in 0..2 {
        let _gone = std::fs::remove_dir_all(&data);
        let output = restoring(&data, "", &asked).env("DUKEN_ADMIN_PASSWORD", "new password 9").output().expect("the program starts");
        assert!(output.status.success(), "{}", said(&output));
        let back: Value = serde_json::from_slice(&output.stdout).expect("what became of it");
        assert_eq!((&back["digest"], &back["files"], &back["epoch"]), (&before, &json!(1), &json!(1)));
    }
    let new = Hub::start(&data, Start::default());
    let admin = Api::new(new.address().clone());
    admin.sign_in("+7 701 000 00 00", PASSWORD).await.refused(401, "session.wrong_password");
    let _session = admin.sign_in("+7 701 000 00 00", "new password 9").await.done();
    store.stand_at(&admin, &store.till).await;
    let sale = admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    until("the sale of the new machine arrives", async || {
        let sales = office.admin.get(format!("/api/office/stores/{node}/sales")).await.done();
        (sales["items"][0]["number"] == sale["number"]).then_some(())
    })
    .await;
    assert_eq!(link_code(&admin).await, Value::Null);
    let state = office.admin.get("/api/office/stores").await.done()[0].clone();
    assert_eq!((&state["epoch"], &state["state"]), (&json!(1), &json!("ok")), "{state:#}");
    let late = restoring(&folder.path().join("late"), "", &asked).env("DUKEN_ADMIN_PASSWORD", "new password 9").output();
    assert!(said(&late.expect("the program starts")).contains("sync.wrong_code"), "the code is used up");

    store.hub.run();
    let _only_here = sell(&store, &tea, "500.00").await;
    until("the old one is refused", async || (link_code(&store.admin).await == "sync.replaced").then_some(())).await;
    let seen = office.admin.get("/api/office/stores").await.done()[0]["last_seq"].clone();
    assert_eq!(seen, admin.get("/api/sync").await.done()["journal_end"], "nothing of the old one came in");
    new.must_hold();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_sheet_the_backup_at_the_head_office_brings_everybodys_password_back() {
    let office = Office::new().await;
    let mut store = Store::new().await;
    office.join(&store, "Абай 10").await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let mut plan = store.admin.get("/api/backup").await.done()["plan"].clone();
    plan["to_office"] = true.into();
    let _saved = store.admin.put("/api/backup/plan", plan).await.done();
    let state = backed_up(&store.admin).await;
    assert_eq!((&state["trouble_at_office"], state["last_at_office"].is_null()), (&Value::Null, false), "{state:#}");
    let _later = sell(&store, &tea, "500.00").await;
    let node = office.caught_up(&store).await;
    store.hub.kill();
    let before = store.hub.must_hold()["digest"].clone();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (url, code) = (office.hub.address().get(), replacement(&office, &node).await);
    let back = restored(&data, &store.words, &["--office", &url, "--code", &code]);
    assert_eq!(back["digest"], before, "{back}");
    assert!(back["from_office"].as_i64() > Some(0) && back["backup_end"].as_i64() < back["end"].as_i64(), "{back}");
    let new = Hub::start(&data, Start::default());
    let admin = admin_of(&new).await;
    assert_eq!(admin.get("/api/recovery").await.done()["sheet"]["name"], state["sheet"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn back_from_an_older_backup_it_waits_for_a_person_and_both_branches_are_kept() {
    let office = Office::new().await;
    let mut store = Store::new().await;
    office.join(&store, "Абай 10").await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let state = backed_up(&store.admin).await;
    for _ in 0..3 {
        let _lost = sell(&store, &tea, "500.00").await;
    }
    let node = office.caught_up(&store).await;
    let known = office.admin.get("/api/office/stores").await.done()[0]["last_seq"].as_i64().unwrap_or(0);
    store.hub.kill();

    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let back = restored(&data, &store.words, &["--from", place_of(&state).to_str().expect("text")]);
    assert_eq!(back["digest"], state["last"]["digest"]);
    let new = Hub::start(&data, Start::default());
    let admin = admin_of(&new).await;
    store.stand_at(&admin, &store.till).await;
    let sale = admin.post("/api/sales", store.cash_sale(&[(&tea, "2")], "1000.00")).await.done();
    until("it waits", async || (link_code(&admin).await == "sync.epoch_unconfirmed").then_some(())).await;
    let stands = office.admin.get("/api/office/stores").await.done()[0].clone();
    assert_eq!((&stands["state"], &stands["epoch_asked"], &stands["last_seq"]), (&json!("returned"), &json!(1), &json!(known)));
    let path = format!("/api/office/stores/{node}");
    office.admin.post(format!("{path}/epoch"), json!({ "epoch": 7 })).await.refused(409, "sync.other_epoch");
    let _confirmed = office.admin.post(format!("{path}/epoch"), json!({ "epoch": 1 })).await.done();
    until("its new branch arrives", async || {
        let link = admin.get("/api/sync").await.done();
        (link["lag_entries"] == 0 && link["code"].is_null()).then_some(())
    })
    .await;
    let sales = office.admin.get(format!("{path}/sales")).await.done();
    assert_eq!(sales["items"].as_array().map(Vec::len), Some(1), "{sales:#}");
    assert_eq!(sales["items"][0]["number"], sale["number"]);
    let branches = office.admin.get(format!("{path}/branches")).await.done();
    let end = back["end"].as_i64().unwrap_or(0);
    assert_eq!((&branches[0]["first"], &branches[0]["last"]), (&json!(end + 1), &json!(known)), "{branches}");
    let lost = office.admin.get(format!("{path}/branches/1")).await.done();
    let kinds: Vec<_> = lost.as_array().expect("entries").iter().filter(|entry| entry["kind"] == "sale.completed").collect();
    assert_eq!(kinds.len(), 3, "{lost:#}");
    let found = office.admin.get(format!("{path}/branches/1?after={known}")).await.done();
    assert_eq!(found, json!([]));

    // The clone that was thought dead has the old epoch: it is refused.
    store.hub.run();
    until("the old one is refused", async || (link_code(&store.admin).await == "sync.replaced").then_some(())).await;
    new.must_hold();
}
