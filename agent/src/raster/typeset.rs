//! A layout broken into lines for a tape of so many letters: shared by picture and text printing. Pure.

use duken_protocol::layout::{Align, Block, Column, CutKind, Layout, RuleKind, Size, Style};

/// How many letters of each size fit on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineWidths {
    /// Letters of [`Size::Small`].
    pub small: usize,
    /// Letters of [`Size::Normal`] and [`Size::Tall`].
    pub normal: usize,
    /// Letters of [`Size::Large`].
    pub large: usize,
}

impl LineWidths {
    /// Letters of this size.
    #[must_use]
    pub fn of(self, size: Size) -> usize {
        match size {
            Size::Small => self.small,
            Size::Normal | Size::Tall => self.normal,
            Size::Large => self.large,
        }
        .max(1)
    }
}

/// One line of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<'a> {
    /// Letters, never more than fit.
    Words {
        /// The letters, without control characters.
        text: String,
        /// Their look.
        style: Style,
    },
    /// A line across the tape.
    Rule(RuleKind),
    /// Blank lines of the normal height.
    Feed(u8),
    /// A QR code.
    Qr {
        /// What it says.
        data: &'a str,
        /// Share of the width, percent.
        width_percent: u8,
        /// Where it stands.
        align: Align,
    },
    /// A picture.
    Image {
        /// PNG in base64.
        png_base64: &'a str,
        /// Greatest share of the width, percent.
        width_percent: u8,
        /// Where it stands.
        align: Align,
    },
    /// The knife.
    Cut(CutKind),
}

/// Breaks a layout into lines.
#[must_use]
pub fn typeset(layout: &Layout, widths: LineWidths) -> Vec<Line<'_>> {
    let mut lines = Vec::with_capacity(layout.blocks.len() * 2);
    for block in &layout.blocks {
        match block {
            Block::Text { text, style } => {
                let wrapped = wrap(text, widths.of(style.size));
                lines.extend(wrapped.into_iter().map(|text| Line::Words { text, style: *style }));
            }
            Block::Row { columns, style } => {
                let style = Style { align: Align::Left, ..*style };
                lines.extend(row(columns, widths.of(style.size)).into_iter().map(|text| Line::Words { text, style }));
            }
            Block::Item { name, detail, sum } => {
                let style = Style::default();
                lines.extend(item(name, detail, sum, widths.normal).into_iter().map(|text| Line::Words { text, style }));
            }
            Block::Rule { kind } => lines.push(Line::Rule(*kind)),
            Block::Feed { lines: count } => lines.push(Line::Feed(*count)),
            Block::Qr { data, width_percent, align } => lines.push(Line::Qr { data, width_percent: *width_percent, align: *align }),
            Block::Image { png_base64, width_percent, align } => {
                lines.push(Line::Image { png_base64, width_percent: *width_percent, align: *align });
            }
            Block::Cut { kind } => lines.push(Line::Cut(*kind)),
        }
    }
    lines
}

/// Makes a text printable: composed letters, no control characters, plain spaces.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{306}' | '\u{308}' => {
                let composed = match (out.chars().next_back(), letter) {
                    (Some('и'), '\u{306}') => Some('й'),
                    (Some('И'), '\u{306}') => Some('Й'),
                    (Some('е'), '\u{308}') => Some('ё'),
                    (Some('Е'), '\u{308}') => Some('Ё'),
                    _ => None,
                };
                if let Some(composed) = composed {
                    out.pop();
                    out.push(composed);
                }
            }
            '\t' => out.push(' '),
            '\n' => out.push('\n'),
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => {
            }
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

/// Wraps at spaces and keeps a paragraph's indent; words longer than a line are broken where the line ends. `\n` begins a
/// new line. At least one line, perhaps an empty one.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in clean(text).split('\n') {
        let indent = paragraph.chars().take_while(|letter| *letter == ' ').count();
        let indent = if paragraph.trim().is_empty() { 0 } else { indent.min(width / 2) };
        let mut line = " ".repeat(indent);
        // Letters on the line; zero while it holds nothing but its indent.
        let mut length = 0;
        // Only the plain space breaks: a no-break space holds "1 250" together.
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let mut letters: Vec<char> = word.chars().collect();
            let left = |length: usize| if length == 0 { width - indent } else { width.saturating_sub(length + 1) };
            if letters.len() > left(length) && letters.len() <= width - indent {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                length = 0;
            }
            while letters.len() > left(length) {
                let fitting = left(length);
                if length > 0 && fitting > 0 {
                    line.push(' ');
                }
                line.extend(letters.drain(..fitting));
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
            }
            line.extend(letters);
            length = width_of(&line);
        }
        lines.push(line);
    }
    for line in &mut lines {
        if line.contains(is_wide_space) {
            *line = line.replace(is_wide_space, " ");
        }
    }
    lines
}

fn is_wide_space(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}

fn width_of(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &str, width: usize, align: Align) -> String {
    let rest = width.saturating_sub(width_of(text));
    let before = match align {
        Align::Left => 0,
        Align::Center => rest / 2,
        Align::Right => rest,
    };
    format!("{}{text}{}", " ".repeat(before), " ".repeat(rest - before))
}

/// Columns with one space between them. Two columns, left and right, share the line by what is in them: see [`pair`].
fn row(columns: &[Column], width: usize) -> Vec<String> {
    if let [left, right] = columns
        && left.align == Align::Left
        && right.align == Align::Right
    {
        return pair(&left.text, &right.text, width);
    }
    let shares: Vec<usize> = columns.iter().map(|column| usize::from(column.share.max(1))).collect();
    let own = divide(width.saturating_sub(columns.len().saturating_sub(1)), &shares);
    let cells: Vec<Vec<String>> = columns.iter().zip(&own).map(|(column, &width)| wrap(&column.text, width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|at| {
            let parts: Vec<String> = columns
                .iter()
                .zip(&own)
                .zip(&cells)
                .map(|((column, &width), lines)| pad(lines.get(at).map_or("", String::as_str), width, column.align))
                .collect();
            let mut line = parts.join(" ");
            line.truncate(line.char_indices().nth(width).map_or(line.len(), |(at, _)| at));
            line.truncate(line.trim_end().len());
            line
        })
        .collect()
}

/// A name at the left edge and its value at the right one. The value stays whole: beside the name, beside the name's last
/// line when that is broken, or on a line of its own.
fn pair(name: &str, value: &str, width: usize) -> Vec<String> {
    let whole = value.replace(' ', "\u{a0}");
    let values = wrap(if width_of(&whole) <= width { &whole } else { value }, width);
    let (first, more) = values.split_first().map_or((String::new(), &[][..]), |(first, more)| (first.clone(), more));
    let beside = (width.saturating_sub(width_of(&first) + 1)).max(1);
    // Broken so that the value finds room, where that takes no more lines and breaks no word.
    let (full, narrow) = (wrap(name, width), wrap(name, beside));
    let full_lines = full.len() + usize::from(full.last().is_some_and(|last| width_of(last) > beside));
    let whole_words = name.split(' ').all(|word| width_of(word) <= beside);
    let mut lines = if whole_words && narrow.len() <= full_lines { narrow } else { full };
    let last = lines.pop().unwrap_or_default();
    if width_of(&last) <= beside || first.is_empty() {
        lines.push(format!("{last}{}", pad(&first, width.saturating_sub(width_of(&last)), Align::Right)));
    } else {
        lines.push(last);
        lines.push(pad(&first, width, Align::Right));
    }
    lines.extend(more.iter().map(|value| pad(value, width, Align::Right)));
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// Divides letters by shares; what is left over goes to the first columns.
fn divide(total: usize, shares: &[usize]) -> Vec<usize> {
    let sum: usize = shares.iter().sum::<usize>().max(1);
    let mut widths: Vec<usize> = shares.iter().map(|share| (total * share / sum).max(1)).collect();
    let mut rest = total.saturating_sub(widths.iter().sum());
    for width in &mut widths {
        if rest == 0 {
            break;
        }
        *width += 1;
        rest -= 1;
    }
    widths
}

fn item(name: &str, detail: &str, sum: &str, width: usize) -> Vec<String> {
    let mut lines = wrap(name, width);
    let sums = wrap(sum, width);
    let mut details = wrap(detail, width);
    let last = details.pop().unwrap_or_default();
    let (first_sum, more_sums) = sums.split_first().map_or((String::new(), Vec::new()), |(first, rest)| (first.clone(), rest.to_vec()));
    lines.extend(details);
    if width_of(&last) + 1 + width_of(&first_sum) <= width {
        lines.push(format!("{last}{}", pad(&first_sum, width - width_of(&last), Align::Right)));
    } else {
        lines.push(last);
        lines.push(pad(&first_sum, width, Align::Right));
    }
    lines.extend(more_sums.iter().map(|sum| pad(sum, width, Align::Right)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: LineWidths = LineWidths { small: 24, normal: 20, large: 10 };

    fn words(layout: &Layout) -> Vec<String> {
        typeset(layout, WIDTHS)
            .into_iter()
            .map(|line| match line {
                Line::Words { text, .. } => text,
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn words_wrap_at_spaces_and_long_ones_break() {
        assert_eq!(wrap("Қазақ тілі әлемде", 10), ["Қазақ тілі", "әлемде"]);
        assert_eq!(wrap("123456789012345 x", 10), ["1234567890", "12345 x"]);
        assert_eq!(wrap("5. 123456789012345", 10), ["5. 1234567", "89012345"], "a number never stands alone");
        assert_eq!(wrap("12345678 901234567890123", 10), ["12345678 9", "0123456789", "0123"]);
        assert_eq!(wrap("  қолма-қол ақша", 10), ["  қолма-қол".chars().take(10).collect::<String>(), "  л ақша".to_owned()]);
        assert_eq!(wrap("  ақша мен карта", 10), ["  ақша мен", "  карта"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrap("сумма 1\u{a0}250,00", 10), ["сумма", "1 250,00"]);
        assert_eq!(wrap("и\u{306}од е\u{308}ж\u{7}", 10), ["йод ёж"]);
    }

    #[test]
    fn a_sum_stands_at_the_right_edge_and_is_never_cut() {
        assert_eq!(words(&Layout::new().pair("ИТОГО", "1250,00 ₸")), ["ИТОГО      1250,00 ₸"]);
        assert_eq!(
            words(&Layout::new().item("Молоко пастеризованное 2,5 %", "2 × 450,00", "900,00")),
            ["Молоко", "пастеризованное 2,5", "%", "2 × 450,00    900,00"]
        );
        assert_eq!(
            words(&Layout::new().item("Х", "1000,000 кг × 12345,00", "12345000,00")),
            ["Х", "1000,000 кг ×", "12345,00 12345000,00"]
        );
    }

    #[test]
    fn a_value_stays_whole_and_its_name_makes_room() {
        let rows: [(&str, &str, &[&str]); 6] = [
            ("Смена 1", "Чек 10", &["Смена 1       Чек 10"]),
            ("Ожидается в кассе", "599 563 115,80 ₸", &["Ожидается в кассе", "    599 563 115,80 ₸"]),
            ("Возвраты (4)", "51 600 ₸", &["Возвраты", "(4)         51 600 ₸"]),
            ("Касса 1", "Ауысым / Смена 1", &["Касса 1", "    Ауысым / Смена 1"]),
            ("  Карта · Возвраты", "-25,80 ₸", &["  Карта ·", "  Возвраты  -25,80 ₸"]),
            ("Касса", "значение длиннее одной строки", &["Касса", "    значение длиннее", "        одной строки"]),
        ];
        for (name, value, lines) in rows {
            assert_eq!(words(&Layout::new().pair(name, value)), lines, "{name}");
        }
    }

    #[test]
    fn columns_wrap_inside_their_own_width() {
        let layout = Layout::new().block(Block::Row {
            columns: vec![
                Column { text: "наличными деньгами".into(), share: 2, align: Align::Left },
                Column { text: "3".into(), share: 1, align: Align::Center },
                Column { text: "100,00".into(), share: 1, align: Align::Right },
            ],
            style: Style::default(),
        });
        assert_eq!(words(&layout), ["наличными   3   100,", "деньгами          00"]);
        for line in words(&layout) {
            assert!(line.chars().count() <= 20);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_the_tape_and_no_letter_is_lost(text in "[а-яa-z \u{a0}\n]{0,200}", width in 1_usize..60) {
            let lines = wrap(&text, width);
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            proptest::prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            proptest::prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
