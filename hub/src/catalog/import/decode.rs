//! Bytes → rows of texts: the encoding, the separator, the quotes.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1251};

use super::records::{Quotes, Records};
use super::{MOST_CELL_LETTERS, MOST_COLUMNS, MOST_ROWS, Unreadable, xlsx};

/// How the text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16 with its mark.
    Utf16,
    /// Windows-1251.
    Windows1251,
    /// An Excel workbook.
    Xlsx,
}

impl Encoding {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Windows1251 => "windows-1251",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Its line (of a text) or row (of a workbook), from 1.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<String>,
    /// Which cells a workbook holds as numbers, a bit for each.
    pub numbers: u128,
}

impl SheetRow {
    /// Whether a cell is a number of a workbook, and no text.
    #[must_use]
    pub fn is_number(&self, at: usize) -> bool {
        at < MOST_COLUMNS && self.numbers >> at & 1 == 1
    }
}

/// A file as rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its rows, empty ones left out.
    pub rows: Vec<SheetRow>,
    /// How it was written.
    pub encoding: Encoding,
    /// What separates its cells; nothing for a workbook.
    pub separator: Option<char>,
    /// The sheets of the workbook, in its order; empty for a text.
    pub sheets: Vec<String>,
    /// The sheet that was read.
    pub sheet: String,
}

/// Reads a file; of a workbook its first sheet that looks like a list.
///
/// # Errors
/// [`Unreadable`].
pub fn decode(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    decode_sheet(bytes, None)
}

/// Reads a file; of a workbook the sheet of this name.
///
/// # Errors
/// [`Unreadable`].
pub fn decode_sheet(bytes: &[u8], sheet: Option<&str>) -> Result<Sheet, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx::read(bytes, sheet);
    }
    if let Some(name) = foreign(bytes) {
        return Err(Unreadable::Foreign(name));
    }
    let (text, encoding) = text(bytes)?;
    let start: String = text.trim_start().chars().take(64).collect::<String>().to_lowercase();
    if start.starts_with("<!doctype") || start.starts_with("<html") {
        return Err(Unreadable::Foreign("html"));
    }
    if start.starts_with("<?xml") {
        return Err(Unreadable::Foreign("xml"));
    }
    if has_endless_piece(&text) {
        return Err(Unreadable::TooLarge);
    }
    let separator = separator(&text);
    let rows = cells(&text, separator)?;
    if rows.is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(Sheet { rows, encoding, separator: Some(separator), sheets: Vec::new(), sheet: String::new() })
}

/// Whether a stretch without any separator and line end is longer than a cell may be: seen before anything is taken apart.
fn has_endless_piece(text: &str) -> bool {
    text.split(['\n', '\t', ';', ',', '|']).any(is_endless)
}

fn is_endless(cell: &str) -> bool {
    cell.len() > MOST_CELL_LETTERS && cell.chars().count() > MOST_CELL_LETTERS
}

/// Formats that are told by their first bytes.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: &[(&[u8], &str)] = &[
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "xls"),
        (b"%PDF", "pdf"),
        (b"PK\x05\x06", "zip"),
        (b"Rar!", "rar"),
        (b"7z\xBC\xAF\x27\x1C", "7z"),
        (b"\x1F\x8B", "gzip"),
        (b"\x28\xB5\x2F\xFD", "zstd"),
        (b"\x89PNG", "png"),
        (b"\xFF\xD8\xFF", "jpeg"),
        (b"SQLite format 3\0", "sqlite"),
        (b"{\\rtf", "rtf"),
        (b"MZ", "exe"),
        (b"\x7FELF", "exe"),
    ];
    SIGNS.iter().find(|(sign, _)| bytes.starts_with(sign)).map(|(_, name)| *name)
}

fn text(bytes: &[u8]) -> Result<(String, Encoding), Unreadable> {
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF");
    if let Some(rest) = marked {
        return utf8(rest).map(|text| (text, Encoding::Utf8));
    }
    for (mark, encoding) in [(b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let (text, broken) = encoding.decode_without_bom_handling(rest);
            return if broken { Err(Unreadable::BrokenEncoding { line: 1 }) } else { Ok((printable(text.into_owned())?, Encoding::Utf16)) };
        }
    }
    if bytes.contains(&0) {
        return Err(Unreadable::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((printable(text.to_owned())?, Encoding::Utf8)),
        Err(_) if is_broken_utf8(bytes) => utf8(bytes).map(|text| (text, Encoding::Utf8)),
        Err(_) => windows_1251(bytes).map(|text| (text, Encoding::Windows1251)),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Unreadable> {
    match std::str::from_utf8(bytes) {
        Ok(text) => printable(text.to_owned()),
        Err(error) => Err(Unreadable::BrokenEncoding { line: line_of(bytes, error.valid_up_to()) }),
    }
}

fn windows_1251(bytes: &[u8]) -> Result<String, Unreadable> {
    if let Some(at) = bytes.iter().position(|b| *b == 0x98) {
        return Err(Unreadable::BrokenEncoding { line: line_of(bytes, at) });
    }
    let (text, _) = WINDOWS_1251.decode_without_bom_handling(bytes);
    let text = printable(text.into_owned())?;
    let (mut letters, mut others) = (0_usize, 0_usize);
    for character in text.chars().filter(|c| !c.is_ascii()) {
        if matches!(character, 'А'..='я' | 'Ё' | 'ё') {
            letters += 1;
        } else {
            others += 1;
        }
    }
    if others > letters { Err(Unreadable::Binary) } else { Ok(text) }
}

/// UTF-8 with a few broken bytes, rather than an 8-bit encoding: most of what is not ASCII are whole characters.
fn is_broken_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken * 4
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at.min(bytes.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// Text has no control characters but line ends, tabs and form feeds.
fn printable(text: String) -> Result<String, Unreadable> {
    let strange = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1a}')).count();
    if strange * 100 > text.len() { Err(Unreadable::Binary) } else { Ok(text) }
}

/// The separator that gives most rows the same number of cells.
fn separator(text: &str) -> char {
    let mut best = (0, 0, ',');
    for candidate in ['\t', ';', ',', '|'] {
        let mut counts = std::collections::BTreeMap::<usize, usize>::new();
        for record in Records::new(text, candidate, Quotes::Read).take(200) {
            *counts.entry(record.cells.len()).or_default() += 1;
        }
        let usual = counts.into_iter().filter(|(cells, _)| *cells > 1).max_by_key(|(cells, rows)| (*rows, *cells));
        if let Some((cells, rows)) = usual.filter(|(cells, rows)| (*rows, *cells) > (best.0, best.1)) {
            best = (rows, cells, candidate);
        }
    }
    best.2
}

fn cells(text: &str, separator: char) -> Result<Vec<SheetRow>, Unreadable> {
    let quotes = if separator == '\t' && !is_quoted(text) { Quotes::Plain } else { Quotes::Read };
    let mut rows = Vec::new();
    for record in Records::new(text, separator, quotes) {
        if record.cells.iter().any(|cell| is_endless(cell)) {
            return Err(Unreadable::TooLarge);
        }
        let cells: Vec<String> = record.cells.iter().take(MOST_COLUMNS).map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        rows.push(SheetRow { line: record.line, cells, numbers: 0 });
    }
    Ok(rows)
}

/// Whether a list parted by tabs quotes its cells: then it doubles the quotes inside, or quotes what has to be, or nearly
/// everything; and a cell of several lines is one where the rows fall apart otherwise. Else quotes are a part of names.
fn is_quoted(text: &str) -> bool {
    let (mut quoted, mut needed, mut filled, mut has_lines) = (0_usize, false, 0_usize, false);
    for record in Records::new(text, '\t', Quotes::Read).take(5_000) {
        if record.odd {
            return false;
        }
        has_lines |= record.cells.iter().any(|cell| cell.contains('\n'));
        filled += record.cells.iter().filter(|cell| !cell.is_empty()).count();
        quoted += record.quoted;
        needed |= record.needed;
    }
    if has_lines {
        return is_even(text, Quotes::Read) && !is_even(text, Quotes::Plain);
    }
    needed || quoted * 10 >= filled * 9 && quoted > 0
}

/// Whether all rows have the same number of cells.
fn is_even(text: &str, quotes: Quotes) -> bool {
    let mut counts = Records::new(text, '\t', quotes).take(5_000).map(|record| record.cells.len());
    counts.next().is_none_or(|first| counts.all(|count| count == first))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(sheet: &Sheet) -> Vec<Vec<&str>> {
        sheet.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn encodings_and_separators_are_told_apart() {
        let plain = "название;цена\n\"Сыр; \"\"твёрдый\"\"\";1 250,50\n\nКефир;495\n";
        let windows = WINDOWS_1251.encode(plain).0.into_owned();
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xEF\xBB\xBF", plain.as_bytes()].concat();
        let cases: &[(&[u8], Encoding)] =
            &[(plain.as_bytes(), Encoding::Utf8), (&marked, Encoding::Utf8), (&windows, Encoding::Windows1251), (&wide, Encoding::Utf16)];
        for (bytes, encoding) in cases {
            let sheet = decode(bytes).unwrap();
            assert_eq!((sheet.encoding, sheet.separator), (*encoding, Some(';')));
            assert_eq!(texts(&sheet), [vec!["название", "цена"], vec!["Сыр; \"твёрдый\"", "1 250,50"], vec!["Кефир", "495"]]);
            assert_eq!(sheet.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 2, 4]);
        }
        for (text, separator) in [("a,b\n\"1,5\",2\n", ','), ("a\tb\n1,5\t2,6\n", '\t'), ("a|b\n1|2\n", '|'), ("a\nb\n", ',')] {
            assert_eq!(decode(text.as_bytes()).unwrap().separator, Some(separator), "{text}");
        }
    }

    #[test]
    fn quotes_inside_names_of_a_list_without_quoting_stay() {
        let sheet = decode("1\t\"Сыр\n2\tКефир\n3\t\"Йогурт\"\n".as_bytes()).unwrap();
        assert_eq!(texts(&sheet), [["1", "\"Сыр"], ["2", "Кефир"], ["3", "\"Йогурт\""]]);
        let whole = decode("1\t\"Сыр\"\n2\tКефир \"Био\"\n3\t\"Мечта\" йогурт\n".as_bytes()).unwrap();
        assert_eq!(texts(&whole), [["1", "\"Сыр\""], ["2", "Кефир \"Био\""], ["3", "\"Мечта\" йогурт"]]);
        let excel = decode("1\t\"Сыр \"\"Мечта\"\"\"\n2\tКефир\n".as_bytes()).unwrap();
        assert_eq!(texts(&excel), [["1", "Сыр \"Мечта\""], ["2", "Кефир"]], "as Excel saves a text parted by tabs");
        let lines = decode("a\tb\n1\t\"два\nтри\"\n2\tx\n".as_bytes()).unwrap();
        assert_eq!(texts(&lines), [["a", "b"], ["1", "два\nтри"], ["2", "x"]]);
        let semicolons = decode("1;\"Мечта\" сыр;5\n2;\"Кефир; био\";6\n3;\"Айран;7\n".as_bytes()).unwrap();
        assert_eq!(texts(&semicolons), [["1", "\"Мечта\" сыр", "5"], ["2", "Кефир; био", "6"], ["3", "\"Айран", "7"]]);
    }

    #[test]
    fn what_is_no_list_is_named() {
        let mut broken = "название;цена\nКефир;495\nАйран;".as_bytes().to_vec();
        broken.extend_from_slice(b"\xD0;\n");
        let endless = [b"name;price\n".to_vec(), b"a".repeat(MOST_CELL_LETTERS + 1), b";5\n".to_vec()].concat();
        let long_quoted = "слово, ".repeat(10_000);
        let endless_quoted = format!("name;price\n\"{long_quoted}\";5\n").into_bytes();
        let noise: Vec<u8> = (1..=255_u8).cycle().take(4_000).collect();
        let cases: &[(&[u8], Unreadable)] = &[
            (b"", Unreadable::Empty),
            (b"\n\n ;\n", Unreadable::Empty),
            (b"%PDF-1.7 ...", Unreadable::Foreign("pdf")),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", Unreadable::Foreign("xls")),
            (b"<!DOCTYPE html><html>", Unreadable::Foreign("html")),
            (b"<?xml version='1.0'?>", Unreadable::Foreign("xml")),
            (b"\x89PNG\r\n", Unreadable::Foreign("png")),
            (b"a;b\0c", Unreadable::Binary),
            (&noise, Unreadable::BrokenEncoding { line: 2 }),
            (&broken, Unreadable::BrokenEncoding { line: 3 }),
            (b"PK\x03\x04 not a workbook", Unreadable::BrokenWorkbook),
            (&endless, Unreadable::TooLarge),
            (&endless_quoted, Unreadable::TooLarge),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode(bytes).unwrap_err(), *expected, "{:?}", &bytes[..bytes.len().min(20)]);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _any_answer = decode(&bytes);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[а-яa-z0-9;,\t\"\n ]{0,400}") {
            if let Ok(sheet) = decode(text.as_bytes()) {
                prop_assert!(!sheet.rows.is_empty());
            }
        }
    }
}
