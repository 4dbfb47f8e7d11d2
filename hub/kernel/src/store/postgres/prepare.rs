//! What is looked at before a database is used, and the two things the engine keeps there for itself.

use std::time::{Duration, Instant};

use super::server::check_version;
use super::session::Session;
use crate::refusal::Fault;
use crate::store::{FORMAT, Value};

/// Says that a lock is one of this program.
const LOCK: i64 = 0x64_75_6b;
/// A hub that was killed leaves a process at the server, which needs a moment to notice.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

/// Sets the connection up and refuses a server that cannot be used.
pub(super) fn check(session: &Session) -> Result<(), Fault> {
    let shown = |name: &str| -> Result<String, Fault> {
        let rows = session.rows(&format!("SHOW {name}"), &[])?;
        rows.first().map_or(Ok(String::new()), |row| row.get(0))
    };
    let version = shown("server_version_num")?;
    check_version(version.parse().map_err(|_| Fault::Other(format!("the server calls its version {version}")))?)?;
    let encoding = shown("server_encoding")?;
    if encoding != "UTF8" {
        return Err(Fault::Other(format!("the database keeps texts as {encoding}, not as UTF8: make one with ENCODING 'UTF8'")));
    }
    session.run("SET synchronous_commit = on; SET client_min_messages = error; SET lock_timeout = '10s'; SET jit = off")
}

/// Refuses a database that a newer program made. Whether there is one at all.
pub(super) fn refuse_newer(session: &Session) -> Result<bool, Fault> {
    if session.rows("SELECT 1 FROM pg_class WHERE oid = to_regclass('writer_mark')", &[])?.is_empty() {
        return Ok(false);
    }
    let row = session.rows("SELECT format FROM writer_mark WHERE id = 1", &[])?;
    let found: i64 = row.first().map_or(Ok(0), |row| row.get(0))?;
    if found > FORMAT {
        return Err(Fault::NewerDatabase { found, known: FORMAT });
    }
    Ok(true)
}

/// Takes the lock of the one writer; the number of our process at the server. `own` is the process that held it for us
/// over a connection that broke: should the server not have noticed yet, it is ended.
pub(super) fn lock(session: &Session, own: Option<i64>) -> Result<i64, Fault> {
    let begun = Instant::now();
    loop {
        let row = session.rows("SELECT pg_try_advisory_lock(?1::int, hashtext(current_schema())), pg_backend_pid()", &[LOCK.into()])?;
        let (taken, process) = row.first().map_or(Ok((false, 0)), |row| Ok::<_, Fault>((row.get(0)?, row.get(1)?)))?;
        if taken {
            return Ok(process);
        }
        let (holder, name) = holder(session)?;
        if own == Some(holder) {
            session.rows("SELECT pg_terminate_backend(?1::int)", &[holder.into()])?;
        } else if begun.elapsed() > LOCK_PATIENCE {
            return Err(Fault::InUse(name));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Who holds the lock: the number of the process, and how a person finds it. It may just have let go.
fn holder(session: &Session) -> Result<(i64, String), Fault> {
    let rows = session.rows(
        "SELECT a.pid, coalesce(a.application_name, '') || coalesce(' from ' || a.client_addr::text, '') || ', process ' || a.pid \
         FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = ?1 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND l.objid::bigint = (hashtext(current_schema())::bigint & 4294967295)",
        &[LOCK.into()],
    )?;
    rows.first().map_or(Ok((0, "unknown".to_owned())), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Makes what the engine keeps for itself, under the lock: the format, and the mark of the last group, which is
/// returned.
pub(super) fn own_tables(session: &Session) -> Result<i64, Fault> {
    session.run(
        "CREATE TABLE IF NOT EXISTS writer_mark (id BIGINT PRIMARY KEY CHECK (id = 1), mark BIGINT NOT NULL, format BIGINT NOT NULL); \
         INSERT INTO writer_mark (id, mark, format) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING",
    )?;
    session.execute("UPDATE writer_mark SET format = ?1 WHERE id = 1 AND format <> ?1", &[Value::Int(FORMAT)])?;
    let fsync = session.rows("SHOW fsync", &[])?;
    if fsync.first().is_some_and(|row| row.get::<String>(0).is_ok_and(|fsync| fsync == "off")) {
        tracing::warn!("the database server runs with fsync = off: what it says it has may be lost with the power");
    }
    mark(session)
}

/// The mark of the last group.
pub(super) fn mark(session: &Session) -> Result<i64, Fault> {
    session.rows("SELECT mark FROM writer_mark WHERE id = 1", &[])?.first().map_or(Ok(0), |row| row.get(0))
}
