//! The durable queue of jobs: a local table. A job names its document; the document is laid out when it is sent.

use duken_kernel::store::{Row, Value};
use duken_kernel::{Fault, Read, Tx};
use serde_json::json;

use super::model::{DeviceJob, Document, JobKind, JobState};

/// The topic on which jobs move, for the workers.
pub const TOPIC: &str = "job";

/// The drawer's pulse dies after this many milliseconds (old news).
pub const DRAWER_LIFE_MS: i64 = 2_000;

pub(super) const LOCAL: &[&str] = &[
    "CREATE TABLE device_job (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, kind TEXT NOT NULL, document_kind TEXT, \
     document_id INTEGER, copy INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', \
     attempts INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL, finished_ms INTEGER, next_ms INTEGER, expires_ms INTEGER, \
     attempt TEXT, asked_by INTEGER)",
    "CREATE INDEX device_job_open ON device_job (device, id) WHERE next_ms IS NOT NULL OR state = 'sending'",
    "CREATE INDEX device_job_document ON device_job (document_kind, document_id)",
    "CREATE INDEX device_job_attempt ON device_job (attempt) WHERE attempt IS NOT NULL",
    "CREATE TABLE device_log (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, at_ms INTEGER NOT NULL, level TEXT NOT NULL, \
     code TEXT NOT NULL, params TEXT NOT NULL)",
    "CREATE INDEX device_log_device ON device_log (device, id)",
];

const COLUMNS: &str = "id, device, kind, document_kind, document_id, copy, state, reason, detail, attempts, created_ms, finished_ms, \
     next_ms, expires_ms, attempt";

fn job(row: &Row) -> Result<DeviceJob, Fault> {
    let broken = |what: &str| Fault::Other(format!("a job has no readable {what}"));
    let document = match (row.get::<Option<String>>(3)?, row.get::<Option<i64>>(4)?) {
        (Some(kind), Some(id)) => Some(Document { kind, id, copy: row.get(5)? }),
        _ => None,
    };
    Ok(DeviceJob {
        id: row.get(0)?,
        device: row.get(1)?,
        kind: JobKind::parse(&row.get::<String>(2)?).ok_or_else(|| broken("kind"))?,
        document,
        state: JobState::parse(&row.get::<String>(6)?).ok_or_else(|| broken("state"))?,
        reason: row.get(7)?,
        detail: row.get(8)?,
        attempts: row.get(9)?,
        created_ms: row.get(10)?,
        finished_ms: row.get(11)?,
        next_ms: row.get(12)?,
        expires_ms: row.get(13)?,
        attempt: row.get(14)?,
    })
}

fn select(read: &dyn Read, rest: &str, params: &[Value]) -> Result<Vec<DeviceJob>, Fault> {
    read.rows(&format!("SELECT {COLUMNS} FROM device_job {rest}"), params)?.iter().map(job).collect()
}

/// How many jobs wait, and since when the oldest does (milliseconds since 1970 UTC).
///
/// # Errors
/// The engine's.
pub fn waiting(read: &dyn Read) -> Result<(i64, Option<i64>), Fault> {
    let sql = "SELECT count(*), min(created_ms) FROM device_job WHERE next_ms IS NOT NULL OR state = 'sending'";
    read.row(sql, &[])?.map_or(Ok((0, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Old news: what waited when a backup was taken is not printed by the machine that came back from it.
///
/// # Errors
/// The engine's.
pub fn forget_waiting(tx: &Tx<'_>) -> Result<(), Fault> {
    let sql = "UPDATE device_job SET next_ms = NULL, reason = 'expired', finished_ms = ?1, \
         state = CASE WHEN state = 'sending' THEN 'unknown' WHEN kind = 'drawer' THEN 'failed' ELSE 'not_printed' END \
         WHERE next_ms IS NOT NULL OR state IN ('sending', 'queued')";
    tx.execute(sql, &[tx.now_ms.into()])?;
    Ok(())
}

/// One job.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, id: i64) -> Result<Option<DeviceJob>, Fault> {
    Ok(select(read, "WHERE id = ?1", &[id.into()])?.into_iter().next())
}

/// Where a job stands.
///
/// # Errors
/// The engine's.
pub fn job_state(read: &dyn Read, id: i64) -> Result<Option<JobState>, Fault> {
    Ok(find(read, id)?.map(|job| job.state))
}

/// The last job that prints a document, copies included.
///
/// # Errors
/// The engine's.
pub fn last_job_of(read: &dyn Read, document_kind: &str, document_id: i64) -> Result<Option<DeviceJob>, Fault> {
    let params = [document_kind.into(), document_id.into()];
    Ok(select(read, "WHERE document_kind = ?1 AND document_id = ?2 ORDER BY id DESC LIMIT 1", &params)?.into_iter().next())
}

/// The jobs of a device that wait or are under way, oldest first.
///
/// # Errors
/// The engine's.
pub fn open(read: &dyn Read, device: i64) -> Result<Vec<DeviceJob>, Fault> {
    select(read, "WHERE device = ?1 AND (next_ms IS NOT NULL OR state = 'sending') ORDER BY id", &[device.into()])
}

/// The devices with jobs that wait or are under way.
///
/// # Errors
/// The engine's.
pub fn open_devices(read: &dyn Read) -> Result<Vec<i64>, Fault> {
    read.rows("SELECT DISTINCT device FROM device_job WHERE next_ms IS NOT NULL OR state = 'sending'", &[])?
        .iter()
        .map(|row| row.get(0))
        .collect()
}

/// The job whose attempt has this name.
///
/// # Errors
/// The engine's.
pub fn of_attempt(read: &dyn Read, attempt: &str) -> Result<Option<DeviceJob>, Fault> {
    Ok(select(read, "WHERE attempt = ?1", &[attempt.into()])?.into_iter().next())
}

/// Whether somebody has asked for the same paper at the same device after this job.
///
/// # Errors
/// The engine's.
pub fn asked_again(read: &dyn Read, job: &DeviceJob) -> Result<bool, Fault> {
    let mut params = vec![job.device.into(), job.id.into(), job.kind.code().into()];
    let same = match &job.document {
        Some(document) => {
            params.extend([document.kind.as_str().into(), document.id.into()]);
            "document_kind = ?4 AND document_id = ?5"
        }
        None => "document_kind IS NULL",
    };
    Ok(read.row(&format!("SELECT 1 FROM device_job WHERE device = ?1 AND id > ?2 AND kind = ?3 AND {same}"), &params)?.is_some())
}

/// From now on nobody else than before can say how a device's unknown jobs ended: it hangs elsewhere.
///
/// # Errors
/// The engine's.
pub fn hangs_elsewhere(tx: &mut Tx<'_>, device: i64) -> Result<(), Fault> {
    tx.execute(
        "UPDATE device_job SET reason = 'interrupted' WHERE device = ?1 AND state = 'unknown' AND reason = 'link_lost'",
        &[device.into()],
    )?;
    Ok(())
}

/// Attempts at devices of an agent that were given up as unknown after a moment, because it or the hub was cut off.
///
/// # Errors
/// The engine's.
pub fn given_up(read: &dyn Read, devices: &[i64], after_ms: i64) -> Result<Vec<String>, Fault> {
    let mut attempts = Vec::new();
    for device in devices {
        let unknown = select(
            read,
            "WHERE device = ?1 AND state = 'unknown' AND reason = 'link_lost' AND attempt IS NOT NULL AND finished_ms > ?2 ORDER BY id",
            &[(*device).into(), after_ms.into()],
        )?;
        attempts.extend(unknown.into_iter().filter_map(|job| job.attempt));
    }
    Ok(attempts)
}

/// The jobs of a device, newest first, before a number.
///
/// # Errors
/// The engine's.
pub fn of_device(read: &dyn Read, device: i64, before: i64, limit: i64) -> Result<Vec<DeviceJob>, Fault> {
    select(read, "WHERE device = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3", &[device.into(), before.into(), limit.into()])
}

/// Puts a job at the end of its device's queue. It begins once the command is durable.
///
/// # Errors
/// The engine's.
pub fn enqueue(tx: &mut Tx<'_>, device: i64, kind: JobKind, document: Option<&Document>) -> Result<i64, Fault> {
    let expires_ms = (kind == JobKind::Drawer).then_some(tx.now_ms + DRAWER_LIFE_MS);
    let id = tx.insert(
        "INSERT INTO device_job (device, kind, document_kind, document_id, copy, state, created_ms, next_ms, expires_ms, asked_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?6, ?7, ?8)",
        &[
            device.into(),
            kind.code().into(),
            document.map(|d| d.kind.as_str()).into(),
            document.map(|d| d.id).into(),
            document.is_some_and(|d| d.copy).into(),
            tx.now_ms.into(),
            expires_ms.into(),
            tx.caller.by.into(),
        ],
    )?;
    tell(tx, device, id, JobState::Queued);
    Ok(id)
}

/// Tells the device's worker and the screens that a job moved.
pub(super) fn tell(tx: &mut Tx<'_>, device: i64, job: i64, state: JobState) {
    let payload = json!({ "device": device.to_string(), "job": job.to_string(), "state": state.code() });
    tx.notify(TOPIC, payload.clone());
    tx.notify("devices", payload);
}
