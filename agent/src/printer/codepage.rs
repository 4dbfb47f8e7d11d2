//! The code pages that a printer may know, one byte per letter. Own tables: a letter that the page lacks is refused
//! before anything is sent, never sent as something else.

use serde::{Deserialize, Serialize};

/// A code page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePage {
    /// DOS Cyrillic: Russian; no і, no Kazakh letters.
    Cp866,
    /// Windows Cyrillic: Russian and і; no other Kazakh letters.
    Cp1251,
    /// The Kazakh standard, also called RK1048: all letters.
    Kz1048,
    /// Paratype's Asian Cyrillic: all letters.
    Ptcp154,
}

/// A letter that the code page lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code page has no {0:?}")]
pub struct NoSuchLetter(pub char);

impl CodePage {
    /// All of them, the ones with Kazakh letters first.
    pub const ALL: [Self; 4] = [Self::Kz1048, Self::Ptcp154, Self::Cp1251, Self::Cp866];

    /// Its name in profiles and settings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cp866 => "cp866",
            Self::Cp1251 => "cp1251",
            Self::Kz1048 => "kz1048",
            Self::Ptcp154 => "ptcp154",
        }
    }

    /// Finds it by its name; `rk1048` is `kz1048`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace(['-', '_'], "");
        let name = if name == "rk1048" { "kz1048".to_owned() } else { name };
        Self::ALL.into_iter().find(|page| page.code() == name)
    }

    fn upper_half(self) -> &'static str {
        match self {
            Self::Cp866 => CP866,
            Self::Cp1251 => CP1251,
            Self::Kz1048 => KZ1048,
            Self::Ptcp154 => PTCP154,
        }
    }

    fn byte(self, letter: char) -> Option<u8> {
        match letter {
            ' '..='~' => u8::try_from(letter).ok(),
            '\u{fffd}' => None,
            _ => {
                let at = self.upper_half().chars().position(|known| known == letter)?;
                u8::try_from(at + 0x80).ok()
            }
        }
    }

    /// The bytes of a text, letter by letter; typographic signs that the page lacks become their plain twins (× → x, — → -).
    ///
    /// # Errors
    /// The first letter that has no byte and no twin.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, NoSuchLetter> {
        text.chars().map(|letter| self.byte(letter).or_else(|| self.byte(plain_twin(letter)?)).ok_or(NoSuchLetter(letter))).collect()
    }

    /// The text that these bytes mean on this page; what the page does not use comes as U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        let upper: Vec<char> = self.upper_half().chars().collect();
        bytes.iter().map(|&byte| if byte < 0x80 { char::from(byte) } else { upper[usize::from(byte) - 0x80] }).collect()
    }
}

/// A plain sign that says the same. Letters have none: a wrong letter is a wrong name.
fn plain_twin(letter: char) -> Option<char> {
    Some(match letter {
        '×' => 'x',
        '÷' => '/',
        '–' | '—' | '−' | '─' | '\u{2010}' | '\u{2011}' => '-',
        '═' => '=',
        '│' => '|',
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        '«' | '»' | '“' | '”' | '„' => '"',
        '‘' | '’' | '‚' => '\'',
        '•' | '·' => '*',
        _ => return None,
    })
}

/// The upper half of cp866; `\u{fffd}` = not used.
const CP866: &str = "\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u{a0}";

/// The upper half of cp1251; `\u{fffd}` = not used.
const CP1251: &str = "\
    ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{fffd}™љ›њќћџ\
    \u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмнопрстуфхцчшщъыьэюя";

/// The upper half of kz1048; `\u{fffd}` = not used.
const KZ1048: &str = "\
    ЂЃ‚ѓ„…†‡€‰Љ‹ЊҚҺЏђ‘’“”•–—\u{fffd}™љ›њқһџ\
    \u{a0}ҰұӘ¤Ө¦§Ё©Ғ«¬\u{ad}®Ү°±Ііөµ¶·ё№ғ»әҢңү\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмнопрстуфхцчшщъыьэюя";

/// The upper half of ptcp154; `\u{fffd}` = not used.
const PTCP154: &str = "\
    ҖҒӮғ„…ҶҮҲүҠӢҢҚҺҸҗ‘’“”•–—ҳҷҡӣңқһҹ\
    \u{a0}ЎўЈӨҘҰ§Ё©Ә«¬ӯ®Ҝ°ұІіҙө¶·ё№ә»јҪҫҝ\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмнопрстуфхцчшщъыьэюя";

#[cfg(test)]
mod tests {
    use super::*;

    const KAZAKH: &str = "әғқңөұүһіӘҒҚҢӨҰҮҺІ";
    const RUSSIAN: &str = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя";

    #[test]
    fn each_page_is_whole() {
        for page in CodePage::ALL {
            assert_eq!(page.upper_half().chars().count(), 128, "{page:?}");
            let letters: String = page.upper_half().chars().filter(|&letter| letter != '\u{fffd}').collect();
            assert_eq!(page.decode(&page.encode(&letters).unwrap()), letters);
            assert_eq!(page.decode(&page.encode(RUSSIAN).unwrap()), RUSSIAN);
            assert!(page.encode("Total 1.00").is_ok());
        }
    }

    #[test]
    fn which_page_has_which_letters() {
        let has = |page: CodePage, text: &str| page.encode(text).is_ok();
        for page in [CodePage::Kz1048, CodePage::Ptcp154] {
            assert_eq!(page.decode(&page.encode(KAZAKH).unwrap()), KAZAKH);
        }
        assert!(has(CodePage::Cp1251, "іІ") && !has(CodePage::Cp866, "і"));
        for letter in "әғқңөұүһ".chars() {
            assert_eq!(CodePage::Cp1251.encode(&letter.to_string()), Err(NoSuchLetter(letter)));
        }
        for page in CodePage::ALL {
            assert_eq!(page.encode("₸"), Err(NoSuchLetter('₸')));
            assert_eq!(page.encode("1\u{fffd}"), Err(NoSuchLetter('\u{fffd}')));
        }
    }

    #[test]
    fn known_bytes() {
        let rows = [
            (CodePage::Cp866, "Ая№Ё", vec![0x80, 0xEF, 0xFC, 0xF0]),
            (CodePage::Cp1251, "Ая№Ёі", vec![0xC0, 0xFF, 0xB9, 0xA8, 0xB3]),
            (CodePage::Kz1048, "Әәғқңөұүһ", vec![0xA3, 0xBC, 0xBA, 0x9D, 0xBE, 0xB4, 0xA2, 0xBF, 0x9E]),
            (CodePage::Cp866, "2 × 5 — «а»", b"2 x 5 - \"\xa0\"".to_vec()),
        ];
        for (page, text, bytes) in rows {
            assert_eq!(page.encode(text).unwrap(), bytes, "{page:?} {text}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(CodePage::parse("CP-866"), Some(CodePage::Cp866));
        assert_eq!(CodePage::parse("rk1048"), Some(CodePage::Kz1048));
        assert_eq!(CodePage::parse("latin1"), None);
    }
}
