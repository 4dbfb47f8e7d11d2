//! Payments and refunds through terminals.
//!
//! A payment is a document that moves forward only: *intended → waiting → succeeded | failed | unknown*, and *unknown →
//! succeeded | failed | decided*. The intent is on disk before the terminal is called, the terminal's process before it
//! is asked after, the end before anybody hears of it.
//!
//! Invariants: **D2** an unknown outcome is a state of its own, settled by the terminal or a named person; it blocks its
//! cart (or return) and its terminal, nothing else. The call that starts a payment is made at most once per intent: an
//! intent that is found after a restart, and one whose answer was lost, is unknown. Money that moved stands on the
//! terminal's account against suspense; the sale takes it from there.

mod commands;
mod drive;
mod model;
mod project;
mod queries;
mod routes;
#[cfg(test)]
mod tests;
mod worker;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use commands::{begin_payment, begin_refund};
pub use model::{Direction, Outcome, Payment, State};
pub use queries::{find, of_cart, of_return, refunded, unsettled, unsettled_at};
pub use routes::{PaymentShape, shape};
pub use worker::{Payments, late_start, recalled_starts};

use crate::domains::Domain;

/// The topic on which payments move.
pub const TOPIC: &str = "payment";

/// Terminals take whole tenge.
pub const NOT_WHOLE: Code = Code::new("payment.not_whole", 422);
/// No such terminal.
pub const NO_TERMINAL: Code = Code::new("payment.no_terminal", 409);
/// The terminal has a payment that is not settled.
pub const TERMINAL_BUSY: Code = Code::new("payment.terminal_busy", 409);
/// The cart or return has a payment that is not settled.
pub const PENDING: Code = Code::new("payment.pending", 409);
/// What is to be given back was never paid.
pub const NOT_PAID: Code = Code::new("payment.not_paid", 409);
/// Nobody knows what to quote to the terminal.
pub const NO_REFERENCE: Code = Code::new("payment.no_reference", 409);
/// More than was paid.
pub const REFUND_TOO_MUCH: Code = Code::new("payment.refund_too_much", 409);
/// The payment has come to its end.
pub const SETTLED_ALREADY: Code = Code::new("payment.settled", 409);
/// A person decides only what is unknown.
pub const NOT_UNKNOWN: Code = Code::new("payment.not_unknown", 409);
/// A decision needs a reason.
pub const REASON_MISSING: Code = Code::new("payment.reason_missing", 422);
/// The terminal never named a process: there is nothing to ask after.
pub const NOTHING_TO_ASK: Code = Code::new("payment.nothing_to_ask", 409);

const REFUSALS: &[Code] = &[
    NOT_WHOLE,
    NO_TERMINAL,
    TERMINAL_BUSY,
    PENDING,
    NOT_PAID,
    NO_REFERENCE,
    REFUND_TOO_MUCH,
    SETTLED_ALREADY,
    NOT_UNKNOWN,
    REASON_MISSING,
    NOTHING_TO_ASK,
];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "payments",
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
