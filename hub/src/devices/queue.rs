//! A device's queue as a step function: which job is next, and what follows from how it ended. Pure: time is handed in.

use duken_protocol::device::{Outcome, Reason};

use super::model::{DeviceJob, JobKind, JobState};

/// A job that certainly printed nothing is tried again by itself while it is younger than this.
pub const YOUNG_MS: i64 = 10 * 60_000;

/// Pauses before the second, third … attempt; the last holds for all that follow.
const PAUSES_MS: &[i64] = &[500, 1_000, 2_000, 5_000];

/// The next step of a device's worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send this job now.
    Send(i64),
    /// This job is too old to begin.
    Expire(i64),
    /// Nothing to do before this moment (milliseconds since 1970 UTC).
    Wait(i64),
    /// Nothing to do.
    Idle,
}

/// Chooses the next step. A drawer's pulse goes before paper: it is old news in two seconds. Paper goes in the order it was
/// asked for, so a job that waits for another attempt holds back those behind it. `ready_ms`: when the device last said
/// that it is ready; an attempt that failed before that is repeated at once.
#[must_use]
pub fn next(now_ms: i64, open: &[DeviceJob], ready_ms: Option<i64>) -> Step {
    if open.iter().any(|job| job.state == JobState::Sending) {
        return Step::Idle;
    }
    let waits = |job: &&DeviceJob| job.next_ms.is_some();
    if let Some(job) = open.iter().filter(waits).find(|job| job.expires_ms.is_some_and(|at| at <= now_ms)) {
        return Step::Expire(job.id);
    }
    let drawers = open.iter().filter(waits).filter(|job| job.kind == JobKind::Drawer);
    let papers = open.iter().filter(waits).filter(|job| job.kind != JobKind::Drawer).take(1);
    let mut earliest: Option<i64> = None;
    for job in drawers.chain(papers) {
        let due_ms = job.next_ms.unwrap_or(now_ms);
        let woken = job.attempts > 0 && ready_ms.zip(job.finished_ms).is_some_and(|(ready, ended)| ready > ended);
        if due_ms <= now_ms || woken {
            return Step::Send(job.id);
        }
        let until = job.expires_ms.map_or(due_ms, |at| at.min(due_ms));
        earliest = Some(earliest.map_or(until, |e| e.min(until)));
    }
    earliest.map_or(Step::Idle, Step::Wait)
}

/// What a job has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Its state.
    pub state: JobState,
    /// Why it did not simply succeed.
    pub reason: &'static str,
    /// What the system said.
    pub detail: String,
    /// When it is tried again by itself.
    pub next_ms: Option<i64>,
}

/// What follows from the outcome of an attempt.
#[must_use]
pub fn after(now_ms: i64, job: &DeviceJob, outcome: &Outcome) -> End {
    let end = |state, reason: &'static str, detail: &str| End { state, reason, detail: detail.to_owned(), next_ms: None };
    let paper = job.kind != JobKind::Drawer;
    let not_done = if paper { JobState::NotPrinted } else { JobState::Failed };
    match outcome {
        Outcome::Printed { .. } | Outcome::Done => end(if paper { JobState::Printed } else { JobState::Done }, "", ""),
        Outcome::Unknown { reason, detail } => end(JobState::Unknown, reason.code(), detail),
        Outcome::NotPrinted { reason, detail } | Outcome::Failed { reason, detail } => {
            End { next_ms: next_attempt(now_ms, job, *reason), ..end(not_done, reason.code(), detail) }
        }
        Outcome::State { .. } | Outcome::Kaspi { .. } | Outcome::KaspiFailed { .. } => {
            end(JobState::Unknown, Reason::NoAnswer.code(), "the driver answered another question")
        }
    }
}

fn next_attempt(now_ms: i64, job: &DeviceJob, reason: Reason) -> Option<i64> {
    match reason {
        Reason::BadDocument | Reason::Unsupported | Reason::UnknownDevice | Reason::Expired => return None,
        Reason::Offline
        | Reason::InUse
        | Reason::PaperOut
        | Reason::CoverOpen
        | Reason::DeviceError
        | Reason::NotReady
        | Reason::Stalled
        | Reason::LinkLost
        | Reason::NoAnswer
        | Reason::Interrupted => {}
    }
    let tried = usize::try_from(job.attempts.max(1) - 1).unwrap_or(0);
    let pause_ms = PAUSES_MS[tried.min(PAUSES_MS.len() - 1)];
    let pause_ms = if job.kind == JobKind::Drawer { pause_ms.min(300) } else { pause_ms };
    let next_ms = now_ms + pause_ms;
    let last_ms = job.expires_ms.unwrap_or(job.created_ms + YOUNG_MS);
    (next_ms < last_ms).then_some(next_ms)
}

#[cfg(test)]
mod tests {
    use duken_protocol::device::Confirmation;

    use super::*;
    use crate::devices::model::Document;

    fn job(id: i64, kind: JobKind) -> DeviceJob {
        DeviceJob {
            id,
            device: 1,
            kind,
            document: Some(Document { kind: "sale".into(), id: 7, copy: false }),
            state: JobState::Queued,
            reason: String::new(),
            detail: String::new(),
            attempts: 0,
            created_ms: 1_000,
            finished_ms: None,
            next_ms: Some(1_000),
            expires_ms: (kind == JobKind::Drawer).then_some(3_000),
            attempt: None,
        }
    }

    #[test]
    fn the_drawer_goes_before_paper_and_paper_in_its_order() {
        let jobs = [job(1, JobKind::Print), job(2, JobKind::Print), job(3, JobKind::Drawer)];
        assert_eq!(next(1_000, &jobs, None), Step::Send(3));
        assert_eq!(next(1_000, &jobs[..2], None), Step::Send(1));
        assert_eq!(next(1_000, &[], None), Step::Idle);
    }

    #[test]
    fn one_job_at_a_time() {
        let sending = DeviceJob { state: JobState::Sending, next_ms: None, ..job(1, JobKind::Print) };
        assert_eq!(next(1_000, &[sending, job(2, JobKind::Drawer)], None), Step::Idle);
    }

    #[test]
    fn a_pulse_of_the_drawer_dies_after_two_seconds() {
        let drawer = job(1, JobKind::Drawer);
        assert_eq!(next(2_999, std::slice::from_ref(&drawer), None), Step::Send(1));
        assert_eq!(next(3_000, std::slice::from_ref(&drawer), None), Step::Expire(1));
        let late = DeviceJob { attempts: 3, ..drawer };
        assert_eq!(after(2_900, &late, &Outcome::failed(Reason::Offline, "")).next_ms, None, "no attempt after its death");
        assert!(after(1_100, &late, &Outcome::failed(Reason::Offline, "")).next_ms.is_some());
    }

    #[test]
    fn what_printed_nothing_is_tried_again_while_young_and_holds_back_the_next() {
        let first = DeviceJob { attempts: 1, ..job(1, JobKind::Print) };
        let end = after(2_000, &first, &Outcome::not_printed(Reason::PaperOut, "no paper"));
        assert_eq!((end.state, end.reason, end.next_ms), (JobState::NotPrinted, "paper_out", Some(2_500)));
        let waiting = DeviceJob { state: end.state, next_ms: end.next_ms, finished_ms: Some(2_000), ..first.clone() };
        let jobs = [waiting, job(2, JobKind::Print)];
        assert_eq!(next(2_000, &jobs, None), Step::Wait(2_500));
        assert_eq!(next(2_500, &jobs, None), Step::Send(1));
        assert_eq!(next(2_100, &jobs, Some(2_050)), Step::Send(1), "paper was put in");
        assert_eq!(next(2_100, &jobs, Some(1_900)), Step::Wait(2_500), "ready before the attempt says nothing");
        assert_eq!(
            after(1_000 + YOUNG_MS, &first, &Outcome::not_printed(Reason::PaperOut, "")).next_ms,
            None,
            "old receipts stay off the paper"
        );
    }

    #[test]
    fn what_may_be_on_paper_is_never_repeated_by_itself() {
        let first = DeviceJob { attempts: 1, ..job(1, JobKind::Print) };
        for reason in [Reason::Stalled, Reason::LinkLost, Reason::PaperOut, Reason::Interrupted] {
            let end = after(2_000, &first, &Outcome::unknown(reason, ""));
            assert_eq!((end.state, end.next_ms), (JobState::Unknown, None));
        }
        let bad = after(2_000, &first, &Outcome::not_printed(Reason::BadDocument, ""));
        assert_eq!((bad.state, bad.next_ms), (JobState::NotPrinted, None));
        let printed = after(2_000, &first, &Outcome::Printed { confirmation: Confirmation::Answered });
        assert_eq!((printed.state, printed.next_ms), (JobState::Printed, None));
    }
}
