//! What other domains ask of the catalogue: small answers from plain columns, fast enough for a scan.

use std::collections::HashMap;

use duken_kernel::store::among;
use duken_kernel::{Fault, Read, Row, Value};
use duken_protocol::money::{Amount, Currency};

pub use super::codes::Measure;
use super::codes::{self, CodeKey};
use super::model::{Kind, Unit};
pub use super::photos::mime;
use super::project::sku_folded;
pub use super::queries::{CategoryPath, categories, category_paths};
pub use super::search::index::{of_entry as index_entry, of_node as index_again};
pub use super::search::{Hit, Matched, Query, find as search, hit_of, inside};
use crate::settings::WeightCode;
pub use crate::settings::vat::percent_on as vat_percent_on;

/// What a sale needs to know of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductForSale {
    /// Its number.
    pub id: i64,
    /// Goods or a service.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its SKU.
    pub sku: String,
    /// What one of it is.
    pub unit: Unit,
    /// The price of one; without it the product cannot be sold.
    pub price: Option<Amount>,
    /// The id of its VAT rate; [`vat_percent_on`] tells its percent on a day.
    pub vat: String,
    /// Its category.
    pub category: Option<i64>,
    /// Its first photo.
    pub photo: Option<String>,
    /// Whether it may be sold.
    pub available: bool,
    /// Whether it was put away.
    pub archived: bool,
}

impl ProductForSale {
    /// Whether it may be put into a cart.
    #[must_use]
    pub fn is_for_sale(&self) -> bool {
        self.available && !self.archived
    }
}

/// What a scanned or typed code stands for. Archived products stand for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeMatch {
    /// Nothing.
    None,
    /// One product.
    One(ProductForSale),
    /// Several: a person chooses.
    Many(Vec<ProductForSale>),
    /// An in-store code: the product with its weight, pieces or sum.
    Weighted {
        /// The product.
        product: ProductForSale,
        /// How much of it, or for what sum.
        measure: Measure,
    },
    /// An in-store code whose item stands on several products: a person chooses.
    ManyWeighted {
        /// The products.
        products: Vec<ProductForSale>,
        /// How much, or for what sum.
        measure: Measure,
    },
}

/// The columns of a [`ProductForSale`], in its order.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT p.product, p.kind, p.name, p.sku, p.unit, p.price, p.vat, p.category, p.photo, p.available, p.archived ", $rest)
    };
}

const BY_ID: &str = select!("FROM product p WHERE p.node = ?1 AND p.product = ?2");
const BY_IDS: &str = select!("FROM product p WHERE p.node = ?1 AND p.product IN");
const BY_SKU: &str = select!("FROM product p WHERE p.node = ?1 AND p.sku_folded = ?2 AND p.archived = 0");
const BY_CODE: &str = select!(
    "FROM product_code c JOIN product p ON p.node = c.node AND p.product = c.product WHERE c.node = ?1 AND c.code = ?2 AND c.alive = 1 AND p.archived = 0"
);

/// The product with this number.
///
/// # Errors
/// The engine's.
pub fn product(read: &dyn Read, node: i64, id: i64) -> Result<Option<ProductForSale>, Fault> {
    read.row(BY_ID, &[node.into(), id.into()])?.as_ref().map(for_sale).transpose()
}

/// The products with these numbers, in one reading.
///
/// # Errors
/// The engine's.
pub fn products(read: &dyn Read, node: i64, ids: &[i64]) -> Result<HashMap<i64, ProductForSale>, Fault> {
    if let [id] = ids {
        return Ok(product(read, node, *id)?.map(|found| (*id, found)).into_iter().collect());
    }
    let (numbers, values) = among(2, ids);
    let mut params = vec![node.into()];
    params.extend(values);
    let mut found = HashMap::with_capacity(ids.len());
    for row in read.rows(&format!("{BY_IDS} ({numbers})"), &params)? {
        let product = for_sale(&row)?;
        found.insert(product.id, product);
    }
    Ok(found)
}

/// What a code stands for: a barcode or short code as it is, else an in-store code by the table of formats, else a SKU.
///
/// # Errors
/// The engine's.
pub fn find_by_code(read: &dyn Read, node: i64, text: &str, formats: &[WeightCode], currency: Currency) -> Result<CodeMatch, Fault> {
    let text = text.trim();
    if let Some(key) = CodeKey::read(text) {
        let found = by_key(read, node, key)?;
        if !found.is_empty() {
            return Ok(one_or_many(found));
        }
        if let Some(weighted) = codes::weighted(text, formats, currency) {
            return of_weighted(read, node, &weighted);
        }
    }
    let rows = read.rows(BY_SKU, &[node.into(), sku_folded(text).into()])?;
    Ok(one_or_many(rows.iter().map(for_sale).collect::<Result<_, _>>()?))
}

fn of_weighted(read: &dyn Read, node: i64, weighted: &codes::Weighted) -> Result<CodeMatch, Fault> {
    let mut found = by_key(read, node, weighted.blank)?;
    if found.is_empty() {
        let short = weighted.item.parse().map(CodeKey::short);
        found = short.map_or(Ok(Vec::new()), |key| by_key(read, node, key))?;
    }
    let measure = weighted.measure;
    Ok(match one_or_many(found) {
        CodeMatch::One(product) => CodeMatch::Weighted { product, measure },
        CodeMatch::Many(products) => CodeMatch::ManyWeighted { products, measure },
        other => other,
    })
}

fn by_key(read: &dyn Read, node: i64, key: CodeKey) -> Result<Vec<ProductForSale>, Fault> {
    let rows = read.rows(BY_CODE, &[Value::Int(node), Value::Int(key.0)])?;
    rows.iter().map(for_sale).collect()
}

fn one_or_many(mut found: Vec<ProductForSale>) -> CodeMatch {
    match found.len() {
        0 => CodeMatch::None,
        1 => CodeMatch::One(found.remove(0)),
        _ => CodeMatch::Many(found),
    }
}

fn for_sale(row: &Row) -> Result<ProductForSale, Fault> {
    let unit: i64 = row.get(4)?;
    Ok(ProductForSale {
        id: row.get(0)?,
        kind: kind_of(row.get(1)?),
        name: row.get(2)?,
        sku: row.get(3)?,
        unit: unit_of(unit),
        price: row.get(5)?,
        vat: row.get(6)?,
        category: row.get(7)?,
        photo: row.get(8)?,
        available: row.get(9)?,
        archived: row.get(10)?,
    })
}

/// The kind with this stored number.
#[must_use]
pub fn kind_of(number: i64) -> Kind {
    if number == Kind::Service as i64 { Kind::Service } else { Kind::Product }
}

/// The unit with this stored number.
#[must_use]
pub fn unit_of(number: i64) -> Unit {
    usize::try_from(number).ok().and_then(|index| Unit::ALL.get(index).copied()).unwrap_or_default()
}
