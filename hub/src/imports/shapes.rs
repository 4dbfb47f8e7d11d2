//! An import on the wire: how its file is laid out, and what its plan says row by row.

use duken_protocol::money::{Amount, Currency, Money};
use duken_protocol::quantity::Qty;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::preview;
use crate::catalog::import::{
    self, Assignment, Change, Counts, Field, Layout, Note, Planned, Reading, Sheet, SheetColumn, Value, Withheld, recognise_as,
};
use crate::catalog::{self, Unit};
use crate::texts::{self, Language};
use crate::web::{Actor, Id};

/// A column of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportColumn {
    index: usize,
    header: String,
    guess: Option<Field>,
    samples: Vec<String>,
}

/// A row of a file as it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportLine {
    /// Its line in the file, from 1.
    line: u32,
    cells: Vec<String>,
}

/// A list that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(super) struct ImportShape {
    id: Id,
    file_name: String,
    columns: Vec<ImportColumn>,
    rows: usize,
    encoding: String,
    separator: Option<String>,
    /// The sheets of a workbook.
    sheets: Vec<String>,
    /// The sheet that was read.
    sheet: Option<String>,
    /// The line of the header, 0 when there is none.
    header_line: u32,
    /// The line of the first goods.
    first_line: u32,
    /// Rows with only a name name the group of those below.
    headings: bool,
    /// The first rows of the file.
    head: Vec<ImportLine>,
    /// Fields that this person's rights keep from being set.
    withheld: Vec<Field>,
}

pub(super) fn assigned(layout: &Layout) -> Assignment {
    layout.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.guess?))).collect()
}

/// How a file is laid out, on the wire.
pub(super) fn import_shape(id: i64, file_name: String, sheet: &Sheet, reading: Reading, actor: &Actor) -> ImportShape {
    /// As many rows as a person needs to see where the header is.
    const HEAD: usize = 15;
    /// As much of a cell as is shown there.
    const HEAD_LETTERS: usize = 60;
    let layout = recognise_as(sheet, reading);
    let headings = reading.headings.unwrap_or_else(|| import::has_headings(sheet, layout.first_row, &assigned(&layout)));
    let line = |at: usize| sheet.rows.get(at).map(|row| row.line);
    let cells = |row: &import::SheetRow| -> Vec<String> {
        row.cells.iter().map(|cell| cell.chars().take(HEAD_LETTERS).collect::<String>()).collect()
    };
    let column = |(index, SheetColumn { header, guess, samples })| ImportColumn { index, header, guess, samples };
    ImportShape {
        id: Id(id),
        file_name,
        rows: sheet.rows.len().saturating_sub(layout.first_row),
        encoding: sheet.encoding.name().to_owned(),
        separator: sheet.separator.map(String::from),
        sheets: sheet.sheets.clone(),
        sheet: Some(sheet.sheet.clone()).filter(|name| !name.is_empty()),
        header_line: layout.header_line,
        first_line: line(layout.first_row).unwrap_or_else(|| sheet.rows.last().map_or(1, |row| row.line + 1)),
        headings,
        head: sheet.rows.iter().take(HEAD).map(|row| ImportLine { line: row.line, cells: cells(row) }).collect(),
        withheld: fields_of(preview::withheld(actor)),
        columns: layout.columns.into_iter().enumerate().map(column).collect(),
    }
}

pub(super) fn fields_of(withheld: Withheld) -> Vec<Field> {
    let all = [(withheld.price, Field::Price), (withheld.cost, Field::PurchasePrice), (withheld.stock, Field::Stock)];
    all.into_iter().filter_map(|(is_withheld, field)| is_withheld.then_some(field)).collect()
}

/// A note on a row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportNote {
    code: String,
    detail: String,
    value: String,
}

/// A field that changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportChange {
    field: Field,
    /// What it was; nothing when it was empty.
    from: Option<String>,
    /// What it will be.
    to: Option<String>,
}

/// A row of the plan.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportRow {
    /// Its line in the file, from 1.
    row: u32,
    /// `create`, `change`, `skip` or `unchanged`.
    action: String,
    name: String,
    /// The product as it will be; of a skipped row what the row says.
    group: Option<String>,
    sku: Option<String>,
    barcodes: Vec<String>,
    unit: Option<Unit>,
    price: Option<Money>,
    /// Only for those who may see costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_price: Option<Money>,
    stock: Option<Qty>,
    brand: Option<String>,
    /// What changes on a product that is there.
    changes: Vec<ImportChange>,
    notes: Vec<ImportNote>,
}

/// A page of the plan.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportRows {
    pub(super) items: Vec<ImportRow>,
    pub(super) next: Option<String>,
}

/// The plan of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub(super) struct PreviewShape {
    pub(super) counts: Counts,
    pub(super) rows: ImportRows,
    /// Fields that the rights of the person keep from being set, though the list has them.
    pub(super) withheld: Vec<Field>,
}

pub(super) fn sentence(language: Language, note: &Note) -> String {
    let params = Map::from_iter([("value".to_owned(), Json::from(note.value.as_str()))]);
    texts::say(language, &format!("import.note.{}", note.code), &params)
}

/// For whom rows are told.
#[derive(Clone, Copy)]
pub(super) struct Teller {
    pub(super) language: Language,
    pub(super) currency: Currency,
    pub(super) sees_cost: bool,
}

pub(super) fn row(teller: Teller, planned: Planned) -> ImportRow {
    let Teller { language, currency, sees_cost } = teller;
    let note = |note: Note| ImportNote { detail: sentence(language, &note), code: note.code, value: note.value };
    let money = |amount: Amount| Money::new(amount, currency);
    let value = |field: Field, value: Value| match value {
        Value::Text(id) if field == Field::Vat => catalog::vat::rate(&id).map_or(id, |rate| rate.name_in(language).to_owned()),
        Value::Text(text) => text,
        Value::Money(amount) => currency.format(amount),
        Value::Quantity(quantity) => quantity.format(),
    };
    let change = |Change { field, from, to }| ImportChange { field, from: from.map(|v| value(field, v)), to: to.map(|v| value(field, v)) };
    let shown = planned.shown;
    ImportRow {
        row: planned.line,
        action: planned.action.name().to_owned(),
        name: planned.name,
        group: shown.group,
        sku: shown.sku,
        barcodes: shown.codes,
        unit: shown.unit,
        price: shown.price.map(money),
        purchase_price: shown.purchase_price.map(money).filter(|_| sees_cost),
        stock: shown.stock.map(Qty),
        brand: shown.brand,
        changes: planned.changes.into_iter().filter(|change| sees_cost || change.field != Field::PurchasePrice).map(change).collect(),
        notes: planned.notes.into_iter().map(note).collect(),
    }
}
