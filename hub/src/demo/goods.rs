//! What the demo store sells: a list and pictures, compiled in.

use duken_protocol::barcode::check_digit;
use duken_protocol::money::Amount;
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::catalog::{Card, Kind, Unit, vat};

/// Pictures, drawn, by SKU.
#[derive(RustEmbed)]
#[folder = "src/demo/pictures"]
struct Pictures;

/// One good of the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Good {
    /// Its category.
    pub category: String,
    /// Colour of the category, `rrggbb`.
    pub color: String,
    /// Name.
    pub name: String,
    /// Unit, as an import reads it.
    pub unit: String,
    /// Whole units of money.
    pub price: i64,
    /// Whole units of money; none for a service.
    pub cost: Option<i64>,
    /// Brand, or nothing.
    pub brand: String,
}

impl Good {
    /// Its unit.
    #[must_use]
    pub fn unit(&self) -> Unit {
        Unit::read(&self.unit).unwrap_or_default()
    }

    /// Nothing that lies on a shelf.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.unit() == Unit::Service
    }
}

/// The list.
///
/// # Panics
/// When the list that is built in is no CSV; a test reads it.
#[must_use]
pub(super) fn goods() -> Vec<Good> {
    let mut rows = csv::Reader::from_reader(include_bytes!("goods.csv").as_slice());
    rows.deserialize().collect::<Result<_, _>>().expect("the list is CSV, a test reads it")
}

/// People buy bread and milk more often than batteries: every fifth good of the list is a favourite.
pub(super) const FAVOURITE: usize = 5;

/// Whether the good at this place of the list is one.
#[must_use]
pub(super) fn is_favourite(at: usize) -> bool {
    at.is_multiple_of(FAVOURITE)
}

/// The SKU of the good at this place of the list.
#[must_use]
pub(super) fn sku(at: usize) -> String {
    format!("B{:03}", at + 1)
}

/// The barcode of the good at this place of the list: EAN-13 with the prefix of Kazakhstan. Weighed goods and services
/// have none.
#[must_use]
pub(super) fn barcode(at: usize, good: &Good) -> Option<String> {
    if good.unit() == Unit::Kg || good.is_service() {
        return None;
    }
    let digits = format!("4870207{:05}", 10_000 + at * 37);
    Some(format!("{digits}{}", check_digit(&digits)))
}

/// The picture of the good at this place of the list, a JPEG.
#[must_use]
pub(super) fn picture(at: usize) -> Option<Vec<u8>> {
    Pictures::get(&format!("{}.jpg", sku(at))).map(|file| file.data.into_owned())
}

/// Its card; `scale` is the minor units of one unit of money.
#[must_use]
pub(super) fn card(at: usize, good: &Good, scale: i64, category: i64, photo: Option<String>) -> Card {
    let least = if is_favourite(at) { 40_000 } else { 10_000 };
    Card {
        kind: if good.is_service() { Kind::Service } else { Kind::Product },
        name: good.name.clone(),
        sku: sku(at),
        codes: barcode(at, good).into_iter().collect(),
        category: Some(category),
        brand: good.brand.clone(),
        unit: good.unit(),
        price: Some(Amount(good.price * scale)),
        purchase_price: good.cost.map(|cost| Amount(cost * scale)),
        vat: vat::STANDARD.to_owned(),
        photos: photo.into_iter().collect(),
        minimum: good.cost.map(|_| duken_protocol::quantity::Quantity(least)),
        available: true,
        ..Card::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let goods = goods();
        assert!((60..=120).contains(&goods.len()), "{}", goods.len());
        for (at, good) in goods.iter().enumerate() {
            assert!(Unit::read(&good.unit).is_some(), "{}: the unit {}", good.name, good.unit);
            assert!(good.unit() != Unit::Kg || good.price % 10 == 0, "{}: a tenth of a kilogram is whole money", good.name);
            assert_eq!(good.cost.is_none(), good.is_service(), "{}", good.name);
            assert!(good.cost.is_none_or(|cost| cost < good.price), "{}", good.name);
            let picture = picture(at).unwrap_or_else(|| panic!("{} has no picture", good.name));
            assert!(picture.starts_with(b"\xFF\xD8\xFF") && picture.len() < 20_000, "{}", good.name);
        }
    }

    #[test]
    fn barcodes_carry_their_check_digit() {
        assert_eq!(barcode(0, &goods()[0]).as_deref(), Some("4870207100003"));
    }
}
