//! Following one payment or refund to its end: what to ask next, and when. Pure: time comes in, nothing goes out.
//!
//! It ends with the terminal's own `success` or `fail` and with nothing else. While it lasts, a person may be needed
//! ([`PaymentWatch::needs_person`]); their decision is the caller's, and then the watch is simply dropped. After a restart
//! a new watch is begun from the stored process id.

use duken_protocol::device::{KaspiError, KaspiProcess, KaspiStatus};

/// Between two questions for the status, in milliseconds.
pub const STATUS_EVERY_MS: i64 = 1_000;

/// Between two requests to actualize, in milliseconds: the terminal's own rule.
pub const ACTUALIZE_EVERY_MS: i64 = 10_000;

/// Longest pause after failures, in milliseconds.
const RETRY_MS_MAX: i64 = 10_000;

/// A terminal that has forgotten the process is asked again so often, in milliseconds: it may only have been the wrong one.
const FORGOTTEN_EVERY_MS: i64 = 60_000;

/// After so long without certainty a person is asked to look at the terminal, in milliseconds.
pub const UNKNOWN_FOR_PERSON_MS: i64 = 60_000;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing before this time.
    Wait {
        /// Milliseconds on the clock that was handed in.
        until_ms: i64,
    },
    /// Ask `status`, then say what was heard.
    AskStatus,
    /// Ask `actualize`, then say what was heard.
    Actualize,
    /// Refresh the token, store the new pair, then say [`Heard::Refreshed`] or the error.
    RefreshToken,
    /// The terminal has decided.
    Done(Box<KaspiProcess>),
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The terminal's answer.
    Process(Box<KaspiProcess>),
    /// The token is new and stored.
    Refreshed,
    /// The call failed.
    Error(KaspiError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Status,
    Actualize,
    Refresh,
}

/// Follows one process. Times are milliseconds of any clock that never goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentWatch {
    process_id: String,
    next: Question,
    next_at_ms: i64,
    asked: Option<Question>,
    actualized_at_ms: Option<i64>,
    uncertain_since_ms: Option<i64>,
    failures: u32,
    refreshed: bool,
    forgotten: bool,
    last: Option<KaspiProcess>,
    trouble: Option<KaspiError>,
}

impl PaymentWatch {
    /// Begins to follow a process whose id is stored.
    #[must_use]
    pub fn new(process_id: impl Into<String>, now_ms: i64) -> Self {
        Self {
            process_id: process_id.into(),
            next: Question::Status,
            next_at_ms: now_ms,
            asked: None,
            actualized_at_ms: None,
            uncertain_since_ms: None,
            failures: 0,
            refreshed: false,
            forgotten: false,
            last: None,
            trouble: None,
        }
    }

    /// The process.
    #[must_use]
    pub fn process_id(&self) -> &str {
        &self.process_id
    }

    /// What the terminal said last.
    #[must_use]
    pub fn last(&self) -> Option<&KaspiProcess> {
        self.last.as_ref()
    }

    /// What went wrong last, if the last step did.
    #[must_use]
    pub fn trouble(&self) -> Option<&KaspiError> {
        self.trouble.as_ref()
    }

    /// Whether a person should look at the terminal: it has forgotten the process, or nothing is certain for
    /// [`UNKNOWN_FOR_PERSON_MS`]. Asking goes on all the same.
    #[must_use]
    pub fn needs_person(&self, now_ms: i64) -> bool {
        !self.is_done() && (self.forgotten || self.uncertain_since_ms.is_some_and(|since| now_ms - since >= UNKNOWN_FOR_PERSON_MS))
    }

    /// Whether nothing is certain now: status unknown, contact lost, token refused.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        !self.is_done() && self.uncertain_since_ms.is_some()
    }

    fn is_done(&self) -> bool {
        self.last.as_ref().is_some_and(|process| matches!(process.status, KaspiStatus::Success | KaspiStatus::Fail))
    }

    /// The next step. A question is given out once; until its answer is told, the step is to wait.
    pub fn next(&mut self, now_ms: i64) -> Step {
        if let Some(process) = self.last.as_ref().filter(|_| self.is_done()) {
            return Step::Done(Box::new(process.clone()));
        }
        if self.asked.is_some() {
            return Step::Wait { until_ms: now_ms + STATUS_EVERY_MS };
        }
        if now_ms < self.next_at_ms {
            return Step::Wait { until_ms: self.next_at_ms };
        }
        self.asked = Some(self.next);
        match self.next {
            Question::Status => Step::AskStatus,
            Question::Actualize => {
                self.actualized_at_ms = Some(now_ms);
                Step::Actualize
            }
            Question::Refresh => Step::RefreshToken,
        }
    }

    /// Takes in what came of the last step.
    pub fn heard(&mut self, now_ms: i64, heard: Heard) {
        let asked = self.asked.take().unwrap_or(self.next);
        if self.is_done() {
            return;
        }
        match heard {
            Heard::Process(process) => self.heard_process(now_ms, *process),
            Heard::Refreshed => {
                self.trouble = None;
                self.refreshed = true;
                self.ask_at(Question::Status, now_ms);
            }
            Heard::Error(error) => self.heard_error(now_ms, asked, error),
        }
    }

    fn heard_process(&mut self, now_ms: i64, process: KaspiProcess) {
        self.failures = 0;
        self.refreshed = false;
        self.forgotten = false;
        self.trouble = None;
        match process.status {
            KaspiStatus::Success | KaspiStatus::Fail => self.uncertain_since_ms = None,
            KaspiStatus::Wait => {
                self.uncertain_since_ms = None;
                self.ask_at(Question::Status, now_ms + STATUS_EVERY_MS);
            }
            KaspiStatus::Unknown => {
                self.uncertain_since_ms.get_or_insert(now_ms);
                let at = self.earliest_actualize(now_ms);
                self.ask_at(Question::Actualize, at);
            }
        }
        self.last = Some(process);
    }

    fn heard_error(&mut self, now_ms: i64, asked: Question, error: KaspiError) {
        self.uncertain_since_ms.get_or_insert(now_ms);
        self.failures = self.failures.saturating_add(1);
        let pause = (STATUS_EVERY_MS << self.failures.saturating_sub(1).min(5)).min(RETRY_MS_MAX);
        match &error {
            // Expired: refresh once, repeat once. Refused again, or the refresh itself failed: slowly, a person will see it.
            KaspiError::TokenExpired if asked != Question::Refresh && !self.refreshed => self.ask_at(Question::Refresh, now_ms),
            KaspiError::TokenExpired | KaspiError::NotRegistered | KaspiError::RegistrationRefused { .. } => {
                self.refreshed = false;
                self.ask_at(Question::Status, now_ms + RETRY_MS_MAX);
            }
            KaspiError::NoSuchProcess { .. } => {
                self.forgotten = true;
                self.ask_at(Question::Status, now_ms + FORGOTTEN_EVERY_MS);
            }
            // Not every unknown process can be actualized; its status may still change by itself.
            KaspiError::CannotActualize { .. } => self.ask_at(Question::Status, now_ms + ACTUALIZE_EVERY_MS),
            KaspiError::NeverSent { .. }
            | KaspiError::AnswerLost { .. }
            | KaspiError::NotTrusted { .. }
            | KaspiError::Busy { .. }
            | KaspiError::BadParameter { .. }
            | KaspiError::Other { .. }
            | KaspiError::Unreadable { .. }
            | KaspiError::BadCall { .. } => self.ask_at(Question::Status, now_ms + pause),
        }
        self.trouble = Some(error);
    }

    fn earliest_actualize(&self, now_ms: i64) -> i64 {
        self.actualized_at_ms.map_or(now_ms, |at| now_ms.max(at + ACTUALIZE_EVERY_MS))
    }

    fn ask_at(&mut self, question: Question, at_ms: i64) {
        self.next = question;
        self.next_at_ms = at_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(status: KaspiStatus) -> Heard {
        Heard::Process(Box::new(KaspiProcess {
            status,
            sub_status: String::new(),
            message: String::new(),
            transaction_id: String::new(),
            method: None,
            order_number: String::new(),
            rrn: String::new(),
            amount_tenge: None,
            offer: String::new(),
            cheque: Default::default(),
        }))
    }

    fn lost() -> Heard {
        Heard::Error(KaspiError::AnswerLost { detail: String::new() })
    }

    #[test]
    fn a_payment_that_goes_well() {
        let mut watch = PaymentWatch::new("7", 0);
        assert_eq!(watch.next(0), Step::AskStatus);
        assert_eq!(watch.next(10), Step::Wait { until_ms: 1_010 }, "one question at a time");
        watch.heard(50, process(KaspiStatus::Wait));
        assert_eq!(watch.next(51), Step::Wait { until_ms: 1_050 });
        assert_eq!(watch.next(1_050), Step::AskStatus);
        watch.heard(1_100, process(KaspiStatus::Success));
        assert!(matches!(watch.next(1_100), Step::Done(process) if process.status == KaspiStatus::Success));
        assert!(!watch.needs_person(1_000_000));
    }

    #[test]
    fn unknown_is_actualized_every_ten_seconds_until_the_bank_knows() {
        let mut watch = PaymentWatch::new("7", 0);
        watch.next(0);
        watch.heard(0, process(KaspiStatus::Unknown));
        assert_eq!(watch.next(0), Step::Actualize);
        watch.heard(300, process(KaspiStatus::Unknown));
        assert_eq!(watch.next(300), Step::Wait { until_ms: 10_000 });
        assert_eq!(watch.next(10_000), Step::Actualize);
        assert!(!watch.needs_person(10_000));
        assert!(watch.needs_person(60_000));
        watch.heard(60_000, process(KaspiStatus::Fail));
        assert!(matches!(watch.next(60_000), Step::Done(process) if process.status == KaspiStatus::Fail));
        assert!(!watch.needs_person(60_000));
    }

    #[test]
    fn lost_answers_are_asked_again_more_and_more_slowly_and_never_end_it() {
        let mut watch = PaymentWatch::new("7", 0);
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..6 {
            assert_eq!(watch.next(now), Step::AskStatus);
            watch.heard(now, lost());
            let Step::Wait { until_ms } = watch.next(now) else { panic!("no pause") };
            pauses.push(until_ms - now);
            now = until_ms;
        }
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert!(watch.is_uncertain());
        watch.next(now);
        watch.heard(now, process(KaspiStatus::Wait));
        assert!(!watch.is_uncertain());
    }

    #[test]
    fn an_expired_token_is_refreshed_once() {
        let mut watch = PaymentWatch::new("7", 0);
        watch.next(0);
        watch.heard(0, Heard::Error(KaspiError::TokenExpired));
        assert_eq!(watch.next(0), Step::RefreshToken);
        watch.heard(5, Heard::Refreshed);
        assert_eq!(watch.next(5), Step::AskStatus);
        watch.heard(6, Heard::Error(KaspiError::TokenExpired));
        assert_eq!(watch.next(6), Step::Wait { until_ms: 10_006 });
        assert_eq!(watch.trouble(), Some(&KaspiError::TokenExpired));
        assert_eq!(watch.next(10_006), Step::AskStatus);
        watch.heard(10_006, Heard::Error(KaspiError::TokenExpired));
        assert_eq!(watch.next(10_006), Step::RefreshToken);
    }

    #[test]
    fn a_forgotten_process_needs_a_person_at_once() {
        let mut watch = PaymentWatch::new("7", 0);
        watch.next(0);
        watch.heard(0, Heard::Error(KaspiError::NoSuchProcess { message: String::new() }));
        assert!(watch.needs_person(0));
        assert_eq!(watch.next(0), Step::Wait { until_ms: 60_000 });
    }

    #[test]
    fn what_cannot_be_actualized_is_watched_on() {
        let mut watch = PaymentWatch::new("7", 0);
        watch.next(0);
        watch.heard(0, process(KaspiStatus::Unknown));
        watch.next(0);
        watch.heard(0, Heard::Error(KaspiError::CannotActualize { message: String::new() }));
        assert_eq!(watch.next(10_000), Step::AskStatus);
    }

    proptest::proptest! {
        /// Whatever is heard: it ends only by the terminal's word, asks one thing at a time, never actualizes within ten
        /// seconds of the last time, and always has a next step.
        #[test]
        fn the_rules_hold_for_any_history(history in proptest::collection::vec((0_usize..9, 0_i64..15_000), 1..80)) {
            let mut watch = PaymentWatch::new("7", 0);
            let (mut now, mut actualized, mut decided) = (0_i64, None::<i64>, false);
            for (what, later) in history {
                now += later;
                match watch.next(now) {
                    Step::Done(_) => { proptest::prop_assert!(decided); break; }
                    Step::Wait { until_ms } => { proptest::prop_assert!(until_ms > now && until_ms <= now + FORGOTTEN_EVERY_MS); continue; }
                    Step::Actualize => {
                        proptest::prop_assert!(actualized.is_none_or(|at| now - at >= ACTUALIZE_EVERY_MS));
                        proptest::prop_assert_eq!(watch.last().map(|process| process.status), Some(KaspiStatus::Unknown));
                        actualized = Some(now);
                    }
                    Step::AskStatus | Step::RefreshToken => {}
                }
                let message = String::new();
                let heard = match what {
                    0 => { decided = true; process(KaspiStatus::Success) }
                    1 => { decided = true; process(KaspiStatus::Fail) }
                    2 => process(KaspiStatus::Unknown),
                    3 => lost(),
                    4 => Heard::Error(KaspiError::TokenExpired),
                    5 => Heard::Refreshed,
                    6 => Heard::Error(KaspiError::NoSuchProcess { message }),
                    7 => Heard::Error(KaspiError::CannotActualize { message }),
                    _ => process(KaspiStatus::Wait),
                };
                watch.heard(now, heard);
            }
        }
    }
}
