//! With what a store opens: what follows from its currency and its people's language.

use duken_protocol::money::Amount;

use super::{ReceiptFields, ReceiptLanguage, Rounding, RoundingScope, Settings};
use crate::texts::{self, Language};

impl Settings {
    /// The settings of a new store.
    #[must_use]
    pub fn opening(language: Language, zone: String, currency: String) -> Self {
        let rest = Self::default();
        let mut settings = Self { language, zone, currency, ..rest };
        settings.rounding = settings.usual_rounding();
        settings.receipt_language = match (settings.currency.as_str(), language) {
            // In Kazakhstan the paper speaks both languages of the state.
            ("KZT", _) => ReceiptLanguage::Both,
            (_, Language::Ru) => ReceiptLanguage::Ru,
            (_, Language::Kk) => ReceiptLanguage::Kk,
            (_, Language::En) => ReceiptLanguage::En,
        };
        settings.receipt_fields = ReceiptFields { thanks: thanks(settings.receipt_language), ..settings.receipt_fields };
        settings
    }

    /// How sums of the store's currency are rounded where nobody said otherwise: to the whole unit where its hundredths are
    /// not handed out any more, else not at all.
    #[must_use]
    pub fn usual_rounding(&self) -> Rounding {
        let currency = self.currency();
        let whole = matches!(currency.code(), "KZT" | "KGS" | "UZS");
        let (step, scope) = if whole { (currency.scale(), RoundingScope::Receipt) } else { (1, RoundingScope::None) };
        Rounding { step: currency.format(Amount(step)), scope }
    }
}

fn thanks(language: ReceiptLanguage) -> String {
    let say = |language| texts::find(language, "receipt.thanks").unwrap_or_default().to_owned();
    match language {
        ReceiptLanguage::Ru => say(Language::Ru),
        ReceiptLanguage::Kk => say(Language::Kk),
        ReceiptLanguage::En => say(Language::En),
        ReceiptLanguage::Both => format!("{} {}", say(Language::Ru), say(Language::Kk)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_opens_as_its_country_counts_and_speaks() {
        type Row = (&'static str, Language, &'static str, RoundingScope, ReceiptLanguage, &'static str);
        let rows: [Row; 6] = [
            ("KZT", Language::Ru, "1.00", RoundingScope::Receipt, ReceiptLanguage::Both, "Спасибо за покупку! Сатып алғаныңызға рахмет!"),
            ("KZT", Language::En, "1.00", RoundingScope::Receipt, ReceiptLanguage::Both, "Спасибо за покупку! Сатып алғаныңызға рахмет!"),
            ("GBP", Language::En, "0.01", RoundingScope::None, ReceiptLanguage::En, "Thank you!"),
            ("RUB", Language::Ru, "0.01", RoundingScope::None, ReceiptLanguage::Ru, "Спасибо за покупку!"),
            ("JPY", Language::En, "1", RoundingScope::None, ReceiptLanguage::En, "Thank you!"),
            ("KWD", Language::Kk, "0.001", RoundingScope::None, ReceiptLanguage::Kk, "Сатып алғаныңызға рахмет!"),
        ];
        for (currency, language, step, scope, receipt, thanks) in rows {
            let settings = Settings::opening(language, "UTC".to_owned(), currency.to_owned());
            assert_eq!(settings.rounding, Rounding { step: step.to_owned(), scope }, "{currency}");
            assert_eq!((settings.receipt_language, settings.receipt_fields.thanks.as_str()), (receipt, thanks), "{currency}");
        }
        assert_eq!(Settings::default().rounding, Settings::default().usual_rounding());
    }
}
