//! Sums by day with their months, years and all time ([`Sums::RolledUp`]): a day is added to them when it is over.
//!
//! Over is a day of a node once the table has a later one of that node. What is added to such a day later (a document of an
//! earlier date) is added to its month, year and all time at once. So the rows follow from the entries alone, in whatever
//! groups they are written (J3).

use std::collections::BTreeMap;

use super::{Add, Deferred, Engine, Read, Sums, Table, Value};
use crate::ledger::periods;
use crate::refusal::Fault;

/// The period of all days together.
pub const EVER: i64 = 0;

/// The latest day (`yyyymmdd`) of a node in a table that is rolled up: its longer periods do not hold it.
///
/// # Errors
/// As [`Read::rows`].
pub fn latest_day(read: &dyn Read, table: &str, node: i64) -> Result<Option<i32>, Fault> {
    // The row of a day is greater than those of what it belongs to, which are there for earlier days alone.
    let row = read.row(&format!("SELECT period FROM {table} WHERE node = ?1 ORDER BY period DESC LIMIT 1"), &[node.into()])?;
    row.map(|row| row.get(0)).transpose()
}

/// Whether a number is a day of a month and a year.
pub(crate) fn is_day(number: i64) -> bool {
    (1..=31).contains(&(number % 100)) && (1..=12).contains(&(number / 100 % 100)) && (1..=9_999).contains(&(number / 10_000))
}

/// What a day belongs to: its month, its year, all days.
fn above(day: i32) -> [i64; 3] {
    let [_, month, year] = periods(day);
    [month, year, EVER]
}

/// Adds the longer periods that follow from the days that wait, and rolls up the days that are over with them.
pub(super) fn roll_up(waiting: &mut Deferred, engine: &dyn Engine) -> Result<(), Fault> {
    let days = || waiting.iter().filter(|(table, ..)| table.sums == Sums::RolledUp);
    // By node and table: the latest day that waits, then the latest that will be there.
    let mut latest: BTreeMap<(i64, &str), (&'static Table, i32)> = BTreeMap::new();
    for (table, node, key, _) in days() {
        let known = latest.entry((node, table.name)).or_insert((table, 0));
        known.1 = known.1.max(day_of(key));
    }
    for ((node, _), (table, latest)) in &mut latest {
        let Some(kept) = latest_day(engine, table.name, *node)? else { continue };
        if kept < *latest {
            above(kept).into_iter().try_for_each(|period| copy(engine, table, *node, kept, period))?;
        }
        *latest = kept.max(*latest);
    }
    let mut rolled = Vec::new();
    for (table, node, key, deltas) in days() {
        let day = day_of(key);
        let periods = above(day);
        if latest.get(&(node, table.name)).is_some_and(|(_, latest)| day < *latest) {
            rolled.extend(periods.map(|period| {
                let key = std::iter::once(Value::Int(period)).chain(key[1..].iter().cloned()).collect();
                (node, Add { table, key, deltas: deltas.to_vec() })
            }));
        }
    }
    waiting.absorb(rolled);
    Ok(())
}

/// The day of a sum: a projection that names none is refused before ([`is_day`]).
fn day_of(key: &[Value]) -> i32 {
    if let Some(Value::Int(day)) = key.first() { i32::try_from(*day).unwrap_or(0) } else { 0 }
}

/// Adds the rows of a day that the engine keeps to those of a period.
fn copy(engine: &dyn Engine, table: &Table, node: i64, day: i32, period: i64) -> Result<(), Fault> {
    let shape = table.adds();
    let names = shape.names();
    let others = &names[2..];
    let sql = format!(
        "INSERT INTO {0} AS kept ({1}) SELECT node, {period}, {2} FROM {0} WHERE node = ?1 AND period = ?2{3}",
        table.name,
        names.join(", "),
        others.join(", "),
        shape.on_clash("kept")
    );
    engine.execute(&sql, &[node.into(), day.into()])?;
    Ok(())
}
