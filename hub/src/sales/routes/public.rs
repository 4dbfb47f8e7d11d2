//! What a buyer may see of a till: the receipt as it grows, what is to be paid, the change.

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Money};
use duken_protocol::quantity::Qty;
use serde::Serialize;
use utoipa::ToSchema;

use super::at;
use crate::hub::Hub;
use crate::payments::{self, State};
use crate::sales::cart::{self, Cart};
use crate::sales::document::Series;
use crate::sales::queries;
use crate::web::Id;

/// Thanks are said for so long after a sale, unless the next one begins.
const THANKS_MS: i64 = 60_000;
/// The last sale of a till is among the last receipts of the store, or it was not just now.
const LAST: i64 = 40;

/// The public view of a till. What is absent on purpose: stock, cost, the customer, the cashier, why a price differs, what
/// a terminal says.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicSale {
    lines: Vec<PublicLine>,
    subtotal: Money,
    discount_amount: Money,
    total: Money,
    due: Money,
    payment: Option<PublicPayment>,
    thanks: Option<PublicThanks>,
}

/// A line as the buyer sees it.
#[derive(Debug, Serialize, ToSchema)]
struct PublicLine {
    id: Id,
    name: String,
    unit: String,
    quantity: Qty,
    price: Money,
    sum: Money,
}

/// A payment at the terminal.
#[derive(Debug, Serialize, ToSchema)]
struct PublicPayment {
    amount: Money,
    /// `waiting` for the buyer, or `checking` what became of it.
    state: &'static str,
}

/// A sale that was completed just now.
#[derive(Debug, Serialize, ToSchema)]
struct PublicThanks {
    total: Money,
    change: Money,
    /// When the sale was completed.
    at: String,
}

/// The public view of a till.
///
/// # Errors
/// The engine's.
pub fn public_sale(read: &dyn Read, hub: &Hub, till: i64) -> Result<PublicSale, Fault> {
    let active = cart::of_till(read, till)?.into_iter().rev().find(|cart| !cart.held && !cart.lines.is_empty());
    match active {
        Some(cart) => of_cart(read, hub, &cart),
        None => Ok(PublicSale { thanks: thanks(read, hub, till)?, ..nothing(hub) }),
    }
}

fn nothing(hub: &Hub) -> PublicSale {
    let none = Money::new(Amount::ZERO, hub.settings().currency());
    PublicSale { lines: Vec::new(), subtotal: none, discount_amount: none, total: none, due: none, payment: None, thanks: None }
}

fn of_cart(read: &dyn Read, hub: &Hub, cart: &Cart) -> Result<PublicSale, Fault> {
    let settings = hub.settings();
    let money = |amount| Money::new(amount, settings.currency());
    let (date, _) = settings.date_at(hub.clock.now_ms());
    let goods = queries::cart_goods(read, cart)?;
    let sums = queries::cart_sums(&settings, cart, &goods, date);
    let by_terminal = payments::of_cart(read, OWN, cart.id)?;
    let line = |((line, sum), good): ((&cart::CartLine, &crate::sales::model::LineSums), &queries::CartGood)| PublicLine {
        id: Id(line.line),
        name: good.product.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
        unit: good.product.as_ref().map(|p| p.unit.code().to_owned()).unwrap_or_default(),
        quantity: Qty(line.quantity),
        price: money(line.price),
        sum: money(sum.sum),
    };
    let noted = cart.noted.iter().fold(Amount::ZERO, |sum, payment| sum + payment.amount);
    let settled = by_terminal.iter().filter(|p| p.state.is_settled()).fold(noted, |sum, p| sum + p.settled);
    let running = by_terminal.iter().find(|p| !p.state.is_settled());
    Ok(PublicSale {
        lines: cart.lines.iter().zip(&sums.lines).zip(&goods).map(line).collect(),
        subtotal: money(sums.subtotal),
        discount_amount: money(sums.discount),
        total: money(sums.total),
        due: money(sums.total - settled),
        payment: running
            .map(|p| PublicPayment { amount: money(p.amount), state: if p.state == State::Unknown { "checking" } else { "waiting" } }),
        thanks: None,
    })
}

fn thanks(read: &dyn Read, hub: &Hub, till: i64) -> Result<Option<PublicThanks>, Fault> {
    let last = read.row(
        "SELECT id, at FROM (SELECT id, at, till FROM receipt WHERE node = ?1 ORDER BY id DESC LIMIT ?3) AS last WHERE till = ?2 ORDER BY id DESC LIMIT 1",
        &[OWN.into(), till.into(), LAST.into()],
    )?;
    let Some(row) = last else { return Ok(None) };
    if hub.clock.now_ms() - row.get::<i64>(1)? > THANKS_MS {
        return Ok(None);
    }
    let Some(sale) = queries::view(read, OWN, row.get(0)?)?.filter(|sale| sale.series == Series::Sale) else { return Ok(None) };
    let change = sale.payments.iter().filter_map(|paid| Some(paid.t? - paid.a)).fold(Amount::ZERO, |sum, back| sum + back);
    let money = |amount| Money::new(amount, sale.currency);
    Ok(Some(PublicThanks { total: money(sale.total), change: money(change), at: at(sale.at_ms) }))
}
