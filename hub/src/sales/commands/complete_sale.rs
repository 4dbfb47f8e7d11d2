//! Completing a sale: from lines and payments to one entry.

use std::sync::Arc;

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Read, Reject, Tx};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::Terms;
use super::terms::{MOST, clock_holds, shift_of};
use crate::catalog::door::{self as catalog, ProductForSale};
use crate::catalog::{Kind, NO_PRICE, NOT_FOR_SALE};
use crate::sales::document::{COMPLETED, Completed, Line, Number, Paid, Series};
use crate::sales::model::{Discount, LineInput, Sums, sums};
use crate::sales::queries::{SaleView, sold};
use crate::sales::{
    BAD_DATE, BAD_PRICE, BAD_QUANTITY, CUSTOMER_NEEDED, DISCOUNT_OVER, EMPTY, OVERPAID, REASON_MISSING, TENDERED_SHORT, TOO_LARGE,
    UNDERPAID,
};
use crate::settings::{NegativeStock, Settings};
use crate::stock::door as stock;
use crate::tills::Method;
use crate::web::{CARD_NOT_FOUND, NOTE_LENGTH, typed};

/// A sale as it is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The till.
    pub till: i64,
    /// The lines.
    pub lines: Vec<AskedLine>,
    /// The receipt's discount.
    pub discount: Option<Discount>,
    /// The customer.
    pub customer: Option<i64>,
    /// The payments; one of cash may leave its amount open: it then takes what is due.
    pub payments: Vec<Paying>,
    /// Another date than today's, `yyyymmdd`.
    pub date: Option<i32>,
    /// Why another date or price.
    pub reason: Option<String>,
    /// The largest discount, in hundredths of a percent, that those who gave discounts may give.
    pub discount_limit: i64,
    /// Whether it was paid for already.
    pub standing: Standing,
}

/// Whether a sale may still be called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was paid before.
    Asked,
    /// The customer paid while it lay in a cart: what was agreed is sold, whatever became of the card since.
    Paid,
}

/// A line as it is asked for.
#[derive(Debug, Clone)]
pub struct AskedLine {
    /// The product.
    pub product: i64,
    /// How much.
    pub quantity: Quantity,
    /// A price by hand; the card's when absent.
    pub own_price: Option<Amount>,
    /// The price shown to the customer, when the line lay in a cart.
    pub shown_price: Option<Amount>,
    /// The line's discount.
    pub discount: Option<Discount>,
    /// The sum of the goods' own label, when the line lay in a cart.
    pub label_sum: Option<Amount>,
}

/// A payment as it is asked for.
#[derive(Debug, Clone)]
pub struct Paying {
    /// How.
    pub method: Method,
    /// How much.
    pub amount: Amount,
    /// Cash handed over.
    pub tendered: Option<Amount>,
    /// A terminal's payment document.
    pub payment: Option<i64>,
}

/// Completes the sale; answers with what its page shows.
///
/// # Errors
/// `shift.not_open`, `clock.suspect`, `sale.bad_date`, `sale.empty`; then by line `card.not_found`,
/// `product.not_for_sale`, `cart.bad_quantity`, `sale.bad_price`, `product.no_price`, `stock.not_enough`;
/// then `sale.customer_needed`, `sale.reason_missing`, those of discounts, `sale.too_large`, `payment.under`,
/// `payment.over`, `payment.tendered_short`.
pub fn complete_sale(tx: &mut Tx<'_>, terms: &Terms, asked: Asked) -> Result<SaleView, Reject> {
    let shift = shift_of(tx, asked.till)?;
    clock_holds(tx)?;
    let date = date_of(tx, terms, asked.date)?;
    if asked.lines.is_empty() {
        return EMPTY.err();
    }
    let own_terms = asked.date.is_some_and(|d| d != tx.caller.business_date) || asked.lines.iter().any(|l| l.own_price.is_some());
    if own_terms && asked.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(REASON_MISSING.refuse().field("reason").into());
    }
    let ids: Vec<i64> = asked.lines.iter().map(|line| line.product).collect();
    let known = catalog::products(tx, OWN, &ids)?;
    let mut products = Vec::with_capacity(asked.lines.len());
    let mut inputs = Vec::with_capacity(asked.lines.len());
    for (index, line) in asked.lines.iter().enumerate() {
        let product = known.get(&line.product).ok_or_else(|| CARD_NOT_FOUND.refuse().field(format!("lines.{index}")))?;
        inputs.push(checked(terms, product, line, (date, asked.standing), index)?);
        products.push(product);
    }
    if asked.customer.is_none() && products.iter().any(|p| p.kind == Kind::Service) {
        return CUSTOMER_NEEDED.err();
    }
    let sums = sums(&inputs, asked.discount, terms.rounding());
    if sums.subtotal.0 > MOST {
        return TOO_LARGE.err();
    }
    within_limit(&inputs, &sums, asked.discount_limit)?;
    let lines = lines_of(tx, terms, &asked, &products, &inputs, &sums)?;
    let payments = payments_of(terms, &asked.payments, sums.total)?;
    let year = date / 10_000;
    let body = Arc::new(Completed {
        number: next_number(tx, Series::Sale, year)?,
        receipt: shift.receipts + 1,
        shift: shift.id,
        till: asked.till,
        customer: asked.customer,
        currency: terms.currency(),
        lines,
        rounding: sums.rounding,
        total: sums.total,
        payments,
        reason: asked.reason.map(|r| typed(&r, "reason", 4 * NOTE_LENGTH)).transpose()?.filter(|r| !r.is_empty()),
    });
    tx.caller.till = Some(asked.till);
    let entry = tx.record_entry(Draft::shared(COMPLETED, body.clone())?.dated(date))?;
    tx.notify("sales", serde_json::json!({ "id": entry.seq.to_string(), "kind": "sale" }));
    tx.notify("stock", serde_json::json!({ "products": body.lines.iter().take(50).map(|l| l.p.to_string()).collect::<Vec<_>>() }));
    tx.notify(format!("shift:{}", shift.id), serde_json::json!({}));
    Ok(sold(&entry, &body))
}

/// All discounts of a document together, and each line's own, stay within the limit of those who gave them.
pub(super) fn within_limit(inputs: &[LineInput], sums: &Sums, limit: i64) -> Result<(), Reject> {
    let over = || Err(Reject::from(DISCOUNT_OVER.refuse().field("discount").with("limit", (limit / 100).to_string())));
    for (input, line) in inputs.iter().zip(&sums.lines) {
        let own = input.discount.map_or(Amount::ZERO, |discount| discount.off(line.gross));
        if own.0 > line.gross.scaled(limit, 10_000).0 + 1 {
            return over();
        }
    }
    // Each line's discount is rounded by itself: half a minor unit a line is no discount.
    let most = sums.subtotal.scaled(limit, 10_000).0 + inputs.len() as i64;
    if sums.discount.0 > most { over() } else { Ok(()) }
}

/// The date of a document: today's, or another for those who may.
pub(super) fn date_of(tx: &Tx<'_>, terms: &Terms, asked: Option<i32>) -> Result<i32, Reject> {
    let today = tx.caller.business_date;
    let date = asked.unwrap_or(today);
    if date != today {
        terms.actor.need("sales.backdate")?;
    }
    if date > today || date <= terms.settings.closed_until() || date < 2000_01_01 {
        return Err(BAD_DATE.refuse().field("business_date").into());
    }
    Ok(date)
}

fn checked(
    terms: &Terms,
    product: &ProductForSale,
    line: &AskedLine,
    (date, standing): (i32, Standing),
    index: usize,
) -> Result<LineInput, Reject> {
    let field = |name: &str| format!("lines.{index}.{name}");
    if standing == Standing::Asked && !product.is_for_sale() {
        return Err(NOT_FOR_SALE.refuse().field(field("product_id")).with("name", product.name.as_str()).into());
    }
    let whole = product.unit.is_divisible() || line.quantity.0 % 1000 == 0;
    if line.quantity.0 <= 0 || line.quantity.0 > 1_000_000_000 || !whole {
        return Err(BAD_QUANTITY.refuse().field(field("quantity")).into());
    }
    let price = match line.own_price {
        Some(price) => {
            terms.actor.need("sales.price_override")?;
            if price.0 < 0 || price.0 > MOST {
                return Err(BAD_PRICE.refuse().field(field("price")).into());
            }
            price
        }
        None => line
            .shown_price
            .or(product.price)
            .ok_or_else(|| NO_PRICE.refuse().field(field("product_id")).with("name", product.name.as_str()))?,
    };
    if !line.quantity.fits_at(price) {
        return TOO_LARGE.err();
    }
    let vat_percent = catalog::vat_percent_on(&product.vat, terms.currency(), date).unwrap_or(0);
    Ok(LineInput { quantity: line.quantity, price, discount: line.discount, vat_percent, label_sum: line.label_sum })
}

fn lines_of(
    tx: &Tx<'_>,
    terms: &Terms,
    asked: &Asked,
    products: &[&ProductForSale],
    inputs: &[LineInput],
    sums: &Sums,
) -> Result<Vec<Line>, Reject> {
    let kept: Vec<i64> = products.iter().filter(|p| p.kind != Kind::Service).map(|p| p.id).collect();
    let mut held = stock::holdings(tx, OWN, stock::WAREHOUSE, &kept)?;
    let forbid = terms.settings.negative_stock == NegativeStock::Forbid && asked.standing == Standing::Asked;
    let mut lines: Vec<Line> = Vec::with_capacity(asked.lines.len());
    for (index, ((line, product), (input, sum))) in asked.lines.iter().zip(products).zip(inputs.iter().zip(&sums.lines)).enumerate() {
        let service = product.kind == Kind::Service;
        let cost = if service {
            None
        } else {
            let holding = held.entry(product.id).or_default();
            if forbid && holding.quantity < line.quantity {
                let refusal = crate::stock::NOT_ENOUGH.refuse().field(format!("lines.{index}.quantity"));
                return Err(refusal.with("name", product.name.as_str()).with("stock", holding.quantity.format()).into());
            }
            holding.issue(line.quantity)
        };
        lines.push(Line {
            p: product.id,
            n: product.name.clone(),
            sku: shown_sku(&terms.settings, product.sku.clone()),
            u: product.unit.code().to_owned(),
            q: line.quantity,
            price: input.price,
            disc: sum.discount,
            sum: sum.sum,
            rate: input.vat_percent,
            vat: sum.vat,
            cost,
            service,
            of: None,
            g: input.label_sum,
        });
    }
    Ok(lines)
}

/// Nobody gives back more change than this.
pub(super) const MOST_CHANGE_UNITS: i64 = 1_000_000;
/// Nobody pays in more parts than this.
pub(super) const MOST_PAYMENTS: usize = 50;

fn payments_of(terms: &Terms, asked: &[Paying], total: Amount) -> Result<Vec<Paid>, Reject> {
    if asked.len() > MOST_PAYMENTS || asked.iter().any(|p| p.amount.0 < 0) {
        return Err(crate::sales::BAD_PAYMENT.refuse().field("payments").into());
    }
    let paid: Amount = asked.iter().map(|p| p.amount).sum();
    let currency = terms.currency();
    if paid < total {
        return Err(UNDERPAID.refuse().field("payments").with("due", currency.format(total - paid)).into());
    }
    if paid > total {
        return Err(OVERPAID.refuse().field("payments").with("over", currency.format(paid - total)).into());
    }
    let unlikely = |p: &Paying| p.tendered.is_some_and(|t| t.0 - p.amount.0 > MOST_CHANGE_UNITS * currency.scale());
    if asked.iter().any(unlikely) {
        return Err(crate::sales::BAD_PAYMENT.refuse().field("tendered").into());
    }
    let short = |p: &Paying| p.method == Method::Cash && p.tendered.is_some_and(|t| t < p.amount);
    if asked.iter().any(short) {
        return Err(TENDERED_SHORT.refuse().field("payments").into());
    }
    let tendered = |p: &Paying| p.tendered.filter(|t| p.method == Method::Cash && *t != p.amount);
    let kept = asked.iter().filter(|p| p.amount.0 > 0 || total.0 == 0);
    Ok(kept.map(|p| Paid { m: p.method, a: p.amount, t: tendered(p), pay: p.payment }).collect())
}

/// The next number of a series in a year, given inside the command's own transaction: no gaps, no doubles.
pub(super) fn next_number(tx: &Tx<'_>, series: Series, year: i32) -> Result<Number, Reject> {
    let row = tx.row(
        "SELECT serial FROM document_number WHERE node = ?1 AND series = ?2 AND year = ?3",
        &[OWN.into(), (series as i64).into(), year.into()],
    )?;
    let last: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(Number { year, serial: last + 1, epoch: tx.epoch() })
}

/// The SKU as the document keeps it: where the store shows it.
pub(super) fn shown_sku(settings: &Settings, sku: String) -> String {
    if settings.receipt_fields.sku { sku } else { String::new() }
}
