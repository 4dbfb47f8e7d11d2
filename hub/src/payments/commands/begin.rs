//! The intent: on disk before the terminal hears of it.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::{Amount, Currency};

use super::tell;
use crate::payments::model::{Direction, State, whole_units};
use crate::payments::project::{INTENDED, Intended};
use crate::payments::{NO_REFERENCE, NO_TERMINAL, NOT_PAID, NOT_WHOLE, PENDING, REFUND_TOO_MUCH, TERMINAL_BUSY, queries};
use crate::web::CARD_NOT_FOUND;

/// Intends a payment of a cart: part of the command that freezes the cart. Answers with the payment's number.
///
/// # Errors
/// `payment.not_whole`, `payment.no_terminal`, `payment.pending`, `payment.terminal_busy`.
pub fn begin_payment(tx: &mut Tx<'_>, till: i64, cart: i64, terminal: i64, amount: Amount, currency: Currency) -> Result<i64, Reject> {
    begin(
        tx,
        Intended {
            direction: Direction::Payment,
            till,
            terminal,
            cart: Some(cart),
            pending_return: None,
            original: None,
            amount,
            currency,
        },
    )
}

/// Intends to give back (a part of) a payment. Answers with the refund's number.
///
/// # Errors
/// `payment.not_whole`, `card.not_found` for the original, `payment.not_paid`, `payment.no_reference` when nobody knows
/// what to quote to the terminal, `payment.refund_too_much`, `payment.no_terminal`, `payment.pending`,
/// `payment.terminal_busy`.
pub fn begin_refund(
    tx: &mut Tx<'_>,
    till: i64,
    pending_return: i64,
    terminal: i64,
    amount: Amount,
    original_payment: i64,
) -> Result<i64, Reject> {
    let original = queries::find(tx, OWN, original_payment)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    if original.direction != Direction::Payment || !original.state.is_paid() {
        return NOT_PAID.err();
    }
    if original.refund_reference().is_none() {
        return NO_REFERENCE.err();
    }
    if queries::refunded(tx, OWN, original.id)? + amount > original.settled {
        return REFUND_TOO_MUCH.err();
    }
    begin(
        tx,
        Intended {
            direction: Direction::Refund,
            till,
            terminal,
            cart: None,
            pending_return: Some(pending_return),
            original: Some(original.id),
            amount,
            currency: original.currency,
        },
    )
}

fn begin(tx: &mut Tx<'_>, intended: Intended) -> Result<i64, Reject> {
    if intended.currency != Currency::KZT || whole_units(intended.amount, intended.currency).is_none() {
        return Err(NOT_WHOLE.refuse().field("amount").into());
    }
    if !crate::devices::is_terminal(tx, intended.terminal)? {
        return NO_TERMINAL.err();
    }
    for other in queries::unsettled(tx, OWN)? {
        // A return of what was paid in parts has a refund for each: the terminal takes them one after the other.
        let sibling = other.pending_return.is_some() && other.pending_return == intended.pending_return;
        if sibling && other.original != intended.original {
            continue;
        }
        if other.cart == intended.cart && other.pending_return == intended.pending_return {
            return Err(PENDING.refuse().with("payment", other.id.to_string()).into());
        }
        if other.terminal == intended.terminal {
            return Err(TERMINAL_BUSY.refuse().with("payment", other.id.to_string()).into());
        }
    }
    let id = tx.record(Draft::new(INTENDED, &intended)?)?;
    let payment = queries::find(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    tell(tx, &payment, State::Intent);
    Ok(id)
}
