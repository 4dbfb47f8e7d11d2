//! Who may follow which topic.

use crate::web::Actor;

/// Topics by their first word, with the permissions of which one is needed; none = anyone who is signed in.
const NEEDED: &[(&str, &[&str])] = &[
    ("till", &["till.use"]),
    ("cart", &["till.use"]),
    ("sales", &["sales.view"]),
    ("devices", &["devices.view", "till.use"]),
    ("stock", &["stock.view", "catalog.view", "till.use"]),
    ("shift", &["shift.view", "till.use"]),
    ("shifts", &["shift.view", "till.use"]),
    ("import", &["catalog.import"]),
    ("office", &["office.view", "settings.edit"]),
    ("session", &[]),
    ("settings", &[]),
    ("catalog", &["catalog.view", "till.use"]),
    ("backup", &["backup.view", "backup.edit"]),
    ("demo", &[]),
    ("home", &["reports.view", "sales.view"]),
];

/// Whether a person may follow a topic. An unknown topic is followed by nobody.
#[must_use]
pub fn may_follow(actor: &Actor, topic: &str) -> bool {
    let area = topic.split(':').next().unwrap_or(topic);
    NEEDED
        .iter()
        .find(|(known, _)| *known == area)
        .is_some_and(|(_, needed)| needed.is_empty() || needed.iter().any(|permission| actor.may(permission)))
}
