//! Every decoder on inputs made by changing known ones: `tests/src/fuzz`, and why it is so in `docs/adr/0011`.

use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;

use crate::work::{cargo, heard, output, root, run, target};

/// What a check of every change gives to all targets together.
const IN_CI_S: u64 = 20;

/// The compiler's own counters of edges, read by the fuzzer: no other toolchain is needed.
const COUNTED: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Ccodegen-units=1 -Clink-dead-code";

fn program(command: &mut Command) -> &mut Command {
    command.args(["run", "--quiet", "--locked", "--package", "duken-tests", "--bin", "duken-fuzz", "--"])
}

/// Runs the fuzzer with these words.
pub fn fuzz(words: &[&str]) -> anyhow::Result<()> {
    run(program(&mut cargo()).args(words))
}

/// A little of each target, by what its answers say.
pub fn in_ci() -> anyhow::Result<()> {
    fuzz(&["--seconds", &IN_CI_S.to_string()])
}

/// This machine, as the compiler names it.
fn host() -> anyhow::Result<String> {
    let said = output(Command::new("rustc").arg("-vV"))?;
    let host = std::str::from_utf8(&said)?.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Hours of it, by the edges that are reached; what reaches a new one is kept in the corpus.
pub fn at_length(time: Duration) -> anyhow::Result<Vec<String>> {
    let mut command = cargo();
    // Named, a target keeps these flags from build scripts and macros, which have nobody to count for.
    command.env("CARGO_BUILD_TARGET", host()?).env("CARGO_TARGET_DIR", target().join("counted")).env("RUSTFLAGS", COUNTED);
    let seconds = time.as_secs().to_string();
    let corpus = root().join("tests/fuzz/corpus");
    let lines = heard(program(&mut command).args(["--seconds", &seconds, "--grow"]).arg(corpus))?;
    Ok(lines.into_iter().filter(|line| line.contains("inputs")).collect())
}
