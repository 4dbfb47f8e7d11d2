//! Requests made up by the description of the API, with schemathesis, when `./dev` could install it.

use std::path::PathBuf;

use crate::work::{cargo, run};

/// What is said where it is not.
pub const MISSING: &str = "schemathesis is not installed: requests made up by the description of the API. ./dev test installs it when the \
     index of Python packages can be reached";

/// Whether schemathesis is installed.
pub fn is_there() -> bool {
    std::env::var_os("DUKEN_SCHEMATHESIS").map(PathBuf::from).is_some_and(|program| program.is_file())
}

/// Runs them against a hub; says so when it cannot.
pub fn check() -> anyhow::Result<()> {
    if !is_there() {
        // On both outputs: whoever looks at one of them alone is told, too.
        println!("   NOT TESTED: {MISSING}");
        eprintln!("   NOT TESTED: {MISSING}");
        anyhow::ensure!(
            std::env::var_os("DUKEN_TEST_DESCRIBED").is_none_or(|wanted| wanted != "required"),
            "DUKEN_TEST_DESCRIBED=required"
        );
        return Ok(());
    }
    run(cargo().args(["test", "--quiet", "--workspace", "--locked", "--test", "described", "--", "--ignored", "--nocapture"]))
}
