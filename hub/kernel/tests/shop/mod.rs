//! A tiny domain to try the kernel with: a shop that sells one thing for cash.
#![allow(dead_code, reason = "each test uses its part")]

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::journal::{Draft, Entry};
use duken_kernel::ledger::{Account, GoodsPosting, MoneyPosting, Place};
use duken_kernel::store::{Column, Sqlite, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::writer::{Caller, Job, Run};
use duken_kernel::{Fault, Projector, Reject, Schema, Tx, Writer};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};

/// A sale: a row of its own.
pub static SALE: Table = Table {
    name: "shop_sale",
    key: &[Column::int("seq")],
    values: &[Column::int("amount"), Column::text("why")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Sales of a day: a sum that is no balance.
pub static DAY: Table = Table {
    name: "shop_day",
    key: &[Column::int("date")],
    values: &[Column::int("count"), Column::int("amount")],
    indexes: &[],
    sums: Sums::AtEnd,
};

static TABLES: &[&Table] = &[&SALE, &DAY];

#[derive(Debug, Serialize, Deserialize)]
pub struct Sold {
    pub amount: i64,
    pub why: String,
}

/// The kind of the only entry.
pub const SOLD: &str = "shop.sold";

fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let sold: Sold = entry.body()?;
    writes.put(&SALE, [entry.seq.into()], [sold.amount.into(), sold.why.into()]);
    writes.add(&DAY, [entry.business_date().into()], [1, sold.amount]);
    let side = |account, amount| MoneyPosting { account, a: 1, b: 0, amount: Amount(amount), currency: Currency::KZT };
    writes.money(side(Account::Cash, sold.amount));
    writes.money(side(Account::Revenue, -sold.amount));
    let move_to = |place, thousandths| GoodsPosting { place, product: 7, quantity: Quantity(thousandths), value: Amount(thousandths) };
    writes.goods(move_to(Place::Warehouse(1), -1000));
    writes.goods(move_to(Place::Customers, 1000));
    Ok(())
}

/// What the shop declares, its entry in this version.
pub fn schema_of(versions: &'static [(&'static str, u16)]) -> Arc<Schema> {
    Arc::new(Schema::new(vec![Projector { name: "shop", tables: TABLES, local: &[], kinds: &[SOLD], versions, project }]))
}

/// What the shop declares.
pub fn schema() -> Arc<Schema> {
    schema_of(&[])
}

/// A writer on a file.
pub fn open(path: &Path) -> Writer {
    Writer::open(Sqlite::open(path).unwrap(), schema(), Arc::new(SystemClock), Arc::new(SystemChance)).unwrap()
}

/// The command that sells.
pub fn sells(amount: i64, why: &str) -> Run {
    let why = why.to_owned();
    Box::new(move |tx: &mut Tx<'_>| Ok(tx.record(Draft::new(SOLD, &Sold { amount, why })?.dated(2026_11_21))?))
}

/// Runs a group; the answers in the order of its commands.
pub fn run(writer: &mut Writer, jobs: Vec<(Caller, Run)>) -> Vec<Result<i64, Reject>> {
    let (sender, receiver) = channel();
    let jobs = jobs.into_iter().map(|(caller, run)| {
        let sender = sender.clone();
        Job { caller, run, answer: Box::new(move |outcome| sender.send(outcome).unwrap()) }
    });
    let jobs = jobs.collect();
    writer.step(jobs);
    drop(sender);
    receiver.iter().collect()
}

/// Sells so many times, in one group.
pub fn sell(writer: &mut Writer, times: i64) {
    let answers = run(writer, (1..=times).map(|amount| (Caller::default(), sells(amount, "x"))).collect());
    assert!(answers.iter().all(Result::is_ok));
}
