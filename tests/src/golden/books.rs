//! What follows from a journal, as digests: the postings of each kind and version of entry, the rows of each table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::journal::{self, Entry};
use duken_kernel::store::{Add, Connection, Engine, Sqlite};
use duken_kernel::vault::{BlobsIn, store_blob};
use duken_kernel::{Read, Schema, Value, Writer, ledger, replay};
use serde::{Deserialize, Serialize};

use super::file::{Journal, Kept, bytes, hexadecimal};

/// What a journal came to on the day it was made golden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Golden {
    /// By kind and version, such as `sale.completed/1`.
    pub kinds: BTreeMap<String, KindDigest>,
    /// By name.
    pub tables: BTreeMap<String, TableDigest>,
}

/// The entries of one kind and version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindDigest {
    /// How many there are.
    pub entries: usize,
    /// How many postings follow from them.
    pub postings: usize,
    /// Of those postings, and of the sums that they move.
    pub digest: String,
}

/// The rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDigest {
    /// The columns that were compared, the key first.
    pub columns: Vec<String>,
    /// How many rows there are.
    pub rows: usize,
    /// Of those rows, in the order of the columns.
    pub digest: String,
}

/// A journal replayed by today's program.
pub struct Replayed {
    schema: Arc<Schema>,
    writer: Writer,
}

impl Journal {
    /// Replays it into a database that is not there yet.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn replayed(&self, path: &Path) -> anyhow::Result<Replayed> {
        let schema = Arc::new(duken_hub::domains::schema());
        let writer = Writer::open(Sqlite::open(path)?, schema.clone(), Arc::new(SystemClock), Arc::new(SystemChance))?;
        let engine = writer.engine();
        engine.begin()?;
        engine.execute("DELETE FROM node", &[])?;
        for kept in &self.0 {
            match kept {
                Kept::Node(number, id, epoch) => {
                    let params = [(*number).into(), id.into(), Value::from(*epoch)];
                    engine.execute("INSERT INTO node (number, id, epoch) VALUES (?1, ?2, ?3)", &params)?;
                }
                Kept::Blob(data) => {
                    let _hash = store_blob(engine, &bytes(data)?)?;
                }
                Kept::Entry(..) => {}
            }
        }
        for (node, raw) in self.entries()? {
            journal::append(engine, node, &raw)?;
        }
        replay::rebuild(engine, &schema)?;
        engine.commit()?;
        Ok(Replayed { schema, writer })
    }
}

impl Replayed {
    /// The database.
    #[must_use]
    pub fn books(&self) -> &Connection {
        self.writer.engine()
    }

    /// The program's tables.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What it comes to, whole.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn golden(&self) -> anyhow::Result<Golden> {
        let mut tables = BTreeMap::new();
        for table in self.schema.tables() {
            let columns = std::iter::once("node").chain(table.key.iter().chain(table.values).map(|c| c.name));
            let columns: Vec<String> = columns.map(str::to_owned).collect();
            tables.insert(table.name.to_owned(), self.table(table.name, columns)?);
        }
        Ok(Golden { kinds: self.kinds()?, tables })
    }

    /// The rows of one table, of which some columns are looked at.
    ///
    /// # Errors
    /// When the table or a column is not there any more.
    pub fn table(&self, name: &str, columns: Vec<String>) -> anyhow::Result<TableDigest> {
        let list = columns.join(", ");
        let rows = self.books().rows(&format!("SELECT {list} FROM {name} ORDER BY {list}"), &[]).with_context(|| name.to_owned())?;
        let mut text = String::new();
        for row in &rows {
            for value in &row.0 {
                match value {
                    Value::Null => text.push('-'),
                    Value::Int(number) => write!(text, "{number}")?,
                    Value::Text(letters) => write!(text, "{letters:?}")?,
                    Value::Blob(bytes) => write!(text, "x{}", hexadecimal(bytes))?,
                }
                text.push(' ');
            }
            text.push('\n');
        }
        Ok(TableDigest { columns, rows: rows.len(), digest: blake3::hash(text.as_bytes()).to_hex().to_string() })
    }

    fn kinds(&self) -> anyhow::Result<BTreeMap<String, KindDigest>> {
        let mut kinds: BTreeMap<String, (KindDigest, String)> = BTreeMap::new();
        for (node, _, _) in journal::nodes(self.books())? {
            let tip = journal::tip(self.books(), node)?;
            for raw in journal::read_after(self.books(), node, 0, tip.seq)? {
                let entry = Entry::parse(node, raw)?;
                let (digest, text) = kinds.entry(format!("{}/{}", entry.kind(), entry.head().v)).or_default();
                digest.entries += 1;
                digest.postings += self.postings(&entry, text)?;
            }
        }
        let hashed = |(mut digest, text): (KindDigest, String)| {
            digest.digest = blake3::hash(text.as_bytes()).to_hex().to_string();
            digest
        };
        Ok(kinds.into_iter().map(|(kind, found)| (kind, hashed(found))).collect())
    }

    /// Writes the postings of an entry as text, and the sums they move; how many postings there are.
    fn postings(&self, entry: &Entry, text: &mut String) -> anyhow::Result<usize> {
        let writes = self.schema.project(entry, &BlobsIn(self.books()))?;
        writeln!(text, "{} {}", entry.node, entry.seq)?;
        for p in &writes.money {
            writeln!(text, "money {} {} {} {} {}", p.account as i64, p.a, p.b, p.amount.0, p.currency)?;
        }
        for p in &writes.goods {
            writeln!(text, "goods {:?} {} {} {}", p.place, p.product, p.quantity.0, p.value.0)?;
        }
        for add in writes.adds.iter().filter(|add| ledger::TABLES.iter().any(|table| table.name == add.table.name)) {
            writeln!(text, "{} {:?} {:?}", add.table.name, add.key, add.deltas)?;
            if add.table.name == ledger::GOODS_BALANCE.name {
                goods_turnover(entry.business_date(), add, text)?;
            }
        }
        Ok(writes.money.len() + writes.goods.len())
    }
}

/// The sums by day, month and year that the ledger of earlier programs kept of goods. They follow from the postings alone, and the
/// digests of that time hold them.
fn goods_turnover(date: i32, add: &Add, text: &mut String) -> anyhow::Result<()> {
    let ([place, product], [quantity, value]) = (add.key.as_slice(), add.deltas.as_slice()) else { bail!("a balance of another shape") };
    let sides = [*quantity.max(&0), *value.max(&0), (-quantity).max(0), (-value).max(0)];
    for period in ledger::periods(date) {
        let key = [place, &Value::Int(period), product];
        writeln!(text, "goods_turnover {key:?} {sides:?}")?;
    }
    Ok(())
}
