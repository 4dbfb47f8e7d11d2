//! Numbers as people and programs write them in lists: `1 250,50`, `1,250.50`, `450 ₸`.

use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;

use crate::catalog::model::MOST_PRICE;

const SIGNS: &[&str] = &["₸", "тенге", "теңге", "тг", "kzt", "₽", "руб", "$", "€", "£"];

/// How a column writes its numbers: a mark before three digits may stand for thousands or for a decimal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// The mark that other values of the column show to be the decimal one.
    pub decimal: Option<char>,
}

impl Marks {
    /// What the values of a column show.
    #[must_use]
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let decimal = |text: &str| {
            let bare = bare(text);
            let marks: Vec<(usize, char)> = bare.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
            let (at, last) = *marks.last()?;
            let fraction = bare.len() - at - 1;
            let once = marks.iter().filter(|(_, mark)| *mark == last).count() == 1;
            (once && fraction > 0 && (fraction != 3 || marks.len() > 1)).then_some(last)
        };
        Self { decimal: texts.into_iter().find_map(decimal) }
    }
}

/// A price: a sum not below zero and not above the dearest, with a currency sign or without. What is finer than the
/// currency is rounded, as a spreadsheet shows it.
#[must_use]
pub fn amount(text: &str, currency: Currency, marks: Marks) -> Option<Amount> {
    let plain = plain(&bare(text), Some(marks))?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = usize::try_from(currency.digits()).unwrap_or(2);
    let minor: i64 = format!("{whole}{fraction:0<digits$.digits$}").parse().ok()?;
    let up = fraction.as_bytes().get(digits).is_some_and(|digit| *digit >= b'5');
    let amount = Amount(minor.checked_add(i64::from(up))?);
    (!plain.starts_with('-') && (Amount::ZERO..=MOST_PRICE).contains(&amount)).then_some(amount)
}

/// Whether a text may be a price.
#[must_use]
pub(super) fn looks_like_money(text: &str) -> bool {
    amount(text, Currency::KZT, Marks::default()).is_some()
}

/// A quantity, with its sign.
#[must_use]
pub fn quantity(text: &str) -> Option<Quantity> {
    Quantity::parse(&plain(text, None)?)
}

/// A number without what currency people write at it.
fn bare(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let bare = lower.trim_end_matches('.');
    SIGNS.iter().find_map(|sign| bare.strip_suffix(sign).or_else(|| bare.strip_prefix(sign))).unwrap_or(&lower).trim().to_owned()
}

/// A plain decimal with a point: spaces and thousands' marks gone. Nothing when the marks do not make sense. Of money
/// (`marks`), one mark before three digits stands for thousands unless the column shows otherwise.
fn plain(text: &str, marks: Option<Marks>) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}')).collect();
    let compact = compact.replace(['−', '–'], "-");
    let (sign, digits) = match compact.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", compact.as_str()),
    };
    if !digits.bytes().any(|b| b.is_ascii_digit()) || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
        return None;
    }
    let found: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let one_kind = found.windows(2).all(|pair| pair[0] == pair[1]);
    let thousands = |mark: char| {
        let groups = digits
            .split_once(mark)
            .is_some_and(|(whole, rest)| rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0'));
        groups && marks.is_some_and(|marks| marks.decimal != Some(mark))
    };
    let (whole, fraction) = match found.last() {
        None => (digits, ""),
        Some(_) if one_kind && found.len() > 1 => (digits, ""),
        Some(mark) if one_kind && thousands(*mark) => (digits, ""),
        Some(last) => digits.rsplit_once(*last)?,
    };
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    if groups.iter().skip(1).any(|group| group.len() != 3) || (groups.len() > 1 && !(1..=3).contains(&groups[0].len())) {
        return None;
    }
    let whole = match groups.concat() {
        empty if empty.is_empty() => "0".to_owned(),
        whole => whole,
    };
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
            (".5", Some(50)),
            (",5", Some(50)),
            ("5.", Some(500)),
            (".", None),
            ("4.555", Some(455_500)),
            ("1.250", Some(125_000)),
            ("1,250", Some(125_000)),
            ("0.345", Some(35)),
            ("1'250", Some(125_000)),
            ("1’250.5", Some(125_050)),
            ("1 250,00", Some(125_000)),
            ("1166.6667", Some(116_667)),
            ("1166,664999", Some(116_666)),
            ("1166.667", Some(116_667)),
            ("12.3456", Some(1_235)),
            ("1e5", None),
            ("договорная", None),
            ("1000000000000", Some(100_000_000_000_000)),
            ("1000000000000.01", None),
            ("92233720368547758.07", None),
        ];
        for (text, minor) in cases {
            assert_eq!(amount(text, Currency::KZT, Marks::default()), minor.map(Amount), "{text}");
        }
    }

    #[test]
    fn a_column_shows_what_its_marks_are() {
        let read = |column: &[&str]| -> Vec<_> {
            let marks = Marks::of(column.iter().copied());
            column.iter().map(|text| amount(text, Currency::KZT, marks).map(|amount| amount.0)).collect()
        };
        assert_eq!(read(&["166,667", "495,5"]), [Some(16_667), Some(49_550)], "the comma is decimal");
        assert_eq!(read(&["1.250", "300", "12.500"]), [Some(125_000), Some(30_000), Some(1_250_000)], "the point parts thousands");
        assert_eq!(read(&["1.250,50", "2.000"]), [Some(125_050), Some(200_000)]);
    }

    #[test]
    fn quantities_may_be_below_zero() {
        for (text, thousandths) in [
            ("12", Some(12_000)),
            ("0,345", Some(345)),
            ("1.345", Some(1_345)),
            (".5", Some(500)),
            ("-3", Some(-3_000)),
            ("−3", Some(-3_000)),
            ("много", None),
        ] {
            assert_eq!(quantity(text), thousandths.map(Quantity), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _any = (amount(&text, Currency::KZT, Marks::of([text.as_str()])), quantity(&text));
        }

        #[test]
        fn a_written_price_is_read_back(minor in 0_i64..1_000_000_000_000) {
            let text = Currency::KZT.format(Amount(minor));
            prop_assert_eq!(amount(&text, Currency::KZT, Marks::default()), Some(Amount(minor)));
            prop_assert_eq!(amount(&text.replace('.', ","), Currency::KZT, Marks::default()), Some(Amount(minor)));
        }
    }
}
