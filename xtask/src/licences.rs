//! Licences and advisories of what we stand on. `cargo deny` does it where it is installed; the rule about licences,
//! the one that binds, is also held without it, from the same `deny.toml`.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, bail};
use serde_json::Value as Json;

use crate::work::{cargo, has_cargo, output, root, run};

/// Refuses a dependency under a licence that is not on the list.
pub fn check() -> anyhow::Result<()> {
    let allowed = allowed()?;
    let packages = packages()?;
    let mut refused = Vec::new();
    for package in &packages {
        let name = format!("{} {}", package["name"].as_str().unwrap_or("?"), package["version"].as_str().unwrap_or("?"));
        match package["license"].as_str() {
            Some(licence) if satisfied(licence, &allowed) => {}
            Some(licence) => refused.push(format!("{name}: {licence}")),
            None => refused.push(format!("{name}: says no licence")),
        }
    }
    if !refused.is_empty() {
        bail!("licences that deny.toml does not allow:\n  {}", refused.join("\n  "));
    }
    println!("   {} dependencies, each under a licence that deny.toml allows", packages.len());
    advisories()
}

fn advisories() -> anyhow::Result<()> {
    if !has_cargo("deny") {
        println!("   advisories not asked for: cargo-deny is not installed here");
        return Ok(());
    }
    run(cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    if run(cargo().args(["deny", "--offline", "fetch", "db"])).is_err() {
        println!("   advisories not asked for: their list is not on this machine (cargo deny fetch)");
        return Ok(());
    }
    run(cargo().args(["deny", "--offline", "check", "advisories"]))
}

fn allowed() -> anyhow::Result<BTreeSet<String>> {
    let text = fs::read_to_string(root().join("deny.toml")).context("deny.toml")?;
    let rules: toml::Table = text.parse().context("deny.toml")?;
    let list = rules.get("licenses").and_then(|rules| rules.get("allow")).and_then(toml::Value::as_array);
    let list = list.context("deny.toml has no licenses.allow")?;
    Ok(list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

fn packages() -> anyhow::Result<Vec<Json>> {
    let text = output(cargo().args(["metadata", "--format-version", "1", "--locked", "--quiet"]))?;
    let mut metadata: Json = serde_json::from_slice(&text)?;
    let packages = metadata["packages"].as_array_mut().map(std::mem::take).context("cargo metadata says no packages")?;
    Ok(packages.into_iter().filter(|package| !package["source"].is_null()).collect())
}

/// Whether an SPDX expression can be satisfied with the allowed licences. `A/B` is the old way to write `A OR B`;
/// `X WITH Y` is allowed under its whole name, or under `X`: an exception only ever permits more.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let holds = any(&words, &mut at, allowed);
    holds && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut holds = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        holds |= all(words, at, allowed);
    }
    holds
}

fn all(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut holds = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        holds &= one(words, at, allowed);
    }
    holds
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let Some(&word) = words.get(*at) else { return false };
    *at += 1;
    if word == "(" {
        let holds = any(words, at, allowed);
        let closed = words.get(*at) == Some(&")");
        *at += usize::from(closed);
        return holds && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allowed.contains(word) || allowed.contains(&format!("{word} WITH {exception}"));
    }
    allowed.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed: BTreeSet<String> = ["MIT", "Apache-2.0", "Zlib"].map(str::to_owned).into();
        let cases = [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only OR MIT", true),
            ("GPL-3.0-only AND MIT", false),
            ("(MIT OR GPL-3.0-only) AND Zlib", true),
            ("(MIT OR Zlib) AND GPL-3.0-only", false),
            ("MIT AND GPL-3.0-only OR Zlib", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-2.0 WITH Classpath-exception-2.0", false),
            ("(MIT", false),
            ("", false),
            ("MIT )", false),
        ];
        for (expression, holds) in cases {
            assert_eq!(satisfied(expression, &allowed), holds, "{expression}");
        }
    }

    #[test]
    fn everything_we_stand_on_may_be_used() {
        check().unwrap();
    }
}
