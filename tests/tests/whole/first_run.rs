//! The first run.

use std::path::Path;

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
    let words: Vec<&str> = session["recovery_words"].as_array().expect("words").iter().filter_map(|word| word.as_str()).collect();
    assert_eq!(words.len(), 24);
    let sheet = api.get("/api/recovery").await.done();
    assert_eq!((&sheet["sheet"]["name"], &sheet["printable"]), (&session["sheet"], &json!(true)));
    assert_eq!(sheet["sheet"]["made_by_name"], "Аида");
    assert!(!words_on_disk(hub.data(), &words), "the words are on paper only");
    api.post("/api/recovery/sheet", json!({ "password": "another" })).await.refused(401, "session.wrong_password");
    let anew = api.post("/api/recovery/sheet", json!({ "password": PASSWORD })).await.done();
    assert_ne!((&anew["sheet"], &anew["recovery_words"]), (&session["sheet"], &session["recovery_words"]));
    assert_eq!(api.get("/api/recovery").await.done()["sheet"]["name"], anew["sheet"]);
    let _kept = api.post("/api/recovery/sheet/kept", json!({})).await.done();
    api.get("/api/recovery/sheet.html").await.refused(410, "recovery.sheet_gone");
    assert_eq!(api.get("/api/session").await.done()["store"]["currency"], "KZT");
    let stranger = api.another_device();
    stranger.post("/api/setup", set_up("+7 701 999 88 77", PASSWORD)).await.refused(409, "setup.done");
    hub.must_hold();
}

/// Whether two words of the sheet stand one after the other in any file.
fn words_on_disk(folder: &Path, words: &[&str]) -> bool {
    let pair = format!("{} {}", words[0], words[1]);
    let listed = format!("\"{}\",\"{}\"", words[0], words[1]);
    std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return words_on_disk(&path, words);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.contains(&pair) || text.contains(&listed)
    })
}
