//! What people see of a store that just joined, that is stopped, that came back.

use std::time::Duration;

use duken_kernel::journal::chain_hash;
use tokio::sync::watch;

use super::office::link;
use super::{House, count, has_exactly};
use crate::config::Role;
use crate::sync::office::intake::mark_parted;
use crate::sync::office::{branches, confirm_epoch, entries_of, stores, take_in};
use crate::sync::store::{came_back, run};

#[test]
fn a_store_that_just_joined_is_behind_by_all_it_has() {
    let (store, office) = (House::new(Role::Store), House::new(Role::Office));
    store.write(40);
    office.joins(&store);
    let row = office.app.read_now(|read| Ok(stores(read)?)).unwrap().remove(0);
    assert_eq!((row.lag_entries(), row.contact_ms), (store.end(), None));
    assert!(row.lag_s(row.enrolled_ms + 5_000) >= 5);
    assert!(row.lag_s(row.enrolled_ms + 3_600_000) >= 3_600, "a store that was never heard of is behind by its silence");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_store_says_so_for_as_long_as_it_is_stopped() {
    let (store, office) = (House::new(Role::Store), House::new(Role::Office));
    store.write(9);
    let served = office.serve().await;
    link(&store, &office, &served.url, None).await.unwrap();
    let end = store.end();
    take_in(&office.app, 2, store.batch(1, end).encode().unwrap().into()).await.unwrap();
    // A clone of the store's folder had said something else.
    office.app.run_and_wait(office.app.own_caller(), mark_parted(2, end)).unwrap();
    store.write(3);
    let (stop, stopped) = watch::channel(false);
    let forwarding = tokio::spawn(run(store.app.clone(), stopped));
    let asked = |house: &House| count(house, "SELECT coalesce(contact_ms, 0) FROM sync_store");
    let said = async {
        while store.app.sync.store.seen().trouble.is_none() {
            tokio::task::yield_now().await;
        }
        let mut times = 0;
        let mut last = asked(&office);
        while times < 2 {
            let code = store.app.sync.store.seen().trouble.map(|refusal| refusal.code.code);
            assert_eq!(code, Some("sync.broken"));
            let now = asked(&office);
            times += i32::from(now != last);
            last = now;
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), said).await.expect("it asks again and again");
    stop.send(true).unwrap();
    forwarding.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_return_follows_the_new_branch_and_keeps_the_old_one() {
    let (store, office) = (House::new(Role::Store), House::new(Role::Office));
    store.write(12);
    let number = office.joins(&store);
    take_in(&office.app, number, store.batch(1, 12).encode().unwrap().into()).await.unwrap();
    // The books as they were after nine entries, on another machine.
    let back = House::new(Role::Store);
    let mut old = store.batch(1, 9);
    back.app
        .run_and_wait(back.app.own_caller(), {
            let node = store.node().to_string();
            move |tx| {
                tx.execute("UPDATE node SET id = ?1, epoch = 1 WHERE number = 1", &[node.into()])?;
                for (seq, entry) in (1..).zip(old.entries.drain(..)) {
                    let raw = duken_kernel::journal::RawEntry { seq, hash: entry.hash, bytes: entry.bytes };
                    duken_kernel::journal::append(tx.engine(), 1, &raw)?;
                }
                Ok(0)
            }
        })
        .unwrap();
    let back = back.restarted();
    back.app.run_and_wait(back.app.own_caller(), |tx| came_back(tx, Some(9), 0, None)).unwrap();
    back.write(5);
    let new = back.batch(10, back.end());
    assert_eq!(new.epoch, 1);
    let refused = take_in(&office.app, number, new.encode().unwrap().into()).await;
    assert_eq!(super::code(refused), "sync.other_epoch", "nobody confirmed it");
    let asked = crate::sync::office::asks(number, 1);
    office.app.run_and_wait(office.app.own_caller(), asked).unwrap();
    office.app.run_and_wait(office.app.own_caller(), confirm_epoch(number, 1)).unwrap();
    take_in(&office.app, number, new.encode().unwrap().into()).await.unwrap();
    has_exactly(&office, number, &back, back.end());
    let left = office.app.read_now(|read| Ok(branches(read, number)?)).unwrap();
    assert_eq!((left.len(), left[0].from, left[0].to, left[0].left_for), (1, 10, 12, 1));
    let kept = office.app.read_now(|read| Ok(entries_of(read, number, 1, 0, 100)?)).unwrap();
    assert_eq!(kept.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [10, 11, 12]);
    let late = take_in(&office.app, number, store.batch(1, 12).encode().unwrap().into()).await;
    assert_eq!(super::code(late), "sync.replaced", "the old one is refused");
    // A chain that parts without a new epoch is still a parted one.
    let mut forged = back.batch(10, 11);
    forged.entries.truncate(1);
    forged.entries[0].bytes.push(b' ');
    forged.entries[0].hash = chain_hash(&forged.node.to_string(), &forged.before, 10, &forged.entries[0].bytes);
    assert_eq!(super::code(take_in(&office.app, number, forged.encode().unwrap().into()).await), "sync.parted");
}
