//! After the last byte: is it on paper?
//!
//! Only what the printer says after it counts: an answer to the question that stands behind the document, or, from a
//! printer that does not know that question, twice "ready" with a while between.

use duken_protocol::device::{Confirmation, Outcome, Reason};
use tokio::time::Instant;

use super::{Session, hindrance, text_of};
use crate::printer::document::Document;
use crate::printer::escpos;
use crate::printer::profile::StatusHabit;
use crate::printer::status::{PrinterStatus, Reply, buffered_says_paper_out};
use crate::printer::transport::LinkError;

/// What came back while waiting.
enum Heard {
    InOrder(u8),
    State(PrinterStatus),
    Nothing,
}

const UNCONFIRMED: Outcome = Outcome::Printed { confirmation: Confirmation::Unconfirmed };

impl Session<'_> {
    pub(super) async fn finish(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        let speaks = match self.profile.status {
            StatusHabit::Answers => true,
            StatusHabit::Perhaps => self.habits.answers_at_once == Some(true),
            StatusHabit::Silent => false,
        };
        let asks = speaks && (self.profile.status == StatusHabit::Answers || self.habits.answers_in_order != Some(false));
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
        match (speaks, asks) {
            (false, _) => UNCONFIRMED,
            (true, true) => self.barrier(news).await,
            (true, false) => self.settle(news).await,
        }
    }

    fn answered(&mut self, answer: u8) -> Outcome {
        let confirmation = self.habits.answered_in_order();
        if buffered_says_paper_out(answer) {
            Outcome::unknown(Reason::PaperOut, "the paper ended with the document")
        } else {
            Outcome::Printed { confirmation }
        }
    }

    async fn barrier(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        let begun = Instant::now();
        let learning = self.profile.status == StatusHabit::Perhaps && self.habits.answers_in_order.is_none();
        let patience = if learning { self.patience.learning } else { self.patience.barrier };
        let ask_every = (patience / 5).max(self.patience.status.min(patience / 3));
        let mut told = None;
        loop {
            let limit = if told.is_some() { self.patience.mending } else { patience };
            let until = (Instant::now() + ask_every).min(begun + limit);
            match self.next_reply(until).await {
                Ok(Reply::Buffered(answer)) => return self.answered(answer),
                Ok(Reply::Pushed(status)) => {
                    news(status);
                    told = hindrance(status);
                    continue;
                }
                Ok(Reply::Realtime(_)) => continue,
                Err(LinkError::Lost(error)) => return Outcome::unknown(Reason::LinkLost, error.to_string()),
                Err(LinkError::TimedOut) => {}
            }
            let well = match self.ask_while_waiting().await {
                Ok(Heard::InOrder(answer)) => return self.answered(answer),
                Ok(Heard::State(status)) => {
                    news(status);
                    told = hindrance(status);
                    told.is_none()
                }
                Ok(Heard::Nothing) => false,
                Err(error) => return Outcome::unknown(Reason::LinkLost, text_of(&error)),
            };
            let limit = if told.is_some() { self.patience.mending } else { patience };
            if begun.elapsed() >= limit {
                return self.no_barrier(told, well);
            }
        }
    }

    /// Asks at once while the answer in order may come at any moment.
    async fn ask_while_waiting(&mut self) -> Result<Heard, LinkError> {
        let mut status = PrinterStatus::default();
        for what in [1, 2, 3, 4] {
            if self.is_mute(what) {
                continue;
            }
            if !self.put_question(what).await? {
                return Ok(Heard::Nothing);
            }
            let until = Instant::now() + self.patience.status;
            match self.next_reply(until).await {
                Ok(Reply::Buffered(answer)) => return Ok(Heard::InOrder(answer)),
                Ok(Reply::Realtime(answer)) => status.apply_realtime(what, answer),
                Ok(Reply::Pushed(pushed)) => return Ok(Heard::State(pushed)),
                Err(LinkError::TimedOut) => return Ok(Heard::Nothing),
                Err(error) => return Err(error),
            }
        }
        Ok(Heard::State(status))
    }

    /// The question in order stayed without an answer. `well`: its last word, said after the document.
    fn no_barrier(&mut self, told: Option<Reason>, well: bool) -> Outcome {
        if let Some(reason) = told {
            return Outcome::unknown(reason, "it was still waiting when our patience ended");
        }
        if self.profile.status == StatusHabit::Perhaps && well && self.habits.answers_in_order != Some(true) {
            // It took all, says now that it is well and may not know this question: soon it is not asked any more.
            self.habits.missed_in_order();
            return UNCONFIRMED;
        }
        Outcome::unknown(Reason::NoAnswer, "")
    }

    /// For a printer that answers at once and not in order.
    async fn settle(&mut self, news: &mut impl FnMut(PrinterStatus)) -> Outcome {
        let begun = Instant::now();
        let (mut told, mut well_since) = (None, None);
        loop {
            match self.ask_while_waiting().await {
                Ok(Heard::State(status)) => {
                    news(status);
                    told = hindrance(status);
                    well_since = if told.is_none() { well_since.or(Some(Instant::now())) } else { None };
                }
                Ok(Heard::InOrder(_)) => {}
                Ok(Heard::Nothing) => well_since = None,
                Err(error) => return Outcome::unknown(Reason::LinkLost, text_of(&error)),
            }
            if well_since.is_some_and(|since| since.elapsed() >= self.patience.settling) {
                return UNCONFIRMED;
            }
            let limit = if told.is_some() { self.patience.mending } else { self.patience.barrier };
            if begun.elapsed() >= limit {
                return Outcome::unknown(told.unwrap_or(Reason::NoAnswer), "it was not well when our patience ended");
            }
            let until = Instant::now() + self.patience.settling;
            while Instant::now() < until {
                match self.next_reply(until).await {
                    Ok(_) | Err(LinkError::TimedOut) => {}
                    Err(LinkError::Lost(error)) => return Outcome::unknown(Reason::LinkLost, error.to_string()),
                }
            }
        }
    }
}
