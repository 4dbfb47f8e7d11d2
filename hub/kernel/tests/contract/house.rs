//! A database of each engine, and a small domain with a column of every type.

use std::sync::Arc;
use std::sync::mpsc::channel;

use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::journal::{Draft, Entry};
use duken_kernel::ledger::{Account, GoodsPosting, MoneyPosting, Place};
use duken_kernel::store::postgres::Server;
use duken_kernel::store::{Column, Connection, Database, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::writer::{Caller, Job, Run};
use duken_kernel::{Fault, Projector, Reject, Schema, Tx, Writer};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use duken_test_postgres::Cluster;
use serde::{Deserialize, Serialize};

/// A column of every type in key and row; its name is a word that SQL keeps for itself.
pub static THING: Table = Table {
    name: "user",
    key: &[Column::int("number"), Column::text("name"), Column::blob("mark")],
    values: &[Column::int("size"), Column::text("note"), Column::blob("picture")],
    indexes: &[&["note"], &["size", "name"]],
    sums: Sums::AtOnce,
};

/// Sums that no command reads.
pub static COUNT: Table = Table {
    name: "thing_count",
    key: &[Column::text("name")],
    values: &[Column::int("times"), Column::int("size")],
    indexes: &[],
    sums: Sums::AtEnd,
};

/// Sums by day, rolled up.
pub static DAY: Table = Table {
    name: "thing_day",
    key: &[Column::int("period"), Column::text("name")],
    values: &[Column::int("times"), Column::int("size")],
    indexes: &[],
    sums: Sums::RolledUp,
};

static TABLES: &[&Table] = &[&THING, &COUNT, &DAY];

/// An entry of the domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Said {
    pub number: i64,
    pub name: String,
    pub mark: Vec<u8>,
    pub size: Option<i64>,
    pub note: Option<String>,
    pub picture: Option<Vec<u8>>,
    pub amount: i64,
}

fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let said: Said = entry.body()?;
    let key = [said.number.into(), said.name.clone().into(), said.mark.into()];
    writes.put(&THING, key, [said.size.into(), said.note.into(), said.picture.into()]);
    writes.add(&DAY, [entry.business_date().into(), said.name.clone().into()], [1, said.size.unwrap_or_default()]);
    writes.add(&COUNT, [said.name.into()], [1, said.size.unwrap_or_default()]);
    let side = |account, amount| MoneyPosting { account, a: said.number, b: 0, amount: Amount(amount), currency: Currency::KZT };
    writes.money(side(Account::Cash, said.amount));
    writes.money(side(Account::OwnerCash, -said.amount));
    let side = |place, sign: i64| GoodsPosting {
        place,
        product: said.number,
        quantity: Quantity(1_000 * sign),
        value: Amount(said.amount * sign),
    };
    writes.goods(side(Place::Warehouse(1), 1));
    writes.goods(side(Place::Suppliers, -1));
    Ok(())
}

/// The domain's schema; its local part has a statement for each engine alone.
pub fn schema() -> Arc<Schema> {
    const LOCAL: &[&str] = &[
        "CREATE TABLE draft (id INTEGER PRIMARY KEY AUTOINCREMENT, words TEXT NOT NULL, size INTEGER, seal BLOB)",
        "CREATE INDEX draft_words ON draft (words) WHERE size IS NOT NULL",
        "/* sqlite */ CREATE VIRTUAL TABLE draft_search USING fts5 (words)",
        "/* postgres */ CREATE TABLE draft_search (word TEXT NOT NULL, PRIMARY KEY (word))",
    ];
    Arc::new(Schema::new(vec![Projector { name: "things", tables: TABLES, local: LOCAL, kinds: &["thing.said"], versions: &[], project }]))
}

/// A database of one engine.
pub struct House {
    pub engine: &'static str,
    pub database: Database,
    _folder: Option<tempfile::TempDir>,
}

impl House {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { engine: "SQLite", database: Database::Sqlite(folder.path().join("db")), _folder: Some(folder) }
    }

    pub fn postgres() -> Option<Self> {
        Cluster::shared().map(|cluster| Self::at(&cluster.database()))
    }

    pub fn at(url: &str) -> Self {
        Self { engine: "PostgreSQL", database: Server::parse(url).unwrap().into(), _folder: None }
    }

    pub fn writer(&self) -> Writer {
        Writer::open(self.open(), schema(), Arc::new(SystemClock), Arc::new(SystemChance)).unwrap()
    }

    pub fn open(&self) -> Connection {
        self.database.open().unwrap()
    }
}

/// Runs a test on every engine that this machine has.
pub fn on_each(test: impl Fn(&House)) {
    for house in std::iter::once(House::sqlite()).chain(House::postgres()) {
        println!("on {}", house.engine);
        test(&house);
    }
}

/// Runs commands as one group; their answers.
pub fn run(writer: &mut Writer, commands: Vec<Run>) -> Vec<Result<i64, Reject>> {
    let (sender, receiver) = channel();
    let jobs = commands.into_iter().map(|run| {
        let sender = sender.clone();
        Job {
            caller: Caller { business_date: 2026_11_21, ..Caller::default() },
            run,
            answer: Box::new(move |outcome| sender.send(outcome).unwrap()),
        }
    });
    writer.step(jobs.collect());
    drop(sender);
    receiver.iter().collect()
}

/// A command that says a thing, on a day of its own.
pub fn says(said: Said) -> Run {
    let date = 2026_10_15 + i32::try_from(said.amount.rem_euclid(9) * 31).unwrap();
    says_on(if (1..=28).contains(&(date % 100)) { date } else { 2026_11_21 }, said)
}

/// The same on a given day.
pub fn says_on(date: i32, said: Said) -> Run {
    Box::new(move |tx: &mut Tx<'_>| Ok(tx.record(Draft::new("thing.said", &said)?.dated(date))?))
}

/// Things as awkward as they come, with a number that begins the row.
pub fn awkward() -> Vec<Said> {
    let long = "Қазақ тілі ә ғ қ ң ө ұ ү һ і ₸ ".repeat(4_000);
    let texts = [
        "",
        " ",
        "a",
        "A",
        "Z",
        "a\0b",
        "a\u{1}b",
        "\0",
        "я",
        "Я",
        "ё",
        "é",
        "e\u{301}",
        "日本",
        "\u{10FFFF}",
        "%",
        "_",
        "'",
        "\\",
        "\n",
        "10",
        "9",
    ];
    let mut all: Vec<Said> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Said {
            number: 1 + at as i64 % 3,
            name: (*text).to_owned(),
            mark: text.as_bytes().to_vec(),
            size: (at % 4 != 0).then_some(at as i64 - 5),
            note: (at % 3 != 0).then(|| format!("{text} {at}")),
            picture: (at % 5 != 0).then(|| vec![0, 255, at as u8]),
            amount: 1_000_000 * at as i64 - 7,
        })
        .collect();
    all.push(Said {
        number: i64::MAX,
        name: "long".to_owned(),
        picture: Some(long.into_bytes()),
        amount: 1 << 52,
        size: Some(1 << 52),
        ..Said::default()
    });
    all.push(Said { number: i64::MIN, name: "least".to_owned(), mark: vec![0; 300], note: Some("n".repeat(2_000)), ..Said::default() });
    all
}
