//! The program itself: its configuration, its port, its database.

use std::net::TcpListener;
use std::path::Path;

use duken_tests::fixture::{Hub, Start, Store};

fn refuses(hub: &Hub, more: &[&str], because: &str) {
    let output = hub.ask("serve", more);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(because), "{because:?} is not in {said:?}");
}

fn stopped(data: &Path) -> Hub {
    let mut hub = Hub::start(data, Start::default());
    hub.stop();
    hub
}

#[test]
fn a_configuration_with_an_unknown_key_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = stopped(&folder.path().join("data"));
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "role = \"store\"\nprot = 8080\n").expect("a file");
    let file = file.to_str().expect("text");
    refuses(&hub, &["--config", file], "prot");
    let checked = hub.ask("check-config", &["--config", file]);
    assert!(!checked.status.success());
    assert!(hub.ask("check-config", &[]).status.success());
}

#[test]
fn a_taken_port_is_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = stopped(&folder.path().join("data"));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = std::process::Command::new(duken_tests::fixture::hub_program())
        .args(["serve", "--http", &address, "--data"])
        .arg(hub.data())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains(&address), "{said}");
}

#[test]
fn a_newer_database_is_left_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let hub = stopped(&data);
    let books = data.join("duken.db");
    let connection = rusqlite::Connection::open(&books).expect("the books");
    connection.pragma_update(None, "journal_mode", "DELETE").expect("one file");
    connection.pragma_update(None, "user_version", 99).expect("a newer format");
    connection.close().expect("closed");
    let before = std::fs::read(&books).expect("the books");
    refuses(&hub, &[], "newer");
    assert!(std::fs::read(&books).expect("the books") == before, "the file was touched");
    let left: Vec<_> = ["duken.db-wal", "duken.db-shm"].into_iter().filter(|name| data.join(name).exists()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = stopped(&folder.path().join("data"));
    let output = std::process::Command::new(duken_tests::fixture::hub_program())
        .args(["serve", "--http", "0.0.0.0:0", "--data"])
        .arg(hub.data())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn proof_finds_what_was_changed_by_hand() {
    let mut store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let _sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    store.hub.stop();
    store.hub.must_hold();
    let change = |sql: &str| {
        let books = rusqlite::Connection::open(store.data().join("duken.db")).expect("the books");
        assert_eq!(books.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}")), 1, "{sql}");
    };
    for (spoil, mend) in [
        ("UPDATE receipt SET total = total + 1", "UPDATE receipt SET total = total - 1"),
        (
            "UPDATE money_balance SET amount = amount + 1 WHERE account = 1",
            "UPDATE money_balance SET amount = amount - 1 WHERE account = 1",
        ),
        ("UPDATE journal SET hash = zeroblob(32) WHERE id = (SELECT MAX(id) FROM journal)", ""),
    ] {
        let kept: Option<Vec<u8>> = mend.is_empty().then(|| last_hash(store.data()));
        change(spoil);
        let proof = store.hub.proof();
        assert_eq!(proof["holds"], false, "{spoil}: {proof:#}");
        match kept {
            Some(hash) => {
                let books = rusqlite::Connection::open(store.data().join("duken.db")).expect("the books");
                books.execute("UPDATE journal SET hash = ?1 WHERE id = (SELECT MAX(id) FROM journal)", [hash]).expect("mended");
            }
            None => change(mend),
        }
        store.hub.must_hold();
    }
}

fn last_hash(data: &Path) -> Vec<u8> {
    let books = rusqlite::Connection::open(data.join("duken.db")).expect("the books");
    books.query_row("SELECT hash FROM journal ORDER BY id DESC LIMIT 1", [], |row| row.get(0)).expect("an entry")
}
