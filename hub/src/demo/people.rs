//! Who works in the demo store, and who buys there.

/// A person of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    /// Key of the built-in role.
    pub role: &'static str,
    /// Name.
    pub name: &'static str,
    /// Phone.
    pub phone: &'static str,
    /// PIN.
    pub pin: &'static str,
}

impl Person {
    /// The largest discount he may give, in hundredths of a percent.
    #[must_use]
    pub fn discount_limit(&self) -> i64 {
        if self.role == "cashier" { 500 } else { 1_500 }
    }
}

/// Everybody's password: a demo store keeps nothing secret, and shows it to who may see its people.
pub(super) const PASSWORD: &str = "duken-2026";

const fn person(role: &'static str, name: &'static str, phone: &'static str, pin: &'static str) -> Person {
    Person { role, name, phone, pin }
}

/// The staff; the first two sell.
pub(super) const STAFF: [Person; 13] = [
    person("cashier", "Әсел Нұрланова", "+7 701 100 00 05", "1111"),
    person("cashier", "Виктор Ким", "+7 701 100 00 06", "2222"),
    person("owner", "Гүлнар Омарова", "+7 701 100 00 02", "7002"),
    person("store_manager", "Дәурен Жақсыбеков", "+7 701 100 00 03", "3333"),
    person("accountant", "Ольга Петрова", "+7 701 100 00 04", "7004"),
    person("sales_associate", "Тимур Абдрахманов", "+7 701 100 00 07", "4444"),
    person("storekeeper", "Сергей Волков", "+7 701 100 00 08", "7008"),
    person("inventory_manager", "Мадина Қасымова", "+7 701 100 00 09", "7009"),
    person("sales_manager", "Алия Рахимова", "+7 701 100 00 10", "7010"),
    person("admin", "Марат Бекенов", "+7 701 100 00 11", "7011"),
    person("courier", "Санжар Өмірбек", "+7 701 100 00 12", "7012"),
    person("master", "Игорь Лебедев", "+7 701 100 00 13", "7013"),
    person("fleet_operator", "Зарина Сәдуақас", "+7 701 100 00 14", "7014"),
];

/// How many of them stand at tills.
pub(super) const CASHIERS: usize = 2;

/// Customers: name and phone.
pub(super) const CUSTOMERS: [(&str, &str); 12] = [
    ("Айжан Серікова", "+7 702 300 10 01"),
    ("Бауыржан Әлиев", "+7 702 300 10 02"),
    ("Наталья Соколова", "+7 702 300 10 03"),
    ("Нұрсұлтан Қайратов", "+7 702 300 10 04"),
    ("Людмила Цой", "+7 702 300 10 05"),
    ("Жанар Төлегенова", "+7 702 300 10 06"),
    ("Рустам Юсупов", "+7 702 300 10 07"),
    ("Кафе «Дастархан»", "+7 702 300 10 08"),
    ("Ерболат Смағұлов", "+7 702 300 10 09"),
    ("Светлана Ким", "+7 702 300 10 10"),
    ("Гүлмира Оспанова", "+7 702 300 10 11"),
    ("Школа № 7, столовая", "+7 702 300 10 12"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_somebody() {
        // The one who sets the store up is its super administrator.
        let missing = |role: &&&str| STAFF.iter().all(|person| person.role != **role);
        let roles: Vec<&str> = crate::staff::built_in_roles().filter(|role| *role != "super_admin").collect();
        assert_eq!(roles.iter().filter(missing).collect::<Vec<_>>(), Vec::<&&str>::new());
        let mut phones: Vec<&str> = STAFF.iter().map(|person| person.phone).collect();
        phones.sort_unstable();
        phones.dedup();
        assert_eq!(phones.len(), STAFF.len());
    }
}
