//! P6: a backlog of a hundred thousand entries into the head office, on SQLite and on PostgreSQL, from one store and from
//! four. The floor is a `COPY` (on SQLite: bare inserts) of the same bytes in groups of the same size.

mod common;

use std::time::{Duration, Instant};

use common::{Figure, memory_of, quick, report};
use duken_kernel::journal::{self, OWN, Tip, chain_hash, pack};
use duken_kernel::store::Sqlite;
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{Batch, BatchEntry, Enrol, PROTOCOL};
use duken_test_postgres::Cluster;
use duken_tests::fixture::Office;
use duken_tests::years::{Base, Size};
use serde_json::{Value, json};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// Entries of one batch; a ten-line sale has some three kilobytes.
const BATCH: usize = 600;
/// Rows of one group of the floor: as many entries as the hub takes in by one command.
const GROUP: usize = 300;

/// One store's backlog.
struct Backlog {
    node: NodeId,
    frames: Vec<Vec<u8>>,
}

/// The bytes of entries as a shop wrote them.
async fn written(count: usize) -> Vec<Vec<u8>> {
    let sales = count as u64;
    let base = Base::of(Size { days: 60, sales, goods: 2_000, customers: 200 }).await.expect("a base");
    let books = Sqlite::open_readonly(&base.database()).expect("the books");
    let mut entries = Vec::with_capacity(count);
    while entries.len() < count {
        let chunk = journal::read_after(&books, OWN, entries.len() as i64, 2_000).expect("the journal");
        assert!(!chunk.is_empty(), "the journal is long enough");
        entries.extend(chunk.into_iter().map(|entry| entry.bytes));
    }
    entries.truncate(count);
    entries
}

/// The same entries as the journal of another node.
fn backlog(entries: &[Vec<u8>]) -> Backlog {
    let node = NodeId(Uuid::new_v4());
    let id = node.to_string();
    let mut tip = Tip::default();
    let frames = entries.chunks(BATCH).map(|chunk| {
        let mut batch = Batch { node, epoch: 0, from: tip.seq + 1, before: tip.hash, entries: Vec::new(), blobs: Vec::new() };
        for bytes in chunk {
            let seq = tip.seq + 1;
            tip = Tip { seq, hash: chain_hash(&id, &tip.hash, seq, bytes) };
            batch.entries.push(BatchEntry { hash: tip.hash, bytes: bytes.clone() });
        }
        batch.encode().expect("a batch")
    });
    Backlog { node, frames: frames.collect() }
}

/// A store joins; its token.
async fn token(office: &Office, node: NodeId) -> String {
    let made = office.admin.post("/api/office/codes", json!({ "store_name": node.to_string() })).await.done();
    let code = made["code"].as_str().expect("a code").to_owned();
    let wanted = serde_json::to_string(&Enrol { protocol: PROTOCOL, code, node, epoch: 0, end: 0 }).expect("JSON");
    let url = format!("{}/sync/enroll", office.hub.address().get());
    let answer = reqwest::Client::new().post(url).header("content-type", "application/json").body(wanted).send().await.expect("an answer");
    let enrolled: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
    enrolled["token"].as_str().unwrap_or_else(|| panic!("{enrolled}")).to_owned()
}

/// What a backlog cost.
struct Cost {
    took: Duration,
    memory_half_way: f64,
    memory_after: f64,
}

/// Sends the backlogs of all stores at once.
async fn drained(office: &Office, backlogs: Vec<Backlog>) -> Cost {
    let process = office.hub.process().expect("it runs");
    let mut ready = Vec::new();
    for backlog in backlogs {
        ready.push((token(office, backlog.node).await, backlog.frames));
    }
    let url = format!("{}/sync/batches", office.hub.address().get());
    let begun = Instant::now();
    let stores: Vec<_> = ready
        .into_iter()
        .map(|(token, frames)| {
            let url = url.clone();
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let half = frames.len() / 2;
                let mut memory = 0.0;
                for (at, frame) in frames.into_iter().enumerate() {
                    let answer = client.post(&url).bearer_auth(&token).body(frame).send().await.expect("an answer");
                    let status = answer.status();
                    assert!(status.is_success(), "{status}: {}", answer.text().await.unwrap_or_default());
                    if at == half {
                        memory = memory_of(process);
                    }
                }
                memory
            })
        })
        .collect();
    let mut memory_half_way: f64 = 0.0;
    for store in stores {
        memory_half_way = memory_half_way.max(store.await.expect("a store"));
    }
    Cost { took: begun.elapsed(), memory_half_way, memory_after: memory_of(process) }
}

type RawRow = (i64, Vec<u8>, Vec<u8>);

fn rows(entries: &[Vec<u8>]) -> Vec<RawRow> {
    entries.iter().zip(1..).map(|(bytes, id)| (id, vec![7; 32], pack(bytes).expect("packed"))).collect()
}

/// The same bytes by `COPY`, group by group.
async fn copied(url: &str, rows: &[RawRow]) -> Duration {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("the server");
    let driving = tokio::spawn(connection);
    client.batch_execute("CREATE TABLE raw (id BIGINT PRIMARY KEY, hash BYTEA NOT NULL, data BYTEA NOT NULL)").await.expect("a table");
    let begun = Instant::now();
    for group in rows.chunks(GROUP) {
        let sink = client.copy_in("COPY raw (id, hash, data) FROM STDIN BINARY").await.expect("a copy");
        let mut writer = Box::pin(BinaryCopyInWriter::new(sink, &[Type::INT8, Type::BYTEA, Type::BYTEA]));
        for (id, hash, data) in group {
            writer.as_mut().write(&[id, hash, data]).await.expect("a row");
        }
        writer.as_mut().finish().await.expect("copied");
    }
    let took = begun.elapsed();
    drop(client);
    driving.await.expect("the connection").expect("ends well");
    took
}

/// The same bytes by bare inserts, group by group.
fn inserted(rows: &[RawRow]) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    let books = rusqlite::Connection::open(folder.path().join("raw.db")).expect("a database");
    books
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE raw (id INTEGER PRIMARY KEY, hash BLOB, data BLOB)",
        )
        .expect("a table");
    let begun = Instant::now();
    for group in rows.chunks(GROUP) {
        books.execute_batch("BEGIN IMMEDIATE").expect("begun");
        let mut insert = books.prepare_cached("INSERT INTO raw VALUES (?1, ?2, ?3)").expect("a statement");
        for (id, hash, data) in group {
            insert.execute(rusqlite::params![id, hash, data]).expect("a row");
        }
        drop(insert);
        books.execute_batch("COMMIT").expect("durable");
    }
    begun.elapsed()
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

#[tokio::main]
async fn main() {
    let count = if quick() { 10_000 } else { 100_000 };
    let entries = written(count).await;
    let cluster = Cluster::durable();
    let raw = rows(&entries);
    let sqlite_floor = per_second(count, inserted(&raw));
    let postgres_floor = match &cluster {
        Some(cluster) => per_second(count, copied(&cluster.database(), &raw).await),
        None => 0.0,
    };
    drop(raw);
    let mut figures = Vec::new();
    for on_server in [false, true] {
        let (engine, floor, goal) = if on_server { ("PostgreSQL", postgres_floor, 3_000.0) } else { ("SQLite", sqlite_floor, 5_000.0) };
        let mut one_store = 0.0;
        for stores in [1, 4] {
            let server = if on_server {
                let Some(cluster) = &cluster else { continue };
                Some(cluster.database())
            } else {
                None
            };
            let backlogs = entries.chunks(count / stores).take(stores).map(|_| backlog(&entries[..count / stores])).collect();
            let office = Office::on(tempfile::tempdir().expect("a folder"), server).await;
            let cost = drained(&office, backlogs).await;
            let speed = per_second(count, cost.took);
            let name = format!("backlog into the head office, {engine}, {stores} store{}", if stores == 1 { "" } else { "s" });
            figures.push(Figure::new("P6", &name, speed, "entries/s").floor(floor).at_least(goal));
            let grown = cost.memory_after - cost.memory_half_way;
            figures.push(Figure::new("P6", format!("{name}: memory grown in the second half"), grown, "MiB").at_most(16.0));
            if stores == 1 {
                one_store = speed;
            } else if on_server {
                figures.push(
                    Figure::new("P6", "four stores against one, PostgreSQL", speed, "entries/s").floor(one_store).ratio_at_least(2.0),
                );
            }
            // The office's books are proved when it goes.
            drop(office);
        }
    }
    report(&figures);
}
