//! Whole-product tests, the simulators of devices, and benchmarks.

pub mod client;
pub mod demo;
pub mod devices;
pub mod fixture;
pub mod fuzz;
pub mod golden;
pub mod replay;
pub mod sim;
pub mod years;
