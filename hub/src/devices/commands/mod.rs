//! Commands over devices and their jobs.

mod enqueue;

pub use enqueue::{enqueue_drawer, enqueue_print};
