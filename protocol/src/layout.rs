//! A receipt, rendered once as a layout: what every printer driver, picture and screen view starts from.
//!
//! Widths are not known here: a layout is the same for 80 mm, 58 mm, raster and text. The renderer
//! wraps, aligns and shortens.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A document for paper, block by block from top to bottom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Layout {
    /// The blocks in the order of the paper.
    pub blocks: Vec<Block>,
}

/// One piece of paper, as wide as the tape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph; wraps at words. `\n` begins a new line.
    Text {
        /// The words.
        text: String,
        /// How each line lies.
        #[serde(flatten)]
        style: Style,
    },
    /// Columns side by side; each wraps inside its own width.
    Row {
        /// From left to right; their shares divide the tape.
        columns: Vec<Column>,
        /// Size and weight of all of them; alignment stands with the column.
        #[serde(default, flatten)]
        style: Style,
    },
    /// Goods of a receipt: the name wrapped over the whole width, below it count and price at the left, the sum at the right.
    Item {
        /// Name of the goods.
        name: String,
        /// Left part of the second line, such as `2 × 1 250,00`.
        detail: String,
        /// Right part of the second line, such as `2 500,00`. Never wrapped, never cut.
        sum: String,
    },
    /// A line across the tape.
    Rule {
        /// Its look.
        #[serde(default)]
        kind: RuleKind,
    },
    /// Blank lines of the normal height.
    Feed {
        /// How many.
        lines: u8,
    },
    /// A QR code.
    Qr {
        /// What it says, as text.
        data: String,
        /// Side of the whole code as a share of the tape's width, percent; the renderer takes whole dots per module.
        #[serde(default = "half")]
        width_percent: u8,
        /// Where it stands.
        #[serde(default = "centre")]
        align: Align,
    },
    /// A picture such as the logo: dark pixels are printed.
    Image {
        /// A PNG file in base64.
        png_base64: String,
        /// Greatest width as a share of the tape's width, percent. Smaller pictures keep their size.
        #[serde(default = "half")]
        width_percent: u8,
        /// Where it stands.
        #[serde(default = "centre")]
        align: Align,
    },
    /// The knife. The printer feeds what it needs by itself.
    Cut {
        /// How deep.
        #[serde(default)]
        kind: CutKind,
    },
}

fn half() -> u8 {
    50
}

fn centre() -> Align {
    Align::Center
}

/// How words look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Style {
    /// Where the line lies.
    #[serde(default)]
    pub align: Align,
    /// Height and width of letters.
    #[serde(default)]
    pub size: Size,
    /// Heavier letters.
    #[serde(default)]
    pub bold: bool,
    /// White on black.
    #[serde(default)]
    pub inverse: bool,
}

/// Side of the tape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// To the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// To the right edge.
    Right,
}

/// Size of letters against the normal one (48 letters on 80 mm, 32 on 58 mm).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// About 4/5 of normal: 57 letters on 80 mm.
    Small,
    /// The normal size.
    #[default]
    Normal,
    /// Twice as high, normal width.
    Tall,
    /// Twice as high and as wide.
    Large,
}

/// One column of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Column {
    /// The words.
    pub text: String,
    /// Share of the width against the other columns of the row; 0 counts as 1.
    #[serde(default = "one")]
    pub share: u16,
    /// How the words lie inside the column.
    #[serde(default)]
    pub align: Align,
}

fn one() -> u16 {
    1
}

/// Look of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// One thin line.
    #[default]
    Thin,
    /// Dashes.
    Dashed,
    /// Two lines.
    Double,
}

/// Depth of a cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutKind {
    /// A bridge is left, so that the paper does not fall.
    #[default]
    Partial,
    /// Through.
    Full,
}

impl Layout {
    /// An empty layout.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds any block at the end.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a paragraph in the normal style.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.styled(text, Style::default())
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn styled(self, text: impl Into<String>, style: Style) -> Self {
        self.block(Block::Text { text: text.into(), style })
    }

    /// Adds a paragraph in the middle.
    #[must_use]
    pub fn centered(self, text: impl Into<String>) -> Self {
        self.styled(text, Style { align: Align::Center, ..Style::default() })
    }

    /// Adds words at the left and words at the right of one line, three parts to two.
    #[must_use]
    pub fn pair(self, left: impl Into<String>, right: impl Into<String>) -> Self {
        self.pair_styled(left, right, Style::default())
    }

    /// Adds words at the left and words at the right of one line in a style of their own.
    #[must_use]
    pub fn pair_styled(self, left: impl Into<String>, right: impl Into<String>, style: Style) -> Self {
        self.block(Block::Row {
            columns: vec![
                Column { text: left.into(), share: 3, align: Align::Left },
                Column { text: right.into(), share: 2, align: Align::Right },
            ],
            style,
        })
    }

    /// Adds goods: name, count and price, sum.
    #[must_use]
    pub fn item(self, name: impl Into<String>, detail: impl Into<String>, sum: impl Into<String>) -> Self {
        self.block(Block::Item { name: name.into(), detail: detail.into(), sum: sum.into() })
    }

    /// Adds a thin rule.
    #[must_use]
    pub fn rule(self) -> Self {
        self.block(Block::Rule { kind: RuleKind::Thin })
    }

    /// Adds blank lines.
    #[must_use]
    pub fn feed(self, lines: u8) -> Self {
        self.block(Block::Feed { lines })
    }

    /// Adds a QR code in the middle, half the tape wide.
    #[must_use]
    pub fn qr(self, data: impl Into<String>) -> Self {
        self.block(Block::Qr { data: data.into(), width_percent: half(), align: Align::Center })
    }

    /// Adds a partial cut.
    #[must_use]
    pub fn cut(self) -> Self {
        self.block(Block::Cut { kind: CutKind::Partial })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_keeps_its_shape_over_the_wire() {
        let layout = Layout::new()
            .styled("Дүкен", Style { align: Align::Center, size: Size::Large, bold: true, inverse: false })
            .item("Нан", "2 × 150,00", "300,00")
            .rule()
            .pair("ИТОГО", "300,00 ₸")
            .qr("SAL-2026-000001")
            .feed(2)
            .cut();
        let text = serde_json::to_string(&layout).unwrap();
        assert_eq!(serde_json::from_str::<Layout>(&text).unwrap(), layout);
    }

    #[test]
    fn what_is_left_out_has_a_plain_meaning_and_unknown_fields_do_no_harm() {
        let layout: Layout = serde_json::from_str(
            r#"{"blocks":[{"type":"text","text":"a","shade":3},{"type":"rule"},{"type":"cut"},{"type":"qr","data":"x"},
                {"type":"row","columns":[{"text":"l"},{"text":"r","align":"right","share":2}]}],"new":1}"#,
        )
        .unwrap();
        let expected = Layout::new().text("a").rule().cut().qr("x").block(Block::Row {
            columns: vec![
                Column { text: "l".into(), share: 1, align: Align::Left },
                Column { text: "r".into(), share: 2, align: Align::Right },
            ],
            style: Style::default(),
        });
        assert_eq!(layout, expected);
    }
}
