//! Which displays there are, and the codes that wait for one.

use duken_kernel::store::Value;
use duken_kernel::{Fault, Read, Reject, Tx};

use super::CODE_WRONG;

pub(super) const LOCAL: &[&str] = &[
    "CREATE TABLE display (id INTEGER PRIMARY KEY AUTOINCREMENT, token BLOB NOT NULL UNIQUE, till INTEGER NOT NULL, made_ms INTEGER NOT NULL)",
    "CREATE TABLE display_code (till INTEGER PRIMARY KEY, digits TEXT NOT NULL UNIQUE, ends_ms INTEGER NOT NULL, wrong INTEGER NOT NULL)",
];

/// How long a code is good.
const LIFE_MS: i64 = 10 * 60_000;
/// Wrong attempts after which every code that waits is void.
const TRIES: i64 = 5;

/// A paired display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Display {
    pub id: i64,
    pub till: i64,
    /// When it was paired, milliseconds since 1970 UTC.
    pub made_ms: i64,
}

/// A code on a screen, and when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub digits: String,
    pub ends_ms: i64,
}

pub(super) fn token_hash(token: &str) -> Vec<u8> {
    blake3::hash(token.as_bytes()).as_bytes().to_vec()
}

/// Puts a code up for a till; its older one is void.
pub(super) fn open_code(till: i64, digits: String) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("DELETE FROM display_code WHERE till = ?1 OR digits = ?2", &[till.into(), (&digits).into()])?;
        let ends_ms = tx.now_ms + LIFE_MS;
        tx.execute(
            "INSERT INTO display_code (till, digits, ends_ms, wrong) VALUES (?1, ?2, ?3, 0)",
            &[till.into(), (&digits).into(), ends_ms.into()],
        )?;
        Ok(till)
    }
}

/// The code that is up for a till.
pub(super) fn code_of(read: &dyn Read, till: i64) -> Result<Option<Code>, Fault> {
    read.row("SELECT digits, ends_ms FROM display_code WHERE till = ?1", &[till.into()])?
        .map(|row| Ok(Code { digits: row.get(0)?, ends_ms: row.get(1)? }))
        .transpose()
}

/// A display shows the digits: the code is used up.
///
/// # Errors
/// `display.code_wrong`.
pub(super) fn pair(tx: &mut Tx<'_>, digits: &str, token: &str) -> Result<i64, Reject> {
    let found = tx.row("SELECT till FROM display_code WHERE digits = ?1 AND ends_ms > ?2", &[digits.into(), tx.now_ms.into()])?;
    let till: i64 = found.ok_or_else(|| CODE_WRONG.refuse().field("code"))?.get(0)?;
    tx.execute("DELETE FROM display_code WHERE till = ?1", &[till.into()])?;
    tx.execute(
        "INSERT INTO display (token, till, made_ms) VALUES (?1, ?2, ?3)",
        &[Value::Blob(token_hash(token)), till.into(), tx.now_ms.into()],
    )?;
    Ok(till)
}

/// Wrong digits were shown: whoever guesses has few tries at all codes together.
pub(super) fn count_wrong(tx: &mut Tx<'_>) -> Result<(), Fault> {
    tx.execute("UPDATE display_code SET wrong = wrong + 1", &[])?;
    tx.execute("DELETE FROM display_code WHERE wrong >= ?1", &[TRIES.into()])?;
    Ok(())
}

/// Displays of the till are no longer; of one display when it is named.
pub(super) fn part(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("DELETE FROM display WHERE id = ?1", &[id.into()])?;
        Ok(id)
    }
}

pub(super) fn by_token(read: &dyn Read, token: &str) -> Result<Option<Display>, Fault> {
    read.row("SELECT id, till, made_ms FROM display WHERE token = ?1", &[Value::Blob(token_hash(token))])?
        .map(|row| Ok(Display { id: row.get(0)?, till: row.get(1)?, made_ms: row.get(2)? }))
        .transpose()
}

pub(super) fn of_till(read: &dyn Read, till: i64) -> Result<Vec<Display>, Fault> {
    read.rows("SELECT id, till, made_ms FROM display WHERE till = ?1 ORDER BY id", &[till.into()])?
        .iter()
        .map(|row| Ok(Display { id: row.get(0)?, till: row.get(1)?, made_ms: row.get(2)? }))
        .collect()
}
