//! Tills and their shifts [C13, C17, C18].
//!
//! A till is a card. A shift is opened with counted cash and closed with counted cash; everything in between is
//! posted as it happens, so that closing is one step over running sums and cannot fail on the past.
//! The cash of a till is one register: its balance is what should lie in the drawer.

mod commands;
mod model;
mod project;
mod queries;
mod routes;

use duken_kernel::refusal::Code;
use duken_kernel::{Projector, Reject, Tx};
use duken_protocol::money::{Amount, Currency};

pub use commands::{MoveCash, close_shift, make_till, move_cash, open_shift as begin_shift};
pub use model::{Method, OperationKind};
pub use project::{ShiftSums, add_to_shift};
pub use queries::{
    OpenShift, Shift, Till, all, cash_in_drawer, find, find_of, last_number as shift_count, name_of, open_shift, open_shift_by_id,
    open_shifts, shift, shift_number,
};
pub use routes::{Named, ShiftShape};

use crate::domains::Domain;

/// No shift is open on the till.
pub const NO_SHIFT: Code = Code::new("shift.not_open", 409);
/// A shift is open on the till already.
pub const ALREADY_OPEN: Code = Code::new("shift.already_open", 409);
/// The shift is closed already.
pub const CLOSED: Code = Code::new("shift.closed", 409);
/// A sum below zero, none, or more than any drawer holds.
pub const BAD_SUM: Code = Code::new("shift.bad_sum", 422);
/// A Z report is of a closed shift.
pub const STILL_OPEN: Code = Code::new("shift.still_open", 409);
/// Less lies in the drawer.
pub const NOT_ENOUGH: Code = Code::new("shift.not_enough_cash", 409);
/// A reason is needed.
pub const REASON_MISSING: Code = Code::new("shift.reason_missing", 422);
/// The difference must be explained.
pub const EXPLANATION_MISSING: Code = Code::new("shift.explanation_missing", 422);
/// Carts with unsettled payments are on the till.
pub const PAYMENT_PENDING: Code = Code::new("shift.payment_pending", 409);
/// The shift was opened by another.
pub const NOT_OWN: Code = Code::new("shift.not_own", 403);
/// The device works as no till.
pub const NO_TILL: Code = Code::new("till.not_chosen", 409);
/// Two tills with one number.
pub const NUMBER_TAKEN: Code = Code::new("till.number_taken", 409);
/// A till needs a name.
pub const NAME_MISSING: Code = Code::new("till.name_missing", 422);
/// The till is put away.
pub const ARCHIVED: Code = Code::new("till.archived", 409);
/// The till cannot be put away: its shift is open.
pub const SHIFT_OPEN: Code = Code::new("till.shift_open", 409);

const REFUSALS: &[Code] = &[
    NO_SHIFT,
    ALREADY_OPEN,
    CLOSED,
    STILL_OPEN,
    BAD_SUM,
    NOT_ENOUGH,
    REASON_MISSING,
    EXPLANATION_MISSING,
    PAYMENT_PENDING,
    NOT_OWN,
    NO_TILL,
    NUMBER_TAKEN,
    NAME_MISSING,
    ARCHIVED,
    SHIFT_OPEN,
];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "tills",
            tables: project::TABLES,
            local: &[],
            kinds: project::KINDS,
            versions: &[],
            project: project::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: &[],
    }
}

/// Makes the first till of a store; answers with its number.
///
/// # Errors
/// The engine's.
pub fn first_till(tx: &mut Tx<'_>) -> Result<i64, Reject> {
    make_till(tx, "Касса 1", 1)
}

/// Notes that the drawer was opened without a sale.
///
/// # Errors
/// `shift.closed`, `shift.not_own`, `shift.reason_missing`.
pub fn note_drawer_opened(tx: &mut Tx<'_>, shift: i64, reason: String, currency: Currency, only_own: Option<i64>) -> Result<i64, Reject> {
    let kind = OperationKind::DrawerOpened;
    move_cash(MoveCash { shift, kind, amount: Amount::ZERO, reason, currency, only_own })(tx)
}
