//! Bytes into letters: the code tables of printers, whose numbers differ by family.

use encoding_rs::Encoding;
use oem_cp::code_table as oem;
use oem_cp::code_table_type::TableType;
use serde::{Deserialize, Serialize};

/// Whose numbering `ESC t n` follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeTables {
    /// Epson: 17 = CP866, 46 = Windows-1251, 53 = KZ-1048.
    #[default]
    Epson,
    /// XPrinter and many clones: 17 = CP866, 73 = Windows-1251, no Kazakh table.
    Xprinter,
    /// Rongta: 7 = CP866, 6 = Windows-1251, no Kazakh table.
    Rongta,
}

/// One table of 256 letters.
#[derive(Clone)]
pub(super) enum Page {
    Oem(TableType),
    Windows(&'static Encoding),
    /// Windows-1251 with the Kazakh letters in place of the Serbian and Macedonian ones.
    Kz1048,
    /// JIS X 0201: half-width Katakana.
    Katakana,
    /// A number this printer has no table for.
    Missing,
}

impl CodeTables {
    pub(super) fn page(self, number: u8) -> Page {
        match (self, number) {
            (Self::Rongta, 6) | (Self::Xprinter, 73) | (Self::Epson, 46) => Page::Windows(encoding_rs::WINDOWS_1251),
            (Self::Rongta, 7) => Page::Oem(TableType::Complete(&oem::DECODING_TABLE_CP866)),
            (Self::Epson, 53) => Page::Kz1048,
            (Self::Epson, 32..) | (_, 0..=31) => epson(number),
            _ => Page::Missing,
        }
    }
}

fn epson(number: u8) -> Page {
    use TableType::{Complete, Incomplete};
    Page::Oem(match number {
        0 => Complete(&oem::DECODING_TABLE_CP437),
        1 => return Page::Katakana,
        2 => Complete(&oem::DECODING_TABLE_CP850),
        3 => Complete(&oem::DECODING_TABLE_CP860),
        4 => Complete(&oem::DECODING_TABLE_CP863),
        5 => Complete(&oem::DECODING_TABLE_CP865),
        13 => Incomplete(&oem::DECODING_TABLE_CP857),
        14 => Complete(&oem::DECODING_TABLE_CP737),
        17 => Complete(&oem::DECODING_TABLE_CP866),
        18 => Complete(&oem::DECODING_TABLE_CP852),
        19 => Complete(&oem::DECODING_TABLE_CP858),
        32 => Complete(&oem::DECODING_TABLE_CP720),
        33 => Complete(&oem::DECODING_TABLE_CP775),
        34 => Complete(&oem::DECODING_TABLE_CP855),
        35 => Complete(&oem::DECODING_TABLE_CP861),
        36 => Complete(&oem::DECODING_TABLE_CP862),
        37 => Incomplete(&oem::DECODING_TABLE_CP864),
        38 => Complete(&oem::DECODING_TABLE_CP869),
        15 => return Page::Windows(encoding_rs::ISO_8859_7),
        16 => return Page::Windows(encoding_rs::WINDOWS_1252),
        39 => return Page::Windows(encoding_rs::ISO_8859_2),
        40 => return Page::Windows(encoding_rs::ISO_8859_15),
        45 => return Page::Windows(encoding_rs::WINDOWS_1250),
        47 => return Page::Windows(encoding_rs::WINDOWS_1253),
        48 => return Page::Windows(encoding_rs::WINDOWS_1254),
        49 => return Page::Windows(encoding_rs::WINDOWS_1255),
        50 => return Page::Windows(encoding_rs::WINDOWS_1256),
        51 => return Page::Windows(encoding_rs::WINDOWS_1257),
        52 => return Page::Windows(encoding_rs::WINDOWS_1258),
        _ => return Page::Missing,
    })
}

impl Page {
    /// The letter of a byte; U+FFFD when the table has none.
    pub(super) fn letter(&self, byte: u8) -> char {
        if byte < 0x80 {
            return char::from(byte);
        }
        let letter = match self {
            Self::Oem(table) => table.decode_char_checked(byte),
            Self::Windows(encoding) => single(encoding, byte),
            Self::Kz1048 => kazakh(byte).or_else(|| single(encoding_rs::WINDOWS_1251, byte)),
            Self::Katakana => single(encoding_rs::SHIFT_JIS, byte),
            Self::Missing => None,
        };
        letter.unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

fn single(encoding: &'static Encoding, byte: u8) -> Option<char> {
    let bytes = [byte];
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    text.chars().next()
}

/// Where KZ-1048 (RK1048, STRK 1048-2002) differs from Windows-1251.
fn kazakh(byte: u8) -> Option<char> {
    Some(match byte {
        0x8d => 'Қ',
        0x8e => 'Һ',
        0x9d => 'қ',
        0x9e => 'һ',
        0xa1 => 'Ұ',
        0xa2 => 'ұ',
        0xa3 => 'Ә',
        0xa5 => 'Ө',
        0xaa => 'Ғ',
        0xaf => 'Ү',
        0xb4 => 'ө',
        0xba => 'ғ',
        0xbc => 'ә',
        0xbd => 'Ң',
        0xbe => 'ң',
        0xbf => 'ү',
        _ => return None,
    })
}

/// The letter of two bytes in the Chinese mode that many printers start in.
pub(super) fn chinese(lead: u8, trail: u8) -> char {
    let bytes = [lead, trail];
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&bytes);
    text.and_then(|text| text.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kazakh_letters_are_where_the_standard_puts_them() {
        let page = CodeTables::Epson.page(53);
        let bytes = [0xbc, 0xba, 0x9d, 0xbe, 0xb4, 0xa2, 0xbf, 0x9e, 0xb3];
        let text: String = bytes.iter().map(|byte| page.letter(*byte)).collect();
        assert_eq!(text, "әғқңөұүһі");
    }

    #[test]
    fn the_same_number_means_different_letters_on_different_printers() {
        assert_eq!(CodeTables::Epson.page(17).letter(0x80), 'А');
        assert_eq!(CodeTables::Rongta.page(7).letter(0x80), 'А');
        assert_eq!(CodeTables::Xprinter.page(73).letter(0xc0), 'А');
        assert_eq!(CodeTables::Xprinter.page(53).letter(0xc0), char::REPLACEMENT_CHARACTER);
        assert_eq!(CodeTables::Rongta.page(2).letter(0x80), 'Ç');
    }
}
