//! Goods are counted in thousandths of their unit.

use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::{self, Decimal};
use crate::money::{Amount, divide_rounded};

/// A quantity in thousandths of the product's unit (a piece, a kilogram, a metre).
///
/// Inside entries and tables it is a plain integer; on the wire it is [`Qty`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

/// The largest quantity that crosses a wire, in thousandths.
pub const LARGEST: i64 = 1_000_000_000_000;

impl Quantity {
    /// None at all.
    pub const ZERO: Self = Self(0);
    /// One unit.
    pub const ONE: Self = Self(1000);

    /// What the quantity costs at `price` minor units for one unit, rounded to the nearest minor unit.
    #[must_use]
    pub fn at_price(self, price: Amount) -> Amount {
        Amount(divide_rounded(i128::from(self.0) * i128::from(price.0), 1000))
    }

    /// Whether the quantity at this price is a sum that a document may hold.
    #[must_use]
    pub fn fits_at(self, price: Amount) -> bool {
        let exact = i128::from(self.0) * i128::from(price.0) / 1000;
        exact.abs() <= i128::from(crate::money::LARGEST)
    }

    /// Reads a decimal with at most three decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decimal::parse(text, 3).map(Self)
    }

    /// The shortest decimal: `1`, `0.345`.
    #[must_use]
    pub fn format(self) -> String {
        Decimal::new(self.0, 3).shortest().to_owned()
    }
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Quantity {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

/// A quantity on the wire: a decimal string with at most three decimals, such as `"0.345"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qty(pub Quantity);

impl utoipa::PartialSchema for Qty {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}
impl utoipa::ToSchema for Qty {}

impl Serialize for Qty {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(Decimal::new(self.0.0, 3).shortest())
    }
}
impl<'de> Deserialize<'de> for Qty {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(input)?;
        Quantity::parse(&text)
            .filter(|quantity| quantity.0.abs() <= LARGEST)
            .map(Qty)
            .ok_or_else(|| serde::de::Error::custom("not a quantity with at most three decimals"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_times_price_rounds_to_the_minor_unit() {
        assert_eq!(Quantity(345).at_price(Amount(123_400)), Amount(42_573));
        assert_eq!(Quantity(-345).at_price(Amount(123_400)), Amount(-42_573));
    }

    #[test]
    fn wire_form_is_short() {
        assert_eq!(Quantity(1000).format(), "1");
        assert_eq!(Quantity(345).format(), "0.345");
        assert_eq!(Quantity(-1500).format(), "-1.5");
        assert_eq!(Quantity::parse("2.50"), Some(Quantity(2500)));
        assert_eq!(Quantity::parse("2.5001"), None);
    }
}
