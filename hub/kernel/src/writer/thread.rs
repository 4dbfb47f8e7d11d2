//! The ways to the writer: the thread that drives it in production, and steps taken by hand.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::stepped::Stepped;
use super::{Caller, Committed, GROUP, Job, Tx, Writer};
use crate::refusal::{Fault, Reject};
use crate::store::Sweeper;

/// The most commands that wait; more senders wait for a place.
const WAITING: usize = 4096;

enum Message {
    Job(Box<Job>),
    Stop,
}

/// A way to the writer, shared by all who have commands.
#[derive(Clone)]
pub struct WriterHandle {
    way: Way,
}

#[derive(Clone)]
enum Way {
    Thread(SyncSender<Message>),
    Stepped(Arc<Stepped>),
}

impl WriterHandle {
    /// Hands over a command; the answer is heard once it is durable.
    pub fn submit(
        &self,
        caller: Caller,
        run: impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static,
        answer: impl FnOnce(Result<i64, Reject>) + Send + 'static,
    ) {
        let job = Job { caller, run: Box::new(run), answer: Box::new(answer) };
        match &self.way {
            Way::Stepped(stepped) => stepped.push(job),
            Way::Thread(sender) => {
                if let Err(error) = sender.send(Message::Job(Box::new(job)))
                    && let Message::Job(job) = error.0
                {
                    (job.answer)(Err(Reject::Fault(Fault::Stopped)));
                }
            }
        }
    }

    /// Hands over a command and waits for its answer.
    ///
    /// # Errors
    /// The command's.
    pub fn submit_and_wait(
        &self,
        caller: Caller,
        run: impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static,
    ) -> Result<i64, Reject> {
        let (sender, receiver) = sync_channel(1);
        self.submit(caller, run, move |outcome| {
            let _heard = sender.send(outcome);
        });
        if let Way::Stepped(stepped) = &self.way {
            while stepped.step() {}
        }
        receiver.recv().unwrap_or(Err(Reject::Fault(Fault::Stopped)))
    }

    /// Lets the writer finish what waits and stop.
    pub fn stop(&self) {
        match &self.way {
            Way::Thread(sender) => {
                let _already_stopped = sender.send(Message::Stop);
            }
            Way::Stepped(stepped) => stepped.stop(),
        }
    }
}

/// Starts the thread, and another that sweeps the log beside it. `listen` hears of every durable group, on the writer's
/// own thread: it must not block.
///
/// # Errors
/// [`Fault::Io`] when no thread can be made.
pub fn start(mut writer: Writer, listen: impl Fn(Committed) + Send + 'static) -> Result<(WriterHandle, JoinHandle<()>), Fault> {
    let (sender, receiver) = sync_channel(WAITING);
    let broom = writer.sweeper().map(Broom::start).transpose()?;
    let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
        while let Some(group) = next_group(&receiver, &mut writer) {
            let stop = group.stop;
            if !group.jobs.is_empty() {
                let committed = writer.step(group.jobs);
                if committed.entries > 0 || !committed.notices.is_empty() {
                    listen(committed);
                }
            }
            seal(&mut writer, stop);
            if let Some(broom) = &broom {
                broom.wake();
            }
            if stop {
                break;
            }
        }
    })?;
    Ok((WriterHandle { way: Way::Thread(sender) }, thread))
}

/// Lets what waits for the disk wait no longer than it may.
fn seal(writer: &mut Writer, at_once: bool) {
    let sealed = if at_once { writer.seal() } else { writer.seal_when_due() };
    if let Err(fault) = sealed {
        tracing::error!(error = &fault as &dyn std::error::Error, "what was answered is not on the disk yet");
    }
}

/// The thread that sweeps the log, for as long as the writer runs.
struct Broom {
    due: Box<dyn Fn() -> bool + Send>,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Broom {
    fn start(mut sweeper: Sweeper) -> Result<Self, Fault> {
        let (wake, woken) = sync_channel(1);
        let due = sweeper.due();
        let thread = std::thread::Builder::new().name("sweeper".to_owned()).spawn(move || {
            while woken.recv().is_ok() {
                if let Err(fault) = sweeper.sweep() {
                    tracing::warn!(error = &fault as &dyn std::error::Error, "the log was not copied");
                }
            }
        })?;
        Ok(Self { due: Box::new(due), wake: Some(wake), thread: Some(thread) })
    }

    fn wake(&self) {
        if let Some(wake) = self.wake.as_ref().filter(|_| (self.due)()) {
            let _sweeps_already = wake.try_send(());
        }
    }
}

impl Drop for Broom {
    fn drop(&mut self) {
        self.wake = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the sweeper stopped by a panic");
        }
    }
}

/// The same without a thread: `wake` is told that a command waits, and whoever holds [`Stepped`] takes the steps.
/// Commands that are waited for take them by themselves.
#[must_use]
pub fn stepped(
    writer: Writer,
    wake: impl Fn() + Send + Sync + 'static,
    listen: impl Fn(Committed) + Send + Sync + 'static,
) -> (WriterHandle, Arc<Stepped>) {
    let stepped = Arc::new(Stepped::new(writer, Box::new(wake), Box::new(listen)));
    (WriterHandle { way: Way::Stepped(stepped.clone()) }, stepped)
}

struct Group {
    jobs: Vec<Job>,
    stop: bool,
}

fn next_group(receiver: &Receiver<Message>, writer: &mut Writer) -> Option<Group> {
    let mut group = Group { jobs: Vec::new(), stop: false };
    let mut next = Some(first(receiver, writer)?);
    while let Some(message) = next {
        match message {
            Message::Job(job) => group.jobs.push(*job),
            Message::Stop => group.stop = true,
        }
        next = if group.jobs.len() < GROUP && !group.stop { receiver.try_recv().ok() } else { None };
    }
    Some(group)
}

/// The next message; while none comes, what waits for the disk is put there in time.
fn first(receiver: &Receiver<Message>, writer: &mut Writer) -> Option<Message> {
    while let Some(left_ms) = writer.seals_in_ms() {
        match receiver.recv_timeout(Duration::from_millis(u64::try_from(left_ms).unwrap_or(0).max(1))) {
            Ok(message) => return Some(message),
            Err(RecvTimeoutError::Timeout) => seal(writer, false),
            Err(RecvTimeoutError::Disconnected) => {
                seal(writer, true);
                return None;
            }
        }
    }
    receiver.recv().ok()
}
