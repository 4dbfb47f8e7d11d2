//! What screens ask of the catalogue.

use std::collections::BTreeMap;

use duken_kernel::{Fault, Read, Row, Value};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::door::{kind_of, unit_of};
use super::model::{Card, CategoryCard};

/// A product as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: i64,
    /// The entry that saved it last.
    pub version: i64,
    /// Whether it is put away.
    pub archived: bool,
    /// When it was made, milliseconds since 1970 UTC.
    pub created: i64,
    /// Its card.
    pub card: Card,
}

/// A category as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCategory {
    /// Its number.
    pub id: i64,
    /// The entry that saved it last.
    pub version: i64,
    /// Whether it is put away.
    pub archived: bool,
    /// Its card.
    pub card: CategoryCard,
}

/// A row of a list of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The product.
    pub stored: Stored,
    /// The name of its category.
    pub category_name: Option<String>,
    /// What is in stock; nothing when it never moved.
    pub stock: Option<Quantity>,
}

/// A change of price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// The person.
    pub by: Option<i64>,
    /// The price before.
    pub from: Option<Amount>,
    /// The price after.
    pub to: Option<Amount>,
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// By price; those without one are last.
    Price,
    /// By stock.
    Stock,
}

impl Sort {
    /// Reads `price`, or `-price` for the greatest first.
    #[must_use]
    pub fn read(text: &str) -> (Self, Direction) {
        let (text, direction) = text.strip_prefix('-').map_or((text, Direction::Up), |text| (text, Direction::Down));
        let sort = match text {
            "price" => Self::Price,
            "stock" => Self::Stock,
            _ => Self::Name,
        };
        (sort, direction)
    }

    fn order(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Name, Direction::Up) => "p.folded, p.product",
            (Self::Name, Direction::Down) => "p.folded DESC, p.product DESC",
            (Self::Price, Direction::Up) => "p.price NULLS LAST, p.folded, p.product",
            (Self::Price, Direction::Down) => "p.price DESC NULLS LAST, p.folded, p.product",
            (Self::Stock, Direction::Up) => "coalesce(b.quantity, 0), p.folded, p.product",
            (Self::Stock, Direction::Down) => "coalesce(b.quantity, 0) DESC, p.folded, p.product",
        }
    }
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    #[default]
    Up,
    /// The greatest first.
    Down,
}

/// What a list of products shows.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Only this category.
    pub category: Option<i64>,
    /// Archived ones instead of those in use.
    pub archived: bool,
    /// Only those without a price.
    pub no_price: bool,
    /// How it is sorted.
    pub sort: (Sort, Direction),
}

const COLUMNS: &str = "p.product, p.version, p.archived, p.created, p.kind, p.name, p.sku, p.category, p.brand, p.unit, p.price, \
     p.purchase_price, p.vat, p.gtin, p.ntin, p.photos, p.description, p.minimum, p.available";

fn stored_of(row: &Row) -> Result<Stored, Fault> {
    let photos: String = row.get(15)?;
    Ok(Stored {
        id: row.get(0)?,
        version: row.get(1)?,
        archived: row.get(2)?,
        created: row.get(3)?,
        card: Card {
            kind: kind_of(row.get(4)?),
            name: row.get(5)?,
            sku: row.get(6)?,
            codes: Vec::new(),
            category: row.get(7)?,
            brand: row.get(8)?,
            unit: unit_of(row.get(9)?),
            price: row.get(10)?,
            purchase_price: row.get(11)?,
            vat: row.get(12)?,
            gtin: row.get(13)?,
            ntin: row.get(14)?,
            photos: photos.split_whitespace().map(str::to_owned).collect(),
            description: row.get(16)?,
            minimum: row.get(17)?,
            available: row.get(18)?,
        },
    })
}

/// The codes of a product as they were written, in their order.
///
/// # Errors
/// The engine's.
pub fn codes_of(read: &dyn Read, node: i64, product: i64) -> Result<Vec<String>, Fault> {
    let rows = read.rows(
        "SELECT written FROM product_code WHERE node = ?1 AND product = ?2 AND alive = 1 ORDER BY position, code",
        &[node.into(), product.into()],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// A product.
///
/// # Errors
/// The engine's.
pub fn stored(read: &dyn Read, node: i64, id: i64) -> Result<Option<Stored>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM product p WHERE p.node = ?1 AND p.product = ?2");
    let Some(row) = read.row(&sql, &[node.into(), id.into()])? else { return Ok(None) };
    let mut stored = stored_of(&row)?;
    stored.card.codes = codes_of(read, node, id)?;
    Ok(Some(stored))
}

/// Every product, with its codes: what an import compares with.
///
/// # Errors
/// The engine's.
pub fn all(read: &dyn Read, node: i64) -> Result<Vec<Stored>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM product p WHERE p.node = ?1 ORDER BY p.product");
    let mut products: Vec<Stored> = read.rows(&sql, &[node.into()])?.iter().map(stored_of).collect::<Result<_, _>>()?;
    let codes = read
        .rows("SELECT product, written FROM product_code WHERE node = ?1 AND alive = 1 ORDER BY product, position, code", &[node.into()])?;
    let mut at = 0;
    for row in &codes {
        let product: i64 = row.get(0)?;
        while products.get(at).is_some_and(|p| p.id < product) {
            at += 1;
        }
        if let Some(owner) = products.get_mut(at).filter(|p| p.id == product) {
            owner.card.codes.push(row.get(1)?);
        }
    }
    Ok(products)
}

/// A product as a list shows it.
///
/// # Errors
/// The engine's.
pub fn listed(read: &dyn Read, node: i64, id: i64) -> Result<Option<Listed>, Fault> {
    let Some(stored) = stored(read, node, id)? else { return Ok(None) };
    let row = read.row(
        "SELECT (SELECT name FROM category WHERE node = ?1 AND category = ?2), \
         (SELECT quantity FROM goods_balance WHERE node = ?1 AND place = 1 AND product = ?3)",
        &[node.into(), stored.card.category.into(), id.into()],
    )?;
    let (category_name, stock) = match row {
        Some(row) => (row.get(0)?, row.get(1)?),
        None => (None, None),
    };
    Ok(Some(Listed { stored, category_name, stock }))
}

/// A page of products after `offset`, at most `limit`.
///
/// # Errors
/// The engine's.
pub fn list(read: &dyn Read, node: i64, filter: &ListFilter, offset: i64, limit: i64) -> Result<Vec<Listed>, Fault> {
    let mut params: Vec<Value> = vec![node.into(), filter.archived.into(), limit.into(), offset.into()];
    let mut conditions = String::new();
    if let Some(category) = filter.category {
        params.push(category.into());
        conditions.push_str(
            " AND p.category IN (WITH RECURSIVE inside (c) AS (SELECT ?5 UNION SELECT k.category FROM category k JOIN inside ON k.parent = inside.c WHERE k.node = ?1) SELECT c FROM inside)",
        );
    }
    if filter.no_price {
        conditions.push_str(" AND p.price IS NULL");
    }
    let order = filter.sort.0.order(filter.sort.1);
    let sql = format!(
        "SELECT {COLUMNS}, c.name, b.quantity FROM product p \
         LEFT JOIN category c ON c.node = p.node AND c.category = p.category \
         LEFT JOIN goods_balance b ON b.node = p.node AND b.place = 1 AND b.product = p.product \
         WHERE p.node = ?1 AND p.archived = ?2{conditions} ORDER BY {order} LIMIT ?3 OFFSET ?4"
    );
    let rows = read.rows(&sql, &params)?;
    rows.iter()
        .map(|row| {
            let mut stored = stored_of(row)?;
            stored.card.codes = codes_of(read, node, stored.id)?;
            Ok(Listed { stored, category_name: row.get(19)?, stock: row.get(20)? })
        })
        .collect()
}

/// The price changes of a product, latest first.
///
/// # Errors
/// The engine's.
pub fn prices(read: &dyn Read, node: i64, product: i64) -> Result<Vec<PriceChange>, Fault> {
    let rows = read.rows(
        "SELECT at, by, price_from, price_to FROM product_price WHERE node = ?1 AND product = ?2 ORDER BY seq DESC LIMIT 500",
        &[node.into(), product.into()],
    )?;
    rows.iter().map(|row| Ok(PriceChange { at: row.get(0)?, by: row.get(1)?, from: row.get(2)?, to: row.get(3)? })).collect()
}

const CATEGORY_COLUMNS: &str = "c.category, c.version, c.archived, c.name, c.parent, c.color, c.icon";

fn category_of(row: &Row) -> Result<StoredCategory, Fault> {
    Ok(StoredCategory {
        id: row.get(0)?,
        version: row.get(1)?,
        archived: row.get(2)?,
        card: CategoryCard { name: row.get(3)?, parent: row.get(4)?, color: row.get(5)?, icon: row.get(6)? },
    })
}

/// A category.
///
/// # Errors
/// The engine's.
pub fn stored_category(read: &dyn Read, node: i64, id: i64) -> Result<Option<StoredCategory>, Fault> {
    let sql = format!("SELECT {CATEGORY_COLUMNS} FROM category c WHERE c.node = ?1 AND c.category = ?2");
    read.row(&sql, &[node.into(), id.into()])?.as_ref().map(category_of).transpose()
}

/// Every category in use (or put away), with the number of its own products in use.
///
/// # Errors
/// The engine's.
pub fn categories(read: &dyn Read, node: i64, archived: bool) -> Result<Vec<(StoredCategory, i64)>, Fault> {
    let sql = format!(
        "SELECT {CATEGORY_COLUMNS}, (SELECT count(*) FROM product p WHERE p.node = c.node AND p.category = c.category AND p.archived = 0) \
         FROM category c WHERE c.node = ?1 AND c.archived = ?2 ORDER BY c.folded, c.category"
    );
    read.rows(&sql, &[node.into(), archived.into()])?.iter().map(|row| Ok((category_of(row)?, row.get(7)?))).collect()
}

/// How many products in use lie in a category directly.
///
/// # Errors
/// The engine's.
pub fn products_in(read: &dyn Read, node: i64, category: i64) -> Result<i64, Fault> {
    let row =
        read.row("SELECT count(*) FROM product WHERE node = ?1 AND category = ?2 AND archived = 0", &[node.into(), category.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// A category in the tree: its number, its path from the top, whether it is archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryPath {
    /// Its number.
    pub id: i64,
    /// The names from the top to it, [`super::import::PATH`] between them.
    pub path: String,
    /// Whether it is archived.
    pub archived: bool,
}

/// Every category with its path, the oldest first.
///
/// # Errors
/// The engine's.
pub fn category_paths(read: &dyn Read, node: i64) -> Result<Vec<CategoryPath>, Fault> {
    /// Deeper than this no path is told.
    const MOST_DEPTH: usize = 32;
    let rows = read.rows("SELECT category, name, parent, archived FROM category WHERE node = ?1 ORDER BY category", &[node.into()])?;
    let mut known: BTreeMap<i64, (String, Option<i64>, bool)> = BTreeMap::new();
    for row in &rows {
        known.insert(row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?));
    }
    let path = |id: i64| {
        let ups = std::iter::successors(known.get(&id), |(_, parent, _)| known.get(&(*parent)?));
        let mut names: Vec<&str> = ups.take(MOST_DEPTH).map(|(name, ..)| name.as_str()).collect();
        names.reverse();
        names.join(super::import::PATH)
    };
    Ok(known.iter().map(|(id, (_, _, archived))| CategoryPath { id: *id, path: path(*id), archived: *archived }).collect())
}
