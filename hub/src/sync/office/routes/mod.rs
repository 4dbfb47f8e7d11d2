//! Routes of the head office: what people ask (`/api/office`), and what stores say (`/sync`).

mod people;
mod wire;

use crate::web::Route;

/// The routes of the head office.
pub(in crate::sync) fn routes() -> Vec<Route> {
    let mut all = people::routes();
    all.extend(wire::routes());
    all
}
