//! A job's way: each step durable before the next thing happens outside (D1).

use duken_kernel::{Fault, Reject, Tx};
use duken_protocol::device::Outcome;
use serde_json::json;

use crate::devices::jobs::{self, tell};
use crate::devices::model::{DeviceJob, Document, JobKind, JobState};
use crate::devices::{JOB_OVER, JOB_UNDER_WAY, NO_DEVICE, log, queries, queue};
use crate::web::CARD_NOT_FOUND;

/// Durable before the first byte: the attempt has a name, and the job is under way from now on. Refused when it no longer
/// waits.
///
/// # Errors
/// `card.not_found`, `job.over`.
pub fn begin(id: i64, attempt: String) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let job = jobs::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if job.next_ms.is_none() {
            return JOB_OVER.err();
        }
        tx.execute(
            "UPDATE device_job SET state = 'sending', next_ms = NULL, attempts = attempts + 1, attempt = ?2 WHERE id = ?1",
            &[id.into(), attempt.into()],
        )?;
        tell(tx, job.device, id, JobState::Sending);
        Ok(id)
    }
}

/// Durable after the outcome of an attempt. One that ended before its first byte was never begun: it is counted here.
///
/// # Errors
/// `card.not_found`, `job.over` when the job has moved on meanwhile.
pub fn finish(id: i64, attempt: String, outcome: Outcome) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let job = jobs::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if job.attempt.as_deref() == Some(attempt.as_str()) && job.state == JobState::Sending {
            let end = queue::after(tx.now_ms, &job, &outcome);
            settle(tx, &job, &end)?;
            return Ok(id);
        }
        if job.next_ms.is_none() {
            return JOB_OVER.err();
        }
        tx.execute("UPDATE device_job SET attempts = attempts + 1 WHERE id = ?1", &[id.into()])?;
        let job = DeviceJob { attempts: job.attempts + 1, ..job };
        let end = queue::after(tx.now_ms, &job, &outcome);
        settle(tx, &job, &end)?;
        Ok(id)
    }
}

/// An outcome that comes late, from an agent that was cut off: it settles an unknown job. One that certainly did not
/// print is tried again as after any attempt, unless somebody has asked for the same paper meanwhile.
///
/// # Errors
/// `card.not_found` for an attempt that no job had last, `job.over` when the job has another end already.
pub fn finish_late(attempt: String, outcome: Outcome) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let job = jobs::of_attempt(tx, &attempt)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let told = job.state == JobState::Sending || (job.state == JobState::Unknown && !matches!(outcome, Outcome::Unknown { .. }));
        if !told {
            return JOB_OVER.err();
        }
        let mut end = queue::after(tx.now_ms, &job, &outcome);
        if end.next_ms.is_some() && jobs::asked_again(tx, &job)? {
            end.next_ms = None;
        }
        settle(tx, &job, &end)?;
        Ok(job.id)
    }
}

/// A job that was never begun, or cannot be: expired, or its document is not there.
///
/// # Errors
/// `card.not_found`, `job.over`.
pub fn give_up(id: i64, reason: &'static str) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let job = jobs::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if job.next_ms.is_none() {
            return JOB_OVER.err();
        }
        settle(tx, &job, &not_done(&job, reason))?;
        Ok(id)
    }
}

/// A person takes a waiting job out of the queue.
///
/// # Errors
/// `card.not_found`, `job.under_way`, `job.over`.
pub fn cancel(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let job = jobs::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if job.state == JobState::Sending {
            return JOB_UNDER_WAY.err();
        }
        if job.next_ms.is_none() {
            return JOB_OVER.err();
        }
        settle(tx, &job, &not_done(&job, "cancelled"))?;
        Ok(id)
    }
}

/// Prints the document of a job again, as a job of its own. What may be on paper already is marked as a copy. Answers
/// with the new job.
///
/// # Errors
/// `card.not_found`, `job.under_way` while it waits or runs, `device.not_found` for a device out of use.
pub fn reprint(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let job = jobs::find(tx, id)?.filter(|job| job.kind != JobKind::Drawer).ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if job.state == JobState::Sending || job.next_ms.is_some() {
            return JOB_UNDER_WAY.err();
        }
        if queries::find(tx, job.device)?.is_none_or(|device| device.card.archived) {
            return NO_DEVICE.err();
        }
        let again = job.document.map(|document| Document { copy: document.copy || job.state != JobState::NotPrinted, ..document });
        Ok(jobs::enqueue(tx, job.device, job.kind, again.as_ref())?)
    }
}

/// At the start: what was under way when the program ended may be on paper. Nobody guesses; an agent that drove it is asked
/// when it is back.
///
/// # Errors
/// The engine's.
pub fn interrupt_all() -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute(
            "DELETE FROM device_job WHERE next_ms IS NULL AND state <> 'sending' AND created_ms < ?1",
            &[(tx.now_ms - KEPT_MS).into()],
        )?;
        let mut interrupted = 0;
        for device in jobs::open_devices(tx)? {
            let far = queries::find(tx, device)?.is_some_and(|card| card.card.agent.is_some());
            let reason = if far { "link_lost" } else { "interrupted" };
            for job in jobs::open(tx, device)?.into_iter().filter(|job| job.state == JobState::Sending) {
                let end = queue::End { state: JobState::Unknown, reason, detail: String::new(), next_ms: None };
                settle(tx, &job, &end)?;
                interrupted += 1;
            }
        }
        Ok(interrupted)
    }
}

/// Jobs that are over are kept for ninety days.
const KEPT_MS: i64 = 90 * 86_400_000;

fn not_done(job: &DeviceJob, reason: &'static str) -> queue::End {
    let state = if job.kind == JobKind::Drawer { JobState::Failed } else { JobState::NotPrinted };
    queue::End { state, reason, detail: String::new(), next_ms: None }
}

fn settle(tx: &mut Tx<'_>, job: &DeviceJob, end: &queue::End) -> Result<(), Fault> {
    tx.execute(
        "UPDATE device_job SET state = ?2, reason = ?3, detail = ?4, next_ms = ?5, finished_ms = ?6 WHERE id = ?1",
        &[job.id.into(), end.state.code().into(), end.reason.into(), end.detail.as_str().into(), end.next_ms.into(), tx.now_ms.into()],
    )?;
    let level = match end.state {
        JobState::Printed | JobState::Done | JobState::Queued | JobState::Sending => log::Level::Info,
        JobState::NotPrinted | JobState::Failed => log::Level::Warning,
        JobState::Unknown => log::Level::Error,
    };
    let params = json!({ "job": job.id, "reason": end.reason, "detail": end.detail, "again": end.next_ms.is_some() });
    log::keep(tx, job.device, level, end.state.code(), &params)?;
    tell(tx, job.device, job.id, end.state);
    Ok(())
}
