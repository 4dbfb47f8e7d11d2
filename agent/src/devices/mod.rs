//! The devices that this process drives: one worker each, so that a dead one never delays another.
//!
//! Queues here live in memory. Whoever hands jobs over (the hub's durable queue) gives each an id; the same id again is
//! answered with the first outcome and runs nothing.

mod memory;
mod printer;
mod scanner;
mod state;
mod terminal;

pub use memory::{JobMemory, REMEMBERED_MAX, Remembered};

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use duken_protocol::device::{DeviceDescription, DeviceEvent, DeviceKind, DeviceReport, Job, KaspiCall, Outcome, Reason, Scan, Work};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::printer::Profiles;
use crate::printer::driver::Patience;
use state::StateCell;

/// Events that wait at most; later ones are dropped, which is what news deserves.
const EVENTS_MAX: usize = 256;

/// Jobs that wait for one device at most.
const QUEUE_MAX: usize = 256;

/// How a runtime behaves.
#[derive(Debug)]
pub struct RuntimeOptions {
    /// Printer profiles.
    pub profiles: Profiles,
    /// Memory of jobs.
    pub memory: JobMemory,
    /// How long printers may take for each step.
    pub patience: Patience,
    /// Between two looks at an idle printer.
    pub look_every: Duration,
    /// Between two looks at a printer that cannot be reached.
    pub look_again: Duration,
    /// Between two tries to open a scanner that is gone.
    pub reopen_every: Duration,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self {
            profiles: Profiles::bundled(),
            memory: JobMemory::in_memory(),
            patience: Patience::default(),
            look_every: Duration::from_secs(20),
            look_again: Duration::from_secs(3),
            reopen_every: Duration::from_secs(1),
        }
    }
}

/// Something that happened at a device, with its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub event: DeviceEvent,
    /// When, on this machine's own clock.
    pub at: Instant,
}

impl Event {
    /// The event with its age of this moment; see [`Event::fresh`].
    #[must_use]
    pub fn news(self) -> Option<DeviceEvent> {
        self.fresh(Instant::now())
    }

    /// The event with its age filled in; nothing when it is a scan older than [`Scan::AGE_MS_MAX`].
    #[must_use]
    pub fn fresh(self, now: Instant) -> Option<DeviceEvent> {
        match self.event {
            DeviceEvent::Scan(mut scan) => {
                let age = u32::try_from(now.saturating_duration_since(self.at).as_millis()).unwrap_or(u32::MAX);
                scan.age_ms = scan.age_ms.saturating_add(age);
                (scan.age_ms <= Scan::AGE_MS_MAX).then_some(DeviceEvent::Scan(scan))
            }
            state @ DeviceEvent::State(_) => Some(state),
        }
    }
}

/// Asked right before the first byte of a job leaves, and waited for. An error stops the job: nothing has happened.
pub type Gate = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send>;

/// A gate that lets everything through.
#[must_use]
pub fn open_gate() -> Gate {
    Box::new(|| Box::pin(async { Ok(()) }))
}

/// A job on its way to a worker.
struct Task {
    job: Job,
    handed_over: Instant,
    gate: Gate,
    answer: oneshot::Sender<Outcome>,
}

impl Task {
    fn expired(&self) -> bool {
        self.job.valid_for_ms.is_some_and(|ms| self.handed_over.elapsed() > Duration::from_millis(u64::from(ms)))
    }
}

struct Device {
    description: DeviceDescription,
    state: Arc<StateCell>,
    queue: Option<mpsc::Sender<Task>>,
    worker: JoinHandle<()>,
}

/// All devices of this process. Clones share them.
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

struct Inner {
    profiles: Profiles,
    patience: Patience,
    look_every: Duration,
    look_again: Duration,
    reopen_every: Duration,
    memory: Mutex<JobMemory>,
    running: Mutex<BTreeMap<Uuid, watch::Receiver<Option<Outcome>>>>,
    devices: Mutex<BTreeMap<String, Device>>,
    events: mpsc::Sender<Event>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Runtime").field("devices", &lock(&self.inner.devices).len()).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runtime {
    /// A runtime without devices, and the stream of its events. Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(options: RuntimeOptions) -> (Self, mpsc::Receiver<Event>) {
        let (events, receiver) = mpsc::channel(EVENTS_MAX);
        let inner = Inner {
            profiles: options.profiles,
            patience: options.patience,
            look_every: options.look_every,
            look_again: options.look_again,
            reopen_every: options.reopen_every,
            memory: Mutex::new(options.memory),
            running: Mutex::default(),
            devices: Mutex::default(),
            events,
        };
        (Self { inner: Arc::new(inner) }, receiver)
    }

    /// The devices to drive from now on, all of them. New ones start, gone ones end after the job in hand, changed ones
    /// start again after it, the others are not touched.
    pub fn set_devices(&self, wanted: &[DeviceDescription]) {
        let mut devices = lock(&self.inner.devices);
        let gone: Vec<String> = devices.keys().filter(|id| !wanted.iter().any(|device| device.id == **id)).cloned().collect();
        for id in gone {
            if let Some(device) = devices.remove(&id) {
                retire(device);
            }
        }
        for description in wanted {
            if devices.get(&description.id).is_some_and(|device| device.description == *description) {
                continue;
            }
            let before = devices.remove(&description.id).map(retire);
            devices.insert(description.id.clone(), self.begin(description.clone(), before));
        }
    }

    fn begin(&self, description: DeviceDescription, before: Option<JoinHandle<()>>) -> Device {
        let state = Arc::new(StateCell::new(&description.id, self.inner.events.clone()));
        let (queue, tasks) = mpsc::channel(QUEUE_MAX);
        let profile = self.inner.profiles.of_device(&description);
        let (patience, reopen_every) = (self.inner.patience, self.inner.reopen_every);
        let looks = [self.inner.look_every, self.inner.look_again];
        let (own, cell, events) = (description.clone(), Arc::clone(&state), self.inner.events.clone());
        let worker = tokio::spawn(async move {
            // The same port is not opened twice.
            if let Some(before) = before {
                let _ = before.await;
            }
            match own.kind {
                DeviceKind::Printer | DeviceKind::Drawer => {
                    printer::PrinterWorker::new(own, profile, patience, cell).run(tasks, looks).await;
                }
                DeviceKind::Terminal => terminal::run(tasks, cell).await,
                DeviceKind::Scanner => scanner::run(own, tasks, cell, events, reopen_every).await,
            }
        });
        Device { description, state, queue: Some(queue), worker }
    }

    /// The devices that are driven now.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceDescription> {
        let mut all: Vec<_> = lock(&self.inner.devices).values().map(|device| device.description.clone()).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    /// The last known state of a device.
    #[must_use]
    pub fn state(&self, device_id: &str) -> Option<DeviceReport> {
        lock(&self.inner.devices).get(device_id).map(|device| device.state.get())
    }

    /// The profiles in use.
    #[must_use]
    pub fn profiles(&self) -> &Profiles {
        &self.inner.profiles
    }

    /// Runs a job once and says how it ended. The same id again, even while it runs, gives the same outcome. The job goes
    /// on when the caller stops waiting. Questions without effect (states) run each time.
    pub async fn submit(&self, job: Job) -> Outcome {
        self.accept(job).outcome().await
    }

    /// The same; `gate` is asked before the first byte leaves. A repeat never asks its gate.
    pub async fn submit_through(&self, job: Job, gate: Gate) -> Outcome {
        self.take_on(job, gate).outcome().await
    }

    /// Takes a job on; it runs by itself. Before its first byte it is noted (on disk where the memory has a file): a
    /// program that is stopped earlier has certainly done nothing and may be handed the same job again.
    #[must_use]
    pub fn accept(&self, job: Job) -> Ticket {
        self.take_on(job, open_gate())
    }

    fn take_on(&self, job: Job, gate: Gate) -> Ticket {
        if is_question(&job.work) {
            return Ticket { running: self.spawn(job, None) };
        }
        let mut running = lock(&self.inner.running);
        if let Some(receiver) = running.get(&job.id) {
            return Ticket { running: receiver.clone() };
        }
        if let Some(Remembered::Ended(outcome)) = lock(&self.inner.memory).get(job.id) {
            return Ticket::ended(outcome.clone());
        }
        if !lock(&self.inner.devices).contains_key(&job.device_id) {
            return Ticket::ended(not_done(&job.work, Reason::UnknownDevice, ""));
        }
        let id = job.id;
        let receiver = self.spawn(job, Some(gate));
        running.insert(id, receiver.clone());
        Ticket { running: receiver }
    }

    /// The outcome of a job that was handed over earlier, as far as it is known; nothing while it runs. A job that never
    /// came, or of which no byte left before this program was stopped, is not done, and will not be from now on.
    pub fn recall(&self, id: Uuid) -> Option<Outcome> {
        let running = lock(&self.inner.running);
        if running.contains_key(&id) {
            return None;
        }
        let mut memory = lock(&self.inner.memory);
        match memory.get(id) {
            Some(Remembered::Ended(outcome)) => Some(outcome.clone()),
            Some(Remembered::Begun) => None,
            None => {
                let never = Outcome::failed(Reason::Interrupted, "it never began");
                match memory.end(id, never.clone()) {
                    Ok(()) => Some(never),
                    Err(error) => {
                        tracing::error!(%id, %error, "a recalled job cannot be noted");
                        None
                    }
                }
            }
        }
    }

    /// Runs a job; one with a gate is remembered.
    fn spawn(&self, job: Job, gate: Option<Gate>) -> watch::Receiver<Option<Outcome>> {
        let (done, receiver) = watch::channel(None);
        let (own, id, remembered) = (self.clone(), job.id, gate.is_some());
        let gate = gate.map_or_else(open_gate, |gate| self.noting(id, gate));
        tokio::spawn(async move {
            let outcome = own.run(job, gate).await;
            if remembered {
                if let Err(error) = lock(&own.inner.memory).end(id, outcome.clone()) {
                    tracing::error!(%id, %error, "an outcome cannot be noted on disk");
                }
                lock(&own.inner.running).remove(&id);
            }
            let _ = done.send(Some(outcome));
        });
        receiver
    }

    /// The caller's gate, and behind it the note that the job has begun.
    fn noting(&self, id: Uuid, gate: Gate) -> Gate {
        let own = self.clone();
        Box::new(move || {
            Box::pin(async move {
                gate().await?;
                lock(&own.inner.memory).begin(id).map_err(|error| format!("the job cannot be noted: {error}"))
            })
        })
    }

    async fn run(&self, job: Job, gate: Gate) -> Outcome {
        let queue = lock(&self.inner.devices).get(&job.device_id).and_then(|device| device.queue.clone());
        let Some(queue) = queue else { return not_done(&job.work, Reason::UnknownDevice, "") };
        let (answer, outcome) = oneshot::channel();
        let (work, id) = (job.work.clone(), job.id);
        let task = Task { job, handed_over: Instant::now(), gate, answer };
        if queue.try_send(task).is_err() {
            return not_done(&work, Reason::InUse, "too many jobs wait for this device");
        }
        drop(queue);
        let gone = || match lock(&self.inner.memory).get(id) {
            Some(Remembered::Begun) => Outcome::unknown(Reason::Interrupted, "the device was taken out of use"),
            _ => not_done(&work, Reason::Interrupted, "the device was taken out of use"),
        };
        outcome.await.unwrap_or_else(|_| gone())
    }

    /// Ended jobs whose outcome the hub has not yet stored, oldest first.
    #[must_use]
    pub fn unstored(&self) -> Vec<(Uuid, Outcome)> {
        lock(&self.inner.memory).unstored()
    }

    /// The hub has stored an outcome.
    pub fn stored(&self, id: Uuid) {
        if let Err(error) = lock(&self.inner.memory).stored(id) {
            tracing::warn!(%id, %error, "a stored outcome cannot be noted on disk");
        }
    }

    /// Ends all workers after the jobs in hand.
    pub async fn stop(&self) {
        let workers: Vec<JoinHandle<()>> = std::mem::take(&mut *lock(&self.inner.devices)).into_values().map(retire).collect();
        for worker in workers {
            let _ = worker.await;
        }
    }
}

/// A job that was taken on.
#[derive(Debug)]
pub struct Ticket {
    running: watch::Receiver<Option<Outcome>>,
}

impl Ticket {
    fn ended(outcome: Outcome) -> Self {
        Self { running: watch::channel(Some(outcome)).1 }
    }

    /// Waits for the end.
    pub async fn outcome(mut self) -> Outcome {
        let ended = self.running.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        ended.unwrap_or_else(|| Outcome::unknown(Reason::Interrupted, "the worker ended"))
    }
}

fn retire(mut device: Device) -> JoinHandle<()> {
    device.queue = None;
    if device.description.kind == DeviceKind::Scanner {
        device.worker.abort();
    }
    device.worker
}

fn is_question(work: &Work) -> bool {
    match work {
        Work::AskState => true,
        Work::Kaspi { call, .. } => matches!(call, KaspiCall::Status { .. } | KaspiCall::DeviceInfo | KaspiCall::Probe),
        Work::Print { .. } | Work::DrawerPulse { .. } | Work::TestChart => false,
    }
}

/// The outcome of work that certainly did not happen.
fn not_done(work: &Work, reason: Reason, detail: &str) -> Outcome {
    match work {
        Work::Print { .. } | Work::TestChart => Outcome::not_printed(reason, detail),
        Work::DrawerPulse { .. } | Work::AskState | Work::Kaspi { .. } => Outcome::failed(reason, detail),
    }
}

#[cfg(test)]
mod tests;
