//! Ended at every named point of a backup, a restore, an enrolment and a replacement: the next try comes to the same end,
//! and nothing half-done is taken for whole.

use std::path::{Path, PathBuf};
use std::process::Command;

use duken_tests::client::{Api, Call};
use duken_tests::fixture::{Hub, Office, Start, Store, id_of, until};
use serde_json::{Value, json};

use super::{backed_up, place_of, restored, restoring, said, sell, serving};

fn stopping_hub() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_duken-stopping-hub"))
}

/// The same command by a program that ends at this point.
fn stopping(command: &Command, point: &str) -> Command {
    let mut stopping = Command::new(stopping_hub());
    stopping.args(command.get_args()).env("DUKEN_STOP_AT", point).stdin(std::process::Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => stopping.env(name, value),
            None => stopping.env_remove(name),
        };
    }
    stopping
}

#[track_caller]
fn ends_at(mut command: Command, point: &str) {
    let output = command.output().expect("the program starts");
    assert_eq!(output.status.code(), None, "{point} was never reached: {}", said(&output));
}

/// The server is another program from its next start on, which ends at this point.
fn will_stop(hub: &mut Hub, point: &str) {
    hub.will_start(|start| {
        start.program = Some(stopping_hub());
        start.environment = vec![("DUKEN_STOP_AT".to_owned(), point.to_owned())];
    });
}

fn will_run(hub: &mut Hub) {
    hub.will_start(|start| *start = Start { program: None, environment: Vec::new(), ..start.clone() });
}

async fn shop() -> (Store, String) {
    let store = Store::new().await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let _sale = sell(&store, &tea, "500.00").await;
    (store, tea)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_ends_anywhere_leaves_only_whole_ones() {
    let (store, tea) = shop().await;
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().to_str().expect("text");
    for point in ["backup.copied", "backup.written", "backup.sealed", "backup.named"] {
        let mut command = store.hub.command("backup");
        command.args(["--to", to]);
        ends_at(stopping(&command, point), point);
        let _sale = sell(&store, &tea, "500.00").await;
    }
    let whole = std::fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
    let whole: Vec<PathBuf> = whole.filter(|path| path.extension().is_some_and(|ending| ending == "dkb")).collect();
    assert!(whole.len() <= 1, "only what had its name: {whole:?}");
    for file in whole {
        let target = tempfile::tempdir().expect("a folder");
        let _whole = restored(&target.path().join("data"), &store.words, &["--from", file.to_str().expect("text")]);
    }
    let output = store.hub.ask("backup", &["--to", to]);
    assert!(output.status.success(), "{}", said(&output));
    let left: Vec<_> = std::fs::read_dir(store.data().join("backup-work")).expect("a folder").filter_map(Result::ok).collect();
    assert!(left.is_empty(), "nothing half-done remains: {left:?}");
    let target = tempfile::tempdir().expect("a folder");
    let data = target.path().join("data");
    let _back = restored(&data, &store.words, &["--from", to]);
    let back = Hub::start(&data, Start::default());
    back.must_hold();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_ends_anywhere_can_be_run_again_and_no_hub_starts_before() {
    let (store, _tea) = shop().await;
    let state = backed_up(&store.admin).await;
    let file = place_of(&state);
    let from = ["--from", file.to_str().expect("text")];
    for point in ["restore.unpacked", "restore.recorded", "restore.settled", "restore.piece_moved"] {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        ends_at(stopping(&restoring(&data, &store.words, &from), point), point);
        let refused = serving(&data).output().expect("the program starts");
        assert!(!refused.status.success() && said(&refused).contains("restore"), "{point}: {}", said(&refused));
        let again = restored(&data, &store.words, &from);
        assert_eq!(again["digest"], state["last"]["digest"], "{point}");
        Hub::start(&data, Start::default()).must_hold();
    }
    // The books go to their place last: then it is whole, though nobody said so.
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    ends_at(stopping(&restoring(&data, &store.words, &from), "restore.all_moved"), "restore.all_moved");
    Hub::start(&data, Start::default()).must_hold();
}

async fn link_of(api: &Api) -> Value {
    api.get("/api/sync").await.done()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_that_ends_anywhere_is_asked_for_again_with_the_same_code() {
    for (point, at_the_office) in [("enrol.answered", false), ("enrol.joined", false), ("office.enrolled", true)] {
        let (mut office, (mut store, tea)) = (Office::new().await, shop().await);
        let code = office.admin.post("/api/office/codes", json!({ "store_name": "Абай 10" })).await.done()["code"].clone();
        let hub = if at_the_office { &mut office.hub } else { &mut store.hub };
        hub.stop();
        will_stop(hub, point);
        hub.run();
        let call = |office: &Office| Call::post("/api/sync/enroll", &json!({ "url": office.hub.address().get(), "code": code }));
        let unheard = store.admin.try_send(&call(&office)).await;
        assert!(unheard.is_err() || at_the_office, "{point}: {unheard:?}");
        let hub = if at_the_office { &mut office.hub } else { &mut store.hub };
        assert_eq!(hub.ended().code(), None, "{point} was never reached");
        will_run(hub);
        hub.run();
        let linked = link_of(&store.admin).await["state"] != "off";
        assert_eq!(linked, point == "enrol.joined", "{point}");
        if !linked {
            let _joined = store.admin.send(call(&office)).await.done();
        }
        let _sale = sell(&store, &tea, "500.00").await;
        let _number = office.caught_up(&store).await;
        let stores = office.admin.get("/api/office/stores").await.done();
        assert_eq!(stores.as_array().map(Vec::len), Some(1), "{point}: one store, once");
    }
}

/// A store whose machine is lost, and the code with which another takes its place.
async fn lost(office: &Office) -> (Value, String, String) {
    let (mut store, _tea) = shop().await;
    office.join(&store, "Абай 10").await;
    let node = office.caught_up(&store).await;
    store.hub.kill();
    let digest = store.hub.must_hold()["digest"].clone();
    let made = office.admin.post(format!("/api/office/stores/{node}/replace"), json!({})).await.done();
    (digest, node, made["code"].as_str().expect("a code").to_owned())
}

fn replacing(data: &Path, url: &str, code: &str) -> Command {
    let mut command = restoring(data, "", &["--office", url, "--code", code, "--admin-phone", "+7 701 000 00 00", "--json"]);
    command.env("DUKEN_ADMIN_PASSWORD", "new password 9");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_ends_anywhere_is_run_again_with_the_same_code() {
    for point in ["restore.place_taken", "restore.fetched", "restore.recorded", "restore.piece_moved", "office.replaced"] {
        let mut office = Office::new().await;
        let (digest, _node, code) = lost(&office).await;
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        if point == "office.replaced" {
            office.hub.stop();
            will_stop(&mut office.hub, point);
            office.hub.run();
            let output = replacing(&data, &office.hub.address().get(), &code).output().expect("the program starts");
            assert!(!output.status.success(), "{}", said(&output));
            assert_eq!(office.hub.ended().code(), None, "{point} was never reached");
            will_run(&mut office.hub);
            office.hub.run();
        } else {
            ends_at(stopping(&replacing(&data, &office.hub.address().get(), &code), point), point);
        }
        let output = replacing(&data, &office.hub.address().get(), &code).output().expect("the program starts");
        assert!(output.status.success(), "{point}: {}", said(&output));
        let back: Value = serde_json::from_slice(&output.stdout).expect("what became of it");
        assert_eq!((&back["digest"], &back["epoch"]), (&digest, &json!(1)), "{point}: one new epoch, whatever happened");
        let new = Hub::start(&data, Start::default());
        let admin = Api::new(new.address().clone());
        let _session = admin.sign_in("+7 701 000 00 00", "new password 9").await.done();
        let product = json!({ "name": "Кофе", "price": { "amount": "900.00", "currency": "KZT" }, "barcodes": [], "unit": "pcs" });
        let _kept = id_of(&admin.post("/api/products", product).await.done());
        until("what the new machine says arrives", async || {
            let link = link_of(&admin).await;
            (link["code"].is_null() && link["lag_entries"] == 0).then_some(())
        })
        .await;
        new.must_hold();
    }
}
