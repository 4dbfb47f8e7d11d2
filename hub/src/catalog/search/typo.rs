//! One slip of the finger: a letter changed, left out, put in, or two swapped. Pure.

/// Whether `typed`, mended by at most one edit, is a beginning of `word`.
#[must_use]
pub fn begins_with_one_edit(typed: &[char], word: &[char]) -> bool {
    let common = typed.iter().zip(word).take_while(|(a, b)| a == b).count();
    if common == typed.len() {
        return true;
    }
    let rest_begins = |typed_from: usize, word_from: usize| match (typed.get(typed_from..), word.get(word_from..)) {
        (Some(rest), Some(word)) => word.starts_with(rest),
        _ => false,
    };
    let swapped = common + 1 < typed.len()
        && word.get(common) == typed.get(common + 1)
        && word.get(common + 1) == typed.get(common)
        && rest_begins(common + 2, common + 2);
    swapped || rest_begins(common + 1, common + 1) || rest_begins(common + 1, common) || rest_begins(common, common + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn begins(typed: &str, word: &str) -> bool {
        begins_with_one_edit(&typed.chars().collect::<Vec<_>>(), &word.chars().collect::<Vec<_>>())
    }

    #[test]
    fn one_edit_is_forgiven_two_are_not() {
        let cases = [
            ("молако", "молоко", true),
            ("молк", "молоко", true),
            ("молокко", "молоко", true),
            ("омлоко", "молоко", true),
            ("млоко", "молоко", true),
            ("молок", "молоко", true),
            ("малака", "молоко", false),
            ("сыр", "молоко", false),
            ("", "молоко", true),
        ];
        for (typed, word, expected) in cases {
            assert_eq!(begins(typed, word), expected, "{typed} for {word}");
        }
    }

    proptest! {
        #[test]
        fn every_single_edit_is_forgiven(word in "[а-я]{5,12}", place in 0_usize..5, other in proptest::char::range('а', 'я')) {
            let letters: Vec<char> = word.chars().collect();
            let mut changed = letters.clone();
            changed[place] = other;
            prop_assert!(begins_with_one_edit(&changed, &letters));
            let mut left_out = letters.clone();
            left_out.remove(place);
            prop_assert!(begins_with_one_edit(&left_out, &letters));
            let mut put_in = letters.clone();
            put_in.insert(place, other);
            prop_assert!(begins_with_one_edit(&put_in, &letters));
            let mut swapped = letters.clone();
            swapped.swap(place, (place + 1).min(letters.len() - 1));
            prop_assert!(begins_with_one_edit(&swapped, &letters));
        }
    }
}
