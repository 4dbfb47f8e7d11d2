//! Poisoned, forged and parted journals: refused by name, and nothing is harmed.

use duken_kernel::journal::{OWN, chain_hash};
use duken_kernel::vault::{BlobsIn, PersonalBlobs, keep_blob};
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{Batch, BatchEntry};
use serde_json::json;
use uuid::Uuid;

use super::{House, code, count, has_exactly};
use crate::config::Role;
use crate::sync::office::{resume, take_in};

async fn taken(office: &House, number: i64, batch: &Batch) -> Result<i64, duken_kernel::Reject> {
    take_in(&office.app, number, batch.encode().unwrap().into()).await.map(|acknowledged| acknowledged.acked)
}

/// The same batch with other content and a chain that holds.
fn rechained(mut batch: Batch, bytes: &[&str]) -> Batch {
    let node = batch.node.to_string();
    let mut before = batch.before;
    batch.entries = (batch.from..)
        .zip(bytes)
        .map(|(seq, bytes)| {
            before = chain_hash(&node, &before, seq, bytes.as_bytes());
            BatchEntry { hash: before, bytes: bytes.as_bytes().to_vec() }
        })
        .collect();
    batch
}

#[tokio::test(flavor = "multi_thread")]
async fn each_forgery_has_its_name_and_leaves_nothing() {
    type Change = fn(&mut Batch);
    let store = House::new(Role::Store);
    store.write(12);
    let office = House::new(Role::Office);
    let number = office.joins(&store);
    taken(&office, number, &store.batch(1, 5)).await.unwrap();
    let cases: &[(&str, Change, &str)] = &[
        ("a changed amount", |b| b.entries[2].bytes.push(b' '), "sync.batch_forged"),
        ("a changed hash", |b| b.entries[2].hash[0] ^= 1, "sync.batch_forged"),
        ("a changed last hash", |b| b.entries[6].hash[0] ^= 1, "sync.batch_forged"),
        ("swapped entries", |b| b.entries.swap(1, 2), "sync.batch_forged"),
        ("an entry left out", |b| drop(b.entries.remove(3)), "sync.batch_forged"),
        ("moved numbers", |b| b.from += 1, "sync.batch_forged"),
        ("another beginning", |b| b.before[0] ^= 1, "sync.batch_forged"),
        ("another node", |b| b.node = NodeId(Uuid::nil()), "sync.batch_forged"),
        ("another epoch", |b| b.epoch = 7, "sync.other_epoch"),
        ("a blob nobody names", |b| b.blobs.push(b"stuffed".to_vec()), "sync.batch_forged"),
    ];
    for (what, change, expected) in cases {
        let mut batch = store.batch(6, 12);
        change(&mut batch);
        assert_eq!(code(taken(&office, number, &batch).await), *expected, "{what}");
        assert_eq!(office.tip(number), 5, "{what}");
    }
    for cut in [0, 4, 5, 60, 200] {
        let frame = store.batch(6, 12).encode().unwrap();
        let refused = code(take_in(&office.app, number, frame[..cut.min(frame.len() - 1)].to_vec().into()).await);
        assert!(refused.starts_with("sync.batch_"), "{refused}");
    }
    assert_eq!(taken(&office, number, &store.batch(6, 12)).await.unwrap(), 12, "afterwards the true batch is taken");
    has_exactly(&office, number, &store, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_another_store_is_refused() {
    let (store, other) = (House::new(Role::Store), House::new(Role::Store));
    store.write(3);
    other.write(3);
    let office = House::new(Role::Office);
    let (number, _) = (office.joins(&store), office.joins(&other));
    assert_eq!(code(taken(&office, number, &other.batch(1, 3)).await), "sync.other_node");
    assert_eq!(office.tip(number), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parted_journal_stops_that_one_store_until_a_person_lets_it_go_on() {
    let (store, other) = (House::new(Role::Store), House::new(Role::Store));
    store.write(9);
    other.write(9);
    let office = House::new(Role::Office);
    let (number, other_number) = (office.joins(&store), office.joins(&other));
    taken(&office, number, &store.batch(1, 6)).await.unwrap();
    let parted = rechained(store.batch(5, 9), &["{}", "{}", "{}"]);
    assert_eq!(code(taken(&office, number, &parted).await), "sync.parted");
    assert_eq!(office.tip(number), 6, "nothing of the batch is kept");
    assert_eq!(code(taken(&office, number, &store.batch(7, 9)).await), "sync.broken");
    assert_eq!(taken(&office, other_number, &other.batch(1, 9)).await.unwrap(), 9, "other stores go on");
    office.app.run(office.app.own_caller(), resume(number)).await.unwrap();
    assert_eq!(taken(&office, number, &store.batch(7, 9)).await.unwrap(), 9);
    has_exactly(&office, number, &store, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_projected_is_kept_aside_and_the_rest_flows() {
    let store = House::new(Role::Store);
    store.write(1);
    let office = House::new(Role::Office);
    let number = office.joins(&store);
    let head = |kind: &str, body: &str| {
        format!(r#"{{"kind":"{kind}","v":1,"epoch":0,"at":5,"date":20261121,"zone":300,"by":null,"till":null,"req":null,"body":{body}}}"#)
    };
    let settings = serde_json::to_string(&crate::settings::Settings::default()).unwrap();
    let entries = [
        head("future.thing", "{}"),
        head("settings.saved", "{\"nonsense\":1}"),
        "no json at all".to_owned(),
        head("settings.saved", &settings),
    ];
    let batch = rechained(store.batch(1, 1), &entries.each_ref().map(String::as_str));
    assert_eq!(taken(&office, number, &batch).await.unwrap(), 4);
    assert_eq!(count(&office, &format!("SELECT count(*) FROM set_aside WHERE node = {number}")), 3);
    assert_eq!(count(&office, "SELECT count(*) FROM set_aside WHERE kind = 'future.thing' AND seq = 1"), 1);
    assert_eq!(count(&office, &format!("SELECT version FROM settings WHERE node = {number}")), 4, "the last one is shown");
    let office = office.restarted();
    let engine = crate::hub::database(&office.app.config).open_readonly().unwrap();
    let proof = duken_kernel::replay::verify(&engine, office.app.schema()).unwrap();
    assert!(proof.holds, "{proof:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_blobs_come_along_with_the_entries_that_name_them() {
    let store = House::new(Role::Store);
    let (sender, receiver) = std::sync::mpsc::channel();
    store
        .app
        .run(store.app.own_caller(), move |tx| {
            let hash = keep_blob(tx.engine(), tx.chance(), r#"{"name":"Әсел"}"#)?;
            sender.send(hash.clone()).unwrap();
            Ok(tx.record(duken_kernel::journal::Draft::new(crate::sync::LINK_CUT, &json!({ "person": hash }))?)?)
        })
        .await
        .unwrap();
    let hash = receiver.recv().unwrap();
    let office = House::new(Role::Office);
    let number = office.joins(&store);
    let batch = store.batch(1, store.tip(OWN));
    assert_eq!(batch.blobs.len(), 1);
    taken(&office, number, &batch).await.unwrap();
    let found = office.app.read_now(|read| Ok(BlobsIn(read).find(&hash)?)).unwrap();
    assert_eq!(found.as_deref(), Some(r#"{"name":"Әсел"}"#));
}
