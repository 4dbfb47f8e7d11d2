//! Payments of a cart: noted by hand, or through a terminal.

use duken_kernel::journal::OWN;
use duken_kernel::{Reject, Tx};
use duken_protocol::money::Amount;

use super::Terms;
use super::complete_sale::MOST_CHANGE_UNITS;
use super::terms::shift_of;
use crate::payments;
use crate::sales::cart::{self, Cart};
use crate::sales::queries::cart_sums;
use crate::sales::{BAD_PAYMENT, CART_GONE, EMPTY, LINE_GONE, OVERPAID, TENDERED_SHORT};
use crate::tills::Method;

/// What is still due on a cart.
pub(super) fn due(tx: &Tx<'_>, terms: &Terms, cart: &Cart) -> Result<Amount, Reject> {
    let total = cart_sums(tx, &terms.settings, cart, tx.caller.business_date)?.total;
    let noted: Amount = cart.noted.iter().map(|p| p.amount).sum();
    let by_terminal: Amount =
        payments::of_cart(tx, OWN, cart.id)?.iter().map(|p| if p.state.is_settled() { p.settled_sum() } else { p.amount }).sum();
    Ok(total - noted - by_terminal)
}

/// Notes cash, a card on a terminal of its own, or a transfer. Cash above the sum due is handed over, not paid.
///
/// # Errors
/// `cart.gone`, `shift.not_open`, `sale.empty`, `payment.bad_sum`, `payment.over`, `payment.tendered_short`.
pub fn note_payment(
    terms: Terms,
    cart: i64,
    method: Method,
    amount: Amount,
    tendered: Option<Amount>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
        shift_of(tx, found.till)?;
        if found.lines.is_empty() {
            return EMPTY.err();
        }
        if amount.0 <= 0 || method == Method::Kaspi {
            return Err(BAD_PAYMENT.refuse().field("amount").into());
        }
        let due = due(tx, &terms, &found)?;
        if amount > due {
            return Err(OVERPAID.refuse().field("amount").with("over", terms.currency().format(amount - due)).into());
        }
        if tendered.is_some_and(|t| t.0 - amount.0 > MOST_CHANGE_UNITS * terms.currency().scale()) {
            return Err(BAD_PAYMENT.refuse().field("tendered").into());
        }
        if tendered.is_some_and(|t| t < amount) {
            return Err(TENDERED_SHORT.refuse().field("tendered").into());
        }
        let next = found.noted.iter().map(|p| p.id).max().unwrap_or(0) + 1;
        tx.execute(
            "INSERT INTO cart_payment (cart, id, method, amount, tendered) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[cart.into(), next.into(), (method as i64).into(), amount.into(), tendered.into()],
        )?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Starts a payment on the till's terminal: the intent is recorded, the cart is frozen.
///
/// # Errors
/// `cart.gone`, `shift.not_open`, `sale.empty`, `payment.over`, those of payments.
pub fn pay_by_terminal(terms: Terms, cart: i64, amount: Amount) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
        shift_of(tx, found.till)?;
        if found.lines.is_empty() {
            return EMPTY.err();
        }
        let due = due(tx, &terms, &found)?;
        if amount > due {
            return Err(OVERPAID.refuse().field("amount").with("over", terms.currency().format(amount - due)).into());
        }
        let till = crate::tills::find(tx, found.till)?;
        let terminal = till.and_then(|till| till.terminal).ok_or_else(|| payments::NO_TERMINAL.refuse())?;
        tx.caller.till = Some(found.till);
        payments::begin_payment(tx, found.till, cart, terminal, amount, terms.currency())?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Takes back a payment that was noted by hand.
///
/// # Errors
/// `cart.gone`, `cart.line_gone`.
pub fn remove_payment(cart: i64, payment: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
        if tx.execute("DELETE FROM cart_payment WHERE cart = ?1 AND id = ?2", &[cart.into(), payment.into()])? == 0 {
            return LINE_GONE.err();
        }
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}
