//! How a job ended.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DeviceReport, KaspiAnswer, KaspiError};

/// The end of a job. `Unknown` is an answer of its own: nobody guesses, a person looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The paper is out.
    Printed {
        /// How sure that is.
        confirmation: Confirmation,
    },
    /// Certainly nothing reached the paper: sending it again makes no second receipt.
    NotPrinted {
        /// Why.
        reason: Reason,
        /// What the system said, for the log.
        #[serde(default)]
        detail: String,
    },
    /// A part of it may be on paper, or a pulse or call may have gone through.
    Unknown {
        /// Why.
        reason: Reason,
        /// What the system said, for the log.
        #[serde(default)]
        detail: String,
    },
    /// A pulse or another job without paper was delivered.
    Done,
    /// A job without paper certainly did not happen.
    Failed {
        /// Why.
        reason: Reason,
        /// What the system said, for the log.
        #[serde(default)]
        detail: String,
    },
    /// The state that was asked for.
    State {
        /// The state.
        report: DeviceReport,
    },
    /// The terminal answered.
    Kaspi {
        /// Its answer.
        answer: KaspiAnswer,
    },
    /// The call to the terminal did not succeed.
    KaspiFailed {
        /// How, and whether it can have gone through.
        error: KaspiError,
    },
}

impl Outcome {
    /// Nothing on paper.
    #[must_use]
    pub fn not_printed(reason: Reason, detail: impl Into<String>) -> Self {
        Self::NotPrinted { reason, detail: detail.into() }
    }

    /// Something may be on paper.
    #[must_use]
    pub fn unknown(reason: Reason, detail: impl Into<String>) -> Self {
        Self::Unknown { reason, detail: detail.into() }
    }

    /// Did not happen.
    #[must_use]
    pub fn failed(reason: Reason, detail: impl Into<String>) -> Self {
        Self::Failed { reason, detail: detail.into() }
    }

    /// The code of the outcome, as on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Printed { .. } => "printed",
            Self::NotPrinted { .. } => "not_printed",
            Self::Unknown { .. } => "unknown",
            Self::Done => "done",
            Self::Failed { .. } => "failed",
            Self::State { .. } => "state",
            Self::Kaspi { .. } => "kaspi",
            Self::KaspiFailed { .. } => "kaspi_failed",
        }
    }

    /// Why it was not simply done, where there is a reason.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::NotPrinted { reason, .. } | Self::Unknown { reason, .. } | Self::Failed { reason, .. } => Some(*reason),
            Self::Printed { .. } | Self::Done | Self::State { .. } | Self::Kaspi { .. } | Self::KaspiFailed { .. } => None,
        }
    }
}

/// How sure "printed" is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// The printer answered a question that stood behind the last byte of the job.
    Answered,
    /// All bytes were taken by a printer that never answers.
    Unconfirmed,
}

/// Why a job did not simply succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The device cannot be reached: no such port, no route, nobody answers.
    Offline,
    /// Another program holds the device.
    InUse,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The printer reports an error of its own: knife, temperature.
    DeviceError,
    /// The printer is switched offline by its button or its state.
    NotReady,
    /// The device stopped taking bytes.
    Stalled,
    /// The connection broke in the middle.
    LinkLost,
    /// The device took everything and did not answer in the time it normally needs.
    NoAnswer,
    /// The document holds something that cannot be printed, such as a broken picture.
    BadDocument,
    /// The job waited longer than it may.
    Expired,
    /// This device cannot do that.
    Unsupported,
    /// No such device here.
    UnknownDevice,
    /// The program was stopped while the job ran.
    Interrupted,
}

impl Reason {
    /// The code, as on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::InUse => "in_use",
            Self::PaperOut => "paper_out",
            Self::CoverOpen => "cover_open",
            Self::DeviceError => "device_error",
            Self::NotReady => "not_ready",
            Self::Stalled => "stalled",
            Self::LinkLost => "link_lost",
            Self::NoAnswer => "no_answer",
            Self::BadDocument => "bad_document",
            Self::Expired => "expired",
            Self::Unsupported => "unsupported",
            Self::UnknownDevice => "unknown_device",
            Self::Interrupted => "interrupted",
        }
    }
}
