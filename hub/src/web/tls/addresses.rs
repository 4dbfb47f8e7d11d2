//! The addresses of this machine that a certificate may name.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// Private networks as (address, length of the prefix): what the authority is constrained to.
pub(super) const PRIVATE: &[(&str, u8)] = &[
    ("127.0.0.0", 8),
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
    ("::1", 128),
    ("fc00::", 7),
    ("fe80::", 10),
];

/// Whether an address lies in a private network.
#[must_use]
pub(super) fn is_private(address: IpAddr) -> bool {
    PRIVATE.iter().any(|(network, length)| {
        let Ok(network) = network.parse::<IpAddr>() else { return false };
        match (address, network) {
            (IpAddr::V4(a), IpAddr::V4(n)) => (a.to_bits() ^ n.to_bits()).leading_zeros() >= u32::from(*length),
            (IpAddr::V6(a), IpAddr::V6(n)) => (a.to_bits() ^ n.to_bits()).leading_zeros() >= u32::from(*length),
            _ => false,
        }
    })
}

/// The private addresses of this machine as they are now, loopback among them.
#[must_use]
pub fn own_addresses() -> BTreeSet<IpAddr> {
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: BTreeSet<IpAddr> = found.iter().map(if_addrs::Interface::ip).filter(|ip| is_private(*ip)).collect();
    addresses.insert(IpAddr::from([127, 0, 0, 1]));
    addresses.insert(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]));
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_networks_are_private() {
        for private in ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.5", "169.254.9.9", "::1", "fd12::1", "fe80::1"] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in ["8.8.8.8", "172.32.0.1", "192.169.0.1", "2001:db8::1"] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
        assert!(own_addresses().len() >= 2);
    }
}
