//! Sign-in, lock, PIN, sign-out; throttling; the trail of refused attempts.

use duken_kernel::journal::Draft;
use duken_kernel::store::Value;
use duken_kernel::{Fault, Read, Refusal, Reject, Tx};

use super::users::within_own;
use crate::hub::App;
use crate::staff::project::{REFUSED, Refused, SIGNED, SessionChanged};
use crate::staff::sessions::{LIFE_MS, token_hash};
use crate::staff::{THROTTLED, queries};
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
}

/// Makes a session; answers with its number.
pub fn sign_in(input: SignIn) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("DELETE FROM session WHERE ends_ms < ?1", &[tx.now_ms.into()])?;
        tx.execute("DELETE FROM attempt WHERE source = ?1", &[format!("user:{}", input.user).into()])?;
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
            for source in [format!("pin:{id}"), format!("pin-of:{user}")] {
                tx.execute("DELETE FROM attempt WHERE source = ?1", &[source.into()])?;
            }
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

/// Whose attempts are counted together.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Every source that is charged with a failure: the account, the address, the device.
    pub sources: Vec<String>,
    /// What was tried, for the trail.
    pub what: &'static str,
    /// The refusal's code.
    pub code: &'static str,
}

/// Free attempts before waiting begins.
const FREE: i64 = 5;
/// The first wait; each further failure doubles it.
const FIRST_WAIT_S: i64 = 2;
/// The longest wait.
const LONGEST_WAIT_S: i64 = 300;

/// How long this source has to wait, in seconds; 0 when it may try.
///
/// # Errors
/// The engine's.
pub fn throttled_for_s(read: &dyn Read, sources: &[String], now_ms: i64) -> Result<i64, Fault> {
    let mut longest = 0;
    for source in sources {
        let Some(row) = read.row("SELECT failures, last_ms FROM attempt WHERE source = ?1", &[source.into()])? else { continue };
        let over = row.get::<i64>(0)? - FREE;
        if over >= 0 {
            let wait_s = (FIRST_WAIT_S << over.min(10)).min(LONGEST_WAIT_S);
            let left_ms = row.get::<i64>(1)? + wait_s * 1000 - now_ms;
            longest = longest.max((left_ms + 999) / 1000);
        }
    }
    Ok(longest.max(0))
}

/// Begins an attempt: counted before it is looked at, so that many at once are no way around the waiting. A success
/// forgets the count.
///
/// # Errors
/// `session.throttled` with the seconds to wait.
pub fn begin_attempt(sources: Vec<String>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        match throttled_for_s(tx, &sources, tx.now_ms)? {
            0 => {}
            seconds => return Err(THROTTLED.refuse().with("seconds", seconds).into()),
        }
        for source in &sources {
            tx.execute(
                "INSERT INTO attempt (source, failures, last_ms) VALUES (?1, 1, ?2) ON CONFLICT (source) DO UPDATE SET failures = failures + 1, last_ms = excluded.last_ms",
                &[source.into(), tx.now_ms.into()],
            )?;
        }
        tx.execute("DELETE FROM attempt WHERE last_ms < ?1", &[(tx.now_ms - 24 * 3_600_000).into()])?;
        Ok(0)
    }
}

/// Notes a failed attempt: every fifth one goes into the trail.
pub fn failed_attempt(attempt: Attempt) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let source = attempt.sources.first().cloned().unwrap_or_default();
        let failures = tx.row("SELECT failures FROM attempt WHERE source = ?1", &[(&source).into()])?.map_or(Ok(0), |r| r.get::<i64>(0))?;
        if failures % FREE == 1 {
            tx.record(Draft::new(REFUSED, &Refused { what: attempt.what.to_owned(), code: attempt.code.to_owned(), source })?)?;
        }
        Ok(failures)
    }
}

/// Puts a refused attempt into the trail, at most once a minute per person and address.
pub fn note_refused(app: &App, actor: &Actor, path: &str, refusal: &Refusal) {
    let caller = app.caller(actor, None);
    let what = path.to_owned();
    let code = refusal.code.code.to_owned();
    let source = format!("refused:{}:{path}", actor.user.unwrap_or(0));
    let app = app.clone();
    tokio::spawn(async move {
        let noted = app
            .run(caller, move |tx| {
                let last = tx.row("SELECT last_ms FROM attempt WHERE source = ?1", &[(&source).into()])?.map_or(Ok(0), |r| r.get::<i64>(0))?;
                if tx.now_ms - last < 60_000 {
                    return Ok(0);
                }
                tx.execute(
                    "INSERT INTO attempt (source, failures, last_ms) VALUES (?1, 0, ?2) ON CONFLICT (source) DO UPDATE SET last_ms = excluded.last_ms",
                    &[(&source).into(), tx.now_ms.into()],
                )?;
                Ok(tx.record(Draft::new(REFUSED, &Refused { what, code, source })?)?)
            })
            .await;
        if let Err(reject) = noted {
            tracing::warn!(%reject, "a refused attempt could not be noted");
        }
    });
}
