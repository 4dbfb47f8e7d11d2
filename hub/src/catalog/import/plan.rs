//! The plan: what every row of a list will do to the catalogue. Pure, and the same rows twice change nothing.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::numbers::Marks;
use super::preview::{Change, Shown};
use super::rows::PATH;
use super::understand::{Draft, MOST_NAME_LETTERS, Told, note, understand};
use crate::catalog::codes::CodeKey;
use crate::catalog::model::{Card, Kind, Unit};
use crate::catalog::project::sku_folded;

/// What a row of a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowKind {
    /// A product or a service.
    #[default]
    Goods,
    /// The name of the group of the rows below.
    Heading,
    /// The sums of others.
    Total,
}

/// A row of goods as the file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u32,
    /// What it is.
    pub kind: RowKind,
    /// The category's name, or the path to it from the top ([`super::PATH`]).
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
    /// Goods or a service, as written.
    pub service: Option<String>,
    /// The VAT rate as written.
    pub vat: Option<String>,
    /// The global code of the national catalogue.
    pub gtin: Option<String>,
    /// The national code of the national catalogue.
    pub ntin: Option<String>,
    /// What the customer may read.
    pub description: Option<String>,
    /// At this stock or below it is low, as written.
    pub minimum: Option<String>,
}

/// What a person may not set: those columns are as if the list had none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The sale price.
    #[serde(default)]
    pub price: bool,
    /// The purchase price, and with it the cost of the opening stock.
    #[serde(default)]
    pub cost: bool,
    /// The opening stock.
    #[serde(default)]
    pub stock: bool,
}

impl Withheld {
    /// The rows without what is withheld.
    #[must_use]
    pub fn off(self, mut rows: Vec<Row>) -> Vec<Row> {
        for row in &mut rows {
            row.price = row.price.take().filter(|_| !self.price);
            row.purchase_price = row.purchase_price.take().filter(|_| !self.cost);
            row.stock = row.stock.take().filter(|_| !self.stock);
        }
        rows
    }

    /// What both withhold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { price: self.price || other.price, cost: self.cost || other.cost, stock: self.stock || other.stock }
    }
}

/// A product that the catalogue has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub id: i64,
    /// Its card.
    pub card: Card,
    /// The path of its category from the top; empty for none.
    pub group: String,
    /// Whether it was put away.
    pub archived: bool,
    /// Whether its stock has ever moved.
    pub moved: bool,
    /// What is in stock.
    pub stock: Quantity,
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
    /// Goods or a service.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// The id of the VAT rate.
    #[serde(default)]
    pub vat: Option<String>,
    /// The global code of the national catalogue.
    #[serde(default)]
    pub gtin: Option<String>,
    /// The national code of the national catalogue.
    #[serde(default)]
    pub ntin: Option<String>,
    /// What the customer may read.
    #[serde(default)]
    pub description: Option<String>,
    /// At this stock or below it is low.
    #[serde(default)]
    pub minimum: Option<Quantity>,
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
    /// The product as it will be; of a skipped row what the row says.
    pub shown: Shown,
    /// What changes on its card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
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

/// Plans a list against the catalogue.
#[must_use]
pub fn plan(rows: &[Row], known: &[Known], currency: Currency) -> Plan {
    let mut counts = Counts::default();
    let told = Told {
        currency,
        price: Marks::of(rows.iter().filter_map(|row| row.price.as_deref())),
        purchase_price: Marks::of(rows.iter().filter_map(|row| row.purchase_price.as_deref())),
    };
    let mut drafts: Vec<Draft<'_>> = rows.iter().map(|row| understand(row, told, &mut counts)).collect();
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
    let Draft { row, goods, mut notes, skipped, product, .. } = draft;
    let name: String = row.name.trim().chars().take(MOST_NAME_LETTERS).collect();
    if skipped {
        counts.skip += 1;
        let shown = Shown::of_row(&goods);
        return Planned { line: row.line, name, action: Action::Skip, notes, shown, changes: Vec::new() };
    }
    let product = product.map(|at| &known[at]);
    if product.is_some_and(|product| product.card.price.is_some()) {
        // A product that has its price keeps it.
        notes.iter_mut().filter(|note| note.code == "no_price").for_each(|note| "price_kept".clone_into(&mut note.code));
    }
    counts.no_price += usize::from(notes.iter().any(|note| note.code == "no_price"));
    let Some(product) = product else {
        counts.create += 1;
        let shown = Shown::of_row(&goods);
        return Planned { line: row.line, name, action: Action::Create(goods), notes, shown, changes: Vec::new() };
    };
    if product.archived {
        notes.push(note("archived", ""));
    }
    let said = goods;
    let goods = fitted(product, &said).into_owned();
    if said.kind != goods.kind {
        notes.push(note("kind_kept", ""));
    }
    if let Some(stock) = said.stock.filter(|_| goods.stock.is_none()) {
        let is_service = goods.kind.unwrap_or(product.card.kind) == Kind::Service;
        if is_service {
            notes.push(note("service_stock", stock.format()));
        } else if stock != product.stock {
            notes.push(note("stock_kept", stock.format()));
        }
    }
    let after = merged(&product.card, &goods);
    let group = goods.group.as_deref().filter(|group| !group_fits(group, &product.group)).unwrap_or(&product.group);
    let shown = Shown::of_card(&after, group, goods.stock.or(product.moved.then_some(product.stock)));
    if stays(product, &goods) {
        counts.unchanged += 1;
        return Planned { line: row.line, name, action: Action::Unchanged(product.id), notes, shown, changes: Vec::new() };
    }
    counts.change += 1;
    let changes = Change::between((&product.card, product.group.as_str()), (&after, group), goods.stock);
    Planned { line: row.line, name, action: Action::Change(product.id, goods), notes, shown, changes }
}

/// Whether a group as a list names it is the category of this path: the path itself, or the name at its end.
#[must_use]
pub fn group_fits(group: &str, path: &str) -> bool {
    group == path || !group.contains(PATH) && path.rsplit(PATH).next() == Some(group)
}

/// What a row can do to a product: one that has moved stays goods or a service as it is, its stock is no longer opened,
/// and a service has none.
fn fitted<'g>(product: &Known, goods: &'g Goods) -> Cow<'g, Goods> {
    let turns = product.moved && goods.kind.is_some_and(|kind| kind != product.card.kind);
    let kind = goods.kind.filter(|_| !turns);
    let opens = !product.moved && kind.unwrap_or(product.card.kind) == Kind::Product;
    if !turns && (opens || goods.stock.is_none()) {
        return Cow::Borrowed(goods);
    }
    let unit = goods.unit.filter(|_| !turns);
    Cow::Owned(Goods { kind, unit, stock: goods.stock.filter(|_| opens), ..goods.clone() })
}

/// Whether a row would leave its product as it is.
#[must_use]
pub fn stays(product: &Known, goods: &Goods) -> bool {
    let goods = fitted(product, goods);
    let same_group = goods.group.as_ref().is_none_or(|group| group_fits(group, &product.group));
    same_group && goods.stock.is_none() && merged(&product.card, &goods) == product.card
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
    card.kind = goods.kind.unwrap_or(card.kind);
    card.unit = if card.kind == Kind::Service { Unit::Service } else { goods.unit.unwrap_or(card.unit) };
    card.price = goods.price.or(card.price);
    card.purchase_price = goods.purchase_price.or(card.purchase_price);
    if let Some(brand) = &goods.brand {
        card.brand = brand.trim().to_owned();
    }
    card.vat = goods.vat.clone().unwrap_or(card.vat);
    card.gtin = goods.gtin.clone().or(card.gtin);
    card.ntin = goods.ntin.clone().or(card.ntin);
    card.description = goods.description.clone().unwrap_or(card.description);
    card.minimum = goods.minimum.or(card.minimum);
    card
}
