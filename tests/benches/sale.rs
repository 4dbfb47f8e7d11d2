//! P1a: durable ten-line cash sales, one request each. P1b: the same as a cashier makes it. P3: what they take on disk.

mod common;

use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use common::wire::Wire;
use common::{Seeded, Times, cpu_of, floor, memory_of, report, short};
use duken_tests::client::tenge;
use duken_tests::fixture::Store;
use rusqlite::Connection;
use serde_json::{Value, json};

const TILLS: usize = 8;
const PRODUCTS: u64 = 1_000;
const LINES: usize = 10;

/// A till with its cashier, and the goods of the store with their prices in tenge.
struct Lane {
    cookie: String,
    seed: u64,
}

struct Shop {
    store: Store,
    lanes: Vec<Lane>,
    goods: Vec<(String, u64)>,
    address: String,
    hub: u32,
}

async fn shop() -> Shop {
    let store = Store::new().await;
    let mut goods = Vec::new();
    for serial in 0..PRODUCTS {
        let price = 100 + serial * 7 % 1_900;
        let id = store.product(&format!("Товар {serial} молочный 3,2% 930 г"), &format!("{price}.00"), &[]).await;
        let opening =
            json!({ "product_id": id, "kind": "opening", "quantity": "1000000", "unit_cost": tenge("77.00"), "reason": "opening" });
        let _adjusted = store.admin.post("/api/stock/adjustments", opening).await.done();
        goods.push((id, price));
    }
    let mut lanes = Vec::new();
    for lane in 0..TILLS {
        let till = store.new_till(&format!("Till {lane}")).await;
        let _shift = store.open_shift(&till, "10000.00").await;
        let person = store.person("cashier").await;
        store.stand_at(&person.api, &till).await;
        lanes.push(Lane { cookie: person.api.cookie().expect("signed in"), seed: lane as u64 + 1 });
    }
    let address = store.hub.address().get();
    let hub = store.hub.process().expect("it runs");
    Shop { store, lanes, goods, address, hub }
}

impl Shop {
    /// Ten different goods, and what they cost together.
    fn basket(&self, chance: &mut Seeded) -> (Vec<&str>, u64) {
        let mut picked: Vec<usize> = Vec::with_capacity(LINES);
        while picked.len() < LINES {
            let one = chance.below(PRODUCTS) as usize;
            if !picked.contains(&one) {
                picked.push(one);
            }
        }
        (picked.iter().map(|one| self.goods[*one].0.as_str()).collect(), picked.iter().map(|one| self.goods[*one].1).sum())
    }

    /// Every lane works at once for this long; how long each piece of work took.
    fn all_lanes(&self, life: Duration, work: impl Fn(&mut Wire, &mut Seeded, &mut Times) + Sync) -> (Vec<Times>, Duration) {
        let gate = Barrier::new(self.lanes.len());
        let begun = Instant::now();
        let times = std::thread::scope(|scope| {
            let threads: Vec<_> = self
                .lanes
                .iter()
                .map(|lane| {
                    scope.spawn(|| {
                        let mut wire = Wire::connect(&self.address, &lane.cookie);
                        let mut chance = Seeded(lane.seed * 7919);
                        let mut times = Times::default();
                        gate.wait();
                        let begun = Instant::now();
                        while begun.elapsed() < life {
                            work(&mut wire, &mut chance, &mut times);
                        }
                        times
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("a lane")).collect()
        });
        (times, begun.elapsed())
    }

    fn sell_at_once(&self, wire: &mut Wire, chance: &mut Seeded, times: &mut Times) {
        let (goods, total) = self.basket(chance);
        let lines: Vec<Value> = goods.iter().map(|id| json!({ "product_id": id, "quantity": "1" })).collect();
        let sum = format!("{total}.00");
        let body = json!({ "lines": lines, "payments": [{ "method": "cash", "amount": tenge(&sum), "tendered": tenge("30000.00") }] });
        let body = body.to_string();
        let begun = Instant::now();
        wire.post("/api/sales", &body);
        times.0.push(begun.elapsed());
    }

    fn sell_as_a_cashier(&self, wire: &mut Wire, chance: &mut Seeded, times: &mut Times) {
        let (goods, total) = self.basket(chance);
        let mut timed = |path: &str, body: &str| {
            let begun = Instant::now();
            let answer = wire.post(path, body);
            times.0.push(begun.elapsed());
            serde_json::from_slice::<Value>(answer).expect("JSON")
        };
        let cart = timed("/api/carts", "{}");
        let cart = cart["id"].as_str().expect("an id").to_owned();
        for product in goods {
            timed(&format!("/api/carts/{cart}/lines"), &json!({ "product_id": product }).to_string());
        }
        let sum = tenge(&format!("{total}.00"));
        timed(
            &format!("/api/carts/{cart}/payments"),
            &json!({ "method": "cash", "amount": sum, "tendered": tenge("30000.00") }).to_string(),
        );
        timed(&format!("/api/carts/{cart}/complete"), "{}");
    }
}

fn merged(times: Vec<Times>) -> Times {
    Times(times.into_iter().flat_map(|t| t.0).collect())
}

/// What the books hold, read from a hub that stands still.
struct Disk {
    file_bytes: u64,
    entry_bytes: i64,
    rows: i64,
    groups: i64,
    tables: Vec<(String, i64)>,
}

fn disk(data: &Path) -> Disk {
    let path = data.join("duken.db");
    let connection = Connection::open(&path).expect("the books");
    let _checkpointed: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).expect("a checkpoint");
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let names: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        .expect("names")
        .query_map([], |row| row.get(0))
        .expect("names")
        .collect::<Result<_, _>>()
        .expect("names");
    let tables: Vec<(String, i64)> = connection
        .prepare("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
        .and_then(|mut s| s.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .unwrap_or_default();
    Disk {
        file_bytes: path.metadata().expect("a file").len(),
        entry_bytes: number("SELECT COALESCE(SUM(LENGTH(data)), 0) FROM journal"),
        rows: names.iter().map(|name| number(&format!("SELECT COUNT(*) FROM \"{name}\""))).sum(),
        groups: number("SELECT COUNT(DISTINCT at) FROM receipt"),
        tables,
    }
}

fn main() {
    let seconds = std::env::var("DUKEN_BENCH_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(10);
    let life = Duration::from_secs(seconds);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut shop = runtime.block_on(shop());
    let memory_at_rest = memory_of(shop.hub);
    let (warm, _) = shop.all_lanes(Duration::from_secs(1), |wire, chance, times| shop.sell_at_once(wire, chance, times));
    assert!(!warm.is_empty());

    shop.store.hub.stop();
    let before = disk(shop.store.data());
    shop.store.hub.run();
    shop.address = shop.store.hub.address().get();
    shop.hub = shop.store.hub.process().expect("it runs");

    let cpu = cpu_of(shop.hub);
    let (times, wall) = shop.all_lanes(life, |wire, chance, times| shop.sell_at_once(wire, chance, times));
    let cpu = cpu_of(shop.hub) - cpu;
    let mut times = merged(times);
    let sales = times.0.len();
    let memory_after = memory_of(shop.hub);

    shop.store.hub.stop();
    let after = disk(shop.store.data());
    shop.store.hub.run();
    shop.address = shop.store.hub.address().get();
    shop.hub = shop.store.hub.process().expect("it runs");

    let commits = (after.groups - before.groups).max(1) as usize;
    let entry_bytes = (after.entry_bytes - before.entry_bytes) as usize / sales;
    let folder = tempfile::tempdir_in(shop.store.data()).expect("a folder");
    let floor = floor::run(folder.path(), sales, commits, entry_bytes, LINES, PRODUCTS);
    let per_sale = |d: Duration| d.as_secs_f64() * 1e6 / sales as f64;
    let ratio = cpu.as_secs_f64() / floor.cpu.as_secs_f64();
    report(
        "P1a",
        json!({
            "sales": sales,
            "sales_per_second": short(sales as f64 / wall.as_secs_f64()),
            "p50_ms": short(times.percentile_ms(5_000)), "p99_ms": short(times.percentile_ms(9_900)),
            "commits": commits, "sales_per_commit": short(sales as f64 / commits as f64),
            "hub_cpu_us_per_sale": short(per_sale(cpu)), "floor_cpu_us_per_sale": short(per_sale(floor.cpu)),
            "cpu_ratio": short(ratio),
            "floor_sales_per_second": short(sales as f64 / floor.wall.as_secs_f64()),
            "floor_row_writes_per_sale": short(floor.row_writes_per_sale),
            "rows_kept_per_sale": short((after.rows - before.rows) as f64 / sales as f64),
            "memory_mib": { "at_rest": short(memory_at_rest), "after": short(memory_after) },
            "goal": "≥ 1000 sales/s, p99 ≤ 30 ms, CPU ≤ 2.5 × floor",
        }),
    );
    let bytes = (after.file_bytes - before.file_bytes) as f64 / sales as f64;
    let was = |name: &str| before.tables.iter().find(|(n, _)| n == name).map_or(0, |(_, b)| *b);
    let growth: Vec<Value> =
        after.tables.iter().take(14).map(|(name, b)| json!([name, short((b - was(name)) as f64 / sales as f64)])).collect();
    report(
        "P3",
        json!({
            "bytes_per_sale": short(bytes), "entry_bytes_per_sale": entry_bytes, "ratio": short(bytes / entry_bytes as f64),
            "floor_bytes_per_sale": short(floor.bytes as f64 / sales as f64),
            "by_table": growth, "goal": "≤ 3072 bytes",
        }),
    );

    let cpu = cpu_of(shop.hub);
    let (times, wall) = shop.all_lanes(life, |wire, chance, times| shop.sell_as_a_cashier(wire, chance, times));
    let cpu = cpu_of(shop.hub) - cpu;
    let mut times = merged(times);
    let sales = times.0.len() / 13;
    report(
        "P1b",
        json!({
            "sales": sales, "sales_per_second": short(sales as f64 / wall.as_secs_f64()),
            "requests_per_sale": 13, "p50_ms": short(times.percentile_ms(5_000)), "p99_ms": short(times.percentile_ms(9_900)),
            "hub_cpu_us_per_sale": short(cpu.as_secs_f64() * 1e6 / sales as f64),
            "goal": "≥ 200 sales/s, p99 of one request ≤ 20 ms",
        }),
    );
}
