//! Tables, values and the engine that keeps them.
//!
//! Projections emit [`Writes`]; reading is plain SQL in the common dialect through [`Read`]. An engine implements
//! [`Engine`]; a [`Database`] says which one and where, a [`Connection`] is one of them, opened.

mod bulk;
mod connection;
mod database;
mod gathered;
mod log;
pub mod pool;
pub mod postgres;
pub(crate) mod rolled;
pub mod sqlite;
mod table;
mod value;
mod writes;

pub use bulk::{Bulk, Clash, Shape};
pub use connection::Connection;
pub use database::Database;
pub use gathered::Gathered;
pub use log::Sweeper;
pub use pool::Pool;
pub use postgres::Postgres;
pub use rolled::{EVER, latest_day};
pub use sqlite::Sqlite;
pub use table::{Column, ColumnType, Sums, Table};
pub use value::{FromValue, Row, Value};
pub use writes::{Add, Deferred, Put, Writes};

use crate::refusal::Fault;

/// Ids as parameters of an `IN (…)`, the first of them numbered `first`: the text between the brackets, and the values.
/// Their number is rounded up to a power of two by repeating the last, so that few different statements are prepared.
#[must_use]
pub fn among(first: usize, ids: &[i64]) -> (String, Vec<Value>) {
    let count = ids.len().next_power_of_two();
    let last = ids.last().copied().unwrap_or(0);
    let names: Vec<String> = (first..first + count).map(|number| format!("?{number}")).collect();
    (names.join(", "), ids.iter().copied().chain(std::iter::repeat(last)).take(count).map(Value::from).collect())
}

/// The newest database format this program reads and writes.
pub const FORMAT: i64 = 1;

/// What an engine's SQL is like, for the few things that have no common dialect (full-text search).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
}

impl Dialect {
    /// A statement of a schema's local part, if it is meant for this engine: one that begins with `/* sqlite */` or
    /// `/* postgres */` is meant for that one alone.
    #[must_use]
    pub fn own(self, statement: &'static str) -> Option<&'static str> {
        let (name, other) = match self {
            Self::Sqlite => ("/* sqlite */", "/* postgres */"),
            Self::Postgres => ("/* postgres */", "/* sqlite */"),
        };
        (!statement.starts_with(other)).then(|| statement.strip_prefix(name).unwrap_or(statement).trim_start())
    }
}

/// When a group is on disk. Whatever the program does or dies of, a group that was committed is there; this is about power.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// When its commit returns (J1).
    #[default]
    AtCommit,
    /// With the next group that is durable at its commit, the later one never without the earlier. An engine may do more.
    Soon,
}

/// How much of a database an engine keeps in memory, where it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// What commands touch again and again.
    ForSome,
    /// As much as it takes to make all tables again.
    ForAll,
}

/// Reading: plain SQL in the dialect that all engines share, parameters as `?1`, `?2`.
pub trait Read {
    /// All rows of a query.
    ///
    /// # Errors
    /// [`Fault::Sqlite`] or [`Fault::Postgres`] when the engine refuses, [`Fault::Away`] when its server does not answer.
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault>;

    /// What the engine's SQL is like beyond the common dialect.
    fn dialect(&self) -> Dialect;

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// As [`Read::rows`].
    fn row(&self, sql: &str, params: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, params)?.into_iter().next())
    }
}

/// An engine that keeps tables: one connection that writes.
pub trait Engine: Read {
    /// Runs a statement; how many rows it touched.
    ///
    /// # Errors
    /// As [`Read::rows`], [`Fault::DiskFull`], [`Fault::Conflict`].
    fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, Fault>;
    /// Inserts into a local table whose key is an integer `id` that the engine gives; the new key.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn insert(&self, sql: &str, params: &[Value]) -> Result<i64, Fault>;
    /// Tells the engine's planner what these tables are like.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn estimate(&self, tables: &[&Table]) -> Result<(), Fault>;
    /// Begins the group.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn begin(&self) -> Result<(), Fault>;
    /// Makes the group durable: it is on disk when this returns (J1), unless [`Engine::durability`] says otherwise.
    ///
    /// # Errors
    /// As [`Engine::execute`]; nothing of the group remains then.
    fn commit(&self) -> Result<(), Fault>;
    /// Undoes the group.
    fn rollback(&self);
    /// Whether the group still stands. An engine gives the whole group up by itself when its disk fails in the middle:
    /// whatever is written after that would stand alone.
    ///
    /// # Errors
    /// [`Fault::Other`] when the disk failed, [`Fault::Away`] when the server went away: the command may be given again.
    fn in_group(&self) -> Result<(), Fault>;
    /// Begins one command of the group.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn savepoint(&self) -> Result<(), Fault>;
    /// Keeps the command's effects.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn release(&self) -> Result<(), Fault>;
    /// Undoes the command alone.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn rollback_to(&self) -> Result<(), Fault>;
    /// Writes rows of many shapes. A table stands in it once, or not both to be set and to be added to.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn write(&self, bulks: Vec<Bulk>) -> Result<(), Fault>;
    /// Sets rows of view tables, in this order.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn put(&self, node: i64, puts: &[Put]) -> Result<(), Fault>;
    /// Adds to rows of view tables; a row that is not there counts as zeros.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn add(&self, node: i64, adds: &[Add]) -> Result<(), Fault>;
    /// How durable the next groups are; said between two of them.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn durability(&self, durability: Durability) -> Result<(), Fault>;
    /// How much of the database is kept in memory from now on.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    fn cache(&self, cache: Cache) -> Result<(), Fault>;
}
