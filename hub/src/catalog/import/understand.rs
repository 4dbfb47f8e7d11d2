//! One row of a list on its own: what it says of its product. Pure.

use std::collections::BTreeSet;

use duken_protocol::barcode::{Code, NotACode};
use duken_protocol::money::Currency;
use duken_protocol::quantity::Quantity;

use super::columns::is_between_codes;
use super::numbers::{self, Marks};
use super::plan::{Counts, Goods, Note, Row, RowKind};
use super::rows::PATH;
use crate::catalog::codes::CodeKey;
use crate::catalog::model::{Kind, Unit};
use crate::catalog::vat;

/// The longest name.
pub(super) const MOST_NAME_LETTERS: usize = 300;
/// The longest name of a category or brand; the rest is cut off.
const MOST_GROUP_LETTERS: usize = 200;
/// The longest description; the rest is cut off.
const MOST_TEXT_LETTERS: usize = 5_000;

/// A row while it is being planned.
pub(super) struct Draft<'r> {
    pub row: &'r Row,
    pub goods: Goods,
    pub keys: BTreeSet<CodeKey>,
    pub notes: Vec<Note>,
    pub skipped: bool,
    pub product: Option<usize>,
}

pub(super) fn note(code: &str, value: impl Into<String>) -> Note {
    /// What is wrong is seen from its beginning.
    const SHOWN: usize = 120;
    let value: String = value.into();
    Note { code: code.to_owned(), value: if value.len() <= SHOWN { value } else { value.chars().take(SHOWN).collect() } }
}

/// Reads one row on its own; repeats are found against those before.
pub(super) fn understand<'r>(row: &'r Row, told: Told, counts: &mut Counts) -> Draft<'r> {
    let no_goods = match row.kind {
        RowKind::Goods => None,
        RowKind::Heading => Some("heading"),
        RowKind::Total => Some("total"),
    };
    if let Some(code) = no_goods {
        let goods = Goods { name: row.name.trim().to_owned(), ..Goods::default() };
        return Draft { row, goods, keys: BTreeSet::new(), notes: vec![note(code, "")], skipped: true, product: None };
    }
    let mut notes = Vec::new();
    let mut keys = BTreeSet::new();
    let mut codes = Vec::new();
    let (mut barcodes, mut shorts, mut refused) = (0, 0, 0);
    for text in row.codes.split(is_between_codes).filter(|t| !t.is_empty()) {
        match Code::parse(text) {
            Ok(code) => {
                if keys.insert(CodeKey::from(code)) {
                    codes.push(text.to_owned());
                    match code {
                        Code::Barcode(_) => barcodes += 1,
                        Code::Short(_) => shorts += 1,
                    }
                }
            }
            Err(reason) => {
                refused += 1;
                let why = match reason {
                    NotACode::NotDigits => "refused_code_not_digits",
                    NotACode::WrongLength => "refused_code_wrong_length",
                    NotACode::WrongCheckDigit => "refused_code_wrong_check_digit",
                };
                notes.push(note(why, text));
            }
        }
    }
    let mut goods = Goods { name: row.name.trim().to_owned(), codes, ..Goods::default() };
    let short = |text: &String| text.chars().take(MOST_GROUP_LETTERS).collect::<String>();
    goods.group = row.group.as_ref().filter(|group| !group.is_empty()).map(|path| cut_path(path));
    goods.sku = row.sku.clone().filter(|sku| sku.chars().count() <= MOST_NAME_LETTERS);
    goods.brand = row.brand.as_ref().map(short);
    let skipped = if goods.name.is_empty() {
        notes.insert(0, note("no_name", ""));
        true
    } else if goods.name.chars().count() > MOST_NAME_LETTERS {
        notes.insert(0, note("name_too_long", ""));
        true
    } else {
        false
    };
    if !skipped {
        counts.barcodes += barcodes;
        counts.short_codes += shorts;
        counts.refused_codes += refused;
        understand_values(row, told, &mut goods, &mut notes);
        understand_texts(row, &mut goods, &mut notes);
    }
    Draft { row, goods, keys, notes, skipped, product: None }
}

/// How the list writes its sums.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub currency: Currency,
    pub price: Marks,
    pub purchase_price: Marks,
}

fn understand_values(row: &Row, told: Told, goods: &mut Goods, notes: &mut Vec<Note>) {
    if let Some(text) = &row.price {
        goods.price = numbers::amount(text, told.currency, told.price);
        if goods.price.is_none() {
            notes.push(note("no_price", text.as_str()));
        }
    }
    if let Some(text) = &row.purchase_price {
        goods.purchase_price = numbers::amount(text, told.currency, told.purchase_price);
        if goods.purchase_price.is_none() {
            notes.push(note("bad_purchase_price", text.as_str()));
        }
    }
    if let Some(text) = &row.unit {
        goods.unit = Unit::read(text);
        if goods.unit.is_none() {
            notes.push(note("unknown_unit", text.as_str()));
        }
    }
    goods.kind = row.service.as_deref().and_then(Kind::read).or((goods.unit == Some(Unit::Service)).then_some(Kind::Service));
    if let Some(text) = &row.stock {
        let sense = numbers::quantity(text).filter(|q| q.0 >= 0 && q.0 <= 1_000_000_000_000);
        let whole = |q: &Quantity| goods.unit.unwrap_or_default().is_divisible() || q.0 % 1000 == 0;
        match sense.filter(whole) {
            Some(Quantity::ZERO) => {}
            Some(_) if goods.kind == Some(Kind::Service) => notes.push(note("service_stock", text.as_str())),
            Some(quantity) => goods.stock = Some(quantity),
            None => notes.push(note("bad_stock", text.as_str())),
        }
    }
    if let Some(text) = &row.minimum {
        goods.minimum = numbers::quantity(text).filter(|q| (0..=1_000_000_000_000).contains(&q.0));
        if goods.minimum.is_none() {
            notes.push(note("bad_minimum", text.as_str()));
        }
    }
}

fn understand_texts(row: &Row, goods: &mut Goods, notes: &mut Vec<Note>) {
    if let Some(text) = &row.vat {
        goods.vat = vat::read(text).map(|rate| rate.id.clone());
        if goods.vat.is_none() {
            notes.push(note("unknown_vat", text.as_str()));
        }
    }
    if let Some(text) = &row.gtin {
        goods.gtin = Some(text.clone()).filter(|text| matches!(Code::parse(text), Ok(Code::Barcode(_))));
        if goods.gtin.is_none() {
            notes.push(note("bad_gtin", text.as_str()));
        }
    }
    goods.ntin = row.ntin.clone().filter(|ntin| ntin.chars().count() <= crate::web::NAME_LENGTH);
    goods.description = row.description.as_ref().map(|text| text.chars().take(MOST_TEXT_LETTERS).collect());
}

/// A path whose groups have names of a bearable length, and not endlessly many.
fn cut_path(path: &str) -> String {
    const MOST_DEPTH: usize = 8;
    let parts: Vec<String> = path.splitn(MOST_DEPTH, PATH).map(|part| part.chars().take(MOST_GROUP_LETTERS).collect()).collect();
    parts.join(PATH)
}
