//! Readers: read-only connections, each used for one answer and given back.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{Connection, Database};
use crate::refusal::Fault;

/// The most connections that a server is asked for at once; more readers wait. A file has no such limit.
const SERVER_READERS: usize = 24;
/// How long a reader waits for one of them.
const PATIENCE: Duration = Duration::from_secs(10);

/// A pool of read-only connections. A reader sees one state of the database for as long as it reads.
pub struct Pool {
    database: Database,
    state: Mutex<State>,
    given_back: Condvar,
    most_idle: usize,
    most: usize,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    out: usize,
}

impl Pool {
    /// A pool over a database that exists; at most `most_idle` connections wait for use.
    #[must_use]
    pub fn new(database: Database, most_idle: usize) -> Self {
        let most = if matches!(database, Database::Sqlite(_)) { usize::MAX } else { SERVER_READERS };
        Self { database, state: Mutex::default(), given_back: Condvar::new(), most_idle, most }
    }

    /// Reads in one consistent state.
    ///
    /// # Errors
    /// [`Fault::Away`] when every connection stays in use; what opening one or the reading itself answers.
    pub fn read<T, E: From<Fault>>(&self, reading: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let place = self.place()?;
        let reader = match place.taken() {
            Some(reader) => reader,
            None => self.database.open_readonly()?,
        };
        let answer = reader.snapshot(reading);
        if !reader.is_lost() {
            place.keep(reader);
        }
        answer
    }

    fn place(&self) -> Result<Place<'_>, Fault> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.given_back.wait_timeout_while(state, PATIENCE, |state| state.out >= self.most);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(Fault::Away("every connection to the database server is in use".to_owned()));
        }
        state.out += 1;
        Ok(Place(self))
    }
}

/// The right to one connection; given back when dropped, also by a reader that panics.
struct Place<'p>(&'p Pool);

impl Place<'_> {
    /// A connection that waits for use. One whose server went away is not used again.
    fn taken(&self) -> Option<Connection> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| state.idle.pop()).find(|reader| !reader.is_lost())
    }

    fn keep(&self, reader: Connection) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.idle.len() < self.0.most_idle {
            state.idle.push(reader);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).out -= 1;
        self.0.given_back.notify_one();
    }
}
