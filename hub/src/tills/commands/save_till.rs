//! A till's card.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Reject, Tx};

use crate::tills::project::{TILL_SAVED, TillSaved};
use crate::tills::{NAME_MISSING, NUMBER_TAKEN, SHIFT_OPEN, queries};
use crate::web::{CARD_CHANGED, CARD_NOT_FOUND, NAME_LENGTH, typed};

/// A till's card as it is to be.
#[derive(Debug, Clone)]
pub struct SaveTill {
    /// The card; none to make one.
    pub id: Option<i64>,
    /// The version it was edited from.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its number for people; the next free one when absent.
    pub number: Option<i64>,
    /// Its receipt printer.
    pub printer: Option<i64>,
    /// Its payment terminal.
    pub terminal: Option<i64>,
    /// Its scanner.
    pub scanner: Option<i64>,
    /// Whether a drawer hangs on the printer.
    pub drawer: bool,
    /// Whether it is put away.
    pub archived: bool,
}

/// Makes a till without devices.
///
/// # Errors
/// The engine's.
pub fn make_till(tx: &mut Tx<'_>, name: &str, number: i64) -> Result<i64, Reject> {
    let card =
        TillSaved { id: None, name: name.to_owned(), number, printer: None, terminal: None, scanner: None, drawer: true, archived: false };
    Ok(tx.record(Draft::new(TILL_SAVED, &card)?)?)
}

/// Saves a till's card.
///
/// # Errors
/// `till.name_missing`, `card.not_found`, `card.changed`, `till.number_taken`, `till.shift_open` when it is put away with an open shift.
pub fn save_till(input: SaveTill) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let name = typed(&input.name, "name", NAME_LENGTH)?;
        if name.is_empty() {
            return Err(NAME_MISSING.refuse().field("name").into());
        }
        if let Some(id) = input.id {
            let before = queries::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            if before.version != input.version {
                return CARD_CHANGED.err();
            }
            if input.archived && queries::open_shift(tx, OWN, id)?.is_some() {
                return SHIFT_OPEN.err();
            }
        }
        let tills = queries::all(tx, OWN)?;
        let number = input.number.unwrap_or_else(|| tills.iter().map(|till| till.number).max().unwrap_or(0) + 1);
        if tills.iter().any(|till| till.number == number && Some(till.id) != input.id) {
            return Err(NUMBER_TAKEN.refuse().field("number").into());
        }
        let card = TillSaved {
            id: input.id,
            name,
            number,
            printer: input.printer,
            terminal: input.terminal,
            scanner: input.scanner,
            drawer: input.drawer,
            archived: input.archived,
        };
        let seq = tx.record(Draft::new(TILL_SAVED, &card)?)?;
        let id = input.id.unwrap_or(seq);
        tx.notify(format!("till:{id}"), serde_json::json!({ "card": seq }));
        tx.notify("devices", serde_json::json!({ "till": id.to_string() }));
        Ok(id)
    }
}
