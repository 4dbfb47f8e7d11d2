//! Words of the paper in the receipt's language, or in both, and figures as people read them.

use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;
use serde_json::Map;

use crate::settings::ReceiptLanguage;
use crate::texts::{self, Language};

/// Words of one receipt.
#[derive(Clone, Copy)]
pub struct Words(pub ReceiptLanguage);

impl Words {
    /// The word for a key of `receipt.*`; in both languages when they differ.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        let word = |language| texts::say(language, &format!("receipt.{key}"), &Map::new());
        match self.0 {
            ReceiptLanguage::Ru => word(Language::Ru),
            ReceiptLanguage::Kk => word(Language::Kk),
            ReceiptLanguage::En => word(Language::En),
            ReceiptLanguage::Both => {
                let (kk, ru) = (word(Language::Kk), word(Language::Ru));
                if kk == ru { ru } else { format!("{kk} / {ru}") }
            }
        }
    }
}

/// The language of single words, such as units, on a paper in this one.
#[must_use]
pub fn language_of(receipt: ReceiptLanguage) -> Language {
    match receipt {
        ReceiptLanguage::Kk => Language::Kk,
        ReceiptLanguage::En => Language::En,
        ReceiptLanguage::Ru | ReceiptLanguage::Both => Language::Ru,
    }
}

/// A sum as people read it: groups of three, decimals only where there are any, the currency's sign behind.
#[must_use]
pub fn sum(amount: Amount, currency: Currency) -> String {
    format!("{}\u{a0}{}", figures(amount, currency), sign(currency))
}

/// A sum without its currency.
#[must_use]
pub fn figures(amount: Amount, currency: Currency) -> String {
    let text = currency.format(amount);
    let (minus, text) = match text.strip_prefix('-') {
        Some(rest) => ("−", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    let decimals = if fraction.bytes().all(|b| b == b'0') { String::new() } else { format!(",{fraction}") };
    format!("{minus}{grouped}{decimals}")
}

fn sign(currency: Currency) -> String {
    match currency.code() {
        "KZT" => "₸".to_owned(),
        "USD" => "$".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "RUB" => "₽".to_owned(),
        other => other.to_owned(),
    }
}

/// A quantity with a decimal comma.
#[must_use]
pub fn quantity(quantity: Quantity) -> String {
    quantity.format().replace('.', ",")
}

/// A moment in the zone of its document: `21.11.2026 14:05`.
#[must_use]
pub fn moment(at_ms: i64, zone_offset_min: i16) -> String {
    let offset = jiff::tz::Offset::from_seconds(i32::from(zone_offset_min) * 60).unwrap_or(jiff::tz::Offset::UTC);
    let Ok(at) = jiff::Timestamp::from_millisecond(at_ms) else { return String::new() };
    let at = offset.to_datetime(at);
    format!("{:02}.{:02}.{:04} {:02}:{:02}", at.day(), at.month(), at.year(), at.hour(), at.minute())
}

/// A day: `21.11.2026`.
#[must_use]
pub fn day(yyyymmdd: i32) -> String {
    format!("{:02}.{:02}.{:04}", yyyymmdd % 100, yyyymmdd / 100 % 100, yyyymmdd / 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_grouped_and_end_with_their_sign() {
        assert_eq!(sum(Amount(1_245_000), Currency::KZT), "12\u{a0}450\u{a0}₸");
        assert_eq!(sum(Amount(-150), Currency::KZT), "−1,50\u{a0}₸");
        assert_eq!(figures(Amount(100_000_000), Currency::KZT), "1\u{a0}000\u{a0}000");
        assert_eq!(day(20_260_903), "03.09.2026");
        assert_eq!(moment(1_795_206_600_000, 300), "21.11.2026 01:30");
    }
}
