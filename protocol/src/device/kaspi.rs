//! The language of the Kaspi terminal: calls, answers, errors. Amounts are whole tenge.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a terminal is and how it is trusted. Holds its token: never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KaspiTarget {
    /// IP or host, optionally with a port; 8080 when absent.
    pub address: String,
    /// How the line is protected.
    #[serde(default)]
    pub protection: Protection,
    /// The access token, once registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// The terminal's id, sent along with `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_id: Option<String>,
}

impl fmt::Debug for KaspiTarget {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KaspiTarget")
            .field("address", &self.address)
            .field("protection", &self.protection)
            .field("access_token", &self.access_token.as_ref().map(|_| "…"))
            .field("terminal_id", &self.terminal_id)
            .finish()
    }
}

/// How the line to a terminal is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Protection {
    /// HTTPS; the certificate must be valid for the name, under the public authorities.
    HttpsName {
        /// Such as `pos1.kaspipos.kz`.
        name: String,
    },
    /// HTTPS; the certificate must be valid for the name, under this authority alone.
    HttpsAuthority {
        /// Such as `pos1.kaspipos.kz`.
        name: String,
        /// The authority's certificate, PEM.
        ca_pem: String,
    },
    /// HTTPS; exactly this certificate.
    HttpsPinned {
        /// SHA-256 of the certificate, 64 hexadecimal digits.
        sha256: String,
    },
    /// HTTPS without verifying anything. The settings warn.
    HttpsUnverified,
    /// Protection is off at the terminal: plain HTTP, no token. The settings warn.
    Http,
    /// Plain HTTP with a token, as some terminals want it: everybody on the network can read the token. The settings warn.
    /// Only for a token that was given over plain HTTP.
    HttpWithToken,
}

impl Default for Protection {
    fn default() -> Self {
        Self::HttpsName { name: "pos1.kaspipos.kz".to_owned() }
    }
}

/// The calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum KaspiCall {
    /// Makes this till known. Blocks until a person presses a button on the terminal, up to 180 s.
    Register {
        /// Name of the till as the terminal will show it.
        name: String,
    },
    /// A new pair of tokens for the old one (`revoke`).
    Refresh {
        /// The same name as at registration.
        name: String,
        /// The refresh token.
        refresh_token: String,
    },
    /// Starts a payment.
    Payment {
        /// Whole tenge, positive.
        amount_tenge: i64,
        /// True = the till prints the terminal's slip.
        own_cheque: bool,
    },
    /// Starts a refund.
    Refund {
        /// Whole tenge, positive.
        amount_tenge: i64,
        /// The way of the original payment, `qr` or `card`; what was paid by palm goes back by what its reference is of.
        method: KaspiMethod,
        /// The original's order number (QR) or rrn (card).
        transaction_id: String,
        /// True = the till prints the terminal's slip.
        own_cheque: bool,
    },
    /// How far a process is.
    Status {
        /// From the start call.
        process_id: String,
    },
    /// Asks the bank about a process whose status is unknown; at least 10 s apart.
    Actualize {
        /// From the start call.
        process_id: String,
    },
    /// Which terminal this is.
    DeviceInfo,
    /// Whether a terminal answers at this address, without a token and without a prompt on it.
    Probe,
}

impl fmt::Debug for KaspiCall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register { name } => write!(out, "Register({name:?})"),
            Self::Refresh { name, .. } => write!(out, "Refresh({name:?}, …)"),
            Self::Payment { amount_tenge, .. } => write!(out, "Payment({amount_tenge} tenge)"),
            Self::Refund { amount_tenge, method, transaction_id, .. } => {
                write!(out, "Refund({amount_tenge} tenge, {method:?}, {transaction_id:?})")
            }
            Self::Status { process_id } => write!(out, "Status({process_id:?})"),
            Self::Actualize { process_id } => write!(out, "Actualize({process_id:?})"),
            Self::DeviceInfo => out.write_str("DeviceInfo"),
            Self::Probe => out.write_str("Probe"),
        }
    }
}

/// Way of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KaspiMethod {
    /// By QR.
    Qr,
    /// By card.
    Card,
    /// By palm.
    Alaqan,
}

impl KaspiMethod {
    /// As the terminal writes it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Card => "card",
            Self::Alaqan => "alaqan",
        }
    }

    /// Reads the terminal's word, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Qr, Self::Card, Self::Alaqan].into_iter().find(|method| text.trim().eq_ignore_ascii_case(method.code()))
    }
}

/// What a call brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum KaspiAnswer {
    /// To `register` and `refresh`: to be stored before use; the old pair is dead.
    Tokens(KaspiTokens),
    /// To `payment` and `refund`: the process has begun. To be stored before the first `status`.
    Started {
        /// Id of the process.
        process_id: String,
    },
    /// To `status` and `actualize`.
    Process(Box<KaspiProcess>),
    /// To `device_info`.
    Device(TerminalIdentity),
    /// To `probe`: a terminal is here.
    Present,
}

/// A pair of tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KaspiTokens {
    /// For the header of each call.
    pub access_token: String,
    /// For the next refresh.
    pub refresh_token: String,
    /// End of life in the terminal's local time, `YYYY-MM-DDTHH:MM:SS`; absent = it could not be read and counts as expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_local: Option<String>,
}

impl fmt::Debug for KaspiTokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KaspiTokens").field("expires_local", &self.expires_local).finish_non_exhaustive()
    }
}

/// Which terminal it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalIdentity {
    /// Number of the till, as in `posN.kaspipos.kz`.
    #[serde(default)]
    pub pos_num: String,
    /// Serial number: stays when the address changes.
    #[serde(default)]
    pub serial_num: String,
    /// Id of the terminal.
    #[serde(default)]
    pub terminal_id: String,
}

/// State of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KaspiStatus {
    /// In progress.
    Wait,
    /// Paid.
    Success,
    /// Not paid, for certain.
    Fail,
    /// The terminal does not know. Neither paid nor failed.
    Unknown,
}

/// A payment or refund as the terminal tells it. Texts are the terminal's own; empty = not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KaspiProcess {
    /// State of the money.
    pub status: KaspiStatus,
    /// Step, an open set: `WaitUser`, `ProcessingCard` …
    #[serde(default)]
    pub sub_status: String,
    /// The terminal's sentence for people.
    #[serde(default)]
    pub message: String,
    /// Id of the transaction, on success.
    #[serde(default)]
    pub transaction_id: String,
    /// Way of the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<KaspiMethod>,
    /// For a refund of a QR payment.
    #[serde(default)]
    pub order_number: String,
    /// For a refund of a card payment.
    #[serde(default)]
    pub rrn: String,
    /// Sum in whole tenge, read from the slip's text; absent = not given or not readable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_tenge: Option<i64>,
    /// Product such as an instalment loan, where it was an offer.
    #[serde(default)]
    pub offer: String,
    /// Everything of the slip as the terminal wrote it, in its own names.
    #[serde(default)]
    pub cheque: std::collections::BTreeMap<String, String>,
}

/// Why a call did not succeed, and what that says about the money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum KaspiError {
    /// No request left this machine: nothing can have happened.
    #[error("the terminal cannot be reached: {detail}")]
    NeverSent {
        /// What the system said.
        detail: String,
    },
    /// The request may have arrived; its answer did not. A started payment is unknown.
    #[error("the terminal's answer was lost: {detail}")]
    AnswerLost {
        /// What the system said.
        detail: String,
    },
    /// The certificate is not the expected one. Nothing was sent.
    #[error("the terminal's certificate is not trusted: {detail}")]
    NotTrusted {
        /// What was wrong.
        detail: String,
    },
    /// 401: missing or wrong token. Register again.
    #[error("the terminal does not know this till: register again")]
    NotRegistered,
    /// 403: the token has expired. Refresh once, repeat once.
    #[error("the token has expired")]
    TokenExpired,
    /// 107: the last operation on the terminal is not finished.
    #[error("the last operation on the terminal is not finished")]
    Busy {
        /// The terminal's sentence.
        message: String,
    },
    /// 101: no such process.
    #[error("the terminal does not know this process")]
    NoSuchProcess {
        /// The terminal's sentence.
        message: String,
    },
    /// 103: cannot be actualized.
    #[error("this process cannot be actualized")]
    CannotActualize {
        /// The terminal's sentence.
        message: String,
    },
    /// 105: registration or refresh was refused.
    #[error("the terminal refused the registration: {message}")]
    RegistrationRefused {
        /// The terminal's sentence.
        message: String,
    },
    /// 999: a parameter is missing or bad.
    #[error("the terminal did not accept a parameter: {message}")]
    BadParameter {
        /// The terminal's sentence.
        message: String,
    },
    /// Any other code.
    #[error("the terminal answered code {code}: {message}")]
    Other {
        /// Its code.
        code: i64,
        /// The terminal's sentence.
        message: String,
    },
    /// An answer that cannot be read. A started payment is unknown.
    #[error("the terminal's answer cannot be read: {detail}")]
    Unreadable {
        /// What was wrong.
        detail: String,
    },
    /// The call itself is wrong, such as an amount that is not positive. Nothing was sent.
    #[error("{detail}")]
    BadCall {
        /// What was wrong.
        detail: String,
    },
}

impl KaspiError {
    /// The code, as on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NeverSent { .. } => "never_sent",
            Self::AnswerLost { .. } => "answer_lost",
            Self::NotTrusted { .. } => "not_trusted",
            Self::NotRegistered => "not_registered",
            Self::TokenExpired => "token_expired",
            Self::Busy { .. } => "busy",
            Self::NoSuchProcess { .. } => "no_such_process",
            Self::CannotActualize { .. } => "cannot_actualize",
            Self::RegistrationRefused { .. } => "registration_refused",
            Self::BadParameter { .. } => "bad_parameter",
            Self::Other { .. } => "other",
            Self::Unreadable { .. } => "unreadable",
            Self::BadCall { .. } => "bad_call",
        }
    }

    /// The terminal's own sentence, where it gave one; else empty. What the system said is no sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Busy { message }
            | Self::NoSuchProcess { message }
            | Self::CannotActualize { message }
            | Self::RegistrationRefused { message }
            | Self::BadParameter { message }
            | Self::Other { message, .. } => message,
            Self::NeverSent { .. }
            | Self::AnswerLost { .. }
            | Self::NotTrusted { .. }
            | Self::NotRegistered
            | Self::TokenExpired
            | Self::Unreadable { .. }
            | Self::BadCall { .. } => "",
        }
    }

    /// Whether the call may have taken effect although it failed: a payment started so is unknown, never failed.
    /// Unlisted codes count as "may have": their meaning is not known.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::AnswerLost { .. } | Self::Unreadable { .. } | Self::Other { .. } => true,
            Self::NeverSent { .. }
            | Self::NotTrusted { .. }
            | Self::NotRegistered
            | Self::TokenExpired
            | Self::Busy { .. }
            | Self::NoSuchProcess { .. }
            | Self::CannotActualize { .. }
            | Self::RegistrationRefused { .. }
            | Self::BadParameter { .. }
            | Self::BadCall { .. } => false,
        }
    }
}
