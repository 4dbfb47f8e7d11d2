//! Price lists of others: texts and workbooks, from their bytes to a plan.

use duken_hub::catalog::import::{self, Assignment, MOST_CELL_LETTERS, MOST_COLUMNS, MOST_ROWS};
use duken_protocol::barcode::Code;
use duken_protocol::money::Currency;
use duken_protocol::quantity::Quantity;
use zip::CompressionMethod;

use super::word;
use crate::fuzz::{Shape, Target, workbook};

pub const TARGETS: [Target; 4] = [
    Target { name: "csv", shape: Shape::Words(CSV), seeds: csv_seeds, run: list },
    Target { name: "xlsx", shape: Shape::Workbook, seeds: workbooks, run: list },
    Target { name: "xml", shape: Shape::Words(workbook::WORDS), seeds: || vec![workbook::sheet()], run: xml },
    Target { name: "numbers", shape: Shape::Words(NUMBERS), seeds: number_seeds, run: numbers },
];

const CSV: &[&str] = &[
    ";",
    ",",
    "\t",
    "|",
    "\"",
    "\"\"",
    "\r\n",
    "\n",
    "\r",
    "\u{feff}",
    "Наименование",
    "Штрихкод",
    "Цена",
    "Остаток",
    "Ед",
    "name",
    "price",
    "barcode",
    "1 250,50",
    "4870001234560",
    "0123456",
    "шт",
    "кг",
    "-5",
    "=1+1",
    "\u{1a}",
    "\0",
];

fn csv_seeds() -> Vec<Vec<u8>> {
    let text = "Наименование;Штрихкод;Цена;Остаток\r\nШай 250 г;4870001234560;1 250,50;3\r\n\"Сыр; мягкий\";0123456;99;-1,5\r\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (ansi, ..) = encoding_rs::WINDOWS_1251.encode("Название\tКод\tЦена\nХлеб\t460123\t150\nМолоко\t4600000000008\t420,00\n");
    vec![
        text.as_bytes().to_vec(),
        format!("\u{feff}{}", text.replace(';', ",")).into_bytes(),
        utf16,
        ansi.into_owned(),
        b"name|price|unit\nTea|5.00|pcs\n".to_vec(),
        b"<?xml version=\"1.0\"?><a/>".to_vec(),
    ]
}

fn workbooks() -> Vec<Vec<u8>> {
    let parts = workbook::parts(&workbook::sheet());
    vec![workbook::packed(&parts, CompressionMethod::Stored), workbook::packed(&parts, CompressionMethod::Deflated)]
}

/// What is read keeps to the limits, and a plan of it can be made.
fn list(bytes: &[u8]) -> String {
    let sheet = match import::decode(bytes) {
        Ok(sheet) => sheet,
        Err(error) => return word(&error),
    };
    assert!(!sheet.rows.is_empty() && sheet.rows.len() <= MOST_ROWS);
    for row in &sheet.rows {
        assert!(row.cells.len() <= MOST_COLUMNS.max(1), "{} cells in line {}", row.cells.len(), row.line);
        assert!(row.cells.iter().all(|cell| cell.chars().count() <= 4 * MOST_CELL_LETTERS));
    }
    let layout = import::recognise(&sheet);
    let assigned: Assignment = layout.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.guess?))).collect();
    let rows = import::rows(&sheet, layout.first_row, &assigned, None);
    let plan = import::plan(&rows, &[], currency());
    assert_eq!(plan.rows.len(), rows.len(), "every row is in the plan");
    let notes: std::collections::BTreeSet<&str> =
        plan.rows.iter().flat_map(|row| row.notes.iter().map(|note| note.code.as_str())).collect();
    format!("{:?} {:?} {:?} {notes:?}", sheet.encoding, sheet.separator, assigned.values().collect::<Vec<_>>())
}

/// The same for a workbook whose sheet this is.
fn xml(bytes: &[u8]) -> String {
    list(&workbook::packed(&workbook::parts(bytes), CompressionMethod::Stored))
}

fn currency() -> Currency {
    "KZT".parse().expect("a currency")
}

const NUMBERS: &[&str] = &[" ", "\u{a0}", ",", ".", "-", "+", "₸", "тг", "1 250,50", "0.001", "999999999999", "1e5", "١", "½", "шт", "%"];

fn number_seeds() -> Vec<Vec<u8>> {
    ["1 250,50 ₸", "0.005", "-3", "12.345,67", "4870001234560", "1.234"].map(|text| text.as_bytes().to_vec()).to_vec()
}

/// A number that was read is written so that it reads as the same.
fn numbers(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let currency = currency();
    let mut said = String::new();
    if let Ok(amount) = currency.parse(&text) {
        assert_eq!(currency.parse(&currency.format(amount)).ok(), Some(amount), "{text:?}");
        said.push('m');
    }
    if let Some(quantity) = Quantity::parse(&text) {
        assert_eq!(Quantity::parse(&quantity.format()), Some(quantity), "{text:?}");
        let _sum_or_too_much = quantity.fits_at(duken_protocol::money::Amount(i64::MAX));
        said.push('q');
    }
    let amount = import::amount(&text, currency, import::Marks::of([text.as_ref()]));
    let quantity = import::quantity(&text);
    said.push_str(&format!("{}{}", u8::from(amount.is_some()), u8::from(quantity.is_some())));
    said.push_str(&match Code::parse(&text) {
        Ok(code) => word(&code),
        Err(error) => word(&error),
    });
    said
}
