//! A named person looked at the terminal.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::Amount;

use super::tell;
use crate::payments::model::State;
use crate::payments::project::{DECIDED, Decided, Way};
use crate::payments::{NOT_UNKNOWN, REASON_MISSING, queries};
use crate::web::{CARD_NOT_FOUND, NOTE_LENGTH, typed};

/// Settles an unknown payment by a person's word (D2).
///
/// # Errors
/// `payment.reason_missing`, `card.not_found`, `payment.not_unknown`.
pub fn decide(id: i64, paid: bool, reason: String) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let reason = typed(&reason, "reason", NOTE_LENGTH)?;
        if reason.is_empty() {
            return Err(REASON_MISSING.refuse().field("reason").into());
        }
        let payment = queries::find(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let end = if paid { State::DecidedPaid } else { State::DecidedUnpaid };
        if !payment.state.may_become(end) {
            return NOT_UNKNOWN.err();
        }
        let sum = if paid { payment.amount } else { Amount(0) };
        let way = Way { direction: payment.direction, till: payment.till, terminal: payment.terminal, currency: payment.currency, sum };
        let outcome = payment.outcome.clone();
        tx.record(Draft::new(DECIDED, &Decided { payment: id, paid, reason, way, outcome })?)?;
        tell(tx, &payment, end);
        Ok(id)
    }
}
