//! Rules about what stands in a file.

use std::collections::BTreeSet;

use super::source::{File, Tree};

/// Files that may read the clock or draw chance, each with why it may.
const CLOCK_AND_CHANCE: &[(&str, &str)] = &[
    ("hub/kernel/src/context.rs", "the clock and the chance that are handed in"),
    ("hub/kernel/src/store/postgres/mod.rs", "how long a server is waited for, by the monotonic clock; nothing of it is stored"),
    ("hub/kernel/src/store/postgres/prepare.rs", "how long a lock is waited for, by the monotonic clock; nothing of it is stored"),
    ("hub/src/imports/uploads.rs", "the age of a file left over on this disk, by that disk's own clock"),
];

/// Folders of the hub that are no domains: the process edge, where clock and chance are made to be handed in.
const EDGE: &[&str] = &[
    "hub/src/web/",
    "hub/src/hub.rs",
    "hub/src/cli.rs",
    "hub/src/live/",
    "hub/src/config.rs",
    "hub/src/devices/links.rs",
    "hub/src/devices/own.rs",
    "hub/src/devices/routes/link.rs",
];

/// Threads of their own beside the hub's `aside` and `beside`, each with why no simulated chain meets them.
const THREADS: &[(&str, &str)] = &[
    ("hub/src/hub.rs", "aside and beside themselves"),
    ("hub/src/cli.rs", "the program's verbs"),
    ("hub/src/web/tls/serve.rs", "certificates; a simulated hub answers without sockets"),
    ("hub/src/backup/work.rs", "a backup reads the whole folder; the simulated plan is off"),
    ("hub/src/backup/routes.rs", "places of backups are folders of the machine"),
    ("hub/src/backup/restore/mod.rs", "a verb of a hub that does not run"),
    ("hub/src/demo/worker.rs", "the demo store is made once, on a person's wish"),
    ("hub/src/devices/routes/found.rs", "names of the network are looked up by the machine"),
];

/// Floats that are not money, each with why.
const FLOATS: &[(&str, &str)] = &[
    ("hub/src/catalog/export.rs", "a cell of a workbook is a double; the text it comes from is exact"),
    ("hub/src/catalog/import/xlsx.rs", "a cell of a workbook is a double; it becomes text at once"),
];

/// Files over 500 lines, each with why it is one room.
const LONG: &[(&str, &str)] = &[("clients/web/src/api/types.ts", "the names by which screens know the shapes of the API: one list")];

const LONG_FROM_LINES: usize = 500;

fn excused(list: &[(&str, &str)], path: &str) -> bool {
    list.iter().any(|(file, _)| *file == path)
}

/// An excuse for a file that is not there, or does not need it any more.
fn idle_excuses(tree: &Tree, list: &[(&str, &str)]) -> Vec<String> {
    list.iter().filter(|(file, _)| !tree.has(file)).map(|(file, _)| format!("{file} is excused and not there")).collect()
}

/// The READMEs say what survives what with the figures of a run that is written down: they carry its date.
pub fn quoted(tree: &Tree) -> Vec<String> {
    let Some(report) = tree.text("docs/torture.md") else { return Vec::new() };
    let date = report.split_once("./dev torture` on ").and_then(|(_, rest)| rest.get(..10));
    let Some(date) = date else { return vec!["docs/torture.md has no date: ./dev torture".to_owned()] };
    let stale = ["README.md", "README.ru.md"].into_iter().filter(|path| !tree.text(path).is_some_and(|text| text.contains(date)));
    stale.map(|path| format!("{path} does not quote docs/torture.md of {date}")).collect()
}

/// Projections emit `put` and `add`, so that they run on every engine.
pub fn sql_in_projections(tree: &Tree) -> Vec<String> {
    let projections = tree.rust("hub/src/").filter(|file| file.path.ends_with("/project.rs") || file.path.contains("/project/"));
    let mut found = Vec::new();
    for file in projections {
        for (number, line) in file.text.lines().enumerate() {
            let sql = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "]
                .iter()
                .any(|verb| line.contains(&format!("\"{verb}")) || line.trim_start().starts_with(verb));
            if sql {
                found.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    found
}

/// Whatever clippy does not hold by itself.
pub fn unfinished(tree: &Tree) -> Vec<String> {
    let words = ["todo!", "unimplemented!", "dbg!", "#[allow(", "#![allow("];
    tree.rust("").flat_map(|file| file.holding(&words)).collect()
}

/// A command decides from its tables; a simulated run has no wall clock.
pub fn clock_and_chance(tree: &Tree) -> Vec<String> {
    let words = [
        "Timestamp::now",
        "Zoned::now",
        "SystemTime::now",
        "Instant::now",
        "Uuid::now_v7",
        "Uuid::new_v4",
        "getrandom::fill",
        "OsRng",
        "SystemRandom::new",
    ];
    let inside = |path: &str| {
        (path.starts_with("hub/src/") || path.starts_with("hub/kernel/src/")) && !EDGE.iter().any(|edge| path.starts_with(edge))
    };
    let files = tree.rust("hub/").filter(|file| inside(&file.path) && !excused(CLOCK_AND_CHANCE, &file.path));
    files.flat_map(|file| file.holding(&words)).chain(idle_excuses(tree, CLOCK_AND_CHANCE)).collect()
}

/// A hub without threads does at once what others do aside: a thread elsewhere would end whenever it likes.
pub fn threads(tree: &Tree) -> Vec<String> {
    let words = ["spawn_blocking", "thread::spawn", "thread::Builder"];
    let files = tree.rust("hub/src/").filter(|file| !excused(THREADS, &file.path));
    files.flat_map(|file| file.holding(&words)).chain(idle_excuses(tree, THREADS)).collect()
}

/// Which of several ready things goes first is decided, not drawn: a seed has to bring the same history again.
pub fn drawn_choices(tree: &Tree) -> Vec<String> {
    let of = |file: &File| {
        let lines: Vec<&str> = file.proper.lines().collect();
        let drawn = |at: &usize| lines[*at].contains("tokio::select! {") && lines.get(at + 1).is_none_or(|next| next.trim() != "biased;");
        (0..lines.len()).filter(drawn).map(|at| format!("{}:{}: select! without biased", file.path, at + 1)).collect::<Vec<_>>()
    };
    tree.rust("").filter(|file| ["hub/", "agent/"].iter().any(|folder| file.path.starts_with(folder))).flat_map(of).collect()
}

/// Money is whole minor units, goods are whole thousandths.
pub fn floats(tree: &Tree) -> Vec<String> {
    let inside = |path: &str| ["hub/src/", "hub/kernel/src/", "protocol/src/"].iter().any(|folder| path.starts_with(folder));
    let files = tree.rust("").filter(|file| inside(&file.path) && !excused(FLOATS, &file.path));
    files.flat_map(|file| file.holding(&["f32", "f64"])).chain(idle_excuses(tree, FLOATS)).collect()
}

/// A room one can overlook.
pub fn long_files(tree: &Tree) -> Vec<String> {
    let ours =
        |path: &str| [".rs", ".ts", ".tsx", ".java", ".kt", ".css"].iter().any(|end| path.ends_with(end)) && !path.ends_with(".d.ts");
    let long = tree.files.iter().filter(|file| ours(&file.path) && !excused(LONG, &file.path));
    let lines = long.map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > LONG_FROM_LINES);
    lines.map(|(file, lines)| format!("{}: {lines} lines", file.path)).chain(idle_excuses(tree, LONG)).collect()
}

/// A path or an address that exists on one machine only.
pub fn machine_places(tree: &Tree) -> Vec<String> {
    // Taken apart, so that this file does not find itself.
    let places = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/Use", "rs/"), concat!("/tmp/du", "ken")];
    let mut found = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            let place = |place: &&&str| {
                line.match_indices(**place).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "-_.:}/".contains(c)))
            };
            if let Some(place) = places.iter().find(place) {
                found.push(format!("{}:{}: {place}", file.path, number + 1));
            }
        }
    }
    found
}

/// A mirror that one machine uses must not become everyone's.
pub fn registries(tree: &Tree) -> Vec<String> {
    let allowed = [
        ("Cargo.lock", "source = ", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
        ("clients/web/package-lock.json", "\"resolved\": ", "\"resolved\": \"https://registry.npmjs.org/"),
    ];
    let mut found = Vec::new();
    for (path, key, start) in allowed {
        let Some(text) = tree.text(path) else {
            found.push(format!("{path} is missing"));
            continue;
        };
        let wrong =
            text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(key) && !line.trim_start().starts_with(start));
        found.extend(wrong.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())));
    }
    found
}

/// The hub's sentences. Those of the client are held by its own tests.
pub fn texts(tree: &Tree) -> Vec<String> {
    let languages = ["ru", "kk", "en"].map(|language| format!("hub/src/texts/{language}.toml"));
    let keys = |path: &str| tree.text(path).and_then(|text| text.parse::<toml::Table>().ok()).map(|table| flat(&table, ""));
    let mut found = Vec::new();
    let mut each = Vec::new();
    for path in &languages {
        match keys(path) {
            Some(keys) => each.push((path, keys)),
            None => found.push(format!("{path} cannot be read")),
        }
    }
    let all: BTreeSet<String> = each.iter().flat_map(|(_, keys)| keys.iter().cloned()).collect();
    for (path, keys) in &each {
        found.extend(all.difference(keys).map(|key| format!("{path}: no {key}")));
    }
    found
}

fn flat(table: &toml::Table, before: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (key, value) in table {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            toml::Value::Table(inner) => keys.extend(flat(inner, &name)),
            _ => {
                keys.insert(name);
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    fn one(path: &str, text: &str) -> Tree {
        let excused = CLOCK_AND_CHANCE.iter().chain(THREADS).chain(FLOATS).chain(LONG).map(|(path, _)| File::new(path, String::new()));
        Tree { files: excused.chain([File::new(path, text.to_owned())]).collect() }
    }

    #[test]
    fn each_rule_finds_what_it_is_for() {
        type Check = fn(&Tree) -> Vec<String>;
        let long = "\n".repeat(LONG_FROM_LINES + 1);
        let cases: &[(Check, &str, &str, usize)] = &[
            (sql_in_projections, "hub/src/a/project.rs", "let x = \"SELECT 1\";", 1),
            (sql_in_projections, "hub/src/a/queries.rs", "let x = \"SELECT 1\";", 0),
            (unfinished, "hub/src/a/model.rs", "fn a() { todo!() }", 1),
            (unfinished, "agent/src/a.rs", "#[allow(dead_code)]", 1),
            (unfinished, "agent/src/a.rs", "#[expect(dead_code, reason = \"b\")]", 0),
            (clock_and_chance, "hub/src/a/commands/b.rs", "let a = Timestamp::now();", 1),
            (clock_and_chance, "hub/src/web/b.rs", "let a = Timestamp::now();", 0),
            (threads, "hub/src/a/worker.rs", "tokio::task::spawn_blocking(work)", 1),
            (drawn_choices, "hub/src/a/worker.rs", "tokio::select! {\n  a = b => {}\n}", 1),
            (drawn_choices, "hub/src/a/worker.rs", "tokio::select! {\n  biased;\n  a = b => {}\n}", 0),
            (floats, "hub/src/a/model.rs", "let a: f64 = 1.0;", 1),
            (floats, "agent/src/raster/b.rs", "let a: f64 = 1.0;", 0),
            (long_files, "hub/src/a/model.rs", &long, 1),
            (machine_places, "README.md", concat!("see /ro", "ot/x"), 1),
            (machine_places, "README.md", concat!("https://host/wo", "rk/x"), 0),
        ];
        for (rule, path, text, found) in cases {
            let wrong = rule(&one(path, text));
            assert_eq!(wrong.len(), *found, "{path}: {wrong:?}");
        }
    }

    #[test]
    fn a_mirror_in_a_lock_file_is_found() {
        let text =
            "source = \"registry+https://mirror.example/index\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        let mut tree = one("Cargo.lock", text);
        tree.files.push(File::new("clients/web/package-lock.json", String::new()));
        assert_eq!(registries(&tree).len(), 1);
    }

    #[test]
    fn a_text_missing_in_one_language_is_found() {
        let mut tree = one("hub/src/texts/ru.toml", "[a]\nb = \"б\"\nc = \"в\"\n");
        tree.files.push(File::new("hub/src/texts/kk.toml", "[a]\nb = \"б\"\n".to_owned()));
        tree.files.push(File::new("hub/src/texts/en.toml", "[a]\nb = \"b\"\nc = \"c\"\n".to_owned()));
        assert_eq!(texts(&tree), ["hub/src/texts/kk.toml: no a.c"]);
    }
}
