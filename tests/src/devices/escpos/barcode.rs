//! Bar codes that the printer draws by itself.

use barcoders::sym::codabar::Codabar;
use barcoders::sym::code39::Code39;
use barcoders::sym::code93::Code93;
use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;
use barcoders::sym::tf::TF;

use super::font::{self, Cell};
use crate::devices::paper::Bitmap;

/// What `GS h`, `GS w`, `GS H` set.
#[derive(Debug, Clone, Copy)]
pub(super) struct BarcodeStyle {
    pub height: usize,
    pub module: usize,
    /// Bit 0 above, bit 1 below.
    pub text: u8,
}

impl Default for BarcodeStyle {
    fn default() -> Self {
        Self { height: 162, module: 3, text: 0 }
    }
}

/// The bars (1) and gaps (0), one module each; `None` when the printer would refuse the content.
fn modules(symbology: u8, text: &str) -> Option<Vec<u8>> {
    match symbology {
        // Printers compute the check digit of these themselves and take no notice of a wrong one.
        65 => EAN13::new(format!("0{}", first(text, 11))).ok().map(|code| code.encode()),
        67 => EAN13::new(first(text, 12)).ok().map(|code| code.encode()),
        68 => EAN8::new(first(text, 7)).ok().map(|code| code.encode()),
        69 => Code39::new(text.trim_matches('*')).ok().map(|code| code.encode()),
        70 => TF::interleaved(text).ok().map(|code| code.encode()),
        71 => Codabar::new(text.to_uppercase()).ok().map(|code| code.encode()),
        72 => Code93::new(text).ok().map(|code| code.encode()),
        73 => code128(text),
        _ => None,
    }
}

fn first(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

/// `{A`, `{B`, `{C` choose the set; in set C each following byte is a pair of digits.
fn code128(text: &str) -> Option<Vec<u8>> {
    let mut content = String::new();
    let mut pairs = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '{' => match letters.next()? {
                'A' => content.push('\u{c0}'),
                'B' => content.push('\u{181}'),
                'C' => {
                    content.push('\u{106}');
                    pairs = true;
                    continue;
                }
                '1' => content.push('\u{179}'),
                '{' => content.push('{'),
                _ => return None,
            },
            pair if pairs => {
                content.push_str(&format!("{:02}", pair as u32));
                continue;
            }
            other => content.push(other),
        }
        pairs = false;
    }
    Code128::new(content).ok().map(|code| code.encode())
}

/// The bar code as dots; `None` when the content does not fit the symbology or the paper, where a printer prints nothing.
pub(super) fn draw(symbology: u8, text: &str, style: BarcodeStyle, paper_width: usize) -> Option<Bitmap> {
    let modules = modules(symbology, text)?;
    let width = modules.len() * style.module;
    if width > paper_width {
        return None;
    }
    let above = if style.text & 1 == 1 { 24 } else { 0 };
    let below = if style.text & 2 == 2 { 24 } else { 0 };
    let text_width = text.chars().count() * 12;
    let picture_width = width.max(text_width.min(paper_width));
    let left = (picture_width - width) / 2;
    let mut picture = Bitmap::new(picture_width, above + style.height + below);
    for (at, module) in modules.iter().enumerate() {
        for x in 0..(style.module * usize::from(*module)) {
            for y in 0..style.height {
                picture.set(left + at * style.module + x, above + y);
            }
        }
    }
    let text_left = picture_width.saturating_sub(text_width) / 2;
    let tops = [(above > 0).then_some(0), (below > 0).then_some(above + style.height)];
    for top in tops.into_iter().flatten() {
        for (at, letter) in text.chars().enumerate() {
            font::draw(&mut picture, letter, Cell { left: text_left + at * 12, top, width: 12, height: 24 }, false);
        }
    }
    Some(picture)
}
