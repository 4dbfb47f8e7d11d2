//! Goods [C05–C07, R10]: products and services, their codes, categories, prices and photos; search as you type.
//!
//! Cards: `product.saved`, `product.archived`, `product.restored`, `category.saved`, each with the whole card.
//!
//! Invariants: nothing is deleted, cards are archived; a SKU stands on one product; a code may stand on several, the
//! till asks which; a product without a price cannot be sold; every change of price is kept with person and moment.

pub mod codes;
mod commands;
pub mod door;
mod export;
pub mod import;
mod model;
mod photos;
mod project;
mod queries;
mod routes;
pub mod search;
mod tables;
#[cfg(test)]
pub(crate) mod tests;

use duken_kernel::refusal::Code;
use duken_kernel::{Projector, Reject};

pub use crate::settings::vat;
pub use commands::{
    MakeBarcode, PurchasePrice, Wanted, archive, archive_category, duplicate, record_imported, record_new_category, restore, save,
    save_category,
};
pub use model::{Card, CategoryCard, Kind, Unit};
pub use photos::for_paper;
pub use queries::{Stored, StoredCategory, all, stored};
pub use routes::{FileUpload, ProductHit, Upload, hit_shape};

use crate::domains::Domain;
use crate::hub::Hub;

/// A card has no name.
pub const NAME_MISSING: Code = Code::new("product.name_missing", 422);
/// A name, brand or SKU is too long.
pub const NAME_TOO_LONG: Code = Code::new("product.name_too_long", 422);
/// The description is too long.
pub const DESCRIPTION_TOO_LONG: Code = Code::new("product.description_too_long", 422);
/// A text is no barcode and no short code.
pub const BAD_CODE: Code = Code::new("product.bad_code", 422);
/// Too many codes.
pub const TOO_MANY_CODES: Code = Code::new("product.too_many_codes", 422);
/// A price below zero, or beyond reason.
pub const PRICE_NEGATIVE: Code = Code::new("product.price_negative", 422);
/// A sum in another currency than the store's.
pub const OTHER_CURRENCY: Code = Code::new("product.other_currency", 422);
/// No such VAT rate.
pub const VAT_UNKNOWN: Code = Code::new("product.vat_unknown", 422);
/// No such category.
pub const CATEGORY_UNKNOWN: Code = Code::new("product.category_unknown", 422);
/// More photos than five.
pub const TOO_MANY_PHOTOS: Code = Code::new("product.too_many_photos", 422);
/// A photo that was never uploaded.
pub const PHOTO_UNKNOWN: Code = Code::new("product.photo_unknown", 422);
/// Every in-store prefix is used by weight codes.
pub const NO_OWN_PREFIX: Code = Code::new("product.no_own_prefix", 409);
/// Another product has this SKU.
pub const SKU_TAKEN: Code = Code::new("product.sku_taken", 409);
/// A code that stands on no product.
pub const UNKNOWN_BARCODE: Code = Code::new("product.unknown_barcode", 404);
/// A product without a price cannot be sold.
pub const NO_PRICE: Code = Code::new("product.no_price", 409);
/// The product is not for sale now, or put away.
pub const NOT_FOR_SALE: Code = Code::new("product.not_for_sale", 409);
/// A category inside itself.
pub const CATEGORY_LOOP: Code = Code::new("category.loop", 422);
/// Another category of this name beside it.
pub const CATEGORY_NAME_TAKEN: Code = Code::new("category.name_taken", 409);
/// Something in use lies in the category.
pub const CATEGORY_NOT_EMPTY: Code = Code::new("category.not_empty", 409);
/// Not a picture.
pub const NOT_AN_IMAGE: Code = Code::new("file.not_an_image", 422);
/// A picture of too many pixels.
pub const IMAGE_TOO_LARGE: Code = Code::new("file.image_too_large", 413);
/// The upload has no file.
pub const FILE_MISSING: Code = Code::new("file.missing", 422);

const REFUSALS: &[Code] = &[
    NAME_MISSING,
    NAME_TOO_LONG,
    DESCRIPTION_TOO_LONG,
    BAD_CODE,
    TOO_MANY_CODES,
    PRICE_NEGATIVE,
    OTHER_CURRENCY,
    VAT_UNKNOWN,
    CATEGORY_UNKNOWN,
    TOO_MANY_PHOTOS,
    PHOTO_UNKNOWN,
    NO_OWN_PREFIX,
    SKU_TAKEN,
    UNKNOWN_BARCODE,
    NO_PRICE,
    NOT_FOR_SALE,
    CATEGORY_LOOP,
    CATEGORY_NAME_TAKEN,
    CATEGORY_NOT_EMPTY,
    NOT_AN_IMAGE,
    IMAGE_TOO_LARGE,
    FILE_MISSING,
];

/// What is done when the hub starts: the search index is made anew where it is missing or of another form.
///
/// # Errors
/// The engine's.
pub fn started(hub: &Hub) -> Result<(), Reject> {
    if hub.read_now(|read| Ok(search::index::is_current(read)?))? {
        return Ok(());
    }
    let products = hub.run_and_wait(hub.own_caller(), |tx| Ok(search::index::rebuild(tx.engine())?))?;
    tracing::info!(products, "the search index was made");
    Ok(())
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "catalog",
            tables: tables::TABLES,
            local: tables::LOCAL,
            kinds: project::KINDS,
            versions: &[],
            project: project::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: &[],
    }
}
