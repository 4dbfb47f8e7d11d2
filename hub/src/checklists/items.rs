//! What stands on each list, and who can see whether it is done.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum List {
    /// Before the first customer; for a day.
    Opening,
    /// After the last; for a day.
    Closing,
    /// Once a week; for the week from Monday.
    Weekly,
}

impl List {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Closing => "closing",
            Self::Weekly => "weekly",
        }
    }

    pub(super) const fn items(self) -> &'static [Item] {
        match self {
            Self::Opening => OPENING,
            Self::Closing => CLOSING,
            Self::Weekly => WEEKLY,
        }
    }
}

/// What the hub counts for an item; done is what the count says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Shifts that are open: one at least.
    ShiftOpen,
    /// Shifts that are open: none.
    ShiftsClosed,
    /// Shifts open for too long: none.
    ShiftsOverdue,
    /// Payments of unknown outcome: none.
    PaymentsUnknown,
    /// Shifts closed today whose cash differs and nobody said why: none.
    CashExplained,
    /// Returns that wait for a terminal: none.
    ReturnsWaiting,
    /// Products at or below their minimum: none.
    LowStock,
    /// Products without a price: none.
    NoPrice,
    /// Products without a photo: none.
    NoPhoto,
    /// Corrections of stock in this week: one at least.
    Counted,
    /// Whether backups are not well: no.
    Backup,
    /// Nothing: only a person sees it.
    Nothing,
}

/// One line of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub key: &'static str,
    pub looks: Looks,
    /// Whether a person may say that it is done.
    pub by_hand: bool,
    /// Where it is looked at.
    pub link: &'static str,
}

const fn seen(key: &'static str, looks: Looks, link: &'static str) -> Item {
    Item { key, looks, by_hand: false, link }
}

const fn told(key: &'static str, looks: Looks, link: &'static str) -> Item {
    Item { key, looks, by_hand: true, link }
}

const OPENING: &[Item] = &[
    told("own_account", Looks::Nothing, "/users"),
    seen("shift_open", Looks::ShiftOpen, "/shifts"),
    seen("shifts_overdue", Looks::ShiftsOverdue, "/shifts"),
    seen("payments_unknown", Looks::PaymentsUnknown, "/till"),
    told("devices", Looks::Nothing, "/devices"),
    told("low_stock", Looks::LowStock, "/stock?state=low"),
    seen("no_price", Looks::NoPrice, "/products?no_price=true"),
];
const CLOSING: &[Item] = &[
    seen("shifts_closed", Looks::ShiftsClosed, "/shifts"),
    seen("cash_explained", Looks::CashExplained, "/shifts"),
    seen("payments_unknown", Looks::PaymentsUnknown, "/till"),
    seen("returns_waiting", Looks::ReturnsWaiting, "/returns"),
    told("cash_moves", Looks::Nothing, "/shifts"),
    told("reports_seen", Looks::Nothing, "/"),
    seen("backup", Looks::Backup, "/backup"),
];
const WEEKLY: &[Item] = &[
    told("spot_count", Looks::Counted, "/adjustments"),
    seen("no_price", Looks::NoPrice, "/products?no_price=true"),
    told("photos", Looks::NoPhoto, "/products"),
    seen("backup", Looks::Backup, "/backup"),
    told("rights", Looks::Nothing, "/roles"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{List, Looks};

    #[test]
    fn an_item_stands_once_on_a_list_and_somebody_can_see_it() {
        for list in [List::Opening, List::Closing, List::Weekly] {
            let keys: BTreeSet<&str> = list.items().iter().map(|item| item.key).collect();
            assert_eq!(keys.len(), list.items().len(), "{}", list.name());
            for item in list.items() {
                assert!(item.by_hand || item.looks != Looks::Nothing, "{}: nobody can tick {}", list.name(), item.key);
                assert!(item.link.starts_with('/'), "{}", item.key);
            }
        }
    }
}
