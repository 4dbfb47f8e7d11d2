//! Folding: what people type and what stands on the card meet in one form. Pure.
//!
//! Case and ё=е are forgiven; a Kazakh letter is also found by its Russian neighbour; Latin letters inside a Cyrillic
//! word that look the same count as Cyrillic. Every character folds to exactly one, so positions stay.

/// The folded form of a character.
#[must_use]
pub fn fold_char(character: char) -> char {
    let mut lower = character.to_lowercase();
    let lower = match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        // İ and its like become two characters: the first is the letter.
        (Some(first), Some(_)) => first,
        (None, _) => character,
    };
    match lower {
        'ё' => 'е',
        'ә' => 'а',
        'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        'і' => 'и',
        other => other,
    }
}

fn is_cyrillic(character: char) -> bool {
    ('а'..='я').contains(&character) || ('\u{400}'..='\u{52f}').contains(&character)
}

/// The Cyrillic twin of a Latin letter (folded).
fn twin(character: char) -> Option<char> {
    Some(match character {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        'i' => 'и',
        _ => return None,
    })
}

/// A folded word and where it stands in the text, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// Its first character's place.
    pub start: usize,
    /// How many characters.
    pub len: usize,
}

/// The words of a text: runs of letters, and runs of digits apart (`200мл` is two).
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Letter,
        Digit,
        Other,
    }
    let class = |c: char| {
        if c.is_numeric() {
            Class::Digit
        } else if c.is_alphanumeric() {
            Class::Letter
        } else {
            Class::Other
        }
    };
    let mut found: Vec<Word> = Vec::new();
    let mut before = Class::Other;
    for (place, character) in text.chars().enumerate() {
        let now = class(character);
        if now != Class::Other {
            let folded = fold_char(character);
            match found.last_mut() {
                Some(word) if now == before => {
                    word.text.push(folded);
                    word.len += 1;
                }
                _ => found.push(Word { text: folded.to_string(), start: place, len: 1 }),
            }
        }
        before = now;
    }
    for word in &mut found {
        if word.text.chars().any(is_cyrillic) && word.text.chars().any(|c| c.is_ascii_alphabetic()) {
            word.text = word.text.chars().map(|c| twin(c).unwrap_or(c)).collect();
        }
    }
    found
}

/// The folded words of a text, one space between them: what is sorted by, and searched in.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in words(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&word.text);
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_type_meets_what_stands_on_the_card() {
        let cases = [
            ("Құрт солёный 12 %, 100гр.", "курт соленыи 12 100 гр".replace("соленыи", "соленый")),
            ("ӘҒҚҢӨҰҮҺІ", "агкноуухи".to_owned()),
            ("7DAYS Круассан", "7 days круассан".to_owned()),
            ("Ahmad Tеa", "ahmad теа".to_owned()),
            ("ф\\п  «Натиже»", "ф п натиже".to_owned()),
            ("", String::new()),
        ];
        for (text, expected) in cases {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn words_know_their_places() {
        let found = words("«Сүт» 2,5%");
        let places: Vec<_> = found.iter().map(|w| (w.text.as_str(), w.start, w.len)).collect();
        assert_eq!(places, [("сут", 1, 3), ("2", 6, 1), ("5", 8, 1)]);
    }

    proptest! {
        #[test]
        fn folding_never_panics_and_is_stable(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
            let count = text.chars().count();
            for word in words(&text) {
                prop_assert!(word.start + word.len <= count);
                prop_assert_eq!(word.text.chars().count(), word.len);
            }
        }
    }
}
