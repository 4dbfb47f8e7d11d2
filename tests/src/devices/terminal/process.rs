//! One payment or refund, from the first screen to the cheque.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::modes::{Buyer, Method, Outcome};

/// A payment or a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The buyer pays.
    Payment,
    /// The buyer gets money back.
    Refund,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Going on.
    Wait,
    /// The money moved.
    Success,
    /// It did not.
    Fail,
    /// The terminal does not know.
    Unknown,
}

impl Stage {
    /// As the wire says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Success => "success",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// An operation as the terminal remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub id: u64,
    /// Payment or refund.
    pub kind: Kind,
    /// Whole tenge.
    pub amount: u64,
    /// Whether the till prints the slip.
    pub own_cheque: bool,
    /// Where it stands.
    pub stage: Stage,
    /// The screen within the stage, as the wire names it.
    pub sub_status: String,
    /// How the buyer pays, once that is known.
    pub method: Option<Method>,
    /// Known from the start, told on success.
    pub transaction_id: String,
    /// Number of a QR order.
    pub order_number: String,
    /// Reference of a card operation.
    pub rrn: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, or became unknown.
    pub ended_at: Option<Timestamp>,
    /// A sentence for the cashier.
    pub message: String,
    /// For a refund: the transaction that is paid back.
    pub refund_of: Option<String>,
    pub(super) steps: VecDeque<Step>,
    pub(super) step_due: Timestamp,
    pub(super) lost_status_answers: u32,
    pub(super) hidden: Option<Hidden>,
    pub(super) actualized_at: Option<Timestamp>,
}

/// What an unknown operation hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hidden {
    pub truth: Outcome,
    /// `actualize` calls still needed; `None`: never by itself.
    pub calls_left: Option<u32>,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    Show(String),
    Succeed(Method),
    Fail(String),
    BecomeUnknown(Method, Hidden),
}

impl Process {
    /// Whether it goes on or needs a person.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.stage == Stage::Wait
    }

    /// Whether it waits for a button and for nothing else.
    #[must_use]
    pub fn needs_buyer(&self) -> bool {
        self.is_waiting() && self.steps.is_empty()
    }
}

/// The way of an operation from its first screen, for a buyer; for [`Buyer::Person`] it ends where he is waited for.
pub(super) fn steps(kind: Kind, buyer: Buyer, refund_method: Method) -> VecDeque<Step> {
    let mut steps = VecDeque::new();
    match kind {
        Kind::Payment => {
            steps.push_back(show("WaitUser"));
            steps.extend(ending(kind, buyer));
        }
        Kind::Refund => {
            steps.push_back(show("ProcessRefund"));
            // Money goes back the way it came, whatever the script of buyers says.
            let buyer = match buyer {
                Buyer::Person => Buyer::Pays { by: refund_method },
                Buyer::Pays { .. } => Buyer::Pays { by: refund_method },
                Buyer::Declines { .. } => Buyer::Declines { by: refund_method },
                Buyer::LosesStartAnswer { .. } => Buyer::LosesStartAnswer { by: refund_method },
                Buyer::LosesStatusAnswers { count, .. } => Buyer::LosesStatusAnswers { by: refund_method, count },
                Buyer::Unknown { actualize_calls, then, .. } => Buyer::Unknown { by: refund_method, actualize_calls, then },
                Buyer::Cancels => Buyer::Cancels,
                Buyer::LosesStartRequest => Buyer::LosesStartRequest,
            };
            steps.extend(ending(kind, buyer));
        }
    }
    steps
}

/// What follows once the buyer has decided.
pub(super) fn ending(kind: Kind, buyer: Buyer) -> Vec<Step> {
    match buyer {
        Buyer::Person | Buyer::LosesStartRequest => Vec::new(),
        Buyer::Pays { by } | Buyer::LosesStartAnswer { by } | Buyer::LosesStatusAnswers { by, .. } => {
            let mut steps = screens(kind, by);
            steps.push(Step::Succeed(by));
            steps
        }
        Buyer::Declines { by } => {
            let mut steps = screens(kind, by);
            steps.push(Step::Fail(failure(by).to_owned()));
            steps
        }
        Buyer::Cancels => vec![Step::Fail("ProcessCancelled".to_owned())],
        Buyer::Unknown { by, actualize_calls, then } => {
            let mut steps = screens(kind, by);
            steps.push(Step::BecomeUnknown(by, Hidden { truth: then, calls_left: actualize_calls }));
            steps
        }
    }
}

fn screens(kind: Kind, by: Method) -> Vec<Step> {
    let names: &[&str] = match (kind, by) {
        (Kind::Refund, _) => &[],
        (Kind::Payment, Method::Qr) => &["WaitForQrConfirmation"],
        (Kind::Payment, Method::Card) => &["ProcessingCard", "WaitForPinCode"],
        // The set of names is open: one that no description lists.
        (Kind::Payment, Method::Alaqan) => &["WaitForAlaqan"],
    };
    names.iter().map(|name| show(name)).collect()
}

/// The last sub-status of success.
pub(super) fn success(by: Method) -> &'static str {
    match by {
        Method::Card => "CardTransactionSuccess",
        Method::Qr | Method::Alaqan => "QrTransactionSuccess",
    }
}

fn failure(by: Method) -> &'static str {
    match by {
        Method::Card => "CardTransactionFailure",
        Method::Qr | Method::Alaqan => "QrTransactionFailure",
    }
}

fn show(name: &str) -> Step {
    Step::Show(name.to_owned())
}
