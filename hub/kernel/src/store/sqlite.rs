//! The SQLite engine: one writing connection with full durability (WAL, `synchronous=FULL`).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params_from_iter};

pub use super::FORMAT;
use super::log::{Log, Sweeper};
use super::{Add, Bulk, Cache, Clash, Dialect, Durability, Engine, Put, Read, Row, Shape, Table, Value};
use crate::refusal::Fault;

/// The page cache of the writer; SQLite takes a negative number for KiB.
const CACHE_KIB: i64 = -32_768;
/// The page cache while all tables are made again.
const LARGE_CACHE_KIB: i64 = -393_216;

/// A connection.
pub struct Sqlite {
    connection: Connection,
    statements: RefCell<HashMap<(usize, usize, Clash), String>>,
    durability: Cell<Durability>,
    log: Option<(PathBuf, Arc<Log>)>,
}

impl Sqlite {
    /// Opens the database for writing, making it when it is not there.
    ///
    /// # Errors
    /// [`Fault::NewerDatabase`] (the file is left untouched), then [`Fault::Sqlite`].
    pub fn open(path: &Path) -> Result<Self, Fault> {
        if path.exists() {
            refuse_newer(path)?;
        }
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", 4096)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", CACHE_KIB)?;
        connection.pragma_update(None, "user_version", FORMAT)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(256);
        stable_plans(&connection)?;
        let log = Arc::new(Log::default());
        log.watch(&mut connection)?;
        Ok(Self { log: Some((path.to_owned(), log)), ..Self::of(connection) })
    }

    fn of(connection: Connection) -> Self {
        Self { connection, statements: RefCell::default(), durability: Cell::default(), log: None }
    }

    /// What copies the log of this database, beside its writer; nothing for one that has no log.
    #[must_use]
    pub fn sweeper(&self) -> Option<Sweeper> {
        self.log.as_ref().map(|(path, log)| Sweeper::new(path, log.clone()))
    }

    /// Lets the log be copied soon, however short it is: a full disk has no other room.
    pub fn want_sweep(&self) {
        if let Some((_, log)) = &self.log {
            log.want();
        }
    }

    /// Opens the database for reading only.
    ///
    /// # Errors
    /// [`Fault::NewerDatabase`], then [`Fault::Sqlite`].
    pub fn open_readonly(path: &Path) -> Result<Self, Fault> {
        refuse_newer(path)?;
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "cache_size", -8_192)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.set_prepared_statement_cache_capacity(128);
        stable_plans(&connection)?;
        Ok(Self::of(connection))
    }

    /// A database in memory, for replay and proof.
    ///
    /// # Errors
    /// [`Fault::Sqlite`].
    pub fn scratch() -> Result<Self, Fault> {
        let connection = Connection::open("")?;
        connection.pragma_update(None, "journal_mode", "OFF")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", -131_072)?;
        connection.set_prepared_statement_cache_capacity(256);
        stable_plans(&connection)?;
        Ok(Self::of(connection))
    }

    /// The connection beneath, for an engine's own things: full-text search, backup, checkpoints.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Writes rows of one table, with one statement.
    fn write_rows<R>(
        &self,
        table: &'static Table,
        clash: Clash,
        rows: &[R],
        bind: impl Fn(&mut rusqlite::Statement<'_>, &R) -> rusqlite::Result<()>,
    ) -> Result<(), Fault> {
        let mut statements = self.statements.borrow_mut();
        let key_of = (table.name.as_ptr() as usize, table.name.len(), clash);
        let sql = statements.entry(key_of).or_insert_with(|| statement(&if clash == Clash::Add { table.adds() } else { table.puts() }));
        let mut statement = self.connection.prepare_cached(sql)?;
        for row in rows {
            bind(&mut statement, row)?;
            statement.raw_execute().map_err(|e| Fault::from(e).named())?;
        }
        Ok(())
    }

    fn run(&self, sql: &str) -> Result<(), Fault> {
        self.connection.prepare_cached(sql)?.execute([]).map_err(|e| Fault::from(e).named())?;
        Ok(())
    }
}

/// The statement for one row of a shape.
fn statement(shape: &Shape) -> String {
    let holes: Vec<_> = (1..=shape.columns.len()).map(|n| format!("?{n}")).collect();
    format!("INSERT INTO {} AS kept ({}) VALUES ({}){}", shape.table, shape.names().join(", "), holes.join(", "), shape.on_clash("kept"))
}

/// Plans that do not look at bound values. Without this SQLite compiles a statement anew at every execution when a
/// small integer is compared (`node = ?1`) or limits the rows (`LIMIT ?3`).
fn stable_plans(connection: &Connection) -> Result<(), Fault> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn refuse_newer(path: &Path) -> Result<(), Fault> {
    let probe = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let found: i64 = probe.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > FORMAT {
        return Err(Fault::NewerDatabase { found, known: FORMAT });
    }
    Ok(())
}

impl Read for Sqlite {
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(params))?;
        let mut answer = Vec::new();
        while let Some(row) = rows.next()? {
            let values: Result<Vec<_>, Fault> = (0..columns).map(|c| Value::from_engine(row.get_ref(c)?)).collect();
            answer.push(Row(values?));
        }
        Ok(answer)
    }
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

impl Engine for Sqlite {
    fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, Fault> {
        self.connection.prepare_cached(sql)?.execute(params_from_iter(params)).map_err(|e| Fault::from(e).named())
    }
    fn insert(&self, sql: &str, params: &[Value]) -> Result<i64, Fault> {
        self.execute(sql, params)?;
        Ok(self.connection.last_insert_rowid())
    }
    fn estimate(&self, tables: &[&Table]) -> Result<(), Fault> {
        // Tells the planner what tables and indexes are like. Without a word it takes `node = ?` for as good a filter as
        // any other column, and would rather walk a node's whole table than use an index. The figures are guesses, the same
        // on every machine, so that plans do not change as a store grows.
        // The only way to have the engine make its table of statistics.
        self.connection.execute_batch("ANALYZE node; DELETE FROM sqlite_stat1")?;
        for table in tables {
            for (index, figures) in table.estimates() {
                let figures: Vec<String> = figures.iter().map(i64::to_string).collect();
                self.execute(
                    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)",
                    &[table.name.into(), index.into(), figures.join(" ").into()],
                )?;
            }
        }
        self.connection.execute_batch("ANALYZE sqlite_schema")?;
        Ok(())
    }
    fn begin(&self) -> Result<(), Fault> {
        self.run("BEGIN IMMEDIATE")
    }
    fn commit(&self) -> Result<(), Fault> {
        self.run("COMMIT")
    }
    fn rollback(&self) {
        if !self.connection.is_autocommit()
            && let Err(fault) = self.run("ROLLBACK")
        {
            tracing::error!(%fault, "the group could not be undone");
        }
    }
    fn in_group(&self) -> Result<(), Fault> {
        // It undoes a group by itself when the disk fails it.
        if self.connection.is_autocommit() { Err(Fault::Other("the disk failed in the middle of a group".to_owned())) } else { Ok(()) }
    }
    fn savepoint(&self) -> Result<(), Fault> {
        self.run("SAVEPOINT command")
    }
    fn release(&self) -> Result<(), Fault> {
        self.run("RELEASE command")
    }
    fn rollback_to(&self) -> Result<(), Fault> {
        self.run("ROLLBACK TO command")?;
        self.run("RELEASE command")
    }
    fn write(&self, bulks: Vec<Bulk>) -> Result<(), Fault> {
        for bulk in bulks {
            let mut statements = self.statements.borrow_mut();
            let key_of = (bulk.shape.table.as_ptr() as usize, bulk.shape.table.len(), bulk.shape.clash);
            let mut statement = self.connection.prepare_cached(statements.entry(key_of).or_insert_with(|| statement(&bulk.shape)))?;
            for row in &bulk.rows {
                for (index, value) in row.iter().enumerate() {
                    statement.raw_bind_parameter(index + 1, value)?;
                }
                statement.raw_execute().map_err(|e| Fault::from(e).named())?;
            }
        }
        Ok(())
    }
    fn put(&self, node: i64, puts: &[Put]) -> Result<(), Fault> {
        for run in puts.chunk_by(|one, next| std::ptr::eq(one.table, next.table)) {
            self.write_rows(run[0].table, Clash::Replace, run, |statement, put| {
                bind_key(statement, node, &put.key)?;
                let base = put.key.len() + 2;
                put.row.iter().enumerate().try_for_each(|(index, value)| statement.raw_bind_parameter(base + index, value))
            })?;
        }
        Ok(())
    }
    fn add(&self, node: i64, adds: &[Add]) -> Result<(), Fault> {
        for run in adds.chunk_by(|one, next| std::ptr::eq(one.table, next.table)) {
            self.write_rows(run[0].table, Clash::Add, run, |statement, add| {
                bind_key(statement, node, &add.key)?;
                let base = add.key.len() + 2;
                add.deltas.iter().enumerate().try_for_each(|(index, value)| statement.raw_bind_parameter(base + index, value))
            })?;
        }
        Ok(())
    }
    fn durability(&self, durability: Durability) -> Result<(), Fault> {
        if self.durability.replace(durability) != durability {
            // SQLite takes this over when it compiles it: a statement that is kept would do nothing.
            self.connection.execute_batch(match durability {
                Durability::AtCommit => "PRAGMA synchronous = FULL",
                Durability::Soon => "PRAGMA synchronous = NORMAL",
            })?;
        }
        Ok(())
    }
    fn cache(&self, cache: Cache) -> Result<(), Fault> {
        self.connection.pragma_update(
            None,
            "cache_size",
            match cache {
                Cache::ForSome => CACHE_KIB,
                Cache::ForAll => LARGE_CACHE_KIB,
            },
        )?;
        Ok(())
    }
}

fn bind_key(statement: &mut rusqlite::Statement<'_>, node: i64, key: &[Value]) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(1, node)?;
    key.iter().enumerate().try_for_each(|(index, value)| statement.raw_bind_parameter(index + 2, value))
}
