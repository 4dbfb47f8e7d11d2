//! A head office on PostgreSQL: what only a database server can do to it. Left out where there is none, unless
//! `DUKEN_TEST_POSTGRES=required`.

use duken_kernel::Read;
use duken_kernel::journal::{self, OWN};
use duken_kernel::store::Sqlite;
use duken_test_postgres::Cluster;
use duken_tests::client::Api;
use duken_tests::fixture::{Hub, Office, PASSWORD, Start, Store, until};

/// The hashes of a node's journal.
fn hashes(books: &dyn Read, node: i64) -> Vec<[u8; 32]> {
    journal::read_after(books, node, 0, i64::from(i32::MAX)).expect("entries").iter().map(|raw| raw.hash).collect()
}

async fn sells(store: &Store, product: &str, many: usize) {
    for _ in 0..many {
        let _sold = store.admin.post("/api/sales", store.cash_sale(&[(product, "1")], "500.00")).await.done();
    }
}

/// Lets the server refuse the first rows of stores' journals, as it does when two writers are in each other's way.
fn in_each_others_way(cluster: &Cluster, url: &str, code: &str, times: u32) {
    let sql = format!(
        "CREATE SEQUENCE IF NOT EXISTS hiccup; SELECT setval('hiccup', 1, false); \
         CREATE OR REPLACE FUNCTION hiccup() RETURNS trigger AS $$ BEGIN \
           IF NEW.id >= (SELECT min(id) + (1::bigint << 40) FROM journal) AND nextval('hiccup') <= {times} THEN \
             RAISE EXCEPTION 'in each other''s way' USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; \
         DROP TRIGGER IF EXISTS hiccup ON journal; \
         CREATE TRIGGER hiccup BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION hiccup()"
    );
    let _made = cluster.say(url, &sql);
}

/// Stops the head office, lets something happen, and starts it again where its stores look for it.
fn meanwhile(office: &mut Office, happens: impl FnOnce(), change: impl FnOnce(&mut Start)) {
    let http = office.hub.address().get().strip_prefix("http://").map(str::to_owned);
    office.hub.stop();
    happens();
    office.hub.will_start(|start| start.http = http);
    office.hub.will_start(change);
    office.hub.run();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_is_tried_again_and_nothing_is_lost_or_doubled() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let mut office = Office::on(tempfile::tempdir().expect("a folder"), Some(url.clone())).await;
    meanwhile(&mut office, || {}, |start| start.arguments.extend(["--log", "info"].map(str::to_owned)));
    let store = Store::new().await;
    office.join(&store, "Абай 10").await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let number: i64 = office.caught_up(&store).await.parse().expect("a number");
    // A serialization failure, a deadlock, then more of them than one batch is tried: the store sends it again.
    for (code, times) in [("40001", 2), ("40P01", 1), ("40001", 12)] {
        in_each_others_way(cluster, &url, code, times);
        sells(&store, &tea, 5).await;
        let _number = office.caught_up(&store).await;
        let hiccups = cluster.say(&url, "SELECT last_value FROM hiccup").parse::<u32>().expect("a number");
        assert!(hiccups > times, "the server refused {code} {hiccups} times of {times}");
    }
    let logged = office.hub.logged();
    assert!(logged.contains("is taken in again"), "{logged}");
    let (here, there) = (office.books(), Sqlite::open_readonly(&store.data().join("duken.db")).expect("the books"));
    assert_eq!(hashes(&here, number), hashes(&there, OWN), "nothing twice, nothing missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_database_lost_is_sent_again() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = Office::on(folder, Some(url.clone())).await;
    let store = Store::new().await;
    office.join(&store, "Абай 10").await;
    let tea = store.product("Шай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let _number = office.caught_up(&store).await;

    // The server's own backup: a copy of the database, taken while nobody is connected.
    let name = url.rsplit('/').next().expect("a name");
    let copied = || drop(cluster.say(&cluster.url("postgres"), &format!("CREATE DATABASE {name}_older TEMPLATE {name}")));
    meanwhile(&mut office, copied, |_| {});
    sells(&store, &tea, 3).await;
    let number: i64 = office.caught_up(&store).await.parse().expect("a number");
    let address = office.hub.address().get();
    office.hub.stop();

    let older = cluster.url(&format!("{name}_older"));
    let arguments = ["--role", "office", "--database", &older].map(str::to_owned).to_vec();
    let http = address.strip_prefix("http://").map(str::to_owned);
    let back = Hub::start(office.hub.data(), Start { arguments, http, ..Start::default() });
    let admin = Api::new(back.address().clone());
    let _session = admin.sign_in("+7 701 999 99 99", PASSWORD).await.done();
    until("it has everything again", async || {
        let link = store.admin.get("/api/sync").await.done();
        let known = admin.get("/api/office/stores").await.done()[0].clone();
        (link["code"].is_null() && known["last_seq"] == link["journal_end"]).then_some(())
    })
    .await;
    let sales = admin.get(format!("/api/office/stores/{number}/sales")).await.done();
    assert_eq!(sales["items"].as_array().map(Vec::len), Some(3), "{sales:#}");
    let trail = store.hub.ask("journal", &["--limit", "100000"]);
    assert!(String::from_utf8_lossy(&trail.stdout).contains("sync.office_went_back"), "the store noticed");
    back.must_hold();
}
