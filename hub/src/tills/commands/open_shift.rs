//! Opening a shift with counted cash.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::{Amount, Currency};

use crate::tills::model::MOST_CASH;
use crate::tills::project::{OPENED, Opened};
use crate::tills::{ALREADY_OPEN, ARCHIVED, BAD_SUM, queries};
use crate::web::CARD_NOT_FOUND;

/// Opens a shift; answers with its number.
///
/// # Errors
/// `shift.bad_sum`, `card.not_found`, `till.archived`, `shift.already_open`.
pub fn open_shift(till: i64, counted: Amount, currency: Currency) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if !(0..=MOST_CASH).contains(&counted.0) {
            return Err(BAD_SUM.refuse().field("counted").into());
        }
        let card = queries::find(tx, till)?.ok_or_else(|| CARD_NOT_FOUND.refuse().field("till_id"))?;
        if card.archived {
            return ARCHIVED.err();
        }
        if queries::open_shift(tx, OWN, till)?.is_some() {
            return ALREADY_OPEN.err();
        }
        let last = queries::last_number(tx, till)?;
        let expected = queries::cash_in_drawer(tx, OWN, till, currency)?;
        let body = Opened {
            till,
            number: last + 1,
            counted,
            difference: counted - expected,
            first: last == 0 && expected == Amount::ZERO,
            currency,
        };
        tx.caller.till = Some(till);
        let shift = tx.record(Draft::new(OPENED, &body)?)?;
        tx.notify(format!("till:{till}"), serde_json::json!({ "shift": shift.to_string() }));
        tx.notify("shifts", serde_json::json!({ "shift": shift.to_string() }));
        Ok(shift)
    }
}
