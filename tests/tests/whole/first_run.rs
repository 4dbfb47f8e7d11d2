//! The first run.

use duken_tests::client::Api;
use duken_tests::fixture::{Hub, PASSWORD, Start};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_hub_asks_to_be_set_up_and_only_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::start(&folder.path().join("data"), Start::default());
    let api = Api::new(hub.address().clone());
    let state = api.get("/api/setup").await.done();
    assert_eq!((&state["state"], &state["role"]), (&json!("first_run"), &json!("store")));
    api.get("/api/session").await.refused(401, "session.missing");
    api.get("/api/products").await.refused(401, "session.missing");

    let set_up = |phone: &str, password: &str| {
        json!({
            "language": "ru",
            "store": { "name": "Дүкен", "bin": "", "zone": "Asia/Almaty", "currency": "KZT" },
            "admin": { "name": "Аида", "phone": phone, "password": password },
        })
    };
    api.post("/api/setup", set_up("+7 701 111 22 33", "short")).await.refused(422, "staff.password_weak");
    api.post("/api/setup", set_up("nobody", PASSWORD)).await.refused(422, "staff.phone_invalid");
    assert_eq!(api.get("/api/setup").await.done()["state"], "first_run");

    let session = api.post("/api/setup", set_up("+7 701 111 22 33", PASSWORD)).await.done();
    assert_eq!(session["session"]["user"]["name"], "Аида");
    assert_eq!(api.get("/api/session").await.done()["store"]["currency"], "KZT");
    let stranger = api.another_device();
    stranger.post("/api/setup", set_up("+7 701 999 88 77", PASSWORD)).await.refused(409, "setup.done");
    hub.must_hold();
}
