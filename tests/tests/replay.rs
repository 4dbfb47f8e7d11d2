//! Real sales of a real shop, sold again: sums to the penny in the store and in the head office; killed and not lost.

use std::collections::BTreeSet;
use std::time::Instant;

use duken_tests::client::Api;
use duken_tests::fixture::{Office, Opening, PASSWORD, Store};
use duken_tests::replay::{Books, Progress, Replay, Seller, Source, data_file, office_books, store_books};
use serde_json::{Value, json};

const FILE: &str = "sales/online_retail_2011-11_12.csv.zst";
const WORKERS: usize = 6;
const FROM: &str = "2011-11-01";
const TO: &str = "2011-12-31";

/// A shop in London, and its bookkeeper: an ordinary user with rights of his own beside a cashier's.
async fn london() -> (Store, Seller) {
    let store = Store::opened(Opening { currency: "GBP", zone: "Europe/London", ..Opening::default() }).await;
    store.settings(|settings| settings["rounding"] = json!({ "step": "0.01", "scope": "none" })).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let more = ["sales.backdate", "sales.price_override", "sales.return_without_receipt", "catalog.edit", "reports.view"];
    let more: Vec<Value> = more.iter().map(|permission| json!({ "permission": permission, "scope": "store" })).collect();
    let role = store.role("cashier").await;
    let bookkeeper = store.person_with(json!({ "name": "Bookkeeper", "role_ids": [role], "extra_permissions": more })).await;
    let seller = Seller { api: bookkeeper.api, till: store.till.clone() };
    (store, seller)
}

#[track_caller]
fn same(file: &Books, books: &Books, whose: &str) {
    let differences = file.differences(books);
    assert!(differences.is_empty(), "{whose}: {} sums differ:\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn real_sales_come_to_the_same_sums_in_the_store_and_in_the_head_office() {
    let path = data_file(FILE);
    let source = Source::read(&path).expect("the file");
    assert_eq!(source.odd.len(), 320, "odd rows");
    let (store, seller) = london().await;
    let office = Office::new().await;
    office.join(&store, "London").await;

    let begun = Instant::now();
    let replay = Replay::prepare(seller.clone(), &source, WORKERS).await;
    let documents = source.invoices.len();
    let done = replay.run(source.invoices, WORKERS, &Progress::default()).await;
    println!("{documents} documents in {:.1} s", begun.elapsed().as_secs_f64());
    assert_eq!(done.len(), documents);

    let file = Books::of_file(&path, TO);
    same(&file, &store_books(&seller.api, FROM, TO).await, "the store");
    let node = office.caught_up(&store).await;
    same(&file, &office_books(&office.admin, &node, &replay.codes(), FROM, TO).await, "the head office");
}

/// Every document of the store, by id.
async fn documents(api: &Api) -> Vec<String> {
    let rows = api.all(&format!("/api/sales?from={FROM}&to={TO}")).await;
    rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_midst_of_selling_every_answered_sale_is_there_once() {
    const SEED: u64 = 20_111_109;
    let (kills, days) = if std::env::var_os("DUKEN_TORTURE").is_some() { (200, 34) } else { (24, 5) };
    let path = data_file(FILE);
    let source = Source::read(&path).expect("the file").first_days(days);
    let until = source.invoices.last().expect("invoices").date.clone();
    let (mut store, seller) = london().await;
    let replay = Replay::prepare(seller.clone(), &source, WORKERS).await;
    let progress = Progress::default();
    let count = source.invoices.len();
    let selling = tokio::spawn({
        let (replay, progress) = (replay.clone(), progress.clone());
        async move { replay.run(source.invoices, WORKERS, &progress).await }
    });
    let mut chance = SEED;
    let mut moments = BTreeSet::new();
    while moments.len() < kills {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        moments.insert(1 + chance as usize % (count - WORKERS));
    }
    println!("seed {SEED}: killed after {moments:?} of {count} answers");
    for moment in moments {
        progress.reaches(moment).await;
        tokio::task::block_in_place(|| store.kill_and_run());
        progress.lives_again();
    }
    let done = selling.await.expect("all is sold");
    assert_eq!(done.len(), count);
    let again = done.iter().filter(|done| done.tries > 1).count();
    assert!(again >= kills / 2, "only {again} requests were cut off: the kills came between them");

    let answered: BTreeSet<String> = done.iter().map(|done| document_id(&done.answer.json())).collect();
    assert_eq!(answered.len(), count, "two requests got the same document");
    let there = documents(&store.admin).await;
    assert_eq!(there.len(), count, "documents in the store");
    assert_eq!(there.into_iter().collect::<BTreeSet<_>>(), answered);
    for done in &done {
        let repeat = seller.api.send(done.call.clone()).await;
        assert_eq!(repeat, done.answer, "invoice {} sent once more", done.invoice);
    }
    assert_eq!(documents(&store.admin).await.len(), count, "repeats made documents");
    same(&Books::of_file(&path, &until), &store_books(&seller.api, FROM, TO).await, "the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tool_does_it_from_the_command_line_and_lists_odd_rows() {
    let (store, seller) = london().await;
    let folder = tempfile::tempdir().expect("a folder");
    let odd = folder.path().join("odd.csv");
    let phone = seller.api.get("/api/session").await.done()["user"]["phone"].as_str().expect("a phone").to_owned();
    let run = |file: std::path::PathBuf| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_duken-replay"));
        command.args(["--hub", &store.hub.address().get(), "--phone", &phone, "--till", &store.till, "--days", "1"]);
        command.arg("--file").arg(file).arg("--odd").arg(&odd).env("DUKEN_REPLAY_PASSWORD", PASSWORD);
        tokio::task::block_in_place(|| command.output().expect("the tool starts"))
    };
    let output = run(data_file(FILE));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("every sum by day and by product is the file's"), "{said}");
    let list = std::fs::read_to_string(&odd).expect("the list");
    assert_eq!(list.lines().count(), 321, "a header and the odd rows");
    assert!(list.contains("no price"), "{list}");
    // Sold once more, the day's sums are twice the file's, and the tool says so.
    let again = run(data_file(FILE));
    assert!(!again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
}

fn document_id(answer: &Value) -> String {
    let document = if answer["return"].is_object() { &answer["return"] } else { answer };
    document["id"].as_str().unwrap_or_else(|| panic!("no document in {answer}")).to_owned()
}
