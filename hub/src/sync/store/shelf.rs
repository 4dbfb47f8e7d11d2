//! What a store leaves at its head office beside the journal, and how a new machine takes it back.

use std::path::Path;
use std::time::Duration;

use duken_kernel::{Fault, Reject};
use duken_protocol::sync::{Batch, FileHashes, KeptBackup, PROTOCOL, Replace, Replaced};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::office::{Answered, Office};
use crate::sync::{FOREIGN_ANSWER, UNREACHABLE, not_a_batch};

/// How long a whole backup may take on a slow line.
const BACKUP: Duration = Duration::from_secs(6 * 3_600);

fn said(answered: Answered) -> Reject {
    Reject::Refused(answered.into())
}

impl Office {
    /// Takes a store's place by a one-time code.
    ///
    /// # Errors
    /// As [`Answered`] says, and as [`Office::enrol`] for certificates.
    pub async fn replace(&self, wanted: &Replace) -> Result<Replaced, Reject> {
        let body = serde_json::to_vec(wanted).map_err(Fault::from)?;
        let replaced: Replaced = self
            .first(self.client.post(self.at("sync/replace")).header("content-type", "application/json").body(body))
            .await
            .map_err(said)?;
        if replaced.protocol == PROTOCOL { Ok(replaced) } else { crate::sync::OTHER_PROTOCOL.err() }
    }

    /// Entries of the store's own journal after a number; nothing when there are none.
    ///
    /// # Errors
    /// As [`Answered`] says; `sync.batch_…` for what is no batch.
    pub async fn journal(&self, after: i64) -> Result<Option<Batch>, Reject> {
        let response = self.answer(self.client.get(self.at(&format!("sync/journal?after={after}")))).await.map_err(said)?;
        if response.status().as_u16() == 204 {
            return Ok(None);
        }
        let frame = response.bytes().await.map_err(|_| UNREACHABLE.refuse())?;
        Ok(Some(Batch::decode(&frame).map_err(not_a_batch)?))
    }

    /// Which of these files the head office does not have.
    ///
    /// # Errors
    /// As [`Answered`] says.
    pub async fn missing(&self, hashes: Vec<String>) -> Result<Vec<String>, Answered> {
        let body = serde_json::to_vec(&FileHashes { hashes }).map_err(|_| Answered::Refused(FOREIGN_ANSWER.refuse()))?;
        let missing: FileHashes =
            self.ask(self.client.post(self.at("sync/files/missing")).header("content-type", "application/json").body(body)).await?;
        Ok(missing.hashes)
    }

    /// Leaves a file.
    ///
    /// # Errors
    /// As [`Answered`] says.
    pub async fn keep_file(&self, hash: &str, bytes: Vec<u8>) -> Result<(), Answered> {
        self.answer(self.client.put(self.at(&format!("sync/files/{hash}"))).body(bytes)).await.map(|_| ())
    }

    /// A file that was left there.
    ///
    /// # Errors
    /// As [`Answered`] says.
    pub async fn file(&self, hash: &str) -> Result<Vec<u8>, Reject> {
        let response = self.answer(self.client.get(self.at(&format!("sync/files/{hash}")))).await.map_err(said)?;
        Ok(response.bytes().await.map_err(|_| UNREACHABLE.refuse())?.to_vec())
    }

    /// The backups that were left there, the newest first.
    ///
    /// # Errors
    /// As [`Answered`] says.
    pub async fn backups(&self) -> Result<Vec<KeptBackup>, Reject> {
        self.ask(self.client.get(self.at("sync/backups"))).await.map_err(said)
    }

    /// Leaves a sealed backup.
    ///
    /// # Errors
    /// As [`Answered`] says; [`Fault::Io`].
    pub async fn keep_backup(&self, path: &Path, made_ms: i64) -> Result<(), Reject> {
        let hash = hash_of(path).await?;
        let file = tokio::fs::File::open(path).await.map_err(Fault::from)?;
        let request =
            self.client.put(self.at(&format!("sync/backups/{made_ms}"))).timeout(BACKUP).header("x-content-blake3", hash).body(file);
        self.answer(request).await.map(|_| ()).map_err(said)
    }

    /// Fetches a backup into a file.
    ///
    /// # Errors
    /// As [`Answered`] says; [`Fault::DiskFull`], [`Fault::Io`].
    pub async fn backup(&self, made_ms: i64, path: &Path) -> Result<(), Reject> {
        let named = |error: std::io::Error| Reject::Fault(Fault::from(error).named());
        let request = self.client.get(self.at(&format!("sync/backups/{made_ms}"))).timeout(BACKUP);
        let mut response = self.answer(request).await.map_err(said)?;
        let mut file = tokio::fs::File::create(path).await.map_err(named)?;
        while let Some(piece) = response.chunk().await.map_err(|_| UNREACHABLE.refuse())? {
            file.write_all(&piece).await.map_err(named)?;
        }
        file.sync_all().await.map_err(named)
    }
}

async fn hash_of(path: &Path) -> Result<String, Fault> {
    let mut file = tokio::fs::File::open(path).await?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 256 << 10];
    loop {
        let count = file.read(&mut piece).await?;
        if count == 0 {
            return Ok(hasher.finalize().to_hex().to_string());
        }
        hasher.update(&piece[..count]);
    }
}
