//! Where a database is.

use std::fmt;
use std::path::PathBuf;

use super::postgres::Server;
use super::{Connection, Postgres, Sqlite};
use crate::refusal::Fault;

/// Where a database is, and which engine keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(Box<Server>),
}

impl Database {
    /// Opens it for writing, making it when it is not there.
    ///
    /// # Errors
    /// [`Fault::NewerDatabase`] (it is left untouched), then the engine's.
    pub fn open(&self) -> Result<Connection, Fault> {
        match self {
            Self::Sqlite(path) => Ok(Sqlite::open(path)?.into()),
            Self::Postgres(server) => Ok(Postgres::open(server)?.into()),
        }
    }

    /// Opens it for reading only.
    ///
    /// # Errors
    /// As [`Database::open`]; it must be there.
    pub fn open_readonly(&self) -> Result<Connection, Fault> {
        match self {
            Self::Sqlite(path) => Ok(Sqlite::open_readonly(path)?.into()),
            Self::Postgres(server) => Ok(Postgres::open_readonly(server)?.into()),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "{}", path.display()),
            Self::Postgres(server) => write!(out, "{server}"),
        }
    }
}

impl From<Server> for Database {
    fn from(server: Server) -> Self {
        Self::Postgres(Box::new(server))
    }
}

impl From<PathBuf> for Database {
    fn from(path: PathBuf) -> Self {
        Self::Sqlite(path)
    }
}
