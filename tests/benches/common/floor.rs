//! The floor of a sale: `bench/floor.sql` by bare rusqlite, as durable as the hub.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Statement, params};

use super::{Seeded, cpu_of};

const SQL: &str = include_str!("../../bench/floor.sql");

/// What the floor took.
pub struct Floor {
    pub wall: Duration,
    pub cpu: Duration,
    pub row_writes_per_sale: f64,
    pub bytes: u64,
}

/// What is sold.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// So many sales are measured.
    pub sales: usize,
    /// So many stood in the books before.
    pub before: usize,
    /// Each entry has a body of this many bytes that do not pack further.
    pub entry_bytes: usize,
    /// Lines of a sale.
    pub lines: usize,
    /// Goods of the shop.
    pub products: u64,
}

impl Work {
    /// The numbers of what is measured.
    fn all(self) -> std::ops::RangeInclusive<i64> {
        self.before as i64 + 1..=(self.before + self.sales) as i64
    }
}

/// Sells with this many commits.
pub fn run(folder: &Path, work: Work, commits: usize) -> Floor {
    let connection = open(folder, -32_768);
    fill(&connection, work);
    let group = work.sales.div_ceil(commits.max(1)).max(1);
    measured(folder, connection, work, |connection, chance| {
        let mut till = Till::new(connection, work);
        let (mut seq, last) = (work.before, work.before + work.sales);
        while seq < last {
            connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
            for _ in 0..group.min(last - seq) {
                seq += 1;
                till.sell(seq as i64, chance);
            }
            connection.execute_batch("COMMIT").expect("durable");
        }
    })
}

/// Sells in thirteen steps, each a commit of its own; only the last waits for the disk.
pub fn run_by_cart(folder: &Path, work: Work) -> Floor {
    let connection = open(folder, -32_768);
    fill(&connection, work);
    measured(folder, connection, work, |connection, chance| {
        let mut till = Till::new(connection, work);
        for seq in work.all() {
            connection.execute_batch("PRAGMA synchronous = NORMAL").expect("soon");
            let cart = till.fill_cart(seq, chance);
            connection.execute_batch("PRAGMA synchronous = FULL; BEGIN IMMEDIATE").expect("begun");
            till.sell(seq, chance);
            till.forget_cart(cart);
            connection.execute_batch("COMMIT").expect("durable");
        }
    })
}

/// Writes the rows of sales in one commit, with as much memory as a replay has.
pub fn run_replay(folder: &Path, work: Work) -> Floor {
    let connection = open(folder, -393_216);
    measured(folder, connection, work, |connection, chance| {
        let mut till = Till::new(connection, work);
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        work.all().for_each(|seq| till.sell(seq, chance));
        connection.execute_batch("COMMIT").expect("durable");
    })
}

fn path(folder: &Path) -> std::path::PathBuf {
    folder.join("floor.db")
}

fn open(folder: &Path, cache_kib: i64) -> Connection {
    let connection = Connection::open(path(folder)).expect("a database");
    connection.pragma_update(None, "journal_mode", "WAL").expect("WAL");
    connection.pragma_update(None, "synchronous", "FULL").expect("full");
    connection.pragma_update(None, "cache_size", cache_kib).expect("a cache");
    connection.pragma_update(None, "wal_autocheckpoint", 2_000).expect("checkpoints");
    let (tables, _) = SQL.split_once("-- once: entry").expect("two parts");
    connection.execute_batch(tables).expect("tables");
    connection
}

fn measured(folder: &Path, connection: Connection, work: Work, sell: impl FnOnce(&Connection, &mut Seeded)) -> Floor {
    let before = connection.total_changes();
    let (begun, cpu) = (Instant::now(), cpu_of(std::process::id()));
    sell(&connection, &mut Seeded(7));
    let (wall, cpu) = (begun.elapsed(), cpu_of(std::process::id()) - cpu);
    let row_writes_per_sale = (connection.total_changes() - before) as f64 / work.sales as f64;
    connection.close().expect("closed");
    Floor { wall, cpu, row_writes_per_sale, bytes: path(folder).metadata().expect("a file").len() }
}

/// The books as they are when measuring begins: every product has its stock, earlier sales stand there.
fn fill(connection: &Connection, work: Work) {
    connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
    let mut till = Till::new(connection, work);
    let [_, _, _, _, stock, movement, ..] = &mut till.sale;
    for product in 0..work.products as i64 {
        stock.execute(params![product, -1_000_000_000_i64, -77_000_000_i64]).expect("stock");
        movement.execute(params![product, -1_000_000_000_i64, -77_000_000_i64, 0, 0]).expect("movement");
    }
    let mut chance = Seeded(3);
    (1..=work.before as i64).for_each(|seq| till.sell(seq, &mut chance));
    connection.execute_batch("COMMIT").expect("durable");
}

/// The statement of this name in `floor.sql`.
fn statement<'c>(connection: &'c Connection, name: &str) -> Statement<'c> {
    let (_, after) = SQL.split_once(&format!(": {name}\n")).unwrap_or_else(|| panic!("{name} in floor.sql"));
    connection.prepare(after.lines().next().expect("a statement")).expect("a statement")
}

/// The statements of a sale.
struct Till<'c> {
    connection: &'c Connection,
    work: Work,
    body: Vec<u8>,
    sale: [Statement<'c>; 11],
    cart: [Statement<'c>; 7],
}

impl<'c> Till<'c> {
    fn new(connection: &'c Connection, work: Work) -> Self {
        let sale = ["entry", "request", "receipt", "number", "stock", "movement", "product_day", "day", "person", "shift", "money"];
        let cart = ["cart", "cart_line", "touch", "cart_payment", "forget_lines", "forget_payments", "forget_cart"];
        Self {
            connection,
            work,
            body: vec![0; work.entry_bytes],
            sale: sale.map(|name| statement(connection, name)),
            cart: cart.map(|name| statement(connection, name)),
        }
    }

    fn sell(&mut self, seq: i64, chance: &mut Seeded) {
        let (till, body) = (seq % 8, &mut self.body);
        body.iter_mut().for_each(|byte| *byte = chance.below(256) as u8);
        let [entry, request, receipt, number, stock, movement, product_day, day, person, shift, money] = &mut self.sale;
        entry.execute(params![seq, &body[..32], body.as_slice()]).expect("entry");
        request.execute(params![uuid::Uuid::now_v7().as_bytes(), seq, seq]).expect("request");
        receipt.execute(params![seq, till, seq, 10_000]).expect("receipt");
        number.execute([]).expect("number");
        for line in 0..self.work.lines as i64 {
            let product = chance.below(self.work.products) as i64;
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

    /// Twelve steps: a cart, its lines, a payment.
    fn fill_cart(&mut self, seq: i64, chance: &mut Seeded) -> i64 {
        let connection = self.connection;
        let [cart, cart_line, touch, cart_payment, ..] = &mut self.cart;
        let request = &mut self.sale[1];
        let mut step = |work: &mut dyn FnMut()| {
            connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
            work();
            request.execute(params![uuid::Uuid::now_v7().as_bytes(), seq, seq]).expect("request");
            connection.execute_batch("COMMIT").expect("committed");
        };
        step(&mut || {
            cart.execute([seq % 8, seq]).expect("cart");
        });
        let id = connection.last_insert_rowid();
        let (lines, products) = (self.work.lines as i64, self.work.products);
        for line in 1..=lines {
            let product = chance.below(products) as i64;
            step(&mut || {
                cart_line.execute([id, line, product]).expect("line");
                touch.execute([id, seq]).expect("touch");
            });
        }
        step(&mut || {
            cart_payment.execute([id, 10_000]).expect("payment");
            touch.execute([id, seq]).expect("touch");
        });
        id
    }

    fn forget_cart(&mut self, cart: i64) {
        for statement in &mut self.cart[4..] {
            statement.execute([cart]).expect("forgotten");
        }
    }
}
