//! What the terminal was heard to say: each on disk before the next step outside.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::Amount;

use super::tell;
use crate::payments::model::{Outcome, Payment, State};
use crate::payments::project::{SETTLED, STARTED, Settled, Started, UNKNOWN, Unknown, Way};
use crate::payments::{SETTLED_ALREADY, queries};
use crate::web::CARD_NOT_FOUND;

/// Something heard of a payment that must be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The terminal began this process.
    Started {
        /// Its id.
        process_id: String,
    },
    /// The money moved.
    Succeeded(Outcome),
    /// The money certainly did not move.
    Failed(Outcome),
    /// Nobody knows.
    Unknown(Outcome),
}

/// Remembers it. A note that a payment's state has gone past is refused; the same note twice changes nothing.
///
/// # Errors
/// `card.not_found`, `payment.settled`.
pub fn note(id: i64, note: Note) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let payment = queries::find(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        tx.caller.till = Some(payment.till);
        match note {
            Note::Started { process_id } => started(tx, &payment, process_id)?,
            Note::Succeeded(outcome) => settled(tx, &payment, State::Succeeded, outcome)?,
            Note::Failed(outcome) => settled(tx, &payment, State::Failed, outcome)?,
            Note::Unknown(outcome) => {
                if payment.state == State::Unknown {
                    return Ok(id);
                }
                forward(&payment, State::Unknown)?;
                tx.record(Draft::new(UNKNOWN, &Unknown { payment: id, outcome })?)?;
                tell(tx, &payment, State::Unknown);
            }
        }
        Ok(id)
    }
}

fn forward(payment: &Payment, next: State) -> Result<(), Reject> {
    if payment.state.may_become(next) { Ok(()) } else { SETTLED_ALREADY.err() }
}

fn started(tx: &mut Tx<'_>, payment: &Payment, process_id: String) -> Result<(), Reject> {
    if payment.process_id.as_ref() == Some(&process_id) {
        return Ok(());
    }
    // An answer that came late names the process of a payment that was given up as unknown: it can be asked after now.
    let late = payment.state == State::Unknown && payment.process_id.is_none();
    if !late {
        forward(payment, State::Waiting)?;
    }
    tx.record(Draft::new(STARTED, &Started { payment: payment.id, process_id, late })?)?;
    tell(tx, payment, if late { State::Unknown } else { State::Waiting });
    Ok(())
}

fn settled(tx: &mut Tx<'_>, payment: &Payment, end: State, outcome: Outcome) -> Result<(), Reject> {
    if payment.state == end {
        return Ok(());
    }
    forward(payment, end)?;
    // The call carried the sum: what the slip shows is a text for people, in whatever form its maker chose. The money is
    // booked as asked for, and where the text reads otherwise a person has to look.
    let sum = if end == State::Succeeded { payment.amount } else { Amount(0) };
    if let Some(shown) = outcome.amount.filter(|shown| end == State::Succeeded && *shown != payment.amount) {
        let text = outcome.slip.get("amount").cloned().unwrap_or_else(|| payment.currency.format(shown));
        let asked = payment.currency.format(payment.amount);
        tracing::error!(payment = payment.id, terminal = payment.terminal, %asked, shown = %text, "the terminal's slip shows another sum");
        crate::devices::note_slip_differs(tx, payment.terminal, &asked, &text)?;
    }
    let way = Way { direction: payment.direction, till: payment.till, terminal: payment.terminal, currency: payment.currency, sum };
    tx.record(Draft::new(SETTLED, &Settled { payment: payment.id, succeeded: end == State::Succeeded, way, outcome })?)?;
    tell(tx, payment, end);
    Ok(())
}
