//! What holds while a command of the till runs: the settings and the person's rights.

use std::sync::Arc;

use duken_kernel::journal::OWN;
use duken_kernel::{Read, Refusal, Reject, Tx};
use duken_protocol::money::{Amount, Currency};

use crate::sales::model::{Discount, Rounding};
use crate::sales::{BAD_DISCOUNT, DISCOUNT_OVER};
use crate::settings::Settings;
use crate::tills::{NO_SHIFT, OpenShift};
use crate::web::Actor;

/// The most minor units a document may come to.
pub(super) const MOST: i64 = 1_000_000_000_000_00;

/// Settings and rights under which a command runs.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The settings.
    pub settings: Arc<Settings>,
    /// The person.
    pub actor: Actor,
}

impl Terms {
    /// The store's currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.settings.currency()
    }

    /// How sums are rounded.
    #[must_use]
    pub fn rounding(&self) -> Rounding {
        Rounding { step: self.settings.rounding_step(), scope: self.settings.rounding.scope }
    }

    /// The largest discount the person may give, in hundredths of a percent.
    #[must_use]
    pub fn own_limit(&self) -> i64 {
        if self.actor.may("sales.discount") { self.actor.discount_limit.clamp(0, 10_000) } else { 0 }
    }

    /// Whether the person may give this discount on this sum.
    ///
    /// # Errors
    /// `sale.bad_discount`, `access.denied`, `sale.discount_over_limit`.
    pub fn may_discount(&self, discount: Discount, sum: Amount) -> Result<(), Refusal> {
        let fits = match discount {
            Discount::Percent(hundredths) => (0..=10_000).contains(&hundredths),
            Discount::Amount(amount) => amount.0 >= 0 && amount <= sum,
        };
        if !fits {
            return Err(BAD_DISCOUNT.refuse().field("discount"));
        }
        let off = discount.off(sum);
        if off == Amount::ZERO {
            return Ok(());
        }
        self.actor.need("sales.discount")?;
        let limit = sum.scaled(self.actor.discount_limit, 10_000);
        if off > limit {
            let percent = format!("{}", self.actor.discount_limit / 100);
            return Err(DISCOUNT_OVER.refuse().field("discount").with("limit", percent));
        }
        Ok(())
    }
}

/// The open shift of a till.
///
/// # Errors
/// `shift.not_open`.
pub fn shift_of(tx: &Tx<'_>, till: i64) -> Result<OpenShift, Reject> {
    Ok(crate::tills::open_shift(tx, OWN, till)?.ok_or_else(|| NO_SHIFT.refuse())?)
}

/// A suspect clock stops sales until a person looks.
///
/// # Errors
/// `clock.suspect`.
pub fn clock_holds(tx: &Tx<'_>) -> Result<(), Reject> {
    let last = tx.row("SELECT at FROM receipt WHERE node = ?1 ORDER BY id DESC LIMIT 1", &[OWN.into()])?;
    crate::settings::clock_holds(tx, last.map_or(Ok(0), |row| row.get(0))?)
}
