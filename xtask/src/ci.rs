//! Every check, in the order in which a mistake shows itself soonest; the tests come last and close the report.

use std::time::Instant;

use anyhow::bail;

use crate::work::{cargo, is_root, npm, run};
use crate::{api, described, fuzz, licences, mutants, sim, tidy};

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
    ("hostile input for every decoder", fuzz::in_ci),
    ("tests", tests),
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

/// All tests. Whoever may mount a small disk must: nothing is left out in silence.
fn tests() -> anyhow::Result<()> {
    let mut command = cargo();
    if is_root() {
        command.env("DUKEN_TEST_MACHINE", "required");
    }
    run(command.args(["test", "--workspace", "--locked", "--no-fail-fast"]))
}

/// What runs on SQLite runs once more on PostgreSQL: every query, and the head office.
fn on_postgres() -> anyhow::Result<()> {
    let on = |arguments: &[&str]| {
        let mut command = cargo();
        command.env("DUKEN_TEST_ENGINE", "postgres").env("DUKEN_TEST_POSTGRES", "required");
        if is_root() {
            command.env("DUKEN_TEST_MACHINE", "required");
        }
        run(command.args(["test", "--locked", "--no-fail-fast"]).args(arguments))
    };
    on(&["--package", "duken-kernel", "--test", "contract"])?;
    on(&["--package", "duken-hub", "--lib"])?;
    on(&["--package", "duken-tests", "--test", "replay", "real_sales_come_to_the_same_sums"])?;
    // Whatever is said of a head office holds on either engine.
    on(&["--package", "duken-tests", "--test", "invariants", "--", "j5_", "s1_", "s2_"])?;
    on(&["--package", "duken-tests", "--test", "whole", "--", "head_office"])?;
    on(&["--package", "duken-tests", "--test", "hostile", "--", "stores::", "rights::"])?;
    on(&["--package", "duken-tests", "--test", "office_postgres"])
}

/// Lays out all sources, ours and the client's.
pub fn lay_out() -> anyhow::Result<()> {
    run(cargo().args(["fmt", "--all"]))?;
    run(std::process::Command::new("npx").current_dir(crate::work::web()).args(["biome", "check", "--write", "."]))
}
