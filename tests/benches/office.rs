//! P6: a backlog of sales of ten lines into the head office, through the real programs; and what one entry weighs there.

mod common;

use std::time::{Duration, Instant};

use common::{Figure, memory_of, quick, report};
use duken_tests::fixture::{Office, PASSWORD, Store};
use rusqlite::{Connection, params};

const LINES: usize = 10;
const LANES: usize = 16;

/// A store that has sold this often; nobody has heard of it yet.
async fn backlog(sales: usize) -> Store {
    let store = Store::new().await;
    let mut goods = Vec::new();
    for serial in 0..LINES {
        goods.push(store.product(&format!("Товар {serial} молочный 3,2% 930 г"), "500.00", &[]).await);
    }
    let _shift = store.open_shift(&store.till, "0.00").await;
    let lines: Vec<(&str, &str)> = goods.iter().map(|id| (id.as_str(), "1")).collect();
    let sale = store.cash_sale(&lines, "5000.00");
    let mut lanes = tokio::task::JoinSet::new();
    for _ in 0..LANES {
        let (api, sale) = (store.admin.another_device(), sale.clone());
        let _session = api.sign_in("+7 701 000 00 00", PASSWORD).await.done();
        store.stand_at(&api, &store.till).await;
        lanes.spawn(async move {
            for _ in 0..sales / LANES {
                let _sold = api.post("/api/sales", sale.clone()).await.done();
            }
        });
    }
    while lanes.join_next().await.is_some() {}
    store
}

/// The same bytes into a bare table in groups as large as a batch, and the time it takes.
fn floor(store: &Store) -> (usize, Duration) {
    let books = Connection::open(store.data().join("duken.db")).expect("the books");
    let mut read = books.prepare("SELECT id, hash, data FROM journal ORDER BY id").expect("the journal");
    let rows = read.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?)));
    let rows: Vec<_> = rows.expect("the journal").map(|row| row.expect("an entry")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let bare = Connection::open(folder.path().join("bare.db")).expect("a database");
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE journal (id INTEGER PRIMARY KEY, hash BLOB, data BLOB)",
    )
    .expect("a table");
    let begun = Instant::now();
    for group in rows.chunks(1_000) {
        bare.execute_batch("BEGIN").expect("begun");
        let mut insert = bare.prepare_cached("INSERT INTO journal VALUES (?1, ?2, ?3)").expect("a statement");
        for (id, hash, data) in group {
            insert.execute(params![id, hash, data]).expect("a row");
        }
        bare.execute_batch("COMMIT").expect("durable");
    }
    (rows.len(), begun.elapsed())
}

async fn intake(sales: usize) {
    let (store, office) = (backlog(sales).await, Office::new().await);
    let before = memory_of(office.hub.process().expect("it runs"));
    let begun = Instant::now();
    office.join(&store, "Абай 10").await;
    let _number = office.caught_up(&store).await;
    let took = begun.elapsed();
    let after = memory_of(office.hub.process().expect("it runs"));
    let (entries, bare) = floor(&store);
    let per_second = |time: Duration| entries as f64 / time.as_secs_f64();
    report(&[
        Figure::new("P6", format!("{entries} entries into the head office, one store"), per_second(took), "entries/s")
            .floor(per_second(bare))
            .at_least(5_000.0),
        Figure::new("P6", "memory that the head office grew by meanwhile", after - before, "MiB"),
    ]);
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(intake(if quick() { 4_000 } else { 20_000 }));
}
