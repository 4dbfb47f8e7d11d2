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

/// Wraps at spaces; words longer than a line are broken. `\n` begins a new line. At least one line, perhaps an empty one.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in clean(text).split('\n') {
        let mut line = String::new();
        let mut length = 0;
        // Only the plain space breaks: a no-break space holds "1 250" together.
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let mut letters: Vec<char> = word.chars().collect();
            if length > 0 && length + 1 + letters.len() > width {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            while letters.len() > width {
                lines.push(letters.drain(..width).collect());
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            length += letters.len();
            line.extend(letters);
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

/// Columns with one space between them. Two columns, left and right, that fit on one line ignore their shares.
fn row(columns: &[Column], width: usize) -> Vec<String> {
    if let [left, right] = columns
        && left.align == Align::Left
        && right.align == Align::Right
    {
        let (l, r) = (wrap(&left.text, width), wrap(&right.text, width));
        if let ([l], [r]) = (l.as_slice(), r.as_slice())
            && width_of(l) + 1 + width_of(r) <= width
        {
            return vec![format!("{l}{}", pad(r, width - width_of(l), Align::Right))];
        }
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
