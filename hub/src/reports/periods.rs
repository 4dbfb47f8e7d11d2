//! The fewest rows of a register that make up a range of days: whole years, whole months, and the days that are left;
//! or a whole year or month without the days that do not belong.

use std::ops::RangeInclusive;

/// How many products sell in a month, and in a year, for each that sells in a day: about.
const MONTH: usize = 8;
const YEAR: usize = 12;

/// Periods (`yyyymmdd`, months `yyyymm00`, years `yyyy0000`) that together are a range of days, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// Their sums are added,
    pub plus: Vec<i64>,
    /// and these are taken away again.
    pub minus: Vec<i64>,
}

impl Cover {
    /// The days from `from` to `to`, both included, of a register that knows days of `known` alone. A day that no month has
    /// counts as within its month. Empty when there are none.
    #[must_use]
    pub fn of(from: i32, to: i32, known: &RangeInclusive<i32>) -> Self {
        let (first, last) = (*known.start(), *known.end());
        let wanted = from.max(first)..=to.min(last);
        let mut cover = Self::default();
        if wanted.is_empty() {
            return cover;
        }
        for year in wanted.start() / 10_000..=wanted.end() / 10_000 {
            let parts = Self::months(year, &wanted, known);
            let before = Self::months(year, &(first..=wanted.start() - 1), known);
            let after = Self::months(year, &(wanted.end() + 1..=last), known);
            if YEAR + before.rows() + after.rows() <= parts.rows() {
                cover.plus.push(i64::from(year) * 10_000);
                cover.take_away(before);
                cover.take_away(after);
            } else {
                cover.add(parts);
            }
        }
        cover
    }

    /// What of a year belongs to a range.
    fn months(year: i32, wanted: &RangeInclusive<i32>, known: &RangeInclusive<i32>) -> Self {
        let mut cover = Self::default();
        for month in (1..=12).map(|month| year * 10_000 + month * 100) {
            let days = (month + 1..=month + days_of(year, month / 100 % 100)).filter(|day| known.contains(day));
            let (inside, outside): (Vec<i32>, Vec<i32>) = days.partition(|day| wanted.contains(day));
            if inside.is_empty() {
                continue;
            }
            if outside.is_empty() || MONTH + outside.len() < inside.len() {
                cover.plus.push(i64::from(month));
                cover.minus.extend(outside.into_iter().map(i64::from));
            } else {
                cover.plus.extend(inside.into_iter().map(i64::from));
            }
        }
        cover
    }

    fn add(&mut self, other: Self) {
        self.plus.extend(other.plus);
        self.minus.extend(other.minus);
    }

    fn take_away(&mut self, other: Self) {
        self.plus.extend(other.minus);
        self.minus.extend(other.plus);
    }

    /// How many rows are read, about: in such as a day has.
    fn rows(&self) -> usize {
        let rows = |period: &i64| if period % 100 != 0 { 1 } else { MONTH };
        self.plus.iter().chain(&self.minus).map(rows).sum()
    }
}

/// The day after a day.
pub fn day_after(day: i32) -> i32 {
    let (year, month) = (day / 10_000, day / 100 % 100);
    if day % 100 < days_of(year, month) {
        return day + 1;
    }
    if month == 12 { (year + 1) * 10_000 + 101 } else { year * 10_000 + (month + 1) * 100 + 1 }
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

    const KNOWN: RangeInclusive<i32> = 2020_01_01..=2027_12_31;

    fn plus(periods: &[i64]) -> Cover {
        Cover { plus: periods.to_vec(), minus: Vec::new() }
    }

    #[test]
    fn whole_years_and_months_are_taken_whole() {
        assert_eq!(Cover::of(2024_01_01, 2025_12_31, &KNOWN), plus(&[2024_0000, 2025_0000]));
        assert_eq!(Cover::of(2024_02_01, 2024_02_29, &KNOWN), plus(&[2024_0200]));
        assert_eq!(Cover::of(2025_02_27, 2025_03_31, &KNOWN), plus(&[2025_0227, 2025_0228, 2025_0300]));
        assert_eq!(Cover::of(0, 9999_12_31, &(2025_01_01..=2026_12_31)), plus(&[2025_0000, 2026_0000]));
        assert_eq!(Cover::of(2025_03_02, 2025_03_01, &KNOWN), plus(&[]));
    }

    #[test]
    fn what_is_not_known_is_not_asked_for() {
        assert_eq!(Cover::of(2024_03_05, 2026_11_30, &(2024_03_05..=2026_11_30)), plus(&[2024_0000, 2025_0000, 2026_0000]));
        assert_eq!(Cover::of(2026_11_01, 2026_11_30, &(2026_11_20..=2026_11_30)), plus(&[2026_1100]));
        assert_eq!(Cover::of(2026_01_01, 2026_01_31, &(2026_11_20..=2026_11_30)), plus(&[]));
    }

    #[test]
    fn a_few_days_are_taken_away_where_that_is_less() {
        let all_but_today = Cover { plus: vec![2026_0000], minus: vec![2026_1130] };
        assert_eq!(Cover::of(2026_01_01, 2026_11_29, &(2026_01_01..=2026_11_30)), all_but_today);
        let all_but_one = Cover { plus: vec![2025_0300], minus: vec![2025_0301] };
        assert_eq!(Cover::of(2025_03_02, 2025_03_31, &KNOWN), all_but_one);
    }

    #[test]
    fn a_day_follows_another() {
        let pairs = [(2026_11_29, 2026_11_30), (2026_11_30, 2026_12_01), (2024_02_28, 2024_02_29), (2025_02_28, 2025_03_01)];
        assert!(pairs.into_iter().all(|(day, next)| day_after(day) == next));
        assert_eq!(day_after(2026_12_31), 2027_01_01);
    }

    /// The days of a period.
    fn days(period: i64) -> Vec<i64> {
        let all = |months: RangeInclusive<i64>| {
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

    fn date() -> impl Strategy<Value = i32> {
        (2020..2027, 1..=12, 1..=28).prop_map(|(year, month, day)| year * 10_000 + month * 100 + day)
    }

    proptest! {
        #[test]
        fn every_day_is_there_once(from in date(), to in date(), first in date(), last in date()) {
            let known = first..=last;
            let cover = Cover::of(from, to, &known);
            let mut times = std::collections::BTreeMap::new();
            cover.plus.into_iter().flat_map(days).for_each(|day| *times.entry(day).or_insert(0) += 1);
            cover.minus.into_iter().flat_map(days).for_each(|day| *times.entry(day).or_insert(0) -= 1);
            for day in (2020..=2027).flat_map(|year| days(year * 10_000)) {
                let date = day as i32;
                // A day that is not known has no rows, wherever it is counted.
                let expected = i32::from((from..=to).contains(&date));
                prop_assert!(!known.contains(&date) || times.get(&day).copied().unwrap_or(0) == expected, "{day}");
            }
        }
    }
}
