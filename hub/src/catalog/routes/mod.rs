//! `/api/products`, `/api/categories`, `/api/vat-rates`, `/api/files`, `/api/export`.

mod categories;
mod export;
mod files;
mod products;
mod shapes;

pub use files::{FileUpload, Upload};
pub use shapes::{ProductHit, hit_shape};

use crate::web::Route;

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let mut all = products::routes();
    all.extend(categories::routes());
    all.extend(files::routes());
    all.extend(export::routes());
    all
}
