//! Money as integer minor units with a currency (L3): no float comes near it.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::{self, Decimal};

/// A sum in minor units (tiyn, pence, cents) of a currency that its context names.
///
/// This is the form inside journal entries and tables: a plain integer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount rounded to a multiple of `step` minor units, halves away from zero.
    /// A step of zero or less leaves it as it is.
    #[must_use]
    pub fn rounded_to(self, step: i64) -> Self {
        if step <= 1 {
            return self;
        }
        Self(divide_rounded(i128::from(self.0), i128::from(step)) * step)
    }

    /// `self × numerator ÷ denominator`, rounded to the nearest minor unit, halves away from zero.
    #[must_use]
    pub fn scaled(self, numerator: i64, denominator: i64) -> Self {
        Self(divide_rounded(i128::from(self.0) * i128::from(numerator), i128::from(denominator)))
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Splits the amount over `weights` without losing a minor unit: largest remainder first,
    /// ties to the earlier weight. With no positive weight everything goes to the first part.
    #[must_use]
    pub fn split(self, weights: &[i64]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|&w| i128::from(w.max(0))).sum();
        let mut parts = vec![Self::ZERO; weights.len()];
        if parts.is_empty() {
            return parts;
        }
        if total == 0 {
            parts[0] = self;
            return parts;
        }
        let mut rest = self.0;
        let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
        for (index, &weight) in weights.iter().enumerate() {
            let exact = i128::from(self.0) * i128::from(weight.max(0));
            let share = exact / total;
            parts[index] = Self(share as i64);
            rest -= share as i64;
            remainders.push(((exact % total).abs(), index));
        }
        remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let unit = rest.signum();
        for &(_, index) in remainders.iter().take(rest.unsigned_abs() as usize) {
            parts[index].0 += unit;
        }
        parts
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}
impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

/// `numerator ÷ denominator` to the nearest integer, halves away from zero.
#[must_use]
pub fn divide_rounded(numerator: i128, denominator: i128) -> i64 {
    assert!(denominator != 0, "a divisor of money is never zero");
    let negative = (numerator < 0) != (denominator < 0);
    let (n, d) = (numerator.abs(), denominator.abs());
    let quotient = (n + d / 2) / d;
    let signed = if negative { -quotient } else { quotient };
    i64::try_from(signed).expect("a sum fits 63 bits of minor units")
}

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A currency code that is not three Latin capitals.
#[derive(Debug, thiserror::Error)]
#[error("a currency is three Latin capitals such as KZT")]
pub struct NotACurrency;

impl Currency {
    /// Tenge, the first market's currency.
    pub const KZT: Self = Self(*b"KZT");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimal digits the minor unit has (ISO 4217): 2 for most, 0 or 3 for a few.
    #[must_use]
    pub fn digits(self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"UGX" | b"PYG" => 0,
            b"KWD" | b"BHD" | b"OMR" | b"JOD" | b"TND" | b"IQD" | b"LYD" => 3,
            _ => 2,
        }
    }

    /// Minor units in one unit.
    #[must_use]
    pub fn scale(self) -> i64 {
        10_i64.pow(self.digits())
    }

    /// Reads a decimal such as `1250`, `-3.50`; refuses more digits than the currency has.
    ///
    /// # Errors
    /// [`NotMoney`] when it is no decimal number, has too many digits, or does not fit.
    pub fn parse(self, text: &str) -> Result<Amount, NotMoney> {
        decimal::parse(text, self.digits()).map(Amount).ok_or(NotMoney)
    }

    /// Writes an amount as a decimal with the currency's digits: `1250.00`.
    #[must_use]
    pub fn format(self, amount: Amount) -> String {
        Decimal::new(amount.0, self.digits()).as_str().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
impl FromStr for Currency {
    type Err = NotACurrency;
    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| NotACurrency)?;
        if bytes.iter().all(u8::is_ascii_uppercase) { Ok(Self(bytes)) } else { Err(NotACurrency) }
    }
}
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no sum of the currency.
#[derive(Debug, thiserror::Error)]
#[error("not a sum of money in this currency")]
pub struct NotMoney;

/// The largest sum that crosses a wire, in minor units: sums of any document stay far from 63 bits.
pub const LARGEST: i64 = 1_000_000_000_000_000;

/// A sum on the wire: `{"amount": "1250.00", "currency": "KZT"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Minor units.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
}

/// How [`Money`] looks in JSON.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub struct MoneyShape {
    /// A decimal with the currency's digits, such as `1250.00`.
    pub amount: String,
    /// An ISO 4217 code.
    pub currency: String,
}

impl Money {
    /// A sum.
    #[must_use]
    pub fn new(amount: Amount, currency: Currency) -> Self {
        Self { amount, currency }
    }
}

impl utoipa::PartialSchema for Money {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        MoneyShape::schema()
    }
}
impl utoipa::ToSchema for Money {}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // As [`MoneyShape`] has it.
        let mut shape = out.serialize_struct("Money", 2)?;
        shape.serialize_field("amount", Decimal::new(self.amount.0, self.currency.digits()).as_str())?;
        shape.serialize_field("currency", self.currency.code())?;
        shape.end()
    }
}
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let shape = MoneyShape::deserialize(input)?;
        let currency: Currency = shape.currency.parse().map_err(serde::de::Error::custom)?;
        let amount = currency.parse(&shape.amount).map_err(serde::de::Error::custom)?;
        if amount.0.abs() > LARGEST {
            return Err(serde::de::Error::custom(NotMoney));
        }
        Ok(Self { amount, currency })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wire_form_is_a_decimal_with_the_currencys_digits() {
        let money = Money::new(Amount(125_000), Currency::KZT);
        let json = serde_json::to_string(&money).unwrap();
        assert_eq!(json, r#"{"amount":"1250.00","currency":"KZT"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn refuses_what_is_no_sum() {
        for text in ["", "1,5", "1.", ".5", "1.234", "1e3", "--1", "1 000", "99999999999999999999"] {
            assert!(Currency::KZT.parse(text).is_err(), "{text}");
        }
        assert_eq!(Currency::KZT.parse("-3.5").unwrap(), Amount(-350));
        assert_eq!(Currency::KZT.parse("3.500").unwrap(), Amount(350));
    }

    #[test]
    fn rounds_halves_away_from_zero() {
        assert_eq!(Amount(150).rounded_to(100), Amount(200));
        assert_eq!(Amount(-150).rounded_to(100), Amount(-200));
        assert_eq!(Amount(149).rounded_to(100), Amount(100));
        assert_eq!(Amount(149).rounded_to(1), Amount(149));
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing(sum in -1_000_000_000_i64..1_000_000_000, weights in prop::collection::vec(0_i64..1_000_000, 1..40)) {
            let parts = Amount(sum).split(&weights);
            prop_assert_eq!(parts.iter().copied().sum::<Amount>(), Amount(sum));
            let total: i64 = weights.iter().sum();
            if total > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(sum) * i128::from(*weight);
                    prop_assert!((i128::from(part.0) * i128::from(total) - exact).abs() <= i128::from(total));
                }
            }
        }

        #[test]
        fn what_is_written_is_read_back(sum in any::<i64>()) {
            prop_assume!(sum != i64::MIN);
            prop_assert_eq!(Currency::KZT.parse(&Currency::KZT.format(Amount(sum))).unwrap(), Amount(sum));
        }
    }
}
