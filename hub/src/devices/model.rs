//! Cards of devices, and the states of their jobs. Pure.

use duken_protocol::device::{Connection, DeviceDescription, DeviceKind, PrinterSettings, Protection, ScannerSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the card of a device says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCard {
    /// What it is.
    pub kind: DeviceKind,
    /// Name for people.
    pub name: String,
    /// Where it is plugged in.
    pub connection: Connection,
    /// Id of the printer's profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What the test chart told about this one printer.
    #[serde(default)]
    pub printer: PrinterSettings,
    /// How this one scanner frames its codes.
    #[serde(default)]
    pub scanner: ScannerSettings,
    /// How the line to a terminal is protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
    /// The terminal's serial number: stays when its address changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// The terminal's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_id: Option<String>,
    /// The agent that drives it; none = the hub itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<i64>,
    /// Out of use.
    #[serde(default)]
    pub archived: bool,
}

/// A device with the number and version of its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The card's number.
    pub id: i64,
    /// The card's version.
    pub version: i64,
    /// The card.
    pub card: DeviceCard,
}

impl Device {
    /// As its driver knows it.
    #[must_use]
    pub fn description(&self) -> DeviceDescription {
        DeviceDescription {
            id: self.id.to_string(),
            kind: self.card.kind,
            name: self.card.name.clone(),
            connection: self.card.connection.clone(),
            profile: self.card.profile.clone(),
            printer: self.card.printer.clone(),
            scanner: self.card.scanner.clone(),
        }
    }
}

/// The code of a kind, as on the wire and in tables.
#[must_use]
pub fn kind_code(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Printer => "printer",
        DeviceKind::Terminal => "terminal",
        DeviceKind::Scanner => "scanner",
        DeviceKind::Drawer => "drawer",
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Prints a document.
    Print,
    /// Opens the drawer.
    Drawer,
    /// Prints the chart of code pages and widths.
    Chart,
}

impl JobKind {
    /// The code, as on the wire and in tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::Drawer => "drawer",
            Self::Chart => "chart",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Print, Self::Drawer, Self::Chart].into_iter().find(|kind| kind.code() == code)
    }
}

/// Where a job stands (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its device.
    Queued,
    /// On its way: its first byte may have left.
    Sending,
    /// The paper is out.
    Printed,
    /// Certainly nothing is on paper.
    NotPrinted,
    /// Something may be on paper: a person looks.
    Unknown,
    /// A job without paper was delivered.
    Done,
    /// A job without paper did not happen.
    Failed,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 7] = [Self::Queued, Self::Sending, Self::Printed, Self::NotPrinted, Self::Unknown, Self::Done, Self::Failed];

    /// The code, as on the wire and in tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Printed => "printed",
            Self::NotPrinted => "not_printed",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// The document that a job prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Such as `sale`: a name under which some domain registered its layout.
    pub kind: String,
    /// Its number.
    pub id: i64,
    /// Whether the paper says that it is a copy.
    pub copy: bool,
}

/// A job of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceJob {
    /// Its local number.
    pub id: i64,
    /// The device, by the number of its card.
    pub device: i64,
    /// What it does.
    pub kind: JobKind,
    /// What it prints.
    pub document: Option<Document>,
    /// Where it stands.
    pub state: JobState,
    /// Why it did not simply succeed: a stable word. Sentences: `job.reason.<word>`.
    pub reason: String,
    /// What the system said, for the log.
    pub detail: String,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was asked for, milliseconds since 1970 UTC.
    pub created_ms: i64,
    /// When it ended.
    pub finished_ms: Option<i64>,
    /// When it is tried next; none = not by itself.
    pub next_ms: Option<i64>,
    /// When it is too old to begin.
    pub expires_ms: Option<i64>,
    /// The name of the attempt that is or was last under way.
    pub attempt: Option<String>,
}
