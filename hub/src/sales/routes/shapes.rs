//! Carts, sales and returns as clients see them.

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency, Money};
use duken_protocol::quantity::{Qty, Quantity};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DiscountShape, at, day};
use crate::hub::Hub;
use crate::payments::{self, State};
use crate::sales::cart::Cart;
use crate::sales::commands;
use crate::sales::document::{Series, totals};
use crate::sales::queries::{self, SaleView};
use crate::settings::Settings;
use crate::texts::Language;
use crate::tills::Method;
use crate::web::Id;
use crate::{devices, parties, staff, tills};

/// A card by its id and name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedCard {
    pub(super) id: Id,
    pub(super) name: String,
}

/// A customer on a cart or sale.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CustomerChip {
    id: Id,
    name: String,
    phone: String,
}

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CartShape {
    id: Id,
    version: i64,
    /// `open`, `held`, or `paying` while a terminal's payment is under way or done.
    state: &'static str,
    label: String,
    till_id: Id,
    lines: Vec<CartLineShape>,
    subtotal: Money,
    discount_amount: Money,
    rounding: Money,
    total: Money,
    discount: Option<DiscountShape>,
    customer: Option<CustomerChip>,
    payments: Vec<CartPayment>,
    paid: Money,
    due: Money,
    change: Money,
    /// Likely sums that a customer hands over.
    notes: Vec<Money>,
    updated_at: String,
}

/// A line of a cart.
#[derive(Debug, Serialize, ToSchema)]
struct CartLineShape {
    id: Id,
    product_id: Id,
    name: String,
    unit: String,
    quantity: Qty,
    price: Money,
    own_price: bool,
    discount: Option<DiscountShape>,
    discount_amount: Money,
    sum: Money,
    vat_percent: String,
    stock: Option<Qty>,
    /// The store says so when goods are sold that are not in stock.
    short: bool,
    /// Whether it may still be sold: an archived or unavailable product must be taken out before the cart is paid.
    for_sale: bool,
    photo_hash: Option<String>,
}

/// A payment on a cart.
#[derive(Debug, Serialize, ToSchema)]
struct CartPayment {
    id: Id,
    method: Method,
    amount: Money,
    tendered: Option<Money>,
    change: Option<Money>,
    /// `noted`, or where a terminal's payment stands.
    state: String,
    /// Why it failed or is not known: a stable word.
    reason: String,
    /// What happens now or how it ended, in the user's language.
    detail: String,
    /// The terminal's own words.
    terminal_detail: String,
    transaction_id: Option<String>,
    terminal_id: Option<Id>,
    started_at: Option<String>,
}

/// Whether a terminal's payment of a cart is under way or done.
pub(super) fn is_frozen(by_terminal: &[payments::Payment]) -> bool {
    by_terminal.iter().any(|p| !p.state.is_settled() || p.state.is_paid())
}

pub(super) fn cart_shape(read: &dyn Read, hub: &Hub, language: Language, cart: &Cart) -> Result<CartShape, Fault> {
    let settings: &Settings = &hub.settings();
    let (date, _) = settings.date_at(hub.clock.now_ms());
    let currency = settings.currency();
    let money = |amount| Money::new(amount, currency);
    let goods = queries::cart_goods(read, cart)?;
    let inputs = queries::cart_inputs(cart, &goods, currency, date);
    let sums = queries::cart_sums(settings, cart, &goods, date);
    let by_terminal = payments::of_cart(read, OWN, cart.id)?;
    let frozen = is_frozen(&by_terminal);
    let warn = settings.negative_stock != crate::settings::NegativeStock::Allow;
    let mut lines = Vec::with_capacity(cart.lines.len());
    for ((line, sum), (good, input)) in cart.lines.iter().zip(&sums.lines).zip(goods.iter().zip(&inputs)) {
        let product = good.product.as_ref();
        lines.push(CartLineShape {
            id: Id(line.line),
            product_id: Id(line.product),
            unit: product.map(|p| p.unit.code().to_owned()).unwrap_or_default(),
            photo_hash: product.and_then(|p| p.photo.clone()),
            name: product.map(|p| p.name.clone()).unwrap_or_default(),
            quantity: Qty(line.quantity),
            price: money(line.price),
            own_price: line.own_price,
            discount: line.discount.map(|d| DiscountShape::show(d, currency)),
            discount_amount: money(sum.discount),
            sum: money(sum.sum),
            vat_percent: input.vat_percent.to_string(),
            short: warn && good.stock.is_some_and(|have| have < line.quantity),
            for_sale: product.is_some_and(|p| p.is_for_sale()),
            stock: good.stock.map(Qty),
        });
    }
    let mut shown = Vec::with_capacity(by_terminal.len() + cart.noted.len());
    let mut paid = Amount::ZERO;
    let mut held = Amount::ZERO;
    for payment in &by_terminal {
        if payment.state.is_settled() {
            paid += payment.settled;
        } else {
            held += payment.amount;
        }
        shown.push(CartPayment {
            id: Id(payment.id),
            method: Method::Kaspi,
            amount: money(payment.amount),
            tendered: None,
            change: None,
            state: payment.state.code().to_owned(),
            reason: payment.outcome.reason.clone(),
            detail: hub.payments.sentence(language, payment),
            terminal_detail: payment.outcome.detail.clone(),
            transaction_id: Some(payment.outcome.transaction_id.clone()).filter(|id| !id.is_empty()),
            terminal_id: Some(Id(payment.terminal)),
            started_at: Some(at(payment.started_at_ms)),
        });
    }
    let mut change = Amount::ZERO;
    for noted in &cart.noted {
        paid += noted.amount;
        let back = noted.tendered.map(|tendered| tendered - noted.amount);
        change += back.unwrap_or_default();
        shown.push(CartPayment {
            id: Id(noted.id),
            method: noted.method,
            amount: money(noted.amount),
            tendered: noted.tendered.map(money),
            change: back.map(money),
            state: "noted".to_owned(),
            reason: String::new(),
            detail: String::new(),
            terminal_detail: String::new(),
            transaction_id: None,
            terminal_id: None,
            started_at: None,
        });
    }
    let due = sums.total - paid - held;
    Ok(CartShape {
        id: Id(cart.id),
        version: cart.version,
        state: if frozen {
            "paying"
        } else if cart.held {
            "held"
        } else {
            "open"
        },
        label: cart.label.clone(),
        till_id: Id(cart.till),
        lines,
        subtotal: money(sums.subtotal),
        discount_amount: money(sums.discount),
        rounding: money(sums.rounding),
        total: money(sums.total),
        discount: cart.discount.map(|d| DiscountShape::show(d, currency)),
        customer: customer(read, OWN, cart.customer)?,
        payments: shown,
        paid: money(paid),
        due: money(due),
        change: money(change),
        notes: likely_notes(due, currency).into_iter().map(money).collect(),
        updated_at: at(cart.updated_ms),
    })
}

pub(super) fn customer(read: &dyn Read, node: i64, id: Option<i64>) -> Result<Option<CustomerChip>, Fault> {
    let Some(id) = id else { return Ok(None) };
    let found = parties::find(read, node, id)?;
    Ok(found.map(|c| CustomerChip {
        id: Id(id),
        name: c.name,
        phone: if c.phone.is_empty() { String::new() } else { format!("+{}", c.phone) },
    }))
}

/// The sums a customer is likely to hand over: the due sum rounded up to the notes of the currency, each once.
pub(super) fn likely_notes(due: Amount, currency: Currency) -> Vec<Amount> {
    let units: &[i64] = if currency == Currency::KZT { &[500, 1_000, 2_000, 5_000, 10_000, 20_000] } else { &[1, 5, 10, 20, 50, 100] };
    let mut notes: Vec<Amount> = Vec::new();
    for unit in units {
        let step = unit * currency.scale();
        let up = Amount((due.0 + step - 1).div_euclid(step) * step);
        if up > due && up.0 <= due.0 * 4 + units[0] * 16 * currency.scale() && !notes.contains(&up) {
            notes.push(up);
        }
    }
    notes.sort_unstable();
    notes.truncate(4);
    notes
}

/// A sale or return.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaleShape {
    id: Id,
    /// `sale` or `return`.
    kind: &'static str,
    number: String,
    receipt_number: i64,
    business_date: String,
    recorded_at: String,
    till: NamedCard,
    shift_id: Id,
    shift_number: i64,
    cashier: Option<NamedCard>,
    customer: Option<CustomerChip>,
    lines: Vec<SaleLineShape>,
    subtotal: Money,
    discount_amount: Money,
    rounding: Money,
    total: Money,
    vat_total: Money,
    payments: Vec<SalePayment>,
    /// `completed`, `returned_in_part`, `returned`.
    state: &'static str,
    returned_total: Money,
    returns: Vec<ReturnChip>,
    /// A return of it that waits for a terminal or for a person.
    pending_return_id: Option<Id>,
    sale_id: Option<Id>,
    sale_number: Option<String>,
    reason: Option<String>,
    /// What the receipt's QR says.
    qr: String,
    print: Option<PrintShape>,
}

/// A line of a sale or return.
#[derive(Debug, Serialize, ToSchema)]
struct SaleLineShape {
    line: i64,
    product_id: Id,
    name: String,
    unit: String,
    quantity: Qty,
    price: Money,
    discount_amount: Money,
    sum: Money,
    vat_percent: String,
    vat_amount: Money,
    returned: Qty,
    returned_amount: Money,
    /// Of a return: the line of the sale.
    of_line: Option<i64>,
}

/// A payment of a sale or return.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SalePayment {
    pub(super) method: Method,
    pub(super) amount: Money,
    pub(super) tendered: Option<Money>,
    pub(super) change: Option<Money>,
    pub(super) payment_id: Option<Id>,
    pub(super) transaction_id: Option<String>,
    pub(super) rrn: Option<String>,
    pub(super) order_number: Option<String>,
    pub(super) state: Option<String>,
}

/// A return of a sale.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnChip {
    id: Id,
    number: String,
    total: Money,
}

/// How its paper fares.
#[derive(Debug, Serialize, ToSchema)]
struct PrintShape {
    job_id: Id,
    state: &'static str,
    detail: String,
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned()).filter(|v| !v.is_empty())
}

/// A sale or return of a node for a client.
///
/// # Errors
/// The engine's.
pub fn sale_shape(read: &dyn Read, node: i64, view: &SaleView) -> Result<SaleShape, Fault> {
    let money = |amount| Money::new(amount, view.currency);
    let sums = totals(&view.lines);
    let mut paid = Vec::with_capacity(view.payments.len());
    for payment in &view.payments {
        let known = match payment.pay {
            Some(id) => payments::find(read, node, id)?,
            None => None,
        };
        let outcome = known.as_ref().map(|p| &p.outcome);
        paid.push(SalePayment {
            method: payment.m,
            amount: money(payment.a),
            tendered: payment.t.map(money),
            change: payment.t.map(|t| money(t - payment.a)),
            payment_id: payment.pay.map(Id),
            transaction_id: outcome.and_then(|o| text(&o.transaction_id)),
            rrn: outcome.and_then(|o| text(&o.rrn)),
            order_number: outcome.and_then(|o| text(&o.order_number)),
            state: known.as_ref().map(|p| p.state.code().to_owned()),
        });
    }
    let mut returns = Vec::with_capacity(view.returns.len());
    for (id, total) in &view.returns {
        let number = queries::view(read, node, *id)?.map(|r| r.number.shown("RET")).unwrap_or_default();
        returns.push(ReturnChip { id: Id(*id), number, total: money(*total) });
    }
    let everything = view.lines.iter().zip(1_i64..).all(|(line, number)| view.returned.get(&number).is_some_and(|(q, _)| *q >= line.q));
    let kind = if view.series == Series::Sale { "sale" } else { "return" };
    let sale = match view.sale {
        Some(id) => queries::completed(read, node, id)?.map(|sale| sale.number.shown("SAL")),
        None => None,
    };
    let job = if node == OWN { devices::last_job_of(read, kind, view.id)? } else { None };
    let lines = view.lines.iter().zip(1_i64..);
    Ok(SaleShape {
        id: Id(view.id),
        kind,
        number: view.number.shown(view.series.letters()),
        receipt_number: view.receipt,
        business_date: day(view.date),
        recorded_at: at(view.at_ms),
        till: NamedCard { id: Id(view.till), name: tills::find_of(read, node, view.till)?.map(|t| t.name).unwrap_or_default() },
        shift_id: Id(view.shift),
        shift_number: tills::shift_number(read, node, view.shift)?,
        cashier: match view.cashier {
            Some(id) => Some(NamedCard { id: Id(id), name: staff::name_of(read, node, id)? }),
            None => None,
        },
        customer: customer(read, node, view.customer)?,
        lines: lines
            .map(|(line, number)| {
                let (quantity, sum) = view.returned.get(&number).copied().unwrap_or((Quantity::ZERO, Amount::ZERO));
                SaleLineShape {
                    line: number,
                    product_id: Id(line.p),
                    name: line.n.clone(),
                    unit: line.u.clone(),
                    quantity: Qty(line.q),
                    price: money(line.price),
                    discount_amount: money(line.disc),
                    sum: money(line.sum),
                    vat_percent: line.rate.to_string(),
                    vat_amount: money(line.vat),
                    returned: Qty(quantity),
                    returned_amount: money(sum),
                    of_line: line.of,
                }
            })
            .collect(),
        subtotal: money(sums.gross),
        discount_amount: money(sums.discount),
        rounding: money(view.rounding),
        total: money(view.total),
        vat_total: money(sums.vat),
        payments: paid,
        state: if view.returns.is_empty() {
            "completed"
        } else if everything {
            "returned"
        } else {
            "returned_in_part"
        },
        returned_total: money(view.returns.iter().map(|(_, total)| *total).sum()),
        returns,
        pending_return_id: if node == OWN { commands::pending_of(read, view.id)?.map(Id) } else { None },
        sale_id: view.sale.map(Id),
        sale_number: sale,
        reason: view.reason.clone(),
        qr: crate::sales::receipt::qr_text(view),
        print: job.map(|job| PrintShape { job_id: Id(job.id), state: job.state.code(), detail: job.reason }),
    })
}

/// Where a payment of a pending return stands, for the till.
pub(super) fn state_word(state: State) -> Option<String> {
    Some(state.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_likely() {
        let notes = |due: i64| likely_notes(Amount(due * 100), Currency::KZT).into_iter().map(|a| a.0 / 100).collect::<Vec<_>>();
        assert_eq!(notes(1_240), [1_500, 2_000, 5_000, 10_000]);
        assert_eq!(notes(500), [1_000, 2_000, 5_000, 10_000]);
        assert_eq!(notes(7_300), [7_500, 8_000, 10_000, 20_000]);
    }
}
