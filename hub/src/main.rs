//! `duken-hub`.

fn main() -> std::process::ExitCode {
    duken_hub::cli::run()
}
