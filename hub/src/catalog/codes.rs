//! Codes of goods as the tables keep them, own barcodes, and in-store weight codes. Pure.

use duken_protocol::barcode::{Code, check_digit};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;

use crate::settings::{WeightCode, WeightKind};

/// A code as one number: a barcode is its GTIN-14, a short code `-1 - code`, so that the two never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeKey(pub i64);

impl From<Code> for CodeKey {
    fn from(code: Code) -> Self {
        match code {
            Code::Barcode(gtin) => Self(i64::try_from(gtin.number()).unwrap_or(i64::MAX)),
            Code::Short(short) => Self::short(i64::from(short)),
        }
    }
}

impl CodeKey {
    /// The key of a short code.
    #[must_use]
    pub fn short(code: i64) -> Self {
        Self(-1 - code)
    }

    /// Reads a text; nothing for what is no code.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Code::parse(text).ok().map(Self::from)
    }
}

/// What a scanned in-store code says beside the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// So much of the unit.
    Quantity(Quantity),
    /// The sum of the line.
    Sum(Amount),
}

/// An in-store code taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighted {
    /// The digits that name the product.
    pub item: String,
    /// The barcode of the product's card in the form of these codes: value zero, check digit right.
    pub blank: CodeKey,
    /// Weight, sum or pieces.
    pub measure: Measure,
}

/// Takes an in-store code apart by the table of formats; nothing when no format fits.
#[must_use]
pub fn weighted(text: &str, formats: &[WeightCode], currency: Currency) -> Option<Weighted> {
    if text.len() != 13 || !matches!(Code::parse(text), Ok(Code::Barcode(_))) {
        return None;
    }
    let format = formats.iter().find(|f| text.starts_with(&f.prefix))?;
    let (item_digits, value_digits) = (usize::from(format.item_digits), usize::from(format.value_digits));
    if 2 + item_digits + value_digits != 12 {
        return None;
    }
    let item = text.get(2..2 + item_digits)?;
    let value: i64 = text.get(2 + item_digits..12)?.parse().ok()?;
    let divisor = i64::from(format.divisor.max(1));
    let measure = match format.kind {
        WeightKind::Weight | WeightKind::Pieces => Measure::Quantity(Quantity(value * 1000 / divisor)),
        WeightKind::Price => Measure::Sum(Amount(value * currency.scale() / divisor)),
    };
    let body = format!("{}{item}{}", format.prefix, "0".repeat(value_digits));
    let blank = CodeKey::read(&format!("{body}{}", check_digit(&body)))?;
    Some(Weighted { item: item.to_owned(), blank, measure })
}

/// Makes an EAN-13 of the shop's own: a prefix of 20–29 that no in-store format uses, the product's number, and which
/// of its codes it is. Nothing when every prefix is taken.
#[must_use]
pub fn own_barcode(product: i64, which: u8, formats: &[WeightCode]) -> Option<String> {
    let prefix = (20..=29).map(|p: u8| p.to_string()).find(|p| !formats.iter().any(|f| f.prefix == *p))?;
    let body = format!("{prefix}{:09}{}", product % 1_000_000_000, which % 10);
    Some(format!("{body}{}", check_digit(&body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn a_short_code_is_never_a_barcode() {
        assert_ne!(CodeKey::read("000017"), CodeKey::read("00000017"));
        assert_eq!(CodeKey::read("7"), CodeKey::read("007"));
        assert_eq!(CodeKey::read("4610082840836"), CodeKey::read("04610082840836"));
        assert_eq!(CodeKey::read("46009490100205"), None);
    }

    #[test]
    fn in_store_codes_by_the_table() {
        let settings = Settings::default();
        let code = |body: &str| format!("{body}{}", check_digit(body));
        let read = |text: &str| weighted(text, &settings.weight_codes, settings.currency());
        let weight = read(&code("250020451001")).unwrap();
        assert_eq!((weight.item.as_str(), weight.measure), ("00204", Measure::Quantity(Quantity(51_001))));
        assert_eq!(Some(weight.blank), CodeKey::read(&code("250020400000")));
        assert_eq!(read(&code("220001200500")).unwrap().measure, Measure::Sum(Amount(50_000)));
        assert_eq!(read(&code("290001200003")).unwrap().measure, Measure::Quantity(Quantity(3_000)));
        assert_eq!(read(&code("210001200003")), None, "no such format");
        assert_eq!(read("2500204510011"), None, "the check digit is wrong");
        assert_eq!(read("250020451"), None);
    }

    #[test]
    fn own_barcodes_are_right_and_keep_out_of_the_formats() {
        let settings = Settings::default();
        let first = own_barcode(123, 0, &settings.weight_codes).unwrap();
        assert_eq!(first, "2000000012304".to_owned()[..12].to_owned() + &check_digit("200000001230").to_string());
        assert!(CodeKey::read(&first).is_some());
        assert_ne!(own_barcode(123, 1, &settings.weight_codes), Some(first));
        let all: Vec<_> = (20..=29)
            .map(|p: u8| WeightCode { prefix: p.to_string(), item_digits: 5, value_digits: 5, kind: WeightKind::Weight, divisor: 1000 })
            .collect();
        assert_eq!(own_barcode(1, 0, &all), None);
    }
}
