//! The hub, ended at the named point in `DUKEN_STOP_AT` as a power cut ends it: no destructor runs, nothing is put in order.

use std::process::ExitCode;

use duken_kernel::failure;

fn main() -> ExitCode {
    if let Ok(wanted) = std::env::var("DUKEN_STOP_AT") {
        failure::arm_all(move |point| {
            if point == wanted {
                std::process::abort();
            }
        });
    }
    duken_hub::cli::run()
}
