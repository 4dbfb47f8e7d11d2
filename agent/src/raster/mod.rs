//! A layout as dots: what a printer in raster mode gets, and the picture of the receipt on a screen.
//!
//! The default way to print: our own font has every Kazakh letter and `₸`, which no code page does.

mod bitmap;
mod font;
mod picture;
mod typeset;

pub use bitmap::Bitmap;
pub use font::{cell_dots, has_letter};
pub use typeset::{Line, LineWidths, typeset, wrap};

use duken_protocol::layout::{Align, CutKind, Layout, RuleKind, Size, Style};

/// Widths of a tape in dots that make sense: below, nothing fits; above, no receipt printer exists.
pub const WIDTH_DOTS: std::ops::RangeInclusive<u16> = 96..=1_728;

/// Rows of one document at most: two and a half metres of paper.
pub const HEIGHT_DOTS_MAX: usize = 20_000;

/// White dots on a screen where the knife goes through.
const CUT_GAP_DOTS: usize = 24;

/// Why a layout cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The tape's width is outside [`WIDTH_DOTS`].
    #[error("a tape of this width does not exist")]
    BadWidth,
    /// The text of a QR code does not fit on the tape.
    #[error("the text is too long for a QR code on this tape")]
    QrTooLong,
    /// The picture is no PNG, broken or too large.
    #[error("the picture cannot be read")]
    BadPicture,
    /// More than [`HEIGHT_DOTS_MAX`].
    #[error("the document is too long")]
    TooLong,
}

/// A piece between two cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its dots; as wide as the tape.
    pub bitmap: Bitmap,
    /// The cut after it.
    pub cut: Option<CutKind>,
}

/// Draws a layout as one picture, cuts shown as white gaps.
///
/// # Errors
/// As [`render_sheets`].
pub fn render(layout: &Layout, width_dots: u16) -> Result<Bitmap, RenderError> {
    let sheets = render_sheets(layout, width_dots)?;
    let mut whole = Bitmap::new(usize::from(width_dots), 0);
    let last = sheets.len().saturating_sub(1);
    for (at, sheet) in sheets.iter().enumerate() {
        whole.append(&sheet.bitmap);
        if sheet.cut.is_some() && at < last {
            whole.grow(CUT_GAP_DOTS);
        }
    }
    Ok(whole)
}

/// Draws a layout, one picture per piece between cuts.
///
/// # Errors
/// [`RenderError`], checked in the order of the enum along the layout.
pub fn render_sheets(layout: &Layout, width_dots: u16) -> Result<Vec<Sheet>, RenderError> {
    if !WIDTH_DOTS.contains(&width_dots) {
        return Err(RenderError::BadWidth);
    }
    let width = usize::from(width_dots);
    let mut sheets = Vec::new();
    let mut paper = Bitmap::new(width, 0);
    let mut height = 0;
    for line in typeset(layout, line_widths(width)) {
        if let Line::Cut(kind) = line {
            sheets.push(Sheet { bitmap: std::mem::replace(&mut paper, Bitmap::new(width, 0)), cut: Some(kind) });
            continue;
        }
        let before = paper.height_dots();
        draw(&mut paper, &line)?;
        height += paper.height_dots() - before;
        if height > HEIGHT_DOTS_MAX {
            return Err(RenderError::TooLong);
        }
    }
    if paper.height_dots() > 0 {
        sheets.push(Sheet { bitmap: paper, cut: None });
    }
    Ok(sheets)
}

/// Draws one line on a paper of its own.
///
/// # Errors
/// [`RenderError::QrTooLong`], [`RenderError::BadPicture`].
pub fn render_line(line: &Line<'_>, width_dots: u16) -> Result<Bitmap, RenderError> {
    let mut paper = Bitmap::new(usize::from(width_dots), 0);
    draw(&mut paper, line)?;
    Ok(paper)
}

/// Letters per line in raster mode.
#[must_use]
pub fn line_widths(width_dots: usize) -> LineWidths {
    LineWidths {
        small: width_dots / cell_dots(Size::Small).0,
        normal: width_dots / cell_dots(Size::Normal).0,
        large: width_dots / cell_dots(Size::Large).0,
    }
}

fn draw(paper: &mut Bitmap, line: &Line<'_>) -> Result<(), RenderError> {
    let width = paper.width_dots();
    match line {
        Line::Words { text, style } => words(paper, text, *style),
        Line::Rule(kind) => rule(paper, *kind),
        Line::Feed(lines) => paper.grow(usize::from(*lines) * cell_dots(Size::Normal).1),
        Line::Qr { data, width_percent, align } => {
            let code = picture::qr(data, share(width, *width_percent), width)?;
            place(paper, &code, *align);
        }
        Line::Image { png_base64, width_percent, align } => {
            let image = picture::picture(png_base64, share(width, *width_percent))?;
            place(paper, &image, *align);
        }
        Line::Cut(_) => {}
    }
    Ok(())
}

fn share(width: usize, percent: u8) -> usize {
    width * usize::from(percent.clamp(1, 100)) / 100
}

fn offset(width: usize, own: usize, align: Align) -> usize {
    let rest = width.saturating_sub(own);
    match align {
        Align::Left => 0,
        Align::Center => rest / 2,
        Align::Right => rest,
    }
}

fn words(paper: &mut Bitmap, text: &str, style: Style) {
    let (cell_width, cell_height) = cell_dots(style.size);
    let top = paper.height_dots();
    paper.grow(cell_height);
    let own = text.chars().count() * cell_width;
    let mut x = offset(paper.width_dots(), own, style.align);
    for letter in text.chars() {
        if letter != ' ' {
            paper.stamp(x, top, &font::cell(letter, style.size, style.bold).rows);
        }
        x += cell_width;
    }
    if style.inverse {
        paper.invert_rows(top, cell_height);
    }
}

fn rule(paper: &mut Bitmap, kind: RuleKind) {
    let (top, width) = (paper.height_dots(), paper.width_dots());
    paper.grow(14);
    match kind {
        RuleKind::Thin => paper.blacken_area(0, top + 6, width, 2),
        RuleKind::Dashed => (0..width).step_by(12).for_each(|x| paper.blacken_area(x, top + 6, 7, 2)),
        RuleKind::Double => {
            paper.blacken_area(0, top + 4, width, 2);
            paper.blacken_area(0, top + 9, width, 2);
        }
    }
}

fn place(paper: &mut Bitmap, picture: &Bitmap, align: Align) {
    let top = paper.height_dots();
    let left = offset(paper.width_dots(), picture.width_dots(), align);
    paper.grow(picture.height_dots());
    for y in 0..picture.height_dots() {
        for x in 0..picture.width_dots() {
            if picture.is_black(x, y) {
                paper.blacken(left + x, top + y);
            }
        }
    }
}

#[cfg(test)]
mod tests;
