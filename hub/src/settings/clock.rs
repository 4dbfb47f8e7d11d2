//! The clock: a manager looks at the date when it jumped back, and says that it is right.

use duken_kernel::journal::Draft;
use duken_kernel::writer::set_meta;
use duken_kernel::{Reject, Tx};
use serde::{Deserialize, Serialize};

/// A named person confirmed the hub's date.
pub const CORRECTED: &str = "clock.corrected";

/// The body of `clock.corrected`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Corrected {
    /// What the clock showed, milliseconds since 1970 UTC.
    pub at: i64,
}

/// Confirms the clock as it is now: sales go on.
pub fn confirm() -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    |tx| {
        let at = tx.now_ms;
        let seq = tx.record(Draft::new(CORRECTED, &Corrected { at })?)?;
        set_meta(tx.engine(), "clock.confirmed_ms", &at.to_string())?;
        tx.notify("settings", serde_json::json!({ "clock": seq }));
        Ok(seq)
    }
}
