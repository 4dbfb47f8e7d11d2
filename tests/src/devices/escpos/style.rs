//! A line before it is printed: letters and strips of picture side by side.

use super::font::{self, Cell};
use crate::devices::paper::Bitmap;

/// How letters look from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub small: bool,
    pub bold: bool,
    pub underline: usize,
    pub inverted: bool,
    /// 1–8.
    pub wide: usize,
    /// 1–8.
    pub high: usize,
    /// Dots right of a letter, before widening.
    pub spacing: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { small: false, bold: false, underline: 0, inverted: false, wide: 1, high: 1, spacing: 0 }
    }
}

impl Style {
    /// Dots of one letter's cell; Chinese letters are as wide as high.
    fn cell(self, letter: char) -> (usize, usize) {
        let (width, height) = match (self.small, letter as u32) {
            (_, 0x2e80..=0xffef) => (24, 24),
            (false, _) => (12, 24),
            (true, _) => (9, 17),
        };
        ((width + self.spacing) * self.wide, height * self.high)
    }
}

#[derive(Debug, Clone)]
enum Item {
    Letter { letter: char, style: Style, left: usize },
    Strip { dots: Bitmap, left: usize },
}

/// A line that is being filled.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    items: Vec<Item>,
    cursor: usize,
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Where the next thing goes, in dots from the left margin.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(super) fn move_to(&mut self, dots: usize) {
        self.cursor = dots;
    }

    /// Adds a letter, or says that the line of `area` dots is full.
    pub(super) fn add_letter(&mut self, letter: char, style: Style, area: usize) -> Result<(), LineFull> {
        let (width, _) = style.cell(letter);
        if !self.items.is_empty() && self.cursor + width > area {
            return Err(LineFull);
        }
        self.items.push(Item::Letter { letter, style, left: self.cursor });
        self.cursor += width;
        Ok(())
    }

    pub(super) fn add_strip(&mut self, dots: Bitmap) {
        let width = dots.width();
        self.items.push(Item::Strip { dots, left: self.cursor });
        self.cursor += width;
    }

    /// The letters, without trailing blanks; `None` when the line holds none.
    pub(super) fn text(&self) -> Option<String> {
        let letters: String = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Letter { letter, .. } => Some(*letter),
                Item::Strip { .. } => None,
            })
            .collect();
        (!letters.is_empty()).then(|| letters.trim_end().to_owned())
    }

    /// Sizes (dots across and down) of the strips in the line.
    pub(super) fn strips(&self) -> Vec<(usize, usize)> {
        self.items
            .iter()
            .filter_map(|item| match item {
                Item::Strip { dots, .. } => Some((dots.width(), dots.height())),
                Item::Letter { .. } => None,
            })
            .collect()
    }

    pub(super) fn height(&self) -> usize {
        let heights = self.items.iter().map(|item| match item {
            Item::Letter { letter, style, .. } => style.cell(*letter).1,
            Item::Strip { dots, .. } => dots.height(),
        });
        heights.max().unwrap_or(0)
    }

    /// Draws the line with its left end at `left` and its top at `top`; letters stand on a common base.
    pub(super) fn draw(&self, paper: &mut Bitmap, left: usize, top: usize) {
        let height = self.height();
        for item in &self.items {
            match item {
                Item::Letter { letter, style, left: at } => {
                    let (width, letter_height) = style.cell(*letter);
                    let top = top + height - letter_height;
                    draw_letter(paper, *letter, *style, Cell { left: left + at, top, width, height: letter_height });
                }
                Item::Strip { dots, left: at } => stamp(paper, dots, left + at, top),
            }
        }
    }
}

/// The line has no room for the letter.
#[derive(Debug)]
pub(super) struct LineFull;

fn draw_letter(paper: &mut Bitmap, letter: char, style: Style, cell: Cell) {
    let inked = Cell { width: cell.width - style.spacing * style.wide, ..cell };
    if !style.inverted {
        font::draw(paper, letter, inked, style.bold);
        let bottom = cell.top + cell.height;
        for y in bottom - style.underline.min(cell.height)..bottom {
            for x in cell.left..cell.left + cell.width {
                paper.set(x, y);
            }
        }
        return;
    }
    let mut letter_dots = Bitmap::new(inked.width, inked.height);
    font::draw(&mut letter_dots, letter, Cell { left: 0, top: 0, ..inked }, style.bold);
    for y in 0..cell.height {
        for x in 0..cell.width {
            if !letter_dots.is_black(x, y) {
                paper.set(cell.left + x, cell.top + y);
            }
        }
    }
}

/// Adds the black dots of `picture` to the paper.
pub(super) fn stamp(paper: &mut Bitmap, picture: &Bitmap, left: usize, top: usize) {
    for y in 0..picture.height() {
        for x in 0..picture.width() {
            if picture.is_black(x, y) {
                paper.set(left + x, top + y);
            }
        }
    }
}
