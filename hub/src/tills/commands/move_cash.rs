//! Cash in, cash out, and the drawer opened without a sale.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};
use duken_protocol::money::{Amount, Currency, LARGEST};

use crate::tills::model::{MOST_CASH, OperationKind};
use crate::tills::project::{OPERATED, Operated};
use crate::tills::{BAD_SUM, CLOSED, NOT_ENOUGH, NOT_OWN, REASON_MISSING, queries};
use crate::web::{NOTE_LENGTH, typed};

/// An operation with the cash of a shift.
#[derive(Debug, Clone)]
pub struct MoveCash {
    /// The shift.
    pub shift: i64,
    /// What.
    pub kind: OperationKind,
    /// How much; nothing for the drawer alone.
    pub amount: Amount,
    /// Why.
    pub reason: String,
    /// The store's currency.
    pub currency: Currency,
    /// Only in a shift that this person opened.
    pub only_own: Option<i64>,
}

/// Records the operation; answers with the shift's number.
///
/// # Errors
/// `shift.closed`, `shift.not_own`, `shift.bad_sum`, `shift.reason_missing`, `shift.not_enough_cash`.
pub fn move_cash(input: MoveCash) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let shift = queries::open_shift_by_id(tx, OWN, input.shift)?.ok_or_else(|| CLOSED.refuse())?;
        if input.only_own.is_some() && shift.opened_by != input.only_own {
            return NOT_OWN.err();
        }
        if input.kind != OperationKind::DrawerOpened && !(1..=MOST_CASH).contains(&input.amount.0) {
            return Err(BAD_SUM.refuse().field("amount").into());
        }
        if input.reason.trim().is_empty() {
            return Err(REASON_MISSING.refuse().field("reason").into());
        }
        let have = queries::cash_in_drawer(tx, OWN, shift.till, input.currency)?;
        if input.kind == OperationKind::CashIn && have.0 > LARGEST - input.amount.0 {
            return Err(BAD_SUM.refuse().field("amount").into());
        }
        if input.kind == OperationKind::CashOut && input.amount > have {
            return Err(NOT_ENOUGH.refuse().field("amount").with("have", input.currency.format(have)).into());
        }
        let body = Operated {
            till: shift.till,
            shift: shift.id,
            kind: input.kind,
            amount: input.amount,
            reason: typed(&input.reason, "reason", NOTE_LENGTH)?,
            currency: input.currency,
        };
        tx.caller.till = Some(shift.till);
        tx.record(Draft::new(OPERATED, &body)?)?;
        tx.notify(format!("shift:{}", shift.id), serde_json::json!({}));
        Ok(shift.id)
    }
}
