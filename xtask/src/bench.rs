//! The benchmarks, one after another, and what they come to.

use anyhow::Context as _;

use crate::work::{cargo, npm, run, target};

/// Runs every benchmark and shows the table of figures; `--quick` takes less of everything.
pub fn all(quick: bool) -> anyhow::Result<()> {
    // First: the benchmarks after it write the table of all.
    let mut latency = npm("latency");
    if quick {
        latency.args(["--", "--scans", "40"]).env("DUKEN_BENCH_QUICK", "1");
    }
    run(&mut latency)?;
    let mut command = cargo();
    command.args(["bench", "--locked", "--package", "duken-tests", "--benches"]);
    if quick {
        command.env("DUKEN_BENCH_QUICK", "1");
    }
    run(&mut command)?;
    let table = target().join("bench/report.md");
    println!("\n{}", std::fs::read_to_string(&table).with_context(|| table.display().to_string())?);
    Ok(())
}
