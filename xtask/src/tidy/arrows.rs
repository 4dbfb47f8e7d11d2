//! protocol ← kernel ← hub, protocol ← agent ← hub, and nothing else.

use super::source::Tree;

/// What each crate may stand on.
const MAY: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("hub/kernel", &["duken-protocol"]),
    ("agent", &["duken-protocol"]),
    ("hub", &["duken-protocol", "duken-kernel", "duken-agent"]),
    // Whole-product tests see everything.
    ("tests", &["duken-protocol", "duken-kernel", "duken-agent", "duken-hub", SERVER_FOR_TESTS]),
    ("tests/postgres", &[]),
    ("xtask", &[]),
];

/// A database server for tests stands on nothing; every crate's tests may use it.
const SERVER_FOR_TESTS: &str = "duken-test-postgres";

/// Every dependency of a crate of ours on another that the picture does not show.
pub fn crates(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, may) in MAY {
        let path = format!("{folder}/Cargo.toml");
        let Some(manifest) = tree.text(&path).and_then(|text| text.parse::<toml::Table>().ok()) else {
            found.push(format!("{path} cannot be read"));
            continue;
        };
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
            let in_tests = |name: &str| section == "dev-dependencies" && name == SERVER_FOR_TESTS;
            let wrong = names.filter(|name| name.starts_with("duken-") && !may.contains(&name.as_str()) && !in_tests(name));
            found.extend(wrong.map(|name| format!("{path}: {section}: {name}")));
        }
    }
    found
}
