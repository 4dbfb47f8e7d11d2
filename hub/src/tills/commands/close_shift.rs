//! Closing a shift: one step over running sums.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::{Amount, Currency};

use crate::tills::model::MOST_CASH;
use crate::tills::project::{CLOSED as SHIFT_CLOSED, Closed};
use crate::tills::{BAD_SUM, CLOSED, EXPLANATION_MISSING, NOT_OWN, queries};
use crate::web::{NOTE_LENGTH, typed};

/// Closes a shift; answers with its number. The counted cash stays in the drawer as the next shift's beginning.
///
/// # Errors
/// `shift.bad_sum`, `shift.closed`, `shift.not_own`, `shift.explanation_missing` when the sums differ.
pub fn close_shift(
    shift: i64,
    counted: Amount,
    explanation: String,
    currency: Currency,
    only_own: Option<i64>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if !(0..=MOST_CASH).contains(&counted.0) {
            return Err(BAD_SUM.refuse().field("counted").into());
        }
        let open = queries::open_shift_by_id(tx, OWN, shift)?.ok_or_else(|| CLOSED.refuse())?;
        if only_own.is_some() && open.opened_by != only_own {
            return NOT_OWN.err();
        }
        let expected = queries::cash_in_drawer(tx, OWN, open.till, currency)?;
        let explanation = typed(&explanation, "explanation", NOTE_LENGTH)?;
        if counted != expected && explanation.is_empty() {
            let refusal = EXPLANATION_MISSING.refuse().field("explanation");
            return Err(refusal.with("expected", currency.format(expected)).with("difference", currency.format(counted - expected)).into());
        }
        let body = Closed { till: open.till, shift, number: open.number, expected, counted, explanation, currency };
        tx.caller.till = Some(open.till);
        tx.record(Draft::new(SHIFT_CLOSED, &body)?)?;
        tx.notify(format!("till:{}", open.till), serde_json::json!({ "shift": null }));
        tx.notify(format!("shift:{shift}"), serde_json::json!({}));
        tx.notify("shifts", serde_json::json!({ "shift": shift.to_string() }));
        Ok(shift)
    }
}
