//! Permissions, scopes, and the built-in roles (details.md, Roles).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose things a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// His own: sales he made, shifts he opened.
    Own,
    /// His store's.
    Store,
    /// Every store's.
    All,
}

/// A permission with its scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// `area.action`.
    pub permission: String,
    /// How far it reaches.
    pub scope: Scope,
}

/// A name in three languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Names {
    /// Russian.
    pub ru: String,
    /// Kazakh.
    pub kk: String,
    /// English.
    pub en: String,
}

/// Every permission, in the order screens show them.
pub const PERMISSIONS: &[&str] = &[
    "till.use",
    "sales.sell",
    "sales.view",
    "sales.discount",
    "sales.price_override",
    "sales.backdate",
    "sales.return",
    "sales.return_without_receipt",
    "payments.decide",
    "shift.open",
    "shift.close",
    "shift.cash_in",
    "shift.cash_out",
    "shift.view",
    "catalog.view",
    "catalog.edit",
    "catalog.import",
    "catalog.export",
    "cost.view",
    "stock.view",
    "stock.adjust",
    "parties.view",
    "parties.edit",
    "reports.view",
    "staff.view",
    "staff.edit",
    "roles.view",
    "roles.edit",
    "settings.edit",
    "devices.view",
    "devices.edit",
    "office.view",
    "office.edit",
    "journal.view",
    "backup.view",
    "backup.edit",
];

/// A role that every store has from its first day.
pub struct BuiltIn {
    /// Its key, kept in its card.
    pub key: &'static str,
    /// Russian, Kazakh, English.
    pub names: [&'static str; 3],
    /// What it may; `*` is everything.
    pub grants: &'static [(&'static str, Scope)],
}

use Scope::{All, Own, Store};

/// The built-in roles.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        key: "super_admin", names: ["Владелец-администратор", "Иесі-әкімші", "Super admin"], grants: &[("*", All)]
    },
    BuiltIn {
        key: "owner",
        names: ["Владелец", "Иесі", "Owner"],
        grants: &[
            ("sales.view", All),
            ("shift.view", All),
            ("catalog.view", All),
            ("catalog.export", All),
            ("cost.view", All),
            ("stock.view", All),
            ("parties.view", All),
            ("reports.view", All),
            ("staff.view", All),
            ("roles.view", All),
            ("devices.view", All),
            ("office.view", All),
            ("backup.view", All),
        ],
    },
    BuiltIn {
        key: "admin",
        names: ["Администратор", "Әкімші", "Administrator"],
        grants: &[
            ("till.use", Store),
            ("sales.sell", Store),
            ("sales.view", Store),
            ("sales.discount", Store),
            ("sales.price_override", Store),
            ("sales.backdate", Store),
            ("sales.return", Store),
            ("sales.return_without_receipt", Store),
            ("payments.decide", Store),
            ("shift.open", Store),
            ("shift.close", Store),
            ("shift.cash_in", Store),
            ("shift.cash_out", Store),
            ("shift.view", Store),
            ("catalog.view", Store),
            ("catalog.edit", Store),
            ("catalog.import", Store),
            ("catalog.export", Store),
            ("cost.view", Store),
            ("stock.view", Store),
            ("stock.adjust", Store),
            ("parties.view", Store),
            ("parties.edit", Store),
            ("reports.view", Store),
            ("staff.view", Store),
            ("staff.edit", Store),
            ("roles.view", Store),
            ("settings.edit", Store),
            ("devices.view", Store),
            ("devices.edit", Store),
            ("office.view", Store),
            ("office.edit", Store),
            ("backup.view", Store),
        ],
    },
    BuiltIn {
        key: "store_manager",
        names: ["Управляющий", "Басқарушы", "Store manager"],
        grants: &[
            ("till.use", Store),
            ("sales.sell", Store),
            ("sales.view", Store),
            ("sales.discount", Store),
            ("sales.price_override", Store),
            ("sales.return", Store),
            ("payments.decide", Store),
            ("shift.open", Store),
            ("shift.close", Store),
            ("shift.cash_in", Store),
            ("shift.cash_out", Store),
            ("shift.view", Store),
            ("catalog.view", Store),
            ("catalog.edit", Store),
            ("catalog.import", Store),
            ("catalog.export", Store),
            ("stock.view", Store),
            ("stock.adjust", Store),
            ("parties.view", Store),
            ("parties.edit", Store),
            ("reports.view", Store),
            ("staff.view", Store),
            ("devices.view", Store),
        ],
    },
    BuiltIn {
        key: "sales_manager",
        names: ["Менеджер по продажам", "Сату менеджері", "Sales manager"],
        grants: &[("catalog.view", Store), ("sales.view", Own), ("parties.view", Own), ("parties.edit", Own), ("stock.view", Store)],
    },
    BuiltIn {
        key: "cashier",
        names: ["Кассир", "Кассир", "Cashier"],
        grants: &[
            ("till.use", Store),
            ("sales.sell", Store),
            ("sales.view", Own),
            ("sales.discount", Store),
            ("sales.return", Store),
            ("shift.open", Store),
            ("shift.close", Own),
            ("shift.cash_in", Own),
            ("shift.cash_out", Own),
            ("shift.view", Own),
            ("catalog.view", Store),
            ("stock.view", Store),
            ("parties.view", Store),
            ("parties.edit", Store),
        ],
    },
    BuiltIn {
        key: "sales_associate",
        names: ["Продавец", "Сатушы", "Sales associate"],
        grants: &[("till.use", Store), ("sales.sell", Store), ("catalog.view", Store), ("stock.view", Store), ("parties.view", Store)],
    },
    BuiltIn {
        key: "accountant",
        names: ["Бухгалтер", "Бухгалтер", "Accountant"],
        grants: &[
            ("sales.view", Store),
            ("shift.view", Store),
            ("catalog.view", Store),
            ("catalog.export", Store),
            ("cost.view", Store),
            ("stock.view", Store),
            ("parties.view", Store),
            ("reports.view", Store),
            ("office.view", Store),
        ],
    },
    BuiltIn {
        key: "storekeeper",
        names: ["Кладовщик", "Қоймашы", "Storekeeper"],
        grants: &[("catalog.view", Store), ("stock.view", Store), ("stock.adjust", Store), ("cost.view", Store)],
    },
    BuiltIn {
        key: "inventory_manager",
        names: ["Товаровед", "Тауартанушы", "Inventory manager"],
        grants: &[("catalog.view", All), ("catalog.import", Store), ("stock.view", All), ("stock.adjust", All), ("reports.view", Store)],
    },
    BuiltIn { key: "courier", names: ["Курьер", "Курьер", "Courier"], grants: &[("catalog.view", Store)] },
    BuiltIn { key: "master", names: ["Мастер", "Шебер", "Repair master"], grants: &[("catalog.view", Store)] },
    BuiltIn { key: "fleet_operator", names: ["Оператор", "Оператор", "Fleet operator"], grants: &[] },
];

/// A phone number as digits with country code: `+7 701…`, `8 701…` and `701…` are the same person.
#[must_use]
pub fn phone_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let odd = text.chars().any(|c| !(c.is_ascii_digit() || c.is_whitespace() || "+-()\u{a0}".contains(c)));
    if odd {
        return None;
    }
    match digits.len() {
        10 if digits.starts_with('7') => Some(format!("7{digits}")),
        11 if digits.starts_with('8') && !text.trim_start().starts_with('+') => Some(format!("7{}", &digits[1..])),
        10..=15 => Some(digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_however_his_phone_is_written() {
        for text in ["+7 701 123 45 67", "8 (701) 123-45-67", "7011234567", "77011234567"] {
            assert_eq!(phone_digits(text).as_deref(), Some("77011234567"), "{text}");
        }
        for text in ["", "123", "phone", "+7 701 abc"] {
            assert_eq!(phone_digits(text), None, "{text}");
        }
    }

    #[test]
    fn built_in_roles_grant_known_permissions_only() {
        for role in BUILT_IN {
            for (permission, _) in role.grants {
                assert!(*permission == "*" || PERMISSIONS.contains(permission), "{}: {permission}", role.key);
            }
        }
    }
}
