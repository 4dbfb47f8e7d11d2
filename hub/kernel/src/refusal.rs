//! The two ways a command ends without an effect: a refusal (an answer) and a fault (a broken world).

use std::fmt;

use serde_json::{Map, Value as Json};

/// A code of refusal: stable, with the HTTP status it travels under. Declared once by the domain that refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `area.what`, never changed once released.
    pub code: &'static str,
    /// The HTTP status it is answered with.
    pub status: u16,
}

/// An answer that says no: nothing happened, and here is why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The stable code and its status.
    pub code: Code,
    /// The field of the request it belongs to.
    pub field: Option<String>,
    /// What the sentence names.
    pub params: Map<String, Json>,
}

impl Code {
    /// Declares a code.
    #[must_use]
    pub const fn new(code: &'static str, status: u16) -> Self {
        Self { code, status }
    }

    /// A refusal with this code.
    #[must_use]
    pub fn refuse(self) -> Refusal {
        Refusal { code: self, field: None, params: Map::new() }
    }

    /// A refusal with this code as an error of a command.
    ///
    /// # Errors
    /// Always.
    pub fn err<T>(self) -> Result<T, Reject> {
        Err(Reject::Refused(self.refuse()))
    }
}

impl Refusal {
    /// Names the field of the request.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Names a value that the sentence shows.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code.code)
    }
}

impl std::error::Error for Refusal {}

/// A broken world: the disk, the database, a bug. Logged once, with its source.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database engine.
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The database server.
    #[error("the database server failed")]
    Postgres(#[source] tokio_postgres::Error),
    /// The database server does not answer: what was under way is undone or was never begun.
    #[error("the database server is away: {0}")]
    Away(String),
    /// Two writers were in each other's way, and the server undid this one: it may be tried again as it was.
    #[error("the database server asks to try again: {0}")]
    Conflict(String),
    /// The database server is older than this program can use.
    #[error("the database server is PostgreSQL {found}, this program needs {oldest} or newer")]
    OldServer {
        /// Its version.
        found: String,
        /// The oldest that is used.
        oldest: i64,
    },
    /// Another hub writes to this database.
    #[error("another hub writes to this database ({0}): stop it first")]
    InUse(String),
    /// A file.
    #[error("a file could not be read or written")]
    Io(#[from] std::io::Error),
    /// Bytes that should be JSON of a known shape.
    #[error("stored text has an unexpected shape")]
    Json(#[from] serde_json::Error),
    /// The disk is full: writing is refused, reading goes on.
    #[error("the disk is full")]
    DiskFull,
    /// An invariant of the house does not hold.
    #[error("invariant {id} does not hold: {what}")]
    Invariant {
        /// J1, L1 and so on.
        id: &'static str,
        /// What was seen.
        what: String,
    },
    /// A command panicked; its savepoint was undone.
    #[error("a command failed unexpectedly")]
    Panicked,
    /// The writer has stopped.
    #[error("the hub is stopping")]
    Stopped,
    /// The database was written by a newer program: it is left untouched.
    #[error("the database has format {found}, this program reads up to {known}: install the newer program")]
    NewerDatabase {
        /// The format found.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Fault {
    /// An invariant that does not hold.
    #[must_use]
    pub fn invariant(id: &'static str, what: impl Into<String>) -> Self {
        Self::Invariant { id, what: what.into() }
    }

    /// Whether the world is broken (the database, a disk), rather than the bytes that were looked at.
    #[must_use]
    pub fn is_of_the_world(&self) -> bool {
        match self {
            Self::Sqlite(_) | Self::Postgres(_) | Self::Away(_) | Self::Conflict(_) | Self::Io(_) | Self::DiskFull | Self::Stopped => true,
            Self::OldServer { .. } | Self::InUse(_) | Self::NewerDatabase { .. } => true,
            Self::Json(_) | Self::Invariant { .. } | Self::Panicked | Self::Other(_) => false,
        }
    }

    /// The same fault for another who hears of it; of one whose sources cannot be told twice, its words.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::DiskFull => Self::DiskFull,
            Self::Panicked => Self::Panicked,
            Self::Stopped => Self::Stopped,
            Self::Invariant { id, what } => Self::Invariant { id, what: what.clone() },
            Self::Away(why) => Self::Away(why.clone()),
            Self::Conflict(why) => Self::Conflict(why.clone()),
            Self::InUse(who) => Self::InUse(who.clone()),
            other => Self::Other(other.to_string()),
        }
    }

    /// Tells a full disk from other failures of the engine.
    #[must_use]
    pub fn named(self) -> Self {
        match &self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::DiskFull => Self::DiskFull,
            Self::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Self::DiskFull,
            _ => self,
        }
    }
}

/// Why a command had no effect.
#[derive(Debug, thiserror::Error)]
pub enum Reject {
    /// An answer.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// A broken world.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<rusqlite::Error> for Reject {
    fn from(error: rusqlite::Error) -> Self {
        Self::Fault(Fault::Sqlite(error))
    }
}

impl From<serde_json::Error> for Reject {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(Fault::Json(error))
    }
}
