//! Which devices stand at which till.

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};

use crate::tills;

/// The printer of a till.
///
/// # Errors
/// The engine's.
pub fn printer_of_till(read: &dyn Read, till: i64) -> Result<Option<i64>, Fault> {
    Ok(tills::find(read, till)?.and_then(|till| till.printer))
}

/// The payment terminal of a till.
///
/// # Errors
/// The engine's.
pub fn terminal_of_till(read: &dyn Read, till: i64) -> Result<Option<i64>, Fault> {
    Ok(tills::find(read, till)?.and_then(|till| till.terminal))
}

/// The printer whose socket opens the drawer of a till; none when the till has no drawer.
///
/// # Errors
/// The engine's.
pub fn drawer_of_till(read: &dyn Read, till: i64) -> Result<Option<i64>, Fault> {
    Ok(tills::find(read, till)?.and_then(|till| if till.drawer { till.printer } else { None }))
}

/// The tills in use at which a device stands.
///
/// # Errors
/// The engine's.
pub fn tills_of_device(read: &dyn Read, device: i64) -> Result<Vec<i64>, Fault> {
    let stands = |till: &tills::Till| !till.archived && [till.printer, till.terminal, till.scanner].contains(&Some(device));
    Ok(tills::all(read, OWN)?.into_iter().filter(stands).map(|till| till.id).collect())
}
