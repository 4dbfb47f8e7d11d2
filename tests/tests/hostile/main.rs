//! What a hostile or broken neighbour on the network tries, and what it meets.

mod bodies;
mod cookies;
mod malformed;
mod memory;
mod origins;
mod rights;
mod slow;
mod sockets;
mod stores;
mod trail;
