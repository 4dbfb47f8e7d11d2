//! The sheet: made once, held in memory for the minutes in which it is printed, then gone. The journal keeps its public
//! key and who made it.

use std::sync::{Mutex, PoisonError};

use duken_kernel::journal::Draft;
use duken_kernel::{Fault, Tx};
use duken_protocol::ids::RequestId;
use serde::{Deserialize, Serialize};

use super::SHEET_MADE;
use super::words::{SheetKey, Words};

/// How long a new sheet can be printed.
pub const PRINTABLE_MS: i64 = 30 * 60_000;

/// A sheet as the journal holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetMade {
    /// Its public key, [`SheetKey::text`].
    pub key: String,
    /// What it is called on paper.
    pub name: String,
}

/// Records a new sheet; backups made from now on are sealed to it. Answers with the entry's number.
///
/// # Errors
/// The engine's.
pub fn record(tx: &mut Tx<'_>, key: &SheetKey) -> Result<i64, Fault> {
    tx.notify("backup", serde_json::json!({ "sheet": key.name() }));
    tx.record(Draft::new(SHEET_MADE, &SheetMade { key: key.text(), name: key.name() })?)
}

/// Words that can still be printed.
#[derive(Clone)]
pub struct Fresh {
    /// The request that made them: its repeat is answered with the same.
    pub request: RequestId,
    /// Who made them; only he sees them.
    pub by: i64,
    /// The words.
    pub words: Words,
    /// When they were made: milliseconds since 1970 UTC.
    pub made_ms: i64,
}

/// What a running hub keeps of the last sheet.
#[derive(Default)]
pub struct Recovery {
    fresh: Mutex<Option<Fresh>>,
}

impl Recovery {
    /// Holds new words for as long as they may be printed.
    pub fn hold(&self, fresh: Fresh) {
        *self.fresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
    }

    /// The words that can still be printed; those of an older moment are forgotten here.
    #[must_use]
    pub fn fresh(&self, now_ms: i64) -> Option<Fresh> {
        let mut held = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|fresh| !(0..PRINTABLE_MS).contains(&(now_ms - fresh.made_ms))) {
            *held = None;
        }
        held.clone()
    }

    /// Forgets the words: they are on paper.
    pub fn forget(&self) {
        *self.fresh.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use duken_kernel::context::SystemChance;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn words_can_be_printed_for_half_an_hour() {
        let recovery = Recovery::default();
        let request = RequestId::new(Uuid::now_v7()).unwrap();
        recovery.hold(Fresh { request, by: 4, words: Words::make(&SystemChance), made_ms: 1_000 });
        assert!(recovery.fresh(1_000 + PRINTABLE_MS - 1).is_some());
        assert!(recovery.fresh(1_000 + PRINTABLE_MS).is_none());
        assert!(recovery.fresh(1_000).is_none(), "they do not come back");
    }
}
