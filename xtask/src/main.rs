//! The checks and chores of the workspace: `cargo xtask help`.

mod api;
mod bench;
mod ci;
mod described;
mod fuzz;
mod licences;
mod mutants;
mod sim;
mod tidy;
mod torture;
mod work;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask ci         every check, as ./dev test runs them (which also sets the machine up)
cargo xtask fmt        lays out all sources
cargo xtask tidy       the rules of the house that a program can check
cargo xtask licences   licences (and, with cargo-deny and its data, advisories) of all dependencies
cargo xtask openapi    makes docs/openapi.json and the client's types again; with --check only compares
cargo xtask bench      every benchmark beside its floor, in target/bench/report.{json,md}; --quick in a few minutes
cargo xtask golden     plays the story of the golden journals and keeps the next one (tests/golden/README.md)
cargo xtask sim        simulated histories of a chain: --seed N --steps M, --seeds A..B, --forever (--help tells more)
cargo xtask fuzz       every decoder on inputs made from known ones: --seconds N, --target NAME (--help tells more)
cargo xtask mutants    plants each bug of tests/mutants in a copy of the tree; the check it names must find it
cargo xtask torture    everything that is long, and docs/torture.md: --hours N, --only KEY,KEY (--help tells more)
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["ci"] => ci::everything(),
        ["fmt"] => ci::lay_out(),
        ["tidy"] => tidy::report(),
        ["licences"] => licences::check(),
        ["openapi"] => api::write(),
        ["openapi", "--check"] => api::check(),
        ["bench"] => bench::all(false),
        ["bench", "--quick"] => bench::all(true),
        ["golden"] => work::run(work::cargo().args(["run", "--quiet", "--package", "duken-tests", "--bin", "duken-golden"])),
        ["sim", rest @ ..] => sim::sim(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["mutants"] => mutants::hunt().map(drop),
        ["torture", rest @ ..] => torture::torture(rest),
        [] | ["help"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
