//! The fewest periods that make up a range of days: whole years, whole months, and the days that are left.

/// The periods (`yyyymmdd`, months `yyyymm00`, years `yyyy0000`) that together are all days from `from` to `to`, both
/// included, in order. A day that no month has counts as within its month. Empty when `to` is before `from`.
///
/// Years outside `years` are left out: a register has no rows there.
#[must_use]
pub fn cover(from: i32, to: i32, years: std::ops::RangeInclusive<i32>) -> Vec<i64> {
    let mut periods = Vec::new();
    for year in years {
        let (first, last) = (year * 10_000 + 101, year * 10_000 + 1231);
        if last < from || first > to {
            continue;
        }
        if from <= first && to >= last {
            periods.push(i64::from(year) * 10_000);
        } else {
            (1..=12).for_each(|month| cover_month(from, to, year * 10_000 + month * 100, &mut periods));
        }
    }
    periods
}

fn cover_month(from: i32, to: i32, month: i32, periods: &mut Vec<i64>) {
    let last = month + days_of(month / 10_000, month / 100 % 100);
    if last < from || month + 1 > to {
        return;
    }
    if from <= month + 1 && to >= last {
        periods.push(i64::from(month));
    } else {
        periods.extend(((month + 1).max(from)..=last.min(to)).map(i64::from));
    }
}

fn days_of(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YEARS: std::ops::RangeInclusive<i32> = 2020..=2027;

    #[test]
    fn whole_years_and_months_are_taken_whole() {
        assert_eq!(cover(2024_01_01, 2025_12_31, YEARS), [2024_0000, 2025_0000]);
        assert_eq!(cover(2024_02_01, 2024_02_29, YEARS), [2024_0200]);
        assert_eq!(cover(2025_02_27, 2025_03_31, YEARS), [2025_0227, 2025_0228, 2025_0300]);
        assert_eq!(cover(0, 9999_12_31, 2025..=2026), [2025_0000, 2026_0000]);
        assert_eq!(cover(2025_03_02, 2025_03_01, YEARS), [] as [i64; 0]);
    }

    /// The days of a period.
    fn days(period: i64) -> Vec<i64> {
        let all = |months: std::ops::RangeInclusive<i64>| {
            let (year, one) = (period / 10_000, period % 100);
            let days = months.flat_map(move |month| (1..=31).map(move |day| year * 10_000 + month * 100 + day));
            days.filter(move |day| one == 0 && day % 100 <= i64::from(days_of(year as i32, (day / 100 % 100) as i32))).collect()
        };
        match (period / 100 % 100, period % 100) {
            (0, _) => all(1..=12),
            (month, 0) => all(month..=month),
            _ => vec![period],
        }
    }

    proptest! {
        #[test]
        fn every_day_is_there_once(from in 2020..2027, to in 2020..2027, m1 in 1..=12, m2 in 1..=12, d1 in 1..=28, d2 in 1..=28) {
            let (from, to) = (from * 10_000 + m1 * 100 + d1, to * 10_000 + m2 * 100 + d2);
            let covered: Vec<i64> = cover(from, to, YEARS).into_iter().flat_map(days).collect();
            let expected: Vec<i64> = (2020..=2027).flat_map(|year| days(year * 10_000)).filter(|d| (i64::from(from)..=i64::from(to)).contains(d)).collect();
            prop_assert_eq!(covered, expected);
        }
    }
}
