//! Sign-in, lock, PIN, sign-out.

use duken_kernel::journal::Draft;
use duken_kernel::store::Value;
use duken_kernel::{Read, Reject, Tx};

use super::users::within_own;
use crate::staff::attempts::Attempt;
use crate::staff::project::{SIGNED, SessionChanged};
use crate::staff::queries;
use crate::staff::sessions::{LIFE_MS, token_hash};
use crate::web::Actor;

/// A sign-in whose password was found right.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who.
    pub user: i64,
    /// The token his cookie carries.
    pub token: String,
    /// The till this device works as.
    pub till: Option<i64>,
    /// Where the request came from.
    pub source: String,
    /// The attempt that succeeded.
    pub attempt: Option<Attempt>,
}

/// Makes a session; answers with its number.
pub fn sign_in(input: SignIn) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("DELETE FROM session WHERE ends_ms < ?1", &[tx.now_ms.into()])?;
        if let Some(attempt) = &input.attempt {
            attempt.succeeded(tx)?;
        }
        let id = tx.insert(
            "INSERT INTO session (token, user, till, locked, made_ms, ends_ms, source) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)",
            &[
                Value::Blob(token_hash(&input.token).to_vec()),
                input.user.into(),
                input.till.into(),
                tx.now_ms.into(),
                (tx.now_ms + LIFE_MS).into(),
                input.source.clone().into(),
            ],
        )?;
        tx.caller.by = Some(input.user);
        tx.record(Draft::new(SIGNED, &SessionChanged { user: input.user, what: "signed_in".to_owned(), source: input.source })?)?;
        Ok(id)
    }
}

/// Changes one column of a session: `user`, `till`, `language`, `locked`.
pub fn change_session(id: i64, change: SessionChange) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let (sql, value): (&str, Value) = match change {
            SessionChange::Locked => ("UPDATE session SET locked = 1 WHERE id = ?1 AND ?2 IS NULL", Value::Null),
            SessionChange::Person(user) => ("UPDATE session SET locked = 0, user = ?2 WHERE id = ?1", user.into()),
            SessionChange::Till(till) => ("UPDATE session SET till = ?2 WHERE id = ?1", till.into()),
            SessionChange::Language(language) => ("UPDATE session SET language = ?2 WHERE id = ?1", language.code().into()),
        };
        tx.execute(sql, &[id.into(), value])?;
        if let SessionChange::Person(user) = change {
            tx.caller.by = Some(user);
            tx.record(Draft::new(SIGNED, &SessionChanged { user, what: "pin".to_owned(), source: String::new() })?)?;
        }
        Ok(id)
    }
}

/// What changes in a session.
#[derive(Debug, Clone, Copy)]
pub enum SessionChange {
    /// The screen is locked.
    Locked,
    /// Another person, or the same one again, by PIN.
    Person(i64),
    /// The device works as this till.
    Till(Option<i64>),
    /// The interface's language.
    Language(crate::texts::Language),
}

/// Ends a session: one's own, or that of a person who holds no more than oneself.
///
/// # Errors
/// `staff.above_own`.
pub fn end_session(actor: Actor, id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if let Some(row) = tx.row("SELECT user FROM session WHERE id = ?1", &[id.into()])? {
            tx.execute("DELETE FROM session WHERE id = ?1", &[id.into()])?;
            let user: i64 = row.get(0)?;
            if actor.user != Some(user)
                && let Some(found) = queries::find_user(tx, user)?
            {
                within_own(&actor, &queries::would_hold(tx, &found.card)?)?;
            }
            tx.record(Draft::new(SIGNED, &SessionChanged { user, what: "signed_out".to_owned(), source: String::new() })?)?;
            tx.notify("session", serde_json::json!({ "session": id.to_string() }));
        }
        Ok(id)
    }
}
