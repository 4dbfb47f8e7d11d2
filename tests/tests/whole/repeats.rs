//! Every write has an id made once: repeats get the first answer, another body is refused, nothing happens twice.

use duken_tests::client::{Call, tenge};
use duken_tests::fixture::Store;
use serde_json::json;

async fn selling() -> (Store, Call) {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let call = Call::post("/api/sales", &store.cash_sale(&[(&tea, "2")], "1000.00"));
    (store, call)
}

async fn sales(store: &Store) -> usize {
    store.admin.all("/api/sales").await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_answer() {
    let (mut store, call) = selling().await;
    let first = store.admin.send(call.clone()).await;
    let _sale = first.done();
    assert_eq!(store.admin.send(call.clone()).await, first);
    store.kill_and_run();
    assert_eq!(store.admin.send(call).await, first, "after a kill");
    assert_eq!(sales(&store).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_with_another_body_is_refused() {
    let (store, call) = selling().await;
    let _sale = store.admin.send(call.clone()).await.done();
    let mut body: serde_json::Value = serde_json::from_slice(&call.body.as_ref().expect("a body").1).expect("JSON");
    body["payments"][0]["tendered"] = tenge("2000.00");
    let other = Call::post("/api/sales", &body).under(call.id.clone().expect("an id"));
    store.admin.send(other).await.refused(409, "request.id_reused");
    let elsewhere = Call::post("/api/carts", &json!({})).under(call.id.expect("an id"));
    store.admin.send(elsewhere).await.refused(409, "request.id_reused");
    assert_eq!(sales(&store).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_sells_once() {
    let (store, call) = selling().await;
    let (one, other) = tokio::join!(store.admin.send(call.clone()), store.admin.send(call));
    assert_eq!(one.done(), other.done());
    assert_eq!(sales(&store).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_may_be_tried_again_under_its_id() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let call = Call::post("/api/sales", &store.cash_sale(&[(&tea, "1")], "500.00"));
    store.admin.send(call.clone()).await.refused(409, "shift.not_open");
    let _shift = store.open_shift(&store.till, "0.00").await;
    let _sale = store.admin.send(call).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_asked_for_and_grow_old() {
    let (store, call) = selling().await;
    store.admin.send(Call { id: None, ..call.clone() }).await.refused(400, "request.id_missing");
    store.admin.send(call.clone().under("not-a-uuid")).await.refused(400, "request.id_missing");
    store.admin.send(call.clone().under("7c7d0b0e-6f0b-4b0e-9d54-0d8e9f3a2b11")).await.refused(400, "request.id_missing");
    // A UUID of version 7 made in January 2020.
    store.admin.send(call.under("016f5e66-e800-7000-8000-000000000001")).await.refused(409, "request.expired");
    assert_eq!(sales(&store).await, 0);
}
