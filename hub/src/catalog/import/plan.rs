//! The plan: what every row of a list will do to the catalogue. Pure, and the same rows twice change nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use duken_protocol::barcode::{Code, NotACode};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::numbers;
use crate::catalog::codes::CodeKey;
use crate::catalog::model::{Card, Unit};
use crate::catalog::project::sku_folded;

/// The longest name.
const MOST_NAME_LETTERS: usize = 300;
/// The longest name of a category or brand; the rest is cut off.
const MOST_GROUP_LETTERS: usize = 200;

/// A row of goods as the file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u32,
    /// The category's name.
    pub group: Option<String>,
    /// The name.
    pub name: String,
    /// All codes, separated by spaces, commas or semicolons.
    pub codes: String,
    /// The unit.
    pub unit: Option<String>,
    /// The price as written; nothing when the file has no such column.
    pub price: Option<String>,
    /// The purchase price as written.
    pub purchase_price: Option<String>,
    /// The stock as written.
    pub stock: Option<String>,
    /// The SKU.
    pub sku: Option<String>,
    /// The brand.
    pub brand: Option<String>,
}

/// A product that the catalogue has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub id: i64,
    /// Its card.
    pub card: Card,
    /// The name of its category; empty for none.
    pub group: String,
    /// Whether it was put away.
    pub archived: bool,
    /// Whether its stock has ever moved.
    pub moved: bool,
}

/// What a row says about its product, understood. What the file does not say stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    /// The name.
    pub name: String,
    /// The category's name.
    pub group: Option<String>,
    /// Codes that are codes, as written.
    pub codes: Vec<String>,
    /// The unit.
    pub unit: Option<Unit>,
    /// The price.
    pub price: Option<Amount>,
    /// The purchase price.
    pub purchase_price: Option<Amount>,
    /// The opening stock.
    pub stock: Option<Quantity>,
    /// The SKU.
    pub sku: Option<String>,
    /// The brand.
    pub brand: Option<String>,
}

/// What a row does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Makes a product.
    Create(Goods),
    /// Changes a product.
    Change(i64, Goods),
    /// Finds its product as it says.
    Unchanged(i64),
    /// Nothing, and the notes say why.
    Skip,
}

impl Action {
    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Change(..) => "change",
            Self::Unchanged(_) => "unchanged",
            Self::Skip => "skip",
        }
    }
}

/// Something that a person should know of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What: the last part of its sentence's key, `import.note.…`.
    pub code: String,
    /// The value it is about.
    pub value: String,
}

/// A row with what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its line in the file, from 1.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// What it does.
    pub action: Action,
    /// What should be known.
    pub notes: Vec<Note>,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCounts)]
pub struct Counts {
    /// Rows that make a product.
    pub create: usize,
    /// Rows that change a product.
    pub change: usize,
    /// Rows that do nothing for a reason.
    pub skip: usize,
    /// Rows whose product is as they say.
    pub unchanged: usize,
    /// Codes that are neither barcode nor short code.
    pub refused_codes: usize,
    /// Different codes that stand on more than one product.
    pub shared_codes: usize,
    /// Products without a price.
    pub no_price: usize,
    /// Rows whose name an earlier row has.
    pub repeated_names: usize,
    /// Rows with name and codes of an earlier one.
    pub repeats: usize,
    /// Short codes, each once per product.
    pub short_codes: usize,
    /// Barcodes, each once per product.
    pub barcodes: usize,
}

/// The plan of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Every row.
    pub rows: Vec<Planned>,
    /// How many of each.
    pub counts: Counts,
}

/// A row while it is being planned.
struct Draft<'r> {
    row: &'r Row,
    goods: Goods,
    keys: BTreeSet<CodeKey>,
    notes: Vec<Note>,
    skipped: bool,
    product: Option<usize>,
}

fn note(code: &str, value: impl Into<String>) -> Note {
    /// What is wrong is seen from its beginning.
    const SHOWN: usize = 120;
    let value: String = value.into();
    Note { code: code.to_owned(), value: if value.len() <= SHOWN { value } else { value.chars().take(SHOWN).collect() } }
}

/// Plans a list against the catalogue.
#[must_use]
pub fn plan(rows: &[Row], known: &[Known], currency: Currency) -> Plan {
    let mut counts = Counts::default();
    let mut drafts: Vec<Draft<'_>> = rows.iter().map(|row| understand(row, currency, &mut counts)).collect();
    note_repeated_names(&mut drafts, &mut counts);
    let found = super::matching::find_products(&drafts.iter().map(|d| (&d.goods, &d.keys, d.skipped)).collect::<Vec<_>>(), known);
    for (draft, product) in drafts.iter_mut().zip(found) {
        draft.product = product;
    }
    note_shared_codes(&mut drafts, known, &mut counts);
    settle_skus(&mut drafts, known);
    let rows = drafts.into_iter().map(|draft| finish(draft, known, &mut counts)).collect();
    Plan { rows, counts }
}

/// Reads one row on its own; repeats are found against those before.
fn understand<'r>(row: &'r Row, currency: Currency, counts: &mut Counts) -> Draft<'r> {
    let mut notes = Vec::new();
    let mut keys = BTreeSet::new();
    let mut codes = Vec::new();
    let (mut barcodes, mut shorts, mut refused) = (0, 0, 0);
    for text in row.codes.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|')).filter(|t| !t.is_empty()) {
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
    goods.group = row.group.as_ref().map(short);
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
        understand_values(row, currency, &mut goods, &mut notes);
    }
    Draft { row, goods, keys, notes, skipped, product: None }
}

fn understand_values(row: &Row, currency: Currency, goods: &mut Goods, notes: &mut Vec<Note>) {
    if let Some(text) = &row.price {
        goods.price = numbers::amount(text, currency);
        if goods.price.is_none() {
            notes.push(note("no_price", text.as_str()));
        }
    }
    if let Some(text) = &row.purchase_price {
        goods.purchase_price = numbers::amount(text, currency);
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
    if let Some(text) = &row.stock {
        let whole = |q: &Quantity| goods.unit.unwrap_or_default().is_divisible() || q.0 % 1000 == 0;
        match numbers::quantity(text).filter(|q| q.0 >= 0 && q.0 <= 1_000_000_000_000).filter(whole) {
            Some(quantity) => goods.stock = Some(quantity).filter(|q| q.0 > 0),
            None => notes.push(note("bad_stock", text.as_str())),
        }
    }
}

/// Repeats (name and codes of an earlier row) are skipped; a name alone that comes again makes another product.
fn note_repeated_names(drafts: &mut [Draft<'_>], counts: &mut Counts) {
    let mut seen: HashMap<(String, Vec<String>), u32> = HashMap::new();
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| !draft.skipped) {
        let refused = draft.notes.iter().filter(|n| n.code.starts_with("refused_code")).map(|n| n.value.clone());
        let codes: BTreeSet<String> = draft.keys.iter().map(|key| key.0.to_string()).chain(refused).collect();
        let identity = (draft.goods.name.clone(), codes.into_iter().collect());
        if let Some(first) = seen.get(&identity) {
            draft.skipped = true;
            counts.repeats += 1;
            take_back(draft, counts);
            draft.notes = vec![note("repeat", first.to_string())];
            continue;
        }
        seen.insert(identity, draft.row.line);
        names.entry(draft.goods.name.clone()).or_default().push(at);
    }
    for places in names.values().filter(|places| places.len() > 1) {
        counts.repeated_names += places.len() - 1;
        for (index, at) in places.iter().enumerate() {
            let other = places[if index == 0 { 1 } else { 0 }];
            let line = drafts[other].row.line.to_string();
            drafts[*at].notes.push(note("repeated_name", line));
        }
    }
}

/// A repeat's codes are those of the row it repeats: they count once.
fn take_back(draft: &Draft<'_>, counts: &mut Counts) {
    let shorts = draft.keys.iter().filter(|key| key.0 < 0).count();
    counts.short_codes -= shorts;
    counts.barcodes -= draft.keys.len() - shorts;
    counts.refused_codes -= draft.notes.iter().filter(|n| n.code.starts_with("refused_code")).count();
}

/// A code on two products stays on both and is said of every row it comes from.
fn note_shared_codes(drafts: &mut [Draft<'_>], known: &[Known], counts: &mut Counts) {
    let matched: HashSet<usize> = drafts.iter().filter_map(|draft| draft.product).collect();
    let mut owners: HashMap<CodeKey, (Vec<usize>, usize)> = HashMap::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.skipped) {
        for key in &draft.keys {
            owners.entry(*key).or_default().0.push(at);
        }
    }
    for (_, product) in known.iter().enumerate().filter(|(at, product)| !product.archived && !matched.contains(at)) {
        for key in product.card.codes.iter().filter_map(|code| CodeKey::read(code)) {
            if let Some((_, elsewhere)) = owners.get_mut(&key) {
                *elsewhere += 1;
            }
        }
    }
    let mut shared: Vec<_> = owners.into_iter().filter(|(_, (rows, elsewhere))| rows.len() + elsewhere > 1).collect();
    shared.sort();
    counts.shared_codes = shared.len();
    for (key, (places, _)) in shared {
        for at in places {
            let draft = &mut drafts[at];
            let written = draft.goods.codes.iter().find(|code| CodeKey::read(code) == Some(key)).cloned().unwrap_or_default();
            draft.notes.push(note("shared_code", written));
        }
    }
}

/// A SKU stands on one product, and a product keeps the one it has: a row whose SKU cannot be given goes without it.
fn settle_skus(drafts: &mut [Draft<'_>], known: &[Known]) {
    let mut taken: HashSet<String> = known.iter().map(|k| sku_folded(&k.card.sku)).collect();
    for draft in drafts.iter_mut().filter(|draft| !draft.skipped) {
        let Some(sku) = draft.goods.sku.take() else { continue };
        let folded = sku_folded(&sku);
        match draft.product.map(|at| &known[at].card.sku) {
            Some(kept) if sku_folded(kept) == folded => {}
            Some(_) => draft.notes.push(note("sku_kept", sku)),
            None if taken.insert(folded) => draft.goods.sku = Some(sku),
            None => draft.notes.push(note("sku_taken", sku)),
        }
    }
}

fn finish(draft: Draft<'_>, known: &[Known], counts: &mut Counts) -> Planned {
    let Draft { row, goods, notes, skipped, product, .. } = draft;
    let name: String = row.name.trim().chars().take(MOST_NAME_LETTERS).collect();
    let mut notes = notes;
    if skipped {
        counts.skip += 1;
        return Planned { line: row.line, name, action: Action::Skip, notes };
    }
    counts.no_price += usize::from(notes.iter().any(|n| n.code == "no_price"));
    let Some(product) = product.map(|at| &known[at]) else {
        counts.create += 1;
        return Planned { line: row.line, name, action: Action::Create(goods), notes };
    };
    if product.archived {
        notes.push(note("archived", ""));
    }
    let mut goods = goods;
    goods.stock = goods.stock.filter(|_| !product.moved);
    let action = if stays(product, &goods) {
        counts.unchanged += 1;
        Action::Unchanged(product.id)
    } else {
        counts.change += 1;
        Action::Change(product.id, goods)
    };
    Planned { line: row.line, name, action, notes }
}

/// Whether a row would leave its product as it is.
#[must_use]
pub fn stays(product: &Known, goods: &Goods) -> bool {
    let same_group = goods.group.as_ref().is_none_or(|group| *group == product.group);
    same_group && (goods.stock.is_none() || product.moved) && merged(&product.card, goods) == product.card
}

/// A card with what a row says laid over it; category and SKU are not touched. Codes are added, never taken off.
#[must_use]
pub fn merged(card: &Card, goods: &Goods) -> Card {
    let mut card = card.clone();
    card.name.clone_from(&goods.name);
    let mut keys: BTreeSet<CodeKey> = card.codes.iter().filter_map(|code| CodeKey::read(code)).collect();
    for code in &goods.codes {
        if CodeKey::read(code).is_some_and(|key| keys.insert(key)) {
            card.codes.push(code.clone());
        }
    }
    card.unit = goods.unit.unwrap_or(card.unit);
    card.price = goods.price.or(card.price);
    card.purchase_price = goods.purchase_price.or(card.purchase_price);
    if let Some(brand) = &goods.brand {
        card.brand = brand.trim().to_owned();
    }
    card
}
