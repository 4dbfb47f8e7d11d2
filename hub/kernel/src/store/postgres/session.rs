//! One live connection, as calls that wait for their answer.
//!
//! The connection itself is driven by a small runtime of its own; the caller's thread only sends and waits. So it can be
//! used from any thread, also from one that a runtime owns, and what is sent together travels together.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::sync::LazyLock;

use futures_util::TryStreamExt as _;
use futures_util::future::{join, join_all, join3};
use tokio::runtime::Runtime;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

use super::dialect::{declares, translate, type_of};
use super::faults::fault;
use super::server::Server;
use super::wire::{Given, Sent};
use crate::refusal::Fault;
use crate::store::{Row, Value};

/// Drives every connection of the process.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("postgres")
        .enable_all()
        .build()
        .expect("the system gives a thread")
});

/// The most statements that are kept ready.
const STATEMENTS: usize = 512;

/// A statement that the server has ready, and which of the given parameters it takes.
#[derive(Clone)]
struct Ready {
    statement: Statement,
    sent: Vec<usize>,
}

/// The kinds of a statement's parameters, a byte each.
type Kinds = Vec<u8>;

/// A live connection.
pub(super) struct Session {
    client: Client,
    /// By their text and by the kinds of their parameters.
    ready: RefCell<HashMap<String, Vec<(Kinds, Ready)>>>,
    kept: Cell<usize>,
    /// What has to be said before the next statement: it travels with it.
    first: RefCell<String>,
}

/// A statement for many rows: a column of values for each parameter.
pub(super) struct Columns {
    pub sql: String,
    pub types: Vec<Type>,
    pub values: Vec<Box<dyn ToSql + Sync>>,
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// [`Fault::Away`] when nobody answers, then the server's.
    pub fn connect(server: &Server) -> Result<Self, Fault> {
        let client = wait(server.connect(RUNTIME.handle()))?;
        Ok(Self { client, ready: RefCell::default(), kept: Cell::default(), first: RefCell::default() })
    }

    /// Whether the server went away.
    pub fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// Statements without parameters and without an answer.
    pub fn run(&self, sql: &str) -> Result<(), Fault> {
        let first = self.first.take();
        wait(async {
            let (before, done) = join(self.say(&first), self.client.batch_execute(sql)).await;
            before.and(done)
        })
        .map_err(fault)
    }

    /// Lets a statement travel with the next one.
    pub fn say_first(&self, sql: &str) {
        let mut first = self.first.borrow_mut();
        first.push_str(sql);
        first.push(';');
    }

    /// Takes back what was to travel with the next statement. Whether there was something.
    pub fn forget_first(&self) -> bool {
        !self.first.take().is_empty()
    }

    async fn say(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        if sql.is_empty() { Ok(()) } else { self.client.batch_execute(sql).await }
    }

    /// All rows of a query.
    pub fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let ready = self.ready(sql, params)?;
        let first = self.first.take();
        let given = ready.sent.iter().map(|place| Sent(&params[*place]));
        wait(async {
            let asked = async { self.client.query_raw(&ready.statement, given).await?.try_collect::<Vec<_>>().await };
            let (before, rows) = join(self.say(&first), asked).await;
            before.and(rows)?.iter().map(row).collect::<Result<Vec<Row>, tokio_postgres::Error>>()
        })
        .map_err(fault)
    }

    /// Runs a statement; how many rows it touched.
    pub fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, Fault> {
        if params.is_empty() && declares(sql) {
            return self.run(&translate(sql, params).sql).map(|()| 0);
        }
        let ready = self.ready(sql, params)?;
        let first = self.first.take();
        let given = ready.sent.iter().map(|place| Sent(&params[*place]));
        let touched = wait(async {
            let (before, touched) = join(self.say(&first), self.client.execute_raw(&ready.statement, given)).await;
            before.and(touched)
        });
        Ok(usize::try_from(touched.map_err(fault)?).unwrap_or(usize::MAX))
    }

    /// Runs a statement and, without waiting for its answer, what follows it.
    pub fn execute_then(&self, sql: &str, params: &[Value], then: &str) -> Result<(), Fault> {
        let ready = self.ready(sql, params)?;
        let first = self.first.take();
        let given = ready.sent.iter().map(|place| Sent(&params[*place]));
        wait(async {
            let said = join3(self.say(&first), self.client.execute_raw(&ready.statement, given), self.client.batch_execute(then)).await;
            said.0.and(said.1).and(said.2)
        })
        .map_err(fault)
    }

    /// Runs statements for many rows, all on their way before the first is answered.
    pub fn write(&self, all: &[Columns]) -> Result<(), Fault> {
        let ready: Vec<Ready> = all
            .iter()
            .map(|columns| self.prepared(&columns.sql, Vec::new(), || (columns.sql.clone(), columns.types.clone(), Vec::new())))
            .collect::<Result<_, _>>()?;
        let first = self.first.take();
        let all = all.iter().zip(&ready).map(|(columns, ready)| {
            let values: Vec<&(dyn ToSql + Sync)> = columns.values.iter().map(AsRef::as_ref).collect();
            async move { self.client.execute(&ready.statement, &values).await }
        });
        let (before, answers) = wait(join(self.say(&first), join_all(all)));
        before.map_err(fault)?;
        answers.into_iter().collect::<Result<Vec<u64>, _>>().map_err(fault)?;
        Ok(())
    }

    fn ready(&self, sql: &str, params: &[Value]) -> Result<Ready, Fault> {
        self.prepared(sql, kinds(params), || {
            let translated = translate(sql, params);
            let types = translated.sent.iter().filter_map(|place| params.get(*place).and_then(type_of)).collect();
            (translated.sql, types, translated.sent)
        })
    }

    /// A statement from those kept ready, else made so.
    fn prepared(&self, key: &str, kinds: Kinds, make: impl FnOnce() -> (String, Vec<Type>, Vec<usize>)) -> Result<Ready, Fault> {
        if let Some(known) = self.ready.borrow().get(key).and_then(|all| all.iter().find(|(of, _)| *of == kinds)) {
            return Ok(known.1.clone());
        }
        let (sql, types, sent) = make();
        // A statement that the server does not understand fails like any other: inside of what was begun before it.
        let first = self.first.take();
        let (before, statement) = wait(join(self.say(&first), self.client.prepare_typed(&sql, &types)));
        let statement = before.and(statement).map_err(fault)?;
        let ready = Ready { statement, sent };
        let mut all = self.ready.borrow_mut();
        if self.kept.get() >= STATEMENTS {
            all.clear();
            self.kept.set(0);
        }
        self.kept.set(self.kept.get() + 1);
        all.entry(key.to_owned()).or_default().push((kinds, ready.clone()));
        Ok(ready)
    }
}

/// The kinds of parameters: a statement is made ready for each that occurs.
fn kinds(params: &[Value]) -> Kinds {
    let kind = |value: &Value| match value {
        Value::Null => 0,
        Value::Int(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    };
    params.iter().map(kind).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    (0..row.len()).map(|column| row.try_get::<_, Given>(column).map(|given| given.0)).collect::<Result<Vec<_>, _>>().map(Row)
}

/// Waits on this thread, whatever thread it is.
fn wait<T>(answer: impl Future<Output = T>) -> T {
    pollster::block_on(answer)
}
