//! Which column is what: by the words of its header, else by what stands in it; a person may assign otherwise.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Row, Sheet, SheetRow};
use crate::catalog::model::Unit;
use crate::texts::fold::folded;
use crate::web::one_line;

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportField)]
pub enum Field {
    /// The category's name.
    Group,
    /// The product's name.
    Name,
    /// Barcodes and short codes.
    Barcodes,
    /// The unit.
    Unit,
    /// The sale price.
    Price,
    /// The purchase price.
    PurchasePrice,
    /// The opening stock.
    Stock,
    /// The SKU.
    Sku,
    /// The brand.
    Brand,
}

/// Which field stands in which column, by the column's index.
pub type Assignment = BTreeMap<usize, Field>;

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its header; empty when the file has none.
    pub header: String,
    /// What it seems to be.
    pub guess: Option<Field>,
    /// Its first few different values.
    pub samples: Vec<String>,
}

/// How a file is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The index of the first row of goods.
    pub first_row: usize,
    /// Its columns.
    pub columns: Vec<SheetColumn>,
}

/// Header words, the telling ones first. A header is a field when all words of one of its phrases
/// occur in it; a word of four letters and more also with another ending.
const WORDS: &[(Field, &[&str])] = &[
    (Field::PurchasePrice, &["закуп", "приход цена", "себестоимость", "сатып алу", "cost", "purchase"]),
    (Field::Barcodes, &["штрихкод", "штрих код", "barcode", "ean", "ean13", "gtin", "upc"]),
    (Field::Sku, &["артикул", "sku", "код товара", "article", "vendor code"]),
    (Field::Stock, &["остаток", "остатки", "количество", "кол во", "колво", "қалдық", "саны", "stock", "qty", "quantity"]),
    (Field::Price, &["цена", "рознич", "розница", "баға", "price", "retail"]),
    (Field::Unit, &["ед", "единица", "өлшем", "unit", "uom"]),
    (Field::Brand, &["бренд", "марка", "производитель", "brand", "manufacturer"]),
    (Field::Group, &["группа", "категория", "раздел", "санат", "топ", "group", "category"]),
    (
        Field::Name,
        &["наименование", "название", "номенклатура", "товар", "атауы", "тауар", "name", "title", "product", "item", "description"],
    ),
    (Field::Barcodes, &["код", "коды", "code", "codes"]),
];

/// How many rows are looked at.
const LOOKED_AT: usize = 300;

/// Recognises the layout of a file.
#[must_use]
pub fn recognise(sheet: &Sheet) -> Layout {
    let header = sheet.rows.iter().take(20).position(is_header);
    let first_row = header.map_or(0, |at| at + 1);
    let looked_at: Vec<&SheetRow> = sheet.rows.iter().skip(first_row).take(LOOKED_AT).collect();
    let count = sheet.rows.iter().take(first_row + LOOKED_AT).map(|row| row.cells.len()).max().unwrap_or(0);
    let headers: Vec<String> =
        (0..count).map(|at| header.and_then(|row| sheet.rows[row].cells.get(at).cloned()).unwrap_or_default()).collect();
    let mut guesses: Vec<Option<Field>> = vec![None; count];
    for (field, phrases) in WORDS {
        if guesses.contains(&Some(*field)) {
            continue;
        }
        let fits = |at: &usize| guesses[*at].is_none() && phrases.iter().any(|phrase| says(&headers[*at], phrase));
        if let Some(at) = (0..count).find(fits) {
            guesses[at] = Some(*field);
        }
    }
    for (field, weight) in [
        (Field::Barcodes, codes_weight as fn(&[&str]) -> usize),
        (Field::Unit, units_weight),
        (Field::Price, numbers_weight),
        (Field::Name, names_weight),
    ] {
        if guesses.contains(&Some(field)) {
            continue;
        }
        let best = (0..count)
            .filter(|at| guesses[*at].is_none())
            .map(|at| (weight(&values(&looked_at, at)), at))
            .filter(|(weight, _)| *weight > 0)
            .max_by_key(|(weight, at)| (*weight, std::cmp::Reverse(*at)));
        if let Some((_, at)) = best {
            guesses[at] = Some(field);
        }
    }
    let columns = headers.into_iter().zip(guesses).enumerate().map(|(at, (header, guess))| {
        let mut seen = HashSet::new();
        let samples = values(&looked_at, at).into_iter().filter(|v| seen.insert(*v)).take(5).map(cut).collect();
        SheetColumn { header: cut(&header), guess, samples }
    });
    Layout { first_row, columns: columns.collect() }
}

/// As much of a cell as a screen shows.
fn cut(text: &str) -> String {
    const SHOWN: usize = 80;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// A header row has at least two cells that say what they are, and no cell that is a number.
fn is_header(row: &SheetRow) -> bool {
    let said = row.cells.iter().filter(|cell| WORDS.iter().any(|(_, phrases)| phrases.iter().any(|phrase| says(cell, phrase)))).count();
    let numbers = row.cells.iter().filter(|cell| cell.bytes().any(|b| b.is_ascii_digit()) && super::quantity(cell).is_some()).count();
    said >= 2.min(row.cells.len()) && said > 0 && numbers == 0
}

fn says(header: &str, phrase: &str) -> bool {
    if header.chars().count() > 60 {
        return false;
    }
    let header = folded(header);
    let fits = |said: &str, word: &str| said == word || (word.chars().count() >= 4 && said.starts_with(word));
    folded(phrase).split(' ').all(|word| header.split(' ').any(|said| fits(said, word)))
}

fn values<'s>(rows: &[&'s SheetRow], at: usize) -> Vec<&'s str> {
    rows.iter().filter_map(|row| row.cells.get(at)).map(String::as_str).filter(|cell| !cell.is_empty()).collect()
}

/// How many values fit, when most of them do.
fn most(values: &[&str], fits: impl Fn(&str) -> bool) -> usize {
    let fitting = values.iter().filter(|value| fits(value)).count();
    if fitting * 10 >= values.len() * 7 { fitting } else { 0 }
}

fn codes_weight(values: &[&str]) -> usize {
    most(values, |value| value.split_whitespace().any(|code| (8..=14).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit())))
}

fn units_weight(values: &[&str]) -> usize {
    most(values, |value| Unit::read(value).is_some() && !value.bytes().all(|b| b.is_ascii_digit()))
}

fn numbers_weight(values: &[&str]) -> usize {
    most(values, |value| super::quantity(value).is_some())
}

/// Names are long and mostly different.
fn names_weight(values: &[&str]) -> usize {
    let different: HashSet<&&str> = values.iter().collect();
    let letters: usize = values.iter().map(|v| v.chars().filter(|c| c.is_alphabetic()).count()).sum();
    if letters == 0 { 0 } else { different.len() * letters / values.len().max(1) }
}

/// The rows of goods by an assignment of columns.
#[must_use]
pub fn rows(sheet: &Sheet, first_row: usize, assignment: &Assignment) -> Vec<Row> {
    let cell = |row: &SheetRow, field: Field| {
        let at = assignment.iter().find(|(_, assigned)| **assigned == field).map(|(at, _)| *at)?;
        row.cells.get(at).map(|text| one_line(armed(text.trim()))).filter(|text| !text.is_empty())
    };
    let has = |field| assignment.values().any(|assigned| *assigned == field);
    let row = |row: &SheetRow| Row {
        line: row.line,
        group: cell(row, Field::Group),
        name: cell(row, Field::Name).unwrap_or_default(),
        codes: cell(row, Field::Barcodes).unwrap_or_default(),
        unit: cell(row, Field::Unit),
        price: has(Field::Price).then(|| cell(row, Field::Price).unwrap_or_default()),
        purchase_price: cell(row, Field::PurchasePrice),
        stock: cell(row, Field::Stock),
        sku: cell(row, Field::Sku),
        brand: cell(row, Field::Brand),
    };
    sheet.rows.iter().skip(first_row).map(row).collect()
}

/// A text that an export disarmed so that no spreadsheet takes it for a formula, as it was.
fn armed(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'']) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::decode;

    fn guesses(text: &str) -> (usize, Vec<Option<Field>>) {
        let layout = recognise(&decode(text.as_bytes()).unwrap());
        (layout.first_row, layout.columns.into_iter().map(|column| column.guess).collect())
    }

    #[test]
    fn headers_in_three_languages() {
        use Field::{Barcodes, Brand, Group, Name, Price, PurchasePrice, Sku, Stock, Unit};
        let cases: &[(&str, Vec<Option<Field>>)] = &[
            (
                "group,name,barcodes,unit,price_kzt\nа,б,4870003751492,шт,1\n",
                vec![Some(Group), Some(Name), Some(Barcodes), Some(Unit), Some(Price)],
            ),
            (
                "Артикул;Номенклатура;Штрих-код;Ед. изм.;Цена закупа;Цена продажи;Остаток;Бренд\n",
                vec![Some(Sku), Some(Name), Some(Barcodes), Some(Unit), Some(PurchasePrice), Some(Price), Some(Stock), Some(Brand)],
            ),
            ("Атауы;Бағасы;Өлшем бірлігі;Санат;Қалдық\n", vec![Some(Name), Some(Price), Some(Unit), Some(Group), Some(Stock)]),
            ("Код;Товар;Цена;Примечание\n", vec![Some(Barcodes), Some(Name), Some(Price), None]),
        ];
        for (text, expected) in cases {
            assert_eq!(guesses(text).1, *expected, "{text}");
        }
    }

    #[test]
    fn what_an_export_disarmed_is_as_it_was() {
        for (written, read) in [("'=SUM(A1)", "=SUM(A1)"), ("''=a", "'=a"), ("''теңге", "'теңге"), ("'теңге", "'теңге"), ("=a", "=a")]
        {
            assert_eq!(armed(written), read, "{written}");
        }
    }

    #[test]
    fn a_title_above_the_header_is_passed_over() {
        let (first_row, found) = guesses("Прайс-лист от 01.11.2026\n\nНаименование;Цена\nКефир;495\n");
        assert_eq!((first_row, found), (2, vec![Some(Field::Name), Some(Field::Price)]));
    }

    #[test]
    fn without_a_header_the_contents_tell() {
        let (first_row, found) =
            guesses("Молочное;Кефир 1 %;4870003751492;шт;495\nМолочное;Айран;4870003750990;шт;300\nМолочное;Сыр;4870003752543;кг;3000\n");
        assert_eq!(first_row, 0);
        assert_eq!(found, [None, Some(Field::Name), Some(Field::Barcodes), Some(Field::Unit), Some(Field::Price)]);
    }
}
