//! Reads a receipt that was printed as dots: letter by letter, as an eye would.
//!
//! It knows the printed letters by their shapes alone. Letters that look the same in Cyrillic and Latin are read as
//! Cyrillic: on paper nobody can tell them apart; [`looks`] makes an expected text comparable.

use std::collections::HashMap;
use std::sync::LazyLock;

use duken_agent::raster::{Line, cell_dots, render_line};
use duken_protocol::layout::{Size, Style};

use super::paper::Bitmap;

const LETTERS: &str = "0123456789₸€₽$№%×÷±°«»„“”’—–−…•!?.,:;()[]{}<>/\\|@#&*+=_^~'\"`-\
    АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ\
    аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя\
    ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Letters that look like another one that is read in their place.
const ALIKE: &str = "AАBВCСEЕHНIІKКMМOОPРTТXХaаcсeеiіoоpрxхyуhһЗ3";

/// Cells of a size, by their dots.
type Shapes = HashMap<Vec<u64>, char>;

static KNOWN: LazyLock<Vec<(Size, Shapes)>> = LazyLock::new(|| {
    [Size::Large, Size::Tall, Size::Normal, Size::Small]
        .map(|size| {
            let mut shapes = Shapes::new();
            for letter in LETTERS.chars() {
                for bold in [false, true] {
                    shapes.entry(drawn(letter, size, bold)).or_insert(letter);
                }
            }
            shapes.retain(|rows, _| rows.iter().any(|row| *row != 0));
            (size, shapes)
        })
        .into()
});

fn drawn(letter: char, size: Size, bold: bool) -> Vec<u64> {
    let (width, height) = cell_dots(size);
    let style = Style { size, bold, ..Style::default() };
    let text = letter.to_string();
    let paper = render_line(&Line::Words { text, style }, width as u16).expect("a letter is drawn");
    (0..height).map(|y| (0..width).fold(0, |row, x| row << 1 | u64::from(paper.is_black(x, y)))).collect()
}

/// The lines of text on the paper, from top to bottom, without what stands around them. What is no text is passed over.
#[must_use]
pub fn read(paper: &Bitmap) -> Vec<String> {
    let rows: Vec<Vec<bool>> = (0..paper.height()).map(|y| (0..paper.width()).map(|x| paper.is_black(x, y)).collect()).collect();
    let mut lines = Vec::new();
    let mut top = 0;
    while top < rows.len() {
        match KNOWN.iter().find_map(|(size, shapes)| line_at(&rows, top, *size, shapes)) {
            Some((text, height)) => {
                lines.push(text);
                top += height;
            }
            None => top += 1,
        }
    }
    lines
}

/// The line whose cells begin at this row, when every cell with ink in it is a letter of this size.
fn line_at(rows: &[Vec<bool>], top: usize, size: Size, shapes: &Shapes) -> Option<(String, usize)> {
    let (width, height) = cell_dots(size);
    let band = rows.get(top..top + height)?;
    let paper = band.first()?.len();
    if !band.iter().flatten().any(|dot| *dot) {
        return None;
    }
    (0..width).find_map(|begin| {
        let outside = |x: usize| x < begin || x >= begin + (paper - begin) / width * width;
        if band.iter().any(|row| row.iter().enumerate().any(|(x, dot)| *dot && outside(x))) {
            return None;
        }
        let mut text = String::new();
        for left in (begin..=paper.checked_sub(width)?).step_by(width) {
            let cell: Vec<u64> =
                band.iter().map(|row| row[left..left + width].iter().fold(0, |bits, dot| bits << 1 | u64::from(*dot))).collect();
            text.push(if cell.iter().all(|row| *row == 0) { ' ' } else { *shapes.get(&cell)? });
        }
        Some((text.trim().to_owned(), height))
    })
}

/// A text as it looks on paper: every letter as [`read`] reads it.
#[must_use]
pub fn looks(text: &str) -> String {
    let alike: Vec<char> = ALIKE.chars().collect();
    let seen = |letter: char| alike.chunks_exact(2).find(|pair| pair[0] == letter).map_or(letter, |pair| pair[1]);
    text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { seen(letter) }).collect()
}

#[cfg(test)]
mod tests {
    use duken_agent::raster::render;
    use duken_protocol::layout::{Align, Layout};

    use super::*;

    #[test]
    fn what_was_printed_is_read() {
        let style = |size, align| Style { size, align, ..Style::default() };
        let layout = Layout::new()
            .styled("ТОО «Дүкен»", style(Size::Large, Align::Center))
            .text("Қазақ тілі: ә ғ қ ң ө ұ ү һ і ₸")
            .styled("12 450,00 ₸", style(Size::Tall, Align::Right))
            .styled("duken.kz", style(Size::Small, Align::Center));
        let picture = render(&layout, 576).expect("a picture");
        let paper = Bitmap::from_fn(576, picture.height_dots(), |x, y| picture.is_black(x, y));
        let expected = ["ТОО «Дүкен»", "Қазақ тілі: ә ғ қ ң ө ұ ү һ і ₸", "12 450,00 ₸", "duken.kz"].map(looks);
        assert_eq!(read(&paper), expected);
        let smudged = Bitmap::from_fn(576, picture.height_dots(), |x, y| picture.is_black(x, y) || (x == 300 && y == 20));
        assert_ne!(read(&smudged), expected, "a dot too many is seen");
    }
}
