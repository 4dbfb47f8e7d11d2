//! Black and white dots: what a print head leaves on paper, and how a test looks at it.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};

/// A black and white picture, one bit per dot, rows from top to bottom.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    stride: usize,
    rows: Vec<u8>,
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap {}×{}, {} black dots", self.width, self.height(), self.black())
    }
}

impl Bitmap {
    /// A white picture of `width` × `height` dots; a width of zero is taken as one.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        let width = width.max(1);
        let stride = width.div_ceil(8);
        Self { width, stride, rows: vec![0; stride * height] }
    }

    /// A picture from a rule: `black(x, y)` says whether that dot is black.
    #[must_use]
    pub fn from_fn(width: usize, height: usize, mut black: impl FnMut(usize, usize) -> bool) -> Self {
        let mut bitmap = Self::new(width, height);
        for y in 0..height {
            for x in 0..bitmap.width {
                if black(x, y) {
                    bitmap.set(x, y);
                }
            }
        }
        bitmap
    }

    /// A picture file (PNG); dots darker than the middle are black.
    ///
    /// # Errors
    /// When the bytes are no picture.
    pub fn from_png(bytes: &[u8]) -> Result<Self, image::ImageError> {
        let image = image::load_from_memory(bytes)?.to_luma8();
        let (width, height) = (image.width() as usize, image.height() as usize);
        Ok(Self::from_fn(width, height, |x, y| image.get_pixel(x as u32, y as u32).0[0] < 128))
    }

    /// Dots from left to right.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Dots from top to bottom.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Whether the dot is black; outside the picture all is white.
    #[must_use]
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && self.rows.get(y * self.stride + x / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Blackens a dot; outside the picture nothing happens, as at the edge of the head.
    pub fn set(&mut self, x: usize, y: usize) {
        if x >= self.width {
            return;
        }
        if let Some(byte) = self.rows.get_mut(y * self.stride + x / 8) {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Whitens a dot; outside the picture nothing happens.
    pub fn clear(&mut self, x: usize, y: usize) {
        if x >= self.width {
            return;
        }
        if let Some(byte) = self.rows.get_mut(y * self.stride + x / 8) {
            *byte &= !(0x80 >> (x % 8));
        }
    }

    /// Makes the picture at least `height` rows high.
    pub fn grow(&mut self, height: usize) {
        if height > self.height() {
            self.rows.resize(height * self.stride, 0);
        }
    }

    /// How many dots are black.
    #[must_use]
    pub fn black(&self) -> u64 {
        self.rows.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// The picture without its white margins; `None` when all is white.
    #[must_use]
    pub fn trimmed(&self) -> Option<Self> {
        let dots = |y: usize| (0..self.width).filter(move |&x| self.is_black(x, y));
        let top = (0..self.height()).find(|&y| dots(y).next().is_some())?;
        let bottom = (0..self.height()).rev().find(|&y| dots(y).next().is_some())?;
        let left = (top..=bottom).filter_map(|y| dots(y).next()).min()?;
        let right = (top..=bottom).filter_map(|y| dots(y).next_back()).max()?;
        Some(Self::from_fn(right - left + 1, bottom - top + 1, |x, y| self.is_black(left + x, top + y)))
    }

    /// Where `wanted`, without its white margins, stands in this picture dot for dot, as (left, top) of its
    /// trimmed part. White dots of `wanted` must be white here too. An all-white `wanted` is nowhere.
    #[must_use]
    pub fn find(&self, wanted: &Self) -> Option<(usize, usize)> {
        let wanted = wanted.trimmed()?;
        let last_left = self.width.checked_sub(wanted.width)?;
        let last_top = self.height().checked_sub(wanted.height())?;
        let anchor = (0..wanted.width).find(|&x| wanted.is_black(x, 0))?;
        (0..=last_top).find_map(|top| {
            (0..=last_left).find(|&left| self.is_black(left + anchor, top) && self.equals_at(&wanted, left, top)).map(|left| (left, top))
        })
    }

    /// Whether `wanted` can be seen in this picture; see [`Bitmap::find`].
    #[must_use]
    pub fn contains(&self, wanted: &Self) -> bool {
        self.find(wanted).is_some()
    }

    fn equals_at(&self, wanted: &Self, left: usize, top: usize) -> bool {
        (0..wanted.height()).all(|y| (0..wanted.width).all(|x| self.is_black(left + x, top + y) == wanted.is_black(x, y)))
    }

    /// The QR codes that can be read in the picture, from top to bottom, as text.
    #[must_use]
    pub fn qr_codes(&self) -> Vec<String> {
        // A reader needs a white margin; receipts often have too little of it at the edge.
        const MARGIN: usize = 24;
        let (width, height) = (self.width + 2 * MARGIN, self.height() + 2 * MARGIN);
        let mut prepared = rqrr::PreparedImage::prepare_from_bitmap(width, height, |x, y| {
            x >= MARGIN && y >= MARGIN && self.is_black(x - MARGIN, y - MARGIN)
        });
        let mut found: Vec<(i32, String)> =
            prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok().map(|(_, text)| (grid.bounds[0].y, text))).collect();
        found.sort();
        found.into_iter().map(|(_, text)| text).collect()
    }

    /// The picture as a PNG file, black on white.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        // An empty picture is not a valid PNG.
        let height = self.height().max(1);
        let image = GrayImage::from_fn(self.width as u32, height as u32, |x, y| {
            Luma([if self.is_black(x as usize, y as usize) { 0 } else { 255 }])
        });
        let mut file = Cursor::new(Vec::new());
        match image.write_to(&mut file, ImageFormat::Png) {
            Ok(()) => file.into_inner(),
            Err(error) => unreachable!("writing a picture to memory: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_picture_is_found_where_it_was_drawn() {
        let star = Bitmap::from_fn(5, 5, |x, y| x == y || x + y == 4);
        let mut paper = Bitmap::new(100, 60);
        for y in 0..5 {
            for x in 0..5 {
                if star.is_black(x, y) {
                    paper.set(x + 41, y + 30);
                }
            }
        }
        assert_eq!(paper.find(&star), Some((41, 30)));
        paper.set(43, 30);
        assert_eq!(paper.find(&star), None, "a stray black dot inside makes it another picture");
    }

    #[test]
    fn white_is_nowhere_and_too_large_is_nowhere() {
        let paper = Bitmap::from_fn(10, 10, |_, _| true);
        assert!(!paper.contains(&Bitmap::new(4, 4)));
        assert!(!paper.contains(&Bitmap::from_fn(11, 2, |_, _| true)));
    }

    #[test]
    fn a_png_comes_back_dot_for_dot() {
        let picture = Bitmap::from_fn(19, 7, |x, y| (x * 7 + y * 3) % 5 == 0);
        assert_eq!(Bitmap::from_png(&picture.to_png()).unwrap(), picture);
        assert!(Bitmap::from_png(&Bitmap::new(8, 0).to_png()).is_ok());
    }

    #[test]
    fn a_printed_qr_code_can_be_read() {
        let code = qrcode::QrCode::new("https://duken.example/r/1").unwrap();
        let width = code.width();
        let colors = code.to_colors();
        let paper = Bitmap::from_fn(576, 400, |x, y| {
            let (x, y) = (x.wrapping_sub(100) / 4, y.wrapping_sub(50) / 4);
            x < width && y < width && colors[y * width + x] == qrcode::Color::Dark
        });
        assert_eq!(paper.qr_codes(), ["https://duken.example/r/1"]);
    }
}
