//! Products on the wire.

use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency, Money};
use duken_protocol::quantity::Qty;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::OTHER_CURRENCY;
use crate::catalog::door::{kind_of, unit_of};
use crate::catalog::model::{Card, Kind, Unit};
use crate::catalog::queries::{self, Listed};
use crate::catalog::search::{Hit, Matched};
use crate::settings::Settings;
use crate::web::{Actor, Id, MALFORMED, Problem};

/// A product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(super) struct ProductShape {
    id: Id,
    version: i64,
    kind: Kind,
    name: String,
    sku: String,
    barcodes: Vec<String>,
    category_id: Option<Id>,
    category_name: Option<String>,
    brand: String,
    unit: Unit,
    price: Option<Money>,
    /// Only for those who may see costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Money>)]
    purchase_price: Option<Option<Money>>,
    vat_rate_id: String,
    gtin: Option<String>,
    ntin: Option<String>,
    photo_hashes: Vec<String>,
    description: String,
    minimum: Option<Qty>,
    available: bool,
    archived: bool,
    stock: Option<Qty>,
    created_at: String,
}

/// A page of products.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProductPage {
    pub items: Vec<ProductShape>,
    pub next: Option<String>,
}

/// A moment on the wire.
pub(super) fn moment(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

pub(super) fn product_shape(listed: Listed, currency: Currency, actor: &Actor) -> ProductShape {
    let Listed { stored, category_name, stock } = listed;
    let card = stored.card;
    let money = |amount: Option<Amount>| amount.map(|amount| Money::new(amount, currency));
    let stock = if card.kind == Kind::Service { None } else { Some(Qty(stock.unwrap_or_default())) };
    ProductShape {
        id: Id(stored.id),
        version: stored.version,
        kind: card.kind,
        name: card.name,
        sku: card.sku,
        barcodes: card.codes,
        category_id: card.category.map(Id),
        category_name,
        brand: card.brand,
        unit: card.unit,
        price: money(card.price),
        purchase_price: actor.may("cost.view").then(|| money(card.purchase_price)),
        vat_rate_id: card.vat,
        gtin: card.gtin,
        ntin: card.ntin,
        photo_hashes: card.photos,
        description: card.description,
        minimum: card.minimum.map(Qty),
        available: card.available,
        archived: stored.archived,
        stock,
        created_at: moment(stored.created),
    }
}

/// A product's card as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ProductInput {
    /// The version it was edited from; absent for a new one.
    #[serde(default)]
    pub version: i64,
    #[serde(default)]
    kind: Kind,
    name: String,
    /// Made when empty.
    #[serde(default)]
    sku: String,
    #[serde(default)]
    barcodes: Vec<String>,
    #[serde(default)]
    category_id: Option<Id>,
    #[serde(default)]
    brand: String,
    #[serde(default)]
    unit: Unit,
    #[serde(default)]
    price: Option<Money>,
    #[serde(default)]
    purchase_price: Option<Money>,
    #[serde(default)]
    vat_rate_id: Option<String>,
    #[serde(default)]
    gtin: Option<String>,
    #[serde(default)]
    ntin: Option<String>,
    #[serde(default)]
    pub photo_hashes: Vec<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    minimum: Option<Qty>,
    #[serde(default = "yes")]
    available: bool,
    /// Adds a barcode of the shop's own.
    #[serde(default)]
    pub make_barcode: bool,
}

fn yes() -> bool {
    true
}

impl ProductInput {
    /// The card it describes.
    ///
    /// # Errors
    /// `product.other_currency`; `request.malformed` for a negative minimum.
    pub(super) fn card(self, settings: &Settings) -> Result<Card, Problem> {
        let currency = settings.currency();
        let amount = |money: Option<Money>, field: &str| match money {
            Some(money) if money.currency != currency => Err(OTHER_CURRENCY.refuse().field(field).with("currency", currency.code())),
            money => Ok(money.map(|m| m.amount)),
        };
        if self.minimum.is_some_and(|Qty(minimum)| minimum.0 < 0) {
            return Err(MALFORMED.refuse().field("minimum").with("reason", "≥ 0").into());
        }
        Ok(Card {
            kind: self.kind,
            name: self.name,
            sku: self.sku,
            codes: self.barcodes,
            category: self.category_id.map(|id| id.0),
            brand: self.brand,
            unit: if self.kind == Kind::Service { Unit::Service } else { self.unit },
            price: amount(self.price, "price")?,
            purchase_price: amount(self.purchase_price, "purchase_price")?,
            vat: self.vat_rate_id.unwrap_or_else(|| settings.vat_rate().to_owned()),
            gtin: self.gtin,
            ntin: self.ntin,
            photos: self.photo_hashes,
            description: self.description,
            minimum: self.minimum.map(|Qty(minimum)| minimum),
            available: self.available,
        })
    }
}

/// A product as it is found: as you type, at the till, on tiles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductHit {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its SKU.
    pub sku: String,
    /// What one of it is.
    pub unit: Unit,
    /// The price of one; without it the product cannot be sold.
    pub price: Option<Money>,
    /// What is in stock; nothing for a service.
    pub stock: Option<Qty>,
    /// Its first photo.
    pub photo_hash: Option<String>,
    /// Its codes.
    pub barcodes: Vec<String>,
    /// Goods or a service.
    pub kind: Kind,
    /// By what it was found.
    pub matched: Matched,
    /// Where in the name: start and length, in characters.
    pub highlights: Vec<Vec<usize>>,
}

/// A find on the wire.
///
/// # Errors
/// The engine's.
pub fn hit_shape(read: &dyn Read, node: i64, hit: Hit, currency: Currency) -> Result<ProductHit, Fault> {
    Ok(ProductHit {
        barcodes: queries::codes_of(read, node, hit.product)?,
        id: Id(hit.product),
        name: hit.name,
        sku: hit.sku,
        unit: unit_of(hit.unit),
        price: hit.price.map(|amount| Money::new(amount, currency)),
        stock: hit.stock.map(Qty),
        photo_hash: hit.photo,
        kind: kind_of(hit.kind),
        matched: hit.matched,
        highlights: hit.highlights.into_iter().map(|(start, len)| vec![start, len]).collect(),
    })
}
