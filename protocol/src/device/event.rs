//! What devices say by themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that happened at a device. News, not history: nothing here is stored or sent twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeviceEvent {
    /// A code was read.
    Scan(Scan),
    /// The state of a device changed.
    State(DeviceReport),
}

/// A code that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scan {
    /// Which scanner.
    pub device_id: String,
    /// The code as text, without AIM prefix and suffix; group separators (0x1D) are kept. Bytes above 0x7F that are not
    /// UTF-8 stand as Latin-1.
    pub code: String,
    /// The same as raw bytes in hexadecimal: marking codes are handed on untouched.
    pub bytes_hex: String,
    /// What kind of code it is, where the scanner says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbology: Option<Symbology>,
    /// The scanner's AIM id such as `]d2`, where it sends one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<String>,
    /// Milliseconds between the last byte from the scanner and the sending of this message. Older than 2,000 is dropped.
    #[serde(default)]
    pub age_ms: u32,
}

impl Scan {
    /// After this many milliseconds a scan is old news.
    pub const AGE_MS_MAX: u32 = 2_000;
}

/// Kinds of codes, by AIM id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// EAN-13, EAN-8, UPC.
    Ean,
    /// Code 39.
    Code39,
    /// Code 128.
    Code128,
    /// GS1-128.
    Gs1128,
    /// Interleaved 2 of 5.
    Itf,
    /// GS1 DataBar.
    DataBar,
    /// DataMatrix.
    DataMatrix,
    /// GS1 DataMatrix.
    Gs1DataMatrix,
    /// QR.
    Qr,
    /// GS1 QR.
    Gs1Qr,
    /// PDF417.
    Pdf417,
    /// Aztec.
    Aztec,
    /// An AIM id that is none of the above.
    Other,
}

/// State of a device, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceReport {
    /// Which device.
    pub device_id: String,
    /// Its state.
    pub state: DeviceState,
    /// What the system or device said, for the log.
    #[serde(default)]
    pub detail: String,
    /// Whether the drawer is open, where the printer says so and its level is calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawer_open: Option<bool>,
    /// Level of the drawer pin, where the printer says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawer_level: Option<bool>,
}

/// States of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// Reachable and willing.
    Ready,
    /// At work.
    Busy,
    /// Cannot be reached.
    Offline,
    /// Prints, and the paper will end soon.
    PaperNearEnd,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// Reports an error of its own.
    Error,
    /// It never says.
    Unknown,
}

impl DeviceState {
    /// The code, as on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::Offline => "offline",
            Self::PaperNearEnd => "paper_near_end",
            Self::PaperOut => "paper_out",
            Self::CoverOpen => "cover_open",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}
