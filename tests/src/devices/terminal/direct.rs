//! A terminal without its network: called directly, at a time that is handed in.

use duken_protocol::device::{KaspiAnswer, KaspiCall, KaspiError, KaspiMethod, KaspiProcess, KaspiStatus};
use jiff::Timestamp;

use super::machine::{Begun, Charge, Machine, Refusal};
use super::modes::{Buyer, Method, TerminalModes};
use super::process::{Kind, Process, Stage};

/// A terminal that is called directly.
pub struct Direct(Machine);

fn lost() -> KaspiError {
    KaspiError::AnswerLost { detail: "the connection broke".to_owned() }
}

fn refused(refusal: Refusal) -> KaspiError {
    let message = match refusal {
        Refusal::NoSuchProcess => return KaspiError::NoSuchProcess { message: String::new() },
        Refusal::CannotBeActualized => return KaspiError::CannotActualize { message: String::new() },
        Refusal::Busy => return KaspiError::Busy { message: String::new() },
        Refusal::Registration(message) | Refusal::BadParameter(message) => message.to_owned(),
    };
    KaspiError::BadParameter { message }
}

fn begun(begun: Begun) -> Result<KaspiAnswer, KaspiError> {
    match begun {
        Begun::Told(id) => Ok(KaspiAnswer::Started { process_id: id.to_string() }),
        Begun::AnswerLost | Begun::RequestLost => Err(lost()),
    }
}

fn shown(process: Process) -> KaspiAnswer {
    let done = process.stage == Stage::Success;
    let told = |text: String| if done { text } else { String::new() };
    KaspiAnswer::Process(Box::new(KaspiProcess {
        status: match process.stage {
            Stage::Wait => KaspiStatus::Wait,
            Stage::Success => KaspiStatus::Success,
            Stage::Fail => KaspiStatus::Fail,
            Stage::Unknown => KaspiStatus::Unknown,
        },
        sub_status: process.sub_status,
        message: process.message,
        transaction_id: told(process.transaction_id),
        method: process.method.filter(|_| done).map(|method| match method {
            Method::Qr => KaspiMethod::Qr,
            Method::Card => KaspiMethod::Card,
            Method::Alaqan => KaspiMethod::Alaqan,
        }),
        order_number: told(process.order_number),
        rrn: told(process.rrn),
        amount_tenge: done.then(|| i64::try_from(process.amount).unwrap_or(i64::MAX)),
        offer: String::new(),
        cheque: std::collections::BTreeMap::new(),
    }))
}

impl Direct {
    /// A terminal that remembers nothing yet.
    ///
    /// # Panics
    /// Never: it has no file.
    #[must_use]
    pub fn new(modes: TerminalModes) -> Self {
        Self(Machine::new(modes, None).expect("a terminal without a file"))
    }

    /// The terminal's clock shows this.
    pub fn set_now(&mut self, now_ms: i64) {
        self.0.fixed = Timestamp::from_millisecond(now_ms).ok();
        self.0.tick();
    }

    /// What the next buyer does.
    pub fn next(&mut self, buyer: Buyer) {
        self.0.modes.next = vec![buyer];
    }

    /// Whether a buyer stands before it.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.0.memory.processes.iter().any(Process::is_waiting)
    }

    /// Every payment that was taken: whole tenge.
    #[must_use]
    pub fn taken(&self) -> Vec<u64> {
        self.sums(Kind::Payment)
    }

    /// Every refund that was given: whole tenge.
    #[must_use]
    pub fn given_back(&self) -> Vec<u64> {
        self.sums(Kind::Refund)
    }

    fn sums(&self, kind: Kind) -> Vec<u64> {
        self.0.memory.charges.iter().filter(|charge: &&Charge| charge.kind == kind).map(|charge| charge.amount).collect()
    }

    /// Carries out a call.
    ///
    /// # Errors
    /// As a terminal on the network.
    pub fn call(&mut self, call: &KaspiCall) -> Result<KaspiAnswer, KaspiError> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| refused(Refusal::NoSuchProcess));
        let tenge = |amount: i64| u64::try_from(amount).map_err(|_| refused(Refusal::BadParameter("amount")));
        match call {
            KaspiCall::Payment { amount_tenge, own_cheque } => {
                self.0.pay(tenge(*amount_tenge)?, *own_cheque).map_err(refused).and_then(begun)
            }
            KaspiCall::Refund { amount_tenge, method, transaction_id, own_cheque } => {
                let method = if *method == KaspiMethod::Card { Method::Card } else { Method::Qr };
                self.0.refund(tenge(*amount_tenge)?, *own_cheque, method, transaction_id).map_err(refused).and_then(begun)
            }
            KaspiCall::Status { process_id } => match self.0.status(number(process_id)?).map_err(refused)? {
                Some(process) => Ok(shown(process)),
                None => Err(lost()),
            },
            KaspiCall::Actualize { process_id } => self.0.actualize(number(process_id)?).map(shown).map_err(refused),
            KaspiCall::Register { .. } | KaspiCall::Refresh { .. } | KaspiCall::DeviceInfo | KaspiCall::Probe => {
                Err(KaspiError::BadCall { detail: "only money is simulated here".to_owned() })
            }
        }
    }
}
