//! What sums ought to be, worked out again from the rules alone. Money in hundredths, quantities in thousandths.

/// `a × b ÷ c`, halves away from zero.
#[must_use]
pub fn scaled(a: i64, b: i64, c: i64) -> i64 {
    let product = i128::from(a) * i128::from(b);
    let c = i128::from(c);
    let half = if product < 0 { -c / 2 } else { c / 2 };
    i64::try_from((product + half) / c).unwrap_or(i64::MAX)
}

/// To the nearest multiple of a step.
#[must_use]
pub fn rounded(sum: i64, step: i64) -> i64 {
    if step <= 1 { sum } else { scaled(sum, 1, step) * step }
}

/// A discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// Hundredths of a percent.
    Percent(i64),
    /// A sum.
    Amount(i64),
}

impl Off {
    /// What it takes off.
    #[must_use]
    pub fn of(self, sum: i64) -> i64 {
        match self {
            Self::Percent(percent) => scaled(sum, percent, 10_000).clamp(0, sum.max(0)),
            Self::Amount(amount) => amount.clamp(0, sum.max(0)),
        }
    }
}

/// Splits a sum by weights; what is left over goes, unit by unit, where the fraction was largest.
#[must_use]
pub fn split(sum: i64, weights: &[i64]) -> Vec<i64> {
    let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if all <= 0 {
        let mut parts = vec![0; weights.len()];
        if let Some(first) = parts.first_mut() {
            *first = sum;
        }
        return parts;
    }
    let exact: Vec<i128> = weights.iter().map(|weight| i128::from(sum) * i128::from(*weight)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|part| i64::try_from(part / all).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(exact[*at] % all), *at));
    let left = sum - parts.iter().sum::<i64>();
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[at] += 1;
    }
    parts
}

/// A line to be sold: quantity, price, its own discount.
pub type Line = (i64, i64, Option<Off>);

/// What each line costs the customer before the receipt is rounded, and the receipt's total.
#[must_use]
pub fn receipt(lines: &[Line], off: Option<Off>, step: i64) -> (Vec<i64>, i64) {
    let gross = lines.iter().map(|(quantity, price, _)| scaled(*quantity, *price, 1000));
    let mut sums: Vec<i64> = gross.zip(lines).map(|(gross, (.., own))| gross - own.map_or(0, |own| own.of(gross))).collect();
    if let Some(off) = off {
        let shares = split(off.of(sums.iter().sum()), &sums);
        sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum -= share);
    }
    let total = rounded(sums.iter().sum(), step);
    (sums, total)
}

/// Whether the discounts stay within a limit in hundredths of a percent: `None` where only the rule's own tolerance of
/// a unit a line decides.
#[must_use]
pub fn within(lines: &[Line], off: Option<Off>, limit: i64) -> Option<bool> {
    let gross: Vec<i64> = lines.iter().map(|(quantity, price, _)| scaled(*quantity, *price, 1000)).collect();
    let (sums, _) = receipt(lines, off, 1);
    let all: i64 = gross.iter().sum();
    let given = all - sums.iter().sum::<i64>();
    let most = scaled(all, limit, 10_000);
    let own_over =
        gross.iter().zip(lines).map(|(gross, (.., own))| own.map_or(0, |own| own.of(*gross)) - scaled(*gross, limit, 10_000)).max();
    let over = (given - most).max(own_over.unwrap_or(0));
    if over <= 0 {
        Some(true)
    } else if over > 2 + i64::try_from(lines.len()).unwrap_or(0) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_hand() {
        assert_eq!((scaled(5, 1, 2), scaled(-5, 1, 2), rounded(149, 100), rounded(150, 100)), (3, -3, 100, 200));
        assert_eq!(split(100, &[1, 1, 1]), vec![34, 33, 33]);
        // 3 × 333.33 + 3 × 77.77 = 1233.30, less 7 % = 1146.97, in whole tenge 1147.
        let lines = [(3000, 33_333, None), (3000, 7_777, None)];
        assert_eq!(receipt(&lines, Some(Off::Percent(700)), 100).1, 114_700);
        assert_eq!(within(&lines, Some(Off::Percent(700)), 500), Some(false));
        assert_eq!(within(&lines, Some(Off::Percent(500)), 500), Some(true));
    }
}
