//! The writer without a thread: whoever waits in this process takes its steps, one group at a time.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Committed, GROUP, Job, Writer};
use crate::refusal::{Fault, Reject};
use crate::store::Sweeper;

/// Hears of every durable group.
type Listen = Box<dyn Fn(Committed) + Send + Sync>;
/// Is told that a command waits.
type Wake = Box<dyn Fn() + Send + Sync>;

/// A writer whose steps are taken by hand.
pub struct Stepped {
    writer: Mutex<Option<Writer>>,
    sweeper: Mutex<Option<Sweeper>>,
    waiting: Mutex<VecDeque<Job>>,
    wake: Wake,
    listen: Listen,
}

impl Stepped {
    pub(super) fn new(writer: Writer, wake: Wake, listen: Listen) -> Self {
        Self { sweeper: Mutex::new(writer.sweeper()), writer: Mutex::new(Some(writer)), waiting: Mutex::default(), wake, listen }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A command waits from now on.
    pub(super) fn push(&self, job: Job) {
        self.waiting().push_back(job);
        (self.wake)();
    }

    /// Runs one group of what waits; whether there was any.
    pub fn step(&self) -> bool {
        let jobs: Vec<Job> = {
            let mut waiting = self.waiting();
            let many = waiting.len().min(GROUP);
            waiting.drain(..many).collect()
        };
        if jobs.is_empty() {
            return false;
        }
        let committed = match self.writer.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(writer) => writer.step(jobs),
            None => {
                jobs.into_iter().for_each(|job| (job.answer)(Err(Reject::Fault(Fault::Stopped))));
                return true;
            }
        };
        if committed.entries > 0 || !committed.notices.is_empty() {
            (self.listen)(committed);
        }
        true
    }

    /// How long what was answered and waits for the disk may still wait, in milliseconds; nothing when nothing waits.
    pub fn seals_in_ms(&self) -> Option<i64> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.seals_in_ms()
    }

    /// Puts on the disk what has waited for it long enough.
    ///
    /// # Errors
    /// The engine's; what waits goes on waiting then.
    pub fn seal_when_due(&self) -> Result<(), Fault> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map_or(Ok(()), Writer::seal_when_due)
    }

    /// Copies the log of the database, however short it is.
    ///
    /// # Errors
    /// The engine's; what was not copied stays in the log.
    pub fn sweep(&self) -> Result<(), Fault> {
        match self.sweeper.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(sweeper) => sweeper.sweep().map(drop),
            None => Ok(()),
        }
    }

    /// Drops what waits, unanswered: the machine stopped before it came to it. What waits holds the hub, and the hub this
    /// writer: without this neither would ever go.
    pub fn give_up(&self) {
        let waiting = std::mem::take(&mut *self.waiting());
        drop(waiting);
    }

    /// Finishes what waits; every later command is refused.
    pub(super) fn stop(&self) {
        while self.step() {}
        let sealed = self.writer.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(Writer::seal);
        if let Some(Err(fault)) = sealed {
            tracing::error!(error = &fault as &dyn std::error::Error, "what was answered is not on the disk yet");
        }
        *self.sweeper.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.writer.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
