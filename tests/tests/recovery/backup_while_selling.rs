//! A backup while eight tills sell, and the state it restores to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use duken_tests::fixture::{Hub, PASSWORD, Start, Store};
use serde_json::json;

use super::{admin_of, backed_up, place_of, restored};

#[tokio::test(flavor = "multi_thread")]
async fn eight_tills_sell_meanwhile_and_it_restores_to_the_state_it_was_taken_in() {
    let store = Store::new().await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let selling = Arc::new(AtomicBool::new(true));
    let mut cashiers = Vec::new();
    for number in 0..8 {
        let till = if number == 0 { store.till.clone() } else { store.new_till(&format!("Till {number}")).await };
        let device = store.admin.another_device();
        let _session = device.sign_in("+7 701 000 00 00", PASSWORD).await.done();
        store.stand_at(&device, &till).await;
        let _shift = store.open_shift(&till, "0.00").await;
        let (selling, sale) = (selling.clone(), store.cash_sale(&[(&tea, "1")], "500.00"));
        cashiers.push(tokio::spawn(async move {
            let mut sold = 0;
            while selling.load(Ordering::Relaxed) {
                let _sale = device.post("/api/sales", sale.clone()).await.done();
                sold += 1;
            }
            sold
        }));
    }
    let state = backed_up(&store.admin).await;
    let after = backed_up(&store.admin).await;
    let usb = tempfile::tempdir().expect("a folder");
    let by_hand = store.hub.ask("backup", &["--json", "--to", usb.path().to_str().expect("text")]);
    assert!(by_hand.status.success(), "{}", super::said(&by_hand));
    let by_hand: serde_json::Value = serde_json::from_slice(&by_hand.stdout).expect("a backup");
    selling.store(false, Ordering::Relaxed);
    let mut sold = 0;
    for cashier in cashiers {
        sold += cashier.await.expect("nobody was refused");
    }
    assert!(sold > 16, "{sold} sales went on meanwhile");
    assert!(after["last"]["journal_end"].as_i64() > state["last"]["journal_end"].as_i64(), "the tills did not stop");
    assert_eq!((&after["light"], after["kept"].as_array().map(Vec::len)), (&json!("ok"), Some(2)));

    for (file, digest, end) in [
        (place_of(&state), &state["last"]["digest"], &state["last"]["journal_end"]),
        (by_hand["place"].as_str().expect("a file").into(), &by_hand["digest"], &by_hand["end"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let back = restored(&data, &store.words, &["--from", file.to_str().expect("text")]);
        assert_eq!((&back["digest"], &back["end"], &back["epoch"]), (digest, end, &json!(1)));
        let mut hub = Hub::start(&data, Start::default());
        let admin = admin_of(&hub).await;
        store.stand_at(&admin, &store.till).await;
        let sale = admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
        assert!(
            sale["number"].as_str().is_some_and(|number| number.starts_with("SAL-") && number.split('-').nth(2) == Some("1")),
            "{sale}"
        );
        assert_eq!(admin.get(format!("/api/sales/by-number/{}", sale["number"].as_str().unwrap_or(""))).await.done()["id"], sale["id"]);
        hub.stop();
        hub.must_hold();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_backups_go_and_a_folder_that_is_not_there_is_said() {
    let store = Store::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let usb = folder.path().join("usb");
    let mut plan = store.admin.get("/api/backup").await.done()["plan"].clone();
    plan["keep"] = 2.into();
    plan["place"] = usb.to_str().into();
    store.admin.put("/api/backup/plan", plan.clone()).await.refused(409, "backup.place_missing");
    std::fs::create_dir(&usb).expect("a folder");
    let saved = store.admin.put("/api/backup/plan", plan.clone()).await.done();
    assert_eq!(saved["plan"]["keep"], 2);
    for bad in [json!({ "keep": 0 }), json!({ "at": "25:00" }), json!({ "red_after_hours": 0 })] {
        let mut wrong = saved["plan"].clone();
        for (field, value) in bad.as_object().expect("fields") {
            wrong[field] = value.clone();
        }
        store.admin.put("/api/backup/plan", wrong).await.refused(422, "backup.plan_invalid");
    }
    store.admin.put("/api/backup/plan", plan).await.refused(409, "card.changed");
    let mut ends = Vec::new();
    for _ in 0..3 {
        let _product = store.product("Шай", "500.00", &[]).await;
        let state = backed_up(&store.admin).await;
        ends.push(state["last"]["journal_end"].clone());
        assert!(place_of(&state).starts_with(&usb));
    }
    let kept = store.admin.get("/api/backup").await.done();
    let found: Vec<_> = kept["kept"].as_array().expect("a list").iter().map(|kept| kept["journal_end"].clone()).collect();
    assert_eq!(found, [ends[2].clone(), ends[1].clone()]);
    let name = kept["kept"][0]["name"].as_str().expect("a name");
    let file = store.admin.get(format!("/api/backup/kept/{name}")).await;
    assert_eq!(file.bytes.len() as i64, kept["kept"][0]["size_bytes"].as_i64().unwrap_or(0));
    store.admin.get("/api/backup/kept/..%2Fsecret.key").await.refused(404, "card.not_found");

    std::fs::rename(&usb, folder.path().join("unplugged")).expect("unplugged");
    std::fs::create_dir(&usb).expect("the mount point stays");
    let _begun = store.admin.post("/api/backup", json!({})).await.done();
    let state = duken_tests::fixture::until("it failed", async || {
        let state = store.admin.get("/api/backup").await.done();
        (state["running"].is_null() && !state["trouble"].is_null()).then_some(state)
    })
    .await;
    assert_eq!((&state["trouble"]["code"], &state["light"]), (&json!("backup.place_missing"), &json!("warn")));
    assert_eq!(state["last"]["journal_end"], ends[2], "what was good stays known");
    assert_eq!(std::fs::read_dir(&usb).expect("a folder").count(), 0, "nothing is written beside the disk");
    let cashier = store.person("cashier").await;
    cashier.api.get("/api/backup").await.refused(403, "access.denied");
    cashier.api.post("/api/recovery/sheet", json!({ "password": PASSWORD })).await.refused(403, "access.denied");
}
