//! Planted bugs: each patch of `tests/mutants` is applied to a copy of the tree, and the simulation must find it.

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

/// Applies each patch to a copy, builds it, and fails unless the simulation finds it.
pub fn hunt() -> anyhow::Result<()> {
    let (copy, built) = (target().join("mutants/tree"), target().join("mutants/build"));
    let mut missed = Vec::new();
    for patch in patches()? {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        copy_tree(&copy)?;
        run(git(&copy).env("GIT_CEILING_DIRECTORIES", target().join("mutants")).arg("apply").arg(&patch))?;
        let mut build = cargo();
        build.current_dir(&copy).env("CARGO_TARGET_DIR", &built);
        run(build.args(["build", "--quiet", "--locked", "--package", "duken-tests", "--bin", "duken-sim"]))?;
        let mut hunting = Command::new(built.join("debug/duken-sim"));
        hunting.args(["--seeds", SEEDS, "--steps", "150", "--whole", "--first"]).stdin(Stdio::null()).stderr(Stdio::null());
        let ended = hunting.output()?;
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        let found = said.lines().find(|line| line.contains("FAILED"));
        match found {
            Some(line) if !ended.status.success() => {
                let tried = said.lines().filter(|line| line.starts_with("seed ")).count();
                println!("{name}: found after {tried} seeds: {line}");
            }
            _ => missed.push(name),
        }
    }
    copy_tree(&copy)?;
    if missed.is_empty() { Ok(()) } else { bail!("not found by the simulation: {}", missed.join(", ")) }
}
