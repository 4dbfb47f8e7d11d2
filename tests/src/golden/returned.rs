//! The bad days of the story: the head office and the store come back from older backups, and another machine takes the
//! store's place.

use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Api, tenge};
use crate::fixture::recovery::{backed_up, place_of, restored};
use crate::fixture::{Hub, Office, PASSWORD, Start, Store, until};

/// Plays them; the head office and the store go on in other folders, as on other machines.
pub(super) async fn from_backups(office: &mut Office, store: &mut Store, product: &str, folder: &Path) {
    let mut plan = store.admin.get("/api/backup").await.done()["plan"].clone();
    plan["keep"] = 3.into();
    plan["to_office"] = true.into();
    let _planned = store.admin.put("/api/backup/plan", plan).await.done();
    let _shift = store.open_shift(&store.till, "5030.00").await;
    let node = office.caught_up(store).await;
    let of_office = backed_up(&office.admin).await;
    sell(store, product).await;
    let _node = office.caught_up(store).await;
    older_office(office, store, &of_office, &folder.join("office")).await;
    let of_store = backed_up(&store.admin).await;
    sell(store, product).await;
    older_store(office, store, &of_store, &folder.join("store")).await;
    sell(store, product).await;
    let state = format!("/api/office/stores/{node}");
    until("a person is asked", async || (link(&store.admin).await == "sync.epoch_unconfirmed").then_some(())).await;
    let _confirmed = office.admin.post(format!("{state}/epoch"), json!({ "epoch": 1 })).await.done();
    until("its new branch is there", async || {
        let link = store.admin.get("/api/sync").await.done();
        (link["lag_entries"] == 0 && link["code"].is_null()).then_some(())
    })
    .await;
    // The head office has no backup of this branch yet, and without one no passwords.
    let _backup = backed_up(&store.admin).await;
    let made = office.admin.post(format!("{state}/replace"), json!({})).await.done();
    store.hub.kill();
    let data = folder.join("new");
    let code = made["code"].as_str().expect("a code");
    let _back = restored(&data, &store.words, &["--office", &office.hub.address().get(), "--code", code]);
    moves_to(store, Hub::start(&data, Start::default())).await;
    sell(store, product).await;
    let _node = office.caught_up(store).await;
}

/// The head office comes back from its backup, at its address, and is sent again what it lost.
async fn older_office(office: &mut Office, store: &Store, backup: &Value, data: &Path) {
    let address = office.hub.address().get();
    office.hub.kill();
    let from = place_of(backup);
    let _back = restored(data, &office.words, &["--from", from.to_str().expect("text"), "--role", "office"]);
    let http = address.strip_prefix("http://").map(str::to_owned);
    office.hub = Hub::start(data, Start { arguments: vec!["--role".to_owned(), "office".to_owned()], http, ..Start::default() });
    office.admin = Api::new(office.hub.address().clone());
    let _session = office.admin.sign_in("+7 701 999 99 99", PASSWORD).await.done();
    until("it has everything again", async || {
        let link = store.admin.get("/api/sync").await.done();
        let known = office.admin.get("/api/office/stores").await.done()[0]["last_seq"].clone();
        (link["code"].is_null() && known == link["journal_end"]).then_some(())
    })
    .await;
}

/// The store comes back from its backup, without the sale that was made since.
async fn older_store(office: &Office, store: &mut Store, backup: &Value, data: &Path) {
    let _node = office.caught_up(store).await;
    store.hub.kill();
    let _back = restored(data, &store.words, &["--from", place_of(backup).to_str().expect("text")]);
    moves_to(store, Hub::start(data, Start::default())).await;
}

async fn moves_to(store: &mut Store, hub: Hub) {
    store.admin = Api::new(hub.address().clone());
    store.hub = hub;
    let _session = store.admin.sign_in("+7 701 000 00 00", PASSWORD).await.done();
    store.stand_at(&store.admin, &store.till).await;
}

async fn link(api: &Api) -> Value {
    api.get("/api/sync").await.done()["code"].clone()
}

async fn sell(store: &Store, product: &str) {
    let sale = json!({
        "lines": [{ "product_id": product, "quantity": "1" }],
        "payments": [{ "method": "cash", "amount": tenge("1250.00") }],
    });
    let _sold = store.admin.post("/api/sales", sale).await.done();
}
