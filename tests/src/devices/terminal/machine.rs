//! The terminal without its network: operations, the bank's ledger, registered tills.

use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::modes::{Buyer, Method, Outcome, Pace, TerminalModes};
use super::process::{self, Hidden, Kind, Process, Stage, Step};
use super::tills::Tills;

/// Money that really moved at the buyer's bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// When.
    pub at: Timestamp,
    /// Taken from the buyer, or given back.
    pub kind: Kind,
    /// The operation.
    pub process_id: u64,
    /// Whole tenge.
    pub amount: u64,
    /// How.
    pub method: Method,
    /// As the cheque says.
    pub transaction_id: String,
    /// Number of the QR order, or reference of the card operation: what a refund may quote too.
    pub reference: String,
    /// For money given back: the transaction it was taken by.
    pub refund_of: Option<String>,
}

/// A call that came in, for tests and the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// The name after `/v2/`.
    pub name: String,
    /// Its query, decoded.
    pub query: Vec<(String, String)>,
    /// What it got: the envelope's `statusCode`, or the HTTP status, or `lost`.
    pub answer: String,
}

/// What a terminal remembers without current.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    pub tills: Tills,
    pub charges: Vec<Charge>,
    pub processes: Vec<Process>,
}

pub(super) struct Machine {
    pub(super) modes: TerminalModes,
    pub(super) memory: Memory,
    /// The latest calls, at most five hundred.
    pub(super) calls: Vec<Call>,
    /// What the caller did against the rules: sums in tiyn, asking too often.
    pub(super) complaints: Vec<String>,
    pub(super) clock_shift: SignedDuration,
    /// The time, where the machine's own is not asked.
    pub(super) fixed: Option<Timestamp>,
    file: Option<PathBuf>,
}

/// Why an operation is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NoSuchProcess,
    CannotBeActualized,
    Registration(&'static str),
    Busy,
    BadParameter(&'static str),
}

/// How the caller learns that an operation was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    Told(u64),
    AnswerLost,
    RequestLost,
}

impl Machine {
    pub(super) fn new(modes: TerminalModes, file: Option<PathBuf>) -> io::Result<Self> {
        let memory = match &file {
            Some(path) if path.exists() => serde_json::from_slice(&fs::read(path)?)?,
            _ => Memory::default(),
        };
        Ok(Self { modes, memory, calls: Vec::new(), complaints: Vec::new(), clock_shift: SignedDuration::ZERO, fixed: None, file })
    }

    /// The terminal's own clock.
    pub(super) fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now).saturating_add(self.clock_shift).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn note_call(&mut self, call: Call) {
        self.calls.push(call);
        let surplus = self.calls.len().saturating_sub(500);
        self.calls.drain(..surplus);
    }

    /// Writes the memory to its file, if it has one.
    pub(super) fn save(&self) {
        let Some(path) = &self.file else { return };
        let beside = path.with_extension("new");
        let written = serde_json::to_vec(&self.memory)
            .map_err(io::Error::from)
            .and_then(|bytes| fs::write(&beside, bytes))
            .and_then(|()| fs::rename(&beside, path));
        if let Err(error) = written {
            tracing::error!(%error, path = %path.display(), "the terminal's memory could not be written");
        }
    }

    /// Begins a payment.
    pub(super) fn pay(&mut self, amount: u64, own_cheque: bool) -> Result<Begun, Refusal> {
        self.tick();
        self.check_free()?;
        Ok(self.begin(Kind::Payment, amount, own_cheque, Method::Qr, None))
    }

    /// Begins a refund; `quoted` is the payment's transaction id, order number (QR) or RRN (card).
    pub(super) fn refund(&mut self, amount: u64, own_cheque: bool, method: Method, quoted: &str) -> Result<Begun, Refusal> {
        self.tick();
        self.check_free()?;
        let charges = &self.memory.charges;
        let paid = charges
            .iter()
            .find(|charge| charge.kind == Kind::Payment && (charge.transaction_id == quoted || charge.reference == quoted))
            .ok_or(Refusal::BadParameter("Операция для возврата не найдена"))?;
        // A palm is paid back by either way.
        if paid.method != method && paid.method != Method::Alaqan {
            return Err(Refusal::BadParameter("Способ возврата не совпадает со способом оплаты"));
        }
        let of = paid.transaction_id.clone();
        let returned: u64 = charges.iter().filter(|charge| charge.refund_of.as_ref() == Some(&of)).map(|charge| charge.amount).sum();
        if amount > paid.amount.saturating_sub(returned) {
            return Err(Refusal::BadParameter("Сумма возврата больше остатка операции"));
        }
        Ok(self.begin(Kind::Refund, amount, own_cheque, method, Some(of)))
    }

    fn check_free(&self) -> Result<(), Refusal> {
        let going_on = self.memory.processes.iter().any(Process::is_waiting);
        if self.modes.busy || going_on { Err(Refusal::Busy) } else { Ok(()) }
    }

    fn begin(&mut self, kind: Kind, amount: u64, own_cheque: bool, refund_method: Method, of: Option<String>) -> Begun {
        let buyer = if self.modes.next.is_empty() { self.modes.buyer } else { self.modes.next.remove(0) };
        if buyer == Buyer::LosesStartRequest {
            return Begun::RequestLost;
        }
        let now = self.now();
        let id = self.memory.processes.last().map_or(1_000_001, |process| process.id + 1);
        let lost_status_answers = if let Buyer::LosesStatusAnswers { count, .. } = buyer { count } else { 0 };
        let steps = process::steps(kind, buyer, refund_method);
        self.memory.processes.push(Process {
            id,
            kind,
            amount,
            own_cheque,
            stage: Stage::Wait,
            sub_status: "Initialize".to_owned(),
            method: None,
            transaction_id: format!("{}", 7_000_000_000 + id),
            order_number: format!("{}", 500_000_000 + id),
            rrn: format!("{:012}", 400_000_000_000 + id),
            started_at: now,
            ended_at: None,
            message: String::new(),
            refund_of: of,
            steps,
            step_due: now,
            lost_status_answers,
            hidden: None,
            actualized_at: None,
        });
        self.schedule(id);
        let lost = matches!(buyer, Buyer::LosesStartAnswer { .. });
        if lost {
            while self.advance(id) {}
        }
        self.forget_old();
        self.save();
        if lost { Begun::AnswerLost } else { Begun::Told(id) }
    }

    /// The operation as `status` shows it; `None` when this answer is lost.
    pub(super) fn status(&mut self, id: u64) -> Result<Option<Process>, Refusal> {
        self.tick();
        let process = self.process_mut(id).ok_or(Refusal::NoSuchProcess)?;
        let lost = process.lost_status_answers > 0;
        process.lost_status_answers = process.lost_status_answers.saturating_sub(1);
        let shown = process.clone();
        if self.modes.pace == Pace::Polls && self.advance(id) {
            self.save();
        }
        Ok((!lost).then_some(shown))
    }

    /// Asks the bank about an unknown operation.
    pub(super) fn actualize(&mut self, id: u64) -> Result<Process, Refusal> {
        self.tick();
        let (now, pause) = (self.now(), SignedDuration::from_secs(self.modes.actualize_pause_s));
        let process = self.process_mut(id).ok_or(Refusal::NoSuchProcess)?;
        let Some(hidden) = process.hidden.filter(|_| process.stage == Stage::Unknown) else {
            return Err(Refusal::CannotBeActualized);
        };
        let last = process.actualized_at.or(process.ended_at).unwrap_or(process.started_at);
        if now.duration_since(last) < pause && process.actualized_at.is_some() {
            self.complaints.push(format!("actualize of {id} sooner than {} s after the last", pause.as_secs()));
            return Err(Refusal::CannotBeActualized);
        }
        process.actualized_at = Some(now);
        let calls_left = hidden.calls_left.map(|calls| calls.saturating_sub(1));
        process.hidden = Some(Hidden { calls_left, ..hidden });
        if calls_left == Some(0) {
            self.settle(id, hidden.truth);
        }
        self.save();
        self.process_mut(id).cloned().ok_or(Refusal::NoSuchProcess)
    }

    /// A person or the bank ends what was unknown. Charges the buyer when he was not charged before.
    pub(super) fn settle(&mut self, id: u64, outcome: Outcome) {
        let now = self.now();
        let charged = self.memory.charges.iter().any(|charge| charge.process_id == id);
        let Some(process) = self.process_mut(id).filter(|process| process.stage == Stage::Unknown) else { return };
        let by = process.method.unwrap_or(Method::Qr);
        process.hidden = None;
        process.ended_at = Some(now);
        match outcome {
            Outcome::Success => {
                process.stage = Stage::Success;
                process.sub_status = process::success(by).to_owned();
                process.message = "Операция прошла успешно".to_owned();
                if !charged {
                    self.charge(id, by);
                }
            }
            Outcome::Fail => {
                process.stage = Stage::Fail;
                process.sub_status = "ProcessCancelled".to_owned();
                process.message = "Операция не прошла".to_owned();
            }
        }
    }

    /// The buyer before the terminal decides; `false` when none is waited for.
    pub(super) fn decide(&mut self, buyer: Buyer) -> bool {
        self.tick();
        let Some(process) = self.memory.processes.iter_mut().find(|process| process.is_waiting()) else {
            return false;
        };
        let (id, kind) = (process.id, process.kind);
        process.steps = process::ending(kind, buyer).into();
        if let Buyer::LosesStatusAnswers { count, .. } = buyer {
            process.lost_status_answers = count;
        }
        self.schedule(id);
        self.save();
        true
    }

    /// Moves on whatever is due by the clock; `true` when something moved.
    pub(super) fn tick(&mut self) -> bool {
        let now = self.now();
        let mut moved = false;
        while let Some(id) = self.due_before(now) {
            moved |= self.advance(id);
        }
        let patience = SignedDuration::from_secs(self.modes.buyer_patience_s);
        let impatient: Vec<u64> = self
            .memory
            .processes
            .iter()
            .filter(|process| process.is_waiting() && now.duration_since(process.started_at) >= patience)
            .map(|process| process.id)
            .collect();
        for id in impatient {
            self.end(id, Step::Fail("ProcessCancelled".to_owned()));
            moved = true;
        }
        moved |= self.memory.tills.give_up_old_prompts(now);
        if moved {
            self.save();
        }
        moved
    }

    fn due_before(&self, now: Timestamp) -> Option<u64> {
        if self.modes.pace == Pace::Polls {
            return None;
        }
        let due = |process: &&Process| process.is_waiting() && !process.steps.is_empty() && process.step_due <= now;
        self.memory.processes.iter().find(due).map(|process| process.id)
    }

    /// When [`Machine::tick`] has something to do, in terms of the terminal's clock.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let patience = SignedDuration::from_secs(self.modes.buyer_patience_s);
        let waiting = self.memory.processes.iter().filter(|process| process.is_waiting());
        let dues = waiting.flat_map(|process| {
            let by_clock = self.modes.pace != Pace::Polls && !process.steps.is_empty();
            [process.started_at.saturating_add(patience).ok(), by_clock.then_some(process.step_due)]
        });
        dues.flatten().chain(self.memory.tills.prompts_end()).min()
    }

    /// Takes the next step of an operation; `false` when there is none.
    fn advance(&mut self, id: u64) -> bool {
        let Some(process) = self.process_mut(id).filter(|process| process.is_waiting()) else { return false };
        let Some(step) = process.steps.pop_front() else { return false };
        match step {
            Step::Show(screen) => {
                process.sub_status = screen;
                self.schedule(id);
            }
            end => self.end(id, end),
        }
        true
    }

    fn end(&mut self, id: u64, step: Step) {
        let now = self.now();
        let Some(process) = self.process_mut(id) else { return };
        process.ended_at = Some(now);
        process.steps.clear();
        match step {
            Step::Show(screen) => process.sub_status = screen,
            Step::Succeed(by) => {
                process.stage = Stage::Success;
                process.sub_status = process::success(by).to_owned();
                process.message = "Операция прошла успешно".to_owned();
                self.charge(id, by);
            }
            Step::Fail(screen) => {
                process.stage = Stage::Fail;
                process.message = match screen.as_str() {
                    "ProcessCancelled" => "Операция отменена",
                    _ => "Недостаточно средств",
                }
                .to_owned();
                process.sub_status = screen;
            }
            Step::BecomeUnknown(by, hidden) => {
                process.stage = Stage::Unknown;
                process.method = Some(by);
                process.hidden = Some(hidden);
                process.message = "Статус операции неизвестен".to_owned();
                if hidden.truth == Outcome::Success {
                    self.charge(id, by);
                }
            }
        }
    }

    fn charge(&mut self, id: u64, method: Method) {
        let at = self.now();
        let Some(process) = self.process_mut(id) else { return };
        process.method = Some(method);
        let reference = match method {
            Method::Card => process.rrn.clone(),
            Method::Qr | Method::Alaqan => process.order_number.clone(),
        };
        let charge = Charge {
            at,
            kind: process.kind,
            process_id: id,
            amount: process.amount,
            method,
            transaction_id: process.transaction_id.clone(),
            reference,
            refund_of: process.refund_of.clone(),
        };
        self.memory.charges.push(charge);
    }

    fn schedule(&mut self, id: u64) {
        let now = self.now();
        let Pace::Milliseconds(pause) = self.modes.pace else { return };
        if let Some(process) = self.process_mut(id) {
            process.step_due = now.saturating_add(SignedDuration::from_millis(pause.into())).unwrap_or(now);
        }
    }

    fn process_mut(&mut self, id: u64) -> Option<&mut Process> {
        // The latest is nearly always the one asked for.
        self.memory.processes.iter_mut().rev().find(|process| process.id == id)
    }

    /// Operations stay readable for a day; the last one stays longer, its number is the next one's base.
    fn forget_old(&mut self) {
        let day_ago = self.now().saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let last = self.memory.processes.last().map(|process| process.id);
        self.memory.processes.retain(|process| process.started_at > day_ago || Some(process.id) == last);
    }
}
