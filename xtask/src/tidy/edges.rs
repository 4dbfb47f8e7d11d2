//! Domains of the hub: who may call whom, and only by the door.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{File, Tree};

const LIB: &str = "hub/src/lib.rs";

/// Rooms that are nobody else's, even where a domain declares them public.
const INNER: &[&str] = &["commands", "project", "queries", "routes", "tables", "model", "tests"];

/// Edges that lead back, each with why it is borne; the table names them too.
const KNOTS: &[(&str, &str, &str)] =
    &[("staff", "tills", "the first set-up makes the first till in the same step, and a session says which till it works as")];

/// Edges in the code that the table does not name, ways past a door, and circles in the table.
pub fn domains(tree: &Tree) -> Vec<String> {
    let Some(lib) = tree.text(LIB) else { return vec![format!("{LIB} is missing")] };
    let table = table(lib);
    let mut found = circle(&table).map(|at| format!("{LIB}: the table leads from {at} back to {at}")).into_iter().collect::<Vec<_>>();
    for folder in folders(tree).difference(&table.keys().cloned().collect()) {
        found.push(format!("{LIB}: the table does not know {folder}"));
    }
    for file in tree.rust("hub/src/") {
        let Some(from) = file.path["hub/src/".len()..].split_once('/').map(|(domain, _)| domain.trim_end_matches(".rs")) else { continue };
        let Some(allowed) = table.get(from) else { continue };
        for (line, path) in paths(file) {
            let [to, inner @ ..] = path.as_slice() else { continue };
            if to == from || !table.contains_key(to) {
                continue;
            }
            if !allowed.contains(to) {
                found.push(format!("{}:{line}: {from} → {to} is not in the table", file.path));
            }
            if let Some(room) = inner.first().filter(|room| INNER.contains(&room.as_str()) && is_module(tree, to, room)) {
                found.push(format!("{}:{line}: past the door of {to}, into its {room}", file.path));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn is_module(tree: &Tree, domain: &str, room: &str) -> bool {
    tree.has(&format!("hub/src/{domain}/{room}.rs")) || tree.has(&format!("hub/src/{domain}/{room}/mod.rs"))
}

/// Folders that are domains: those with a projection or tables of their own, which is to say with a `fn domain`.
fn folders(tree: &Tree) -> BTreeSet<String> {
    tree.rust("hub/src/")
        .filter(|file| file.path.ends_with("/mod.rs") && file.path.matches('/').count() == 3 && file.proper.contains("pub fn domain()"))
        .filter_map(|file| file.path.split('/').nth(2).map(str::to_owned))
        .collect()
}

/// The table in the module's comment: lines of `from → to to`.
fn table(lib: &str) -> BTreeMap<String, BTreeSet<String>> {
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! ")?.split_once('→'));
    rows.map(|(from, to)| (from.trim().to_owned(), to.split_whitespace().map(str::to_owned).collect())).collect()
}

fn circle(table: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    table
        .keys()
        .find(|start| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![start.as_str()]);
            while let Some(at) = next.pop() {
                let knot = |to: &&String| KNOTS.iter().any(|(from, back, _)| (at, to.as_str()) == (*from, *back));
                for to in table.get(at).into_iter().flatten().filter(|to| !knot(to)) {
                    if to == start.as_str() {
                        return true;
                    }
                    if seen.insert(to) {
                        next.push(to);
                    }
                }
            }
            false
        })
        .cloned()
}

/// Every path that begins with `crate::` in proper code, groups taken apart, with its line.
fn paths(file: &File) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for (at, _) in file.proper.match_indices("crate::") {
        if file.proper[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let line = file.proper[..at].matches('\n').count() + 1;
        let mut rest = &file.proper[at + "crate::".len()..];
        let mut all = Vec::new();
        take_apart(&mut rest, &mut Vec::new(), &mut all);
        found.extend(all.into_iter().map(|path| (line, path)));
    }
    found
}

/// Reads `a::b::{c, d::e}` into its paths.
fn take_apart(rest: &mut &str, before: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    let depth = before.len();
    loop {
        *rest = rest.trim_start();
        if let Some(inside) = rest.strip_prefix('{') {
            *rest = inside;
            loop {
                take_apart(rest, before, all);
                *rest = rest.trim_start();
                match rest.strip_prefix(',') {
                    Some(more) if !more.trim_start().starts_with('}') => *rest = more,
                    Some(more) => *rest = more,
                    None => break,
                }
                if rest.trim_start().starts_with('}') {
                    break;
                }
            }
            *rest = rest.trim_start().strip_prefix('}').unwrap_or(rest);
            break;
        }
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if length == 0 {
            // A glob, or something that is no path.
            *rest = rest.strip_prefix('*').unwrap_or(rest);
            all.push(before.clone());
            break;
        }
        before.push(rest[..length].to_owned());
        *rest = &rest[length..];
        match rest.strip_prefix("::") {
            Some(more) if !more.starts_with('<') => *rest = more,
            _ => {
                all.push(before.clone());
                if let Some(renamed) = rest.trim_start().strip_prefix("as ") {
                    let end = renamed.find([',', '}', ';']).unwrap_or(renamed.len());
                    *rest = &renamed[end..];
                }
                break;
            }
        }
    }
    before.truncate(depth);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(sales: &str) -> Tree {
        let lib = "//! ```text\n//! staff   →\n//! catalog → staff\n//! sales   → staff\n//! ```\n";
        let files = [
            (LIB, lib),
            ("hub/src/staff/mod.rs", "pub fn domain() {}"),
            ("hub/src/staff/model.rs", ""),
            ("hub/src/catalog/mod.rs", "pub fn domain() {}"),
            ("hub/src/sales/mod.rs", sales),
        ];
        Tree { files: files.map(|(path, text)| File::new(path, text.to_owned())).into() }
    }

    #[test]
    fn edges_past_the_table_and_ways_past_a_door_are_found() {
        let cases = [
            ("use crate::staff::{self, Person as Cashier};", 0),
            ("use crate::{staff::Person, web};", 0),
            ("fn a() { crate::staff::find(); }", 0),
            ("// crate::catalog::find", 0),
            ("#[cfg(test)] mod tests { use crate::catalog; }", 0),
            ("use crate::{web::{A, B}, catalog};", 1),
            ("fn a() { crate::catalog::find(); }", 1),
            ("use crate::staff::model::Person;", 1),
            ("use crate::{staff::{self, model::{Person, Role}}, catalog::*};", 2),
        ];
        for (code, found) in cases {
            let wrong = domains(&house(code));
            assert_eq!(wrong.len(), found, "{code}: {wrong:?}");
        }
    }

    #[test]
    fn a_circle_in_the_table_is_found() {
        let lib = "//! a → b\n//! b → c\n//! c → a\n";
        assert_eq!(circle(&table(lib)).as_deref(), Some("a"));
        assert_eq!(circle(&table("//! a → b\n//! b →\n")), None);
    }
}
