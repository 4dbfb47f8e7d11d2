//! What the agent's library knows: profiles, sheets, pictures of layouts.

use duken_agent::printer::{PrinterProfile, Profiles};
use duken_agent::sheets::{SCANNERS, Sheet};
use duken_protocol::layout::Layout;

use super::routes::{ProfileShape, SheetShape};

/// The profiles of printers.
pub(super) fn profiles() -> Vec<ProfileShape> {
    let shape = |profile: &PrinterProfile| ProfileShape {
        id: profile.id.clone(),
        name: profile.name.clone(),
        profile: serde_json::to_value(profile).unwrap_or_default(),
    };
    Profiles::bundled().all().map(shape).collect()
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
