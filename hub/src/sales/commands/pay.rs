//! Payments of a cart: noted by hand, or through a terminal.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::{Amount, Currency};
use duken_protocol::quantity::Quantity;

use super::Terms;
use super::complete_sale::{MOST_CHANGE_UNITS, MOST_PAYMENTS, within_limit};
use super::terms::shift_of;
use crate::catalog::{Kind, NOT_FOR_SALE};
use crate::sales::cart::{self, Cart, NotedPayment};
use crate::sales::document::{PAYMENT_REMOVED, PaymentRemoved};
use crate::sales::queries::{CartGood, cart_goods, cart_inputs, cart_sums};
use crate::sales::{BAD_PAYMENT, CART_GONE, CUSTOMER_NEEDED, EMPTY, LINE_GONE, OVERPAID, TENDERED_SHORT};
use crate::settings::NegativeStock;
use crate::tills::Method;
use crate::web::CARD_NOT_FOUND;
use crate::{payments, stock};

/// A cart that may take a payment of this sum. Whatever would stop its sale is said now, before money moves: a cart that
/// was paid is sold as it was agreed.
///
/// # Errors
/// `cart.gone`, `shift.not_open`, `sale.empty`, `payment.bad_sum`; by line `product.not_for_sale`, `stock.not_enough`; then
/// `sale.customer_needed`, `sale.discount_over_limit`, `payment.pending` when a terminal's payment may yet cover it,
/// `payment.over`.
fn payable(tx: &Tx<'_>, terms: &Terms, cart: i64, amount: Amount) -> Result<Cart, Reject> {
    let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
    shift_of(tx, found.till)?;
    if found.lines.is_empty() {
        return EMPTY.err();
    }
    if amount.0 <= 0 {
        return Err(BAD_PAYMENT.refuse().field("amount").into());
    }
    let by_terminal = payments::of_cart(tx, OWN, cart)?;
    let goods = cart_goods(tx, &found)?;
    let sums = cart_sums(&terms.settings, &found, &goods, tx.caller.business_date);
    if found.noted.is_empty() && by_terminal.iter().all(|p| p.state.is_settled() && !p.state.is_paid()) {
        sellable(terms, &found, &goods)?;
        within_limit(
            &cart_inputs(&found, &goods, terms.currency(), tx.caller.business_date),
            &sums,
            found.discount_limit.max(terms.own_limit()),
        )?;
    }
    let noted: Amount = found.noted.iter().map(|p| p.amount).sum();
    let held: Amount = by_terminal.iter().map(|p| if p.state.is_settled() { p.settled } else { p.amount }).sum();
    let due = sums.total - noted - held;
    if amount > due {
        if let Some(under_way) = by_terminal.iter().find(|p| !p.state.is_settled()) {
            return Err(payments::PENDING.refuse().with("payment", under_way.id.to_string()).into());
        }
        return Err(OVERPAID.refuse().field("amount").with("over", terms.currency().format(amount - due)).into());
    }
    Ok(found)
}

/// Whether everything in a cart may be sold as it lies there.
fn sellable(terms: &Terms, cart: &Cart, goods: &[CartGood]) -> Result<(), Reject> {
    for (line, good) in cart.lines.iter().zip(goods) {
        let Some(product) = &good.product else { return Err(CARD_NOT_FOUND.refuse().into()) };
        let named = |code: duken_kernel::refusal::Code| {
            Reject::from(code.refuse().with("name", product.name.as_str()).with("product_id", product.id.to_string()))
        };
        if !product.is_for_sale() {
            return Err(named(NOT_FOR_SALE));
        }
        if product.kind == Kind::Service && cart.customer.is_none() {
            return CUSTOMER_NEEDED.err();
        }
        let wanted: Quantity =
            cart.lines.iter().filter(|other| other.product == line.product).fold(Quantity::ZERO, |sum, l| sum + l.quantity);
        if terms.settings.negative_stock == NegativeStock::Forbid && good.stock.is_some_and(|have| have < wanted) {
            let have = good.stock.unwrap_or_default().format();
            return Err(stock::NOT_ENOUGH.refuse().with("name", product.name.as_str()).with("stock", have).into());
        }
    }
    Ok(())
}

/// Keeps in the trail that a noted payment was taken back: money may have lain on the counter.
///
/// # Errors
/// The engine's.
pub(super) fn note_payment_removed(tx: &mut Tx<'_>, cart: &Cart, paid: &NotedPayment, currency: Currency) -> Result<(), Reject> {
    tx.caller.till = Some(cart.till);
    let body = PaymentRemoved { cart: cart.id, m: paid.method, a: paid.amount, t: paid.tendered, currency };
    tx.record(Draft::new(PAYMENT_REMOVED, &body)?)?;
    Ok(())
}

/// Notes cash, a card on a terminal of its own, or a transfer. Cash above the sum due is handed over, not paid.
///
/// # Errors
/// Those of [`payable`], `payment.bad_sum`, `payment.tendered_short`.
pub fn note_payment(
    terms: Terms,
    cart: i64,
    method: Method,
    amount: Amount,
    tendered: Option<Amount>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if method == Method::Kaspi {
            return Err(BAD_PAYMENT.refuse().field("method").into());
        }
        let found = payable(tx, &terms, cart, amount)?;
        if found.noted.len() >= MOST_PAYMENTS {
            return Err(BAD_PAYMENT.refuse().field("amount").into());
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
/// Those of [`payable`], those of payments.
pub fn pay_by_terminal(terms: Terms, cart: i64, amount: Amount) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = payable(tx, &terms, cart, amount)?;
        let till = crate::tills::find(tx, found.till)?;
        let terminal = till.and_then(|till| till.terminal).ok_or_else(|| payments::NO_TERMINAL.refuse())?;
        tx.caller.till = Some(found.till);
        payments::begin_payment(tx, found.till, cart, terminal, amount, terms.currency())?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Takes back a payment that was noted by hand; the trail keeps it.
///
/// # Errors
/// `cart.gone`, `cart.line_gone`.
pub fn remove_payment(terms: Terms, cart: i64, payment: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
        let paid = found.noted.iter().find(|paid| paid.id == payment).ok_or_else(|| LINE_GONE.refuse())?;
        note_payment_removed(tx, &found, paid, terms.currency())?;
        tx.execute("DELETE FROM cart_payment WHERE cart = ?1 AND id = ?2", &[cart.into(), payment.into()])?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}
