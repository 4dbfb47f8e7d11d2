//! `cargo xtask sim`: simulated histories of a chain.

use std::process::Stdio;

use anyhow::ensure;

use crate::work::{cargo, run};

/// What CI runs: seeds that are always the same, then seeds that nobody has tried yet. About two minutes.
const IN_CI: &[&[&str]] = &[&["--seeds", "0..60", "--steps", "150"], &["--fresh", "40", "--steps", "150"]];

fn program() -> std::process::Command {
    let mut program = cargo();
    program.args(["run", "--quiet", "--locked", "--package", "duken-tests", "--bin", "duken-sim", "--"]);
    program
}

/// Runs the simulation with these words; its output is its own.
pub fn sim(words: &[&str]) -> anyhow::Result<()> {
    let status = program().args(words).stdin(Stdio::null()).status()?;
    ensure!(status.success(), "a seed did not hold");
    Ok(())
}

/// Seeds by the hundred, that nobody has tried yet.
pub fn at_length() -> anyhow::Result<()> {
    sim(&["--fresh", "1000", "--steps", "400"])
}

/// A fixed set and some fresh seeds.
pub fn in_ci() -> anyhow::Result<()> {
    IN_CI.iter().try_for_each(|words| run(program().args(*words)))
}
