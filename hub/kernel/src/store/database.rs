//! Where a database is.

use std::fmt;
use std::path::PathBuf;

use super::{Connection, Sqlite};
use crate::refusal::Fault;

/// Where a database is, and which engine keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite.
    Sqlite(PathBuf),
}

impl Database {
    /// Opens it for writing, making it when it is not there.
    ///
    /// # Errors
    /// [`Fault::NewerDatabase`] (it is left untouched), then the engine's.
    pub fn open(&self) -> Result<Connection, Fault> {
        match self {
            Self::Sqlite(path) => Ok(Sqlite::open(path)?.into()),
        }
    }

    /// Opens it for reading only.
    ///
    /// # Errors
    /// As [`Database::open`]; it must be there.
    pub fn open_readonly(&self) -> Result<Connection, Fault> {
        match self {
            Self::Sqlite(path) => Ok(Sqlite::open_readonly(path)?.into()),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "{}", path.display()),
        }
    }
}

impl From<PathBuf> for Database {
    fn from(path: PathBuf) -> Self {
        Self::Sqlite(path)
    }
}
