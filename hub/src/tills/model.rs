//! Ways of payment and operations with cash.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most cash that is counted, put in or taken out at once, in minor units.
pub const MOST_CASH: i64 = 100_000_000_000_000;

/// How a sum is paid. The numbers are stored: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Method {
    /// Notes and coins.
    Cash = 1,
    /// A Kaspi terminal: QR, card or alaqan.
    Kaspi = 2,
    /// A card on a terminal of its own, noted by hand.
    Card = 3,
    /// A bank transfer, noted by hand.
    Transfer = 4,
}

impl Method {
    /// Every way, in the order reports show them.
    pub const ALL: [Self; 4] = [Self::Cash, Self::Kaspi, Self::Card, Self::Transfer];

    /// The way with this stored number.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|method| *method as i64 == number)
    }

    /// Its word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Kaspi => "kaspi",
            Self::Card => "card",
            Self::Transfer => "transfer",
        }
    }

    /// Its bit in a set of ways.
    #[must_use]
    pub fn bit(self) -> i64 {
        1 << (self as u8)
    }
}

/// What was done with the cash of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum OperationKind {
    /// Put in.
    CashIn = 1,
    /// Taken out.
    CashOut = 2,
    /// The drawer was opened without a sale.
    DrawerOpened = 3,
}

impl OperationKind {
    /// The kind with this stored number.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Self> {
        [Self::CashIn, Self::CashOut, Self::DrawerOpened].into_iter().find(|kind| *kind as i64 == number)
    }
}
