//! Use cases of the catalogue.

mod archive_product;
mod duplicate_product;
mod record_imported;
mod save_category;
mod save_product;

pub use archive_product::{archive, restore};
pub use duplicate_product::duplicate;
pub use record_imported::{record_imported, record_new_category};
pub use save_category::{archive_category, restore_category, save_category};
pub use save_product::{MakeBarcode, PurchasePrice, Wanted, save};
