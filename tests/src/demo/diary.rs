//! What was done already, and the ids of requests: the same step asks under the same id for ever, so that a seeding that
//! was broken off goes on without making anything twice.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, ensure};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::{Api, Call};

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    begun_ms: u64,
    done: BTreeSet<String>,
}

/// The diary, kept in a file.
#[derive(Debug)]
pub struct Diary {
    path: PathBuf,
    kept: Kept,
}

impl Diary {
    /// Opens the diary of a folder, or begins it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("demo.json");
        let kept = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| path.display().to_string())?,
            Err(_) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
                Kept { begun_ms: u64::try_from(now.as_millis())?, done: BTreeSet::new() }
            }
        };
        let mut diary = Self { path, kept };
        diary.keep()?;
        Ok(diary)
    }

    /// Whether this step was done.
    #[must_use]
    pub fn has(&self, step: &str) -> bool {
        self.kept.done.contains(step)
    }

    /// Notes that it is.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&mut self, step: &str) -> anyhow::Result<()> {
        self.kept.done.insert(step.to_owned());
        self.keep()
    }

    fn keep(&mut self) -> anyhow::Result<()> {
        let partial = self.path.with_extension("partial");
        fs::write(&partial, serde_json::to_vec_pretty(&self.kept)?)?;
        Ok(fs::rename(partial, &self.path)?)
    }

    /// One who writes under ids that follow from names.
    #[must_use]
    pub fn writer(&self, api: Api) -> Writer {
        Writer { api, begun_ms: self.kept.begun_ms }
    }
}

/// A user of the API whose every write has a name.
#[derive(Debug, Clone)]
pub struct Writer {
    /// The device.
    pub api: Api,
    begun_ms: u64,
}

impl Writer {
    /// `POST`.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub async fn post(&self, name: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        self.send(Call::post(path, &body).under(self.id(name, path))).await
    }

    /// `PUT`.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub async fn put(&self, name: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        self.send(Call::write(Method::PUT, path, &body).under(self.id(name, path))).await
    }

    /// Reads.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(Call::get(path)).await
    }

    async fn send(&self, call: Call) -> anyhow::Result<Value> {
        let answer = self.api.try_send(&call).await?;
        ensure!((200..300).contains(&answer.status), "{}: {} {}", answer.asked, answer.status, answer.text());
        Ok(answer.json())
    }

    /// A UUIDv7 that follows from the diary's beginning and the name.
    fn id(&self, name: &str, path: &str) -> String {
        let mut bytes = [0; 10];
        for (at, half) in bytes.chunks_mut(5).enumerate() {
            let hash = format!("{at} {name} {path}")
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            half.copy_from_slice(&hash.to_be_bytes()[3..]);
        }
        uuid::Builder::from_unix_timestamp_millis(self.begun_ms, &bytes).into_uuid().to_string()
    }
}

/// The id of a card or document.
///
/// # Errors
/// When it has none.
pub fn id_of(card: &Value) -> anyhow::Result<String> {
    Ok(card["id"].as_str().with_context(|| format!("no id in {card}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Address;

    #[test]
    fn the_same_step_asks_under_the_same_id() {
        let folder = tempfile::tempdir().unwrap();
        let mut diary = Diary::open(folder.path()).unwrap();
        let id = |diary: &Diary, name: &str| diary.writer(Api::new(Address::default())).id(name, "/api/x");
        let first = id(&diary, "bread");
        assert_ne!(first, id(&diary, "milk"));
        diary.note("goods").unwrap();
        let again = Diary::open(folder.path()).unwrap();
        assert!(again.has("goods") && !again.has("people"));
        assert_eq!(id(&again, "bread"), first);
        assert_eq!(uuid::Uuid::parse_str(&first).unwrap().get_version_num(), 7);
    }
}
