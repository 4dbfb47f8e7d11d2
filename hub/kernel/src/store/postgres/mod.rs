//! The PostgreSQL engine: for a head office.
//!
//! One connection writes and holds the database's lock, so that no second hub writes there. Every group leaves a mark of
//! its own in the same transaction: when the connection breaks while a group is being committed, the mark tells, over a
//! new connection, whether it is on disk (J1). A group whose connection broke earlier is answered as failed; nothing of
//! it remains. Readers see one state each (`REPEATABLE READ`, read only).
//!
//! What is different about SQL is in [`dialect`]; what is different about values is in [`wire`].

mod bulk;
mod dialect;
mod faults;
mod prepare;
mod server;
mod session;
mod wire;

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

pub use server::{OLDEST_SERVER, Server, check_version};
use session::Session;

use super::{Add, Bulk, Cache, Deferred, Dialect, Durability, Engine, Gathered, Put, Read, Row, Table, Value};
use crate::refusal::Fault;

/// How long a writer waits for a server that just went away, before what waits is refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest pause between two attempts.
const PAUSE_MAX: Duration = Duration::from_millis(500);

const MARK: &str = "UPDATE writer_mark SET mark = ?1 WHERE id = 1";

/// A connection.
pub struct Postgres {
    server: Server,
    writes: bool,
    session: RefCell<Session>,
    /// What the last group left behind; the next one leaves one more.
    mark: Cell<i64>,
    /// The server's number for the process that holds our lock.
    process: Cell<i64>,
    /// The server did not come back while it was waited for: waited for no longer until it does.
    given_up: Cell<bool>,
}

impl Postgres {
    /// Opens the database for writing, and takes its lock.
    ///
    /// # Errors
    /// [`Fault::Away`] when the server does not answer; [`Fault::OldServer`]; [`Fault::Other`] when the database keeps
    /// texts in another encoding than UTF-8; [`Fault::NewerDatabase`] (it is left untouched); [`Fault::InUse`]; then the
    /// server's.
    pub fn open(server: &Server) -> Result<Self, Fault> {
        let session = Session::connect(server)?;
        prepare::check(&session)?;
        prepare::refuse_newer(&session)?;
        let process = prepare::lock(&session, None)?;
        let mark = prepare::own_tables(&session)?;
        Ok(Self {
            server: server.clone(),
            writes: true,
            session: RefCell::new(session),
            mark: Cell::new(mark),
            process: Cell::new(process),
            given_up: Cell::new(false),
        })
    }

    /// Opens the database for reading only.
    ///
    /// # Errors
    /// As [`Postgres::open`], and [`Fault::Other`] when no hub has ever written there.
    pub fn open_readonly(server: &Server) -> Result<Self, Fault> {
        let session = Session::connect(server)?;
        prepare::check(&session)?;
        if !prepare::refuse_newer(&session)? {
            return Err(Fault::Other(format!("{server} holds no database of this program")));
        }
        session.run("SET default_transaction_read_only = on; SET statement_timeout = '10min'")?;
        Ok(Self {
            server: server.clone(),
            writes: false,
            session: RefCell::new(session),
            mark: Cell::default(),
            process: Cell::default(),
            given_up: Cell::new(false),
        })
    }

    /// The server's own name for its version, such as `15.18`.
    ///
    /// # Errors
    /// The server's.
    pub fn version(server: &Server) -> Result<String, Fault> {
        let session = Session::connect(server)?;
        prepare::check(&session)?;
        let row = session.rows("SHOW server_version", &[])?;
        row.first().map_or(Ok(String::new()), |row| row.get(0))
    }

    /// Whether the server went away; a connection for writing comes back with its next group.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.session.borrow().is_lost()
    }

    /// Begins to read one state. Nothing is sent before the first question.
    pub(super) fn begin_snapshot(&self) {
        self.session.borrow().say_first("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    /// Lets the state go.
    pub(super) fn end_snapshot(&self) -> Result<(), Fault> {
        let session = self.session.borrow();
        if session.forget_first() { Ok(()) } else { session.run("COMMIT") }
    }

    /// Comes back to a server that went away, waiting for it some time when it has just gone.
    fn come_back(&self) -> Result<(), Fault> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(25);
        loop {
            let fault = match self.connect_again() {
                Ok(()) => {
                    self.given_up.set(false);
                    tracing::info!(server = %self.server, "the database server is back");
                    return Ok(());
                }
                Err(fault) => fault,
            };
            if self.given_up.get() || begun.elapsed() > PATIENCE || !matches!(fault, Fault::Away(_) | Fault::InUse(_)) {
                self.given_up.set(true);
                return Err(fault);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    fn connect_again(&self) -> Result<(), Fault> {
        let session = Session::connect(&self.server)?;
        prepare::check(&session)?;
        prepare::refuse_newer(&session)?;
        self.process.set(prepare::lock(&session, Some(self.process.get()))?);
        *self.session.borrow_mut() = session;
        Ok(())
    }

    fn stored_mark(&self) -> Result<i64, Fault> {
        prepare::mark(&self.session.borrow())
    }
}

impl Read for Postgres {
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.session.borrow().rows(sql, params)
    }
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}

impl Engine for Postgres {
    fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, Fault> {
        self.session.borrow().execute(sql, params)
    }
    fn insert(&self, sql: &str, params: &[Value]) -> Result<i64, Fault> {
        let rows = self.session.borrow().rows(&format!("{sql} RETURNING id"), params)?;
        rows.first().ok_or_else(|| Fault::Other("an insert gave no key".to_owned()))?.get(0)
    }
    fn estimate(&self, _: &[&Table]) -> Result<(), Fault> {
        // The server measures for itself.
        Ok(())
    }
    fn begin(&self) -> Result<(), Fault> {
        if self.is_lost() {
            self.come_back()?;
            // Whether the last group was committed is known only here.
            self.mark.set(self.stored_mark()?);
        }
        self.session.borrow().say_first("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        Ok(())
    }
    fn commit(&self) -> Result<(), Fault> {
        let mark = self.mark.get() + 1;
        // The mark is refused when a statement of the group failed, and the server then commits nothing.
        let done = self.session.borrow().execute_then(MARK, &[mark.into()], "COMMIT");
        match done {
            Ok(()) => {
                self.mark.set(mark);
                Ok(())
            }
            Err(Fault::Away(why)) => {
                tracing::warn!(server = %self.server, why, "the connection broke while a group was committed: looking whether it is there");
                self.come_back()?;
                self.mark.set(self.stored_mark()?);
                if self.mark.get() == mark { Ok(()) } else { Err(Fault::Away(why)) }
            }
            Err(fault) => Err(fault),
        }
    }
    fn rollback(&self) {
        let session = self.session.borrow();
        session.forget_first();
        if !session.is_lost()
            && let Err(fault) = session.run("ROLLBACK")
        {
            tracing::warn!(%fault, "the group is undone by the server");
        }
    }
    fn in_group(&self) -> Result<(), Fault> {
        // A group in which a statement failed takes no further one, by the server's own rule.
        if self.is_lost() { Err(Fault::Away("the server went away in the middle of a group".to_owned())) } else { Ok(()) }
    }
    fn savepoint(&self) -> Result<(), Fault> {
        self.session.borrow().say_first("SAVEPOINT command");
        Ok(())
    }
    fn release(&self) -> Result<(), Fault> {
        self.session.borrow().say_first("RELEASE SAVEPOINT command");
        Ok(())
    }
    fn rollback_to(&self) -> Result<(), Fault> {
        self.session.borrow().run("ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command")
    }
    fn put(&self, node: i64, puts: &[Put]) -> Result<(), Fault> {
        let mut gathered = Gathered::default();
        puts.iter().for_each(|put| gathered.put(node, put.clone()));
        gathered.flush(self)
    }
    fn add(&self, node: i64, adds: &[Add]) -> Result<(), Fault> {
        let mut sums = Deferred::default();
        adds.iter().for_each(|add| sums.push(node, add.clone()));
        sums.flush(self)
    }
    fn durability(&self, _: Durability) -> Result<(), Fault> {
        // Every group is durable at its commit.
        Ok(())
    }
    fn cache(&self, _: Cache) -> Result<(), Fault> {
        // The server has one for all who are connected.
        Ok(())
    }
    fn write(&self, bulks: Vec<Bulk>) -> Result<(), Fault> {
        debug_assert!(self.writes, "a reader writes");
        let all: Vec<_> = bulks.into_iter().filter(|bulk| !bulk.rows.is_empty()).map(bulk::columns).collect();
        self.session.borrow().write(&all)
    }
}
