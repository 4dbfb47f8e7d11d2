//! What a projection emits: rows to set, sums to add to, postings.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};

use foldhash::fast::FixedState;

use super::{Bulk, Engine, Table, Value, rolled};
use crate::ledger::{self, GoodsPosting, MoneyPosting};
use crate::refusal::Fault;

/// A row to set.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The table.
    pub table: &'static Table,
    /// Its key after the node.
    pub key: Vec<Value>,
    /// Its other columns.
    pub row: Vec<Value>,
}

/// Numbers to add to a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Add {
    /// The table.
    pub table: &'static Table,
    /// Its key after the node.
    pub key: Vec<Value>,
    /// One delta per value column.
    pub deltas: Vec<i64>,
}

/// The writes of one entry, in order.
#[derive(Debug, Default)]
pub struct Writes {
    /// Rows to set.
    pub puts: Vec<Put>,
    /// Sums to add to.
    pub adds: Vec<Add>,
    /// Postings of money.
    pub money: Vec<MoneyPosting>,
    /// Postings of goods.
    pub goods: Vec<GoodsPosting>,
    on: Option<i32>,
}

impl Writes {
    /// Sets a row.
    ///
    /// # Panics
    /// When the number of values is not that of the table: a mistake of the program.
    pub fn put(&mut self, table: &'static Table, key: impl Into<Vec<Value>>, row: impl Into<Vec<Value>>) {
        let (key, row) = (key.into(), row.into());
        assert_eq!((key.len(), row.len()), (table.key.len(), table.values.len()), "a row of {} has another shape", table.name);
        self.puts.push(Put { table, key, row });
    }

    /// Adds to a row.
    ///
    /// # Panics
    /// When the number of values is not that of the table: a mistake of the program.
    pub fn add(&mut self, table: &'static Table, key: impl Into<Vec<Value>>, deltas: impl Into<Vec<i64>>) {
        let (key, deltas) = (key.into(), deltas.into());
        assert_eq!((key.len(), deltas.len()), (table.key.len(), table.values.len()), "a sum of {} has another shape", table.name);
        self.adds.push(Add { table, key, deltas });
    }

    /// Posts money: debit positive, credit negative.
    pub fn money(&mut self, posting: MoneyPosting) {
        if posting.amount.0 != 0 {
            self.money.push(posting);
        }
    }

    /// Posts goods: what arrives is positive, what leaves negative.
    pub fn goods(&mut self, posting: GoodsPosting) {
        if posting.quantity.0 != 0 || posting.value.0 != 0 {
            self.goods.push(posting);
        }
    }

    /// Lets the postings fall on another date (`yyyymmdd`) than the entry's.
    pub fn post_on(&mut self, date: i32) {
        self.on = Some(date);
    }

    /// Checks L1 and turns the postings into sums.
    pub(crate) fn settle(&mut self, entry_date: i32) -> Result<(), Fault> {
        ledger::check(&self.money, &self.goods)?;
        ledger::post(self.on.unwrap_or(entry_date), &self.money, &self.goods, &mut self.adds);
        Ok(())
    }
}

/// Additions that wait for the end of their group, merged by row.
#[derive(Debug, Default)]
pub struct Deferred(HashMap<RowKey, Vec<i64>, FixedState>);

/// A row of a table, by the node that owns it and its key.
#[derive(Debug)]
struct RowKey {
    table: &'static Table,
    node: i64,
    key: Vec<Value>,
}

impl RowKey {
    fn order(&self, other: &Self) -> Ordering {
        // Most neighbours are of one table: its name need not be read.
        let tables = if std::ptr::eq(self.table, other.table) { Ordering::Equal } else { self.table.name.cmp(other.table.name) };
        tables.then_with(|| (self.node, &self.key).cmp(&(other.node, &other.key)))
    }
}

impl PartialEq for RowKey {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.table, other.table) && self.node == other.node && self.key == other.key
    }
}

impl Eq for RowKey {}

impl Hash for RowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (std::ptr::from_ref(self.table) as usize).hash(state);
        self.node.hash(state);
        for value in &self.key {
            match value {
                Value::Int(number) => number.hash(state),
                other => other.hash(state),
            }
        }
    }
}

impl Deferred {
    /// Merges one addition.
    pub fn push(&mut self, node: i64, add: Add) {
        match self.0.entry(RowKey { table: add.table, node, key: add.key }) {
            Entry::Vacant(place) => {
                place.insert(add.deltas);
            }
            Entry::Occupied(mut place) => {
                for (sum, delta) in place.get_mut().iter_mut().zip(&add.deltas) {
                    *sum += delta;
                }
            }
        }
    }

    /// What waits: the table, the node, the rest of the key, what is added.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Table, i64, &[Value], &[i64])> {
        self.0.iter().map(|(place, deltas)| (place.table, place.node, place.key.as_slice(), deltas.as_slice()))
    }

    /// Takes over what one command gathered.
    pub fn absorb(&mut self, adds: Vec<(i64, Add)>) {
        for (node, add) in adds {
            self.push(node, add);
        }
    }

    /// Takes over what another gathered.
    pub(crate) fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        for (place, deltas) in other.0 {
            match self.0.entry(place) {
                Entry::Vacant(free) => {
                    free.insert(deltas);
                }
                Entry::Occupied(mut taken) => taken.get_mut().iter_mut().zip(&deltas).for_each(|(sum, delta)| *sum += delta),
            }
        }
    }

    /// How many rows wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes all, in the order of tables and keys, and forgets them.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub fn flush(&mut self, engine: &dyn Engine) -> Result<(), Fault> {
        let bulks = self.take_bulks(engine)?;
        engine.write(bulks)
    }

    /// Takes all, a bulk for each table, its rows in the order of their keys. What is rolled up comes with its longer
    /// periods; of days that are over the engine has rolled up what it kept.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub(super) fn take_bulks(&mut self, engine: &dyn Engine) -> Result<Vec<Bulk>, Fault> {
        rolled::roll_up(self, engine)?;
        let mut sums: Vec<_> = std::mem::take(&mut self.0).into_iter().collect();
        sums.sort_unstable_by(|(one, _), (other, _)| one.order(other));
        let mut bulks: Vec<Bulk> = Vec::new();
        for (place, deltas) in sums {
            let mut row = Vec::with_capacity(1 + place.key.len() + deltas.len());
            row.push(Value::Int(place.node));
            row.extend(place.key);
            row.extend(deltas.into_iter().map(Value::Int));
            match bulks.last_mut() {
                Some(bulk) if bulk.shape.table == place.table.name => bulk.rows.push(row),
                _ => bulks.push(Bulk { shape: place.table.adds(), rows: vec![row] }),
            }
        }
        Ok(bulks)
    }
}
