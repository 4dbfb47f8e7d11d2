//! Receipt printers that speak ESC/POS.

pub mod chart;
pub mod codepage;
pub mod document;
pub mod driver;
pub mod escpos;
pub mod profile;
pub mod status;
pub mod transport;

pub use profile::{PrinterProfile, ProfileError, Profiles};

#[cfg(test)]
mod tests;
