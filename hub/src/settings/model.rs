//! The settings' card.

use duken_protocol::money::{Amount, Currency};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::texts::Language;

/// All settings of a store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// The version it was read at.
    #[serde(default)]
    pub version: i64,
    /// The store.
    pub store: StoreCard,
    /// IANA time zone.
    pub zone: String,
    /// ISO 4217.
    pub currency: String,
    /// The interface's language for people who chose none.
    pub language: Language,
    /// The language of receipts.
    pub receipt_language: ReceiptLanguage,
    /// Width of the receipt tape.
    pub tape: Tape,
    /// What stands on the receipt.
    pub receipt_fields: ReceiptFields,
    /// Rounding of sums.
    pub rounding: Rounding,
    /// Whether goods may be sold that are not in stock.
    pub negative_stock: NegativeStock,
    /// The VAT rate of new products; of the store's country the common one when absent, `none` for who pays no VAT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_rate: Option<String>,
    /// In-store weight and price codes.
    pub weight_codes: Vec<WeightCode>,
    /// No document may be dated on or before this day.
    pub closed_until: Option<String>,
    /// A shift open for longer is said aloud.
    pub max_shift_hours: u32,
    /// Made for looking and trying: decided at the first run, for good.
    #[serde(default)]
    pub demo: bool,
}

/// The store's own data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreCard {
    /// Its name.
    pub name: String,
    /// БИН or ИИН: 12 digits.
    pub bin: String,
    /// Where it is.
    pub address: String,
    /// Its phone.
    pub phone: String,
    /// The logo, by the hash of its file.
    pub logo_hash: Option<String>,
}

/// The language of receipts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptLanguage {
    /// Russian.
    #[default]
    Ru,
    /// Kazakh.
    Kk,
    /// Both, Kazakh first.
    Both,
    /// English.
    En,
}

/// Width of the receipt tape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Tape {
    /// 58 mm.
    #[serde(rename = "58")]
    Mm58,
    /// 80 mm.
    #[default]
    #[serde(rename = "80")]
    Mm80,
}

/// What stands on the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptFields {
    /// БИН.
    pub bin: bool,
    /// Address.
    pub address: bool,
    /// Phone.
    pub phone: bool,
    /// The cashier's name.
    pub cashier: bool,
    /// SKU of each line.
    pub sku: bool,
    /// VAT.
    pub vat: bool,
    /// QR of the receipt.
    pub qr: bool,
    /// The last line.
    pub thanks: String,
}

/// Rounding of sums (architecture, Rounding).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rounding {
    /// The step as a decimal, such as `1.00` for whole tenge.
    pub step: String,
    /// What is rounded.
    pub scope: RoundingScope,
}

/// What is rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingScope {
    /// The receipt's total.
    #[default]
    Receipt,
    /// Each line.
    Line,
    /// Nothing.
    None,
}

/// Whether goods may be sold that are not in stock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NegativeStock {
    /// Silently.
    Allow,
    /// The till says so.
    #[default]
    Warn,
    /// Refused.
    Forbid,
}

/// One form of in-store code: EAN-13 beginning with 20–29 that carries weight, price or pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeightCode {
    /// Two digits, 20 to 29.
    pub prefix: String,
    /// How many digits name the product.
    pub item_digits: u8,
    /// How many digits carry the value.
    pub value_digits: u8,
    /// What the value is.
    pub kind: WeightKind,
    /// What the value is divided by to get units (1000: grams to kilograms).
    pub divisor: u32,
}

/// What an in-store code carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeightKind {
    /// A weight.
    Weight,
    /// A sum of money.
    Price,
    /// A number of pieces.
    Pieces,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: 0,
            store: StoreCard::default(),
            zone: "Asia/Almaty".to_owned(),
            currency: "KZT".to_owned(),
            language: Language::Ru,
            receipt_language: ReceiptLanguage::Both,
            tape: Tape::Mm80,
            receipt_fields: ReceiptFields {
                bin: true,
                address: true,
                phone: true,
                cashier: true,
                sku: false,
                vat: true,
                qr: true,
                thanks: "Спасибо за покупку! Сатып алғаныңызға рахмет!".to_owned(),
            },
            rounding: Rounding { step: "1.00".to_owned(), scope: RoundingScope::Receipt },
            negative_stock: NegativeStock::Warn,
            vat_rate: None,
            weight_codes: vec![
                WeightCode { prefix: "25".to_owned(), item_digits: 5, value_digits: 5, kind: WeightKind::Weight, divisor: 1000 },
                WeightCode { prefix: "22".to_owned(), item_digits: 5, value_digits: 5, kind: WeightKind::Price, divisor: 1 },
                WeightCode { prefix: "29".to_owned(), item_digits: 5, value_digits: 5, kind: WeightKind::Pieces, divisor: 1 },
            ],
            closed_until: None,
            max_shift_hours: 24,
            demo: false,
        }
    }
}

impl Settings {
    /// The store's currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency.parse().unwrap_or(Currency::KZT)
    }

    /// The VAT rate of new products.
    #[must_use]
    pub fn vat_rate(&self) -> &str {
        self.vat_rate.as_deref().unwrap_or_else(|| super::vat::usual(self.currency()))
    }

    /// The rounding step in minor units; 1 when nothing is rounded.
    #[must_use]
    pub fn rounding_step(&self) -> i64 {
        self.currency().parse(&self.rounding.step).unwrap_or(Amount(1)).0.max(1)
    }

    /// The store's zone.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// The business date (`yyyymmdd`) and the zone's offset (minutes) at a moment (milliseconds since 1970 UTC).
    #[must_use]
    pub fn date_at(&self, at_ms: i64) -> (i32, i16) {
        let zoned = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone());
        let offset_min = i16::try_from(zoned.offset().seconds() / 60).unwrap_or(0);
        (yyyymmdd(zoned.date()), offset_min)
    }

    /// The last closed day, `yyyymmdd`; 0 when none is.
    #[must_use]
    pub fn closed_until(&self) -> i32 {
        self.closed_until.as_deref().and_then(|d| d.parse().ok()).map_or(0, yyyymmdd)
    }
}

/// A date as one number.
#[must_use]
pub fn yyyymmdd(date: jiff::civil::Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_business_date_is_the_stores_own() {
        let settings = Settings::default();
        // 2026-11-20 20:30 UTC is already the 21st in Almaty.
        assert_eq!(settings.date_at(1_795_206_600_000).0, 20_261_121);
        let london = Settings { zone: "Europe/London".to_owned(), ..settings };
        assert_eq!(london.date_at(1_795_206_600_000), (20_261_120, 0));
    }
}
