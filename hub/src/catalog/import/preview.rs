//! What a person sees of a row before anything is done: the product as it will be, and what changes on its card. Pure.

use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};

use super::columns::Field;
use super::plan::Goods;
use crate::catalog::model::{Card, Kind, Unit};

/// A product as a row of the preview shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The path of its category.
    pub group: Option<String>,
    /// Its codes.
    pub codes: Vec<String>,
    /// Its unit.
    pub unit: Option<Unit>,
    /// Its price.
    pub price: Option<Amount>,
    /// Its purchase price.
    pub purchase_price: Option<Amount>,
    /// What is in stock.
    pub stock: Option<Quantity>,
    /// Its SKU; nothing where one will be made.
    pub sku: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
}

impl Shown {
    pub(super) fn of_row(goods: &Goods) -> Self {
        let unit = if goods.kind == Some(Kind::Service) { Some(Unit::Service) } else { goods.unit };
        Self {
            group: goods.group.clone(),
            codes: goods.codes.clone(),
            unit,
            price: goods.price,
            purchase_price: goods.purchase_price,
            stock: goods.stock,
            sku: goods.sku.clone(),
            brand: goods.brand.clone(),
        }
    }

    pub(super) fn of_card(card: &Card, group: &str, stock: Option<Quantity>) -> Self {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            group: filled(group),
            codes: card.codes.clone(),
            unit: Some(card.unit),
            price: card.price,
            purchase_price: card.purchase_price,
            stock,
            sku: filled(&card.sku),
            brand: filled(&card.brand),
        }
    }
}

/// A value of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A text.
    Text(String),
    /// A sum.
    Money(Amount),
    /// A quantity.
    Quantity(Quantity),
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What it was; nothing when it was empty.
    pub from: Option<Value>,
    /// What it will be.
    pub to: Option<Value>,
}

impl Change {
    /// What differs between two states of a card and its group; and the stock that will be opened.
    pub(super) fn between(
        (before, group_before): (&Card, &str),
        (after, group_after): (&Card, &str),
        stock: Option<Quantity>,
    ) -> Vec<Self> {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty()).map(Value::Text);
        let values = |card: &Card, group: &str| {
            [
                (Field::Name, text(&card.name)),
                (Field::Price, card.price.map(Value::Money)),
                (Field::PurchasePrice, card.purchase_price.map(Value::Money)),
                (Field::Group, text(group)),
                (Field::Barcodes, text(&card.codes.join(" "))),
                (Field::Kind, text(card.kind.code())),
                (Field::Unit, text(card.unit.code())),
                (Field::Brand, text(&card.brand)),
                (Field::Vat, text(&card.vat)),
                (Field::Gtin, text(card.gtin.as_deref().unwrap_or_default())),
                (Field::Ntin, text(card.ntin.as_deref().unwrap_or_default())),
                (Field::Description, text(&card.description)),
                (Field::Minimum, card.minimum.map(Value::Quantity)),
            ]
        };
        let pairs = values(before, group_before).into_iter().zip(values(after, group_after));
        let mut changes: Vec<Self> =
            pairs.filter(|(from, to)| from != to).map(|((field, from), (_, to))| Self { field, from, to }).collect();
        changes.extend(stock.map(|stock| Self { field: Field::Stock, from: None, to: Some(Value::Quantity(stock)) }));
        changes
    }
}
