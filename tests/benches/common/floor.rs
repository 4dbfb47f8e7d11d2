//! The floor of a sale: `bench/floor.sql` by bare rusqlite, as durable as the hub.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::{Seeded, cpu_of};

const SQL: &str = include_str!("../../bench/floor.sql");

/// What the floor took.
pub struct Floor {
    pub wall: Duration,
    pub cpu: Duration,
    pub row_writes_per_sale: f64,
    pub bytes: u64,
}

/// Sells this often with this many commits; each entry has a body of this many bytes that do not pack further.
pub fn run(folder: &Path, sales: usize, commits: usize, entry_bytes: usize, lines: usize, products: u64) -> Floor {
    let path = folder.join("floor.db");
    let connection = Connection::open(&path).expect("a database");
    connection.pragma_update(None, "journal_mode", "WAL").expect("WAL");
    connection.pragma_update(None, "synchronous", "FULL").expect("full");
    connection.pragma_update(None, "cache_size", -32_768).expect("a cache");
    connection.pragma_update(None, "wal_autocheckpoint", 2_000).expect("checkpoints");
    let (tables, steps) = SQL.split_once("-- once: entry").expect("two parts");
    connection.execute_batch(tables).expect("tables");
    let sql = |name: &str| {
        let all = format!("-- once: entry{steps}");
        let (_, after) = all.split_once(&format!(": {name}\n")).unwrap_or_else(|| panic!("{name} in floor.sql"));
        after.lines().next().expect("a statement").to_owned()
    };
    let mut statements = ["entry", "request", "receipt", "number", "stock", "movement", "product_day", "day", "person", "shift", "money"]
        .map(|name| connection.prepare(&sql(name)).expect("a statement"));
    let mut chance = Seeded(7);
    let changes_before = connection.total_changes();
    let (begun, cpu) = (Instant::now(), cpu_of(std::process::id()));
    let mut body = vec![0_u8; entry_bytes];
    let group = sales.div_ceil(commits.max(1)).max(1);
    let mut seq = 0_i64;
    while seq < sales as i64 {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        for _ in 0..group.min(sales - seq as usize) {
            seq += 1;
            let till = seq % 8;
            body.iter_mut().for_each(|byte| *byte = chance.below(256) as u8);
            let [entry, request, receipt, number, stock, movement, product_day, day, person, shift, money] = &mut statements;
            entry.execute(params![seq, &body[..32], &body]).expect("entry");
            request.execute(params![uuid::Uuid::now_v7().as_bytes(), seq, seq]).expect("request");
            receipt.execute(params![seq, till, seq, 10_000]).expect("receipt");
            number.execute([]).expect("number");
            for line in 0..lines as i64 {
                let product = chance.below(products) as i64;
                stock.execute(params![product, 1000, 500]).expect("stock");
                movement.execute(params![product, 1000, 500, seq, line]).expect("movement");
                product_day.execute(params![product, 1000, 500]).expect("product");
            }
            day.execute([10_000]).expect("day");
            person.execute([till, 10_000]).expect("person");
            shift.execute([till, 10_000]).expect("shift");
            for account in 1..=3 {
                money.execute([account, till, 10_000]).expect("money");
            }
        }
        connection.execute_batch("COMMIT").expect("durable");
    }
    let (wall, cpu) = (begun.elapsed(), cpu_of(std::process::id()) - cpu);
    let row_writes_per_sale = (connection.total_changes() - changes_before) as f64 / sales as f64;
    drop(statements);
    connection.close().expect("closed");
    Floor { wall, cpu, row_writes_per_sale, bytes: path.metadata().expect("a file").len() }
}
