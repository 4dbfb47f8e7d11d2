//! Whole-product tests, the simulators of devices, and benchmarks.

pub mod devices;
