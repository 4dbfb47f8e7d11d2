//! One job on one printer, from opening the connection to an outcome that is true.
//!
//! | moment | what happened | outcome |
//! |---|---|---|
//! | before the connection | the document cannot be drawn | not printed: bad_document |
//! | connecting | nobody there, or held by another | not printed: offline, in_use |
//! | asking its state | cover open, no paper, error, switched off | not printed: that |
//! | asking its state | a printer that always answers says nothing | not printed: no_answer |
//! | asking its state | it says the same nonsense to every question | printing goes on, as if it had no words |
//! | before the first byte | whoever must note it says no | not printed: interrupted |
//! | writing | no byte of the document was taken | not printed: stalled, link_lost |
//! | writing | some were, then it stopped | unknown: stalled, link_lost (or paper_out, cover_open if it says so) |
//! | written | the question behind the last byte is answered | printed, answered |
//! | written | it is answered with "no paper" | unknown: paper_out |
//! | written | a printer that never answers took all bytes | printed, unconfirmed |
//! | written | one that never answered in order says at once, after the last byte, that it is ready | printed, unconfirmed |
//! | written | bytes stay undelivered | unknown: stalled |
//! | written | the connection broke before the answer | unknown: link_lost |
//! | written | no answer in time | unknown: what it says at once, else no_answer |
//!
//! What a printer said before the document proves nothing about what came after it.

mod asking;
mod barrier;

use std::time::Duration;

use duken_protocol::device::{DeviceState, DrawerPin, Outcome, Reason};
use tokio::time::Instant;

pub use asking::{Asking, Habits, Told};

use super::document::Document;
use super::escpos;
use super::profile::{PrinterProfile, StatusHabit};
use super::status::{PrinterStatus, ReplyReader};
use super::transport::{Link, LinkError};
use crate::devices::Gate;

/// How long each step may take. Steps, not jobs: a long receipt is not cut in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Opening the connection.
    pub connect: Duration,
    /// An answer to a question asked at once. Cheap printers need more than a second when they come out of their sleep.
    pub status: Duration,
    /// The same before the drawer's pulse, which is old news soon.
    pub pulse: Duration,
    /// The next byte being taken.
    pub progress: Duration,
    /// The answer to the question behind the last byte, from the moment all are delivered.
    pub barrier: Duration,
    /// The same while it is not known yet whether the printer answers that question at all.
    pub learning: Duration,
    /// Between two looks at a printer that does not: both must find it well before its paper counts as printed.
    pub settling: Duration,
    /// More of the same while the printer says what it waits for (paper, its cover).
    pub mending: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            status: Duration::from_secs(2),
            pulse: Duration::from_millis(600),
            progress: Duration::from_secs(10),
            barrier: Duration::from_secs(15),
            learning: Duration::from_secs(6),
            settling: Duration::from_secs(1),
            mending: Duration::from_secs(45),
        }
    }
}

/// Most bytes handed to the link in one go.
const CHUNK_BYTES: usize = 1_024;

/// A printer while it works on one job.
pub struct Session<'a> {
    gate: Option<Gate>,
    link: Link,
    profile: &'a PrinterProfile,
    patience: Patience,
    habits: &'a mut Habits,
    replies: ReplyReader,
    /// It stopped taking bytes: what this machine still holds for it must not come out later.
    stalled: bool,
}

impl<'a> Session<'a> {
    /// A session over an open link.
    pub fn new(link: Link, profile: &'a PrinterProfile, patience: Patience, habits: &'a mut Habits) -> Self {
        Self { gate: None, link, profile, patience, habits, replies: ReplyReader::default(), stalled: false }
    }

    /// The same; the gate is asked before the first byte of the document or the pulse.
    #[must_use]
    pub fn with_gate(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    async fn may_begin(&mut self) -> Result<(), String> {
        match self.gate.take() {
            Some(gate) => gate().await,
            None => Ok(()),
        }
    }

    /// Closes the connection.
    pub async fn close(self) {
        if self.stalled {
            self.link.discard_output();
        }
        self.link.close().await;
    }

    /// Prints a document. `news` hears each state that the printer tells meanwhile.
    pub async fn print(&mut self, document: &Document, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        match self.ask_state(Asking::ForPaper).await {
            Ok(Told::State(status)) => {
                news(status);
                if let Some(reason) = hindrance(status) {
                    return Outcome::not_printed(reason, "");
                }
            }
            Ok(Told::Nothing) if self.profile.status == StatusHabit::Answers => {
                return Outcome::not_printed(Reason::NoAnswer, "the printer does not tell its state");
            }
            Ok(Told::Nothing | Told::Nonsense) => {}
            Err(error) => return Outcome::not_printed(Reason::LinkLost, text_of(&error)),
        }
        if let Err(detail) = self.may_begin().await {
            return Outcome::not_printed(Reason::Interrupted, detail);
        }
        if let Err((taken, error)) = self.write(document).await {
            return self.broken_off(taken, &error, news).await;
        }
        self.finish(news).await
    }

    /// Opens the drawer.
    pub async fn pulse(&mut self, pin: DrawerPin, on_ms: u16, off_ms: u16) -> Outcome {
        let hindered = match self.ask_state(Asking::ForPulse).await {
            Ok(told) => told.state().and_then(hindrance),
            Err(error) => return Outcome::failed(Reason::LinkLost, text_of(&error)),
        };
        let bytes = match hindered {
            // In the buffer the pulse would wait for paper and open the drawer when nobody expects it.
            Some(reason) if !self.profile.realtime_pulse => return Outcome::failed(reason, ""),
            Some(_) => escpos::drawer_pulse_now(pin, on_ms),
            None => escpos::drawer_pulse(pin, on_ms, off_ms),
        };
        if let Err(detail) = self.may_begin().await {
            return Outcome::failed(Reason::Interrupted, detail);
        }
        let document = Document { pieces: vec![bytes.to_vec()] };
        if let Err((taken, error)) = self.write(&document).await {
            self.stalled = matches!(error, LinkError::TimedOut);
            let reason = if self.stalled { Reason::Stalled } else { Reason::LinkLost };
            return if taken == 0 { Outcome::failed(reason, text_of(&error)) } else { Outcome::unknown(reason, text_of(&error)) };
        }
        match self.deliver().await {
            Ok(()) => Outcome::Done,
            Err(LinkError::TimedOut) => {
                self.stalled = true;
                Outcome::unknown(Reason::Stalled, "")
            }
            Err(error) => Outcome::unknown(Reason::LinkLost, text_of(&error)),
        }
    }

    /// Writes all pieces; on failure says how many bytes were taken before.
    async fn write(&mut self, document: &Document) -> Result<(), (usize, LinkError)> {
        let mut taken = 0;
        let last = document.pieces.len().saturating_sub(1);
        for (at, piece) in document.pieces.iter().enumerate() {
            let mut rest = piece.as_slice();
            while !rest.is_empty() {
                let chunk = &rest[..rest.len().min(CHUNK_BYTES)];
                match self.link.write_some(chunk, self.patience.progress).await {
                    Ok(count) => {
                        taken += count;
                        rest = &rest[count..];
                    }
                    Err(error) => return Err((taken, error)),
                }
            }
            if self.profile.pacing_ms > 0 && at < last {
                tokio::time::sleep(Duration::from_millis(u64::from(self.profile.pacing_ms))).await;
            }
        }
        Ok(())
    }

    async fn broken_off(&mut self, taken: usize, error: &LinkError, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        let (reason, gone) = match error {
            LinkError::TimedOut => (Reason::Stalled, false),
            LinkError::Lost(_) => (Reason::LinkLost, true),
        };
        self.stalled = !gone;
        let told = if gone { None } else { self.told_hindrance(news).await };
        let reason = told.unwrap_or(reason);
        if taken == 0 { Outcome::not_printed(reason, text_of(error)) } else { Outcome::unknown(reason, text_of(error)) }
    }

    /// What hinders it, as it says at once.
    async fn told_hindrance(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Option<Reason> {
        let status = self.ask_state(Asking::ForPaper).await.ok()?.state()?;
        news(status);
        hindrance(status)
    }

    /// Waits until the system has delivered all bytes.
    async fn deliver(&mut self) -> Result<(), LinkError> {
        let mut least = usize::MAX;
        let mut moved = Instant::now();
        loop {
            let pending = self.link.pending_bytes().map_err(LinkError::Lost)?;
            if pending == 0 {
                return Ok(());
            }
            if pending < least {
                least = pending;
                moved = Instant::now();
            } else if moved.elapsed() >= self.patience.progress {
                return Err(LinkError::TimedOut);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// What keeps a printer from printing.
fn hindrance(status: PrinterStatus) -> Option<Reason> {
    match status.state() {
        DeviceState::CoverOpen => Some(Reason::CoverOpen),
        DeviceState::PaperOut => Some(Reason::PaperOut),
        DeviceState::Error if status.error => Some(Reason::DeviceError),
        DeviceState::Error => Some(Reason::NotReady),
        DeviceState::Ready | DeviceState::Busy | DeviceState::Offline | DeviceState::PaperNearEnd | DeviceState::Unknown => None,
    }
}

fn text_of(error: &LinkError) -> String {
    match error {
        LinkError::TimedOut => "no progress in time".to_owned(),
        LinkError::Lost(error) => error.to_string(),
    }
}
