//! Tills.

use duken_kernel::{Fault, Read, Reject, Tx};

/// Makes the first till of a store.
///
/// # Errors
/// The engine's.
pub fn first_till(_tx: &mut Tx<'_>) -> Result<i64, Reject> {
    Ok(0)
}
/// The name of a till.
pub fn name_of(_read: &dyn Read, _id: i64) -> Result<Option<String>, Fault> {
    Ok(None)
}
/// x
pub fn find(_read: &dyn Read, _id: i64) -> Result<Option<i64>, Fault> {
    Ok(None)
}
