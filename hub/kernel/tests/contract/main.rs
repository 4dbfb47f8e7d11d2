//! What every engine has to do, asked of each of them: SQLite, and PostgreSQL where it is installed.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod concurrency;
mod failures;
mod house;
mod lock;
mod replays;
mod rolled;
mod rows;
mod transactions;
