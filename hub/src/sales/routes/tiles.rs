//! Goods to tap at the till: the categories, and the goods of one of them page by page.

use axum::extract::{Query, State};
use duken_kernel::journal::OWN;
use duken_kernel::store::latest_day;
use duken_kernel::{Fault, Read};
use duken_protocol::money::Money;
use duken_protocol::quantity::Qty;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::catalog::Kind;
use crate::catalog::door::{self, ProductForSale};
use crate::hub::App;
use crate::sales::favourites;
use crate::stock::door as stock;
use crate::web::{Access, Answer, Cursor, Id, Json, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/till/tiles", Access::Needs("till.use"), "Categories and goods to tap", tiles)
            .query::<TilesQuery>()
            .gives::<TilesShape>(),
    ]
}

/// Which tiles.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TilesQuery {
    category: Option<Id>,
    /// Where the page begins.
    cursor: Option<String>,
}

/// Categories and goods to tap.
#[derive(Debug, Serialize, ToSchema)]
struct TilesShape {
    categories: Vec<TileCategory>,
    products: Vec<TileProduct>,
    /// The next page of goods.
    next: Option<String>,
}

/// A category's tile.
#[derive(Debug, Serialize, ToSchema)]
struct TileCategory {
    id: Id,
    name: String,
    color: String,
    icon: String,
    parent_id: Option<Id>,
}

/// A product's tile.
#[derive(Debug, Serialize, ToSchema)]
struct TileProduct {
    id: Id,
    kind: Kind,
    name: String,
    /// Its category: a tile without a photo takes its colour.
    category_id: Option<Id>,
    unit: String,
    price: Option<Money>,
    stock: Option<Qty>,
    photo_hash: Option<String>,
}

/// Goods on a page of tiles: what sells at this hour, then what sold most this month and the last, then the rest by name.
const TILES: i64 = 60;
const TILE_PAGES: Cursor = Cursor("tiles");

/// This month, the last, and the latest day, which no month holds yet.
fn lately(read: &dyn Read, date: i32) -> Result<String, Fault> {
    let month = date / 100 * 100;
    let before = if month / 100 % 100 == 1 { month - 10_000 + 1_100 } else { month - 100 };
    let latest = latest_day(read, "sales_product", OWN)?.filter(|latest| *latest > before);
    Ok([month, before].into_iter().chain(latest).map(|period| period.to_string()).collect::<Vec<_>>().join(", "))
}

async fn tiles(State(app): State<App>, Query(query): Query<TilesQuery>) -> Answer<TilesShape> {
    let settings = app.settings();
    let now_ms = app.clock.now_ms();
    let (date, _) = settings.date_at(now_ms);
    let category = query.category.map(|id| id.0);
    let currency = settings.currency();
    let offset = TILE_PAGES.offset(query.cursor.as_deref())?;
    let shape = app
        .read(move |read| {
            let inside = match category {
                Some(category) => door::inside(read, OWN, category)?.iter().map(i64::to_string).collect::<Vec<_>>().join(", "),
                None => String::new(),
            };
            let lies = if category.is_some() { format!("AND p.category IN ({inside})") } else { String::new() };
            let liked = match favourites::at_this_hour(read, OWN, &settings, now_ms)? {
                liked if liked.is_empty() => "SELECT 0 AS product, 0 AS times".to_owned(),
                liked => {
                    let rows = liked.iter().map(|(product, times)| format!("SELECT {product} AS product, {times} AS times"));
                    rows.collect::<Vec<_>>().join(" UNION ALL ")
                }
            };
            let rows = read.rows(
                &format!(
                    "SELECT p.product FROM product p LEFT JOIN ({liked}) l ON l.product = p.product \
                     LEFT JOIN (SELECT product, SUM(sum) AS sum FROM sales_product WHERE node = ?1 AND period IN ({}) GROUP BY product) s \
                     ON s.product = p.product \
                     WHERE p.node = ?1 AND p.archived = 0 AND p.available = 1 AND p.price IS NOT NULL {lies} \
                     ORDER BY COALESCE(l.times, 0) DESC, COALESCE(s.sum, 0) DESC, p.folded, p.product LIMIT ?2 OFFSET ?3",
                    lately(read, date)?
                ),
                &[OWN.into(), (TILES + 1).into(), offset.into()],
            )?;
            let mut ids: Vec<i64> = rows.iter().map(|row| row.get(0)).collect::<Result<_, Fault>>()?;
            let next = (ids.len() as i64 > TILES).then(|| TILE_PAGES.write(offset + TILES));
            ids.truncate(TILES as usize);
            let mut known = door::products(read, OWN, &ids)?;
            let held = stock::holdings(read, OWN, stock::WAREHOUSE, &ids)?;
            let tile = |product: ProductForSale| TileProduct {
                id: Id(product.id),
                kind: product.kind,
                category_id: product.category.map(Id),
                unit: product.unit.code().to_owned(),
                price: product.price.map(|price| Money::new(price, currency)),
                stock: (product.kind == Kind::Product).then(|| Qty(held.get(&product.id).map(|h| h.quantity).unwrap_or_default())),
                name: product.name,
                photo_hash: product.photo,
            };
            let products = ids.iter().filter_map(|id| known.remove(id)).map(tile).collect();
            let categories = read
                .rows(
                    "SELECT category, name, color, icon, parent FROM category WHERE node = ?1 AND archived = 0 ORDER BY folded, category",
                    &[OWN.into()],
                )?
                .iter()
                .map(|row| {
                    let parent: Option<i64> = row.get(4)?;
                    Ok(TileCategory {
                        id: Id(row.get(0)?),
                        name: row.get(1)?,
                        color: row.get(2)?,
                        icon: row.get(3)?,
                        parent_id: parent.map(Id),
                    })
                })
                .collect::<Result<_, Fault>>()?;
            Ok(TilesShape { categories, products, next })
        })
        .await?;
    Ok(Json(shape))
}
