//! Sums of a sale and of a return: pure.

use duken_protocol::money::{Amount, divide_rounded};
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};

use crate::settings::RoundingScope;

/// A discount by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// Hundredths of a percent, up to 10 000.
    Percent(i64),
    /// A sum.
    Amount(Amount),
}

impl Discount {
    /// What it takes off a sum: never more than the sum, never less than nothing.
    #[must_use]
    pub fn off(self, sum: Amount) -> Amount {
        let wanted = match self {
            Self::Percent(hundredths) => sum.scaled(hundredths, 10_000),
            Self::Amount(amount) => amount,
        };
        wanted.clamp(Amount::ZERO, sum.max(Amount::ZERO))
    }
}

/// A line before its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineInput {
    /// How much of it.
    pub quantity: Quantity,
    /// The price of one unit.
    pub price: Amount,
    /// The line's own discount.
    pub discount: Option<Discount>,
    /// VAT in percent, included in the price.
    pub vat_percent: i64,
    /// The sum that stands on the goods' own label, instead of quantity times price.
    pub label_sum: Option<Amount>,
}

/// The sums of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineSums {
    /// Quantity times price.
    pub gross: Amount,
    /// The line's own discount and its share of the receipt's.
    pub discount: Amount,
    /// What the line costs the customer.
    pub sum: Amount,
    /// VAT within the sum.
    pub vat: Amount,
}

/// The sums of a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// By line.
    pub lines: Vec<LineSums>,
    /// Σ quantity × price.
    pub subtotal: Amount,
    /// Σ discounts.
    pub discount: Amount,
    /// What rounding added (or took, when negative).
    pub rounding: Amount,
    /// What the customer pays: subtotal − discount + rounding.
    pub total: Amount,
    /// Σ VAT.
    pub vat: Amount,
}

/// How sums are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// The step in minor units.
    pub step: i64,
    /// What is rounded.
    pub scope: RoundingScope,
}

/// VAT contained in a sum, at whole percents.
#[must_use]
pub fn vat_within(sum: Amount, percent: i64) -> Amount {
    Amount(divide_rounded(i128::from(sum.0) * i128::from(percent), 100 + i128::from(percent)))
}

/// The sums of a sale: line discounts first, then the receipt's discount over the lines by their sums (nothing is
/// lost: largest remainder), then rounding.
#[must_use]
pub fn sums(lines: &[LineInput], receipt: Option<Discount>, rounding: Rounding) -> Sums {
    let mut result: Vec<LineSums> = lines
        .iter()
        .map(|line| {
            let gross = line.label_sum.unwrap_or_else(|| line.quantity.at_price(line.price));
            let discount = line.discount.map_or(Amount::ZERO, |d| d.off(gross));
            LineSums { gross, discount, sum: gross - discount, vat: Amount::ZERO }
        })
        .collect();
    if let Some(receipt) = receipt {
        let before: Amount = result.iter().map(|line| line.sum).sum();
        let weights: Vec<i64> = result.iter().map(|line| line.sum.0).collect();
        for (line, share) in result.iter_mut().zip(receipt.off(before).split(&weights)) {
            line.discount += share;
            line.sum -= share;
        }
    }
    let mut rounded = Amount::ZERO;
    if rounding.scope == RoundingScope::Line {
        for line in &mut result {
            let sum = line.sum.rounded_to(rounding.step);
            rounded += sum - line.sum;
            line.sum = sum;
        }
    }
    let exact: Amount = result.iter().map(|line| line.sum).sum();
    let total = if rounding.scope == RoundingScope::Receipt { exact.rounded_to(rounding.step) } else { exact };
    rounded += total - exact;
    for (line, input) in result.iter_mut().zip(lines) {
        line.vat = vat_within(line.sum, input.vat_percent);
    }
    Sums {
        subtotal: result.iter().map(|line| line.gross).sum(),
        discount: result.iter().map(|line| line.discount).sum(),
        vat: result.iter().map(|line| line.vat).sum(),
        rounding: rounded,
        total,
        lines: result,
    }
}

/// The part of `whole` that belongs to the quantities from `before` to `after` of `quantity`: the parts of all returns
/// of a line together are the whole, whatever their sizes.
#[must_use]
pub fn part(whole: Amount, quantity: Quantity, before: Quantity, after: Quantity) -> Amount {
    whole.scaled(after.0, quantity.0) - whole.scaled(before.0, quantity.0)
}

/// Splits a refund over the ways the sale was paid by, in proportion to what each still holds; ways that take whole
/// units only (terminals) get multiples of `step`, the first other way takes the rest. Nothing is lost.
#[must_use]
pub fn split_refund(refund: Amount, left: &[Amount], whole: &[bool], step: i64) -> Vec<Amount> {
    let all: Amount = left.iter().copied().sum();
    if refund == all {
        return left.to_vec();
    }
    let weights: Vec<i64> = left.iter().map(|amount| amount.0).collect();
    let mut parts = refund.split(&weights);
    let Some(rest) = (0..parts.len()).find(|&i| !whole[i] && left[i].0 > 0) else { return parts };
    for i in 0..parts.len() {
        if whole[i] && i != rest {
            let down = Amount(parts[i].0 - parts[i].0.rem_euclid(step.max(1)));
            let moved = parts[i] - down;
            if parts[rest] + moved <= left[rest] {
                parts[rest] += moved;
                parts[i] = down;
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TENGE: Rounding = Rounding { step: 100, scope: RoundingScope::Receipt };

    fn line(quantity: i64, price: i64, discount: Option<Discount>) -> LineInput {
        LineInput { quantity: Quantity(quantity), price: Amount(price), discount, vat_percent: 16, label_sum: None }
    }

    #[test]
    fn a_receipt_of_three_lines() {
        let lines = [line(1000, 45_000, None), line(2000, 48_000, Some(Discount::Percent(1000))), line(345, 123_400, None)];
        let sums = sums(&lines, Some(Discount::Amount(Amount(10_000))), TENGE);
        assert_eq!(sums.subtotal, Amount(45_000 + 96_000 + 42_573));
        assert_eq!(sums.discount, Amount(9_600 + 10_000));
        assert_eq!(sums.total, Amount(164_000));
        assert_eq!(sums.rounding, Amount(164_000 - (183_573 - 19_600)));
        assert_eq!(sums.lines.iter().map(|l| l.sum).sum::<Amount>() + sums.rounding, sums.total);
    }

    #[test]
    fn a_label_costs_what_stands_on_it() {
        let labelled = LineInput { label_sum: Some(Amount(100_000)), ..line(111, 899_000, None) };
        let sums = sums(&[labelled], Some(Discount::Percent(1_000)), TENGE);
        assert_eq!((sums.subtotal, sums.discount, sums.total, sums.rounding), (Amount(100_000), Amount(10_000), Amount(90_000), Amount(0)));
    }

    #[test]
    fn vat_is_within_the_price() {
        assert_eq!(vat_within(Amount(11_600), 16), Amount(1_600));
        assert_eq!(vat_within(Amount(11_200), 12), Amount(1_200));
        assert_eq!(vat_within(Amount(100), 0), Amount(0));
    }

    fn discounts() -> impl Strategy<Value = Option<Discount>> {
        prop_oneof![
            Just(None),
            (0_i64..=10_000).prop_map(|p| Some(Discount::Percent(p))),
            (0_i64..5_000_000).prop_map(|a| Some(Discount::Amount(Amount(a)))),
        ]
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            lines in prop::collection::vec((1_i64..100_000, 0_i64..10_000_000, discounts()), 1..30),
            receipt in discounts(),
            step in prop_oneof![Just(1_i64), Just(100), Just(500)],
            scope in prop_oneof![Just(RoundingScope::Receipt), Just(RoundingScope::Line), Just(RoundingScope::None)],
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(q, p, d)| line(q, p, d)).collect();
            let sums = sums(&lines, receipt, Rounding { step, scope });
            prop_assert_eq!(sums.subtotal - sums.discount + sums.rounding, sums.total);
            let lines_sum: Amount = sums.lines.iter().map(|l| l.sum).sum();
            if scope == RoundingScope::Receipt {
                prop_assert_eq!(lines_sum + sums.rounding, sums.total);
            } else {
                prop_assert_eq!(lines_sum, sums.total);
            }
            prop_assert!(sums.lines.iter().all(|l| l.discount.0 >= 0 && l.sum.0 >= 0));
        }

        #[test]
        fn returns_of_a_line_add_up_to_it(sum in 0_i64..10_000_000, parts in prop::collection::vec(1_i64..5_000, 1..10)) {
            let quantity = Quantity(parts.iter().sum());
            let mut before = Quantity::ZERO;
            let mut back = Amount::ZERO;
            for p in parts {
                let after = before + Quantity(p);
                back += part(Amount(sum), quantity, before, after);
                before = after;
            }
            prop_assert_eq!(back, Amount(sum));
        }

        #[test]
        fn a_refund_is_split_without_loss(left in prop::collection::vec(0_i64..1_000_000, 1..5), share in 0_i64..=1000) {
            let whole: Vec<bool> = (0..left.len()).map(|i| i % 2 == 1).collect();
            let left: Vec<Amount> = left.into_iter().enumerate().map(|(i, a)| Amount(if whole[i] { a * 100 } else { a })).collect();
            let all: Amount = left.iter().copied().sum();
            let refund = all.scaled(share, 1000);
            let parts = split_refund(refund, &left, &whole, 100);
            prop_assert_eq!(parts.iter().copied().sum::<Amount>(), refund);
            prop_assert!(parts.iter().zip(&left).all(|(p, l)| p.0 >= 0 && p <= l));
        }
    }
}
