//! S2: whatever is lost, doubled or reordered, the office has exactly a prefix.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use duken_kernel::journal::Draft;
use duken_kernel::vault::keep_blob;
use serde_json::json;

use super::{House, code, has_exactly};
use crate::config::Role;
use crate::sync::LINK_CUT;
use crate::sync::office::take_in;
use crate::sync::store::read_batch;

#[test]
fn any_order_of_deliveries_gives_exactly_the_prefix() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = House::new(Role::Store);
    store.write(60);
    let end = store.end();
    let ranges = prop::collection::vec((1..=end, 1..=20_i64), 1..25);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner
        .run(&ranges, |deliveries| {
            let office = House::new(Role::Office);
            let number = office.joins(&store);
            let mut model = 0;
            for (from, length) in deliveries {
                let to = (from + length - 1).min(end);
                let frame = store.batch(from, to).encode().unwrap();
                let outcome = runtime.block_on(take_in(&office.app, number, frame.into()));
                if from > model + 1 {
                    prop_assert_eq!(code(outcome), "sync.gap");
                } else {
                    model = model.max(to);
                    prop_assert_eq!(outcome.unwrap().acked, model);
                }
            }
            has_exactly(&office, number, &store, model);
            office.app.stop();
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_batch_is_taken_in_by_several_commands_and_survives_a_restart() {
    let store = House::new(Role::Store);
    store.write(1_300);
    let office = House::new(Role::Office);
    let number = office.joins(&store);
    let batch = store.batch(1, 1_300);
    assert_eq!(batch.entries.len(), 1_300);
    let pieces = crate::sync::office::Verified::check(batch.clone()).unwrap().pieces();
    assert_eq!(pieces, [0..500, 500..1_000, 1_000..1_300]);
    take_in(&office.app, number, store.batch(1, 700).encode().unwrap().into()).await.unwrap();
    let office = office.restarted();
    let acknowledged = take_in(&office.app, number, batch.encode().unwrap().into()).await.unwrap();
    assert_eq!(acknowledged.acked, 1_300);
    has_exactly(&office, number, &store, 1_300);
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_blobs_count_and_a_journal_full_of_them_goes_out_in_pieces() {
    let store = House::new(Role::Store);
    // Thirty megabytes of what is said about people, and entries of a hundred bytes each that name it.
    for number in 0..150 {
        let person = json!({ "about": format!("{number} ").repeat(50_000) }).to_string();
        let keep = move |tx: &mut duken_kernel::Tx<'_>| {
            let blob = keep_blob(tx.engine(), tx.chance(), &person)?;
            Ok(tx.record(Draft::new(LINK_CUT, &json!({ "person": blob }))?)?)
        };
        store.app.run(store.app.own_caller(), keep).await.unwrap();
    }
    let office = House::new(Role::Office);
    let number = office.joins(&store);
    let (mut after, mut batches) = (0, 0);
    while after < store.end() {
        let batch = store.app.read_now(|read| Ok(read_batch(read, after, 4_000)?)).unwrap().unwrap();
        after = batch.last();
        let frame = batch.encode().expect("it may be sent");
        assert_eq!(take_in(&office.app, number, frame.into()).await.unwrap().acked, after);
        batches += 1;
    }
    assert!(batches > 10, "{batches} batches");
    let halves = store.app.read_now(|read| Ok(read_batch(read, 0, 2)?)).unwrap().unwrap();
    assert_eq!(halves.entries.len(), 2, "as few as the other side wants");
    has_exactly(&office, number, &store, store.end());
}
