//! The program itself: its configuration, its port, its database.

use std::net::TcpListener;
use std::path::Path;

use duken_tests::fixture::{Hub, Opening, Start, Store};
use serde_json::json;

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
    refuses(&hub, &["--config", file], "start.config_malformed");
    let checked = hub.ask("check-config", &["--config", file]);
    assert!(!checked.status.success());
    assert!(hub.ask("check-config", &[]).status.success());
    // For people in their language, for machines as JSON.
    for (language, word) in [("ru", "ошибка"), ("kk", "қате"), ("en", "mistake")] {
        refuses(&hub, &["--config", file, "--language", language], word);
    }
    let output = hub.ask("serve", &["--config", file, "--json"]);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&said["code"], &said["params"]["path"]), (&"start.config_malformed".into(), &file.into()));
    for (flags, code) in [
        (["--log", "duken_hub=loud"], "start.log_filter"),
        (["--limits", "chairs=4"], "start.limits"),
        (["--http", "0.0.0.0:0"], "start.not_loopback"),
        (["--config", "/nowhere.toml"], "start.config_unreadable"),
    ] {
        let mut asking = std::process::Command::new(duken_tests::fixture::hub_program());
        let output = asking.arg("check-config").args(flags).output().expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(code), "{flags:?}: {said}");
    }
    let flags = ["--announce", "--log-json=true", "--ballast-mib", "7", "--names", "a.kz,b.kz", "--limits", "connections=9"];
    let come_to = String::from_utf8(hub.ask("check-config", &flags).stdout).expect("text");
    for line in ["announce = true", "log_json = true", "ballast_mib = 7", "\"a.kz\"", "\"b.kz\"", "connections = 9"] {
        assert!(come_to.contains(line), "{line}: {come_to}");
    }
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
    assert!(!output.status.success() && said.contains(&address) && said.contains("start.port_taken"), "{said}");
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
    refuses(&hub, &[], "start.database_newer");
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
async fn what_was_refused_is_found_in_the_log_by_the_id_that_the_answer_carries() {
    let arguments = ["--log", "info"].map(str::to_owned).to_vec();
    let store = Store::opened(Opening { start: Start { arguments, ..Start::default() }, ..Opening::default() }).await;
    let product = json!({ "name": "Чай", "price": store.money("-1.00") });
    let refused = [
        store.admin.get("/api/sales/999999").await.refused(404, "card.not_found"),
        store.admin.get("/api/sales?cursor=nonsense").await.refused(422, "list.bad_cursor"),
        store.admin.post("/api/products", product).await.refused(422, "product.price_negative"),
    ];
    for problem in refused {
        let id = problem["request_id"].as_str().unwrap_or_else(|| panic!("no id in {problem:#}"));
        let log = store.hub.logged();
        assert!(log.lines().any(|line| line.contains(id) && line.contains("refused")), "{id} is not in\n{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_page_says_how_the_machine_stands() {
    let store = Store::new().await;
    assert_eq!(store.admin.get("/api/health").await.done()["status"], "ok");
    let health = store.admin.get("/api/admin/health").await.done();
    let lights = health["lights"].as_array().expect("lights");
    let keys: Vec<&str> = lights.iter().filter_map(|light| light["key"].as_str()).collect();
    assert_eq!(keys, ["backup", "verify", "journal", "disk", "office", "queues", "clock"]);
    let of = |key: &str| lights.iter().find(|light| light["key"] == key).expect("the light");
    assert_eq!((&of("journal")["state"], &of("clock")["state"], &of("queues")["state"]), (&json!("ok"), &json!("ok"), &json!("ok")));
    assert_eq!(of("verify")["state"], "warn", "never proven yet");
    assert!(lights.iter().all(|light| light["says"].as_str().is_some_and(|says| !says.starts_with("health."))), "{health:#}");
    let cashier = store.person("cashier").await;
    let _denied = cashier.api.get("/api/admin/health").await.refused(403, "access.denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_older_client_is_not_there() {
    let store = Store::new().await;
    let _gone = store.admin.get("/assets/index-0ld.js").await.refused(404, "request.not_found");
    let build = store.admin.get("/api/version").await.done()["build"].as_str().expect("a build").to_owned();
    assert!(!build.ends_with("+1") && build.split_once('+').is_some_and(|(_, digest)| digest.len() == 12), "{build}");
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
