//! Photos and other files follow to the head office under the hash of their content, on a path of their own: they never
//! hold the journal up.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use duken_kernel::Reject;
use tokio::sync::watch;

use super::driver::opened;
use super::office::{Answered, Office};
use crate::hub::App;

/// Hashes asked about at once.
const ASKED: usize = 1_000;
/// After an entry, a moment in which the others of the same work come.
const LINGER: Duration = Duration::from_millis(200);
/// Files that came without an entry, and those that failed, are looked for this often.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(60);

/// Runs until told to stop. Without a link it waits for one.
pub async fn follow(app: App, mut stop: watch::Receiver<bool>) {
    let mut journal_end = app.live.journal_end();
    loop {
        let round = async {
            journal_end.mark_unchanged();
            if let Err(reject) = send_missing(&app).await {
                tracing::debug!(error = %reject, "files do not reach the head office now");
            }
            tokio::select! {
                biased;
                _ = journal_end.changed() => tokio::time::sleep(LINGER).await,
                () = tokio::time::sleep(LOOKED_AT_EVERY) => {}
                () = app.sync.store.files_wake.notified() => {}
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = round => {}
        }
    }
}

async fn send_missing(app: &App) -> Result<(), Reject> {
    let known: HashSet<String> = app.sync.store.files_there();
    let files = app.files.clone();
    let listed = app.aside(move || files.list()).await??;
    let new: Vec<String> = listed.into_iter().filter(|hash| !known.contains(hash)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let Some(office) = opened(app)? else { return Ok(()) };
    for asked in new.chunks(ASKED) {
        let missing = office.missing(asked.to_vec()).await.map_err(said)?;
        for hash in &missing {
            send(app, &office, hash).await?;
        }
        app.sync.store.files_are_there(asked);
    }
    Ok(())
}

async fn send(app: &App, office: &Arc<Office>, hash: &str) -> Result<(), Reject> {
    let (files, name) = (app.files.clone(), hash.to_owned());
    let bytes = app.aside(move || files.read(&name)).await??;
    match bytes {
        Some(bytes) => office.keep_file(hash, bytes).await.map_err(said),
        None => Ok(()),
    }
}

fn said(answered: Answered) -> Reject {
    Reject::Refused(answered.into())
}
