//! What many neighbours cost in memory: a password is looked at in tens of megabytes, a link lives for days.

use duken_tests::fixture::{PASSWORD, Store};

/// The memory of the hub's own, in KiB: without what it shares with its file.
fn own_kib(store: &Store) -> i64 {
    let process = store.hub.process().expect("it runs");
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let own = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("a size");
    own.trim().trim_end_matches(" kB").parse().expect("kB")
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_of_sign_ins_is_given_back() {
    let store = Store::new().await;
    let before = own_kib(&store);
    for _ in 0..8 {
        let cashier = store.person("cashier").await;
        let devices = [store.admin.another_device(), store.admin.another_device()];
        let [one, other] = devices.each_ref().map(|device| device.sign_in(&cashier.phone, PASSWORD));
        let (one, other) = tokio::join!(one, other);
        let _in = one.done();
        let _in = other.done();
    }
    // It is given back within moments, and those pass while the hub answers.
    let mut grown = i64::MAX;
    for _ in 0..200 {
        let _well = store.admin.get("/api/health").await.done();
        grown = grown.min(own_kib(&store) - before);
    }
    assert!(grown < 48 << 10, "the hub kept {} MiB after all were let in", grown >> 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_says_little_takes_little() {
    const LINKS: i64 = 100;
    let store = Store::new().await;
    let _first = store.admin.follow(&["sales"]).await;
    let before = own_kib(&store);
    let mut links = Vec::new();
    for _ in 0..LINKS {
        links.push(store.admin.follow(&["sales"]).await);
    }
    let each = (own_kib(&store) - before) / LINKS;
    assert!(each < 64, "a link takes {each} KiB");
}
