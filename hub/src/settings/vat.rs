//! VAT rates: data with dates, compiled in, overridden by `vat_rates.toml` in the data folder. A rate belongs to a country
//! by its currency: a store in another one neither offers it nor charges it.

use std::path::Path;
use std::sync::{LazyLock, RwLock};

use duken_kernel::Fault;
use duken_protocol::money::Currency;
use duken_protocol::quantity::Quantity;
use serde::Deserialize;

use crate::texts::Language;

/// The file that overrides the rates, in the data folder.
pub const FILE: &str = "vat_rates.toml";
/// The common rate of the first market.
pub const STANDARD: &str = "standard";
/// Of goods outside VAT, and of a store that does not pay it.
pub const WITHOUT: &str = "none";

/// A rate that a product can carry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    /// Its stable id.
    pub id: String,
    /// The currency of the country whose law it is; every store's when absent.
    #[serde(default)]
    pub currency: Option<String>,
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
#[serde(deny_unknown_fields)]
struct RateFile {
    rate: Vec<VatRate>,
}

static COMPILED: LazyLock<Vec<VatRate>> =
    LazyLock::new(|| toml::from_str::<RateFile>(include_str!("vat_rates.toml")).expect("the rates are TOML, a test reads them").rate);
/// The rates of the file, laid over the compiled ones. Law holds for all hubs of a program alike.
static GIVEN: RwLock<Option<&'static [VatRate]>> = RwLock::new(None);

/// Reads the overriding file of a data folder, where there is one. A rate of the same id takes the place of ours; its
/// percents of days gone by were written into the sales of those days and change none.
///
/// # Errors
/// [`Fault::Other`] with what is wrong in it.
pub fn read_file(data: &Path) -> Result<(), Fault> {
    let path = data.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault::from(error).named()),
    };
    let rates = laid_over(&text).map_err(|wrong| Fault::Other(format!("{}: {wrong}", path.display())))?;
    *GIVEN.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(&*Vec::leak(rates));
    Ok(())
}

fn laid_over(text: &str) -> Result<Vec<VatRate>, String> {
    let given = toml::from_str::<RateFile>(text).map_err(|error| error.to_string())?.rate;
    for rate in &given {
        let forward = rate.periods.windows(2).all(|pair| pair[0].from < pair[1].from);
        let sense = rate.periods.iter().all(|period| (0..=100).contains(&period.percent));
        if rate.id.is_empty() || !forward || !sense {
            return Err(format!("rate {:?}: an id, periods from the oldest on, percents from 0 to 100", rate.id));
        }
    }
    let kept = COMPILED.iter().filter(|ours| given.iter().all(|rate| rate.id != ours.id)).cloned();
    Ok(kept.collect::<Vec<_>>().into_iter().chain(given).collect())
}

/// Every rate.
#[must_use]
pub fn rates() -> &'static [VatRate] {
    GIVEN.read().unwrap_or_else(std::sync::PoisonError::into_inner).unwrap_or(&COMPILED)
}

/// The rate with this id.
#[must_use]
pub fn rate(id: &str) -> Option<&'static VatRate> {
    rates().iter().find(|rate| rate.id == id)
}

/// The rate of new products where a store chose none: the common one of its country, or none.
#[must_use]
pub fn usual(currency: Currency) -> &'static str {
    rates().iter().find(|rate| rate.is_usual() && rate.is_law_in(currency)).map_or(WITHOUT, |rate| &rate.id)
}

impl VatRate {
    /// Whether a store of this currency can carry it.
    #[must_use]
    pub fn is_law_in(&self, currency: Currency) -> bool {
        self.currency.as_deref().is_none_or(|code| code == currency.code())
    }

    /// Whether it is the common one of its country.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.id == STANDARD
    }

    /// What people call it in a language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.name.ru,
            Language::Kk => &self.name.kk,
            Language::En => &self.name.en,
        }
    }

    /// The period that holds on a day (`yyyymmdd`); nothing for goods outside VAT or before the first period.
    #[must_use]
    pub fn on(&self, date: i32) -> Option<Period> {
        self.periods.iter().rev().find(|period| period.from <= date).copied()
    }
}

/// The percent of a rate on a day (`yyyymmdd`) in a store of this currency; nothing for goods outside VAT, for unknown
/// rates and for those of other countries.
#[must_use]
pub fn percent_on(id: &str, currency: Currency, date: i32) -> Option<i64> {
    rate(id).filter(|rate| rate.is_law_in(currency))?.on(date).map(|period| period.percent)
}

/// The rate that a list means: by its id, its name in any language, or a percent that it has or had.
#[must_use]
pub fn read(text: &str) -> Option<&'static VatRate> {
    const SAID: &[&str] = &["без ндс", "не облагается", "нет", "ққс-сыз", "ққссыз", "no vat", "without vat", "exempt", "no", "none", "-"];
    let plain = text.trim().to_lowercase();
    if SAID.contains(&plain.as_str()) {
        return rate(WITHOUT);
    }
    let names = |rate: &VatRate| [&rate.id, &rate.name.ru, &rate.name.kk, &rate.name.en].iter().any(|name| name.to_lowercase() == plain);
    if let Some(named) = rates().iter().find(|rate| names(rate)) {
        return Some(named);
    }
    let bare = ["ндс", "ққс", "vat", "%", "в т.ч."].iter().fold(plain, |text, word| text.replace(word, ""));
    let hundredths = Quantity::parse(&bare.trim().replace(',', "."))?.0;
    // A workbook holds 12 % as 0.12.
    let percent = if (1..1_000).contains(&hundredths) { hundredths / 10 } else { hundredths / 1_000 };
    let has = |rate: &&VatRate| rate.periods.iter().any(|period| period.percent == percent);
    rates().iter().find(has).filter(|_| hundredths % 10 == 0 && hundredths >= 0)
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
            assert_eq!(percent_on(id, Currency::KZT, date), percent, "{id} on {date}");
        }
        let pounds: Currency = "GBP".parse().unwrap();
        assert_eq!(percent_on("standard", pounds, 20_260_101), None, "another country's law");
        assert_eq!((usual(Currency::KZT), usual(pounds)), (STANDARD, WITHOUT));
    }

    #[test]
    fn a_file_lays_rates_over_ours() {
        let text = "[[rate]]\nid = \"standard\"\nname = { ru = \"а\", kk = \"б\", en = \"c\" }\nperiods = [{ from = 2027_01_01, percent = 18 }]\n\
                    [[rate]]\nid = \"reduced\"\ncurrency = \"KZT\"\nname = { ru = \"а\", kk = \"б\", en = \"c\" }\nperiods = []\n";
        let rates = laid_over(text).unwrap();
        let standard: Vec<_> = rates.iter().filter(|rate| rate.id == "standard").collect();
        assert_eq!((standard.len(), standard[0].on(20_270_101).map(|period| period.percent)), (1, Some(18)));
        assert!(rates.iter().any(|rate| rate.id == "reduced") && rates.iter().any(|rate| rate.id == "zero"));
        for wrong in [
            "rate = 5",
            "[[rate]]\nid = \"\"\nname = { ru = \"\", kk = \"\", en = \"\" }\nperiods = []",
            "[[rate]]\nid = \"x\"\nname = { ru = \"\", kk = \"\", en = \"\" }\nperiods = [{ from = 2, percent = 1 }, { from = 1, percent = 1 }]",
        ] {
            assert!(laid_over(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_as_lists_write_them() {
        let cases = [
            ("standard", Some("standard")),
            ("Без НДС", Some("none")),
            ("НДС 12%", Some("standard")),
            ("16 %", Some("standard")),
            ("0.12", Some("standard")),
            ("0%", Some("zero")),
            ("0", Some("zero")),
            ("7%", None),
            ("да", None),
            ("", None),
        ];
        for (text, id) in cases {
            assert_eq!(read(text).map(|rate| rate.id.as_str()), id, "{text}");
        }
    }

    #[test]
    fn periods_go_forward() {
        for rate in rates() {
            assert!(rate.periods.windows(2).all(|pair| pair[0].from < pair[1].from), "{}", rate.id);
        }
    }
}
