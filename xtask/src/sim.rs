//! `cargo xtask sim`: simulated histories of a chain.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;

use crate::work::{cargo, heard, run, target};

/// What CI runs: seeds that are always the same, then seeds that nobody has tried yet. Under three minutes.
const IN_CI: &[&[&str]] = &[&["--seeds", "0..14", "--steps", "120"], &["--fresh", "8", "--steps", "120"]];

fn program() -> Command {
    let mut program = cargo();
    program.args(["run", "--quiet", "--locked", "--package", "duken-tests", "--bin", "duken-sim", "--"]);
    program
}

/// Becomes the simulation with these words: Ctrl+C is its own, its last line and its exit code are ours.
pub fn sim(words: &[&str]) -> anyhow::Result<()> {
    run(cargo().args(["build", "--quiet", "--locked", "--package", "duken-tests", "--bin", "duken-sim"]))?;
    let mut program = Command::new(target().join("debug/duken-sim"));
    Err(program.args(words).stdin(Stdio::null()).exec()).context("duken-sim")
}

/// Seeds that nobody has tried yet, for as long as this; the last line of what was said.
pub fn for_so_long(time: Duration) -> anyhow::Result<Vec<String>> {
    let seconds = time.as_secs().to_string();
    let lines = heard(program().args(["--forever", "--seconds", &seconds, "--steps", "400"]))?;
    Ok(lines.into_iter().next_back().into_iter().collect())
}

/// A fixed set and some fresh seeds.
pub fn in_ci() -> anyhow::Result<()> {
    IN_CI.iter().try_for_each(|words| run(program().args(*words)))
}
