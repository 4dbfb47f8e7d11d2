//! What sells at this hour: in the morning bread and milk, in the evening something else [C17].

use std::collections::HashMap;

use duken_kernel::{Fault, Read, journal};

use super::document::{COMPLETED, Completed, Series};
use crate::settings::Settings;

/// So many days are looked back on; today is left out, so that the order stays for the hour.
const DAYS: i64 = 14;
/// So many of the latest receipts are read: some ten milliseconds.
const RECEIPTS: usize = 400;
/// So many goods come before the rest.
const MOST: usize = 24;
/// A product that was on one receipt alone is nobody's favourite.
const TIMES: i64 = 2;
const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;
/// The hour itself, and half an hour on either side.
const REACH_MINUTES: i64 = 60;

/// Goods of a node by how many receipts had them about this hour of the last two weeks, the most first: the product and how many.
///
/// # Errors
/// The engine's.
pub fn at_this_hour(read: &dyn Read, node: i64, settings: &Settings, now_ms: i64) -> Result<Vec<(i64, i64)>, Fault> {
    let (today, offset_min) = settings.date_at(now_ms);
    let minute = |at_ms: i64| (at_ms / MINUTE_MS + i64::from(offset_min)).rem_euclid(DAY_MINUTES);
    let middle = minute(now_ms) / 60 * 60 + 30;
    let near = |at_ms: i64| {
        let apart = (minute(at_ms) - middle).rem_euclid(DAY_MINUTES);
        apart.min(DAY_MINUTES - apart) <= REACH_MINUTES
    };
    let rows = read.rows(
        "SELECT id, at FROM receipt WHERE node = ?1 AND date >= ?2 AND date < ?3 AND series = ?4 ORDER BY date DESC, id DESC",
        &[node.into(), settings.date_at(now_ms - DAYS * DAY_MINUTES * MINUTE_MS).0.into(), today.into(), (Series::Sale as i64).into()],
    )?;
    let mut times: HashMap<i64, i64> = HashMap::new();
    let mut receipts = 0;
    for row in &rows {
        if receipts == RECEIPTS {
            break;
        }
        if !near(row.get(1)?) {
            continue;
        }
        let Some(entry) = journal::read_one(read, node, row.get(0)?)?.filter(|entry| entry.kind() == COMPLETED) else { continue };
        receipts += 1;
        let mut products: Vec<i64> = entry.body::<Completed>()?.lines.iter().map(|line| line.p).collect();
        products.sort_unstable();
        products.dedup();
        for product in products {
            *times.entry(product).or_default() += 1;
        }
    }
    let mut liked: Vec<(i64, i64)> = times.into_iter().filter(|(_, times)| *times >= TIMES).collect();
    liked.sort_unstable_by_key(|(product, times)| (-times, *product));
    liked.truncate(MOST);
    Ok(liked)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;

    use duken_kernel::context::{SystemChance, SystemClock};
    use duken_kernel::journal::{Draft, OWN};
    use duken_kernel::writer::{Caller, Job};
    use duken_kernel::{Tx, Writer};
    use duken_protocol::money::{Amount, Currency};
    use duken_protocol::quantity::Quantity;

    use super::*;
    use crate::sales::document::{Line, Number};

    const NOW: &str = "2026-11-30T08:40:00+05:00";

    fn ms(at: &str) -> i64 {
        at.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    fn line(product: i64) -> Line {
        Line {
            p: product,
            n: "x".to_owned(),
            sku: String::new(),
            u: "pcs".to_owned(),
            q: Quantity(1_000),
            price: Amount::ZERO,
            disc: Amount::ZERO,
            sum: Amount::ZERO,
            rate: 0,
            vat: Amount::ZERO,
            cost: None,
            service: true,
            of: None,
            g: None,
        }
    }

    fn opened(folder: &tempfile::TempDir) -> Writer {
        let database = crate::test_database::in_folder(folder.path());
        let schema = Arc::new(crate::domains::schema());
        Writer::open(database.open().unwrap(), schema, Arc::new(SystemClock), Arc::new(SystemChance)).unwrap()
    }

    /// Receipts of these moments (Almaty) with these goods.
    fn sold(writer: &mut Writer, receipts: &[(&str, &[i64])]) {
        for (serial, (at, products)) in receipts.iter().enumerate() {
            let at_ms = ms(&format!("{at}:00+05:00"));
            let date: i32 = at[..10].replace('-', "").parse().unwrap();
            let body = Completed {
                number: Number { year: 2026, serial: serial as i64 + 1, epoch: 0 },
                receipt: 1,
                shift: 1,
                till: 1,
                customer: None,
                currency: Currency::KZT,
                lines: products.iter().map(|product| line(*product)).collect(),
                rounding: Amount::ZERO,
                total: Amount::ZERO,
                payments: Vec::new(),
                reason: None,
            };
            let (sender, receiver) = channel();
            let run = move |tx: &mut Tx<'_>| {
                tx.now_ms = at_ms;
                Ok(tx.record(Draft::new(COMPLETED, &body)?.dated(date))?)
            };
            let caller = Caller { business_date: date, ..Caller::default() };
            writer.step(vec![Job { caller, run: Box::new(run), answer: Box::new(move |outcome| sender.send(outcome).unwrap()) }]);
            receiver.recv().unwrap().unwrap();
        }
    }

    #[test]
    fn what_sold_about_this_hour_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = opened(&folder);
        let (milk, bread, beer, gum) = (11, 12, 13, 14);
        sold(
            &mut writer,
            &[
                ("2026-11-10T08:30", &[gum, gum, gum]), // too long ago
                ("2026-11-11T08:30", &[gum]),
                ("2026-11-28T08:10", &[milk, bread]),
                ("2026-11-28T09:25", &[milk, milk, milk]), // one receipt, however many lines
                ("2026-11-28T19:00", &[beer]),
                ("2026-11-29T07:35", &[milk, bread, gum]),
                ("2026-11-29T19:10", &[beer, milk]),
                ("2026-11-29T20:10", &[beer]),
                ("2026-11-30T08:05", &[gum]), // today does not count yet
            ],
        );
        let settings = Settings::default();
        let at = |now: &str| at_this_hour(writer.engine(), OWN, &settings, ms(now)).unwrap();
        assert_eq!(at(NOW), [(milk, 3), (bread, 2)]);
        assert_eq!(at("2026-11-30T19:05:00+05:00"), [(beer, 3)]);
        assert_eq!(at("2026-11-30T03:00:00+05:00"), []);
        assert_eq!(at_this_hour(writer.engine(), OWN + 1, &settings, ms(NOW)).unwrap(), []);
    }

    #[test]
    fn the_night_goes_over_midnight() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = opened(&folder);
        sold(&mut writer, &[("2026-11-27T23:40", &[5]), ("2026-11-28T00:20", &[5]), ("2026-11-28T02:00", &[5])]);
        let liked = at_this_hour(writer.engine(), OWN, &Settings::default(), ms("2026-11-30T00:05:00+05:00")).unwrap();
        assert_eq!(liked, [(5, 2)]);
    }
}
