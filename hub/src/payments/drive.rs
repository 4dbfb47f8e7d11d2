//! A payment's way to its end as a step function: what to ask the terminal next, what to remember, how long to wait.
//!
//! Pure: time and answers are handed in, the steps are carried out elsewhere. A [`Drive`] that is dropped and made again
//! from the payment on disk goes on without starting anything a second time, whatever step it was dropped at.

use duken_protocol::device::{KaspiAnswer, KaspiCall, KaspiError, KaspiMethod, KaspiProcess, KaspiStatus};
use duken_protocol::money::Amount;

use super::commands::Note;
use super::model::{Direction, Outcome, Payment, State, whole_units};

/// Between two questions while the terminal works.
const POLL_MS: i64 = 1_000;
/// Between two questions while nobody knows.
const UNKNOWN_POLL_MS: i64 = 3_000;
/// The bank is asked no more often.
const ACTUALIZE_MS: i64 = 10_000;
/// After so long without an answer the payment is unknown.
const SILENT_MS: i64 = 20_000;
/// A terminal that says "wait" for so long is not believed any more: buyers take minutes, and the terminal's own prompt
/// ends before this. The payment becomes unknown, so that a named person may look and decide; the terminal is asked on.
const WAITING_MS: i64 = 10 * 60_000;
/// Processes stay readable for a day; after that only a person knows.
const READABLE_MS: i64 = 24 * 3_600_000;

/// The next step of a payment.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Call the terminal, then say how it went by [`Drive::heard`].
    Call(KaspiCall),
    /// Put this on disk, then say so by [`Drive::noted`].
    Record(Note),
    /// Nothing before this moment (milliseconds since 1970 UTC).
    Wait(i64),
    /// The terminal will tell nothing more by itself: a person decides, or asks again.
    Rest,
    /// It is over.
    End,
}

/// What the cashier sees while it is under way: the terminal's step, or what the hub does about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// A stable word; its sentence is `payment.stage.<word>`.
    pub word: &'static str,
    /// The terminal's own step, such as `WaitUser`.
    pub sub_status: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Phase {
    /// Nothing was asked yet: the start call is next. Only for an intent made in this run.
    Start(Box<KaspiCall>),
    /// The start call is under way.
    Starting,
    /// A note must reach the disk.
    Recording(Box<Note>),
    /// The process is known; ask after it.
    Asking,
    /// Nothing to ask.
    Resting,
    Over,
}

impl Phase {
    fn record(note: Note) -> Self {
        Self::Recording(Box::new(note))
    }
}

/// One payment under way.
#[derive(Debug, Clone)]
pub struct Drive {
    phase: Phase,
    process_id: Option<String>,
    /// The durable state is unknown already: only an end is news.
    unknown: bool,
    next_ms: i64,
    actualize_ms: i64,
    heard_ms: i64,
    begun_ms: i64,
    actualizing: bool,
    terminal_unsure: bool,
    stage: Stage,
}

impl Drive {
    /// A payment whose intent was made durable in this run, and for which nothing was asked yet.
    #[must_use]
    pub fn begin(payment: &Payment, original: Option<&Payment>, now_ms: i64) -> Self {
        let call = start_call(payment, original);
        let phase = match call {
            Some(call) => Phase::Start(Box::new(call)),
            None => Phase::record(Note::Failed(failure("no_reference", ""))),
        };
        Self { phase, ..Self::at(payment, now_ms) }
    }

    /// A payment found on disk. An intent without a process may have reached the terminal: it is unknown (D2).
    #[must_use]
    pub fn resume(payment: &Payment, now_ms: i64) -> Self {
        // When the terminal was last asked to look again is not on disk: it may have been a moment ago.
        let drive = Self { actualize_ms: now_ms + ACTUALIZE_MS, ..Self::at(payment, now_ms) };
        let phase = match (payment.state, &payment.process_id) {
            (State::Intent, _) => Phase::record(Note::Unknown(failure("interrupted", ""))),
            (State::Waiting | State::Unknown, Some(_)) => Phase::Asking,
            (State::Waiting | State::Unknown, None) => Phase::Resting,
            (State::Succeeded | State::Failed | State::DecidedPaid | State::DecidedUnpaid, _) => Phase::Over,
        };
        Self { phase, ..drive }
    }

    fn at(payment: &Payment, now_ms: i64) -> Self {
        Self {
            phase: Phase::Over,
            process_id: payment.process_id.clone(),
            unknown: payment.state == State::Unknown,
            next_ms: now_ms,
            actualize_ms: now_ms,
            heard_ms: now_ms,
            begun_ms: payment.started_at_ms,
            actualizing: false,
            terminal_unsure: payment.outcome.reason == "terminal_unknown",
            stage: Stage { word: if payment.state == State::Intent { "starting" } else { "asking" }, sub_status: String::new() },
        }
    }

    /// Whether the terminal has not heard of it yet.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        matches!(self.phase, Phase::Start(_))
    }

    /// What the cashier sees.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The process of a start call whose answer was given up is known after all, and on disk: it is asked after.
    pub fn started_late(&mut self, now_ms: i64, process_id: String) {
        if self.phase == Phase::Resting && self.process_id.is_none() {
            self.process_id = Some(process_id);
            self.phase = Phase::Asking;
            self.next_ms = now_ms;
            self.heard_ms = now_ms;
        }
    }

    /// What a start call that is answered only now, after it was given up, says for certain; nothing when it says nothing.
    #[must_use]
    pub fn late(answer: Result<KaspiAnswer, KaspiError>) -> Option<Note> {
        match answer {
            Ok(KaspiAnswer::Started { process_id }) => Some(Note::Started { process_id }),
            Err(error) if !error.may_have_happened() => Some(Note::Failed(failure(error.code(), &sentence(&error)))),
            Ok(_) | Err(_) => None,
        }
    }

    /// A person wants the terminal asked now.
    pub fn ask_now(&mut self, now_ms: i64) {
        if self.phase == Phase::Resting && self.process_id.is_some() {
            self.phase = Phase::Asking;
        }
        self.next_ms = now_ms;
    }

    /// The next step. Handing out the start call uses it up: it is never handed out twice.
    #[must_use]
    pub fn next(&mut self, now_ms: i64) -> Step {
        match &self.phase {
            Phase::Start(call) => {
                let call = call.as_ref().clone();
                self.phase = Phase::Starting;
                Step::Call(call)
            }
            Phase::Starting => Step::Rest,
            Phase::Recording(note) => Step::Record(note.as_ref().clone()),
            Phase::Asking if now_ms < self.next_ms => Step::Wait(self.next_ms),
            Phase::Asking => self.question(now_ms),
            Phase::Resting => Step::Rest,
            Phase::Over => Step::End,
        }
    }

    fn question(&mut self, now_ms: i64) -> Step {
        let Some(process_id) = self.process_id.clone() else { return Step::Rest };
        if self.terminal_unsure && now_ms >= self.actualize_ms {
            self.actualize_ms = now_ms + ACTUALIZE_MS;
            self.actualizing = true;
            return Step::Call(KaspiCall::Actualize { process_id });
        }
        self.actualizing = false;
        Step::Call(KaspiCall::Status { process_id })
    }

    /// How a call went.
    pub fn heard(&mut self, now_ms: i64, answer: Result<KaspiAnswer, KaspiError>) {
        if self.phase == Phase::Starting {
            self.phase = Phase::record(match answer {
                Ok(KaspiAnswer::Started { process_id }) => Note::Started { process_id },
                Ok(_) => Note::Unknown(failure("unreadable", "")),
                Err(error) if error.may_have_happened() => Note::Unknown(failure(error.code(), &sentence(&error))),
                Err(error) => Note::Failed(failure(error.code(), &sentence(&error))),
            });
            return;
        }
        let pause_ms = if self.unknown || self.terminal_unsure { UNKNOWN_POLL_MS } else { POLL_MS };
        self.next_ms = now_ms + pause_ms;
        match answer {
            Ok(KaspiAnswer::Process(process)) => self.process(now_ms, &process),
            // A process that cannot be actualized can still be asked after.
            Err(KaspiError::CannotActualize { .. } | KaspiError::Busy { .. }) if self.actualizing => self.heard_ms = now_ms,
            Err(KaspiError::NoSuchProcess { message }) => self.nobody_knows("no_such_process", &message, Phase::Resting),
            Ok(_) => self.silent(now_ms, "unreadable", ""),
            Err(error) => self.silent(now_ms, error.code(), &sentence(&error)),
        }
    }

    fn process(&mut self, now_ms: i64, process: &KaspiProcess) {
        self.heard_ms = now_ms;
        self.stage = Stage { word: stage_word(process), sub_status: process.sub_status.clone() };
        match process.status {
            KaspiStatus::Success => self.phase = Phase::record(Note::Succeeded(outcome(process))),
            KaspiStatus::Fail => self.phase = Phase::record(Note::Failed(Outcome { reason: "declined".to_owned(), ..outcome(process) })),
            KaspiStatus::Wait => {
                self.terminal_unsure = false;
                let waited_ms = now_ms - self.begun_ms;
                if waited_ms > READABLE_MS {
                    self.nobody_knows("waits_for_ever", &process.message, Phase::Resting);
                } else if waited_ms >= WAITING_MS {
                    self.nobody_knows("waits_for_ever", &process.message, Phase::Asking);
                }
            }
            KaspiStatus::Unknown => {
                if !self.terminal_unsure {
                    self.terminal_unsure = true;
                    // The bank is asked at once, then every ten seconds.
                    self.next_ms = now_ms;
                }
                self.nobody_knows("terminal_unknown", &process.message, Phase::Asking);
            }
        }
    }

    /// No readable answer: after a while nobody knows, and the terminal is asked on.
    fn silent(&mut self, now_ms: i64, reason: &'static str, detail: &str) {
        self.stage = Stage { word: "no_answer", sub_status: String::new() };
        if now_ms - self.begun_ms > READABLE_MS {
            self.nobody_knows(reason, detail, Phase::Resting);
        } else if now_ms - self.heard_ms >= SILENT_MS {
            self.nobody_knows(reason, detail, Phase::Asking);
        }
    }

    fn nobody_knows(&mut self, reason: &str, detail: &str, then: Phase) {
        self.phase = if self.unknown { then } else { Phase::record(Note::Unknown(failure(reason, detail))) };
    }

    /// A note is on disk, or was refused because the payment has gone past it (`stale`).
    pub fn noted(&mut self, now_ms: i64, stale: bool) {
        let Phase::Recording(note) = &self.phase else { return };
        let next = match note.as_ref() {
            _ if stale => Phase::Over,
            Note::Started { process_id } => {
                self.process_id = Some(process_id.clone());
                self.stage = Stage { word: "asking", sub_status: String::new() };
                self.next_ms = now_ms;
                self.heard_ms = now_ms;
                Phase::Asking
            }
            Note::Unknown(outcome) => {
                self.unknown = true;
                let forgotten = outcome.reason == "no_such_process" || now_ms - self.begun_ms > READABLE_MS;
                if self.process_id.is_some() && !forgotten { Phase::Asking } else { Phase::Resting }
            }
            Note::Succeeded(_) | Note::Failed(_) => Phase::Over,
        };
        self.phase = next;
    }
}

fn start_call(payment: &Payment, original: Option<&Payment>) -> Option<KaspiCall> {
    let amount_tenge = whole_units(payment.amount, payment.currency)?;
    match payment.direction {
        Direction::Payment => Some(KaspiCall::Payment { amount_tenge, own_cheque: true }),
        Direction::Refund => {
            let (method, reference) = original?.refund_reference()?;
            let method = KaspiMethod::parse(method)?;
            Some(KaspiCall::Refund { amount_tenge, method, transaction_id: reference.to_owned(), own_cheque: true })
        }
    }
}

fn failure(reason: &str, detail: &str) -> Outcome {
    Outcome { reason: reason.to_owned(), detail: detail.to_owned(), ..Outcome::default() }
}

/// The terminal's own sentence, or what the system said.
fn sentence(error: &KaspiError) -> String {
    match error {
        KaspiError::NeverSent { detail }
        | KaspiError::AnswerLost { detail }
        | KaspiError::NotTrusted { detail }
        | KaspiError::Unreadable { detail }
        | KaspiError::BadCall { detail } => detail.clone(),
        told => told.message().to_owned(),
    }
}

fn outcome(process: &KaspiProcess) -> Outcome {
    Outcome {
        transaction_id: process.transaction_id.clone(),
        method: process.method.or_else(|| method_of(&process.sub_status)).map(|method| method.code().to_owned()),
        rrn: process.rrn.clone(),
        order_number: process.order_number.clone(),
        card_mask: process.cheque.get("cardMask").cloned().unwrap_or_default(),
        amount: process.amount_tenge.map(|tenge| Amount(tenge.saturating_abs().saturating_mul(100))),
        offer: process.offer.clone(),
        reason: String::new(),
        detail: process.message.clone(),
        slip: process.cheque.iter().take(SLIP_FIELDS_MAX).map(|(name, value)| (short(name), short(value))).collect(),
    }
}

/// A slip of more fields, or longer ones, is no slip.
const SLIP_FIELDS_MAX: usize = 32;

fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

/// The way of a payment out of its last step, where the terminal does not name it elsewhere.
fn method_of(sub_status: &str) -> Option<KaspiMethod> {
    if sub_status.starts_with("Qr") {
        Some(KaspiMethod::Qr)
    } else if sub_status.starts_with("Card") {
        Some(KaspiMethod::Card)
    } else {
        None
    }
}

fn stage_word(process: &KaspiProcess) -> &'static str {
    if process.status == KaspiStatus::Unknown {
        return "unsure";
    }
    match process.sub_status.as_str() {
        "Initialize" => "asking",
        "WaitUser" => "wait_user",
        "WaitForQrConfirmation" => "wait_qr",
        "ProcessingCard" => "card",
        "WaitForPinCode" => "pin",
        "ProcessRefund" => "refund",
        _ => "asking",
    }
}
