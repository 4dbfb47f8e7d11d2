//! The benchmarks, one after another, and what they come to.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::work::{cargo, npm, run, target};

/// Runs every benchmark and shows the table of figures; `--quick` takes less of everything.
pub fn all(quick: bool) -> anyhow::Result<()> {
    run(&mut npm("build"))?;
    run(cargo().args(["build", "--release", "--quiet", "--locked", "--workspace", "--bins"]))?;
    // First: the benchmarks after it write the table of all. The hub is the one that is shipped.
    let mut latency = npm("latency");
    latency.env("DUKEN_HUB_BIN", target().join("release/duken-hub"));
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

/// The base of five years alone; its figures as lines. The report keeps those of other runs: they are left out.
pub fn of_years() -> anyhow::Result<Vec<String>> {
    let path = target().join("bench/report.json");
    let kept = figures(&path).unwrap_or_default();
    run(cargo().args(["bench", "--locked", "--package", "duken-tests", "--bench", "years"]))?;
    let line = |figure: Value| {
        let met = if figure["met"] == false { ", NOT MET" } else { "" };
        let value = figure["value"].as_f64().unwrap_or(0.0);
        format!("{} {}: {value:.1} {}{met}", shown(&figure["id"]), shown(&figure["name"]), shown(&figure["unit"]))
    };
    Ok(figures(&path)?.into_iter().filter(|figure| !kept.contains(figure)).map(line).collect())
}

fn figures(path: &Path) -> anyhow::Result<Vec<Value>> {
    Ok(serde_json::from_slice(&std::fs::read(path).with_context(|| path.display().to_string())?)?)
}

fn shown(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
