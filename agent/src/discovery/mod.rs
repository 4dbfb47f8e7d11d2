//! Finding hubs and tills on the network, and devices on this machine.

mod daemon;
mod interfaces;
mod plugged;
mod service;

pub use daemon::{Discovery, DiscoveryOptions, Sighting};
pub use interfaces::{Interface, interfaces, is_virtual};
pub use plugged::plugged_in;
pub use service::{API, Announcement, Neighbour, Service};
