//! Corrections of stock, and what an issue costs. Pure.

use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why stock was corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// It was there when the books began.
    Opening,
    /// More was found.
    Found,
    /// It is defective.
    Defect,
    /// It is thrown away.
    WriteOff,
    /// Less was found.
    Shortage,
    /// It was counted: stock becomes what was counted.
    Counted,
}

/// Why stock moved. The numbers are stored: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum MovementKind {
    /// A sale took it.
    Sale = 1,
    /// A customer brought it back.
    Return = 2,
    /// It was there when the books began.
    Opening = 3,
    /// A correction.
    Adjustment = 4,
}

impl MovementKind {
    /// Its name on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
            Self::Opening => "opening",
            Self::Adjustment => "adjustment",
        }
    }

    /// The kind with this stored number.
    #[must_use]
    pub fn stored(number: i64) -> Self {
        match number {
            1 => Self::Sale,
            2 => Self::Return,
            3 => Self::Opening,
            _ => Self::Adjustment,
        }
    }
}

/// What is known of a product's stock in a warehouse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holding {
    /// How much is there; negative when more was issued than had come.
    pub quantity: Quantity,
    /// What it is worth at cost.
    pub value: Amount,
    /// How much of it came at an unknown cost and is not issued yet.
    pub uncosted: Quantity,
    /// The last known cost of one unit.
    pub last_cost: Option<Amount>,
}

impl Holding {
    /// What an issue of `quantity` (positive) costs: its share of the value; beyond what is there, the last known cost.
    /// Nothing when the cost is unknown.
    #[must_use]
    pub fn issue_cost(&self, quantity: Quantity) -> Option<Amount> {
        if self.uncosted.0 > 0 {
            return None;
        }
        if self.quantity.0 <= 0 {
            return self.last_cost.map(|cost| quantity.at_price(cost));
        }
        if quantity.0 <= self.quantity.0 {
            return Some(self.value.scaled(quantity.0, self.quantity.0));
        }
        let beyond = quantity - self.quantity;
        self.last_cost.map(|cost| self.value + beyond.at_price(cost))
    }

    /// Takes `quantity` (positive) out; what it cost, nothing when that is unknown.
    pub fn issue(&mut self, quantity: Quantity) -> Option<Amount> {
        let cost = self.issue_cost(quantity);
        self.quantity = self.quantity - quantity;
        match cost {
            Some(cost) => self.value -= cost,
            None => self.uncosted = self.uncosted - quantity,
        }
        cost
    }

    /// What one unit is worth now; nothing when the cost is unknown.
    #[must_use]
    pub fn unit_cost(&self) -> Option<Amount> {
        if self.uncosted.0 > 0 {
            None
        } else if self.quantity.0 > 0 {
            Some(self.value.scaled(1000, self.quantity.0))
        } else {
            self.last_cost
        }
    }
}

/// What a correction does to the stock.
#[must_use]
pub fn change(kind: AdjustmentKind, before: Quantity, quantity: Quantity) -> Quantity {
    match kind {
        AdjustmentKind::Opening | AdjustmentKind::Found => quantity,
        AdjustmentKind::Defect | AdjustmentKind::WriteOff | AdjustmentKind::Shortage => -quantity,
        AdjustmentKind::Counted => quantity - before,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holding(quantity: i64, value: i64, uncosted: i64, last_cost: Option<i64>) -> Holding {
        Holding { quantity: Quantity(quantity), value: Amount(value), uncosted: Quantity(uncosted), last_cost: last_cost.map(Amount) }
    }

    #[test]
    fn an_issue_takes_its_share() {
        let cases = [
            (holding(3_000, 100, 0, None), 1_000, Some(33)),
            (holding(2_000, 67, 0, None), 1_000, Some(34)),
            (holding(1_000, 33, 0, None), 1_000, Some(33)),
            (holding(0, 0, 0, Some(50)), 2_000, Some(100)),
            (holding(-5_000, -250, 0, Some(50)), 1_000, Some(50)),
            (holding(1_000, 40, 0, Some(50)), 3_000, Some(140)),
            (holding(1_000, 40, 0, None), 3_000, None),
            (holding(0, 0, 0, None), 1_000, None),
            (holding(10_000, 500, 1_000, Some(50)), 1_000, None),
            (holding(10_000, 0, 0, Some(0)), 1_000, Some(0)),
        ];
        for (held, quantity, cost) in cases {
            assert_eq!(held.issue_cost(Quantity(quantity)), cost.map(Amount), "{held:?} {quantity}");
        }
    }

    proptest! {
        #[test]
        fn issuing_to_zero_leaves_no_value(quantity in 1_i64..1_000_000, value in 0_i64..1_000_000_000, parts in prop::collection::vec(1_i64..10_000, 1..30)) {
            let mut held = holding(quantity, value, 0, None);
            for part in parts {
                let part = part.min(held.quantity.0);
                if part == 0 { break; }
                let cost = held.issue_cost(Quantity(part)).unwrap();
                prop_assert!(cost.0 >= 0 && cost.0 <= held.value.0);
                held.quantity = held.quantity - Quantity(part);
                held.value -= cost;
            }
            let rest = held.quantity;
            if rest.0 > 0 {
                held.value -= held.issue_cost(rest).unwrap();
            }
            prop_assert_eq!(held.value, Amount(0));
        }
    }
}
