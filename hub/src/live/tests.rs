//! What a browser hears. Without sockets: there the link is `Client::next`; `socket_tests` has the sockets.

use std::sync::Arc;

use duken_kernel::writer::{Committed, Notice};
use serde_json::{Value as Json, json};

use super::client::{Client, QUEUE_MAX};
use super::{Live, may_follow, notice};
use crate::staff::Scope;
use crate::web::Actor;

fn moved(topic: &str, n: i64) -> Notice {
    notice(topic, json!({ "n": n }))
}

fn following(live: &Live, topic: &str) -> Arc<Client> {
    let client = live.join();
    assert!(live.follow(&client, topic, None));
    client
}

async fn heard(client: &Client) -> Vec<Json> {
    client.next().await.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

#[tokio::test]
async fn a_follower_hears_its_topics_in_order_and_no_others() {
    let live = Live::beginning_at(0);
    let client = following(&live, "sales");
    assert_eq!(heard(&client).await, [json!({ "followed": "sales", "seq": 0 })]);
    live.committed(Committed { seq: 7, entries: 1, notices: vec![moved("sales", 1), moved("stock", 1), moved("sales", 2)] });
    let messages = heard(&client).await;
    assert_eq!(messages, [json!({"topic":"sales","seq":1,"payload":{"n":1}}), json!({"topic":"sales","seq":2,"payload":{"n":2}})]);
    assert_eq!(*live.journal_end().borrow(), 7);
    live.unfollow(&client, "sales");
    live.publish(&moved("sales", 3));
    assert_eq!(client.waiting(), 0);
}

#[tokio::test]
async fn who_comes_back_goes_on_from_his_number_or_is_told_to_fetch_anew() {
    let live = Live::beginning_at(100);
    for n in 0..100 {
        live.publish(&moved("sales", n));
    }
    let reached = live.reached("sales").unwrap();
    let cases: &[(Option<u64>, usize, bool)] = &[
        (Some(reached), 0, false),
        (Some(reached - 3), 3, false),
        (Some(reached - 64), 64, false),
        (Some(reached - 65), 1, true),
        (Some(reached + 1), 1, true),
        (Some(0), 1, true),
        (None, 1, true),
    ];
    for &(from, count, refetch) in cases {
        let client = live.join();
        assert!(live.follow(&client, "sales", from));
        assert_eq!(client.waiting(), count, "{from:?}");
        if count > 0 {
            let messages = heard(&client).await;
            assert_eq!(messages[0].get("refetch").is_some(), refetch, "{from:?}");
            assert_eq!(messages.last().unwrap()["seq"], reached, "{from:?}");
        }
    }
}

#[tokio::test]
async fn a_slow_reader_is_told_to_fetch_anew_and_hurts_nobody() {
    let live = Live::beginning_at(0);
    let slow = following(&live, "sales");
    assert!(live.follow(&slow, "stock", None));
    let quick = following(&live, "sales");
    heard(&quick).await;
    let mut quick_heard = 0;
    for n in 0..10_000 {
        live.publish(&moved("sales", n));
        quick_heard += heard(&quick).await.len();
        assert!(slow.waiting() <= QUEUE_MAX, "what waits is bounded");
    }
    assert_eq!(quick_heard, 10_000);
    let messages = heard(&slow).await;
    assert!(messages.contains(&json!({"topic":"sales","refetch":true,"seq":10_000})), "{messages:?}");
    assert!(messages.len() <= QUEUE_MAX + 2);
    live.publish(&moved("sales", 1));
    assert_eq!(heard(&slow).await, [json!({"topic":"sales","seq":10_001,"payload":{"n":1}})], "afterwards it goes on as before");
}

#[tokio::test(start_paused = true)]
async fn a_scan_dies_after_two_seconds() {
    let live = Live::beginning_at(0);
    let client = following(&live, "till:3");
    heard(&client).await;
    live.scan("3", "4870001", "2026-11-21T10:00:00Z");
    assert_eq!(heard(&client).await[0]["scan"]["code"], "4870001");
    live.scan("3", "4870002", "2026-11-21T10:00:00Z");
    tokio::time::advance(std::time::Duration::from_secs(3)).await;
    live.publish(&moved("till:3", 1));
    let messages = heard(&client).await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["topic"], "till:3");
}

#[tokio::test]
async fn a_forgotten_topic_never_gives_a_number_twice() {
    let live = Live::beginning_at(0);
    for n in 0..10 {
        live.publish(&moved("cart:1", n));
    }
    let reached = live.reached("cart:1").unwrap();
    for cart in 2..10_000 {
        live.publish(&moved(&format!("cart:{cart}"), 0));
    }
    assert_eq!(live.reached("cart:1"), None, "nobody follows it");
    let client = live.join();
    assert!(live.follow(&client, "cart:1", Some(reached)));
    assert_eq!(heard(&client).await[0]["refetch"], true);
    assert!(live.reached("cart:1").unwrap() > reached);
}

#[tokio::test]
async fn a_display_hears_that_its_till_moved_and_not_what() {
    let live = Live::beginning_at(0);
    let display = following(&live, "display:1");
    let _followed = heard(&display).await;
    live.publish(&notice("till:2", json!({ "cart": "7" })));
    live.publish(&notice("till:1", json!({ "cart": "7", "payment": { "detail": "inside" } })));
    let messages = heard(&display).await;
    assert_eq!(messages.iter().map(|m| (&m["topic"], &m["payload"])).collect::<Vec<_>>(), [(&json!("display:1"), &json!({}))]);
}

#[test]
fn topics_ask_for_permissions() {
    let with = |permissions: &[&str]| Actor {
        permissions: Arc::new(permissions.iter().map(|p| ((*p).to_owned(), Scope::All)).collect()),
        ..Actor::default()
    };
    let cases: &[(&str, &[&str], bool)] = &[
        ("cart:12", &["till.use"], true),
        ("cart:12", &["stock.view"], false),
        ("office", &["till.use"], false),
        ("office", &["office.view"], true),
        ("session", &[], true),
        ("no-such-topic", &["till.use"], false),
        ("display:1", &["till.use", "settings.edit"], false),
    ];
    for &(topic, permissions, allowed) in cases {
        assert_eq!(may_follow(&with(permissions), topic), allowed, "{topic} {permissions:?}");
    }
}
