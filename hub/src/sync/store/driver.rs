//! Drives the forwarder: network, disk and clock around its steps.

use std::sync::Arc;
use std::time::Duration;

use duken_kernel::failure::point;
use duken_kernel::journal::{self, OWN};
use duken_kernel::vault::{SecretKey, read_secret};
use duken_kernel::{Read, Refusal, Reject};
use duken_protocol::sync::StoreState;
use serde_json::json;
use tokio::sync::watch;

use super::commands::{TOKEN, epoch_from, note_acked, office_went_back};
use super::forwarder::{Action, Event, Failure, Forwarder};
use super::office::{Answered, Office};
use super::queries::link;
use super::{BATCH_ENTRIES_MAX, hash_at, read_batch};
use crate::hub::App;
use crate::sync::{BATCH_TOO_LARGE, BROKEN};

/// How often the acknowledged number is written down. It is only a memory, the head office knows: the tills' disk is
/// not troubled for it.
const WRITTEN_EVERY_MS: i64 = 5_000;
/// After an entry, a moment in which others may come along in the same batch.
const LINGER: Duration = Duration::from_millis(30);

/// Runs until told to stop. Without a link it sleeps.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let outgoing = &app.sync.store;
        let session = async {
            match opened(&app) {
                Ok(Some(office)) => Session::new(&app, office).run().await,
                Ok(None) => outgoing.wake.notified().await,
                Err(reject) => {
                    tracing::error!(error = %reject, "the link to the head office cannot be read");
                    tokio::time::sleep(Duration::from_secs(30)).await;
                }
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = session => {}
        }
    }
}

/// The head office that is linked, ready to be asked.
pub(super) fn opened(app: &App) -> Result<Option<Arc<Office>>, Reject> {
    let found = app.read_now(|read| Ok(link(read)?))?;
    let Some(link) = found else { return Ok(None) };
    app.sync.store.note(|seen| {
        seen.acked = seen.acked.max(link.acked);
        seen.contact_ms = seen.contact_ms.max(link.contact_ms);
    });
    Ok(app.read_now(|read| linked(read, &app.key))?.map(|office| Arc::new(office.by_line(app.sync.store.line()))))
}

/// The head office that these books name, with the token that opens it.
///
/// # Errors
/// `sync.wrong_address`, `sync.wrong_certificate`; then the engine's.
pub fn linked(read: &dyn Read, key: &SecretKey) -> Result<Option<Office>, Reject> {
    let Some(link) = link(read)? else { return Ok(None) };
    let Some(token) = read_secret(read, key, TOKEN)? else { return Ok(None) };
    Ok(Some(Office::pinned(&link.url, link.fingerprint.as_deref())?.with_token(&String::from_utf8_lossy(&token))))
}

struct Session<'a> {
    app: &'a App,
    office: Arc<Office>,
    forwarder: Forwarder,
    journal_end: watch::Receiver<i64>,
    written: (i64, i64),
}

impl<'a> Session<'a> {
    fn new(app: &'a App, office: Arc<Office>) -> Self {
        Self { app, office, forwarder: Forwarder::default(), journal_end: app.live.journal_end(), written: (0, 0) }
    }

    /// Ends when the link was made anew or cut.
    async fn run(mut self) {
        let mut event = Event::Begin;
        loop {
            self.journal_end.mark_unchanged();
            let end = match self.app.read_now(|read| Ok(journal::tip(read, OWN)?.seq)) {
                Ok(end) => end,
                Err(reject) => {
                    tracing::error!(error = %reject, "the journal cannot be read");
                    0
                }
            };
            let action = self.forwarder.step(self.app.clock.now_ms(), end, event, self.app.chance.as_ref());
            self.show().await;
            event = match action {
                Action::Ask => self.ask(end).await,
                Action::Send { after } => self.send(after).await,
                Action::Wait { until_ms, resting } => {
                    let wait = Duration::from_millis(u64::try_from(until_ms - self.app.clock.now_ms()).unwrap_or(0));
                    tokio::select! {
                        biased;
                        () = self.app.sync.store.wake.notified() => return,
                        _ = self.journal_end.changed(), if resting => tokio::time::sleep(LINGER).await,
                        () = tokio::time::sleep(wait) => {}
                    }
                    Event::Woken
                }
            };
            if !matches!(event, Event::Woken | Event::Failed(Failure::Away(_))) {
                let now_ms = self.app.clock.now_ms();
                self.app.sync.store.note(|seen| seen.contact_ms = Some(now_ms));
            }
        }
    }

    async fn ask(&self, end: i64) -> Event {
        let (epoch, from) = match self.app.read_now(|read| Ok((journal::nodes(read)?.first().map_or(0, |n| n.2), epoch_from(read)?))) {
            Ok(known) => known,
            Err(reject) => return Event::Failed(Failure::Away(away(&reject))),
        };
        let sees = match self.office.state(end, epoch).await {
            Ok(sees) => sees,
            Err(answered) => return failed(answered),
        };
        if sees.clock_ms > 0 {
            crate::settings::compare_clock(self.app, "office", sees.clock_ms).await;
        }
        if sees.state == StoreState::Broken {
            return Event::Failed(Failure::Refused(BROKEN.refuse().with("seq", sees.parted_at)));
        }
        let ours = self.app.read_now(|read| Ok(hash_at(read, sees.acked)?));
        let theirs = blake3::Hash::from_hex(&sees.hash).ok();
        let same = sees.acked == 0 || matches!((ours, theirs), (Ok(Some(ours)), Some(theirs)) if theirs.as_bytes() == &ours);
        match from {
            // The head office still has the branch that this store left: it is told where the new one begins.
            Some(from) if !same && sees.tip_epoch < epoch => Event::Sees { acked: from - 1, agrees: true },
            _ => {
                self.went_back(sees.acked).await;
                Event::Sees { acked: sees.acked, agrees: same || sees.acked > end }
            }
        }
    }

    /// A head office that has less than it had came back from a backup: what it lost is sent again.
    async fn went_back(&self, has: i64) {
        let had = self.app.sync.store.seen().acked;
        if has >= had {
            return;
        }
        tracing::warn!(had, has, "the head office has less than it had: it is sent again");
        self.app.sync.store.look_at_all_files();
        self.app.sync.store.note(|seen| seen.acked = has);
        if let Err(reject) = self.app.run(self.app.own_caller(), office_went_back(had, has)).await {
            tracing::warn!(error = %reject, "that the head office went back could not be written down");
        }
    }

    /// Sends what follows; in halves, down to one entry, while a batch is too large for the other side.
    async fn send(&self, after: i64) -> Event {
        let mut entries_max = BATCH_ENTRIES_MAX;
        loop {
            let packed = self.app.read(move |read| Ok(read_batch(read, after, entries_max)?)).await;
            let (count, frame) = match packed {
                Ok(Some(batch)) => (batch.entries.len(), self.app.aside(move || batch.encode()).await),
                Ok(None) => return Event::Woken,
                Err(problem) => return Event::Failed(Failure::Refused(problem.0)),
            };
            let answered = match frame {
                Ok(Ok(frame)) => self.office.send(frame).await,
                Ok(Err(why)) => Err(Answered::Refused(crate::sync::not_a_batch(why))),
                Err(_) => Err(Answered::Refused(crate::web::FAULT.refuse())),
            };
            match answered {
                Ok(acknowledged) => {
                    point("forwarder.acknowledged");
                    return Event::Acked(acknowledged.acked);
                }
                Err(Answered::Refused(refusal)) if refusal.code == BATCH_TOO_LARGE && count > 1 => entries_max = count / 2,
                Err(answered) => return failed(answered),
            }
        }
    }

    /// Lets people see how the link stands, and writes it down now and then.
    async fn show(&mut self) {
        let acked = self.forwarder.acked();
        let trouble = self.forwarder.trouble().cloned();
        let outgoing = &self.app.sync.store;
        let before = outgoing.seen();
        let changed = outgoing.note(|seen| {
            seen.acked = acked.unwrap_or(seen.acked);
            seen.trouble = trouble;
        });
        let seen = outgoing.seen();
        if before.trouble != seen.trouble {
            match &seen.trouble {
                Some(refusal) => {
                    tracing::warn!(code = refusal.code.code, params = ?refusal.params, "the head office does not take entries")
                }
                None => tracing::info!(acked = seen.acked, "the head office takes entries"),
            }
        }
        if changed {
            self.app.live.publish(&crate::live::notice("office", json!({ "acked": seen.acked })));
        }
        let now_ms = self.app.clock.now_ms();
        let (written, written_ms) = self.written;
        if acked.is_some() && written != seen.acked && now_ms - written_ms >= WRITTEN_EVERY_MS {
            self.written = (seen.acked, now_ms);
            if let Err(reject) = self.app.run(self.app.own_caller(), note_acked(seen.acked, seen.contact_ms)).await {
                tracing::warn!(error = %reject, "how far the head office is could not be written down");
            }
        }
    }
}

fn away(reject: &Reject) -> Refusal {
    match reject {
        Reject::Refused(refusal) => refusal.clone(),
        Reject::Fault(_) => crate::web::FAULT.refuse(),
    }
}

fn failed(answered: Answered) -> Event {
    Event::Failed(match answered {
        Answered::Away(refusal) => Failure::Away(refusal),
        Answered::Refused(refusal) if refusal.code == crate::sync::GAP => Failure::Gap,
        Answered::Refused(refusal) => Failure::Refused(refusal),
    })
}
