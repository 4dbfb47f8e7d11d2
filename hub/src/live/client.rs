//! One client: a bounded queue of messages that wait for its link.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::wire;

/// Messages that may wait for one client. Above it the queue is dropped and its topics are to be fetched anew.
pub(super) const QUEUE_MAX: usize = 128;
/// Topics one client may follow.
const TOPICS_MAX: usize = 256;
/// A scan dies after this time.
const FLEETING: Duration = Duration::from_secs(2);

/// A connected client.
pub struct Client {
    /// Its number.
    pub id: u64,
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Topics whose messages were dropped, with the last number dropped.
    lost: BTreeMap<Arc<str>, u64>,
    topics: BTreeSet<Arc<str>>,
}

struct Waiting {
    /// The topic's name and number; nothing for old news that just dies.
    moved: Option<(Arc<str>, u64)>,
    dies_at: Option<Instant>,
    text: Utf8Bytes,
}

impl Client {
    pub(super) fn new(id: u64) -> Self {
        Self { id, state: Mutex::default(), wake: Notify::new() }
    }

    /// Waits until there are messages; takes all that wait.
    pub async fn next(&self) -> Vec<Utf8Bytes> {
        loop {
            let woken = self.wake.notified();
            let texts = self.take();
            if !texts.is_empty() {
                return texts;
            }
            woken.await;
        }
    }

    fn take(&self) -> Vec<Utf8Bytes> {
        let mut state = self.state();
        let now = Instant::now();
        let mut texts: Vec<Utf8Bytes> =
            std::mem::take(&mut state.lost).into_iter().map(|(topic, seq)| wire::refetch(&topic, seq).into()).collect();
        texts.extend(state.waiting.drain(..).filter(|w| w.dies_at.is_none_or(|at| now < at)).map(|w| w.text));
        texts
    }

    /// Queues a message of a topic. Never waits: a full queue is dropped, and what was in it is to be fetched anew.
    pub(super) fn push(&self, topic: &str, seq: u64, text: Utf8Bytes) {
        let mut state = self.state();
        let Some(name) = state.topics.get(topic).cloned() else { return };
        if let Some(lost) = state.lost.get_mut(topic) {
            *lost = seq;
            return;
        }
        if state.waiting.len() >= QUEUE_MAX {
            state.drop_queue();
            state.lost.insert(name, seq);
        } else {
            state.waiting.push_back(Waiting { moved: Some((name, seq)), dies_at: None, text });
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Queues old news: it dies in the queue after two seconds, or when the queue is full.
    pub(super) fn push_fleeting(&self, text: Utf8Bytes) {
        let mut state = self.state();
        if state.waiting.len() < QUEUE_MAX {
            state.waiting.push_back(Waiting { moved: None, dies_at: Some(Instant::now() + FLEETING), text });
            drop(state);
            self.wake.notify_one();
        }
    }

    pub(super) fn may_follow_more(&self, topic: &str) -> bool {
        let state = self.state();
        state.topics.len() < TOPICS_MAX || state.topics.contains(topic)
    }

    pub(super) fn follows(&self, topic: Arc<str>) {
        self.state().topics.insert(topic);
    }

    pub(super) fn unfollows(&self, topic: &str) {
        let mut state = self.state();
        state.topics.remove(topic);
        state.lost.remove(topic);
    }

    pub(super) fn followed(&self) -> Vec<Arc<str>> {
        self.state().topics.iter().cloned().collect()
    }

    /// How many messages wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn drop_queue(&mut self) {
        for (topic, seq) in self.waiting.drain(..).filter_map(|waiting| waiting.moved) {
            self.lost.insert(topic, seq);
        }
    }
}
