//! Customers [C20, R27 part]: name, phone, note. Names and phones lie in salted blobs beside the journal; the entry
//! holds their hash, so that a person can be erased while the chain still verifies.
//!
//! Invariant: one active customer per phone.

mod commands;
mod project;
mod queries;
mod routes;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use commands::{SaveCustomer, save as save_customer};
pub use queries::{Customer, find};

use crate::domains::Domain;

/// A name or a phone is needed.
pub const NAME_MISSING: Code = Code::new("customer.name_missing", 422);
/// No phone number.
pub const PHONE_INVALID: Code = Code::new("customer.phone_invalid", 422);
/// Another customer has this phone.
pub const PHONE_TAKEN: Code = Code::new("customer.phone_taken", 409);
/// The person was erased.
pub const ERASED: Code = Code::new("customer.erased", 409);

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "parties",
            tables: project::TABLES,
            local: &[],
            kinds: project::KINDS,
            versions: &[],
            project: project::project,
        },
        refusals: &[NAME_MISSING, PHONE_INVALID, PHONE_TAKEN, ERASED],
        routes: routes::routes(),
        layouts: &[],
    }
}
