//! TLS on the store's network: the hub's own authority, its certificate, and the page that explains trust.
//!
//! The authority is made at the first start and can vouch for nothing but this hub: it is constrained to the hub's
//! names and to private addresses. The certificate follows the machine's addresses and is renewed by itself. Other
//! programs (a store, an agent) pin the authority by its fingerprint.

mod addresses;
mod announce;
mod authority;
mod page;
mod serve;
#[cfg(test)]
mod tests;

pub use addresses::own_addresses;
pub use announce::announce;
pub use authority::{Authority, Names};
pub use duken_agent::trust::{Fingerprint, Pin};
pub use page::{router as trust_router, routes};
pub use serve::{Https, serve_https, serve_trust};

/// Lets rustls use ring wherever nothing else is said. Harmless when it was done before.
pub fn install_provider() {
    let _was_installed = rustls::crypto::ring::default_provider().install_default();
}
