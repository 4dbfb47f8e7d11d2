//! Simulated devices, at the wire.
