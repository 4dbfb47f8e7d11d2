//! How a terminal, its buyer and its network are, changeable at any moment.

use serde::{Deserialize, Serialize};

/// State of the terminal and its faults. In JSON each field by its name; see the types for words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalModes {
    /// The network between hub and terminal.
    pub link: Link,
    /// Each answer comes so much later, in milliseconds.
    pub delay_ms: u64,
    /// The switch "protection" of the terminal.
    pub protection: Protection,
    /// What buyers do when nothing stands in `next`.
    pub buyer: Buyer,
    /// What the next buyers do, the first first; each serves one payment or refund.
    pub next: Vec<Buyer>,
    /// Who answers «Разрешить» to a till that registers.
    pub registration: Registration,
    /// Every new operation is refused with 107.
    pub busy: bool,
    /// When an operation goes from one sub-status to the next.
    pub pace: Pace,
    /// Form of `expirationDate`.
    pub date_form: DateForm,
    /// Where `method`, `rrn`, `orderNumber` stand.
    pub fields: FieldPlace,
    /// Whether the method is named at all.
    #[serde(default)]
    pub hides_method: bool,
    /// What stands on the cheque instead of the sum.
    #[serde(default)]
    pub cheque_amount: Option<String>,
    /// Whether `processId` is a JSON number instead of a string.
    pub process_id_as_number: bool,
    /// HTTP status of answers whose `statusCode` is not 0; `None`: 200.
    pub odd_http_status: Option<u16>,
    /// Life of new tokens in seconds.
    pub token_life_s: i64,
    /// The least pause between two `actualize` of one process, in seconds; sooner ones get 103.
    pub actualize_pause_s: i64,
    /// How long a buyer may take before the terminal gives up, in seconds.
    pub buyer_patience_s: i64,
}

impl Default for TerminalModes {
    /// A quick terminal for tests: plain HTTP with tokens, buyers pay by QR, each poll shows the next sub-status.
    fn default() -> Self {
        Self {
            link: Link::Up,
            delay_ms: 0,
            protection: Protection::TokenOnly,
            buyer: Buyer::Pays { by: Method::Qr },
            next: Vec::new(),
            registration: Registration::Automatic,
            busy: false,
            pace: Pace::Polls,
            date_form: DateForm::Iso,
            fields: FieldPlace::Cheque,
            hides_method: false,
            cheque_amount: None,
            process_id_as_number: false,
            odd_http_status: None,
            token_life_s: 24 * 3600,
            actualize_pause_s: 10,
            buyer_patience_s: 300,
        }
    }
}

/// The network between hub and terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// It works.
    #[default]
    Up,
    /// Connections are refused.
    Off,
    /// Connections are taken and never answered, as by a sleeping terminal.
    Silent,
}

/// The switch "protection".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// HTTPS and a token.
    #[default]
    On,
    /// Plain HTTP and a token.
    TokenOnly,
    /// Plain HTTP, no token asked for.
    Off,
}

/// How a buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Kaspi QR.
    Qr,
    /// A bank card.
    Card,
    /// The palm of the hand.
    Alaqan,
}

impl Method {
    /// As the wire says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Card => "card",
            Self::Alaqan => "alaqan",
        }
    }
}

/// What happens to one operation. In JSON `{"do": "pays", "by": "qr"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Buyer {
    /// Waits for a button on the simulator's page; refunds go through by themselves.
    Person,
    /// Pays.
    Pays {
        /// How.
        by: Method,
    },
    /// Tries to, and the bank says no.
    Declines {
        /// How he tried.
        by: Method,
    },
    /// Cancels on the terminal.
    Cancels,
    /// Pays at once, but the answer to `payment` (or `refund`) is lost: the connection is closed instead.
    LosesStartAnswer {
        /// How.
        by: Method,
    },
    /// The request to start is lost: the connection is closed and nothing was begun.
    LosesStartRequest,
    /// Pays, but the first answers to `status` are lost.
    LosesStatusAnswers {
        /// How.
        by: Method,
        /// How many.
        count: u32,
    },
    /// The terminal loses sight of the outcome: `status` is `unknown`.
    Unknown {
        /// How.
        by: Method,
        /// After so many `actualize` calls it is known; `null`: never by itself.
        actualize_calls: Option<u32>,
        /// What really happened; success has charged the buyer from the beginning.
        then: Outcome,
    },
}

/// How an operation really ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The money moved.
    Success,
    /// It did not.
    Fail,
}

/// Who answers «Разрешить».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Allowed at once.
    #[default]
    Automatic,
    /// A person, by a button; 180 s without one refuse.
    Person,
}

/// When an operation moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// After each `status` that was answered: every sub-status is seen once, whatever the clock.
    Polls,
    /// By the clock.
    Milliseconds(u32),
}

/// Form of `expirationDate`; those that can be read are local time of the terminal (UTC+5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2026-01-31 17:05:09`.
    #[default]
    Iso,
    /// `Jan 31, 2026 17:05:09`.
    Words,
    /// `31.01.26, 5 p.m.`: nobody reads that.
    Unreadable,
}

/// Where `method`, `rrn`, `orderNumber` stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldPlace {
    /// In `chequeInfo`.
    #[default]
    Cheque,
    /// At the top level of `data`.
    TopLevel,
}
