//! One connection to the database, whichever engine keeps it.

use super::{Engine, Put, Read, Row, Sqlite, Table, Value};
use crate::refusal::Fault;

/// A connection of one of the engines. Every call is handed on; nothing is decided here.
pub enum Connection {
    /// A file of SQLite.
    Sqlite(Sqlite),
}

impl From<Sqlite> for Connection {
    fn from(engine: Sqlite) -> Self {
        Self::Sqlite(engine)
    }
}

macro_rules! hand_on {
    ($self:ident, $engine:ident => $call:expr) => {
        match $self {
            Self::Sqlite($engine) => $call,
        }
    };
}

impl Read for Connection {
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        hand_on!(self, engine => engine.rows(sql, params))
    }
}

impl Engine for Connection {
    fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, Fault> {
        hand_on!(self, engine => engine.execute(sql, params))
    }
    fn insert(&self, sql: &str, params: &[Value]) -> Result<i64, Fault> {
        hand_on!(self, engine => engine.insert(sql, params))
    }
    fn estimate(&self, tables: &[&Table]) -> Result<(), Fault> {
        hand_on!(self, engine => engine.estimate(tables))
    }
    fn begin(&self) -> Result<(), Fault> {
        hand_on!(self, engine => engine.begin())
    }
    fn commit(&self) -> Result<(), Fault> {
        hand_on!(self, engine => engine.commit())
    }
    fn rollback(&self) {
        hand_on!(self, engine => engine.rollback());
    }
    fn savepoint(&self) -> Result<(), Fault> {
        hand_on!(self, engine => engine.savepoint())
    }
    fn release(&self) -> Result<(), Fault> {
        hand_on!(self, engine => engine.release())
    }
    fn rollback_to(&self) -> Result<(), Fault> {
        hand_on!(self, engine => engine.rollback_to())
    }
    fn put(&self, node: i64, put: &Put) -> Result<(), Fault> {
        hand_on!(self, engine => engine.put(node, put))
    }
    fn add(&self, node: i64, table: &'static Table, key: &[Value], deltas: &[i64]) -> Result<(), Fault> {
        hand_on!(self, engine => engine.add(node, table, key, deltas))
    }
}
