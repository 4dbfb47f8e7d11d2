//! Writes of many entries that wait for the end of their group: each row is then written once.

use std::collections::BTreeMap;

use super::{Bulk, Deferred, Engine, Put, Table, Value, Writes};
use crate::refusal::Fault;

/// Rows and sums of many entries, and their bytes. A later row of the same key takes the place of an earlier one, sums
/// are merged, so that what is written is the same as entry by entry (J3).
#[derive(Debug, Default)]
pub struct Gathered {
    puts: BTreeMap<&'static str, Puts>,
    sums: Deferred,
    journal: Vec<Vec<Value>>,
}

/// The rows of one table, each with its node, in the order in which they were put.
#[derive(Debug)]
struct Puts {
    table: &'static Table,
    rows: Vec<(i64, Put)>,
}

impl Gathered {
    /// Takes the writes of an entry of a node.
    pub fn take(&mut self, node: i64, writes: Writes) {
        for put in writes.puts {
            self.put(node, put);
        }
        for add in writes.adds {
            self.sums.push(node, add);
        }
    }

    /// Takes a row.
    pub(super) fn put(&mut self, node: i64, put: Put) {
        let puts = self.puts.entry(put.table.name).or_insert_with(|| Puts { table: put.table, rows: Vec::new() });
        puts.rows.push((node, put));
    }

    /// Gives away the sums, and keeps the rows.
    pub(crate) fn take_sums(&mut self) -> Deferred {
        std::mem::take(&mut self.sums)
    }

    /// Takes sums of earlier entries.
    pub(crate) fn give_sums(&mut self, sums: Deferred) {
        self.sums = sums;
    }

    /// Takes a row of the journal.
    pub(crate) fn append(&mut self, row: Vec<Value>) {
        self.journal.push(row);
    }

    /// Writes all and forgets it.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub fn flush(&mut self, engine: &dyn Engine) -> Result<(), Fault> {
        let mut bulks = Vec::with_capacity(self.puts.len() + 8);
        if !self.journal.is_empty() {
            bulks.push(Bulk { shape: crate::journal::shape(), rows: std::mem::take(&mut self.journal) });
        }
        let puts = std::mem::take(&mut self.puts).into_values();
        bulks.extend(puts.map(|puts| Bulk { shape: puts.table.puts(), rows: last_of_each(puts.rows) }));
        bulks.extend(self.sums.take_bulks(engine)?);
        engine.write(bulks)
    }
}

/// The rows in the order of their keys; of several with the same key the last.
fn last_of_each(mut puts: Vec<(i64, Put)>) -> Vec<Vec<Value>> {
    // The sort keeps the order of equals: the last of them is the last that was put.
    puts.sort_by(|(node, put), (other_node, other)| (node, &put.key).cmp(&(other_node, &other.key)));
    let mut rows = Vec::with_capacity(puts.len());
    let mut puts = puts.into_iter().peekable();
    while let Some((node, put)) = puts.next() {
        if puts.peek().is_some_and(|(next_node, next)| *next_node == node && next.key == put.key) {
            continue;
        }
        let mut row = Vec::with_capacity(1 + put.key.len() + put.row.len());
        row.push(Value::Int(node));
        row.extend(put.key);
        row.extend(put.row);
        rows.push(row);
    }
    rows
}
