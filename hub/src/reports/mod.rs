//! Reports over registers [C03, C04 part]: sums by day and by product, and the first page.
//!
//! They read running sums, so that their cost grows with the days asked for, not with the sales made.

mod periods;
mod queries;
mod routes;
#[cfg(test)]
mod tests;

use duken_kernel::store::Writes;
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Projector, journal::Entry};

pub use queries::{DaySums, days, low_stock, product_sums, without_price};

use crate::domains::Domain;

fn nothing(_: &Entry, _: &dyn PersonalBlobs, _: &mut Writes) -> Result<(), Fault> {
    Err(Fault::invariant("J5", "reports record nothing"))
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector { name: "reports", tables: &[], local: &[], kinds: &[], versions: &[], project: nothing },
        refusals: &[],
        routes: routes::routes(),
        layouts: &[],
    }
}
