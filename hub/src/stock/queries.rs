//! What screens ask of the stock.

use duken_kernel::journal;
use duken_kernel::{Fault, Read, Row, Value};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use serde::Deserialize;

use super::door::{WAREHOUSE, on_hand};
use super::model::MovementKind;
use super::project::STRETCH;

/// Which products a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// All.
    #[default]
    All,
    /// At their minimum or below, but not at zero.
    Low,
    /// None left.
    None,
    /// Less than none.
    Negative,
}

/// A row of the stock list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockRow {
    /// The product.
    pub product: i64,
    /// Its name.
    pub name: String,
    /// Its SKU.
    pub sku: String,
    /// The stored number of its unit.
    pub unit: i64,
    /// What is there.
    pub quantity: Quantity,
    /// What it is worth at cost.
    pub value: Amount,
    /// At this stock or below it is low.
    pub minimum: Option<Quantity>,
    /// Its price.
    pub price: Option<Amount>,
    /// The name of its category.
    pub category_name: Option<String>,
}

/// A movement, with the document that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The document.
    pub seq: i64,
    /// The line in it.
    pub line: i64,
    /// When it was recorded, milliseconds since 1970 UTC.
    pub at: i64,
    /// Its business date, `yyyymmdd`.
    pub date: i32,
    /// The person.
    pub by: Option<i64>,
    /// Why.
    pub kind: MovementKind,
    /// The document's number.
    pub number: String,
    /// The reason in words.
    pub reason: String,
    /// What came or went.
    pub delta: Quantity,
    /// What was there afterwards.
    pub after: Quantity,
}

const COLUMNS: &str = "p.product, p.name, p.sku, p.unit, coalesce(b.quantity, 0), coalesce(b.value, 0), p.minimum, p.price, c.name";
const JOINS: &str = "FROM product p LEFT JOIN goods_balance b ON b.node = p.node AND b.place = 1 AND b.product = p.product \
     LEFT JOIN category c ON c.node = p.node AND c.category = p.category";

fn stock_row(row: &Row) -> Result<StockRow, Fault> {
    Ok(StockRow {
        product: row.get(0)?,
        name: row.get(1)?,
        sku: row.get(2)?,
        unit: row.get(3)?,
        quantity: row.get(4)?,
        value: row.get(5)?,
        minimum: row.get(6)?,
        price: row.get(7)?,
        category_name: row.get(8)?,
    })
}

impl State {
    fn condition(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Low => " AND coalesce(b.quantity, 0) > 0 AND coalesce(b.quantity, 0) <= p.minimum",
            Self::None => " AND coalesce(b.quantity, 0) = 0",
            Self::Negative => " AND b.quantity < 0",
        }
    }
}

/// A page of the stock list by name: goods in use, no services.
///
/// # Errors
/// The engine's.
pub fn list(read: &dyn Read, node: i64, state: State, category: Option<i64>, offset: i64, limit: i64) -> Result<Vec<StockRow>, Fault> {
    let mut params: Vec<Value> = vec![node.into(), limit.into(), offset.into()];
    let mut condition = state.condition().to_owned();
    if let Some(category) = category {
        params.push(category.into());
        condition.push_str(
            " AND p.category IN (WITH RECURSIVE inside (c) AS (SELECT ?4 UNION SELECT k.category FROM category k JOIN inside ON k.parent = inside.c WHERE k.node = ?1) SELECT c FROM inside)",
        );
    }
    let sql = format!(
        "SELECT {COLUMNS} {JOINS} WHERE p.node = ?1 AND p.archived = 0 AND p.kind = 0{condition} ORDER BY p.folded, p.product LIMIT ?2 OFFSET ?3"
    );
    read.rows(&sql, &params)?.iter().map(stock_row).collect()
}

/// The stock of one product.
///
/// # Errors
/// The engine's.
pub fn of_product(read: &dyn Read, node: i64, product: i64) -> Result<Option<StockRow>, Fault> {
    let sql = format!("SELECT {COLUMNS} {JOINS} WHERE p.node = ?1 AND p.product = ?2");
    read.row(&sql, &[node.into(), product.into()])?.as_ref().map(stock_row).transpose()
}

/// Where a page of history begins: before this movement, after which so much was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryCursor {
    /// The last movement of the page before: its document.
    pub seq: i64,
    /// Its line.
    pub line: i64,
    /// What was there before it.
    pub before: Quantity,
}

/// A page of a product's movements, latest first.
///
/// # Errors
/// The engine's.
pub fn history(read: &dyn Read, node: i64, product: i64, cursor: Option<HistoryCursor>, limit: i64) -> Result<Vec<HistoryRow>, Fault> {
    let (seq, line, mut after) = match cursor {
        Some(cursor) => (cursor.seq, cursor.line, cursor.before),
        None => (i64::MAX, i64::MAX, on_hand(read, node, WAREHOUSE, product)?),
    };
    let mut found = Vec::new();
    for row in &movements(read, node, product, (seq, line), limit)? {
        let delta: Quantity = row.get(3)?;
        let mut moved = HistoryRow {
            seq: row.get(0)?,
            line: row.get(1)?,
            at: 0,
            date: 0,
            by: None,
            kind: MovementKind::stored(row.get(2)?),
            number: String::new(),
            reason: String::new(),
            delta,
            after,
        };
        after = after - delta;
        document(read, node, &mut moved)?;
        found.push(moved);
    }
    Ok(found)
}

/// The latest movements of a product before one: their document, line, kind and quantity. Looks into the latest stretches
/// of the journal first, each time into more of them: what sells is found in a few.
fn movements(read: &dyn Read, node: i64, product: i64, (seq, line): (i64, i64), limit: i64) -> Result<Vec<Row>, Fault> {
    let latest = read.row("SELECT stretch FROM stock_movement WHERE node = ?1 ORDER BY stretch DESC LIMIT 1", &[node.into()])?;
    let Some(latest) = latest else { return Ok(Vec::new()) };
    let mut last = latest.get::<i64>(0)?.min(seq / STRETCH);
    let mut stretches = 16;
    let mut found = Vec::new();
    while last >= 0 && (found.len() as i64) < limit {
        let first = (last - stretches + 1).max(0);
        found.extend(read.rows(
            "WITH RECURSIVE part (number) AS (SELECT CAST(?3 AS BIGINT) UNION ALL SELECT number + 1 FROM part WHERE number < ?4) \
             SELECT seq, line, kind, quantity FROM stock_movement WHERE node = ?1 AND product = ?2 \
             AND stretch IN (SELECT number FROM part) AND (seq, line) < (?5, ?6) ORDER BY seq DESC, line DESC LIMIT ?7",
            &[node.into(), product.into(), first.into(), last.into(), seq.into(), line.into(), (limit - found.len() as i64).into()],
        )?);
        last = first - 1;
        stretches *= 8;
    }
    Ok(found)
}

/// What every document that moves goods may say of itself.
#[derive(Default, Deserialize)]
struct Document {
    #[serde(default)]
    number: serde_json::Value,
    #[serde(default)]
    reason: serde_json::Value,
}

fn document(read: &dyn Read, node: i64, moved: &mut HistoryRow) -> Result<(), Fault> {
    let Some(entry) = journal::read_one(read, node, moved.seq)? else { return Ok(()) };
    let head = entry.head();
    (moved.at, moved.date, moved.by) = (head.at, head.date, head.by);
    let document: Document = entry.body().unwrap_or_default();
    moved.number = match (&document.number, moved.kind) {
        (serde_json::Value::String(number), _) => number.clone(),
        // A sale's or return's number is its year and serial; the letters follow from what it is.
        (number, kind) => match (number["year"].as_i64(), number["serial"].as_i64()) {
            (Some(year), Some(serial)) => format!("{}-{year}-{serial:06}", if kind == MovementKind::Return { "RET" } else { "SAL" }),
            _ => String::new(),
        },
    };
    moved.reason = document.reason.as_str().unwrap_or_default().to_owned();
    Ok(())
}

/// The numbers of corrections, newest first, before a number, perhaps of one product.
///
/// # Errors
/// The engine's.
pub fn adjustments(read: &dyn Read, node: i64, product: Option<i64>, before: i64, limit: i64) -> Result<Vec<i64>, Fault> {
    read.rows(
        "SELECT seq FROM stock_adjustment WHERE node = ?1 AND seq < ?2 AND (?3 IS NULL OR product = ?3) ORDER BY seq DESC LIMIT ?4",
        &[node.into(), before.into(), product.into(), limit.into()],
    )?
    .iter()
    .map(|row| row.get(0))
    .collect()
}
