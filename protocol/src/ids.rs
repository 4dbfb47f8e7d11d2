//! Ids that cross the wire.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id a client gives to one command, made once: a UUIDv7, so that its age can be told (J4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(Uuid);

/// A request id that is no UUID of version 7.
#[derive(Debug, thiserror::Error)]
#[error("a request id is a UUID of version 7")]
pub struct NotARequestId;

impl RequestId {
    /// Takes a UUID of version 7.
    ///
    /// # Errors
    /// [`NotARequestId`] for any other.
    pub fn new(uuid: Uuid) -> Result<Self, NotARequestId> {
        if uuid.get_version_num() == 7 { Ok(Self(uuid)) } else { Err(NotARequestId) }
    }

    /// When the client made it, in milliseconds since 1970 UTC, by its own clock.
    #[must_use]
    pub fn made_at_ms(self) -> i64 {
        let bytes = self.0.as_bytes();
        bytes[..6].iter().fold(0_i64, |ms, &byte| (ms << 8) | i64::from(byte))
    }

    /// The sixteen bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl FromStr for RequestId {
    type Err = NotARequestId;
    fn from_str(text: &str) -> Result<Self, NotARequestId> {
        Uuid::parse_str(text).map_err(|_| NotARequestId).and_then(Self::new)
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

/// A node of the chain (a store's hub, a head office): made at its first start, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub Uuid);

impl std::fmt::Display for NodeId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}
