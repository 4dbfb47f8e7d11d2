//! A layout as the bytes of one printer, ready before the first byte is sent: whatever cannot be printed is refused here.

use duken_protocol::device::PrintMode;
use duken_protocol::layout::{CutKind, Layout, RuleKind, Size, Style};

use super::codepage::CodePage;
use super::escpos;
use super::profile::{CutCommand, PrinterProfile};
use crate::raster::{self, Bitmap, Line, LineWidths, RenderError};

/// The bytes of a job in pieces that a pause may stand between: each is whole commands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// The pieces in order.
    pub pieces: Vec<Vec<u8>>,
}

impl Document {
    /// All bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    fn push(&mut self, bytes: &[u8]) {
        self.pieces.push(bytes.to_vec());
    }

    fn extend_last(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(last) if last.len() < 1024 => last.extend_from_slice(bytes),
            _ => self.push(bytes),
        }
    }
}

/// The bytes for a layout: as pictures, or as letters where text mode has a proven code page. In text mode a line with a
/// letter that the page lacks goes as a picture.
///
/// # Errors
/// What [`raster::render_sheets`] refuses.
pub fn compose(layout: &Layout, profile: &PrinterProfile) -> Result<Document, RenderError> {
    match (profile.mode, profile.text_code_page()) {
        (PrintMode::Text, Some((page, number))) => as_text(layout, profile, page, number),
        (PrintMode::Text, None) | (PrintMode::Raster, _) => as_pictures(layout, profile),
    }
}

fn as_pictures(layout: &Layout, profile: &PrinterProfile) -> Result<Document, RenderError> {
    let mut document = Document::default();
    document.push(escpos::INIT);
    for sheet in raster::render_sheets(layout, profile.width_dots)? {
        picture(&mut document, &sheet.bitmap, profile);
        if let Some(kind) = sheet.cut {
            document.push(&cut(kind, profile));
        }
    }
    Ok(document)
}

fn picture(document: &mut Document, bitmap: &Bitmap, profile: &PrinterProfile) {
    let rows = usize::from(profile.slice_rows.max(1));
    for first in (0..bitmap.height_dots()).step_by(rows) {
        document.pieces.push(escpos::picture(profile.raster, bitmap, first, rows));
    }
}

fn as_text(layout: &Layout, profile: &PrinterProfile, page: CodePage, number: u8) -> Result<Document, RenderError> {
    if !raster::WIDTH_DOTS.contains(&profile.width_dots) {
        return Err(RenderError::BadWidth);
    }
    let columns = usize::from(profile.width_dots) / raster::cell_dots(Size::Normal).0;
    let widths = LineWidths { small: columns, normal: columns, large: columns / 2 };
    let mut document = Document::default();
    document.push(&[escpos::INIT, escpos::LEAVE_CHINESE, &escpos::select_code_page(number)].concat());
    for line in raster::typeset(layout, widths) {
        match &line {
            Line::Words { text, style } => match page.encode(text) {
                Ok(letters) => document.extend_last(&[escpos::style(*style).as_slice(), &letters, b"\n"].concat()),
                Err(_) => {
                    document.extend_last(&escpos::style(Style::default()));
                    let bitmap = raster::render_line(&line, profile.width_dots)?;
                    picture(&mut document, &bitmap, profile);
                }
            },
            Line::Rule(kind) => {
                let dashes = match kind {
                    RuleKind::Thin => "-".repeat(columns),
                    RuleKind::Dashed => "- ".repeat(columns / 2),
                    RuleKind::Double => "=".repeat(columns),
                };
                document.extend_last(&[escpos::style(Style::default()).as_slice(), dashes.as_bytes(), b"\n"].concat());
            }
            Line::Feed(0) => {}
            Line::Feed(lines) => document.extend_last(&escpos::feed_lines(*lines)),
            Line::Qr { .. } | Line::Image { .. } => {
                document.extend_last(&escpos::style(Style::default()));
                let bitmap = raster::render_line(&line, profile.width_dots)?;
                picture(&mut document, &bitmap, profile);
            }
            Line::Cut(kind) => {
                document.extend_last(&escpos::style(Style::default()));
                document.push(&cut(*kind, profile));
            }
        }
    }
    Ok(document)
}

fn cut(kind: CutKind, profile: &PrinterProfile) -> Vec<u8> {
    let feed = escpos::feed_lines(profile.feed_lines_before_cut);
    let full = kind == CutKind::Full;
    match profile.cut {
        CutCommand::GsVFeed => vec![0x1d, b'V', if full { 65 } else { 66 }, 0],
        CutCommand::GsV => [&feed[..], &[0x1d, b'V', u8::from(!full)]].concat(),
        CutCommand::EscI => [&feed[..], &[0x1b, if full { b'i' } else { b'm' }]].concat(),
        CutCommand::None => feed.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::profile::Profiles;

    fn profile(change: impl FnOnce(&mut PrinterProfile)) -> PrinterProfile {
        let mut profile = Profiles::bundled().get("epson-tm").cloned().unwrap();
        change(&mut profile);
        profile
    }

    #[test]
    fn a_long_picture_goes_in_slices_of_at_most_255_rows() {
        let mut layout = Layout::new();
        for _ in 0..30 {
            layout = layout.text("Қазақ тілі");
        }
        let document = compose(&layout.cut(), &profile(|_| {})).unwrap();
        let heads: Vec<_> = document.pieces.iter().map(|piece| piece[..piece.len().min(8)].to_vec()).collect();
        assert_eq!(
            heads,
            [
                b"\x1b@".to_vec(),
                vec![0x1d, 0x76, 0x30, 0, 72, 0, 255, 0],
                vec![0x1d, 0x76, 0x30, 0, 72, 0, 255, 0],
                vec![0x1d, 0x76, 0x30, 0, 72, 0, 210, 0],
                vec![0x1d, b'V', 66, 0],
            ]
        );
        assert_eq!(document.pieces[1].len(), 8 + 72 * 255);
    }

    #[test]
    fn text_leaves_chinese_mode_selects_the_page_and_sends_its_bytes() {
        let profile = profile(|profile| {
            profile.mode = PrintMode::Text;
            profile.code_page = Some("kz1048".into());
        });
        let bytes = compose(&Layout::new().text("Сүт № 5"), &profile).unwrap().bytes();
        let expected = [
            b"\x1b@\x1c.\x1bt\x35".as_slice(),
            b"\x1ba\x00\x1d!\x00\x1bE\x00\x1dB\x00",
            &[0xD1, 0xBF, 0xF2, b' ', 0xB9, b' ', b'5', b'\n'],
        ]
        .concat();
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_line_that_the_page_cannot_write_goes_as_a_picture_and_the_rest_as_text() {
        let profile = profile(|profile| {
            profile.mode = PrintMode::Text;
            profile.code_page = Some("cp866".into());
        });
        let document = compose(&Layout::new().text("Хлеб").text("Сүт").pair("Итого", "5 ₸").rule().cut(), &profile).unwrap();
        let pictures = document.pieces.iter().filter(|piece| piece.starts_with(b"\x1dv0")).count();
        assert_eq!(pictures, 2);
        let bytes = document.bytes();
        let bread = CodePage::Cp866.encode("Хлеб\u{a0}").unwrap();
        assert!(bytes.windows(4).any(|part| part == &bread[..4]));
        assert!(bytes.ends_with(&[0x1d, b'V', 66, 0]));
        assert!(!bytes.windows(2).any(|part| part == "ү".as_bytes()), "no raw UTF-8");
    }

    #[test]
    fn each_kind_of_knife() {
        let rows: [(CutCommand, &[u8]); 4] = [
            (CutCommand::GsVFeed, &[0x1d, 0x56, 66, 0]),
            (CutCommand::GsV, &[0x1b, 0x64, 4, 0x1d, 0x56, 1]),
            (CutCommand::EscI, &[0x1b, 0x64, 4, 0x1b, 0x6d]),
            (CutCommand::None, &[0x1b, 0x64, 4]),
        ];
        for (command, bytes) in rows {
            let profile = profile(|profile| {
                profile.cut = command;
                profile.feed_lines_before_cut = 4;
            });
            assert_eq!(cut(CutKind::Partial, &profile), bytes);
        }
    }
}
