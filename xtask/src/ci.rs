//! Every check, in the order in which a mistake shows itself soonest; the tests come last and close the report.

use std::time::Instant;

use anyhow::bail;

use crate::work::{cargo, npm, run};
use crate::{api, described, licences, mutants, sim, tidy};

type Step = (&'static str, fn() -> anyhow::Result<()>);

const STEPS: &[Step] = &[
    ("layout of Rust sources", || run(cargo().args(["fmt", "--all", "--check"]))),
    ("rules of the house", tidy::report),
    ("licences and advisories", licences::check),
    ("client: layout, types, unit tests", || run(&mut npm("check"))),
    ("client: build", || run(&mut npm("build"))),
    ("client: size of the till", || run(&mut npm("size"))),
    ("client: what old browsers do not know", || run(&mut npm("browsers"))),
    ("lints", || run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))),
    ("programs", || run(cargo().args(["build", "--quiet", "--workspace", "--bins", "--locked"]))),
    ("description of the API and the client's types", api::check),
    ("client: whole ways in a browser, on a real hub", || run(&mut npm("e2e"))),
    ("tests of the head office's second engine, PostgreSQL", on_postgres),
    ("requests made up by the description of the API", described::check),
    ("planted bugs still apply", mutants::apply),
    ("simulated histories of a chain", sim::in_ci),
    ("tests", || run(cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]))),
];

/// Runs all steps, also after a failed one, and names those that failed.
pub fn everything() -> anyhow::Result<()> {
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        let begun = Instant::now();
        println!("── {name}");
        if let Err(error) = step() {
            println!("   FAILED: {error:#}");
            failed.push(*name);
        }
        eprintln!("   {:.0} s", begun.elapsed().as_secs_f32());
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// What runs on SQLite runs once more on PostgreSQL: every query, and the head office.
fn on_postgres() -> anyhow::Result<()> {
    let on = |arguments: &[&str]| {
        let mut command = cargo();
        command.env("DUKEN_TEST_ENGINE", "postgres").env("DUKEN_TEST_POSTGRES", "required");
        run(command.args(["test", "--locked", "--no-fail-fast"]).args(arguments))
    };
    on(&["--package", "duken-kernel", "--test", "contract"])?;
    on(&["--package", "duken-hub", "--lib"])?;
    on(&["--package", "duken-tests", "--test", "replay", "real_sales_come_to_the_same_sums"])
}

/// Lays out all sources, ours and the client's.
pub fn lay_out() -> anyhow::Result<()> {
    run(cargo().args(["fmt", "--all"]))?;
    run(std::process::Command::new("npx").current_dir(crate::work::web()).args(["biome", "check", "--write", "."]))
}

/// Long runs; their tests read `DUKEN_TORTURE` and then do a hundred times as much.
pub fn torture(rest: &[&str]) -> anyhow::Result<()> {
    if rest.is_empty() {
        sim::at_length()?;
        mutants::hunt()?;
    }
    let long = |more: &[&str]| {
        let mut tests = cargo();
        tests.env("DUKEN_TORTURE", "1").args(["test", "--release", "--locked", "--package", "duken-tests", "--no-fail-fast"]).args(more);
        run(&mut tests)
    };
    long(rest)?;
    if rest.is_empty() && described::is_there() { long(&["--test", "described", "--", "--ignored", "--nocapture"]) } else { Ok(()) }
}
