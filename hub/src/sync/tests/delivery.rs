//! S2: whatever is lost, doubled or reordered, the office has exactly a prefix.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{House, code, has_exactly};
use crate::config::Role;
use crate::sync::office::take_in;

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
