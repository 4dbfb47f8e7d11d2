//! Price lists of others: read, recognised, planned. Pure: bytes and the catalogue go in, a plan comes out; applying it
//! is the work of the `imports` domain.
//!
//! Rules: a code of 8, 12, 13 or 14 digits with the right check digit is a barcode, compared as GTIN-14; 1–6 digits is
//! a short code; any other is refused, its product is still made. A code on two goods stays on both. A price that is
//! missing or no number makes a product without a price. A repeated name makes two products. A row with name and codes
//! of an earlier one is a repeat and skipped. A row is about a product that is there when its SKU is that product's, or
//! its name is and they share a code (or one of them has none); any other makes a product. A code alone renames nothing.
//! Running a list twice changes nothing.

mod columns;
mod decode;
mod headers;
mod matching;
mod numbers;
mod plan;
mod preview;
mod records;
mod rows;
#[cfg(test)]
mod tests;
mod understand;
mod xlsx;

pub use columns::{Assignment, Field, Layout, Reading, SheetColumn, recognise, recognise_as};
pub use decode::{Encoding, Sheet, SheetRow, decode, decode_sheet};
pub use numbers::{Marks, amount, quantity};
pub use plan::{Action, Counts, Goods, Known, Note, Plan, Planned, Row, RowKind, Withheld, group_fits, merged, plan};
pub use preview::{Change, Shown, Value};
pub use rows::{PATH, has_headings, rows};

/// The most bytes of an upload.
pub const MOST_BYTES: usize = 32 << 20;
/// The most rows of a list.
pub const MOST_ROWS: usize = 250_000;
/// The most characters of a cell, as in Excel.
pub const MOST_CELL_LETTERS: usize = 32_767;
/// The most columns of a list.
pub const MOST_COLUMNS: usize = 100;

/// Why a file cannot be read as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A format of its own that is not read.
    #[error("this is {0}, not a list")]
    Foreign(&'static str),
    /// Bytes of no text.
    #[error("this is no text")]
    Binary,
    /// Text in a broken encoding.
    #[error("the text is broken at line {line}")]
    BrokenEncoding {
        /// Where, from 1.
        line: usize,
    },
    /// An Excel workbook that does not open.
    #[error("the workbook is broken")]
    BrokenWorkbook,
    /// Unpacked it would be too large, or one of its cells is.
    #[error("the file is too large inside")]
    TooLarge,
    /// More rows than are taken.
    #[error("too many rows")]
    TooManyRows,
}
