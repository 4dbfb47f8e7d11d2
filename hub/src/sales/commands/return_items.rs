//! Returns: lines and quantities not yet returned, at the original sums, by the original ways.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Fault, Read, Reject, Tx};
use duken_protocol::money::Amount;
use duken_protocol::quantity::{LARGEST, Quantity};
use serde::{Deserialize, Serialize};

use super::Terms;
use super::complete_sale::{date_of, next_number, shown_sku};
use super::terms::{MOST, clock_holds, shift_of};
use crate::catalog::Kind;
use crate::catalog::door as catalog;
use crate::payments;
use crate::sales::document::{Completed, Line, Paid, RETURNED, Returned, Series};
use crate::sales::model::{part, split_refund, vat_within};
use crate::sales::{
    BAD_DATE, BAD_PRICE, BAD_QUANTITY, NO_CASH, NO_RECEIPT, OTHER_WAY, REASON_MISSING, REFUND_PENDING, RETURN_EMPTY, RETURN_OVER,
    TOO_LARGE, queries,
};
use crate::settings::RoundingScope;
use crate::stock::door as stock;
use crate::tills::{Method, cash_in_drawer};
use crate::web::{CARD_NOT_FOUND, NOTE_LENGTH, typed};

/// A line to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnLine {
    /// The line of the sale, from 1.
    pub line: i64,
    /// How much of it.
    pub quantity: Quantity,
}

/// A return as it is asked for.
#[derive(Debug, Clone)]
pub struct ReturnAsked {
    /// The till that gives the money back.
    pub till: i64,
    /// The sale.
    pub sale: i64,
    /// What comes back.
    pub lines: Vec<ReturnLine>,
    /// Why.
    pub reason: String,
    /// Another date than today's, `yyyymmdd`.
    pub date: Option<i32>,
}

/// A return worked out, before it is recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Quote {
    /// The lines.
    pub lines: Vec<Line>,
    /// Rounding given back.
    pub rounding: Amount,
    /// What the customer gets.
    pub total: Amount,
    /// How.
    pub payments: Vec<Paid>,
    /// For each payment, its place among the payments of the sale, from 0.
    pub gives_back: Vec<i64>,
}

/// Works a return out.
///
/// # Errors
/// `return.no_such_receipt`, `return.empty`, then by line `return.over_sold`, `cart.bad_quantity`.
pub fn quote(read: &dyn Read, terms: &Terms, sale: i64, asked: &[ReturnLine]) -> Result<(Completed, Quote), Reject> {
    let sold = queries::completed(read, OWN, sale)?.ok_or_else(|| NO_RECEIPT.refuse())?;
    if asked.is_empty() {
        return RETURN_EMPTY.err();
    }
    let back = queries::returned_lines(read, OWN, sale)?;
    let mut lines = Vec::with_capacity(asked.len());
    for (index, wanted) in asked.iter().enumerate() {
        let field = format!("lines.{index}.quantity");
        let position = wanted
            .line
            .checked_sub(1)
            .and_then(|p| usize::try_from(p).ok())
            .filter(|_| asked[..index].iter().all(|other| other.line != wanted.line));
        let line = position.and_then(|p| sold.lines.get(p)).ok_or_else(|| RETURN_OVER.refuse().field(field.clone()))?;
        let whole = crate::catalog::Unit::read(&line.u).is_none_or(|unit| unit.is_divisible()) || line.q.0 % 1000 != 0;
        if wanted.quantity.0 <= 0 || wanted.quantity.0 > LARGEST || !(whole || wanted.quantity.0 % 1000 == 0) {
            return Err(BAD_QUANTITY.refuse().field(field).into());
        }
        let before = back.get(&wanted.line).map_or(Quantity::ZERO, |(quantity, _)| *quantity);
        let after = before + wanted.quantity;
        if after > line.q {
            let left = (line.q - before).format();
            return Err(RETURN_OVER.refuse().field(field).with("name", line.n.as_str()).with("left", left).into());
        }
        let share = |whole: Amount| part(whole, line.q, before, after);
        lines.push(Line {
            q: wanted.quantity,
            disc: share(line.disc),
            sum: share(line.sum),
            vat: share(line.vat),
            cost: line.cost.map(share),
            of: Some(wanted.line),
            g: line.g.map(share),
            ..line.clone()
        });
    }
    let quote = priced(read, terms, sale, &sold, lines, &back)?;
    Ok((sold, quote))
}

fn priced(
    read: &dyn Read,
    terms: &Terms,
    sale: i64,
    sold: &Completed,
    lines: Vec<Line>,
    back: &std::collections::BTreeMap<i64, (Quantity, Amount)>,
) -> Result<Quote, Reject> {
    let exact: Amount = lines.iter().map(|line| line.sum).sum();
    let (returned_total, refunded) = queries::refunded(read, OWN, sale)?;
    let left_total = sold.total - returned_total;
    let everything = sold.lines.iter().enumerate().all(|(index, line)| {
        let number = index as i64 + 1;
        let before = back.get(&number).map_or(Quantity::ZERO, |(quantity, _)| *quantity);
        let now = lines.iter().find(|l| l.of == Some(number)).map_or(Quantity::ZERO, |l| l.q);
        before + now == line.q
    });
    // What was given back is always the rounded sum of what came back: many small returns round no better than one.
    let before: Amount = back.values().map(|(_, sum)| *sum).sum();
    let given = rounded(terms, before + exact).min(sold.total);
    let total = if everything { left_total } else { (given - returned_total).max(Amount::ZERO) };
    let left: Vec<Amount> =
        sold.payments.iter().enumerate().map(|(index, paid)| paid.a - refunded.get(&(index as i64)).copied().unwrap_or_default()).collect();
    let whole: Vec<bool> = sold.payments.iter().map(|paid| paid.m == Method::Kaspi).collect();
    let parts = split_refund(total, &left, &whole, sold.currency.scale());
    let mut payments = Vec::new();
    let mut gives_back = Vec::new();
    for (index, (amount, paid)) in parts.iter().zip(&sold.payments).enumerate() {
        if amount.0 > 0 {
            payments.push(Paid { m: paid.m, a: *amount, t: None, pay: paid.pay });
            gives_back.push(index as i64);
        }
    }
    Ok(Quote { lines, rounding: total - exact, total, payments, gives_back })
}

/// A sum that is handed out, rounded as the store rounds.
fn rounded(terms: &Terms, exact: Amount) -> Amount {
    if terms.settings.rounding.scope == RoundingScope::None { exact } else { exact.rounded_to(terms.settings.rounding_step()) }
}

/// What waits while a terminal gives money back.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pending {
    /// The till.
    pub till: i64,
    /// The sale.
    pub sale: i64,
    /// Why.
    pub reason: String,
    /// The return, worked out.
    pub quote: Quote,
    /// The customer of the sale.
    pub customer: Option<i64>,
    /// Its date, `yyyymmdd`, when it is not that of its recording.
    #[serde(default)]
    pub date: Option<i32>,
}

/// The return of a sale that waits for a terminal, if one does.
///
/// # Errors
/// The engine's.
pub fn pending_of(read: &dyn Read, sale: i64) -> Result<Option<i64>, Fault> {
    let row = read.row("SELECT id FROM pending_return WHERE sale = ?1 AND result IS NULL", &[sale.into()])?;
    row.map(|row| row.get(0)).transpose()
}

/// What a return came to: a document, or one that waits for a terminal.
pub const PENDING_SIGN: i64 = -1;

/// Returns lines of a sale. Answers with the return's number, or, when a terminal has to give money back first, with
/// the negative number of the pending return: it becomes a document once the terminal has done its part.
///
/// # Errors
/// `shift.not_open`, `clock.suspect`, `access.denied` and `sale.bad_date` for another date, `sale.reason_missing`,
/// `return.pending`, those of [`quote`], `sale.bad_date` for one before the sale or with a terminal's refund, which is
/// of today; `return.not_enough_cash`, those of refunds.
pub fn return_items(terms: Terms, asked: ReturnAsked) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        shift_of(tx, asked.till)?;
        clock_holds(tx)?;
        let day = date_of(tx, &terms, asked.date)?;
        if asked.reason.trim().is_empty() {
            return Err(REASON_MISSING.refuse().field("reason").into());
        }
        if let Some(pending) = pending_of(tx, asked.sale)? {
            return Err(REFUND_PENDING.refuse().with("pending", pending.to_string()).into());
        }
        let (sold, quote) = quote(tx, &terms, asked.sale, &asked.lines)?;
        let backdated = day != tx.caller.business_date;
        let by_terminal_now = quote.payments.iter().any(|paid| paid.m == Method::Kaspi);
        if backdated && (by_terminal_now || day < queries::date_of(tx, OWN, asked.sale)?) {
            return Err(BAD_DATE.refuse().field("business_date").into());
        }
        enough_cash(tx, &terms, asked.till, &quote.payments)?;
        let pending = Pending {
            till: asked.till,
            sale: asked.sale,
            reason: typed(&asked.reason, "reason", NOTE_LENGTH)?,
            quote,
            customer: sold.customer,
            date: backdated.then_some(day),
        };
        let by_terminal: Vec<(Amount, i64)> =
            pending.quote.payments.iter().filter(|p| p.m == Method::Kaspi).filter_map(|p| Some((p.a, p.pay?))).collect();
        if by_terminal.is_empty() {
            return record(tx, pending);
        }
        let id = tx.insert(
            "INSERT INTO pending_return (sale, body, made_by, till, made_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[asked.sale.into(), serde_json::to_string(&pending)?.into(), terms.actor.user.into(), asked.till.into(), tx.now_ms.into()],
        )?;
        tx.caller.till = Some(asked.till);
        for (amount, original) in by_terminal {
            let payment = payments::find(tx, OWN, original)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            payments::begin_refund(tx, asked.till, id, payment.terminal, amount, original)?;
        }
        Ok(PENDING_SIGN * id)
    }
}

pub(super) fn enough_cash(tx: &Tx<'_>, terms: &Terms, till: i64, payments: &[Paid]) -> Result<(), Reject> {
    let needed: Amount = payments.iter().filter(|paid| paid.m == Method::Cash).map(|paid| paid.a).sum();
    let have = cash_in_drawer(tx, OWN, till, terms.currency())?;
    if needed > have {
        return Err(NO_CASH.refuse().with("have", terms.currency().format(have)).into());
    }
    Ok(())
}

pub(super) fn record(tx: &mut Tx<'_>, pending: Pending) -> Result<i64, Reject> {
    let shift = shift_of(tx, pending.till)?;
    let sold = queries::completed(tx, OWN, pending.sale)?.ok_or_else(|| NO_RECEIPT.refuse())?;
    let day = pending.date.unwrap_or(tx.caller.business_date);
    let body = Returned {
        number: next_number(tx, Series::Return, day / 10_000)?,
        receipt: shift.receipts + 1,
        shift: shift.id,
        till: pending.till,
        sale: Some(pending.sale),
        customer: pending.customer,
        currency: sold.currency,
        lines: pending.quote.lines,
        rounding: pending.quote.rounding,
        total: pending.quote.total,
        payments: pending.quote.payments,
        gives_back: pending.quote.gives_back,
        reason: pending.reason,
    };
    write(tx, &body, day)
}

fn write(tx: &mut Tx<'_>, body: &Returned, date: i32) -> Result<i64, Reject> {
    tx.caller.till = Some(body.till);
    let id = tx.record(Draft::new(RETURNED, body)?.dated(date))?;
    tx.notify("sales", serde_json::json!({ "id": id.to_string(), "kind": "return" }));
    tx.notify(format!("shift:{}", body.shift), serde_json::json!({}));
    Ok(id)
}

/// A line that comes back without its receipt.
#[derive(Debug, Clone)]
pub struct FreeLine {
    /// The product.
    pub product: i64,
    /// How much.
    pub quantity: Quantity,
    /// What is given back for one.
    pub price: Amount,
}

/// Returns goods without their receipt, for cash or a way noted by hand.
///
/// # Errors
/// `shift.not_open`, `clock.suspect`, `sale.bad_date`, `sale.reason_missing`, `return.empty`, by line `card.not_found`,
/// `cart.bad_quantity`, `sale.bad_price`; `return.other_way`, `sale.too_large`, `return.not_enough_cash`.
pub fn return_without_receipt(
    terms: Terms,
    till: i64,
    asked: Vec<FreeLine>,
    method: Method,
    reason: String,
    date: Option<i32>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let shift = shift_of(tx, till)?;
        clock_holds(tx)?;
        let day = date_of(tx, &terms, date)?;
        if reason.trim().is_empty() {
            return Err(REASON_MISSING.refuse().field("reason").into());
        }
        if asked.is_empty() {
            return RETURN_EMPTY.err();
        }
        if method == Method::Kaspi {
            return OTHER_WAY.err();
        }
        let mut lines = Vec::with_capacity(asked.len());
        for (index, wanted) in asked.iter().enumerate() {
            let product =
                catalog::product(tx, OWN, wanted.product)?.ok_or_else(|| CARD_NOT_FOUND.refuse().field(format!("lines.{index}")))?;
            let whole = product.unit.is_divisible() || wanted.quantity.0 % 1000 == 0;
            if wanted.quantity.0 <= 0 || wanted.quantity.0 > 1_000_000_000 || !whole {
                return Err(BAD_QUANTITY.refuse().field(format!("lines.{index}.quantity")).into());
            }
            if wanted.price.0 < 0 || wanted.price.0 > MOST || !wanted.quantity.fits_at(wanted.price) {
                return Err(BAD_PRICE.refuse().field(format!("lines.{index}.price")).into());
            }
            let rate = catalog::vat_percent_on(&product.vat, terms.currency(), day).unwrap_or(0);
            let sum = wanted.quantity.at_price(wanted.price);
            let service = product.kind == Kind::Service;
            let unit_cost = if service { None } else { stock::holding(tx, OWN, stock::WAREHOUSE, product.id)?.unit_cost() };
            lines.push(Line {
                p: product.id,
                sku: shown_sku(&terms.settings, product.sku),
                n: product.name,
                u: product.unit.code().to_owned(),
                q: wanted.quantity,
                price: wanted.price,
                disc: Amount::ZERO,
                sum,
                rate,
                vat: vat_within(sum, rate),
                cost: unit_cost.map(|cost| wanted.quantity.at_price(cost)),
                service,
                of: None,
                g: None,
            });
        }
        let exact: i128 = lines.iter().map(|line: &Line| i128::from(line.sum.0)).sum();
        let exact = i64::try_from(exact).ok().filter(|sum| *sum <= MOST).map(Amount).ok_or_else(|| TOO_LARGE.refuse())?;
        let total = rounded(&terms, exact);
        let payments = vec![Paid { m: method, a: total, t: None, pay: None }];
        enough_cash(tx, &terms, till, &payments)?;
        let body = Returned {
            number: next_number(tx, Series::Return, day / 10_000)?,
            receipt: shift.receipts + 1,
            shift: shift.id,
            till,
            sale: None,
            customer: None,
            currency: terms.currency(),
            lines,
            rounding: total - exact,
            total,
            payments,
            gives_back: Vec::new(),
            reason: typed(&reason, "reason", NOTE_LENGTH)?,
        };
        write(tx, &body, day)
    }
}
