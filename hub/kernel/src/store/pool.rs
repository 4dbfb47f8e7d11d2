//! Readers: read-only connections, each used for one answer and given back.

use std::sync::Mutex;

use super::{Connection, Database, Read};
use crate::refusal::Fault;

/// A pool of read-only connections. A reader sees one state of the database for as long as it reads.
pub struct Pool {
    database: Database,
    idle: Mutex<Vec<Connection>>,
    most_idle: usize,
}

impl Pool {
    /// A pool over a database that exists; at most `most_idle` connections wait for use.
    #[must_use]
    pub fn new(database: Database, most_idle: usize) -> Self {
        Self { database, idle: Mutex::default(), most_idle }
    }

    /// Reads in one consistent state.
    ///
    /// # Errors
    /// What opening a connection or the reading itself answers.
    pub fn read<T, E: From<Fault>>(&self, reading: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let reader = match idle {
            Some(reader) => reader,
            None => self.database.open_readonly()?,
        };
        reader.rows("BEGIN", &[])?;
        let answer = reading(&reader);
        reader.rows("COMMIT", &[])?;
        if let Ok(mut idle) = self.idle.lock()
            && idle.len() < self.most_idle
        {
            idle.push(reader);
        }
        answer
    }
}
