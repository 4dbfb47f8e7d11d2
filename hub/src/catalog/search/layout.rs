//! The wrong keyboard layout, forgiven: what the same keys give in the other one. Pure.

const LATIN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбю";
/// The digits' row of the Kazakh layout.
const LATIN_ROW: &str = "234590-=8";
const KAZAKH_ROW: &str = "әіңғұқөһү";
const SHIFTED: &str = "~{}:\"<>";
const UNSHIFTED: &str = "`[];',.";

fn mapped(from: &str, to: &str, character: char) -> Option<char> {
    from.chars().position(|c| c == character).and_then(|at| to.chars().nth(at))
}

fn lower(character: char) -> char {
    let plain = character.to_lowercase().next().unwrap_or(character);
    mapped(SHIFTED, UNSHIFTED, plain).unwrap_or(plain)
}

/// The texts that the same keys give in other layouts, likeliest first; none when the keys give the same.
#[must_use]
pub fn others(text: &str) -> Vec<String> {
    let text: String = text.chars().map(lower).collect();
    let has_latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let has_cyrillic = text.chars().any(|c| RUSSIAN.contains(c) || KAZAKH_ROW.contains(c));
    let mut answers = Vec::new();
    if has_latin && !has_cyrillic {
        let russian: String = text.chars().map(|c| mapped(LATIN, RUSSIAN, c).unwrap_or(c)).collect();
        let kazakh: String = russian.chars().map(|c| mapped(LATIN_ROW, KAZAKH_ROW, c).unwrap_or(c)).collect();
        let differs = kazakh != russian;
        answers.push(russian);
        if differs {
            answers.push(kazakh);
        }
    } else if has_cyrillic && !has_latin {
        let latin: String =
            text.chars().map(|c| mapped(RUSSIAN, LATIN, c).or_else(|| mapped(KAZAKH_ROW, LATIN_ROW, c)).unwrap_or(c)).collect();
        answers.push(latin);
    }
    answers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_keys_in_the_other_layout() {
        let cases: &[(&str, &[&str])] = &[
            ("vjkjrj", &["молоко"]),
            ("VJKJRJ 3", &["молоко 3", "молоко і"]),
            ("[kt,", &["хлеб"]),
            ("{kt<", &["хлеб"]),
            ("0fyn", &["0ант", "қант"]),
            ("ьфкы", &["mars"]),
            ("123", &[]),
            ("кока cola", &[]),
        ];
        for (typed, meant) in cases {
            assert_eq!(&others(typed), meant, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _any = others(&text);
        }
    }
}
