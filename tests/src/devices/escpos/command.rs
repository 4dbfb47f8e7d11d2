//! What a printer can be told.

/// One command, decoded as far as the simulated printer acts on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Printable bytes, to be read by the code table in force.
    Text(Vec<u8>),
    /// LF: print the line and go to the next.
    LineFeed,
    /// HT: go to the next tab stop.
    Tab,
    /// `ESC @`: forget every setting.
    Initialize,
    /// `ESC t n`: choose a code table.
    CodeTable(u8),
    /// `FS &` (true) and `FS .` (false): two-byte Chinese letters on or off.
    Chinese(bool),
    /// `ESC a n`: 0 left, 1 centre, 2 right.
    Align(u8),
    /// `ESC ! n`: font, bold, double height and width, underline in one byte.
    PrintMode(u8),
    /// `GS ! n`: width − 1 in the high half, height − 1 in the low half.
    CharacterSize(u8),
    /// `ESC E n`, `ESC G n`.
    Bold(bool),
    /// `ESC - n`: thickness of the underline in dots.
    Underline(u8),
    /// `GS B n`: white letters on black.
    Invert(bool),
    /// `ESC M n`: 0 font A (12×24), 1 font B (9×17).
    Font(u8),
    /// `ESC SP n`: dots right of each letter.
    LetterSpacing(u8),
    /// `ESC 3 n` in dots; `ESC 2` = `None` = the default.
    LineSpacing(Option<u8>),
    /// `ESC d n`: print and feed n lines.
    FeedLines(u8),
    /// `ESC J n`: print and feed n dots.
    FeedDots(u8),
    /// `GS L`: left margin in dots.
    LeftMargin(u16),
    /// `GS W`: width of the printing area in dots.
    AreaWidth(u16),
    /// `ESC $`: position from the left margin in dots.
    Position(u16),
    /// `GS v 0`, or graphics printed from the buffer.
    Raster {
        /// Times each dot is repeated from left to right, 1 or 2.
        wide: usize,
        /// Times each row is repeated, 1 or 2.
        high: usize,
        /// Bytes per row.
        row_bytes: usize,
        /// The rows, top first, high bit left.
        data: Vec<u8>,
    },
    /// `ESC *`: a strip of columns within the line.
    Columns {
        /// 0, 1: eight dots per column; 32, 33: twenty-four. Even: half the density across.
        mode: u8,
        /// One or three bytes per column, high bit on top.
        data: Vec<u8>,
    },
    /// `GS ( L` function 112: keep a picture for function 50.
    StoreGraphics {
        /// Times each dot is repeated from left to right, 1 or 2.
        wide: usize,
        /// Times each row is repeated, 1 or 2.
        high: usize,
        /// Dots per row.
        width: usize,
        /// The rows, top first, high bit left.
        data: Vec<u8>,
    },
    /// `GS ( L` function 50: print the picture kept before.
    PrintGraphics,
    /// `GS ( k`: two-dimensional codes; `kind` 49 is QR.
    Symbol {
        /// The symbology, 49 = QR.
        kind: u8,
        /// 65 model, 67 module size, 69 error correction, 80 store, 81 print.
        function: u8,
        /// What follows the function's number.
        arguments: Vec<u8>,
    },
    /// `GS k`.
    Barcode {
        /// As in the long form: 65 = UPC-A … 73 = CODE128.
        symbology: u8,
        /// The content as sent.
        data: Vec<u8>,
    },
    /// `GS h n`: height of bar codes in dots.
    BarcodeHeight(u8),
    /// `GS w n`: width of the narrowest bar in dots.
    BarcodeWidth(u8),
    /// `GS H n`: 0 no text, 1 above, 2 below, 3 both.
    BarcodeText(u8),
    /// `GS V`, `ESC i`, `ESC m`: feed so many dots, then cut.
    Cut {
        /// Dots fed before the cut.
        feed: u8,
    },
    /// `ESC p m t1 t2` or `DLE DC4 1 m t`.
    Pulse(Pulse),
    /// `DLE EOT n`, `GS r n`, `GS I n`.
    Status(StatusRequest),
    /// `GS a n`: which changes of state to report unasked; 0 = none.
    AutoStatus(u8),
    /// Known, taken whole, without effect on this paper.
    Ignored,
    /// Not a command this printer knows; the prefix and its letter are dropped.
    Unknown(u8, u8),
}

/// An impulse to a drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// The connector's pin, 2 or 5.
    pub pin: u8,
    /// How long the current flows, in milliseconds.
    pub on_ms: u32,
}

/// A question that is answered with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusRequest {
    /// `DLE EOT n`: answered at once, even by a printer that is off line.
    Now(u8),
    /// `GS r n`: answered in its turn, after what was sent before.
    InTurn(u8),
    /// `GS I n`: who are you.
    Identity(u8),
}
