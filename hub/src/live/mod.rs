//! Live state for browsers: what was committed moves topics, and the topics' messages go to every follower.
//!
//! Each topic has its own numbers and keeps its last messages, so that a browser that was away for a moment goes on
//! from its last number and one that was away for longer is told to fetch anew. Each message is written as JSON once
//! and shared by all. Each client has a bounded queue of its own: who reads slowly loses his queue and is told which
//! topics to fetch anew; nobody waits for him.
//!
//! What is absent on purpose: no message is the only copy of anything. Payloads say what changed, never the whole.

mod client;
mod permit;
mod ring;
mod socket;
#[cfg(test)]
mod socket_tests;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use duken_kernel::writer::{Committed, Notice};
use serde_json::Value as Json;
use tokio::sync::watch;

pub use self::client::Client;
pub use self::permit::may_follow;
use self::ring::Ring;
pub use self::socket::{Follower, serve};
use crate::web::{Access, Route};

/// What the topic of a till's public view begins with. It moves with the till, and says nothing but that it moved.
pub const DISPLAY: &str = "display:";
/// Topics without a follower are forgotten above this number; one that comes again goes on with higher numbers.
const TOPICS_KEPT: usize = 4096;

/// The fan-out of what was committed.
pub struct Live {
    topics: Mutex<Topics>,
    connected: AtomicUsize,
    next_client: AtomicU64,
    journal_end: watch::Sender<i64>,
}

struct Topics {
    rings: HashMap<Arc<str>, Ring>,
    /// Above every number ever given: a topic that is made anew begins here.
    ceiling: u64,
}

/// The routes of this part.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/live", Access::Device, "Live topics (WebSocket)", socket::open)]
}

impl Default for Live {
    fn default() -> Self {
        Self::beginning_at(first_number())
    }
}

/// Numbers of a later start of the hub lie above those of an earlier one, so that a browser's old number is never
/// taken for a new one: microseconds since 1970, which a browser's number holds exactly until the year 2255.
fn first_number() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |elapsed| u64::try_from(elapsed.as_micros()).unwrap_or(1))
}

impl Live {
    /// With topics that begin at a given number.
    #[must_use]
    pub fn beginning_at(ceiling: u64) -> Self {
        Self {
            topics: Mutex::new(Topics { rings: HashMap::new(), ceiling }),
            connected: AtomicUsize::new(0),
            next_client: AtomicU64::new(1),
            journal_end: watch::Sender::new(0),
        }
    }

    /// Hears of a durable group.
    pub fn committed(&self, committed: Committed) {
        self.journal_end.send_if_modified(|end| std::mem::replace(end, committed.seq) != committed.seq);
        for notice in committed.notices {
            self.moved(notice);
        }
    }

    /// Moves a topic by one message.
    pub fn publish(&self, notice: &Notice) {
        self.moved(notice.clone());
    }

    fn moved(&self, notice: Notice) {
        let mut topics = self.topics();
        let topics = &mut *topics;
        topics.ceiling += 1;
        let ring = match topics.rings.get_mut(notice.topic.as_str()) {
            Some(ring) => ring,
            None => topics.make(&notice.topic),
        };
        ring.publish(&notice.topic, notice.payload);
        if let Some(till) = notice.topic.strip_prefix("till:") {
            let topic = format!("{DISPLAY}{till}");
            if let Some(ring) = topics.rings.get_mut(topic.as_str()) {
                ring.publish(&topic, Json::Object(serde_json::Map::new()));
            }
        }
    }

    /// Tells the followers of a till that a code was scanned. Old news dies: nothing of it is kept.
    pub fn scan(&self, till_id: &str, code: &str, at: &str) {
        let text: Utf8Bytes = wire::scan(till_id, code, at).into();
        let topic = format!("till:{till_id}");
        if let Some(ring) = self.topics().rings.get(topic.as_str()) {
            ring.followers().for_each(|client| client.push_fleeting(text.clone()));
        }
    }

    /// The last number of the hub's own journal, as it grows.
    #[must_use]
    pub fn journal_end(&self) -> watch::Receiver<i64> {
        self.journal_end.subscribe()
    }

    /// How many clients are connected.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.connected.load(Ordering::Relaxed)
    }

    /// Takes a client in.
    #[must_use]
    pub fn join(&self) -> Arc<Client> {
        let id = self.next_client.fetch_add(1, Ordering::Relaxed);
        let client = Arc::new(Client::new(id));
        self.connected.fetch_add(1, Ordering::Relaxed);
        client
    }

    /// Lets a client go.
    pub fn leave(&self, client: &Client) {
        self.connected.fetch_sub(1, Ordering::Relaxed);
        let mut topics = self.topics();
        for topic in client.followed() {
            if let Some(ring) = topics.rings.get_mut(&topic) {
                ring.leave(client.id);
            }
        }
    }

    /// A client follows a topic, from the number it has seen last if it says one. False when it follows too many.
    pub fn follow(&self, client: &Arc<Client>, topic: &str, from: Option<u64>) -> bool {
        if !client.may_follow_more(topic) {
            return false;
        }
        let mut topics = self.topics();
        if !topics.rings.contains_key(topic) {
            topics.make(topic);
        }
        let name = topics.rings.get_key_value(topic).map(|(name, _)| name.clone());
        if let (Some(name), Some(ring)) = (name, topics.rings.get_mut(topic)) {
            client.follows(name.clone());
            ring.catch_up(client, &name, from);
            ring.join(client.clone());
        }
        true
    }

    /// A client follows a topic no longer.
    pub fn unfollow(&self, client: &Client, topic: &str) {
        client.unfollows(topic);
        if let Some(ring) = self.topics().rings.get_mut(topic) {
            ring.leave(client.id);
        }
    }

    /// The topic's last number; nothing when nobody ever followed or moved it.
    #[must_use]
    pub fn reached(&self, topic: &str) -> Option<u64> {
        self.topics().rings.get(topic).map(Ring::reached)
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Topics {
    fn make(&mut self, topic: &str) -> &mut Ring {
        if self.rings.len() >= TOPICS_KEPT {
            self.rings.retain(|_, ring| ring.is_followed());
        }
        let beginning = self.ceiling;
        self.rings.entry(Arc::from(topic)).or_insert_with(|| Ring::beginning_at(beginning))
    }
}

/// A notice outside a command: something that moved and is no entry.
#[must_use]
pub fn notice(topic: impl Into<String>, payload: Json) -> Notice {
    Notice { topic: topic.into(), payload }
}
