//! Who works in the demo store.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::diary::Writer;

/// A person of the demo.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Key of the built-in role.
    pub role: &'static str,
    /// What people call that role.
    pub title: &'static str,
    /// Name.
    pub name: &'static str,
    /// Phone.
    pub phone: &'static str,
    /// PIN.
    pub pin: &'static str,
}

/// Everybody's password.
pub const PASSWORD: &str = "duken-2026";

const fn person(role: &'static str, title: &'static str, name: &'static str, phone: &'static str, pin: &'static str) -> Person {
    Person { role, title, name, phone, pin }
}

/// The administrator, who sets the store up.
pub const ADMIN: Person = person("super_admin", "administrator", "Ерлан Сейтқали", "+7 701 100 00 01", "7001");

/// Those who sell; the first two brought the history in.
pub const CASHIERS: [Person; 2] = [
    person("cashier", "cashier", "Әсел Нұрланова", "+7 701 100 00 05", "1111"),
    person("cashier", "cashier", "Виктор Ким", "+7 701 100 00 06", "2222"),
];

/// Everybody else.
pub const OTHERS: [Person; 7] = [
    person("owner", "owner", "Гүлнар Омарова", "+7 701 100 00 02", "7002"),
    person("store_manager", "store manager", "Дәурен Жақсыбеков", "+7 701 100 00 03", "3333"),
    person("accountant", "accountant", "Ольга Петрова", "+7 701 100 00 04", "7004"),
    person("sales_associate", "sales associate", "Тимур Абдрахманов", "+7 701 100 00 07", "4444"),
    person("storekeeper", "storekeeper", "Сергей Волков", "+7 701 100 00 08", "7008"),
    person("inventory_manager", "inventory manager", "Мадина Қасымова", "+7 701 100 00 09", "7009"),
    person("sales_manager", "sales manager", "Алия Рахимова", "+7 701 100 00 10", "7010"),
];

/// The head office's own administrator.
pub const OFFICE: Person = person("super_admin", "head office", "Айгүл Тоқаева", "+7 701 200 00 01", "8001");

/// What bringing in old sales asks for, given to cashiers while the history is made.
const BACKDATE: &str = "sales.backdate";

/// Makes the people; cashiers with the right to enter other dates.
///
/// # Errors
/// A refusal.
pub async fn hire(admin: &Writer) -> anyhow::Result<()> {
    let roles = admin.get("/api/roles").await?;
    for person in CASHIERS.iter().chain(&OTHERS) {
        let _card = admin.post(person.phone, "/api/users", card(person, &roles, person.role == "cashier")?).await?;
    }
    Ok(())
}

/// Takes that right from the cashiers again.
///
/// # Errors
/// A refusal.
pub async fn history_is_written(admin: &Writer) -> anyhow::Result<()> {
    let roles = admin.get("/api/roles").await?;
    let people = admin.get("/api/users?limit=100").await?;
    for person in &CASHIERS {
        let now = people["items"].as_array().and_then(|people| people.iter().find(|row| row["name"] == person.name));
        let now = now.with_context(|| format!("{} is not there", person.name))?;
        if now["extra_permissions"].as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        let mut card = card(person, &roles, false)?;
        card["version"] = now["version"].clone();
        let id = now["id"].as_str().unwrap_or_default();
        let _card = admin.put("after", &format!("/api/users/{id}"), card).await?;
    }
    Ok(())
}

fn card(person: &Person, roles: &Value, backdates: bool) -> anyhow::Result<Value> {
    let role = roles.as_array().and_then(|roles| roles.iter().find(|role| role["built_in"] == person.role));
    let role = role.with_context(|| format!("no role {}", person.role))?;
    let extra = if backdates { json!([{ "permission": BACKDATE, "scope": "store" }]) } else { json!([]) };
    Ok(json!({
        "name": person.name,
        "phone": person.phone,
        "password": PASSWORD,
        "pin": person.pin,
        "role_ids": [role["id"]],
        "scope": if person.role == "owner" { "all" } else { "store" },
        "extra_permissions": extra,
        "discount_limit_percent": if person.role == "cashier" { "5" } else { "15" },
    }))
}
