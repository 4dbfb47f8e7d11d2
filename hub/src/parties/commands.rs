//! Saving and erasing customers.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::vault::{drop_blob, keep_blob};
use duken_kernel::{Read, Reject, Tx};

use super::project::{ERASED, Erased, Person, SAVED, Saved};
use super::{ERASED as GONE, NAME_MISSING, PHONE_INVALID, PHONE_TAKEN, queries};
use crate::staff::phone_digits;
use crate::web::{CARD_CHANGED, CARD_NOT_FOUND, NAME_LENGTH, NOTE_LENGTH, typed};

/// A customer as he is to be.
#[derive(Debug, Clone)]
pub struct SaveCustomer {
    /// The card; none to make one.
    pub id: Option<i64>,
    /// The version it was edited from.
    pub version: i64,
    /// Name.
    pub name: String,
    /// Phone, as typed; may be empty.
    pub phone: String,
    /// A note.
    pub note: String,
}

/// Saves a customer.
///
/// # Errors
/// `customer.name_missing`, `customer.phone_invalid`, `card.not_found`, `customer.erased`, `card.changed`, `customer.phone_taken`.
pub fn save(input: SaveCustomer) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let name = typed(&input.name, "name", NAME_LENGTH)?;
        let note = typed(&input.note, "note", NOTE_LENGTH)?;
        let phone = if input.phone.trim().is_empty() {
            String::new()
        } else {
            phone_digits(&input.phone).ok_or_else(|| PHONE_INVALID.refuse().field("phone"))?
        };
        if name.is_empty() && phone.is_empty() {
            return Err(NAME_MISSING.refuse().field("name").into());
        }
        if let Some(id) = input.id {
            let before = queries::find(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            if before.erased {
                return GONE.err();
            }
            if before.version != input.version {
                return CARD_CHANGED.err();
            }
        }
        if !phone.is_empty() && queries::by_phone(tx, OWN, &phone)?.is_some_and(|other| Some(other.id) != input.id) {
            return Err(PHONE_TAKEN.refuse().field("phone").into());
        }
        let person = Person { name, phone, note };
        let blob = keep_blob(tx.engine(), tx.chance(), &serde_json::to_string(&person)?)?;
        let seq = tx.record(Draft::new(SAVED, &Saved { id: input.id, blob })?)?;
        Ok(input.id.unwrap_or(seq))
    }
}

/// Erases a person: his data is dropped for good, his documents stay.
///
/// # Errors
/// `card.not_found`.
pub fn erase(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let customer = queries::find(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if customer.erased {
            return Ok(id);
        }
        let forget = blobs_of(tx, id)?;
        for blob in &forget {
            drop_blob(tx.engine(), blob)?;
        }
        tx.record(Draft::new(ERASED, &Erased { id, forget })?)?;
        Ok(id)
    }
}

/// Every blob that ever described a person: the one on his card, and those of earlier versions, found by reading the
/// journal from the card's first entry on.
fn blobs_of(tx: &Tx<'_>, id: i64) -> Result<Vec<String>, Reject> {
    const CHUNK: i64 = 1_000;
    let mut blobs = Vec::new();
    let mut after = id - 1;
    loop {
        let chunk = duken_kernel::journal::read_after(tx as &dyn Read, OWN, after, CHUNK)?;
        let Some(last) = chunk.last() else { return Ok(blobs) };
        after = last.seq;
        for raw in chunk {
            let entry = duken_kernel::journal::Entry::parse(OWN, raw)?;
            if entry.kind() == SAVED {
                let saved: Saved = entry.body()?;
                if saved.id.unwrap_or(entry.seq) == id {
                    blobs.push(saved.blob);
                }
            }
        }
    }
}
