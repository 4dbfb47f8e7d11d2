//! The invariants of the house (docs/ARCHITECTURE.md), each by its id, on the real programs. Those that one crate can show
//! alone stand there: J2, J4, J6, L1, L2 in the kernel's tests, L3 beside the arithmetic, J6 in `golden.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use duken_kernel::journal::{self, OWN, RawEntry};
use duken_kernel::store::{Read, Sqlite};
use duken_protocol::ids::NodeId;
use duken_protocol::money::Amount;
use duken_protocol::sync::{Batch, BatchEntry};
use duken_tests::client::{Api, Call, tenge};
use duken_tests::devices::printer::{Power, Printer, PrinterOptions};
use duken_tests::devices::terminal::{Buyer, Method, Protection, Terminal, TerminalModes, TerminalOptions};
use duken_tests::fixture::{Office, Opening, Start, Store, id_of, until};
use proptest::prelude::*;
use serde_json::{Value, json};

const BOOKS: &str = "duken.db";

fn books(data: &Path) -> Sqlite {
    Sqlite::open_readonly(&data.join(BOOKS)).expect("the books")
}

fn entries(books: &dyn Read, node: i64) -> Vec<RawEntry> {
    journal::read_after(books, node, 0, i64::from(i32::MAX)).expect("entries")
}

/// Makes the library that watches syncs and answers; where it lies.
fn watcher(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/watch_syncs.c");
    let library = folder.join("watch_syncs.so");
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&library).arg(source).arg("-ldl").status();
    assert!(made.expect("a C compiler").success(), "the watcher compiles");
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn j1_no_answer_leaves_before_its_entry_is_synced() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = |path: &Path| path.display().to_string();
    let (notes, broken) = (folder.path().join("notes"), folder.path().join("broken"));
    let environment = [
        ("LD_PRELOAD", text(&watcher(folder.path()))),
        ("DUKEN_WATCHED", "duken.db-wal".to_owned()),
        ("DUKEN_NOTES", text(&notes)),
        ("DUKEN_BROKEN", text(&broken)),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let start = Start { environment, ..Start::default() };
    let mut store = Store::opened(Opening { start, ..Opening::default() }).await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let sale = store.cash_sale(&[(&tea, "1")], "500.00");
    let noted = || std::fs::read_to_string(&notes).unwrap_or_default();
    let before = noted().lines().count();
    for _ in 0..50 {
        let _sold = store.admin.post("/api/sales", sale.clone()).await.done();
    }
    let answers = noted();
    assert!(answers.lines().count() >= before + 50, "the watcher sees the answers");
    assert_eq!(answers.lines().filter(|line| *line == "unsynced").count(), 0, "an answer left before the sync");

    // A cart is of this hub alone: its lines do not wait for the disk, and are there soon after.
    let cart = id_of(&store.admin.post("/api/carts", json!({})).await.done());
    let told = noted().lines().count();
    let _line = store.admin.post(format!("/api/carts/{cart}/lines"), json!({ "product_id": tea })).await.done();
    assert_eq!(noted().lines().nth(told), Some("unsynced"), "a scanned line waited for the disk");
    until("the cart is on the disk", async || {
        let _any = store.admin.get("/api/health").await;
        noted().ends_with("clean\n").then_some(())
    })
    .await;

    // A disk that cannot sync: nobody hears a success.
    std::fs::write(&broken, []).expect("a file");
    let call = Call::post("/api/sales", &sale);
    for _ in 0..5 {
        let answer = store.admin.send(call.clone()).await;
        assert_eq!(answer.status, 500, "{}", answer.text());
    }
    std::fs::remove_file(&broken).expect("removed");
    let once = store.admin.send(call.clone()).await.done();
    assert_eq!(store.admin.send(call).await.done(), once);
    store.kill_and_run();
    assert_eq!(store.admin.all("/api/sales").await.len(), 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn j3_rebuild_gives_the_same_tables() {
    let mut store = Store::new().await;
    sold_and_returned(&store).await;
    // Several entries of one row, which a replay writes once: the last of them stays.
    let milk = format!("/api/products/{}", store.product("Молоко", "500.00", &[]).await);
    for price in ["510.00", "520.00"] {
        let mut card = store.admin.get(milk.as_str()).await.done();
        card["price"] = store.money(price);
        let _changed = store.admin.put(milk.as_str(), card).await.done();
    }
    store.hub.stop();
    let before = store.hub.must_hold();
    let spoil = rusqlite::Connection::open(store.data().join(BOOKS)).expect("the books");
    assert!(spoil.execute("UPDATE receipt SET total = total + 1", []).expect("spoilt") > 0);
    drop(spoil);
    assert_eq!(store.hub.proof()["holds"], false);
    assert!(store.hub.ask("rebuild", &[]).status.success());
    assert_eq!(store.hub.must_hold()["digest"], before["digest"]);
}

async fn sold_and_returned(store: &Store) {
    let tea = store.product("Чай", "500.00", &[]).await;
    store.stock(&tea, "10").await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let customer = json!({ "name": "Айжан", "phone": "+7 702 300 10 01", "note": "" });
    let _customer = store.admin.post("/api/customers", customer).await.done();
    let sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "3")], "1500.00")).await.done();
    let back = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "did not fit" });
    let _back = store.admin.post("/api/returns", back).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn j5_the_store_and_its_head_office_have_the_same_rows() {
    let (office, store) = (Office::new().await, Store::new().await);
    office.join(&store, "Абай 10").await;
    sold_and_returned(&store).await;
    let number: i64 = office.caught_up(&store).await.parse().expect("a number");
    let (here, there) = (office.books(), books(store.data()));
    let mut compared = 0;
    for table in duken_hub::domains::schema().tables() {
        let columns: Vec<&str> = table.key.iter().chain(table.values).map(|column| column.name).collect();
        let list = columns.join(", ");
        let rows = |books: &dyn Read, node: i64| {
            books.rows(&format!("SELECT {list} FROM {} WHERE node = ?1 ORDER BY {list}", table.name), &[node.into()]).expect("rows")
        };
        let (office_rows, store_rows) = (rows(&here, number), rows(&there, OWN));
        compared += store_rows.len();
        assert_eq!(office_rows, store_rows, "{}", table.name);
    }
    assert!(compared > 50, "{compared} rows are too few to say anything");
}

/// A store as the head office knows one: its id, its token, and entries that nobody has made.
struct Foreign {
    node: String,
    token: String,
}

impl Foreign {
    async fn joins(office: &Office) -> Self {
        let node = uuid::Uuid::new_v4().to_string();
        let code = office.admin.post("/api/office/codes", json!({ "store_name": "Достык 5" })).await.done()["code"].clone();
        let wanted = json!({ "protocol": duken_protocol::sync::PROTOCOL, "code": code, "node": node, "epoch": 0 });
        let token = office.admin.post("/sync/enroll", wanted).await.done()["token"].as_str().expect("a token").to_owned();
        Self { node, token }
    }

    async fn sends(&self, office: &Office, node: &str, entries: &[RawEntry]) -> duken_tests::client::Answer {
        let entries = entries.iter().map(|raw| BatchEntry { hash: raw.hash, bytes: raw.bytes.clone() }).collect();
        let node = NodeId(node.parse().expect("an id"));
        let frame = Batch { node, epoch: 0, from: 1, before: [0; 32], entries, blobs: Vec::new() }.encode().expect("a batch");
        let call = Call::post("/sync/batches", &Value::Null).saying("application/octet-stream", frame);
        office.admin.another_device().send(call.with("authorization", &format!("Bearer {}", self.token))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_only_the_owner_writes() {
    let (office, store) = (Office::new().await, Store::new().await);
    office.join(&store, "Абай 10").await;
    sold_and_returned(&store).await;
    let number: i64 = office.caught_up(&store).await.parse().expect("a number");
    let real = entries(&books(store.data()), OWN);
    let before = entries(&office.books(), number);
    let other = Foreign::joins(&office).await;
    // Another store speaks in this one's name; then passes this one's entries off as its own.
    other.sends(&office, &id_of_node(&store), &real[..5]).await.refused(403, "sync.other_node");
    other.sends(&office, &other.node, &real[..5]).await.refused(422, "sync.batch_forged");
    assert_eq!(entries(&office.books(), number), before);
    // The head office itself has no way to write the store's card: its number is nothing there.
    let tea = store.admin.all("/api/products").await[0]["id"].as_str().expect("an id").to_owned();
    office.admin.get(format!("/api/products/{tea}")).await.refused(404, "card.not_found");
    let card = json!({ "name": "Кофе", "price": tenge("1.00"), "version": 1 });
    let answer = office.admin.put(format!("/api/products/{tea}"), card).await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    let rows = |node: i64| office.books().rows("SELECT name FROM product WHERE node = ?1", &[node.into()]).expect("rows").len();
    assert_eq!((rows(number), rows(OWN)), (1, 0));
}

fn id_of_node(store: &Store) -> String {
    store.hub.said["node"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_the_head_office_has_exactly_what_the_store_has() {
    let (office, mut store) = (Office::new().await, Store::new().await);
    office.join(&store, "Абай 10").await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    for _ in 0..4 {
        for _ in 0..10 {
            let _sold = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
        }
        // In the middle of sending, or before, or after: whatever, it goes on from what is there.
        store.kill_and_run();
    }
    let number: i64 = office.caught_up(&store).await.parse().expect("a number");
    let (here, there) = (entries(&office.books(), number), entries(&books(store.data()), OWN));
    assert!(there.len() > 40);
    assert_eq!(here, there, "nothing twice, nothing missing");
}

proptest! {
    #[test]
    fn l3_a_split_loses_nothing_and_favours_nobody(
        sum in -(1_i64 << 52)..(1_i64 << 52),
        weights in prop::collection::vec(0_i64..1 << 40, 1..60),
    ) {
        let parts = Amount(sum).split(&weights);
        prop_assert_eq!(parts.iter().copied().sum::<Amount>(), Amount(sum));
        let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        for (part, weight) in parts.iter().zip(&weights).filter(|_| whole > 0) {
            let off = i128::from(part.0) * whole - i128::from(sum) * i128::from(*weight);
            prop_assert!(off.abs() < whole, "{part:?} is a whole unit off its share");
            prop_assert!(part.0 == 0 || part.is_negative() == (sum < 0), "{part:?} has another sign");
        }
    }
}

async fn equip(store: &Store, field: &str, card: Value) -> String {
    let device = id_of(&store.admin.post("/api/devices", card).await.done());
    let tills = store.admin.get("/api/tills").await.done();
    let till = tills.as_array().and_then(|tills| tills.iter().find(|till| till["id"] == store.till.as_str()));
    let mut till = till.expect("the till").clone();
    till[field] = device.as_str().into();
    let _saved = store.admin.put(format!("/api/tills/{}", store.till), till).await.done();
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_job_is_on_disk_before_its_first_byte_and_after_its_outcome() {
    let mut store = Store::new().await;
    let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer");
    let card = json!({
        "kind": "printer", "name": "Чековый", "profile": "simulator",
        "connection": { "type": "network", "address": printer.socket().to_string() },
    });
    let device = equip(&store, "printer_id", card).await;
    let state = |store: &Store, job: &str| -> String {
        let rows = books(store.data()).rows("SELECT state FROM device_job WHERE id = ?1", &[job.parse::<i64>().expect("a number").into()]);
        rows.expect("jobs")[0].get(0).expect("a word")
    };
    let prints = async |store: &Store| {
        let answer = store.admin.post(format!("/api/devices/{device}/test"), json!({})).await.done();
        answer["job_id"].as_str().expect("a job").to_owned()
    };
    let printed = prints(&store).await;
    let _paper = printer.wait_for_receipts(1).await;
    until("the job is printed", async || {
        (store.admin.get(format!("/api/jobs/{printed}")).await.done()["state"] == "printed").then_some(())
    })
    .await;
    store.hub.kill();
    assert_eq!(state(&store, &printed), "printed", "the outcome was on disk when it was told");
    store.hub.run();

    // It reads slowly; the hub dies while it does.
    printer.set(|modes| modes.bytes_per_second = Some(2_000));
    let begun = prints(&store).await;
    let (read, _) = printer.traffic();
    printer.wait_for_bytes(read + 1_000).await;
    store.hub.kill();
    assert_eq!(state(&store, &begun), "sending", "it was on disk before the first byte");
    printer.set(|modes| {
        modes.bytes_per_second = None;
        modes.power = Power::Off;
    });
    printer.set(|modes| modes.power = Power::On);
    store.hub.run();
    let after = until("a word on the job that was cut off", async || {
        let job = store.admin.get(format!("/api/jobs/{begun}")).await.done();
        (job["state"] != "sending" && job["state"] != "queued").then_some(job)
    });
    assert_eq!(after.await["state"], "unknown", "nobody knows what came out: a person decides about printing again");
    assert_eq!(state(&store, &printed), "printed", "and the first is not printed again");
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_an_unknown_payment_waits_for_a_named_person_and_blocks_nothing_else() {
    let modes = TerminalModes { protection: Protection::On, ..TerminalModes::default() };
    let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal");
    let mut store = Store::new().await;
    let card = json!({
        "kind": "terminal", "name": "Kaspi",
        "connection": { "type": "network", "address": terminal.socket().to_string() },
        "protection": { "mode": "https_authority", "name": terminal.host_name(), "ca_pem": terminal.ca_pem() },
    });
    let device = equip(&store, "terminal_id", card).await;
    let _begun = store.admin.post(format!("/api/devices/{device}/terminal/register"), json!({ "till_name": "Касса 1" })).await.done();
    until("registered", async || {
        let device = store.admin.get(format!("/api/devices/{device}")).await.done();
        (device["state"] != "attention" && device["serial_number"].is_string()).then_some(())
    })
    .await;
    let tea = store.product("Чай", "1250.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let ask = json!({ "method": "kaspi", "amount": tenge("1250.00") });
    let cart = cart_of(&store.admin, &tea).await;
    terminal.next(Buyer::LosesStartAnswer { by: Method::Qr });
    let now = store.admin.post(format!("/api/carts/{cart}/payments"), ask.clone()).await.done();
    let payment = id_of(&now["payments"][0]);
    let state = async |store: &Store| store.admin.get(format!("/api/payments/{payment}")).await.done()["state"].clone();
    until("unknown", async || (state(&store).await == "unknown").then_some(())).await;
    store.kill_and_run();
    assert_eq!(state(&store).await, "unknown", "a state of its own, not guessed after a restart");
    assert_eq!(store.admin.post(format!("/api/carts/{cart}/complete"), json!({})).await.status, 409, "its sale is blocked");
    let other = cart_of(&store.admin, &tea).await;
    store.admin.post(format!("/api/carts/{other}/payments"), ask).await.refused(409, "payment.terminal_busy");
    let _cash = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "1250.00")).await.done();
    let decision = json!({ "outcome": "paid", "reason": "looked at the terminal" });
    let decided = store.admin.post(format!("/api/payments/{payment}/decide"), decision).await.done();
    assert_eq!((&decided["state"], &decided["decided_by"]), (&json!("decided_paid"), &json!("Aida")));
    let _sold = store.admin.post(format!("/api/carts/{cart}/complete"), json!({})).await.done();
    assert_eq!(terminal.charged_total(), 1_250);
}

async fn cart_of(api: &Api, product: &str) -> String {
    let cart = id_of(&api.post("/api/carts", json!({})).await.done());
    let _line = api.post(format!("/api/carts/{cart}/lines"), json!({ "product_id": product, "quantity": "1" })).await.done();
    cart
}
