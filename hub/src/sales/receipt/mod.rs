//! What stands on the paper: a sale, a return, a shift's report. Rendered once as a layout; printers, pictures and the
//! browser's print view start from it.

mod html;
mod paper;
mod shift;
mod words;

pub use html::page;
pub use paper::{lay_out, qr_text};

use duken_kernel::{Fault, Read};
use duken_protocol::layout::Layout;

use super::queries;
use crate::domains::{LayoutAsk, LayoutFn};
use crate::hub::Hub;

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
    let logo = match &settings.store.logo_hash {
        Some(hash) => hub.files.read(hash)?,
        None => None,
    };
    lay_out(read, ask.node, &settings, &view, logo.as_deref(), ask.copy).map(Some)
}

fn report_x(_hub: &Hub, read: &dyn Read, ask: LayoutAsk) -> Result<Option<Layout>, Fault> {
    shift::lay_out(read, ask.node, ask.id, false)
}

fn report_z(_hub: &Hub, read: &dyn Read, ask: LayoutAsk) -> Result<Option<Layout>, Fault> {
    shift::lay_out(read, ask.node, ask.id, true)
}
