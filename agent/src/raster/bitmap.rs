//! A picture of one bit per dot.

use std::io::Cursor;

use image::{ColorType, ImageEncoder, codecs::png::PngEncoder};

/// Dots of a paper, row by row; a row begins at a whole byte, its leftmost dot is the highest bit, 1 is black.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Bitmap {
    /// White paper, `width` by `height` dots.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, bytes: vec![0; width.div_ceil(8) * height] }
    }

    /// Width in dots.
    #[must_use]
    pub fn width_dots(&self) -> usize {
        self.width
    }

    /// Height in dots.
    #[must_use]
    pub fn height_dots(&self) -> usize {
        self.height
    }

    /// Bytes of one row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// All bytes, row by row.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of `count` rows from `first`; fewer at the end.
    #[must_use]
    pub fn rows(&self, first: usize, count: usize) -> &[u8] {
        let from = first.min(self.height) * self.row_bytes();
        let to = (first + count).min(self.height) * self.row_bytes();
        &self.bytes[from..to]
    }

    /// Whether a dot is black. Outside the paper all is white.
    #[must_use]
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.bytes[y * self.row_bytes() + x / 8] & (0x80 >> (x % 8)) != 0
    }

    /// Blackens a dot; outside the paper nothing happens.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height {
            let at = y * self.row_bytes() + x / 8;
            self.bytes[at] |= 0x80 >> (x % 8);
        }
    }

    /// Blackens a rectangle as far as it lies on the paper.
    pub fn blacken_area(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for row in y..(y + height).min(self.height) {
            for column in x..(x + width).min(self.width) {
                self.blacken(column, row);
            }
        }
    }

    /// Turns rows `y .. y + height` to their negative.
    pub fn invert_rows(&mut self, y: usize, height: usize) {
        let row_bytes = self.row_bytes();
        let spare_bits = row_bytes * 8 - self.width;
        for row in y..(y + height).min(self.height) {
            let bytes = &mut self.bytes[row * row_bytes..(row + 1) * row_bytes];
            for byte in bytes.iter_mut() {
                *byte = !*byte;
            }
            if let Some(last) = bytes.last_mut() {
                *last &= 0xFF_u8.checked_shl(u32::try_from(spare_bits).unwrap_or(0)).unwrap_or(0);
            }
        }
    }

    /// Lays rows of up to 32 dots (leftmost is bit 31) at a place.
    pub(crate) fn stamp(&mut self, x: usize, y: usize, rows: &[u32]) {
        let row_bytes = self.row_bytes();
        for (row, &bits) in rows.iter().enumerate().filter(|(_, bits)| **bits != 0) {
            if y + row >= self.height {
                break;
            }
            let shifted = (u64::from(bits) << 32) >> (x % 8);
            let line = &mut self.bytes[(y + row) * row_bytes..(y + row + 1) * row_bytes];
            for (byte, ink) in line.iter_mut().skip(x / 8).zip(shifted.to_be_bytes()) {
                *byte |= ink;
            }
        }
    }

    /// Adds white rows below.
    pub(crate) fn grow(&mut self, rows: usize) {
        self.height += rows;
        self.bytes.resize(self.row_bytes() * self.height, 0);
    }

    /// Adds another picture of the same width below.
    pub(crate) fn append(&mut self, below: &Self) {
        debug_assert_eq!(self.width, below.width, "one tape, one width");
        self.height += below.height;
        self.bytes.extend_from_slice(&below.bytes);
    }

    /// Each dot as 0 (black) or 255 (white), row by row.
    #[must_use]
    pub fn to_luma(&self) -> Vec<u8> {
        let mut luma = Vec::with_capacity(self.width * self.height);
        for row in self.bytes.chunks(self.row_bytes().max(1)) {
            luma.extend((0..self.width).map(|x| if row[x / 8] & (0x80 >> (x % 8)) == 0 { 255 } else { 0 }));
        }
        luma
    }

    /// The picture as a PNG file. An empty picture gives one white dot.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        let (luma, width, height) =
            if self.width == 0 || self.height == 0 { (vec![255], 1, 1) } else { (self.to_luma(), self.width, self.height) };
        let mut out = Cursor::new(Vec::new());
        let sides = (u32::try_from(width).unwrap_or(1), u32::try_from(height).unwrap_or(1));
        match PngEncoder::new(&mut out).write_image(&luma, sides.0, sides.1, ColorType::L8.into()) {
            Ok(()) => out.into_inner(),
            Err(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_come_back_where_they_were_set() {
        let mut paper = Bitmap::new(13, 3);
        paper.blacken(12, 2);
        paper.stamp(5, 0, &[0xE000_0000, 0x8000_0001]);
        paper.stamp(12, 1, &[0xC000_0000]);
        let black: Vec<_> = (0..3).flat_map(|y| (0..16).map(move |x| (x, y))).filter(|&(x, y)| paper.is_black(x, y)).collect();
        assert_eq!(black, [(5, 0), (6, 0), (7, 0), (5, 1), (12, 1), (12, 2)]);
    }

    #[test]
    fn the_negative_stays_on_the_paper() {
        let mut paper = Bitmap::new(12, 2);
        paper.invert_rows(1, 5);
        assert_eq!(paper.bytes(), [0, 0, 0xFF, 0xF0]);
    }

    #[test]
    fn a_png_reads_back_dot_by_dot() {
        let mut paper = Bitmap::new(20, 9);
        paper.blacken_area(3, 2, 7, 4);
        let read = image::load_from_memory(&paper.to_png()).unwrap().to_luma8();
        assert_eq!(read.into_raw(), paper.to_luma());
        assert!(!Bitmap::default().to_png().is_empty());
    }
}
