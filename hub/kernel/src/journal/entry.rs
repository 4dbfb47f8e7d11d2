//! One entry: its envelope, its bytes, its place in the chain.

use std::any::Any;
use std::sync::Arc;

use duken_protocol::ids::RequestId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::failure;
use crate::refusal::Fault;

/// What a command wants recorded.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The kind, such as `sale.completed`.
    pub kind: &'static str,
    /// The version of the body's shape. Old versions are read for ever (J6).
    pub version: u16,
    /// The date its postings fall on, `yyyymmdd`; the command's own date when absent.
    pub business_date: Option<i32>,
    /// The body as JSON.
    pub body: Box<RawValue>,
    /// The same body as its domain knows it, so that whoever projects the entry need not read the JSON again.
    pub(crate) typed: Option<Typed>,
}

/// A body in the shape its domain knows.
type Typed = Arc<dyn Any + Send + Sync>;

impl Draft {
    /// A draft of version 1 dated by its command.
    ///
    /// # Errors
    /// [`Fault::Json`] when the body cannot be written as JSON.
    pub fn new(kind: &'static str, body: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self { kind, version: 1, business_date: None, body: serde_json::value::to_raw_value(body)?, typed: None })
    }

    /// The same of a body that [`Entry::shared`] hands to those who project it.
    ///
    /// # Errors
    /// As [`Draft::new`].
    pub fn shared<T: Serialize + Any + Send + Sync>(kind: &'static str, body: Arc<T>) -> Result<Self, Fault> {
        let draft = Self::new(kind, &*body)?;
        Ok(Self { typed: Some(body), ..draft })
    }

    /// The same with another version: the one that its kind is declared with.
    #[must_use]
    pub fn versioned(mut self, version: u16) -> Self {
        self.version = version;
        self
    }

    /// The same with a date of its own.
    #[must_use]
    pub fn dated(mut self, date: i32) -> Self {
        self.business_date = Some(date);
        self
    }
}

/// The envelope of an entry, and its body as it was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// The kind.
    pub kind: String,
    /// The version of the body's shape.
    pub v: u16,
    /// The epoch of the node that wrote it.
    pub epoch: u32,
    /// When it was recorded: milliseconds since 1970 UTC, as the clock read.
    pub at: i64,
    /// Business date, `yyyymmdd`.
    pub date: i32,
    /// The zone's offset then, minutes east of UTC.
    pub zone: i16,
    /// The person, by the number of his card.
    pub by: Option<i64>,
    /// The till, by the number of its card.
    pub till: Option<i64>,
    /// The request that caused it.
    pub req: Option<RequestId>,
    /// The body.
    pub body: Box<RawValue>,
}

/// Where a journal ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tip {
    /// The last number; 0 before the first entry.
    pub seq: i64,
    /// The last hash; zeros before the first entry.
    pub hash: [u8; 32],
}

/// An entry as bytes: what is hashed, stored and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEntry {
    /// Its number in its node's journal, from 1.
    pub seq: i64,
    /// Its hash, over the hash before it.
    pub hash: [u8; 32],
    /// The JSON of its envelope and body, exactly as first written.
    pub bytes: Vec<u8>,
}

/// The hash of an entry: over the node's id, the hash before, its number and its bytes.
#[must_use]
pub fn chain_hash(node_id: &str, before: &[u8; 32], seq: i64, bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"duken entry 1\0");
    hasher.update(node_id.as_bytes());
    hasher.update(before);
    hasher.update(&seq.to_le_bytes());
    hasher.update(bytes);
    *hasher.finalize().as_bytes()
}

/// A parsed entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The local number of the node that owns it.
    pub node: i64,
    /// Its number in that node's journal.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
    head: Head,
    typed: Option<Typed>,
}

impl Entry {
    /// Reads the envelope.
    ///
    /// # Errors
    /// [`Fault::Json`] for bytes of another shape.
    pub fn parse(node: i64, raw: RawEntry) -> Result<Self, Fault> {
        Ok(Self { node, seq: raw.seq, hash: raw.hash, head: serde_json::from_slice(&raw.bytes)?, typed: None })
    }

    /// Puts one together that was just written.
    pub(crate) fn written(node: i64, seq: i64, hash: [u8; 32], head: Head, typed: Option<Typed>) -> Self {
        Self { node, seq, hash, head, typed }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.head.kind
    }

    /// The envelope.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Business date, `yyyymmdd`.
    #[must_use]
    pub fn business_date(&self) -> i32 {
        self.head.date
    }

    /// The body in the shape its domain knows.
    ///
    /// # Errors
    /// [`Fault::Json`] when it has another shape.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        Ok(serde_json::from_str(self.head.body.get())?)
    }

    /// The same, shared: the very value that was written, when it was written just now by [`Draft::shared`].
    ///
    /// # Errors
    /// As [`Entry::body`]. Where tests and the simulation run, [`Fault::Invariant`] J5 when the JSON does not read as the
    /// value that was written: a replay would see another one.
    pub fn shared<T: DeserializeOwned + Serialize + Any + Send + Sync>(&self) -> Result<Arc<T>, Fault> {
        let Some(known) = self.typed.as_ref().and_then(|typed| typed.clone().downcast::<T>().ok()) else {
            return Ok(Arc::new(self.body()?));
        };
        if cfg!(debug_assertions) || failure::is_armed() {
            let read = serde_json::to_string(&self.body::<T>()?)?;
            if read != self.head.body.get() {
                return Err(Fault::invariant("J5", format!("the body of {} reads as another than was written", self.kind())));
            }
        }
        Ok(known)
    }
}
