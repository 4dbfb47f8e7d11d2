//! What a list looks at.

use std::collections::BTreeMap;

use duken_kernel::journal::{self, OWN};
use duken_kernel::{Fault, Read};

use super::items::{List, Looks};
use crate::settings::Settings;
use crate::{payments, reports, tills};

/// The moment a list is read, and for which days it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub at_ms: i64,
    /// Today in the store's zone, `yyyymmdd`.
    pub today: i32,
    /// The Monday of this week.
    pub monday: i32,
}

impl Now {
    pub(super) fn of(settings: &Settings, at_ms: i64) -> Self {
        let today = settings.date_at(at_ms).0;
        let back = (0..7).find(|back| weekday(settings.date_at(at_ms - back * DAY_MS).0) == 1).unwrap_or(0);
        Self { at_ms, today, monday: settings.date_at(at_ms - back * DAY_MS).0 }
    }

    pub(super) const fn period(self, list: List) -> i32 {
        match list {
            List::Opening | List::Closing => self.today,
            List::Weekly => self.monday,
        }
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

/// 1 is Monday.
fn weekday(date: i32) -> i8 {
    let part = |number: i32| i8::try_from(number).unwrap_or(1);
    let year = i16::try_from(date / 10_000).unwrap_or(1970);
    jiff::civil::Date::new(year, part(date / 100 % 100), part(date % 100)).map_or(0, |day| day.weekday().to_monday_one_offset())
}

/// How many there are of what an item looks at; nothing for what only a person sees.
pub(super) fn count(read: &dyn Read, looks: Looks, settings: &Settings, now: Now, backup_ill: bool) -> Result<Option<i64>, Fault> {
    let number =
        |sql: &str, params: &[duken_kernel::store::Value]| -> Result<i64, Fault> { read.row(sql, params)?.map_or(Ok(0), |row| row.get(0)) };
    Ok(Some(match looks {
        Looks::ShiftOpen | Looks::ShiftsClosed => tills::open_shifts(read, OWN)?.len() as i64,
        Looks::ShiftsOverdue => {
            let most_ms = i64::from(settings.max_shift_hours) * 3_600_000;
            tills::open_shifts(read, OWN)?.iter().filter(|shift| now.at_ms - shift.opened_ms > most_ms).count() as i64
        }
        Looks::PaymentsUnknown => {
            payments::unsettled(read, OWN)?.iter().filter(|payment| payment.state == payments::State::Unknown).count() as i64
        }
        Looks::CashExplained => number(
            "SELECT COUNT(*) FROM shift_closed c JOIN shift_opened o ON o.node = c.node AND o.shift = c.shift \
             WHERE c.node = ?1 AND o.date = ?2 AND c.expected <> c.counted AND c.explanation = ''",
            &[OWN.into(), now.today.into()],
        )?,
        Looks::ReturnsWaiting => number("SELECT COUNT(*) FROM pending_return WHERE result IS NULL", &[])?,
        Looks::LowStock => reports::low_stock(read, OWN)?,
        Looks::NoPrice => reports::without_price(read, OWN)?,
        Looks::NoPhoto => number("SELECT COUNT(*) FROM product WHERE node = ?1 AND archived = 0 AND photos = ''", &[OWN.into()])?,
        Looks::Counted => corrections_since(read, now.monday)?,
        Looks::Backup => i64::from(backup_ill),
        Looks::Nothing => return Ok(None),
    }))
}

/// Corrections of stock recorded on this day or later, as many as a week may have.
fn corrections_since(read: &dyn Read, monday: i32) -> Result<i64, Fault> {
    const LOOKED_AT: usize = 500;
    let rows = read.rows("SELECT seq FROM stock_adjustment WHERE node = ?1 ORDER BY seq DESC LIMIT 500", &[OWN.into()])?;
    let mut found = 0;
    for row in rows.iter().take(LOOKED_AT) {
        match journal::read_one(read, OWN, row.get(0)?)? {
            Some(entry) if entry.head().date >= monday => found += 1,
            _ => break,
        }
    }
    Ok(found)
}

/// Whether a count means that there is nothing left to do.
pub(super) const fn is_done(looks: Looks, count: i64) -> bool {
    match looks {
        Looks::ShiftOpen | Looks::Counted => count > 0,
        Looks::Nothing => false,
        Looks::ShiftsClosed
        | Looks::ShiftsOverdue
        | Looks::PaymentsUnknown
        | Looks::CashExplained
        | Looks::ReturnsWaiting
        | Looks::LowStock
        | Looks::NoPrice
        | Looks::NoPhoto
        | Looks::Backup => count == 0,
    }
}

/// Who ticked which item of a list in this period, and when (milliseconds since 1970 UTC).
pub(super) fn ticks(read: &dyn Read, list: List, period: i32) -> Result<BTreeMap<String, (i64, i64)>, Fault> {
    read.rows("SELECT item, person, at_ms FROM checklist_tick WHERE list = ?1 AND period = ?2", &[list.name().into(), period.into()])?
        .iter()
        .map(|row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Looks, is_done, weekday};

    #[test]
    fn monday_is_the_first_day() {
        assert_eq!([20260112, 20260113, 20260118].map(weekday), [1, 2, 7]);
    }

    #[test]
    fn some_things_are_done_when_there_is_one_others_when_there_is_none() {
        assert!(is_done(Looks::ShiftOpen, 1) && !is_done(Looks::ShiftOpen, 0));
        assert!(is_done(Looks::ShiftsClosed, 0) && !is_done(Looks::ShiftsClosed, 2));
    }
}
