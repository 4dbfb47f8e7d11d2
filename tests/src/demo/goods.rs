//! What the demo store sells.

use serde::Deserialize;

/// One good of the list.
#[derive(Debug, Clone, Deserialize)]
pub struct Good {
    /// Its category.
    pub category: String,
    /// Colour of the category, `rrggbb`.
    pub color: String,
    /// What is drawn on its picture.
    pub shape: String,
    /// Name.
    pub name: String,
    /// Unit on the wire.
    pub unit: String,
    /// Whole tenge.
    pub price: i64,
    /// Whole tenge; none for a service.
    pub cost: Option<i64>,
    /// Brand, or nothing.
    pub brand: String,
}

impl Good {
    /// Weighed at the till.
    #[must_use]
    pub fn by_weight(&self) -> bool {
        self.unit == "kg"
    }

    /// Nothing that lies on a shelf.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.unit == "service"
    }
}

/// The list.
///
/// # Panics
/// When the list that is built in is no CSV; a test reads it.
#[must_use]
pub fn goods() -> Vec<Good> {
    let mut rows = csv::Reader::from_reader(include_bytes!("goods.csv").as_slice());
    rows.deserialize().collect::<Result<_, _>>().expect("the list is CSV, a test reads it")
}

/// The barcode of the good at this place of the list: EAN-13 with the prefix of Kazakhstan. Weighed goods and services
/// have none.
#[must_use]
pub fn barcode(at: usize, good: &Good) -> Option<String> {
    if good.by_weight() || good.is_service() {
        return None;
    }
    let digits = format!("4870207{:05}", 10_000 + at * 37);
    let sum: u32 = digits.bytes().enumerate().map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 }).sum();
    Some(format!("{digits}{}", (10 - sum % 10) % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_whole_tenge_stay_whole() {
        let goods = goods();
        assert!((60..=120).contains(&goods.len()), "{}", goods.len());
        for good in goods {
            assert!(!good.by_weight() || good.price % 10 == 0, "{}", good.name);
            assert_eq!(good.cost.is_none(), good.is_service(), "{}", good.name);
            assert!(good.cost.is_none_or(|cost| cost < good.price), "{}", good.name);
        }
    }

    #[test]
    fn barcodes_carry_their_check_digit() {
        let good = Good { unit: "pcs".to_owned(), ..goods()[0].clone() };
        assert_eq!(barcode(0, &good).as_deref(), Some("4870207100003"));
    }
}
