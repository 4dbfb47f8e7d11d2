//! VAT rates: data with dates, compiled in.

use std::sync::LazyLock;

use serde::Deserialize;

/// The rate of a product for which nobody chose one.
pub const DEFAULT_RATE: &str = "standard";

/// A rate that a product can carry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    /// Its stable id.
    pub id: String,
    /// What people call it.
    pub name: RateName,
    /// What it was from which day on, oldest first; empty for goods outside VAT.
    pub periods: Vec<Period>,
}

/// A name in every language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateName {
    /// Russian.
    pub ru: String,
    /// Kazakh.
    pub kk: String,
    /// English.
    pub en: String,
}

/// A percent that holds from a day on.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// `yyyymmdd`.
    pub from: i32,
    /// Whole percents.
    pub percent: i64,
}

#[derive(Deserialize)]
struct RateFile {
    rate: Vec<VatRate>,
}

static RATES: LazyLock<Vec<VatRate>> =
    LazyLock::new(|| toml::from_str::<RateFile>(include_str!("vat_rates.toml")).expect("the rates are TOML, a test reads them").rate);

/// Every rate.
#[must_use]
pub fn rates() -> &'static [VatRate] {
    &RATES
}

/// The rate with this id.
#[must_use]
pub fn rate(id: &str) -> Option<&'static VatRate> {
    RATES.iter().find(|rate| rate.id == id)
}

impl VatRate {
    /// The period that holds on a day (`yyyymmdd`); nothing for goods outside VAT or before the first period.
    #[must_use]
    pub fn on(&self, date: i32) -> Option<Period> {
        self.periods.iter().rev().find(|period| period.from <= date).copied()
    }
}

/// The percent of a rate on a day (`yyyymmdd`); nothing for goods outside VAT and for unknown rates.
#[must_use]
pub fn percent_on(id: &str, date: i32) -> Option<i64> {
    rate(id)?.on(date).map(|period| period.percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_rate_rises_with_the_year_2026() {
        let cases = [
            ("standard", 20_251_231, Some(12)),
            ("standard", 20_260_101, Some(16)),
            ("zero", 20_260_101, Some(0)),
            ("none", 20_260_101, None),
            ("unheard", 20_260_101, None),
        ];
        for (id, date, percent) in cases {
            assert_eq!(percent_on(id, date), percent, "{id} on {date}");
        }
        assert!(rate(DEFAULT_RATE).is_some());
    }

    #[test]
    fn periods_go_forward() {
        for rate in rates() {
            assert!(rate.periods.windows(2).all(|pair| pair[0].from < pair[1].from), "{}", rate.id);
        }
    }
}
