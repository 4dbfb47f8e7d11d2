//! Ranges of days against the days themselves, on a real database in a folder of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::journal::OWN;
use duken_kernel::ledger::periods;
use duken_kernel::store::{EVER, Engine};
use duken_kernel::{Read, Writer};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::queries::{ProductSums, product_sums};

/// What one product did on one day: sold, for, came back, for.
type Day = (i32, i64, [i64; 4]);

/// Three products over two and a half years: some sell seldom, one sold on the last day alone.
fn history() -> Vec<Day> {
    let mut days = Vec::new();
    for (year, month) in (2024..=2026).flat_map(|year| (1..=12).map(move |month| (year, month))) {
        for day in [1, 14, 28] {
            let date = year * 10_000 + month * 100 + day;
            if !(2024_05_14..=2026_11_28).contains(&date) {
                continue;
            }
            days.push((date, 1, [1_000 + i64::from(day), 500 + i64::from(month), 0, 0]));
            if month % 3 == 0 {
                days.push((date, 2, [2_000, 900, 0, 0]));
            }
            if day == 28 {
                days.push((date, 1, [0, 0, 500, 250]));
            }
        }
    }
    days.push((2026_11_28, 3, [1_000, 100_000, 0, 0]));
    days
}

fn written(folder: &std::path::Path, history: &[Day]) -> Writer {
    let database = crate::test_database::in_folder(folder);
    let schema = Arc::new(crate::domains::schema());
    let writer = Writer::open(database.open().unwrap(), schema, Arc::new(SystemClock), Arc::new(SystemChance)).unwrap();
    let engine = writer.engine();
    engine.begin().unwrap();
    let (mut by_product, mut by_day) = (BTreeMap::new(), BTreeMap::new());
    let latest = history.iter().map(|(date, ..)| *date).max().unwrap_or_default();
    for (date, product, sums) in history {
        for period in periods(*date).into_iter().chain([EVER]) {
            if period != EVER {
                by_day.insert(period, ());
            }
            // The longer periods of goods hold the days that are over.
            if *date == latest && period != i64::from(latest) {
                continue;
            }
            let kept = by_product.entry((period, *product)).or_insert([0; 4]);
            kept.iter_mut().zip(sums).for_each(|(kept, sum)| *kept += sum);
        }
    }
    for ((period, product), [quantity, sum, returned, returned_sum]) in by_product {
        let row = [OWN, period, product, quantity, sum, returned, returned_sum].map(Into::into);
        let sql = "INSERT INTO sales_product (node, period, product, quantity, sum, returned_quantity, returned_sum, discount, vat, cost, uncosted) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0)";
        engine.execute(sql, &row).unwrap();
    }
    for (period, ()) in by_day {
        let sql = "INSERT INTO sales_day (node, period, sales_count, sales, returns_count, returns, discount, vat, cost) \
                   VALUES (?1, ?2, 1, 1, 0, 0, 0, 0, 0)";
        engine.execute(sql, &[OWN.into(), period.into()]).unwrap();
    }
    engine.commit().unwrap();
    writer
}

/// The same by adding up days one after another.
fn added_up(history: &[Day], from: i32, to: i32) -> Vec<ProductSums> {
    let mut products: BTreeMap<i64, [i64; 4]> = BTreeMap::new();
    for (_, product, sums) in history.iter().filter(|(date, ..)| (from..=to).contains(date)) {
        products.entry(*product).or_default().iter_mut().zip(sums).for_each(|(kept, sum)| *kept += sum);
    }
    let mut shown: Vec<_> = products
        .into_iter()
        .map(|(product, [quantity, sum, returned, returned_sum])| ProductSums {
            product,
            name: String::new(),
            sku: String::new(),
            quantity: Quantity(quantity),
            sum: Amount(sum),
            returned_quantity: Quantity(returned),
            returned_sum: Amount(returned_sum),
            cost: Amount(0),
            uncosted: Quantity(0),
        })
        .collect();
    shown.sort_by_key(|product| (product.returned_sum - product.sum, product.product));
    shown
}

#[test]
fn sums_of_a_range_are_those_of_its_days() {
    let folder = tempfile::tempdir().unwrap();
    let history = history();
    let writer = written(folder.path(), &history);
    let read: &dyn Read = writer.engine();
    let dates = [
        2023_01_01, 2024_01_01, 2024_05_14, 2024_05_15, 2025_01_01, 2025_03_02, 2025_12_31, 2026_02_28, 2026_11_27, 2026_11_28, 2027_01_01,
    ];
    for from in dates {
        for to in dates {
            let whole = product_sums(read, OWN, from, to, 0, 500).unwrap();
            assert_eq!(whole, added_up(&history, from, to), "{from} to {to}");
            let second = product_sums(read, OWN, from, to, 1, 1).unwrap();
            assert_eq!(second, whole.into_iter().skip(1).take(1).collect::<Vec<_>>(), "a page of {from} to {to}");
        }
    }
}
