//! A text taken apart into records of cells. A cell that begins with a quote ends at the quote before a separator; where
//! there is no such quote, the quote is a part of the cell: one odd name spoils no other row. Pure.

/// Whether quotes hold cells together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// They do.
    Read,
    /// They are letters like others.
    Plain,
}

/// The most bytes that are looked through for the end of a quoted cell.
const MOST_QUOTED_BYTES: usize = 4 * super::MOST_CELL_LETTERS + 8;

/// A record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The line where it begins, from 1.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<String>,
    /// How many cells were quoted.
    pub quoted: usize,
    /// Whether a quoted cell could not have been written without quotes.
    pub needed: bool,
    /// Whether a cell begins with a quote and is not quoted.
    pub odd: bool,
}

/// The records of a text.
pub(super) struct Records<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    separator: u8,
    quotes: Quotes,
}

impl<'t> Records<'t> {
    /// The separator is an ASCII character.
    pub(super) fn new(text: &'t str, separator: char, quotes: Quotes) -> Self {
        Self { text, at: 0, line: 1, separator: separator as u8, quotes }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn ends(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| byte == self.separator || byte == b'\n' || byte == b'\r')
    }

    /// The place of the quote that closes the cell whose inside begins here.
    fn closing(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while at < from + MOST_QUOTED_BYTES {
            match self.byte(at)? {
                b'"' if self.byte(at + 1) == Some(b'"') => at += 2,
                b'"' => return self.ends(at + 1).then_some(at),
                _ => at += 1,
            }
        }
        None
    }

    /// Reads a cell; the place after it.
    fn cell(&self, record: &mut Record) -> usize {
        let start = self.at;
        if self.quotes == Quotes::Read && self.byte(start) == Some(b'"') {
            if let Some(end) = self.closing(start + 1) {
                let inside = &self.text[start + 1..end];
                record.needed |= inside.bytes().any(|byte| byte == b'"' || byte == b',' || byte == b'\n' || byte == self.separator);
                record.quoted += 1;
                record.cells.push(inside.replace("\"\"", "\""));
                return end + 1;
            }
            record.odd = true;
        }
        let rest = &self.text.as_bytes()[start..];
        let len = rest.iter().position(|byte| *byte == self.separator || *byte == b'\n' || *byte == b'\r').unwrap_or(rest.len());
        record.cells.push(self.text[start..start + len].to_owned());
        start + len
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.at >= self.text.len() {
            return None;
        }
        let mut record = Record { line: self.line, ..Record::default() };
        loop {
            let start = self.at;
            self.at = self.cell(&mut record);
            let lines = self.text.as_bytes()[start..self.at].iter().filter(|byte| **byte == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            match self.byte(self.at) {
                Some(byte) if byte == self.separator => self.at += 1,
                None => break,
                Some(_) => {
                    if self.byte(self.at) == Some(b'\r') {
                        self.at += 1;
                    }
                    if self.byte(self.at) == Some(b'\n') {
                        self.at += 1;
                    }
                    self.line = self.line.saturating_add(1);
                    break;
                }
            }
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_every_ending_and_quote() {
        type Case<'c> = (&'c str, &'c [(u32, &'c [&'c str])]);
        let cases: &[Case<'_>] = &[
            ("a;b\r\nc;d\re;f\n", &[(1, &["a", "b"]), (2, &["c", "d"]), (3, &["e", "f"])]),
            ("\"a\nb\";c\n\nd;", &[(1, &["a\nb", "c"]), (3, &[""]), (4, &["d", ""])]),
            ("\"a\"\"b\";\"\"\n", &[(1, &["a\"b", ""])]),
            ("\"a\" b;c", &[(1, &["\"a\" b", "c"])]),
            ("\"a;b\nc;d", &[(1, &["\"a", "b"]), (2, &["c", "d"])]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<(u32, Vec<String>)> = Records::new(text, ';', Quotes::Read).map(|record| (record.line, record.cells)).collect();
            let expected: Vec<(u32, Vec<String>)> =
                expected.iter().map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
