//! Simulated devices of a till, at the wire: a Kaspi Smart POS [`terminal`], an ESC/POS receipt [`printer`] with a
//! cash drawer, and a serial [`scanner`].
//!
//! They speak the protocols that real devices speak (HTTP `/v2`, ESC/POS bytes over TCP and over a pseudo-terminal,
//! scanned bytes over a pseudo-terminal) and misbehave on demand. They share no code with the drivers: both sides
//! read the same descriptions on their own, so that a misreading shows. The [`reader`] of printed paper alone takes the
//! shapes of letters from the driver's font.
//!
//! Each simulator starts inside a tokio runtime, hands out a handle, and stops when the handle is dropped:
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use duken_tests::devices::printer::{Printer, PrinterOptions};
//! let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await?;
//! // … let the program under test print to `printer.address()` …
//! let receipts = printer.wait_for_receipts(1).await;
//! println!("{}", receipts[0].text());
//! # Ok(()) }
//! ```
//!
//! [`control`] is the page and the JSON interface over all of them; `duken-devices` is the program.

pub mod control;
pub mod escpos;
pub mod paper;
pub mod printer;
pub mod pty;
pub mod reader;
pub mod scanner;
mod settings;
pub mod terminal;
mod watched;
