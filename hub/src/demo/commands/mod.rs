//! What the demo does, by the doors of the domains that do it.

mod furnish;
mod play_day;

pub(super) use furnish::{furnish, hire};
pub(super) use play_day::{Day, play_day};

use duken_kernel::Tx;
use jiff::civil::Date;

use crate::settings::Settings;

/// The moment (milliseconds since 1970 UTC) so many seconds after midnight of a day in the store's zone.
pub(super) fn moment(settings: &Settings, date: Date, seconds: i64) -> i64 {
    let midnight = date.at(0, 0, 0, 0).to_zoned(settings.zone()).map_or(0, |midnight| midnight.timestamp().as_millisecond());
    midnight + seconds * 1_000
}

/// From here on the command plays this moment, at this till, by this person.
fn plays(tx: &mut Tx<'_>, settings: &Settings, at_ms: i64, by: i64, till: Option<i64>) {
    tx.now_ms = at_ms;
    tx.caller.by = Some(by);
    tx.caller.till = till;
    (tx.caller.business_date, tx.caller.zone_offset_min) = settings.date_at(at_ms);
}
