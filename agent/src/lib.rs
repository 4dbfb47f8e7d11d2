//! Drivers of a store's devices, and the link that lends them to the hub.
//!
//! The hub runs this library inside itself for the devices on its own USB, serial ports and network; the program
//! `duken-agent` runs the same library on another machine and dials the hub. There is one way to drive a printer.

pub mod config;
pub mod devices;
pub mod discovery;
mod http;
pub mod kaspi;
pub mod link;
pub mod printer;
pub mod raster;
pub mod scanner;
pub mod sheets;
pub mod trust;

/// Version of this program, as told to the other side of a link.
pub const BUILD: &str = concat!("duken-agent ", env!("CARGO_PKG_VERSION"));
