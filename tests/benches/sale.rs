//! P1a: durable ten-line cash sales, one request each. P1b: the same as a cashier makes it. P3: what they take on disk.

mod common;

use std::path::Path;
use std::time::Duration;

use common::floor::Work;
use common::selling::{LINES, Lane, Lanes};
use common::{Figure, cpu_of, floor, memory_of, quick, report};
use duken_tests::client::tenge;
use duken_tests::fixture::Store;
use rusqlite::Connection;
use serde_json::json;

const TILLS: usize = 8;
const PRODUCTS: u64 = 1_000;

struct Shop {
    store: Store,
    lanes: Lanes,
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
    Shop { store, lanes: Lanes { address, lanes, goods }, hub }
}

/// What the books hold, read from a hub that stands still.
struct Disk {
    file_bytes: u64,
    entry_bytes: i64,
    rows: i64,
    groups: i64,
    sales: usize,
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
        sales: number("SELECT COUNT(*) FROM receipt") as usize,
        tables,
    }
}

fn main() {
    let life = Duration::from_secs(if quick() { 4 } else { 15 });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut shop = runtime.block_on(shop());
    let memory_at_rest = memory_of(shop.hub);
    let (warm, _) = shop.lanes.all_lanes(Duration::from_secs(1), |wire, chance, times| shop.lanes.sell_at_once(wire, chance, times));
    assert!(!warm.0.is_empty());

    shop.store.hub.stop();
    let before = disk(shop.store.data());
    shop.store.hub.run();
    shop.lanes.address = shop.store.hub.address().get();
    shop.hub = shop.store.hub.process().expect("it runs");

    let cpu = cpu_of(shop.hub);
    let (mut times, wall) = shop.lanes.all_lanes(life, |wire, chance, times| shop.lanes.sell_at_once(wire, chance, times));
    let cpu = cpu_of(shop.hub) - cpu;
    let sales = times.0.len();
    let memory_after = memory_of(shop.hub);

    shop.store.hub.stop();
    let after = disk(shop.store.data());
    shop.store.hub.run();
    shop.lanes.address = shop.store.hub.address().get();
    shop.hub = shop.store.hub.process().expect("it runs");

    let commits = (after.groups - before.groups).max(1) as usize;
    let entry_bytes = (after.entry_bytes - before.entry_bytes) as usize / sales;
    let folder = tempfile::tempdir_in(shop.store.data()).expect("a folder");
    let work = Work { sales, before: before.sales, entry_bytes, lines: LINES, products: PRODUCTS };
    let floor = floor::run(folder.path(), work, commits);
    let per_sale = |d: Duration| d.as_secs_f64() * 1e6 / sales as f64;
    let rate = |d: Duration| sales as f64 / d.as_secs_f64();
    report(&[
        Figure::new("P1a", "durable ten-line cash sales", rate(wall), "sales/s").floor(rate(floor.wall)).at_least(1_000.0),
        Figure::new("P1a", "CPU of the hub per sale", per_sale(cpu), "µs").floor(per_sale(floor.cpu)).ratio_at_most(2.5),
        Figure::new("P1a", "one sale, median", times.percentile_ms(5_000), "ms"),
        Figure::new("P1a", "one sale, 99 of 100", times.percentile_ms(9_900), "ms").at_most(30.0),
        Figure::new("P1a", "sales per commit", sales as f64 / commits as f64, ""),
        Figure::new("P1a", "rows kept per sale", (after.rows - before.rows) as f64 / sales as f64, "").floor(floor.row_writes_per_sale),
        Figure::new("P1a", "memory of the hub after", memory_after, "MiB").at_most(150.0),
        Figure::new("P1a", "memory of the hub before", memory_at_rest, "MiB"),
    ]);
    let bytes = (after.file_bytes - before.file_bytes) as f64 / sales as f64;
    report(&[Figure::new("P3", "disk per sale, over its journal bytes", bytes, "bytes").floor(entry_bytes as f64).at_most(3_072.0)]);
    let was = |name: &str| before.tables.iter().find(|(n, _)| n == name).map_or(0, |(_, b)| *b);
    for (name, bytes) in after.tables.iter().take(14) {
        println!("    {name}: {:.0} bytes per sale", (bytes - was(name)) as f64 / sales as f64);
    }

    let cpu = cpu_of(shop.hub);
    let (mut times, wall) = shop.lanes.all_lanes(life, |wire, chance, times| shop.lanes.sell_as_a_cashier(wire, chance, times));
    let cpu = cpu_of(shop.hub) - cpu;
    let sales = times.0.len() / 13;
    let folder = tempfile::tempdir_in(shop.store.data()).expect("a folder");
    let floor = floor::run_by_cart(folder.path(), Work { sales, before: after.sales, ..work });
    let per_sale = |d: Duration| d.as_secs_f64() * 1e6 / sales as f64;
    let rate = |d: Duration| sales as f64 / d.as_secs_f64();
    report(&[
        Figure::new("P1b", "sales as a cashier makes them, 13 requests", rate(wall), "sales/s").floor(rate(floor.wall)).at_least(200.0),
        Figure::new("P1b", "one request, median", times.percentile_ms(5_000), "ms"),
        Figure::new("P1b", "one request, 99 of 100", times.percentile_ms(9_900), "ms").at_most(20.0),
        Figure::new("P1b", "CPU of the hub per sale", per_sale(cpu), "µs").floor(per_sale(floor.cpu)),
    ]);
}
