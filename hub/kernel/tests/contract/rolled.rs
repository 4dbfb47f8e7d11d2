//! Sums by day that are rolled up: months, years and all time hold the days that are over, in whatever groups they came.

use std::collections::BTreeMap;

use duken_kernel::Read;
use duken_kernel::replay::{rebuild, verify};
use duken_kernel::store::{Add, Deferred, EVER, Engine, latest_day};

use super::house::{DAY, Said, on_each, run, says_on, schema};

/// Days as a shop has them: most in order, some of earlier days, months and years that end, two nodes beside each other.
fn days() -> Vec<(i64, i32, &'static str, i64)> {
    let dates = [
        2025_12_30, 2025_12_30, 2025_12_31, 2025_12_30, 2026_01_01, 2026_01_01, 2025_12_31, 2026_01_02, 2026_02_03, 2026_01_02, 2026_02_03,
        2024_02_29, 2026_02_03, 2026_02_04,
    ];
    let of = |node: i64| dates.iter().enumerate().map(move |(at, date)| (node, *date, ["a", "b", "c"][at % 3], (at as i64 - 4) * node));
    // The second node ends earlier.
    of(1).zip(of(2)).enumerate().flat_map(|(at, (one, two))| std::iter::once(one).chain((at < 7).then_some(two))).collect()
}

/// What the rows must be, from all that came.
fn expected(days: &[(i64, i32, &'static str, i64)]) -> Vec<String> {
    let mut rows: BTreeMap<(i64, i64, &str), [i64; 2]> = BTreeMap::new();
    for (node, date, name, size) in days {
        let latest = days.iter().filter(|other| other.0 == *node).map(|other| other.1).max().unwrap();
        let day = i64::from(*date);
        let above = (*date < latest).then_some([day / 100 * 100, day / 10_000 * 10_000, EVER]);
        for period in std::iter::once(day).chain(above.into_iter().flatten()) {
            let row = rows.entry((*node, period, name)).or_default();
            *row = [row[0] + 1, row[1] + size];
        }
    }
    rows.into_iter().map(|((node, period, name), [times, size])| format!("{node} {period} {name} {times} {size}")).collect()
}

fn found(read: &dyn Read) -> Vec<String> {
    let rows = read.rows("SELECT node, period, name, times, size FROM thing_day ORDER BY node, period, name", &[]).unwrap();
    let row = |row: &duken_kernel::Row| {
        let number = |column| row.get::<i64>(column).unwrap();
        format!("{} {} {} {} {}", number(0), number(1), row.get::<String>(2).unwrap(), number(3), number(4))
    };
    rows.iter().map(row).collect()
}

#[test]
fn rows_do_not_depend_on_the_groups_that_they_came_in() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        for group in [1, 2, 3, 5, days().len()] {
            engine.begin().unwrap();
            engine.execute("DELETE FROM thing_day", &[]).unwrap();
            for some in days().chunks(group) {
                let mut sums = Deferred::default();
                for (node, date, name, size) in some {
                    sums.push(*node, Add { table: &DAY, key: vec![(*date).into(), (*name).into()], deltas: vec![1, *size] });
                }
                sums.flush(engine).unwrap();
            }
            assert_eq!(found(engine), expected(&days()), "in groups of {group}");
            assert_eq!(latest_day(engine, "thing_day", 1).unwrap(), Some(2026_02_04));
            assert_eq!(latest_day(engine, "thing_day", 2).unwrap(), Some(2026_01_01));
            assert_eq!(latest_day(engine, "thing_day", 3).unwrap(), None);
            engine.rollback();
        }
    });
}

#[test]
fn a_replay_gives_the_same_rows() {
    on_each(|house| {
        let mut writer = house.writer();
        let own: Vec<_> = days().into_iter().filter(|day| day.0 == 1).collect();
        for some in own.chunks(3) {
            let says = |(_, date, name, size): &(i64, i32, &'static str, i64)| {
                says_on(*date, Said { name: (*name).to_owned(), size: Some(*size), ..Said::default() })
            };
            assert!(run(&mut writer, some.iter().map(says).collect()).iter().all(Result::is_ok));
        }
        let rows =
            |read: &dyn Read| -> Vec<String> { found(read).into_iter().map(|row| row.split_once(' ').unwrap().1.to_owned()).collect() };
        let without_node: Vec<String> = expected(&own).into_iter().map(|row| row.split_once(' ').unwrap().1.to_owned()).collect();
        assert_eq!(rows(writer.engine()), without_node);
        let proof = verify(writer.engine(), &schema()).unwrap();
        assert!(proof.holds, "{proof:#?}");
        writer.engine().begin().unwrap();
        rebuild(writer.engine(), &schema()).unwrap();
        writer.engine().commit().unwrap();
        assert_eq!(rows(writer.engine()), without_node);
    });
}

#[test]
fn a_sum_on_no_day_is_refused() {
    on_each(|house| {
        let mut writer = house.writer();
        for date in [2026_11_00, 2026_00_00, 2026_13_01, 2026_11_40, 0, -1] {
            let answers = run(&mut writer, vec![says_on(date, Said::default())]);
            assert!(answers[0].is_err(), "{date} is taken for a day");
        }
        assert_eq!(found(writer.engine()), Vec::<String>::new());
    });
}
