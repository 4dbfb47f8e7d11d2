//! One connection to the database, whichever engine keeps it.

use super::{Add, Bulk, Cache, Dialect, Durability, Engine, Postgres, Put, Read, Row, Sqlite, Sweeper, Table, Value};
use crate::refusal::Fault;

/// A connection of one of the engines. Every call is handed on; nothing is decided here.
pub enum Connection {
    /// A file of SQLite.
    Sqlite(Box<Sqlite>),
    /// A database of a PostgreSQL server.
    Postgres(Box<Postgres>),
}

impl From<Sqlite> for Connection {
    fn from(engine: Sqlite) -> Self {
        Self::Sqlite(Box::new(engine))
    }
}

impl From<Postgres> for Connection {
    fn from(engine: Postgres) -> Self {
        Self::Postgres(Box::new(engine))
    }
}

impl Connection {
    /// Reads in one consistent state.
    ///
    /// # Errors
    /// What the reading answers; the engine's.
    pub fn snapshot<T, E: From<Fault>>(&self, reading: impl FnOnce(&Self) -> Result<T, E>) -> Result<T, E> {
        match self {
            Self::Sqlite(engine) => drop(engine.rows("BEGIN", &[])?),
            Self::Postgres(engine) => engine.begin_snapshot(),
        }
        let answer = reading(self);
        match self {
            Self::Sqlite(engine) => drop(engine.rows("COMMIT", &[])?),
            Self::Postgres(engine) => {
                let ended = engine.end_snapshot();
                if answer.is_ok() {
                    ended?;
                }
            }
        }
        answer
    }

    /// What copies the log of the database beside its writer, where an engine has such a log.
    #[must_use]
    pub fn sweeper(&self) -> Option<Sweeper> {
        match self {
            Self::Sqlite(engine) => engine.sweeper(),
            Self::Postgres(_) => None,
        }
    }

    /// Lets the log of the database be copied soon, where an engine has such a log: a full disk has no other room.
    pub fn want_sweep(&self) {
        if let Self::Sqlite(engine) = self {
            engine.want_sweep();
        }
    }

    /// Whether the server behind it went away. A connection for writing comes back with its next group, one for reading
    /// is thrown away.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(engine) => engine.is_lost(),
        }
    }
}

macro_rules! hand_on {
    ($self:ident, $engine:ident => $call:expr) => {
        match $self {
            Self::Sqlite($engine) => $call,
            Self::Postgres($engine) => $call,
        }
    };
}

impl Read for Connection {
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        hand_on!(self, engine => engine.rows(sql, params))
    }
    fn dialect(&self) -> Dialect {
        hand_on!(self, engine => engine.dialect())
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
    fn in_group(&self) -> Result<(), Fault> {
        hand_on!(self, engine => engine.in_group())
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
    fn write(&self, bulks: Vec<Bulk>) -> Result<(), Fault> {
        hand_on!(self, engine => engine.write(bulks))
    }
    fn put(&self, node: i64, puts: &[Put]) -> Result<(), Fault> {
        hand_on!(self, engine => engine.put(node, puts))
    }
    fn add(&self, node: i64, adds: &[Add]) -> Result<(), Fault> {
        hand_on!(self, engine => engine.add(node, adds))
    }
    fn durability(&self, durability: Durability) -> Result<(), Fault> {
        hand_on!(self, engine => engine.durability(durability))
    }
    fn cache(&self, cache: Cache) -> Result<(), Fault> {
        hand_on!(self, engine => engine.cache(cache))
    }
}
