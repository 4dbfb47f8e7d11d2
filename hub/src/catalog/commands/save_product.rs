//! Making and changing a product.

use duken_kernel::journal::{self, Draft, OWN};
use duken_kernel::refusal::Refusal;
use duken_kernel::{Fault, Read, Reject, Tx};
use duken_protocol::barcode::{Code, NotACode};
use serde_json::Value as Json;

use crate::catalog::codes::{CodeKey, own_barcode};
use crate::catalog::model::{Card, MOST_PRICE, Repriced, Saved};
use crate::catalog::project::{PRODUCT_SAVED, sku_folded};
use crate::catalog::queries::{Stored, stored};
use crate::catalog::search::index;
use crate::catalog::{
    BAD_CODE, CATEGORY_UNKNOWN, DESCRIPTION_TOO_LONG, NAME_MISSING, NAME_TOO_LONG, NO_OWN_PREFIX, PRICE_NEGATIVE, SKU_TAKEN,
    TOO_MANY_CODES, TOO_MANY_PHOTOS, VAT_UNKNOWN, vat,
};
use crate::settings::WeightCode;
use crate::web::{CARD_CHANGED, CARD_NOT_FOUND, NAME_LENGTH, lines, one_line, typed};

const MOST_NAME_LETTERS: usize = 300;
const MOST_TEXT_LETTERS: usize = 5_000;
const MOST_CODES: usize = 100;
const MOST_PHOTOS: usize = 5;
const LEAST_MADE_SKU: i64 = 1_000_000;

/// What becomes of the purchase price: a person without the right to see costs leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchasePrice {
    /// As on the card that was sent.
    Set,
    /// As it was.
    Keep,
}

/// Whether a barcode of the shop's own is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MakeBarcode {
    /// No.
    No,
    /// Yes, keeping clear of these in-store formats.
    ClearOf(Vec<WeightCode>),
}

/// What a person wants saved.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The product and the version it was edited from; nothing for a new one.
    pub edited: Option<(i64, i64)>,
    /// The card. An empty SKU is made.
    pub card: Card,
    /// What becomes of the purchase price.
    pub purchase_price: PurchasePrice,
    /// Whether a barcode of the shop's own is added.
    pub make_barcode: MakeBarcode,
}

/// Saves a product; its number.
///
/// # Errors
/// `card.not_found`; `card.changed` with the fields another changed; `product.name_missing`, `product.name_too_long`,
/// `product.description_too_long`, `product.bad_code`, `product.too_many_codes`, `product.price_negative`,
/// `product.vat_unknown`, `product.category_unknown`, `product.too_many_photos`, `product.no_own_prefix`, `product.sku_taken`.
pub fn save(wanted: Wanted) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let before = match wanted.edited {
            None => None,
            Some((id, version)) => {
                let now = stored(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
                if now.version != version {
                    return Err(CARD_CHANGED.refuse().with("fields", changed_since(tx, &now, version)?).into());
                }
                Some(now)
            }
        };
        let mut card = wanted.card;
        if wanted.purchase_price == PurchasePrice::Keep {
            card.purchase_price = before.as_ref().and_then(|b| b.card.purchase_price);
        }
        if let MakeBarcode::ClearOf(formats) = wanted.make_barcode {
            let id = before.as_ref().map_or_else(|| tx.next_seq(), |b| b.id);
            let which = (0..10).filter_map(|n| own_barcode(id, n, &formats)).find(|code| !card.codes.contains(code));
            card.codes.push(which.ok_or_else(|| NO_OWN_PREFIX.refuse())?);
        }
        check(tx, &mut card)?;
        settle_sku(tx, before.as_ref(), &mut card)?;
        record(tx, before.as_ref(), card, Change::Saved { import: None })
    }
}

/// How a card comes to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Made or changed, perhaps by an import and a row of its file.
    Saved {
        /// The import and the row.
        import: Option<(i64, u32)>,
    },
    /// Put away.
    Archived,
    /// Taken back.
    Restored,
}

/// Records a card that was checked, keeps the search index, tells who listens; the product's number.
pub(in crate::catalog) fn record(tx: &mut Tx<'_>, before: Option<&Stored>, card: Card, change: Change) -> Result<i64, Reject> {
    let (kind, archived, import) = match change {
        Change::Saved { import } => (PRODUCT_SAVED, before.is_some_and(|b| b.archived), import),
        Change::Archived => (crate::catalog::project::PRODUCT_ARCHIVED, true, None),
        Change::Restored => (crate::catalog::project::PRODUCT_RESTORED, false, None),
    };
    let kept: Vec<_> = card.codes.iter().filter_map(|code| CodeKey::read(code)).collect();
    let gone = |code: &&String| CodeKey::read(code).is_some_and(|key| !kept.contains(&key));
    let codes_gone = before.map_or_else(Vec::new, |b| b.card.codes.iter().filter(gone).cloned().collect());
    let price_before = before.and_then(|b| b.card.price);
    let repriced = (price_before != card.price).then_some(Repriced { from: price_before });
    let saved = Saved { id: before.map(|b| b.id), card, archived, created: before.map(|b| b.created), codes_gone, repriced, import };
    let seq = tx.record(Draft::new(kind, &saved)?)?;
    let id = saved.id.unwrap_or(seq);
    index::put(tx.engine(), OWN, id, &[&saved.card.name, &saved.card.brand, &saved.card.sku], &saved.card.codes)?;
    if import.is_none() {
        tx.notify("catalog", serde_json::json!({ "product": id.to_string() }));
    }
    Ok(id)
}

/// Checks a card and brings its texts into form.
fn check(read: &dyn Read, card: &mut Card) -> Result<(), Reject> {
    card.name = one_line(&card.name);
    card.sku = one_line(&card.sku);
    card.brand = one_line(&card.brand);
    card.description = lines(&card.description);
    let too_long = |text: &str, most: usize| text.chars().count() > most;
    if card.name.is_empty() {
        return Err(NAME_MISSING.refuse().field("name").into());
    }
    if too_long(&card.name, MOST_NAME_LETTERS) || too_long(&card.brand, MOST_NAME_LETTERS) || too_long(&card.sku, MOST_NAME_LETTERS) {
        return Err(NAME_TOO_LONG.refuse().field("name").with("limit", MOST_NAME_LETTERS).into());
    }
    if too_long(&card.description, MOST_TEXT_LETTERS) {
        return Err(DESCRIPTION_TOO_LONG.refuse().field("description").with("limit", MOST_TEXT_LETTERS).into());
    }
    card.codes = valid_codes(&card.codes)?;
    if card.codes.len() > MOST_CODES {
        return Err(TOO_MANY_CODES.refuse().field("barcodes").with("limit", MOST_CODES).into());
    }
    if let Some(gtin) = card.gtin.take().map(|g| g.trim().to_owned()).filter(|g| !g.is_empty()) {
        if !matches!(Code::parse(&gtin), Ok(Code::Barcode(_))) {
            return Err(bad_code(&gtin, Code::parse(&gtin).err().unwrap_or(NotACode::WrongLength)).field("gtin").into());
        }
        card.gtin = Some(gtin);
    }
    card.ntin = card.ntin.take().map(|ntin| typed(&ntin, "ntin", NAME_LENGTH)).transpose()?.filter(|ntin| !ntin.is_empty());
    for (field, price) in [("price", card.price), ("purchase_price", card.purchase_price)] {
        if price.is_some_and(|p| p.is_negative() || p > MOST_PRICE) {
            return Err(PRICE_NEGATIVE.refuse().field(field).into());
        }
    }
    if vat::rate(&card.vat).is_none() {
        return Err(VAT_UNKNOWN.refuse().field("vat_rate_id").into());
    }
    if let Some(category) = card.category {
        let known = read.row("SELECT 1 FROM category WHERE node = ?1 AND category = ?2", &[OWN.into(), category.into()])?;
        if known.is_none() {
            return Err(CATEGORY_UNKNOWN.refuse().field("category_id").into());
        }
    }
    if card.photos.len() > MOST_PHOTOS {
        return Err(TOO_MANY_PHOTOS.refuse().field("photo_hashes").with("limit", MOST_PHOTOS).into());
    }
    Ok(())
}

/// The codes as they will stand on the card: trimmed, each once.
///
/// # Errors
/// `product.bad_code` with the code and the reason.
pub(in crate::catalog) fn valid_codes(codes: &[String]) -> Result<Vec<String>, Refusal> {
    let mut kept: Vec<(CodeKey, String)> = Vec::new();
    for code in codes.iter().map(|c| c.trim()).filter(|c| !c.is_empty()) {
        let parsed = Code::parse(code).map_err(|reason| bad_code(code, reason))?;
        let key = CodeKey::from(parsed);
        if !kept.iter().any(|(known, _)| *known == key) {
            kept.push((key, code.to_owned()));
        }
    }
    Ok(kept.into_iter().map(|(_, code)| code).collect())
}

fn bad_code(code: &str, reason: NotACode) -> Refusal {
    let reason = match reason {
        NotACode::NotDigits => "not_digits",
        NotACode::WrongLength => "wrong_length",
        NotACode::WrongCheckDigit => "wrong_check_digit",
    };
    BAD_CODE.refuse().field("barcodes").with("code", code).with("reason", reason)
}

/// Keeps or makes the SKU, and refuses one that another product has.
fn settle_sku(tx: &Tx<'_>, before: Option<&Stored>, card: &mut Card) -> Result<(), Reject> {
    let taken = |sku: &str| -> Result<bool, Fault> {
        let own = before.map_or(0, |b| b.id);
        let sql = "SELECT 1 FROM product WHERE node = ?1 AND sku_folded = ?2 AND product <> ?3";
        Ok(tx.row(sql, &[OWN.into(), sku_folded(sku).into(), own.into()])?.is_some())
    };
    if !card.sku.is_empty() {
        return if taken(&card.sku)? { Err(SKU_TAKEN.refuse().field("sku").with("sku", card.sku.as_str()).into()) } else { Ok(()) };
    }
    card.sku = match before {
        Some(before) => before.card.sku.clone(),
        None => made_sku(tx.next_seq(), taken)?,
    };
    Ok(())
}

/// A SKU for the product with this number: seven digits or more, so that it is no short code.
pub(in crate::catalog) fn made_sku(id: i64, taken: impl Fn(&str) -> Result<bool, Fault>) -> Result<String, Fault> {
    let plain = (LEAST_MADE_SKU + id).to_string();
    let mut sku = plain.clone();
    let mut suffix = 1;
    while taken(&sku)? {
        suffix += 1;
        sku = format!("{plain}-{suffix}");
    }
    Ok(sku)
}

/// The fields of a card that differ from what they were at a version.
fn changed_since(read: &dyn Read, now: &Stored, version: i64) -> Result<Vec<String>, Fault> {
    let Some(entry) = journal::read_one(read, OWN, version)? else { return Ok(Vec::new()) };
    let Ok(then) = entry.body::<Saved>() else { return Ok(Vec::new()) };
    if then.id.unwrap_or(version) != now.id {
        return Ok(Vec::new());
    }
    let (Json::Object(now), Json::Object(then)) = (serde_json::to_value(&now.card)?, serde_json::to_value(&then.card)?) else {
        return Ok(Vec::new());
    };
    let mut fields: Vec<String> = now.keys().chain(then.keys()).filter(|key| now.get(*key) != then.get(*key)).cloned().collect();
    fields.sort();
    fields.dedup();
    Ok(fields)
}
