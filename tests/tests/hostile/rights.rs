//! Ways to more than one's own rights that were open once.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use duken_tests::client::{Call, new_id};
use duken_tests::fixture::{Hub, PASSWORD, Person, Start, Store, id_of};
use serde_json::{Value, json};

/// The super admin of the store and an administrator below him.
async fn shop() -> (Store, Person) {
    let store = Store::new().await;
    let admin = store.person("admin").await;
    (store, admin)
}

async fn own_card(store: &Store) -> String {
    let session = store.admin.get("/api/session").await.done();
    id_of(&session["user"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_is_no_ladder() {
    let (store, admin) = shop().await;
    let above = store.person("super_admin").await;
    assert!(store.admin.post(format!("/api/users/{}/disable", above.id), json!({})).await.status < 300);
    let password = json!({ "password": "hacked-123" });
    admin.api.post(format!("/api/users/{}/password", above.id), password).await.refused(403, "staff.above_own");
    admin.api.post(format!("/api/users/{}/enable", above.id), json!({})).await.refused(403, "staff.above_own");
    admin.api.post(format!("/api/users/{}/pin", above.id), json!({ "pin": "9753" })).await.refused(403, "staff.above_own");
    let card = admin.api.get(format!("/api/users/{}", above.id)).await.done();
    admin.api.put(format!("/api/users/{}", above.id), card).await.refused(403, "staff.above_own");
    store.admin.another_device().sign_in(&above.phone, PASSWORD).await.refused(403, "session.disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_pin_or_the_devices_of_one_above() {
    let (store, admin) = shop().await;
    let owner = own_card(&store).await;
    admin.api.post(format!("/api/users/{owner}/pin"), json!({ "pin": null })).await.refused(403, "staff.above_own");
    admin.api.post(format!("/api/users/{owner}/disable"), json!({})).await.refused(403, "staff.above_own");
    let devices = admin.api.get(format!("/api/users/{owner}/sessions")).await.done();
    let device = id_of(&devices[0]);
    admin.api.delete(format!("/api/sessions/{device}")).await.refused(403, "staff.above_own");
    let session = store.admin.get("/api/session").await.done();
    assert_eq!(session["user"]["has_pin"], true);
    // Of one below him he may, and of himself.
    let cashier = store.person("cashier").await;
    let devices = admin.api.get(format!("/api/users/{}/sessions", cashier.id)).await.done();
    assert_eq!(admin.api.delete(format!("/api/sessions/{}", id_of(&devices[0]))).await.status, 204);
    cashier.api.get("/api/session").await.refused(401, "session.expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_larger_discount_than_his_own() {
    let store = Store::new().await;
    let role = store.role("admin").await;
    let admin = store.person_with(json!({ "name": "Five", "role_ids": [role], "discount_limit_percent": "5" })).await;
    let cashier_role = store.role("cashier").await;
    let friend = |limit: &str| json!({ "name": "Friend", "phone": "+7 705 123 45 67", "password": PASSWORD, "role_ids": [cashier_role], "discount_limit_percent": limit });
    admin.api.post("/api/users", friend("100")).await.refused(403, "staff.above_own");
    let mut own = admin.api.get(format!("/api/users/{}", admin.id)).await.done();
    own["discount_limit_percent"] = "100".into();
    admin.api.put(format!("/api/users/{}", admin.id), own).await.refused(403, "staff.above_own");
    let _within = admin.api.post("/api/users", friend("5")).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_belongs_to_who_made_it() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let sale = Call::post("/api/sales", &store.cash_sale(&[(&tea, "1")], "500.00"));
    let _sold = store.admin.send(sale.clone()).await.done();
    let _repeated = store.admin.send(sale.clone()).await.done();
    let cashier = store.person("cashier").await;
    store.stand_at(&cashier.api, &store.till).await;
    cashier.api.send(sale).await.refused(409, "request.id_reused");
    assert_eq!(store.admin.all("/api/sales").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_has_one_hub() {
    let store = Store::new().await;
    let mut second = store.hub.command("serve").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut first_line = String::new();
    BufReader::new(second.stdout.take().expect("a pipe")).read_line(&mut first_line).expect("text");
    let _ended_before = second.kill();
    let output = second.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(first_line, "", "a second hub serves the same folder");
    assert!(output.status.code().is_some_and(|code| code != 0), "{:?}", output.status);
    assert!(said.contains("in use"), "{said}");
    let _first_goes_on = store.product("Чай", "500.00", &[]).await;
    // Not even a hub that was killed leaves the folder locked.
    let folder = tempfile::tempdir().expect("a folder");
    let mut hub = Hub::start(&folder.path().join("data"), Start::default());
    hub.kill();
    hub.run();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_currency_of_the_books_stays() {
    let store = Store::new().await;
    let mut settings = store.admin.get("/api/settings").await.done();
    settings["currency"] = "USD".into();
    // Before anything is in the books, a mistake of the first run can be mended.
    let mut changed = store.admin.put("/api/settings", settings).await.done();
    assert_eq!(changed["rounding"], json!({ "step": "0.01", "scope": "none" }), "what nobody chose follows the currency");
    changed["currency"] = "JPY".into();
    let mut changed = store.admin.put("/api/settings", changed).await.done();
    assert_eq!(changed["rounding"]["step"], "1");
    changed["currency"] = "KZT".into();
    let mut changed = store.admin.put("/api/settings", changed).await.done();
    assert_eq!(changed["rounding"], json!({ "step": "1.00", "scope": "receipt" }));
    // 500.00 of one currency are as many minor units as 50000 of another: nobody may sell at that price.
    let tea = store.product("Чай", "500.00", &[]).await;
    changed["currency"] = "JPY".into();
    let _priced = store.admin.put("/api/settings", changed).await.refused(409, "settings.currency_in_use");
    let _shift = store.open_shift(&store.till, "0.00").await;
    let _sold = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    let mut settings = store.admin.get("/api/settings").await.done();
    settings["currency"] = "USD".into();
    let refused = store.admin.put("/api/settings", settings).await.refused(409, "settings.currency_in_use");
    assert_eq!(refused["field"], "currency");
    assert_eq!(store.admin.get("/api/settings").await.done()["currency"], "KZT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_seen_by_who_may_see_the_sale() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let sold = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    let (id, number) = (id_of(&sold), sold["number"].as_str().expect("a number").to_owned());
    let seen = [
        Call::get(format!("/api/sales/{id}")),
        Call::get(format!("/api/sales/by-number/{number}")),
        Call::get(format!("/api/sales/{id}/receipt.html")),
        Call::get(format!("/api/sales/{id}/receipt.png")),
        Call::post(format!("/api/sales/{id}/print"), &json!({ "till_id": store.till })),
    ];
    let associate = store.person("sales_associate").await;
    let role = store.role("cashier").await;
    let no_returns = json!({ "name": "No returns", "role_ids": [role], "removed_permissions": ["sales.return"] });
    let seller = store.person_with(no_returns).await;
    for call in &seen {
        for person in [&associate, &seller] {
            let answer = person.api.send(Call { id: call.id.as_ref().map(|_| new_id()), ..call.clone() }).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "access.denied"), "{}: {}", answer.asked, answer.text());
        }
        let answer = store.admin.send(call.clone()).await;
        assert!(answer.status < 300 || answer.code().starts_with("device."), "{}: {}", answer.asked, answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_z_report_is_of_a_closed_shift_and_ones_own() {
    let store = Store::new().await;
    let shift = store.open_shift(&store.till, "0.00").await;
    let cashier = store.person("cashier").await;
    let print = |kind: &str| json!({ "kind": kind, "till_id": store.till });
    let path = format!("/api/shifts/{shift}/print");
    cashier.api.post(path.as_str(), print("z")).await.refused(403, "shift.not_own");
    cashier.api.post(path.as_str(), print("x")).await.refused(403, "shift.not_own");
    store.admin.post(path.as_str(), print("z")).await.refused(409, "shift.still_open");
    let closing = json!({ "counted": store.money("0.00") });
    let _closed = store.admin.post(format!("/api/shifts/{shift}/close"), closing).await.done();
    let printed: Value = store.admin.post(path.as_str(), print("z")).await.json();
    assert_ne!(printed["code"], "shift.still_open");
}
