//! Planted bugs: each patch of `tests/mutants` is applied to a copy of the tree. The simulation must find it, and so must
//! the tests that its first line names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use crate::work::{cargo, output, root, run, target};

/// At most this many seeds are tried for each.
const SEEDS: &str = "0..200";

fn patches() -> anyhow::Result<Vec<PathBuf>> {
    let folder = root().join("tests/mutants");
    let mut found: Vec<PathBuf> = fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "patch"));
    found.sort();
    ensure!(!found.is_empty(), "no patches in {}", folder.display());
    Ok(found)
}

/// Git that takes a folder for itself, whatever lies around it.
fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder);
    git
}

/// Whether every patch still applies: a mutant that does not is no test any more.
pub fn apply() -> anyhow::Result<()> {
    patches()?.iter().try_for_each(|patch| run(git(root()).args(["apply", "--check"]).arg(patch)))
}

/// The tree's files, as they are now, in `copy`. What is there and the same is left alone, so that little is built again.
fn copy_tree(copy: &Path) -> anyhow::Result<()> {
    let listed = output(git(root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    for name in listed.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = std::str::from_utf8(name)?;
        let Ok(bytes) = fs::read(root().join(name)) else { continue };
        let to = copy.join(name);
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().context("a folder")?)?;
        fs::write(&to, bytes)?;
    }
    Ok(())
}

/// What was made to find a planted bug, as its first line says. Whatever it is, the simulation must find it too.
#[derive(Debug, PartialEq, Eq)]
enum Finder {
    /// `Found by: the simulation`.
    Simulation,
    /// `Found by: cargo test …`: these tests, all of which pass without the bug.
    Tests(Vec<String>),
}

impl Finder {
    fn read(patch: &str) -> anyhow::Result<Self> {
        let said = patch.lines().next().and_then(|line| line.strip_prefix("Found by: ")).context("a patch begins with `Found by: `")?;
        if said == "the simulation" {
            return Ok(Self::Simulation);
        }
        let words = said.strip_prefix("cargo test ").context("`the simulation` or `cargo test …`")?;
        Ok(Self::Tests(words.split(' ').map(str::to_owned).collect()))
    }

    /// What finds the bug in the copy and how it says so; an error when somebody who ought to does not.
    fn find(&self, copy: &Path, built: &Path) -> anyhow::Result<String> {
        let seen = simulated(copy, built)?.context("the simulation does not find it")?;
        match self {
            Self::Simulation => Ok(seen),
            Self::Tests(words) => {
                let failed = tested(copy, built, words)?.with_context(|| format!("cargo test {} does not find it", words.join(" ")))?;
                Ok(format!("found by {failed}, and {seen}"))
            }
        }
    }
}

/// A cargo that builds the copy beside its own things.
fn cargo_in(copy: &Path, built: &Path) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(copy).env("CARGO_TARGET_DIR", built).stdin(Stdio::null());
    cargo
}

fn simulated(copy: &Path, built: &Path) -> anyhow::Result<Option<String>> {
    run(cargo_in(copy, built).args(["build", "--quiet", "--locked", "--package", "duken-tests", "--bin", "duken-sim"]))?;
    let mut hunting = Command::new(built.join("debug/duken-sim"));
    hunting.args(["--seeds", SEEDS, "--steps", "150", "--whole", "--first"]).stdin(Stdio::null()).stderr(Stdio::null());
    let ended = hunting.output()?;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    let tried = said.lines().filter(|line| line.starts_with("seed ")).count();
    let line = said.lines().find(|line| line.contains("FAILED")).filter(|_| !ended.status.success());
    Ok(line.map(|line| format!("found by the simulation after {tried} seeds: {line}")))
}

fn tested(copy: &Path, built: &Path, words: &[String]) -> anyhow::Result<Option<String>> {
    // What does not compile is no bug that a test finds.
    run(cargo_in(copy, built).args(["test", "--quiet", "--locked", "--no-run"]).args(words))?;
    let ended = cargo_in(copy, built).args(["test", "--locked"]).args(words).stderr(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    let failed = said.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED")).filter(|_| !ended.status.success());
    Ok(failed.map(str::to_owned))
}

/// Applies each patch to a copy, builds it, and fails unless the simulation and the tests that it names find it.
pub fn hunt() -> anyhow::Result<Vec<String>> {
    let (copy, built) = (target().join("mutants/tree"), target().join("mutants/build"));
    let (mut found, mut missed) = (Vec::new(), Vec::new());
    for patch in patches()? {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let finder = Finder::read(&fs::read_to_string(&patch)?).with_context(|| name.clone())?;
        copy_tree(&copy)?;
        run(git(&copy).env("GIT_CEILING_DIRECTORIES", target().join("mutants")).arg("apply").arg(&patch))?;
        match finder.find(&copy, &built) {
            Ok(line) => {
                println!("{name}: {line}");
                found.push(format!("{name}: {line}"));
            }
            Err(error) => missed.push(format!("{name}: {error:#}")),
        }
    }
    copy_tree(&copy)?;
    if missed.is_empty() { Ok(found) } else { bail!("not found: {}", missed.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patch_says_what_finds_it() {
        for patch in patches().expect("patches") {
            let text = fs::read_to_string(&patch).expect("a patch");
            let finder = Finder::read(&text).unwrap_or_else(|error| panic!("{}: {error:#}", patch.display()));
            assert!(finder != Finder::Tests(Vec::new()));
        }
        assert!(Finder::read("--- a/x\n").is_err());
    }
}
