//! Sentences in three languages, by key: refusals and what is printed.

pub mod fold;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// A language of the interface and of receipts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// Kazakh.
    Kk,
    /// English.
    En,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Ru, Self::Kk, Self::En];

    /// Its ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::Kk => "kk",
            Self::En => "en",
        }
    }

    /// The first known language of an `Accept-Language` header.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| {
            let tag = part.trim().split([';', '-']).next()?;
            Self::ALL.into_iter().find(|language| language.code() == tag)
        })
    }
}

impl std::str::FromStr for Language {
    type Err = String;
    fn from_str(code: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|language| language.code() == code).ok_or_else(|| "ru, kk or en".to_owned())
    }
}

static TEXTS: LazyLock<HashMap<Language, HashMap<String, String>>> = LazyLock::new(|| {
    let read = |text: &str| toml::from_str::<HashMap<String, String>>(text).expect("the texts are TOML, a test reads them");
    HashMap::from([
        (Language::Ru, read(include_str!("ru.toml"))),
        (Language::Kk, read(include_str!("kk.toml"))),
        (Language::En, read(include_str!("en.toml"))),
    ])
});

/// The sentence for a key, if there is one.
#[must_use]
pub fn find(language: Language, key: &str) -> Option<&'static str> {
    TEXTS.get(&language).and_then(|texts| texts.get(key)).map(String::as_str)
}

/// The sentence for a key with its `{names}` filled in. A key without a sentence gives the key.
#[must_use]
pub fn say(language: Language, key: &str, params: &Map<String, Json>) -> String {
    let Some(template) = find(language, key) else { return key.to_owned() };
    let mut sentence = template.to_owned();
    for (name, value) in params {
        let shown = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        sentence = sentence.replace(&format!("{{{name}}}"), &shown);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_sentence_in_every_language() {
        let mut missing = Vec::new();
        for code in crate::domains::refusals() {
            for language in Language::ALL {
                if find(language, code.code).is_none() {
                    missing.push(format!("{} in {}", code.code, language.code()));
                }
            }
        }
        assert!(missing.is_empty(), "no sentence for: {missing:#?}");
    }

    #[test]
    fn the_languages_have_the_same_keys() {
        let keys = |language| {
            let mut keys: Vec<_> = TEXTS[&language].keys().cloned().collect();
            keys.sort();
            keys
        };
        assert_eq!(keys(Language::Ru), keys(Language::Kk));
        assert_eq!(keys(Language::Ru), keys(Language::En));
    }

    #[test]
    fn the_browsers_header_is_understood() {
        assert_eq!(Language::accepted("kk-KZ,ru;q=0.8"), Some(Language::Kk));
        assert_eq!(Language::accepted("de, fr"), None);
    }
}
