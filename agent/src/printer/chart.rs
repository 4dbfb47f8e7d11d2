//! The test chart: a page that shows what a printer can do, for the person who sets it up to answer by looking.
//!
//! It shows a ruler for the width, every Kazakh letter as a picture, and one line of letters per code page and number
//! that is worth trying. The line that reads right names the code page.

use duken_protocol::layout::{Align, Layout, Size, Style};

use super::codepage::CodePage;
use super::document::{Document, compose};
use super::escpos;
use super::profile::PrinterProfile;
use crate::raster::RenderError;

/// What each line of letters shows.
pub const SAMPLE: &str = "Қазақ тілі Әә Ғғ Өө";

/// Numbers in `ESC t` worth trying for a code page, the profile's own first.
#[must_use]
pub fn candidates(profile: &PrinterProfile) -> Vec<(CodePage, u8)> {
    let usual: [(CodePage, &[u8]); 4] =
        [(CodePage::Kz1048, &[53]), (CodePage::Ptcp154, &[]), (CodePage::Cp1251, &[46, 73, 6, 34]), (CodePage::Cp866, &[17, 7, 10])];
    let own = profile.code_pages.iter().filter_map(|(name, &number)| Some((CodePage::parse(name)?, number)));
    let mut all: Vec<(CodePage, u8)> = own.collect();
    for (page, numbers) in usual {
        for &number in numbers {
            if !all.contains(&(page, number)) {
                all.push((page, number));
            }
        }
    }
    all
}

/// The chart as bytes for a printer.
///
/// # Errors
/// The profile's width cannot be drawn.
pub fn chart(profile: &PrinterProfile) -> Result<Document, RenderError> {
    let columns = crate::raster::line_widths(usize::from(profile.width_dots)).normal;
    let ruler: String = (1..=columns).map(|column| if column % 10 == 0 { '┼' } else { '─' }).collect();
    let head = Layout::new()
        .styled("DÜKEN", Style { align: Align::Center, size: Size::Large, bold: true, inverse: false })
        .centered(&profile.name)
        .centered(format!("{} dots", profile.width_dots))
        .text(ruler)
        .text("ӘәҒғҚқҢңӨөҰұҮүҺһІі ₸ Ёё №")
        .qr("DUKEN")
        .rule();
    let mut picture_profile = profile.clone();
    picture_profile.mode = duken_protocol::device::PrintMode::Raster;
    let mut document = compose(&head, &picture_profile)?;
    document.pieces.push(escpos::LEAVE_CHINESE.to_vec());
    for (page, number) in candidates(profile) {
        document.pieces.push(sample_line(page, number));
    }
    document.pieces.extend(compose(&Layout::new().rule().cut(), &picture_profile)?.pieces);
    Ok(document)
}

fn sample_line(page: CodePage, number: u8) -> Vec<u8> {
    // Letters that the page lacks are left out, so that what stands there is what the page can do.
    let sample: String = SAMPLE.chars().filter(|letter| page.encode(&letter.to_string()).is_ok()).collect();
    let letters = page.encode(&sample).unwrap_or_default();
    let mut line = escpos::select_code_page(number).to_vec();
    line.extend(format!("{} {number}: ", page.code()).into_bytes());
    line.extend(letters);
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::profile::Profiles;

    #[test]
    fn the_chart_tries_each_number_once_with_the_profiles_own_first() {
        let profiles = Profiles::bundled();
        let rongta = profiles.get("rongta-80").unwrap();
        let tried = candidates(rongta);
        assert!(tried[..2].contains(&(CodePage::Cp866, 7)) && tried[..2].contains(&(CodePage::Cp1251, 6)));
        let mut once = tried.clone();
        once.dedup();
        assert_eq!(once.len(), tried.len());
        let bytes = chart(rongta).unwrap().bytes();
        let line = [b"\x1bt\x35kz1048 53: ".as_slice(), &CodePage::Kz1048.encode(SAMPLE).unwrap(), b"\n"].concat();
        assert!(bytes.windows(line.len()).any(|part| part == line));
    }
}
