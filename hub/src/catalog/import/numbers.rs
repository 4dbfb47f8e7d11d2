//! Numbers as people and programs write them in lists: `1 250,50`, `1,250.50`, `450 ₸`.

use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;

use crate::catalog::model::MOST_PRICE;

const SIGNS: &[&str] = &["₸", "тенге", "теңге", "тг", "kzt", "₽", "руб", "$", "€", "£"];

/// A price: a sum not below zero and not above the dearest, with a currency sign or without.
#[must_use]
pub fn amount(text: &str, currency: Currency) -> Option<Amount> {
    let lower = text.trim().to_lowercase();
    let bare = lower.trim_end_matches('.');
    let bare = SIGNS.iter().find_map(|sign| bare.strip_suffix(sign).or_else(|| bare.strip_prefix(sign))).unwrap_or(&lower);
    currency.parse(&plain(bare)?).ok().filter(|amount| (Amount::ZERO..=MOST_PRICE).contains(amount))
}

/// A quantity, with its sign.
#[must_use]
pub fn quantity(text: &str) -> Option<Quantity> {
    Quantity::parse(&plain(text)?)
}

/// A plain decimal with a point: spaces and thousands' marks gone. Nothing when the marks do not make sense.
fn plain(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}')).collect();
    let compact = compact.replace(['−', '–'], "-");
    let (sign, digits) = match compact.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", compact.as_str()),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
        return None;
    }
    let marks: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let one_kind = marks.windows(2).all(|pair| pair[0] == pair[1]);
    let (whole, fraction) = match marks.last() {
        None => (digits, ""),
        Some(_) if one_kind && marks.len() > 1 => (digits, ""),
        Some(last) => digits.rsplit_once(*last)?,
    };
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    if groups.iter().skip(1).any(|group| group.len() != 3) || groups[0].is_empty() || (groups.len() > 1 && groups[0].len() > 3) {
        return None;
    }
    let whole = groups.concat();
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prices_as_people_write_them() {
        let cases = [
            ("450", Some(45_000)),
            ("1 250,50", Some(125_050)),
            ("1\u{a0}250", Some(125_000)),
            ("1,250.50", Some(125_050)),
            ("1.250,50", Some(125_050)),
            ("1.250.500", Some(125_050_000)),
            ("12,5", Some(1_250)),
            ("450 ₸", Some(45_000)),
            ("450тг.", Some(45_000)),
            ("$3.5", Some(350)),
            ("450.00", Some(45_000)),
            ("0", Some(0)),
            ("1015a", None),
            ("-5", None),
            ("", None),
            ("1,25,50", None),
            ("1.2.3,4", None),
            (".5", None),
            ("4.555", None),
            ("1e5", None),
            ("договорная", None),
            ("1000000000000", Some(100_000_000_000_000)),
            ("1000000000000.01", None),
            ("92233720368547758.07", None),
        ];
        for (text, minor) in cases {
            assert_eq!(amount(text, Currency::KZT), minor.map(Amount), "{text}");
        }
    }

    #[test]
    fn quantities_may_be_below_zero() {
        for (text, thousandths) in [("12", Some(12_000)), ("0,345", Some(345)), ("-3", Some(-3_000)), ("−3", Some(-3_000)), ("много", None)]
        {
            assert_eq!(quantity(text), thousandths.map(Quantity), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _any = (amount(&text, Currency::KZT), quantity(&text));
        }

        #[test]
        fn a_written_price_is_read_back(minor in 0_i64..1_000_000_000_000) {
            let text = Currency::KZT.format(Amount(minor));
            prop_assert_eq!(amount(&text, Currency::KZT), Some(Amount(minor)));
            prop_assert_eq!(amount(&text.replace('.', ","), Currency::KZT), Some(Amount(minor)));
        }
    }
}
