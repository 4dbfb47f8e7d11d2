//! The agents of a store, on other machines: the link to their hub as the hub's own code serves it, over a wire that
//! breaks and delays, and a memory that outlives both ends.
//!
//! The agent itself is a model that keeps the real one's promises: a job is noted before its first byte, runs once, its
//! outcome is told until it is stored, and what was recalled before it began never begins. The real one, on real
//! machines, is for the tests of real programs.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::ws::Message;
use duken_hub::devices::serve_link;
use duken_hub::hub::{App, Hub};
use duken_protocol::device::{Job, Outcome, Reason};
use duken_protocol::link::{AgentMessage, HubMessage, LINK_VERSION};
use futures_util::{Sink, Stream};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::devices::{Shared, carried_out, lock};

/// What an agent remembers of a job.
#[derive(Debug, Clone)]
enum Remembered {
    /// It came; it runs, or will.
    Taken(Box<Job>),
    /// How it ended.
    Ended(Outcome),
}

/// The disk of an agent.
#[derive(Debug, Default)]
pub struct Memory {
    jobs: BTreeMap<Uuid, Remembered>,
    unstored: Vec<Uuid>,
}

impl Memory {
    /// Whether a job for this device is here and not at its end.
    #[must_use]
    pub fn has_work_for(&self, device: i64) -> bool {
        let id = device.to_string();
        self.jobs.values().any(|job| matches!(job, Remembered::Taken(job) if job.device_id == id))
    }

    fn end(&mut self, id: Uuid, outcome: Outcome) {
        self.jobs.insert(id, Remembered::Ended(outcome));
        self.unstored.push(id);
    }

    /// As the real one: what it never heard of is not done, and will not be from now on.
    fn recall(&mut self, id: Uuid) -> Option<Outcome> {
        match self.jobs.get(&id) {
            Some(Remembered::Ended(outcome)) => Some(outcome.clone()),
            Some(Remembered::Taken(_)) => None,
            None => {
                let never = Outcome::failed(Reason::Interrupted, "it never began");
                self.end(id, never.clone());
                Some(never)
            }
        }
    }
}

/// One end of a wire.
struct End {
    to: mpsc::UnboundedSender<Message>,
    from: mpsc::UnboundedReceiver<Message>,
}

fn wire() -> (End, End) {
    let ((to_hub, from_agent), (to_agent, from_hub)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
    (End { to: to_agent, from: from_agent }, End { to: to_hub, from: from_hub })
}

impl Stream for End {
    type Item = Result<Message, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.from.poll_recv(context).map(|message| message.map(Ok))
    }
}

impl Sink<Message> for End {
    type Error = axum::Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), axum::Error> {
        self.to.send(message).map_err(axum::Error::new)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }
}

/// An agent, for one life of its hub.
#[derive(Clone)]
pub struct Agent {
    /// Its number at the hub.
    pub id: i64,
    /// The devices of the store.
    pub devices: Shared,
    /// The hub.
    pub hub: Weak<Hub>,
    /// Whether the hub's machine has stopped.
    pub stopped: Arc<AtomicBool>,
}

impl Agent {
    /// Dials the hub again and again.
    pub async fn live(self) {
        loop {
            let pause_ms = lock(&self.devices).dice.below(4_000) + 50;
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            let Some(app) = self.hub.upgrade().filter(|_| !self.stopped.load(Ordering::Relaxed)) else { return };
            let (hubs, own) = wire();
            let served = tokio::spawn(serve_link(app, self.id, "10.0.0.7".to_owned(), hubs));
            if self.talk(own).await {
                lock(&self.devices).faults += 1;
            }
            // Either end of the wire is enough to end both.
            let _ended = served.await;
        }
    }

    fn memory<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(lock(&self.devices).memories.entry(self.id).or_default())
    }

    /// One life of the link, until it breaks: whether the wire broke it.
    async fn talk(&self, mut own: End) -> bool {
        let (ended, mut outcomes) = mpsc::unbounded_channel();
        let hello = AgentMessage::Hello {
            link: LINK_VERSION,
            agent_id: self.id.to_string(),
            build: "simulated".to_owned(),
            clock_ms: 0,
            devices: Vec::new(),
            found: Vec::new(),
        };
        own.say(&hello);
        let (unstored, left) = self.memory(|memory| {
            let ended = |id: &Uuid| match memory.jobs.get(id) {
                Some(Remembered::Ended(outcome)) => Some((*id, outcome.clone())),
                _ => None,
            };
            let left = memory.jobs.values().filter_map(|job| if let Remembered::Taken(job) = job { Some(job.clone()) } else { None });
            (memory.unstored.iter().filter_map(ended).collect::<Vec<_>>(), left.collect::<Vec<_>>())
        });
        for (job_id, outcome) in unstored {
            own.say(&AgentMessage::Outcome { job_id, outcome });
        }
        // What came before the hub was away goes on.
        left.into_iter().for_each(|job| self.begin(*job, ended.clone()));
        loop {
            let message = tokio::select! {
                biased;
                message = own.from.recv() => match message {
                    Some(Message::Text(text)) => serde_json::from_str::<HubMessage>(text.as_str()).ok(),
                    Some(Message::Ping(bytes)) => {
                        let _gone = own.to.send(Message::Pong(bytes));
                        None
                    }
                    Some(Message::Close(_)) | None => return false,
                    Some(Message::Binary(_) | Message::Pong(_)) => None,
                },
                Some(id) = outcomes.recv() => {
                    if self.wire_breaks().await {
                        return true;
                    }
                    if let Some(outcome) = self.memory(|memory| memory.recall(id)) {
                        own.say(&AgentMessage::Outcome { job_id: id, outcome });
                    }
                    None
                }
            };
            let Some(message) = message else { continue };
            if self.wire_breaks().await {
                return true;
            }
            self.hear(&own, message, &ended);
        }
    }

    /// A message is under way: it takes its time, or the wire breaks under it.
    async fn wire_breaks(&self) -> bool {
        let (breaks, ms) = {
            let mut devices = lock(&self.devices);
            let late = devices.dice.percent(8);
            (devices.dice.percent(5), if late { devices.dice.below(3_000) } else { devices.dice.below(5) })
        };
        tokio::time::sleep(Duration::from_millis(ms)).await;
        breaks || self.stopped.load(Ordering::Relaxed)
    }

    fn hear(&self, own: &End, message: HubMessage, ended: &mpsc::UnboundedSender<Uuid>) {
        match message {
            HubMessage::Job { job } => {
                let id = job.id;
                let known = self.memory(|memory| memory.jobs.get(&id).cloned());
                match known {
                    None => {
                        self.memory(|memory| memory.jobs.insert(id, Remembered::Taken(Box::new(job.clone()))));
                        self.begin(job, ended.clone());
                    }
                    Some(Remembered::Ended(outcome)) => own.say(&AgentMessage::Outcome { job_id: id, outcome }),
                    Some(Remembered::Taken(_)) => {}
                }
                own.say(&AgentMessage::Ack { job_id: id });
            }
            HubMessage::OutcomeStored { job_id } => self.memory(|memory| memory.unstored.retain(|known| *known != job_id)),
            HubMessage::Recall { job_ids } => {
                for job_id in job_ids {
                    if let Some(outcome) = self.memory(|memory| memory.recall(job_id)) {
                        own.say(&AgentMessage::Outcome { job_id, outcome });
                    }
                }
            }
            HubMessage::Welcome { .. }
            | HubMessage::Refused { .. }
            | HubMessage::Devices { .. }
            | HubMessage::Rescan
            | HubMessage::Unknown => {}
        }
    }

    /// Runs a job to its end, once.
    fn begin(&self, job: Job, ended: mpsc::UnboundedSender<Uuid>) {
        let own = self.clone();
        let (there_ms, back_ms) = {
            let mut devices = lock(&self.devices);
            (devices.dice.below(400), devices.dice.below(900))
        };
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(there_ms)).await;
            let Some(app) = own.hub.upgrade().filter(|_| !own.stopped.load(Ordering::Relaxed)) else { return };
            if !own.memory(|memory| matches!(memory.jobs.get(&job.id), Some(Remembered::Taken(_)))) {
                return;
            }
            let outcome = own.carried_out(&app, &job);
            own.memory(|memory| memory.end(job.id, outcome));
            drop(app);
            tokio::time::sleep(Duration::from_millis(back_ms)).await;
            let _link_is_gone = ended.send(job.id);
        });
    }

    fn carried_out(&self, app: &App, job: &Job) -> Outcome {
        carried_out(&self.devices, app, job)
    }
}

impl End {
    fn say(&self, message: &AgentMessage) {
        if let Ok(text) = serde_json::to_string(message) {
            let _gone = self.to.send(Message::Text(text.into()));
        }
    }
}
