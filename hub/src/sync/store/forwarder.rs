//! What a store's forwarder does next: a step function without clock, network or disk of its own.
//!
//! It asks the head office how far it is, sends the next batch, hears the acknowledgement, sends the next, and rests
//! when everything is there. Whatever fails is tried again for ever, more and more slowly up to a minute; after any
//! failure it asks anew instead of trusting what it remembers. Money has no time to live.

use duken_kernel::Refusal;
use duken_kernel::context::Chance;

use crate::sync::{OFFICE_AHEAD, PARTED};

/// The first pause after a failure.
const PAUSE_MS_MIN: i64 = 500;
/// The longest pause after failures.
const PAUSE_MS_MAX: i64 = 60_000;
/// How often a store that has nothing to send says that it is there.
pub const BEAT_MS: i64 = 30_000;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The forwarder begins, or the link was made anew.
    Begin,
    /// The journal grew, or the time came.
    Woken,
    /// The head office said how far it is.
    Sees {
        /// The last number it has.
        acked: i64,
        /// Whether the hash of that entry is ours.
        agrees: bool,
    },
    /// The head office has everything up to here.
    Acked(i64),
    /// It did not work.
    Failed(Failure),
}

/// Why it did not work.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// No answer, or an answer that may be another one soon.
    Away(Refusal),
    /// The head office needs another number first.
    Gap,
    /// The head office refuses: somebody has to look.
    Refused(Refusal),
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Ask the head office how far it is.
    Ask,
    /// Send the entries after this number.
    Send {
        /// The last number that the head office has.
        after: i64,
    },
    /// Wait until this time, or, when resting, until the journal grows.
    Wait {
        /// Milliseconds since 1970 UTC.
        until_ms: i64,
        /// Whether a new entry ends the wait.
        resting: bool,
    },
}

/// The forwarder.
#[derive(Debug, Default)]
pub struct Forwarder {
    /// The last number acknowledged; nothing until the head office was asked.
    acked: Option<i64>,
    failures: u32,
    wait_until_ms: i64,
    trouble: Option<Refusal>,
}

impl Forwarder {
    /// The last number acknowledged.
    #[must_use]
    pub fn acked(&self) -> Option<i64> {
        self.acked
    }

    /// What keeps the journal from going out.
    #[must_use]
    pub fn trouble(&self) -> Option<&Refusal> {
        self.trouble.as_ref()
    }

    /// Takes what happened; says what to do next. `journal_end` is the last number of the store's own journal.
    pub fn step(&mut self, now_ms: i64, journal_end: i64, event: Event, chance: &dyn Chance) -> Action {
        match event {
            Event::Begin => {
                *self = Self::default();
                Action::Ask
            }
            Event::Woken => self.woken(now_ms, journal_end),
            Event::Sees { acked, agrees: false } => self.fail(now_ms, Some(PARTED.refuse().with("seq", acked)), chance),
            Event::Sees { acked, .. } if acked > journal_end => {
                self.fail(now_ms, Some(OFFICE_AHEAD.refuse().with("seq", acked).with("end", journal_end)), chance)
            }
            Event::Sees { acked, .. } => self.reached(now_ms, journal_end, acked),
            Event::Acked(acked) if acked > journal_end || self.acked.is_none_or(|before| acked <= before) => {
                // An acknowledgement that moves nothing would be sent for ever: ask what is so.
                self.fail(now_ms, None, chance)
            }
            Event::Acked(acked) => self.reached(now_ms, journal_end, acked),
            Event::Failed(Failure::Gap) if self.failures == 0 => {
                self.failures = 1;
                self.acked = None;
                Action::Ask
            }
            Event::Failed(Failure::Gap) => self.fail(now_ms, None, chance),
            Event::Failed(Failure::Away(why) | Failure::Refused(why)) => self.fail(now_ms, Some(why), chance),
        }
    }

    fn woken(&mut self, now_ms: i64, journal_end: i64) -> Action {
        match self.acked {
            Some(acked) if now_ms < self.wait_until_ms && acked < journal_end => Action::Send { after: acked },
            Some(_) if now_ms < self.wait_until_ms => Action::Wait { until_ms: self.wait_until_ms, resting: true },
            None if now_ms < self.wait_until_ms => Action::Wait { until_ms: self.wait_until_ms, resting: false },
            _ => Action::Ask,
        }
    }

    fn reached(&mut self, now_ms: i64, journal_end: i64, acked: i64) -> Action {
        self.acked = Some(acked);
        self.failures = 0;
        self.trouble = None;
        if acked < journal_end {
            return Action::Send { after: acked };
        }
        self.wait_until_ms = now_ms + BEAT_MS;
        Action::Wait { until_ms: self.wait_until_ms, resting: true }
    }

    fn fail(&mut self, now_ms: i64, why: Option<Refusal>, chance: &dyn Chance) -> Action {
        self.acked = None;
        if why.is_some() {
            self.trouble = why;
        }
        self.wait_until_ms = now_ms + pause_ms(self.failures, chance);
        self.failures = self.failures.saturating_add(1);
        Action::Wait { until_ms: self.wait_until_ms, resting: false }
    }
}

/// Doubles with every failure, up to a minute; between half and all of it by chance, so that the stores of a chain do
/// not come back all at once.
fn pause_ms(failures: u32, chance: &dyn Chance) -> i64 {
    let full = (PAUSE_MS_MIN << failures.min(10)).min(PAUSE_MS_MAX);
    let mut byte = [0_u8; 1];
    chance.fill(&mut byte);
    full / 2 + full / 2 * i64::from(byte[0]) / 255
}
