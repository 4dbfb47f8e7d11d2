//! The door: connections as they come in, in plain and over TLS, and what a slow or greedy client meets.
//!
//! Every connection takes a seat. Seats are few: when all are taken, the connection that has waited longest without
//! asking anything gives its seat up, so that idle sockets never keep a till out. A connection that is slow with its TLS
//! handshake, its request's head, its body, or with taking its answer, is closed; who was slow with a body is told so
//! first. WebSockets are let out of these times: they are pinged by their own end, and counted.

mod accept;
mod body;
mod files;
mod linger;
mod seats;
#[cfg(test)]
mod tests;
mod watched;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use accept::{Door, OverTls, Tls, serve};
pub use body::Reading;
pub use files::raise_file_limit;
pub use seats::{Seat, Seats};

/// How long connections may take, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at a time in all; 0 = as many as the machine's limit of open files bears, at most 4,096.
    pub connections: usize,
    /// Connections at a time from one address of the network. This machine itself has no such limit.
    pub connections_per_address: usize,
    /// For a TLS handshake, in milliseconds.
    pub handshake_ms: u64,
    /// For the head of a request from its first byte, and for the first request of a connection, in milliseconds.
    pub head_ms: u64,
    /// For a connection between two requests, in milliseconds.
    pub idle_ms: u64,
    /// For a body of any size, in milliseconds; a large one has more, by `body_bytes_per_s`.
    pub body_ms: u64,
    /// The slowest body that is waited for, in bytes per second.
    pub body_bytes_per_s: u64,
    /// For a client that takes nothing of its answer, in milliseconds.
    pub stalled_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 0,
            connections_per_address: 256,
            handshake_ms: 10_000,
            head_ms: 15_000,
            idle_ms: 75_000,
            body_ms: 15_000,
            body_bytes_per_s: 4_096,
            stalled_ms: 30_000,
        }
    }
}

/// The most connections when nothing else is said.
const MOST_CONNECTIONS: usize = 4_096;
/// Open files that are left to the database, photos, devices and the head office.
const FILES_KEPT: usize = 256;
/// Fewer connections than this are no shop.
const FEWEST_CONNECTIONS: usize = 64;

impl Limits {
    /// The number of connections that a limit of open files bears.
    #[must_use]
    pub fn connections_within(&self, open_files: usize) -> usize {
        let borne = open_files.saturating_sub(FILES_KEPT).max(FEWEST_CONNECTIONS);
        let wanted = if self.connections == 0 { MOST_CONNECTIONS } else { self.connections };
        wanted.min(borne)
    }

    fn handshake(&self) -> Duration {
        Duration::from_millis(self.handshake_ms)
    }

    fn head(&self) -> Duration {
        Duration::from_millis(self.head_ms)
    }

    fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }

    /// What a body has that has brought so many bytes.
    fn body(&self, received: u64) -> Duration {
        Duration::from_millis(self.body_ms.saturating_add(received.saturating_mul(1_000) / self.body_bytes_per_s.max(1)))
    }

    fn stalled(&self) -> Duration {
        Duration::from_millis(self.stalled_ms)
    }

    /// How often a connection's times are looked at.
    fn look_every(&self) -> Duration {
        Duration::from_millis((self.head_ms.min(self.idle_ms).min(self.stalled_ms) / 4).max(10))
    }
}
