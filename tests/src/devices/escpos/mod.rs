//! A reader of ESC/POS: bytes become [`Command`]s ([`parser`]), commands become dots on paper ([`press`]).
//!
//! Read from Epson's command reference: lengths of all common commands are known, so that one we do not draw cannot
//! shift the rest. How the bytes were cut into packets never matters.

mod barcode;
mod charset;
mod command;
mod font;
mod lengths;
mod parser;
mod press;
mod style;
mod symbol;

pub use charset::CodeTables;
pub use command::{Command, Pulse, StatusRequest};
pub use parser::{Parser, Token};
pub use press::{Effect, Press, PressOptions};

use serde::{Deserialize, Serialize};

use super::paper::Bitmap;

/// What left the printer in one piece: the dots, and what they were made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The dots, as wide as the paper.
    pub dots: Bitmap,
    /// Every byte that was taken since the cut before, status requests included.
    pub raw: Vec<u8>,
    /// What was printed, in order.
    pub items: Vec<Printed>,
    /// What a real printer might have taken amiss: a raster in mid-line, a picture wider than the paper.
    pub complaints: Vec<String>,
}

impl Sheet {
    /// Text lines only (nothing of a raster), joined by line feeds.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.items.iter().filter_map(|item| match item {
            Printed::Text { line } => Some(line.as_str()),
            Printed::Picture { .. } | Printed::Qr { .. } | Printed::Barcode { .. } => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// One thing on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Printed {
    /// A line of letters, decoded by the code table in force; letters missing from it are U+FFFD.
    Text {
        /// The letters without trailing blanks.
        line: String,
    },
    /// A picture: raster, column image or stored graphics.
    Picture {
        /// Dots from left to right.
        width: usize,
        /// Dots from top to bottom.
        height: usize,
    },
    /// A QR code drawn by the printer itself.
    Qr {
        /// Its content; bytes that are no UTF-8 are U+FFFD.
        text: String,
    },
    /// A bar code drawn by the printer itself.
    Barcode {
        /// The symbology's number in `GS k` (65 = UPC-A … 73 = CODE128).
        symbology: u8,
        /// Its content.
        text: String,
    },
}

#[cfg(test)]
mod tests;
