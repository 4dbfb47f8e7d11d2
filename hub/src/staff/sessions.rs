//! Signed-in devices: a local table, and a cache of it, because every request asks.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use axum::http::{HeaderMap, header};
use duken_kernel::store::{Row, Value};
use duken_kernel::{Fault, Read};

use super::model::Scope;
use super::queries;
use crate::hub::App;
use crate::texts::Language;
use crate::web::{Actor, Problem, SESSION_COOKIE, SESSION_EXPIRED, SESSION_MISSING};

pub(super) const LOCAL: &[&str] = &[
    "CREATE TABLE session (id INTEGER PRIMARY KEY, token BLOB NOT NULL UNIQUE, user INTEGER NOT NULL, till INTEGER, language TEXT, locked INTEGER NOT NULL, made_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, source TEXT NOT NULL)",
    "CREATE TABLE attempt (source TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_ms INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE preference (user INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user, name)) WITHOUT ROWID",
];

/// A device stays signed in for thirty days.
pub(super) const LIFE_MS: i64 = 30 * 24 * 3_600_000;

/// A session as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub id: i64,
    pub user: i64,
    pub till: Option<i64>,
    pub language: Option<Language>,
    pub locked: bool,
    pub made_ms: i64,
    pub ends_ms: i64,
    pub source: String,
}

struct Known {
    actor: Actor,
    ends_ms: i64,
}

/// The sessions that were asked for lately.
#[derive(Default)]
pub struct Sessions {
    known: RwLock<HashMap<[u8; 32], Arc<Known>>>,
    changed: tokio::sync::watch::Sender<u64>,
}

impl Sessions {
    /// Forgets what is cached: people, rights or sessions changed.
    pub fn forget(&self) {
        if let Ok(mut known) = self.known.write() {
            known.clear();
        }
        self.changed.send_modify(|times| *times += 1);
    }

    /// Moves whenever people, rights or sessions changed: open links look at their session again.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// The person behind a request.
    ///
    /// # Errors
    /// `session.missing` without a cookie, `session.expired` for one that is no longer valid.
    pub fn actor(&self, app: &App, headers: &HeaderMap) -> Result<Actor, Problem> {
        let token = cookie(headers).ok_or_else(|| SESSION_MISSING.refuse())?;
        let hash = token_hash(token);
        let now_ms = app.clock.now_ms();
        let cached = self.known.read().ok().and_then(|known| known.get(&hash).cloned());
        let known = match cached {
            Some(known) => known,
            None => {
                let known = app.read_now(|read| Ok(load(read, &hash)?))?.ok_or_else(|| SESSION_EXPIRED.refuse())?;
                let known = Arc::new(known);
                if let Ok(mut slot) = self.known.write() {
                    slot.insert(hash, known.clone());
                }
                known
            }
        };
        if known.ends_ms <= now_ms {
            return Err(SESSION_EXPIRED.refuse().into());
        }
        Ok(known.actor.clone())
    }
}

fn load(read: &dyn Read, hash: &[u8; 32]) -> Result<Option<Known>, Fault> {
    let Some(session) = by_token(read, hash)? else { return Ok(None) };
    let Some(user) = queries::find_user(read, session.user)?.filter(|user| user.card.active) else { return Ok(None) };
    let permissions: BTreeMap<String, Scope> = queries::permissions(read, &user.card)?;
    let actor = Actor {
        user: Some(user.id),
        session: Some(session.id),
        till: session.till,
        permissions: Arc::new(permissions),
        discount_limit: user.card.discount_limit,
        locked: session.locked,
    };
    Ok(Some(Known { actor, ends_ms: session.ends_ms }))
}

const COLUMNS: &str = "id, user, till, language, locked, made_ms, ends_ms, source";

fn session(row: &Row) -> Result<Session, Fault> {
    Ok(Session {
        id: row.get(0)?,
        user: row.get(1)?,
        till: row.get(2)?,
        language: row.get::<Option<String>>(3)?.as_deref().and_then(Language::accepted),
        locked: row.get(4)?,
        made_ms: row.get(5)?,
        ends_ms: row.get(6)?,
        source: row.get(7)?,
    })
}

pub(super) fn by_token(read: &dyn Read, hash: &[u8; 32]) -> Result<Option<Session>, Fault> {
    read.row(&format!("SELECT {COLUMNS} FROM session WHERE token = ?1"), &[Value::Blob(hash.to_vec())])?.as_ref().map(session).transpose()
}

pub(super) fn by_id(read: &dyn Read, id: i64) -> Result<Option<Session>, Fault> {
    read.row(&format!("SELECT {COLUMNS} FROM session WHERE id = ?1"), &[id.into()])?.as_ref().map(session).transpose()
}

pub(super) fn of_user(read: &dyn Read, user: i64) -> Result<Vec<Session>, Fault> {
    read.rows(&format!("SELECT {COLUMNS} FROM session WHERE user = ?1 ORDER BY id DESC"), &[user.into()])?.iter().map(session).collect()
}

/// The token in the cookie.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(SESSION_COOKIE)?.strip_prefix('='))
}

pub(super) fn token_hash(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_own_cookie_is_found_among_others_and_no_other_is_taken_for_it(
            others in prop::collection::vec("[a-z_]{1,16}=[!-:<-~]{0,12}", 0..6),
            token in prop::option::of("[0-9a-f]{64}"),
            at in any::<prop::sample::Index>(),
            in_one_header in any::<bool>(),
        ) {
            let mut pairs: Vec<String> = others.into_iter().filter(|pair| !pair.starts_with("duken_session=")).collect();
            pairs.extend(["xduken_session=no".to_owned(), "duken_session_=no".to_owned(), "duken_session".to_owned()]);
            if let Some(token) = &token {
                pairs.insert(at.index(pairs.len()), format!("{SESSION_COOKIE}={token}"));
            }
            let mut headers = HeaderMap::new();
            if in_one_header {
                headers.insert(header::COOKIE, HeaderValue::from_str(&pairs.join("; ")).unwrap());
            } else {
                for pair in &pairs {
                    headers.append(header::COOKIE, HeaderValue::from_str(pair).unwrap());
                }
            }
            prop_assert_eq!(cookie(&headers), token.as_deref());
        }
    }
}
