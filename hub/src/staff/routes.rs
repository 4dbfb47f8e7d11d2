//! `/api/setup`, `/api/session`, `/api/preferences`, `/api/users`, `/api/roles`.

mod password;
mod people;
mod preferences;
mod session;
mod sheet;

use serde::Deserialize;
pub use session::SessionShape;
use utoipa::ToSchema;

use crate::web::Route;

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let mut all = session::routes();
    all.extend(people::routes());
    all.extend(preferences::routes());
    all.extend(sheet::routes());
    all
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct Nothing {}
