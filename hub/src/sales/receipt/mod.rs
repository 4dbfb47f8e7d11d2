//! What stands on the paper: a sale, a return, a shift's report. Rendered once as a layout; printers, pictures and the
//! browser's print view start from it.

mod html;
mod paper;
mod sample;
mod shift;
mod words;

pub use html::page;
pub use paper::{lay_out, qr_text};

use duken_kernel::{Fault, Read};
use duken_protocol::layout::Layout;

use super::queries;
use crate::domains::{LayoutAsk, LayoutFn};
use crate::hub::Hub;
use crate::settings::Settings;

/// The job's word for a sale.
pub const SALE: &str = "sale";
/// The job's word for a return.
pub const RETURN: &str = "return";
/// The job's word for an X report.
pub const SHIFT_X: &str = "shift_x";
/// The job's word for a Z report.
pub const SHIFT_Z: &str = "shift_z";

/// Documents of this domain that can be printed.
pub const LAYOUTS: &[(&str, LayoutFn)] = &[(SALE, document), (RETURN, document), (SHIFT_X, report_x), (SHIFT_Z, report_z)];

fn document(hub: &Hub, read: &dyn Read, ask: LayoutAsk) -> Result<Option<Layout>, Fault> {
    let Some(view) = queries::view(read, ask.node, ask.id)? else { return Ok(None) };
    let settings = crate::settings::read_of(read, ask.node)?;
    let logo = logo(hub, &settings);
    lay_out(read, ask.node, &settings, &view, logo.as_deref(), ask.copy).map(Some)
}

/// What a receipt would look like by these settings.
///
/// # Errors
/// The engine's.
pub fn preview(hub: &Hub, read: &dyn Read, settings: &Settings, cashier: Option<i64>) -> Result<Layout, Fault> {
    let view = sample::sample(settings, cashier, hub.clock.now_ms());
    let logo = logo(hub, settings);
    lay_out(read, duken_kernel::journal::OWN, settings, &view, logo.as_deref(), false)
}

/// The store's logo as a PNG. A logo that is missing or cannot be read is left out: no receipt waits for it.
fn logo(hub: &Hub, settings: &Settings) -> Option<Vec<u8>> {
    let hash = settings.store.logo_hash.as_deref()?;
    let png = crate::catalog::for_paper(&hub.config.data.join("thumbs"), hash, || hub.files.read(hash).ok().flatten());
    if png.is_none() {
        tracing::warn!(hash, "the logo cannot be read; receipts go without it");
    }
    png
}

fn report_x(_hub: &Hub, read: &dyn Read, ask: LayoutAsk) -> Result<Option<Layout>, Fault> {
    shift::lay_out(read, ask.node, ask.id, false)
}

fn report_z(_hub: &Hub, read: &dyn Read, ask: LayoutAsk) -> Result<Option<Layout>, Fault> {
    shift::lay_out(read, ask.node, ask.id, true)
}
