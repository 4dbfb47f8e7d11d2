//! One topic: its number, its last messages, its followers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::client::Client;
use super::wire;

/// Messages that are kept for who comes back.
const KEPT: usize = 64;
/// Who begins to follow may have read just before a message of this age: he is told to read again.
const FRESH: Duration = Duration::from_secs(10);

/// One topic.
pub(super) struct Ring {
    reached: u64,
    kept: VecDeque<Kept>,
    moved_at: Option<Instant>,
    followers: Vec<Arc<Client>>,
}

/// A message that is kept: written as JSON once somebody wants it.
enum Kept {
    Payload(Json),
    Text(Utf8Bytes),
}

impl Kept {
    fn text(&mut self, topic: &str, seq: u64) -> Utf8Bytes {
        if let Self::Payload(payload) = self {
            *self = Self::Text(wire::moved(topic, seq, payload).into());
        }
        match self {
            Self::Text(text) => text.clone(),
            Self::Payload(_) => Utf8Bytes::default(),
        }
    }
}

impl Ring {
    pub fn beginning_at(reached: u64) -> Self {
        Self { reached, kept: VecDeque::new(), moved_at: None, followers: Vec::new() }
    }

    /// The number of the last message.
    pub fn reached(&self) -> u64 {
        self.reached
    }

    pub fn is_followed(&self) -> bool {
        !self.followers.is_empty()
    }

    pub fn followers(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.followers.iter()
    }

    pub fn join(&mut self, client: Arc<Client>) {
        if !self.followers.iter().any(|known| known.id == client.id) {
            self.followers.push(client);
        }
    }

    pub fn leave(&mut self, client: u64) {
        self.followers.retain(|known| known.id != client);
    }

    /// Gives the next number to a message and the message to every follower; it is written as JSON once, and not before
    /// somebody follows.
    pub fn publish(&mut self, topic: &str, payload: Json) {
        self.reached += 1;
        self.moved_at = Some(Instant::now());
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        let mut kept = Kept::Payload(payload);
        let text = (!self.followers.is_empty()).then(|| kept.text(topic, self.reached));
        self.kept.push_back(kept);
        let Some(text) = text else { return };
        for client in &self.followers {
            client.push(topic, self.reached, text.clone());
        }
    }

    /// Sends what a client missed since `from`, or tells it to fetch anew.
    pub fn catch_up(&mut self, client: &Client, topic: &Arc<str>, from: Option<u64>) {
        let missed = match from {
            None if self.moved_at.is_some_and(|at| at.elapsed() < FRESH) => None,
            None => return client.push(topic, self.reached, wire::followed(topic, self.reached).into()),
            Some(from) => self.reached.checked_sub(from).and_then(|missed| usize::try_from(missed).ok()),
        };
        match missed.and_then(|missed| self.kept.len().checked_sub(missed)) {
            Some(skip) => {
                let first = self.reached - (self.kept.len() - skip) as u64 + 1;
                for (seq, kept) in (first..).zip(self.kept.iter_mut().skip(skip)) {
                    let text = kept.text(topic, seq);
                    client.push(topic, seq, text);
                }
            }
            None => client.push(topic, self.reached, wire::refetch(topic, self.reached).into()),
        }
    }
}
