//! Stock [C08]: one warehouse for now, corrections, the history of every product, and what an issue costs.
//!
//! Document: `stock.adjusted`. Sales and returns write their movements through [`door::movement`].
//!
//! Invariants: stock is what the movements sum to; unknown cost is unknown, not zero; a stock issued to zero leaves no
//! value behind.

mod adjust;
pub mod door;
mod model;
mod project;
mod queries;
mod routes;
#[cfg(test)]
mod tests;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use adjust::{Correction, Origin, adjust, record_adjustment};
pub use model::AdjustmentKind;

use crate::domains::Domain;

/// The quantity is not above zero, or has a fraction where pieces are counted.
pub const BAD_QUANTITY: Code = Code::new("stock.bad_quantity", 422);
/// A service has no stock.
pub const NO_STOCK_KEPT: Code = Code::new("stock.service", 422);
/// More would go than is there, and the settings forbid it.
pub const NOT_ENOUGH: Code = Code::new("stock.not_enough", 409);
/// Stock was opened before, or has moved already.
pub const ALREADY_OPENED: Code = Code::new("stock.already_opened", 409);
/// A correction needs its reason.
pub const REASON_MISSING: Code = Code::new("stock.reason_missing", 422);
/// The books are closed for this day.
pub const PERIOD_CLOSED: Code = Code::new("stock.period_closed", 409);
/// What was counted is what is there: nothing to correct.
pub const NOTHING_CHANGES: Code = Code::new("stock.nothing_changes", 409);

const REFUSALS: &[Code] = &[BAD_QUANTITY, NO_STOCK_KEPT, NOT_ENOUGH, ALREADY_OPENED, REASON_MISSING, PERIOD_CLOSED, NOTHING_CHANGES];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "stock",
            tables: project::TABLES,
            local: &[],
            kinds: &[project::ADJUSTED],
            versions: &[],
            project: project::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: &[],
    }
}
