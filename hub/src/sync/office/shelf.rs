//! What stores keep at their head office beside their journals: files under the hash of their content, and sealed backups.
//! The head office reads no backup: it has no words.

use std::path::PathBuf;

use axum::body::Body;
use duken_kernel::{Fault, Reject};
use duken_protocol::sync::KeptBackup;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use crate::hub::App;
use crate::sync::{BACKUP_REFUSED, FILE_FORGED, FILE_TOO_LARGE};

/// The most bytes of one file.
pub const FILE_BYTES_MAX: usize = 16 << 20;
/// The most bytes of one backup.
const BACKUP_BYTES_MAX: u64 = 64 << 30;
/// How many backups of a store are kept.
const BACKUPS_KEPT: usize = 3;

/// Keeps a file of a store.
///
/// # Errors
/// `sync.file_too_large`, `sync.file_forged` when its content has another hash; then [`Fault::DiskFull`], [`Fault::Io`].
pub async fn keep_file(app: &App, hash: String, body: Body) -> Result<(), Reject> {
    let bytes = axum::body::to_bytes(body, FILE_BYTES_MAX).await.map_err(|_| FILE_TOO_LARGE.refuse())?;
    if blake3::hash(&bytes).to_hex().as_str() != hash {
        return FILE_FORGED.err();
    }
    let files = app.files.clone();
    app.aside(move || files.keep(&bytes)).await??;
    Ok(())
}

fn folder(app: &App, node: &str) -> PathBuf {
    app.config.data.join("stores").join(node).join("backups")
}

/// The backups of a store, the newest first.
///
/// # Errors
/// [`Fault::Io`].
pub fn backups(app: &App, node: &str) -> Result<Vec<KeptBackup>, Fault> {
    let entries = match std::fs::read_dir(folder(app, node)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut kept = Vec::new();
    for entry in entries {
        let entry = entry?;
        let made_ms = entry.file_name().to_str().and_then(|name| name.strip_suffix(".dkb")?.parse().ok());
        if let Some(made_ms) = made_ms {
            kept.push(KeptBackup { made_ms, bytes: entry.metadata()?.len() });
        }
    }
    kept.sort_by_key(|kept: &KeptBackup| std::cmp::Reverse(kept.made_ms));
    Ok(kept)
}

/// Where a backup of a store lies.
pub fn backup_path(app: &App, node: &str, made_ms: i64) -> PathBuf {
    folder(app, node).join(format!("{made_ms}.dkb"))
}

/// Takes in a backup of a store, whole or not at all; the oldest goes.
///
/// # Errors
/// `sync.backup_refused` for one that is too large or was cut on its way; then [`Fault::DiskFull`], [`Fault::Io`].
pub async fn keep_backup(app: &App, node: &str, made_ms: i64, hash: &str, body: Body) -> Result<(), Reject> {
    let named = |error: std::io::Error| Reject::Fault(Fault::from(error).named());
    let path = backup_path(app, node, made_ms);
    tokio::fs::create_dir_all(folder(app, node)).await.map_err(named)?;
    let partial = path.with_extension("partial");
    let taken = async {
        let mut file = tokio::fs::File::create(&partial).await.map_err(named)?;
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0;
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| BACKUP_REFUSED.refuse())?;
            bytes += piece.len() as u64;
            if bytes > BACKUP_BYTES_MAX {
                return BACKUP_REFUSED.err();
            }
            hasher.update(&piece);
            file.write_all(&piece).await.map_err(named)?;
        }
        if hasher.finalize().to_hex().as_str() != hash {
            return BACKUP_REFUSED.err();
        }
        file.sync_all().await.map_err(named)?;
        tokio::fs::rename(&partial, &path).await.map_err(named)
    };
    let taken = taken.await;
    if taken.is_err() {
        let _never_came = tokio::fs::remove_file(&partial).await;
        return taken;
    }
    for old in backups(app, node)?.iter().skip(BACKUPS_KEPT) {
        let _gone = tokio::fs::remove_file(backup_path(app, node, old.made_ms)).await;
    }
    Ok(())
}
