//! A product's card, and what it is made of. Pure.

use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Goods with a stock, or a service without one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProductKind)]
pub enum Kind {
    /// Goods.
    #[default]
    Product,
    /// A service.
    Service,
}

impl Kind {
    /// Its name on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Service => "service",
        }
    }

    /// Reads what people write in lists: `Товар`, `услуга`, `service`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Some(match text.trim().to_lowercase().as_str() {
            "product" | "goods" | "item" | "good" | "physical good" | "physical" | "товар" | "тауар" | "запас" => {
                Self::Product
            }
            "service" | "услуга" | "қызмет" | "работа" => Self::Service,
            _ => return None,
        })
    }
}

/// What one of it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProductUnit)]
pub enum Unit {
    /// A piece.
    #[default]
    Pcs,
    /// A kilogram.
    Kg,
    /// A gram.
    G,
    /// A litre.
    L,
    /// A millilitre.
    Ml,
    /// A metre.
    M,
    /// A square metre.
    M2,
    /// A pack.
    Pack,
    /// A box.
    Box,
    /// A pair.
    Pair,
    /// A set.
    Set,
    /// One rendering of a service.
    Service,
}

impl Unit {
    /// Every unit, in the order of their stored numbers.
    pub const ALL: [Self; 12] =
        [Self::Pcs, Self::Kg, Self::G, Self::L, Self::Ml, Self::M, Self::M2, Self::Pack, Self::Box, Self::Pair, Self::Set, Self::Service];

    /// Its name on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pcs => "pcs",
            Self::Kg => "kg",
            Self::G => "g",
            Self::L => "l",
            Self::Ml => "ml",
            Self::M => "m",
            Self::M2 => "m2",
            Self::Pack => "pack",
            Self::Box => "box",
            Self::Pair => "pair",
            Self::Set => "set",
            Self::Service => "service",
        }
    }

    /// Whether a fraction of it can be sold.
    #[must_use]
    pub fn is_divisible(self) -> bool {
        matches!(self, Self::Kg | Self::G | Self::L | Self::Ml | Self::M | Self::M2)
    }

    /// Reads what people write in price lists: `шт`, `кг.`, `упак`, `дана`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_lowercase).collect();
        Some(match plain.as_str() {
            "шт" | "штук" | "штука" | "штуки" | "дана" | "pcs" | "pc" | "piece" | "pieces" | "ea" | "796" => Self::Pcs,
            "кг" | "килограмм" | "kg" | "166" => Self::Kg,
            "г" | "гр" | "грамм" | "g" | "gr" | "163" => Self::G,
            "л" | "литр" | "l" | "lt" | "112" => Self::L,
            "мл" | "миллилитр" | "ml" => Self::Ml,
            "м" | "метр" | "m" | "пог" | "погм" | "пм" => Self::M,
            "м2" | "м²" | "квм" | "m2" => Self::M2,
            "уп" | "упак" | "упаковка" | "пач" | "пачка" | "қаптама" | "pack" | "pkg" | "778" => Self::Pack,
            "кор" | "коробка" | "ящ" | "ящик" | "қорап" | "box" => Self::Box,
            "пар" | "пара" | "жұп" | "pair" => Self::Pair,
            "компл" | "комплект" | "набор" | "жиынтық" | "set" => Self::Set,
            "усл" | "услуга" | "қызмет" | "service" => Self::Service,
            _ => return None,
        })
    }
}

/// The dearest price: beyond it a number is a slip of the finger.
pub const MOST_PRICE: Amount = Amount(100_000_000_000_000);

/// What a person writes on a product's card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Goods or a service.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The shop's own number of it; unique.
    pub sku: String,
    /// Barcodes and short codes as they were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Its category, by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<i64>,
    /// Its brand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    /// What one of it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unit: Unit,
    /// The price of one; without it the product cannot be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Amount>,
    /// What the shop pays for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_price: Option<Amount>,
    /// The id of its VAT rate.
    pub vat: String,
    /// The code of the national catalogue, global.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// The code of the national catalogue, national.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ntin: Option<String>,
    /// Photos by the hash of their file; the first is shown in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<String>,
    /// What the customer may read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// At this stock or below it is low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Quantity>,
    /// Whether it may be sold.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub available: bool,
}

/// The body of `product.saved`, `product.archived`, `product.restored`: the whole card, and what changed with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The product; absent when this entry makes it, its number is the entry's then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The card.
    #[serde(flatten)]
    pub card: Card,
    /// Whether it is archived from now on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub archived: bool,
    /// When it was made, milliseconds since 1970 UTC; absent when this entry makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<i64>,
    /// Codes that it carried and carries no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes_gone: Vec<String>,
    /// The price before, when the price changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repriced: Option<Repriced>,
    /// The import it came by, and the row of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<(i64, u32)>,
}

/// A change of price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repriced {
    /// The price before; none when there was none.
    pub from: Option<Amount>,
}

/// What a person writes on a category's card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCard {
    /// Its name.
    pub name: String,
    /// The category it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<i64>,
    /// The colour of its tile, `#rrggbb`; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub color: String,
    /// The name of its icon.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub icon: String,
}

/// The body of `category.saved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategorySaved {
    /// The category; absent when this entry makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The card.
    #[serde(flatten)]
    pub card: CategoryCard,
    /// Whether it is archived from now on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub archived: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_as_people_write_them() {
        let cases = [
            ("шт", Some(Unit::Pcs)),
            ("ШТ.", Some(Unit::Pcs)),
            (" кг ", Some(Unit::Kg)),
            ("упак", Some(Unit::Pack)),
            ("дана", Some(Unit::Pcs)),
            ("кв. м", Some(Unit::M2)),
            ("попугай", None),
            ("", None),
        ];
        for (text, unit) in cases {
            assert_eq!(Unit::read(text), unit, "{text}");
        }
    }

    #[test]
    fn a_units_wire_name_is_its_code() {
        for unit in Unit::ALL {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.code());
            assert_eq!(Unit::read(unit.code()), Some(unit), "an exported list is read back");
        }
    }

    #[test]
    fn an_entry_says_only_what_is_said() {
        let card = Card { name: "Айран".into(), sku: "1000001".into(), vat: "standard".into(), available: true, ..Card::default() };
        let saved = Saved { id: None, card, archived: false, created: None, codes_gone: vec![], repriced: None, import: None };
        let json = serde_json::to_string(&saved).unwrap();
        assert_eq!(json, r#"{"name":"Айран","sku":"1000001","vat":"standard"}"#);
        assert_eq!(serde_json::from_str::<Saved>(&json).unwrap(), saved);
    }
}
