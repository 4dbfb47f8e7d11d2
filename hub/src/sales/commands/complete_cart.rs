//! From a paid cart to a sale.

use duken_kernel::journal::OWN;
use duken_kernel::{Reject, Tx};

use super::Terms;
use super::complete_sale::{Asked, AskedLine, Paying, Standing, complete_sale};
use crate::payments;
use crate::sales::cart;
use crate::sales::queries::SaleView;
use crate::sales::{CART_FROZEN, CART_GONE};
use crate::tills::Method;

/// Completes the sale of a cart; answers with what the sale's page shows.
///
/// # Errors
/// `cart.gone`, `cart.frozen` while a terminal's payment is not settled, those of completing a sale.
pub fn complete_cart(tx: &mut Tx<'_>, terms: &Terms, id: i64) -> Result<SaleView, Reject> {
    let found = cart::find(tx, id)?.ok_or_else(|| CART_GONE.refuse())?;
    let by_terminal = payments::of_cart(tx, OWN, id)?;
    if by_terminal.iter().any(|p| !p.state.is_settled()) {
        return CART_FROZEN.err();
    }
    let noted = found.noted.iter().map(|p| Paying { method: p.method, amount: p.amount, tendered: p.tendered, payment: None });
    let settled = by_terminal.iter().filter(|p| p.state.is_paid());
    let settled = settled.map(|p| Paying { method: Method::Kaspi, amount: p.settled, tendered: None, payment: Some(p.id) });
    let paid = !found.noted.is_empty() || by_terminal.iter().any(|p| p.state.is_paid());
    let reasons: Vec<&str> = found.lines.iter().filter_map(|line| line.reason.as_deref()).collect();
    // A price by hand was allowed when it was set; whoever completes the cart sells at the price the customer saw.
    let asked = Asked {
        till: found.till,
        lines: found
            .lines
            .iter()
            .map(|line| AskedLine {
                product: line.product,
                quantity: line.quantity,
                own_price: None,
                shown_price: Some(line.price),
                discount: line.discount,
                label_sum: line.label_sum,
            })
            .collect(),
        discount: found.discount,
        customer: found.customer,
        payments: settled.chain(noted).collect(),
        date: None,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        discount_limit: found.discount_limit.max(terms.own_limit()),
        standing: if paid { Standing::Paid } else { Standing::Asked },
    };
    let sale = complete_sale(tx, terms, asked)?;
    cart::forget(tx, id, found.till)?;
    Ok(sale)
}
