//! The head office comes back from an older backup: its stores notice and send again what it lost.

use duken_tests::client::Api;
use duken_tests::fixture::{Hub, Office, PASSWORD, Start, Store, until};

use super::{backed_up, place_of, restored, sell};

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_head_office_lost_is_sent_again() {
    let mut office = Office::new().await;
    let store = Store::new().await;
    office.join(&store, "Абай 10").await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let _node = office.caught_up(&store).await;
    let state = backed_up(&office.admin).await;
    for _ in 0..3 {
        let _sale = sell(&store, &tea, "500.00").await;
    }
    let _node = office.caught_up(&store).await;
    let address = office.hub.address().get();
    office.hub.kill();

    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let back = restored(&data, &office.words, &["--from", place_of(&state).to_str().expect("text"), "--role", "office"]);
    assert_eq!(back["digest"], state["last"]["digest"]);
    let http = address.strip_prefix("http://").map(str::to_owned);
    let start = Start { arguments: vec!["--role".to_owned(), "office".to_owned()], http, ..Start::default() };
    let mut older = Hub::start(&data, start);
    let admin = Api::new(older.address().clone());
    let _session = admin.sign_in("+7 701 999 99 99", PASSWORD).await.done();
    let end = until("it has everything again", async || {
        let link = store.admin.get("/api/sync").await.done();
        let known = admin.get("/api/office/stores").await.done()[0].clone();
        (link["code"].is_null() && known["last_seq"] == link["journal_end"]).then_some(known["last_seq"].clone())
    })
    .await;
    let sales = admin.get("/api/office/stores/2/sales").await.done();
    assert_eq!(sales["items"].as_array().map(Vec::len), Some(3), "{sales:#}");
    let trail = store.hub.ask("journal", &["--limit", "100000"]);
    let trail = String::from_utf8_lossy(&trail.stdout).into_owned();
    assert!(trail.contains("sync.office_went_back"), "the store noticed");
    assert!(end.as_i64() > Some(0));
    older.stop();
    older.must_hold();
}
