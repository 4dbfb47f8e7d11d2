//! Returns that wait for a terminal: finished once every refund is settled; a way on where some went through and some did
//! not.

use duken_kernel::journal::OWN;
use duken_kernel::{Reject, Tx};

use super::return_items::{Pending, Quote, enough_cash, record};
use super::{Terms, terms::shift_of};
use crate::payments::{self, Payment};
use crate::sales::{NOTHING_TO_RESUME, REFUND_PENDING};
use crate::tills::Method;
use crate::web::CARD_NOT_FOUND;

/// Where the refunds of a pending return stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refunds {
    /// Not all of them are settled.
    UnderWay,
    /// All of the money went back.
    Done,
    /// None of it did.
    Nothing,
    /// Some of it did: the return is neither made nor unmade until a person says how the rest goes back.
    InPart,
}

/// Where they stand, tries that failed included.
#[must_use]
pub fn standing(quote: &Quote, refunds: &[Payment]) -> Refunds {
    if refunds.iter().any(|refund| !refund.state.is_settled()) {
        return Refunds::UnderWay;
    }
    let by_terminal = || quote.payments.iter().filter(|paid| paid.m == Method::Kaspi);
    let went_back = by_terminal().filter(|paid| paid_back(refunds, paid.pay).is_some()).count();
    match went_back {
        0 if refunds.iter().all(|refund| !refund.state.is_paid()) => Refunds::Nothing,
        all if all == by_terminal().count() => Refunds::Done,
        _ => Refunds::InPart,
    }
}

/// The refund by which a payment went back, if it did.
fn paid_back(refunds: &[Payment], original: Option<i64>) -> Option<&Payment> {
    refunds.iter().find(|refund| refund.original == original && original.is_some() && refund.state.is_paid())
}

/// Finishes a pending return once every refund of it is settled. Answers with the return's number, or 0 when the
/// terminal gave nothing back and the return is dropped.
///
/// # Errors
/// `card.not_found`, `return.pending` while a refund is not settled or only a part of the money went back,
/// `shift.not_open`.
pub fn finish_pending(tx: &mut Tx<'_>, id: i64) -> Result<i64, Reject> {
    let (mut pending, result, made_by) = read(tx, id)?;
    if let Some(result) = result {
        return Ok(result);
    }
    let refunds = payments::of_return(tx, OWN, id)?;
    let result = match standing(&pending.quote, &refunds) {
        Refunds::UnderWay | Refunds::InPart => return REFUND_PENDING.err(),
        Refunds::Nothing => 0,
        Refunds::Done => {
            for paid in pending.quote.payments.iter_mut().filter(|paid| paid.m == Method::Kaspi) {
                paid.pay = paid_back(&refunds, paid.pay).map(|refund| refund.id);
            }
            tx.caller.by = made_by;
            record(tx, pending)?
        }
    };
    tx.execute("UPDATE pending_return SET result = ?2 WHERE id = ?1", &[id.into(), result.into()])?;
    tx.notify("sales", serde_json::json!({ "pending_return": id.to_string(), "id": result.to_string(), "kind": "return" }));
    Ok(result)
}

/// How the rest of a return goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// The terminal tries again.
    Terminal,
    /// In cash, by a person who may decide so.
    Cash,
}

/// Goes on with a return of which only a part went back. Answers as `return_items` does.
///
/// # Errors
/// `access.denied` for cash, `card.not_found`, `return.nothing_to_resume`, `return.pending` while a refund is under way,
/// `shift.not_open`, `return.not_enough_cash`, those of refunds.
pub fn resume(terms: Terms, id: i64, rest: Rest) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if rest == Rest::Cash {
            terms.actor.need("payments.decide")?;
        }
        let (mut pending, result, _) = read(tx, id)?;
        if result.is_some() {
            return NOTHING_TO_RESUME.err();
        }
        let refunds = payments::of_return(tx, OWN, id)?;
        match standing(&pending.quote, &refunds) {
            Refunds::InPart => {}
            Refunds::UnderWay | Refunds::Done | Refunds::Nothing => return REFUND_PENDING.err(),
        }
        shift_of(tx, pending.till)?;
        tx.caller.till = Some(pending.till);
        let open = |paid: &&mut crate::sales::document::Paid| paid.m == Method::Kaspi && paid_back(&refunds, paid.pay).is_none();
        match rest {
            Rest::Terminal => {
                for paid in pending.quote.payments.iter_mut().filter(open) {
                    let original = paid.pay.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
                    let payment = payments::find(tx, OWN, original)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
                    payments::begin_refund(tx, pending.till, id, payment.terminal, paid.a, original)?;
                }
                Ok(-id)
            }
            Rest::Cash => {
                for paid in pending.quote.payments.iter_mut().filter(open) {
                    (paid.m, paid.pay) = (Method::Cash, None);
                }
                enough_cash(tx, &terms, pending.till, &pending.quote.payments)?;
                let body = serde_json::to_string(&pending)?;
                tx.execute(
                    "UPDATE pending_return SET body = ?2, made_by = ?3 WHERE id = ?1",
                    &[id.into(), body.into(), terms.actor.user.into()],
                )?;
                finish_pending(tx, id)
            }
        }
    }
}

type Kept = (Pending, Option<i64>, Option<i64>);

fn read(tx: &Tx<'_>, id: i64) -> Result<Kept, Reject> {
    use duken_kernel::Read as _;
    let row =
        tx.row("SELECT body, result, made_by FROM pending_return WHERE id = ?1", &[id.into()])?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    Ok((serde_json::from_str(&row.get::<String>(0)?)?, row.get(1)?, row.get(2)?))
}
