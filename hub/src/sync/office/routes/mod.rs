//! Routes of the head office: what people ask (`/api/office`), and what stores say (`/sync`).

mod people;
mod recovery;
mod returned;
mod wire;

use crate::web::Route;

/// The routes of the head office.
pub(in crate::sync) fn routes() -> Vec<Route> {
    let mut all = people::routes();
    all.extend(returned::routes());
    all.extend(recovery::routes());
    all.extend(wire::routes());
    all
}
