//! `duken-hub`.

/// Gives freed memory back to the system, whichever thread it was taken on: a password is looked at in 19 MiB, and the
/// system's own allocator keeps that for every thread that ever did it. SQLite takes its memory here too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    duken_hub::cli::run()
}
