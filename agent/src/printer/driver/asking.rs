//! Questions about a printer's state, and what is learnt about the way it answers them.

use std::time::Duration;

use duken_protocol::device::Confirmation;
use tokio::time::Instant;

use super::Session;
use crate::printer::escpos;
use crate::printer::profile::StatusHabit;
use crate::printer::status::{PrinterStatus, Reply, is_nonsense};
use crate::printer::transport::LinkError;

/// A printer that left so many questions in a row without an answer is not asked before its papers any more. Looks at it
/// while it is idle go on asking: it may only have been starting.
const MISSES_MAX: u8 = 2;

/// What was found out about one printer's answers, kept between its jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Habits {
    /// Whether it answers `DLE EOT` with sense.
    pub answers_at_once: Option<bool>,
    /// Whether it answers `GS r`.
    pub answers_in_order: Option<bool>,
    misses_at_once: u8,
    misses_in_order: u8,
    /// Which of the four questions it left unanswered when it was last asked all of them.
    mute: [bool; 4],
}

impl Habits {
    /// What is known already, from jobs before.
    #[must_use]
    pub fn known(answers_at_once: Option<bool>, answers_in_order: Option<bool>) -> Self {
        Self { answers_at_once, answers_in_order, ..Self::default() }
    }

    fn missed_at_once(&mut self) {
        self.misses_at_once = self.misses_at_once.saturating_add(1);
        if self.misses_at_once >= MISSES_MAX {
            self.answers_at_once.get_or_insert(false);
        }
    }

    fn answered_at_once(&mut self) {
        self.answers_at_once = Some(true);
        self.misses_at_once = 0;
    }

    pub(super) fn missed_in_order(&mut self) {
        self.misses_in_order = self.misses_in_order.saturating_add(1);
        if self.misses_in_order >= MISSES_MAX {
            self.answers_in_order.get_or_insert(false);
        }
    }

    pub(super) fn answered_in_order(&mut self) -> Confirmation {
        self.answers_in_order = Some(true);
        Confirmation::Answered
    }
}

/// Why a printer is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// A paper is to be printed.
    ForPaper,
    /// The drawer is to be opened.
    ForPulse,
    /// It is idle: there is time to find out whether it has learnt to answer.
    Idle,
}

/// What a printer told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Its state.
    State(PrinterStatus),
    /// The same byte to every question, none that means anything.
    Nonsense,
    /// Nothing.
    Nothing,
}

impl Told {
    /// The state, where it told one.
    #[must_use]
    pub fn state(self) -> Option<PrinterStatus> {
        match self {
            Self::State(status) => Some(status),
            Self::Nonsense | Self::Nothing => None,
        }
    }
}

impl Session<'_> {
    /// The printer's state, or nothing where it does not tell.
    ///
    /// # Errors
    /// The link is gone.
    pub async fn ask_state(&mut self, asking: Asking) -> Result<Told, LinkError> {
        let tries = match self.profile.status {
            StatusHabit::Silent => false,
            StatusHabit::Answers => true,
            StatusHabit::Perhaps => asking == Asking::Idle || self.habits.answers_at_once != Some(false),
        };
        if !tries {
            return Ok(Told::Nothing);
        }
        let limit = if asking == Asking::ForPulse { self.patience.pulse } else { self.patience.status };
        let (mut status, mut answers) = (PrinterStatus::default(), [None; 4]);
        self.forget_late_answers().await?;
        for what in self.questions(asking) {
            let at = usize::from(what - 1);
            answers[at] = self.ask_now(what, limit).await?;
            match answers[at] {
                Some(answer) => status.apply_realtime(what, answer),
                None if what == 1 => {
                    self.habits.missed_at_once();
                    return Ok(Told::Nothing);
                }
                None => {}
            }
            self.habits.mute[at] = answers[at].is_none();
            if answers[at].is_none() {
                // Clones answer some of the four. An answer that comes now would be taken for one to the next question.
                break;
            }
        }
        if is_nonsense(answers) {
            self.habits.answers_at_once = Some(false);
            return Ok(Told::Nonsense);
        }
        self.habits.answered_at_once();
        Ok(Told::State(status))
    }

    /// What is asked, in order: those that stayed unanswered come last, and only while there is time.
    fn questions(&self, asking: Asking) -> Vec<u8> {
        let (mute, answered): (Vec<u8>, Vec<u8>) = [1, 2, 3, 4].into_iter().partition(|&what| self.is_mute(what));
        if asking == Asking::Idle { [answered, mute].concat() } else { answered }
    }

    /// Takes what waits on the line and belongs to no question of now.
    async fn forget_late_answers(&mut self) -> Result<(), LinkError> {
        // No wait of zero: a USB transfer would take it for no limit at all.
        const MOMENT: Duration = Duration::from_millis(1);
        loop {
            match self.link.read_some(MOMENT).await {
                Ok(bytes) => bytes.into_iter().for_each(|byte| {
                    let _ = self.replies.take(byte);
                }),
                Err(LinkError::TimedOut) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    async fn ask_now(&mut self, what: u8, limit: Duration) -> Result<Option<u8>, LinkError> {
        if !self.put_question(what).await? {
            return Ok(None);
        }
        let until = Instant::now() + limit;
        loop {
            match self.next_reply(until).await {
                Ok(Reply::Realtime(answer)) => return Ok(Some(answer)),
                Ok(Reply::Pushed(_) | Reply::Buffered(_)) => {}
                Err(LinkError::TimedOut) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// False when it could not be put whole: torn in two it would be printed as letters, and a link that takes two bytes is
    /// as good as dead.
    pub(super) async fn put_question(&mut self, what: u8) -> Result<bool, LinkError> {
        match self.link.write_some(&escpos::ask_now(what), self.patience.status).await {
            Ok(taken) => Ok(taken == 3),
            Err(LinkError::TimedOut) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn next_reply(&mut self, until: Instant) -> Result<Reply, LinkError> {
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

    pub(super) fn is_mute(&self, what: u8) -> bool {
        self.habits.mute[usize::from(what - 1)]
    }
}
