//! `/api/devices`, `/api/jobs`, `/api/agents`, `/api/profiles`, and the agents' own way in.

mod agents;
mod cards;
mod found;
mod jobs;
mod link;
mod printers;
mod terminals;

pub(super) use cards::test_page;
pub(super) use found::is_near;
pub use link::serve as serve_link;
pub(super) use printers::{CodePageShape, ProfileShape, SheetShape};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::web::Route;

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    [cards::routes(), jobs::routes(), printers::routes(), terminals::routes(), found::routes(), agents::routes(), link::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Nothing {}

fn at(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}
