//! Entry → rows of the catalogue.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::store::{Value, Writes};
use duken_kernel::vault::PersonalBlobs;

use super::codes::CodeKey;
use super::model::{CategorySaved, Saved};
use super::tables::{CATEGORY, PRODUCT, PRODUCT_CODE, PRODUCT_PRICE};
use crate::texts::fold::folded;

/// A product was made or changed.
pub const PRODUCT_SAVED: &str = "product.saved";
/// A product was put away.
pub const PRODUCT_ARCHIVED: &str = "product.archived";
/// A product was taken back.
pub const PRODUCT_RESTORED: &str = "product.restored";
/// A category was made, changed, put away or taken back.
pub const CATEGORY_SAVED: &str = "category.saved";

/// The kinds of the catalogue.
pub const KINDS: &[&str] = &[PRODUCT_SAVED, PRODUCT_ARCHIVED, PRODUCT_RESTORED, CATEGORY_SAVED];

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    if entry.kind() == CATEGORY_SAVED {
        project_category(entry, &entry.body()?, writes);
    } else {
        project_product(entry, &entry.body()?, writes);
    }
    Ok(())
}

fn project_product(entry: &Entry, saved: &Saved, writes: &mut Writes) {
    let id = saved.id.unwrap_or(entry.seq);
    let card = &saved.card;
    let row: Vec<Value> = vec![
        entry.seq.into(),
        saved.archived.into(),
        card.available.into(),
        (card.kind as u8).into(),
        card.name.as_str().into(),
        folded(&card.name).into(),
        card.sku.as_str().into(),
        sku_folded(&card.sku).into(),
        (card.unit as u8).into(),
        card.price.into(),
        card.vat.as_str().into(),
        card.category.into(),
        card.photos.first().cloned().into(),
        card.minimum.into(),
        card.brand.as_str().into(),
        card.purchase_price.into(),
        saved.created.unwrap_or(entry.head().at).into(),
        card.gtin.clone().into(),
        card.ntin.clone().into(),
        card.photos.join(" ").into(),
        card.description.as_str().into(),
    ];
    writes.put(&PRODUCT, [id.into()], row);
    for gone in &saved.codes_gone {
        if let Some(key) = CodeKey::read(gone) {
            writes.put(&PRODUCT_CODE, [key.0.into(), id.into()], [gone.as_str().into(), 0.into(), false.into()]);
        }
    }
    for (position, code) in card.codes.iter().enumerate() {
        if let Some(key) = CodeKey::read(code) {
            writes.put(&PRODUCT_CODE, [key.0.into(), id.into()], [code.as_str().into(), (position as i64).into(), true.into()]);
        }
    }
    if let Some(repriced) = saved.repriced {
        let head = entry.head();
        let row = [head.at.into(), head.by.into(), repriced.from.into(), card.price.into()];
        writes.put(&PRODUCT_PRICE, [id.into(), entry.seq.into()], row);
    }
}

fn project_category(entry: &Entry, saved: &CategorySaved, writes: &mut Writes) {
    let card = &saved.card;
    let row: Vec<Value> = vec![
        entry.seq.into(),
        saved.archived.into(),
        card.name.as_str().into(),
        folded(&card.name).into(),
        card.parent.into(),
        card.color.as_str().into(),
        card.icon.as_str().into(),
    ];
    writes.put(&CATEGORY, [saved.id.unwrap_or(entry.seq).into()], row);
}

/// The form in which SKUs are compared.
#[must_use]
pub fn sku_folded(sku: &str) -> String {
    sku.trim().to_lowercase()
}
