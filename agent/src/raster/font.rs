//! The bundled font, drawn once per letter and kept.
//!
//! DejaVu Sans Mono (see `fonts/LICENSE-DejaVu.txt`) has every Kazakh letter, `₸` and the box characters. All letters of
//! one size fill cells of the same width, so that columns stand under each other.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use ab_glyph::{Font, FontRef, Glyph, GlyphId, PxScale, point};
use duken_protocol::layout::Size;

static REGULAR: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("../../fonts/DejaVuSansMono.ttf")).ok());
static BOLD: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("../../fonts/DejaVuSansMono-Bold.ttf")).ok());

type Drawn = HashMap<(char, Size, bool), Arc<Cell>>;
static CACHE: LazyLock<RwLock<Drawn>> = LazyLock::new(RwLock::default);

/// Letters kept at most: hostile names with all of Unicode must not fill the memory.
const CACHE_LETTERS_MAX: usize = 4_000;

/// Share of a dot that must be covered for it to be printed.
const COVERAGE_MIN: f32 = 0.42;

/// One drawn letter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// One row per dot of height; the leftmost dot is bit 31.
    pub rows: Vec<u32>,
}

/// Width and height of the cell of a size, in dots.
#[must_use]
pub fn cell_dots(size: Size) -> (usize, usize) {
    match size {
        Size::Small => (10, 20),
        Size::Normal => (12, 24),
        Size::Tall => (12, 48),
        Size::Large => (24, 48),
    }
}

/// Whether the bundled font has this letter.
#[must_use]
pub fn has_letter(letter: char) -> bool {
    [&REGULAR, &BOLD].iter().all(|font| font.as_ref().is_some_and(|font| font.glyph_id(letter) != GlyphId(0)))
}

/// The letter, drawn. Letters that the font lacks come out as its empty box.
pub(crate) fn cell(letter: char, size: Size, bold: bool) -> Arc<Cell> {
    let key = (letter, size, bold);
    if let Some(cell) = CACHE.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Arc::clone(cell);
    }
    let drawn = Arc::new(draw(letter, size, bold));
    let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= CACHE_LETTERS_MAX {
        cache.clear();
    }
    cache.insert(key, Arc::clone(&drawn));
    drawn
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "cells are at most 48 dots")]
fn draw(letter: char, size: Size, bold: bool) -> Cell {
    let (width, height) = cell_dots(size);
    let mut rows = vec![0_u32; height];
    let font = if bold { &BOLD } else { &REGULAR };
    let Some(font) = font.as_ref() else { return Cell { rows } };
    let id = font.glyph_id(letter);
    let advance = font.h_advance_unscaled(id);
    if advance <= 0.0 {
        return Cell { rows };
    }
    let tall = font.height_unscaled();
    let scale = PxScale { x: width as f32 * tall / advance, y: height as f32 };
    let baseline = font.ascent_unscaled() * scale.y / tall;
    let glyph = Glyph { id, scale, position: point(0.0, baseline) };
    let Some(outline) = font.outline_glyph(glyph) else { return Cell { rows } };
    let bounds = outline.px_bounds();
    let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
    outline.draw(|x, y, coverage| {
        let (x, y) = (left + x as i32, top + y as i32);
        if coverage >= COVERAGE_MIN && (0..width as i32).contains(&x) && (0..height as i32).contains(&y) {
            rows[y as usize] |= 1 << (31 - x);
        }
    });
    Cell { rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: &str = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ\
        аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя\
        ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\
        ₸€₽$№%×÷±§°«»„“”‘’—–-…•!?.,:;()[]{}<>/\\|@#&*+=_^~'\"`\
        ─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬░▒▓█▀▄■□";

    #[test]
    fn the_font_has_every_letter_that_a_shop_needs() {
        let missing: String = NEEDED.chars().filter(|&letter| !has_letter(letter)).collect();
        assert_eq!(missing, "");
        assert!(!has_letter('\u{1F600}'));
    }

    #[test]
    fn alike_letters_look_different_on_paper() {
        for (one, other) in [
            ('к', 'қ'),
            ('г', 'ғ'),
            ('н', 'ң'),
            ('о', 'ө'),
            ('у', 'ұ'),
            ('Ү', 'Ұ'),
            ('ұ', 'ү'),
            ('и', 'й'),
            ('Һ', 'Н'),
            ('е', 'ё'),
            ('0', 'О'),
        ] {
            for size in [Size::Small, Size::Normal, Size::Tall, Size::Large] {
                for bold in [false, true] {
                    assert_ne!(cell(one, size, bold), cell(other, size, bold), "{one} {other} {size:?} {bold}");
                }
            }
        }
    }

    #[test]
    fn bold_has_more_ink() {
        let ink = |bold| cell('Ж', Size::Normal, bold).rows.iter().map(|row| row.count_ones()).sum::<u32>();
        assert!(ink(true) > ink(false));
    }
}
