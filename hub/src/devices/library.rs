//! What the agent's library knows: profiles, sheets, pictures of layouts.

use duken_agent::printer::chart::candidates;
use duken_agent::printer::codepage::CodePage;
use duken_agent::printer::{PrinterProfile, Profiles};
use duken_agent::raster::WIDTH_DOTS;
use duken_agent::sheets::{SCANNERS, Sheet};
use duken_kernel::Reject;
use duken_protocol::device::{PrintMode, PrinterSettings};
use duken_protocol::layout::Layout;

use super::routes::{CodePageShape, ProfileShape, SheetShape};
use super::{CODE_PAGE_MISSING, WIDTH_WRONG};

/// The profiles of printers.
pub(super) fn profiles(known: &Profiles) -> Vec<ProfileShape> {
    let tried = |(page, number): (CodePage, u8)| CodePageShape { code_page: page.code(), number };
    let shape = |profile: &PrinterProfile| ProfileShape {
        id: profile.id.clone(),
        name: profile.name.clone(),
        profile: serde_json::to_value(profile).unwrap_or_default(),
        code_pages: candidates(profile).into_iter().map(tried).collect(),
    };
    known.all().map(shape).collect()
}

/// Checks what was set for one printer over its profile.
///
/// # Errors
/// `device.width_wrong`; `device.code_page_missing` for text without a code page that is known and has a number.
pub(super) fn check_printer(known: &Profiles, profile: Option<&str>, settings: &PrinterSettings) -> Result<(), Reject> {
    if settings.width_dots.is_some_and(|width| !WIDTH_DOTS.contains(&width)) {
        return Err(WIDTH_WRONG.refuse().field("width_dots").into());
    }
    let named = settings.code_page.as_deref();
    let unknown = named.is_some_and(|name| CodePage::parse(name).is_none_or(|page| page.code() != name));
    let whole = known.with_settings(profile, settings);
    if unknown || (whole.mode == PrintMode::Text && whole.text_code_page().is_none()) {
        return Err(CODE_PAGE_MISSING.refuse().field("code_page").into());
    }
    Ok(())
}

/// The set-up sheets of scanners.
pub(super) fn scanner_sheets() -> Vec<SheetShape> {
    let shape = |sheet: &Sheet| SheetShape { id: sheet.id, title: sheet.title(), markdown: sheet.markdown };
    SCANNERS.iter().map(shape).collect()
}

/// A layout as the picture that a printer of this width would print: a PNG file. Nothing when it holds a broken picture.
#[must_use]
pub fn raster_png(layout: &Layout, width_dots: u16) -> Option<Vec<u8>> {
    match duken_agent::raster::render(layout, width_dots) {
        Ok(bitmap) => Some(bitmap.to_png()),
        Err(error) => {
            tracing::warn!(%error, "a layout cannot be drawn");
            None
        }
    }
}
