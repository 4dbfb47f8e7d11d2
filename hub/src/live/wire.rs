//! The messages of the live link as JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// What a client says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FromClient {
    /// Topics it follows from now on.
    pub subscribe: Vec<Subscribe>,
    /// Topics it follows no longer.
    pub unsubscribe: Vec<String>,
}

/// One topic to follow.
#[derive(Debug, Deserialize)]
pub(super) struct Subscribe {
    /// Its name.
    pub topic: String,
    /// The last number the client has seen of it.
    pub from: Option<u64>,
}

#[derive(Serialize)]
struct Moved<'m> {
    topic: &'m str,
    seq: u64,
    payload: &'m Json,
}

/// The first message of a link.
pub(super) fn hello(journal_end: i64) -> String {
    json!({ "hello": { "build": crate::web::server::build(), "seq": journal_end } }).to_string()
}

/// A topic moved.
pub(super) fn moved(topic: &str, seq: u64, payload: &Json) -> String {
    serde_json::to_string(&Moved { topic, seq, payload }).unwrap_or_default()
}

/// A topic is to be fetched anew.
pub(super) fn refetch(topic: &str, seq: u64) -> String {
    json!({ "topic": topic, "refetch": true, "seq": seq }).to_string()
}

/// A topic is followed from this number.
pub(super) fn followed(topic: &str, seq: u64) -> String {
    json!({ "followed": topic, "seq": seq }).to_string()
}

/// A topic cannot be followed.
pub(super) fn refused(topic: &str, code: &str) -> String {
    json!({ "refused": topic, "code": code }).to_string()
}

/// A code was scanned.
pub(super) fn scan(till_id: &str, code: &str, at: &str) -> String {
    json!({ "scan": { "till_id": till_id, "code": code, "at": at } }).to_string()
}
