//! Everything a cashier does to a cart before it is paid.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::Terms;
use super::terms::MOST;
use crate::catalog::door::{self as catalog, CodeMatch, Measure, ProductForSale};
use crate::catalog::{NO_PRICE, NOT_FOR_SALE, UNKNOWN_BARCODE};
use crate::payments;
use crate::sales::cart::{self, Cart};
use crate::sales::commands::pay::note_payment_removed;
use crate::sales::document::{LINE_REMOVED, LineRemoved};
use crate::sales::model::Discount;
use crate::sales::{BAD_PRICE, BAD_QUANTITY, CART_FROZEN, CART_GONE, LINE_GONE, REASON_MISSING, TOO_LARGE};
use crate::tills::{ARCHIVED, NO_TILL};
use crate::web::{CARD_NOT_FOUND, NOTE_LENGTH, typed};

/// The most lines of a cart.
const MOST_LINES: usize = 500;
/// The most characters of a held cart's label.
const LABEL_LENGTH: usize = 60;

/// Opens a cart at the caller's till; answers with its number.
///
/// # Errors
/// `till.not_chosen`, `card.not_found`, `till.archived`.
pub fn open_cart(terms: Terms) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let till = terms.actor.till.ok_or_else(|| NO_TILL.refuse())?;
        let card = crate::tills::find(tx, till)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if card.archived {
            return ARCHIVED.err();
        }
        let id = tx.insert(
            "INSERT INTO cart (till, held, label, version, updated_ms, made_by) VALUES (?1, 0, '', 1, ?2, ?3)",
            &[till.into(), tx.now_ms.into(), terms.actor.user.into()],
        )?;
        tx.notify(format!("till:{till}"), serde_json::json!({ "cart": id.to_string() }));
        Ok(id)
    }
}

/// A cart that may be changed.
///
/// # Errors
/// `cart.gone`, `cart.frozen`.
pub(super) fn changeable(tx: &Tx<'_>, id: i64) -> Result<Cart, Reject> {
    let found = cart::find(tx, id)?.ok_or_else(|| CART_GONE.refuse())?;
    let frozen = payments::of_cart(tx, OWN, id)?.iter().any(|p| !p.state.is_settled() || p.state.is_paid());
    if frozen { CART_FROZEN.err() } else { Ok(found) }
}

/// A product to add.
#[derive(Debug, Clone)]
pub struct AddLine {
    /// The product.
    pub product: i64,
    /// How much; one when absent.
    pub quantity: Option<Quantity>,
    /// The code that was scanned, when it carries a weight or sum.
    pub code: Option<String>,
}

/// Adds a product; the same again raises its quantity.
///
/// # Errors
/// `cart.gone`, `cart.frozen`, `card.not_found`, `product.not_for_sale`, `product.no_price`, `cart.bad_quantity`.
pub fn add_line(terms: Terms, cart: i64, input: AddLine) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        let product = catalog::product(tx, OWN, input.product)?.ok_or_else(|| CARD_NOT_FOUND.refuse().field("product_id"))?;
        let measure = match input.code.as_deref() {
            Some(code) => match catalog::find_by_code(tx, OWN, code, &terms.settings.weight_codes, terms.currency())? {
                CodeMatch::Weighted { measure, .. } | CodeMatch::ManyWeighted { measure, .. } => Some(measure),
                CodeMatch::None | CodeMatch::One(_) | CodeMatch::Many(_) => None,
            },
            None => None,
        };
        grown(tx, &terms, &found)?;
        put_in(tx, &found, &product, input.quantity, measure)?;
        Ok(cart)
    }
}

/// Adds what a code stands for, once or so many times.
///
/// # Errors
/// `cart.gone`, `cart.frozen`, `product.unknown_barcode`, `product.ambiguous` with the goods it may be, those of [`add_line`].
pub fn scan(
    terms: Terms,
    cart: i64,
    code: String,
    times: Option<Quantity>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        let choices = |products: &[ProductForSale]| {
            let ids: Vec<String> = products.iter().map(|p| p.id.to_string()).collect();
            Err(crate::sales::routes::AMBIGUOUS.refuse().with("code", code.as_str()).with("products", ids).into())
        };
        grown(tx, &terms, &found)?;
        match catalog::find_by_code(tx, OWN, &code, &terms.settings.weight_codes, terms.currency())? {
            CodeMatch::None => return Err(UNKNOWN_BARCODE.refuse().with("code", code.as_str()).into()),
            CodeMatch::One(product) => put_in(tx, &found, &product, times, None)?,
            CodeMatch::Weighted { product, measure } => put_in(tx, &found, &product, times, Some(measure))?,
            CodeMatch::Many(products) | CodeMatch::ManyWeighted { products, .. } => return choices(&products),
        }
        Ok(cart)
    }
}

fn put_in(tx: &mut Tx<'_>, cart: &Cart, product: &ProductForSale, times: Option<Quantity>, measure: Option<Measure>) -> Result<(), Reject> {
    for_sale(product)?;
    let price = product.price.ok_or_else(|| named(NO_PRICE, product))?;
    let times = times.unwrap_or(Quantity::ONE);
    // Labels are as many as pieces: none is half one.
    if measure.is_some() && (times.0 % 1000 != 0 || !(1_000..=1_000_000).contains(&times.0)) {
        return Err(BAD_QUANTITY.refuse().field("quantity").into());
    }
    let labels = times.0 / 1000;
    let (quantity, label_sum) = match measure {
        Some(Measure::Quantity(weighed)) => (Quantity(weighed.0 * labels), None),
        Some(Measure::Sum(sum)) => (Quantity(bought_for(sum, product, price).0 * labels), Some(Amount(sum.0 * labels))),
        None => (times, None),
    };
    check_quantity(product, quantity)?;
    check_sum(quantity, price)?;
    let same = cart
        .lines
        .iter()
        .find(|line| line.product == product.id && !line.own_price && line.price == price && measure.is_none() && line.label_sum.is_none());
    match same {
        Some(line) => {
            let sum = line.quantity + quantity;
            check_quantity(product, sum)?;
            check_sum(sum, price)?;
            tx.execute(
                "UPDATE cart_line SET quantity = ?3 WHERE cart = ?1 AND line = ?2",
                &[cart.id.into(), line.line.into(), sum.into()],
            )?;
        }
        None => {
            if cart.lines.len() >= MOST_LINES {
                return BAD_QUANTITY.err();
            }
            let next = cart.lines.iter().map(|line| line.line).max().unwrap_or(0) + 1;
            tx.execute(
                "INSERT INTO cart_line (cart, line, product, quantity, price, own_price, label_sum) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
                &[cart.id.into(), next.into(), product.id.into(), quantity.into(), price.into(), label_sum.into()],
            )?;
        }
    }
    Ok(cart::touch(tx, cart.id, cart.till)?)
}

/// How much of a product a label of this sum is: stock moves by whole thousandths, the sum stays the label's. What is not
/// sold by parts is one.
fn bought_for(sum: Amount, product: &ProductForSale, price: Amount) -> Quantity {
    if price.0 <= 0 || !product.unit.is_divisible() {
        return Quantity::ONE;
    }
    Quantity(sum.scaled(1000, price.0).0.max(1))
}

fn named(code: duken_kernel::refusal::Code, product: &ProductForSale) -> Reject {
    code.refuse().with("name", product.name.as_str()).with("product_id", product.id.to_string()).into()
}

fn for_sale(product: &ProductForSale) -> Result<(), Reject> {
    if product.is_for_sale() { Ok(()) } else { Err(named(NOT_FOR_SALE, product)) }
}

fn check_sum(quantity: Quantity, price: Amount) -> Result<(), Reject> {
    if quantity.fits_at(price) { Ok(()) } else { TOO_LARGE.err() }
}

fn check_quantity(product: &ProductForSale, quantity: Quantity) -> Result<(), Reject> {
    let whole = product.unit.is_divisible() || quantity.0 % 1000 == 0;
    if quantity.0 <= 0 || quantity.0 > 1_000_000_000 || !whole {
        return Err(BAD_QUANTITY.refuse().field("quantity").into());
    }
    Ok(())
}

/// A change of a line: what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ChangeLine {
    /// Another quantity; nothing left removes the line.
    pub quantity: Option<Quantity>,
    /// Another discount, or none.
    pub discount: Option<Option<Discount>>,
    /// A price by hand.
    pub price: Option<Amount>,
    /// Why.
    pub reason: Option<String>,
}

/// Changes a line.
///
/// # Errors
/// `cart.gone`, `cart.frozen`, `cart.line_gone`, `cart.bad_quantity`, `access.denied`, `sale.bad_price`,
/// `sale.reason_missing`, those of discounts.
pub fn change_line(
    terms: Terms,
    cart: i64,
    line: i64,
    change: ChangeLine,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        let before = found.lines.iter().find(|l| l.line == line).ok_or_else(|| LINE_GONE.refuse())?;
        let product = catalog::product(tx, OWN, before.product)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let key = || [cart.into(), line.into()];
        let mut price = before.price;
        let mut quantity = before.quantity;
        let mut label_sum = before.label_sum;
        if let Some(wanted) = change.quantity {
            check_quantity(&product, wanted)?;
            if wanted > quantity {
                for_sale(&product)?;
                grown(tx, &terms, &found)?;
            }
            if wanted < quantity {
                note_removed(tx, &found, before.product, &product.name, quantity - wanted, price)?;
            }
            quantity = wanted;
            let [c, l] = key();
            tx.execute("UPDATE cart_line SET quantity = ?3, label_sum = NULL WHERE cart = ?1 AND line = ?2", &[c, l, quantity.into()])?;
            label_sum = None;
        }
        if let Some(wanted) = change.price {
            terms.actor.need("sales.price_override")?;
            if wanted.0 < 0 || wanted.0 > MOST {
                return Err(BAD_PRICE.refuse().field("price").into());
            }
            let reason = change.reason.as_deref().map(|reason| typed(reason, "reason", NOTE_LENGTH)).transpose()?;
            let reason = reason.filter(|reason| !reason.is_empty()).ok_or_else(|| REASON_MISSING.refuse().field("reason"))?;
            price = wanted;
            label_sum = None;
            let [c, l] = key();
            tx.execute(
                "UPDATE cart_line SET price = ?3, own_price = 1, reason = ?4, label_sum = NULL WHERE cart = ?1 AND line = ?2",
                &[c, l, price.into(), reason.into()],
            )?;
        }
        check_sum(quantity, price)?;
        if let Some(discount) = change.discount {
            if let Some(discount) = discount {
                terms.may_discount(discount, label_sum.unwrap_or_else(|| quantity.at_price(price)))?;
            }
            remember_limit(tx, &terms, cart, discount)?;
            let text = discount.map(|d| serde_json::to_string(&d)).transpose()?;
            let [c, l] = key();
            tx.execute("UPDATE cart_line SET discount = ?3 WHERE cart = ?1 AND line = ?2", &[c, l, text.into()])?;
        }
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Whoever completes the cart may be another person: the limit of the one who gave the discount goes with it.
fn remember_limit(tx: &Tx<'_>, terms: &Terms, cart: i64, discount: Option<Discount>) -> Result<(), Reject> {
    if discount.is_some() {
        tx.execute(
            "UPDATE cart SET discount_limit = CASE WHEN discount_limit < ?2 THEN ?2 ELSE discount_limit END WHERE id = ?1",
            &[cart.into(), terms.own_limit().into()],
        )?;
    }
    Ok(())
}

/// A discount was given on the cart as it was. Who lets it grow answers for it with his own limit, until somebody gives
/// the discount again.
fn grown(tx: &Tx<'_>, terms: &Terms, cart: &Cart) -> Result<(), Reject> {
    let own = terms.own_limit();
    if cart.discount_limit > own {
        tx.execute("UPDATE cart SET discount_limit = ?2 WHERE id = ?1", &[cart.id.into(), own.into()])?;
    }
    Ok(())
}

fn note_removed(tx: &mut Tx<'_>, cart: &Cart, product: i64, name: &str, quantity: Quantity, price: Amount) -> Result<(), Reject> {
    tx.caller.till = Some(cart.till);
    tx.record(Draft::new(LINE_REMOVED, &LineRemoved { cart: cart.id, p: product, n: name.to_owned(), q: quantity, price })?)?;
    Ok(())
}

/// Takes a line out; the trail keeps it.
///
/// # Errors
/// `cart.gone`, `cart.frozen`, `cart.line_gone`.
pub fn remove_line(cart: i64, line: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        let gone = found.lines.iter().find(|l| l.line == line).ok_or_else(|| LINE_GONE.refuse())?;
        let name = catalog::product(tx, OWN, gone.product)?.map(|p| p.name).unwrap_or_default();
        note_removed(tx, &found, gone.product, &name, gone.quantity, gone.price)?;
        tx.execute("DELETE FROM cart_line WHERE cart = ?1 AND line = ?2", &[cart.into(), line.into()])?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Empties a cart; the trail keeps its lines and the payments noted on it.
///
/// # Errors
/// `cart.gone`, `cart.frozen`.
pub fn empty(terms: Terms, cart: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        for line in &found.lines {
            let name = catalog::product(tx, OWN, line.product)?.map(|p| p.name).unwrap_or_default();
            note_removed(tx, &found, line.product, &name, line.quantity, line.price)?;
        }
        for paid in &found.noted {
            note_payment_removed(tx, &found, paid, terms.currency())?;
        }
        cart::forget(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Sets the receipt's discount.
///
/// # Errors
/// `cart.gone`, `cart.frozen`, those of discounts.
pub fn discount(terms: Terms, cart: i64, discount: Option<Discount>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        if let Some(discount) = discount {
            let subtotal: Amount = found.lines.iter().map(cart::CartLine::gross).sum();
            terms.may_discount(discount, subtotal)?;
        }
        remember_limit(tx, &terms, cart, discount)?;
        let text = discount.map(|d| serde_json::to_string(&d)).transpose()?;
        tx.execute("UPDATE cart SET discount = ?2 WHERE id = ?1", &[cart.into(), text.into()])?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Sets the customer.
///
/// # Errors
/// `cart.gone`, `cart.frozen`, `card.not_found`.
pub fn set_customer(cart: i64, customer: Option<i64>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = changeable(tx, cart)?;
        if let Some(customer) = customer {
            crate::parties::find(tx, OWN, customer)?.ok_or_else(|| CARD_NOT_FOUND.refuse().field("customer_id"))?;
        }
        tx.execute("UPDATE cart SET customer = ?2 WHERE id = ?1", &[cart.into(), customer.into()])?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Sets a cart aside, or brings it back. One whose payment is not settled too: it waits for its terminal, the till goes on.
///
/// # Errors
/// `cart.gone`, `text.too_long`.
pub fn hold(cart: i64, held: bool, label: Option<String>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
        let label = label.map_or(Ok(found.label), |label| typed(&label, "label", LABEL_LENGTH))?;
        tx.execute("UPDATE cart SET held = ?2, label = ?3 WHERE id = ?1", &[cart.into(), held.into(), label.into()])?;
        cart::touch(tx, cart, found.till)?;
        Ok(cart)
    }
}

/// Brings a cart to the caller's till.
///
/// # Errors
/// `till.not_chosen`, `cart.gone`, `cart.frozen`.
pub fn take(terms: Terms, cart: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let till = terms.actor.till.ok_or_else(|| NO_TILL.refuse())?;
        let found = cart::find(tx, cart)?.ok_or_else(|| CART_GONE.refuse())?;
        if found.till != till {
            changeable(tx, cart)?;
        }
        tx.execute("UPDATE cart SET till = ?2, held = 0 WHERE id = ?1", &[cart.into(), till.into()])?;
        cart::touch(tx, cart, found.till)?;
        tx.notify(format!("till:{till}"), serde_json::json!({ "cart": cart.to_string() }));
        Ok(cart)
    }
}
