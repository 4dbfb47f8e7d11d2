//! What screens and other domains ask about payments.

use duken_kernel::store::{Row, Value};
use duken_kernel::{Fault, Read};
use duken_protocol::money::Amount;

use super::model::{Direction, Payment, State};

const SELECT: &str = "SELECT p.id, p.direction, p.till, p.terminal, p.cart, p.pending_return, p.original, p.amount, p.currency, p.by, \
     p.started_at, q.process_id, s.state, s.at, s.outcome, s.decided_by, s.decision, s.settled_sum \
     FROM payment p JOIN payment_state s ON s.node = p.node AND s.id = p.id \
     LEFT JOIN payment_process q ON q.node = p.node AND q.id = p.id";

fn payment(row: &Row) -> Result<Payment, Fault> {
    let broken = |what: &str| Fault::Other(format!("a payment has no readable {what}"));
    let direction = if row.get::<String>(1)? == "refund" { Direction::Refund } else { Direction::Payment };
    Ok(Payment {
        id: row.get(0)?,
        direction,
        till: row.get(2)?,
        terminal: row.get(3)?,
        cart: row.get(4)?,
        pending_return: row.get(5)?,
        original: row.get(6)?,
        amount: row.get(7)?,
        currency: row.get::<String>(8)?.parse().map_err(|_| broken("currency"))?,
        by: row.get(9)?,
        started_at_ms: row.get(10)?,
        process_id: row.get(11)?,
        state: State::parse(&row.get::<String>(12)?).ok_or_else(|| broken("state"))?,
        state_at_ms: row.get(13)?,
        outcome: serde_json::from_str(&row.get::<String>(14)?)?,
        settled: row.get(17)?,
        decided_by: row.get(15)?,
        decision: row.get(16)?,
    })
}

fn all(read: &dyn Read, condition: &str, params: &[Value]) -> Result<Vec<Payment>, Fault> {
    read.rows(&format!("{SELECT} WHERE {condition} ORDER BY p.id"), params)?.iter().map(payment).collect()
}

/// One payment of a node.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, node: i64, id: i64) -> Result<Option<Payment>, Fault> {
    Ok(all(read, "p.node = ?1 AND p.id = ?2", &[node.into(), id.into()])?.into_iter().next())
}

/// The payments of a cart, oldest first, failed ones too.
///
/// # Errors
/// The engine's.
pub fn of_cart(read: &dyn Read, node: i64, cart: i64) -> Result<Vec<Payment>, Fault> {
    all(read, "p.node = ?1 AND p.cart = ?2", &[node.into(), cart.into()])
}

/// The refunds of a pending return, oldest first, failed ones too.
///
/// # Errors
/// The engine's.
pub fn of_return(read: &dyn Read, node: i64, pending_return: i64) -> Result<Vec<Payment>, Fault> {
    all(read, "p.node = ?1 AND p.pending_return = ?2", &[node.into(), pending_return.into()])
}

/// The refunds of a payment, oldest first, failed ones too.
///
/// # Errors
/// The engine's.
pub fn refunds_of(read: &dyn Read, node: i64, original: i64) -> Result<Vec<Payment>, Fault> {
    all(read, "p.node = ?1 AND p.original = ?2", &[node.into(), original.into()])
}

/// Payments whose end is not known, oldest first.
///
/// # Errors
/// The engine's.
pub fn unsettled(read: &dyn Read, node: i64) -> Result<Vec<Payment>, Fault> {
    all(read, "p.node = ?1 AND s.state IN ('intent', 'waiting', 'unknown')", &[node.into()])
}

/// The unsettled payment that a terminal works at or is blocked by (D2), if there is one.
///
/// # Errors
/// The engine's.
pub fn unsettled_at(read: &dyn Read, node: i64, terminal: i64) -> Result<Option<Payment>, Fault> {
    Ok(unsettled(read, node)?.into_iter().find(|payment| payment.terminal == terminal))
}

/// What of a payment was given back or may yet turn out to have been: everything but certain failures.
///
/// # Errors
/// The engine's.
pub fn refunded(read: &dyn Read, node: i64, original: i64) -> Result<Amount, Fault> {
    let refunds = refunds_of(read, node, original)?;
    Ok(refunds.iter().map(|refund| if refund.state.is_settled() { refund.settled } else { refund.amount }).sum())
}
