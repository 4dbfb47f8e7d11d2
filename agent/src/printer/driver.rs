//! One job on one printer, from opening the connection to an outcome that is true.
//!
//! | moment | what happened | outcome |
//! |---|---|---|
//! | before the connection | the document cannot be drawn | not printed: bad_document |
//! | connecting | nobody there, or held by another | not printed: offline, in_use |
//! | asking its state | cover open, no paper, error, switched off | not printed: that |
//! | asking its state | a printer that always answers says nothing | not printed: no_answer |
//! | before the first byte | whoever must note it says no | not printed: interrupted |
//! | writing | no byte of the document was taken | not printed: stalled, link_lost |
//! | writing | some were, then it stopped | unknown: stalled, link_lost (or paper_out, cover_open if it says so) |
//! | written | the question behind the last byte is answered | printed, answered |
//! | written | it is answered with "no paper" | unknown: paper_out |
//! | written | a printer that never answers took all bytes | printed, unconfirmed |
//! | written | one that answers at once, though not in order, says it is ready | printed, unconfirmed |
//! | written | bytes stay undelivered | unknown: stalled |
//! | written | the connection broke before the answer | unknown: link_lost |
//! | written | no answer in time | unknown: what it says at once, else no_answer |

use std::time::Duration;

use duken_protocol::device::{Confirmation, DeviceState, DrawerPin, Outcome, Reason};
use tokio::time::Instant;

use super::document::Document;
use super::escpos;
use super::profile::{PrinterProfile, StatusHabit};
use super::status::{PrinterStatus, Reply, ReplyReader, buffered_says_paper_out};
use super::transport::{Link, LinkError};
use crate::devices::Gate;

/// How long each step may take. Steps, not jobs: a long receipt is not cut in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Opening the connection.
    pub connect: Duration,
    /// An answer to a question asked at once.
    pub status: Duration,
    /// The next byte being taken.
    pub progress: Duration,
    /// The answer to the question behind the last byte, from the moment all are delivered.
    pub barrier: Duration,
    /// More of the same while the printer says what it waits for (paper, its cover).
    pub mending: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            status: Duration::from_millis(600),
            progress: Duration::from_secs(10),
            barrier: Duration::from_secs(15),
            mending: Duration::from_secs(45),
        }
    }
}

/// Most bytes handed to the link in one go.
const CHUNK_BYTES: usize = 1_024;

/// What was found out about one printer's answers, kept between its jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Habits {
    /// Whether it answers `DLE EOT`.
    pub answers_at_once: Option<bool>,
    /// Whether it answers `GS r`.
    pub answers_in_order: Option<bool>,
}

/// A printer while it works on one job.
pub struct Session<'a> {
    gate: Option<Gate>,
    link: Link,
    profile: &'a PrinterProfile,
    patience: Patience,
    habits: &'a mut Habits,
    replies: ReplyReader,
    /// The last state that the printer told.
    seen: Option<PrinterStatus>,
}

impl<'a> Session<'a> {
    /// A session over an open link.
    pub fn new(link: Link, profile: &'a PrinterProfile, patience: Patience, habits: &'a mut Habits) -> Self {
        Self { gate: None, link, profile, patience, habits, replies: ReplyReader::default(), seen: None }
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

    /// The last state that the printer told, if any.
    #[must_use]
    pub fn seen(&self) -> Option<PrinterStatus> {
        self.seen
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.link.close().await;
    }

    /// Prints a document. `news` hears each state that the printer tells meanwhile.
    pub async fn print(&mut self, document: &Document, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        match self.ask_state().await {
            Ok(Some(status)) => {
                news(status);
                if let Some(reason) = hindrance(status) {
                    return Outcome::not_printed(reason, "");
                }
            }
            Ok(None) if self.profile.status == StatusHabit::Answers => {
                return Outcome::not_printed(Reason::NoAnswer, "the printer does not tell its state");
            }
            Ok(None) => {}
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
        let status = match self.ask_state().await {
            Ok(status) => status,
            Err(error) => return Outcome::failed(Reason::LinkLost, text_of(&error)),
        };
        let hindered = status.and_then(hindrance);
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
            let reason = if matches!(error, LinkError::TimedOut) { Reason::Stalled } else { Reason::LinkLost };
            return if taken == 0 { Outcome::failed(reason, text_of(&error)) } else { Outcome::unknown(reason, text_of(&error)) };
        }
        match self.deliver().await {
            Ok(()) => Outcome::Done,
            Err(LinkError::TimedOut) => Outcome::unknown(Reason::Stalled, ""),
            Err(error) => Outcome::unknown(Reason::LinkLost, text_of(&error)),
        }
    }

    /// The printer's state, or nothing where it does not tell.
    ///
    /// # Errors
    /// The link is gone.
    pub async fn ask_state(&mut self) -> Result<Option<PrinterStatus>, LinkError> {
        let tries = match self.profile.status {
            StatusHabit::Silent => false,
            StatusHabit::Answers => true,
            StatusHabit::Perhaps => self.habits.answers_at_once != Some(false),
        };
        if !tries {
            return Ok(None);
        }
        let mut status = PrinterStatus::default();
        for what in [1, 2, 3, 4] {
            match self.ask_now(what).await? {
                Some(answer) => status.apply_realtime(what, answer),
                None if what == 1 => {
                    self.habits.answers_at_once.get_or_insert(false);
                    return Ok(None);
                }
                // Clones answer some of the four.
                None => {}
            }
        }
        self.habits.answers_at_once = Some(true);
        self.seen = Some(status);
        Ok(Some(status))
    }

    async fn ask_now(&mut self, what: u8) -> Result<Option<u8>, LinkError> {
        match self.link.write_some(&escpos::ask_now(what), self.patience.status).await {
            Ok(3) => {}
            // A question torn in two would be printed as letters; a link that takes two bytes is as good as dead.
            Ok(_) | Err(LinkError::TimedOut) => return Ok(None),
            Err(error) => return Err(error),
        }
        let until = Instant::now() + self.patience.status;
        loop {
            match self.next_reply(until).await {
                Ok(Reply::Realtime(answer)) => return Ok(Some(answer)),
                Ok(Reply::Pushed(status)) => self.seen = Some(status),
                Ok(Reply::Buffered(_)) => {}
                Err(LinkError::TimedOut) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    async fn next_reply(&mut self, until: Instant) -> Result<Reply, LinkError> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(LinkError::TimedOut);
            }
            let mut reply = None;
            for byte in self.link.read_some(left).await? {
                reply = self.replies.take(byte).or(reply);
            }
            if let Some(reply) = reply {
                return Ok(reply);
            }
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
        let told = if gone { None } else { self.told_hindrance(news).await };
        let reason = told.unwrap_or(reason);
        if taken == 0 { Outcome::not_printed(reason, text_of(error)) } else { Outcome::unknown(reason, text_of(error)) }
    }

    /// What hinders it, as it says at once.
    async fn told_hindrance(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Option<Reason> {
        let status = self.ask_state().await.ok().flatten()?;
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

    /// After the last byte: is it on paper?
    async fn finish(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        let asks = match self.profile.status {
            StatusHabit::Answers => true,
            StatusHabit::Perhaps => self.habits.answers_at_once == Some(true) && self.habits.answers_in_order != Some(false),
            StatusHabit::Silent => false,
        };
        if asks {
            let question = Document { pieces: vec![escpos::ASK_BUFFERED_PAPER.to_vec()] };
            if let Err((_, error)) = self.write(&question).await {
                return self.broken_off(1, &error, news).await;
            }
        }
        match self.deliver().await {
            Ok(()) => {}
            Err(LinkError::TimedOut) => return self.broken_off(1, &LinkError::TimedOut, news).await,
            Err(error) => return Outcome::unknown(Reason::LinkLost, text_of(&error)),
        }
        if asks { self.barrier(news).await } else { Outcome::Printed { confirmation: Confirmation::Unconfirmed } }
    }

    async fn barrier(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        let begun = Instant::now();
        let ask_every = (self.patience.barrier / 5).max(self.patience.status);
        let mut told = None;
        loop {
            let limit = if told.is_some() { self.patience.mending } else { self.patience.barrier };
            let until = (Instant::now() + ask_every).min(begun + limit);
            match self.next_reply(until).await {
                Ok(Reply::Buffered(answer)) => {
                    self.habits.answers_in_order = Some(true);
                    return if buffered_says_paper_out(answer) {
                        Outcome::unknown(Reason::PaperOut, "the paper ended with the document")
                    } else {
                        Outcome::Printed { confirmation: Confirmation::Answered }
                    };
                }
                Ok(Reply::Pushed(status)) => {
                    self.seen = Some(status);
                    news(status);
                    told = hindrance(status);
                    continue;
                }
                Ok(Reply::Realtime(_)) => continue,
                Err(LinkError::Lost(error)) => return Outcome::unknown(Reason::LinkLost, error.to_string()),
                Err(LinkError::TimedOut) => {}
            }
            let status = self.ask_state_or_buffered().await;
            match status {
                Ok(Told::InOrder(answer)) if !buffered_says_paper_out(answer) => {
                    self.habits.answers_in_order = Some(true);
                    return Outcome::Printed { confirmation: Confirmation::Answered };
                }
                Ok(Told::InOrder(_)) => return Outcome::unknown(Reason::PaperOut, "the paper ended with the document"),
                Ok(Told::State(status)) => {
                    news(status);
                    told = hindrance(status);
                }
                Ok(Told::Nothing) => {}
                Err(error) => return Outcome::unknown(Reason::LinkLost, text_of(&error)),
            }
            let limit = if told.is_some() { self.patience.mending } else { self.patience.barrier };
            if begun.elapsed() >= limit {
                return self.no_barrier(told);
            }
        }
    }

    /// Asks at once while the answer in order may come at any moment.
    async fn ask_state_or_buffered(&mut self) -> Result<Told, LinkError> {
        if self.profile.status == StatusHabit::Perhaps && self.habits.answers_at_once == Some(false) {
            return Ok(Told::Nothing);
        }
        let mut status = PrinterStatus::default();
        let mut answered = false;
        for what in [1, 2, 3, 4] {
            match self.link.write_some(&escpos::ask_now(what), self.patience.status).await {
                Ok(_) => {}
                Err(LinkError::TimedOut) => return Ok(Told::Nothing),
                Err(error) => return Err(error),
            }
            let until = Instant::now() + self.patience.status;
            match self.next_reply(until).await {
                Ok(Reply::Buffered(answer)) => return Ok(Told::InOrder(answer)),
                Ok(Reply::Realtime(answer)) => {
                    answered = true;
                    status.apply_realtime(what, answer);
                }
                Ok(Reply::Pushed(pushed)) => {
                    self.seen = Some(pushed);
                    return Ok(Told::State(pushed));
                }
                Err(LinkError::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
        if answered {
            self.seen = Some(status);
            Ok(Told::State(status))
        } else {
            Ok(Told::Nothing)
        }
    }

    fn no_barrier(&mut self, told: Option<Reason>) -> Outcome {
        match (told, self.profile.status, self.seen) {
            (Some(reason), _, _) => Outcome::unknown(reason, "it was still waiting when our patience ended"),
            (None, StatusHabit::Perhaps, Some(_)) => {
                // It took all, says it is well and does not know this question: from now on it is not asked any more.
                self.habits.answers_in_order.get_or_insert(false);
                Outcome::Printed { confirmation: Confirmation::Unconfirmed }
            }
            (None, StatusHabit::Answers | StatusHabit::Perhaps | StatusHabit::Silent, _) => Outcome::unknown(Reason::NoAnswer, ""),
        }
    }
}

/// What came back while waiting at the barrier.
enum Told {
    InOrder(u8),
    State(PrinterStatus),
    Nothing,
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
