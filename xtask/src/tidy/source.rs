//! The sources as the rules see them: text, code without comments and strings, and code without tests.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::work::{output, root};

/// One file of the tree.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// As it stands.
    pub text: String,
    /// Rust only: comments and the insides of strings blanked out, line for line.
    pub code: String,
    /// Rust only: `code` with the modules of tests blanked out too; empty for a file of tests.
    pub proper: String,
}

/// Every text file that git knows or would take.
pub struct Tree {
    /// Sorted by path.
    pub files: Vec<File>,
}

impl Tree {
    /// Reads the working tree.
    ///
    /// # Errors
    /// git's, and the disk's.
    pub fn read() -> anyhow::Result<Self> {
        let list = output(std::process::Command::new("git").current_dir(root()).args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ]))?;
        let list = String::from_utf8(list).context("a file name is not UTF-8")?;
        let mut files = Vec::new();
        for path in list.split_terminator('\0') {
            // What is not text, or was removed and not yet committed, has no rules.
            if let Ok(text) = fs::read_to_string(root().join(path)) {
                files.push(File::new(path, text));
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// The Rust files under a folder.
    pub fn rust<'a>(&'a self, under: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.starts_with(under) && file.is_rust())
    }

    /// One file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// Whether there is such a file.
    pub fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }
}

impl File {
    /// A file with its views.
    pub fn new(path: &str, text: String) -> Self {
        let rust = Path::new(path).extension().is_some_and(|extension| extension == "rs");
        let code = if rust { blank(&text) } else { String::new() };
        let proper = if is_test(path) { String::new() } else { without_tests(&code) };
        Self { path: path.to_owned(), text, code, proper }
    }

    fn is_rust(&self) -> bool {
        !self.code.is_empty()
    }

    /// Lines of proper code that hold one of the words, as `path:line: word`.
    pub fn holding(&self, words: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (number, line) in self.proper.lines().enumerate() {
            for word in words.iter().filter(|word| has_word(line, word)) {
                found.push(format!("{}:{}: {word}", self.path, number + 1));
            }
        }
        found
    }
}

/// A file that only tests are in.
fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    let file = parts.next_back().unwrap_or_default();
    path.starts_with("tests/")
        || parts.any(|folder| folder == "tests" || folder == "benches")
        || file == "tests.rs"
        || file.ends_with("_tests.rs")
}

/// Whether the word stands in the line by itself, not within a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(name) && word.starts_with(name);
        let after = line[at + word.len()..].chars().next().is_some_and(name) && word.ends_with(name);
        !before && !after
    })
}

/// Blanks comments and the insides of strings and characters; every line keeps its number.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let keep = |c: char| if c == '\n' { '\n' } else { ' ' };
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['r', '"' | '#', ..] if !prior_is_name(&chars, at) => raw_string(rest).unwrap_or(0),
            ['"', ..] => string(rest),
            ['\'', ..] => character(rest),
            _ => 0,
        };
        if length == 0 {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        out.extend(chars[at..at + length].iter().map(|&c| keep(c)));
        at += length;
    }
    out
}

fn prior_is_name(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let inside = &rest[2 + hashes..];
    let length = inside.windows(end.len()).position(|window| window == end).unwrap_or(inside.len().saturating_sub(end.len()));
    Some(2 + hashes + length + end.len())
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of a character, or nothing for a lifetime.
fn character(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', ..] => rest.iter().skip(3).position(|&c| c == '\'').map_or(0, |end| end + 4),
        ['\'', _, '\'', ..] => 3,
        _ => 0,
    }
}

/// Blanks every `#[cfg(test)]` item with a body.
fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(found) = out[from..].find("#[cfg(test)]") {
        let start = from + found;
        let Some(end) = item_end(&out, start) else { break };
        let blanked: String = out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blanked);
        from = start + blanked.len();
    }
    out
}

fn item_end(code: &str, start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in code[start..].char_indices() {
        match c {
            ';' if depth == 0 => return Some(start + at + 1),
            '{' => depth += 1,
            '}' if depth <= 1 => return Some(start + at + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_tests_are_no_code() {
        let text = "let a = \"x // f32\"; // f64\nlet b = r#\"f\"32\"#; let c = '\\''; let d = '\"'; fn e<'a>(f: &'a str) {}\n#[cfg(test)]\nmod tests { fn g() { h.unwrap(); } }\nlet i = f32;";
        let file = File::new("hub/src/x.rs", text.to_owned());
        assert_eq!(file.code.lines().count(), text.lines().count());
        assert_eq!(file.holding(&["f32", "f64"]), ["hub/src/x.rs:5: f32"]);
        assert!(file.code.contains("unwrap") && !file.proper.contains("unwrap"));
        assert!(file.code.contains("fn e<'a>(f: &'a str) {}"), "{}", file.code);
    }

    #[test]
    fn a_word_is_not_part_of_a_name() {
        assert!(has_word("x: f32,", "f32"));
        assert!(!has_word("pdf32", "f32"));
        assert!(has_word("a.unwrap()", ".unwrap()"));
    }

    #[test]
    fn files_of_tests_are_known_by_their_place() {
        for (path, test) in [
            ("hub/src/sales/tests/mod.rs", true),
            ("tests/src/lib.rs", true),
            ("hub/src/live/socket_tests.rs", true),
            ("hub/src/sales/mod.rs", false),
        ] {
            assert_eq!(is_test(path), test, "{path}");
        }
    }
}
