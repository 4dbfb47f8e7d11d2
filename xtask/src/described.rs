//! Requests made up by the description of the API, with schemathesis, when `./dev` could install it.

use std::path::PathBuf;

use crate::work::{cargo, run};

/// Whether schemathesis is installed.
pub fn is_there() -> bool {
    std::env::var_os("DUKEN_SCHEMATHESIS").map(PathBuf::from).is_some_and(|program| program.is_file())
}

/// Runs them against a hub; says so when it cannot.
pub fn check() -> anyhow::Result<()> {
    if !is_there() {
        println!("   skipped: schemathesis is not installed. ./dev test installs it when the index of Python packages can be reached.");
        return Ok(());
    }
    run(cargo().args(["test", "--quiet", "--workspace", "--locked", "--test", "described", "--", "--ignored", "--nocapture"]))
}
