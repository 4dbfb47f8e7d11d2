//! The catalogue as rows of a file: the header's words are those that an import recognises.

use std::collections::HashMap;

use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use rust_xlsxwriter::{Format, Workbook};

use super::queries::{self, ListFilter};

/// Where the purchase price stands: right of the price.
const COST_COLUMN: usize = 7;

/// Whether the purchase price is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Yes.
    WithCost,
    /// No.
    WithoutCost,
}

/// What separates cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`, as Excel expects where a comma is the decimal mark.
    Semicolon,
    /// A tab.
    Tab,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A decimal.
    Number(String),
}

/// Header and rows, products in use by name.
///
/// # Errors
/// The engine's.
pub fn lines(read: &dyn Read, node: i64, currency: Currency, columns: Columns) -> Result<Vec<Vec<Cell>>, Fault> {
    let mut header = vec![
        "group",
        "sku",
        "name",
        "kind",
        "barcodes",
        "unit",
        "price",
        "stock",
        "minimum",
        "brand",
        "vat",
        "gtin",
        "ntin",
        "description",
    ];
    if columns == Columns::WithCost {
        header.insert(COST_COLUMN, "purchase_price");
    }
    let mut lines = vec![header.into_iter().map(|name| Cell::Text(name.to_owned())).collect()];
    let text = |text: &str| Cell::Text(text.to_owned());
    let money = |amount: Option<Amount>| Cell::Number(amount.map_or_else(String::new, |amount| currency.format(amount)));
    let quantity = |quantity: Option<Quantity>| Cell::Number(quantity.map_or_else(String::new, Quantity::format));
    let paths: HashMap<i64, String> =
        queries::category_paths(read, node)?.into_iter().map(|category| (category.id, category.path)).collect();
    for listed in queries::list(read, node, &ListFilter::default(), 0, i64::MAX)? {
        let card = listed.stored.card;
        let mut line = vec![
            text(card.category.and_then(|id| paths.get(&id)).map_or("", String::as_str)),
            text(&card.sku),
            text(&card.name),
            text(card.kind.code()),
            text(&card.codes.join(" ")),
            text(card.unit.code()),
            money(card.price),
            quantity(listed.stock),
            quantity(card.minimum),
            text(&card.brand),
            text(&card.vat),
            text(card.gtin.as_deref().unwrap_or_default()),
            text(card.ntin.as_deref().unwrap_or_default()),
            text(&card.description),
        ];
        if columns == Columns::WithCost {
            line.insert(COST_COLUMN, money(card.purchase_price));
        }
        lines.push(line);
    }
    Ok(lines)
}

/// As CSV in UTF-8 with its mark, so that Excel sees the letters; with semicolons the decimal mark is a comma, as an Excel
/// of our countries expects both. A text that a spreadsheet would take for a formula is
/// disarmed by an apostrophe, and one that begins with an apostrophe gets another.
///
/// # Errors
/// [`Fault::Other`], never seen.
pub fn csv(lines: &[Vec<Cell>], separator: Separator) -> Result<Vec<u8>, Fault> {
    let delimiter = match separator {
        Separator::Comma => b',',
        Separator::Semicolon => b';',
        Separator::Tab => b'\t',
    };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(b"\xEF\xBB\xBF".to_vec());
    for line in lines {
        let cells = line.iter().map(|cell| match cell {
            Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\'']) => format!("'{text}"),
            Cell::Number(text) if separator == Separator::Semicolon => text.replace('.', ","),
            Cell::Text(text) | Cell::Number(text) => text.clone(),
        });
        writer.write_record(cells).map_err(|e| Fault::Other(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| Fault::Other(e.to_string()))
}

/// As an Excel workbook: codes are texts, prices are numbers.
///
/// # Errors
/// [`Fault::Other`] when it cannot be written.
pub fn xlsx(lines: &[Vec<Cell>]) -> Result<Vec<u8>, Fault> {
    let broken = |e: rust_xlsxwriter::XlsxError| Fault::Other(e.to_string());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (row, line) in lines.iter().enumerate() {
        let row_number = u32::try_from(row).map_err(|_| Fault::Other("too many rows".to_owned()))?;
        for (column, cell) in (0_u16..).zip(line) {
            match cell {
                Cell::Number(text) if text.is_empty() => {}
                Cell::Number(text) => {
                    let number: f64 = text.parse().map_err(|_| Fault::Other("a number that is none".to_owned()))?;
                    sheet.write_number(row_number, column, number).map_err(broken)?;
                }
                Cell::Text(text) if row == 0 => {
                    sheet.write_string_with_format(row_number, column, text, &bold).map_err(broken)?;
                }
                // A string is no formula here; only an apostrophe of its own would be taken for a disarmed text.
                Cell::Text(text) if text.starts_with('\'') => {
                    sheet.write_string(row_number, column, format!("'{text}")).map_err(broken)?;
                }
                Cell::Text(text) => {
                    sheet.write_string(row_number, column, text).map_err(broken)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(broken)?;
    book.save_to_buffer().map_err(broken)
}
