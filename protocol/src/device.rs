//! The language of devices: what stands where, what it is asked to do, and how that ended.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::layout::Layout;

mod event;
mod kaspi;
mod outcome;

pub use event::{DeviceEvent, DeviceReport, DeviceState, Scan, Symbology};
pub use kaspi::{
    KaspiAnswer, KaspiCall, KaspiError, KaspiMethod, KaspiProcess, KaspiStatus, KaspiTarget, KaspiTokens, Protection, TerminalIdentity,
};
pub use outcome::{Confirmation, Outcome, Reason};

/// A device that the hub or an agent drives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceDescription {
    /// Id that the hub gave; unique within the store.
    pub id: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Name for people.
    #[serde(default)]
    pub name: String,
    /// Where it is plugged in.
    pub connection: Connection,
    /// Id of the printer's profile, such as `epson-tm`; printers only. `generic-80` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What the test chart told about this one printer, over its profile.
    #[serde(default)]
    pub printer: PrinterSettings,
    /// How this one scanner frames its codes; scanners only.
    #[serde(default)]
    pub scanner: ScannerSettings,
}

/// Kinds of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A receipt printer; a drawer hangs on it.
    Printer,
    /// A payment terminal.
    Terminal,
    /// A reader of codes.
    Scanner,
    /// A cash drawer with a connection of its own.
    Drawer,
}

/// Where a device is plugged in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Connection {
    /// A TCP address `host:port`; a printer without a port means 9100, a terminal 8080.
    Network {
        /// Host or IP with an optional port.
        address: String,
    },
    /// A serial port, USB-CDC or pseudo-terminal.
    Serial {
        /// Such as `/dev/ttyACM0`.
        path: String,
        /// Bits per second.
        #[serde(default = "default_baud")]
        baud: u32,
        /// Data bits, 7 or 8.
        #[serde(default = "eight")]
        data_bits: u8,
        /// Parity.
        #[serde(default)]
        parity: Parity,
        /// Who stops whom.
        #[serde(default)]
        flow: Flow,
    },
    /// The kernel's USB printer device.
    UsbLp {
        /// Such as `/dev/usb/lp0`.
        path: String,
    },
    /// A USB device claimed by the driver itself.
    Usb {
        /// Vendor.
        vid: u16,
        /// Product.
        pid: u16,
        /// Serial number, where the device has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        serial: Option<String>,
        /// Bus and ports such as `1-2.3`, to tell two alike devices apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        port_path: Option<String>,
    },
    /// A Linux input device, grabbed.
    Evdev {
        /// Such as `/dev/input/by-id/usb-…-event-kbd`.
        path: String,
    },
}

fn default_baud() -> u32 {
    9600
}

fn eight() -> u8 {
    8
}

impl Connection {
    /// A network connection.
    #[must_use]
    pub fn network(address: impl Into<String>) -> Self {
        Self::Network { address: address.into() }
    }

    /// A serial port with 8 data bits, no parity, no flow control.
    #[must_use]
    pub fn serial(path: impl Into<String>, baud: u32) -> Self {
        Self::Serial { path: path.into(), baud, data_bits: 8, parity: Parity::None, flow: Flow::None }
    }
}

/// Parity of a serial line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Parity {
    /// None.
    #[default]
    None,
    /// Even.
    Even,
    /// Odd.
    Odd,
}

/// Flow control of a serial line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// None.
    #[default]
    None,
    /// XON and XOFF.
    Software,
    /// RTS and CTS.
    Hardware,
}

/// What one printer was found to need beyond its profile. Absent = as the profile says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PrinterSettings {
    /// Raster or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<PrintMode>,
    /// Width in dots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_dots: Option<u16>,
    /// Code page of text mode, such as `cp866`, that a test chart proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page: Option<String>,
    /// Its number in `ESC t`, where it differs from the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page_number: Option<u8>,
    /// Pause between slices, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pacing_ms: Option<u16>,
    /// Whether the printer answers status requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_status: Option<bool>,
    /// How it cuts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<CutCommand>,
    /// How pictures are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raster: Option<RasterCommand>,
    /// Level of the drawer pin while the drawer is open, as calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawer_open_level: Option<bool>,
}

/// How a printer cuts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutCommand {
    /// `GS V 65/66 0`: feeds to the knife by itself.
    #[default]
    GsVFeed,
    /// `GS V 0/1` after feeding lines.
    GsV,
    /// `ESC i` / `ESC m` after feeding lines.
    EscI,
    /// No knife: feeds lines, so that the paper can be torn.
    None,
}

/// How a picture is sent to a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RasterCommand {
    /// `GS v 0`: understood by most.
    GsV0,
    /// `ESC *`, 24 dots high: dot matrix and old printers.
    EscStar,
    /// `GS ( L`: newer Epson.
    GsL,
}

/// How letters reach the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrintMode {
    /// As a picture with our own font: every letter is there.
    Raster,
    /// As bytes of a proven code page; a line that does not fit goes as a picture.
    Text,
}

/// How a scanner frames codes. Absent = found out from what it sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScannerSettings {
    /// Silence that ends a code without a suffix, in milliseconds; 60 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_gap_ms: Option<u16>,
    /// Characters that the scanner puts in front of each code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// One thing for one device to do, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Made by the hub; the same id again gives the first outcome again.
    #[schema(value_type = String)]
    pub id: Uuid,
    /// Which device.
    pub device_id: String,
    /// Milliseconds from handing over after which the job must no longer begin; absent = it may wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for_ms: Option<u32>,
    /// What to do.
    pub work: Work,
}

/// What a device can be asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Work {
    /// Print a document.
    Print {
        /// The document.
        layout: Layout,
    },
    /// Open the drawer. Sent with `valid_for_ms: 2000`.
    DrawerPulse {
        /// Which pin of the socket.
        #[serde(default)]
        pin: DrawerPin,
        /// Length of the pulse in milliseconds (2 to 510).
        #[serde(default = "default_on")]
        on_ms: u16,
        /// Rest after it in milliseconds (2 to 510).
        #[serde(default = "default_off")]
        off_ms: u16,
    },
    /// Print the chart that shows code pages, widths and letters.
    TestChart,
    /// Ask the device for its state.
    AskState,
    /// One call to a Kaspi terminal.
    Kaspi {
        /// Where and how it is reached, with its token.
        target: KaspiTarget,
        /// The call.
        call: KaspiCall,
    },
}

fn default_on() -> u16 {
    50
}

fn default_off() -> u16 {
    500
}

impl Work {
    /// The usual drawer pulse: pin 2, 50 ms on, 500 ms off (`19 FA`).
    #[must_use]
    pub fn drawer_pulse() -> Self {
        Self::DrawerPulse { pin: DrawerPin::Two, on_ms: default_on(), off_ms: default_off() }
    }
}

/// Pin of the drawer's socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrawerPin {
    /// Pin 2, drawer 1.
    #[default]
    Two,
    /// Pin 5, drawer 2.
    Five,
}

/// A device that is plugged in somewhere and not yet taken into use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundDevice {
    /// What it seems to be.
    pub kind: DeviceKind,
    /// What it calls itself.
    pub name: String,
    /// How it would be connected.
    pub connection: Connection,
    /// A profile that seems to fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_on_the_wire_are_snake_case_and_stay() {
        let job = Job { id: Uuid::nil(), device_id: "7".into(), valid_for_ms: Some(2000), work: Work::drawer_pulse() };
        assert_eq!(
            serde_json::to_string(&job).unwrap(),
            r#"{"id":"00000000-0000-0000-0000-000000000000","device_id":"7","valid_for_ms":2000,"work":{"type":"drawer_pulse","pin":"two","on_ms":50,"off_ms":500}}"#
        );
        let outcome = Outcome::not_printed(Reason::PaperOut, "");
        assert_eq!(serde_json::to_string(&outcome).unwrap(), r#"{"outcome":"not_printed","reason":"paper_out","detail":""}"#);
    }

    #[test]
    fn a_short_description_is_enough() {
        let device: DeviceDescription =
            serde_json::from_str(r#"{"id":"1","kind":"printer","connection":{"type":"network","address":"10.0.0.9"},"colour":"red"}"#)
                .unwrap();
        assert_eq!(device.connection, Connection::network("10.0.0.9"));
        assert_eq!(device.printer, PrinterSettings::default());
        let serial: Connection = serde_json::from_str(r#"{"type":"serial","path":"/dev/ttyS0"}"#).unwrap();
        assert_eq!(serial, Connection::serial("/dev/ttyS0", 9600));
    }
}
