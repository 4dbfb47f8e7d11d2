//! The network interfaces of this machine that lead to other tills.

use std::net::IpAddr;

/// One interface with its addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interface {
    /// Such as `eth0`.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it leads only to this machine.
    pub loopback: bool,
}

/// Beginnings of names of adapters behind which there is no shop: containers, virtual machines, tunnels.
const VIRTUAL: [&str; 22] = [
    "docker",
    "br-",
    "veth",
    "virbr",
    "vboxnet",
    "vmnet",
    "vmbr",
    "vnet",
    "lxc",
    "lxd",
    "cni",
    "flannel",
    "kube",
    "cali",
    "podman",
    "tun",
    "tap",
    "wg",
    "tailscale",
    "zt",
    "ppp",
    "vEthernet",
];

/// Whether a name is one of a virtual adapter.
#[must_use]
pub fn is_virtual(name: &str) -> bool {
    VIRTUAL.iter().any(|beginning| name.starts_with(beginning))
}

/// The interfaces that are up now, virtual ones left out, sorted by name.
#[must_use]
pub fn interfaces() -> Vec<Interface> {
    let mut all: Vec<Interface> = Vec::new();
    for address in if_addrs::get_if_addrs().unwrap_or_default() {
        let (ip, loopback) = (address.ip(), address.is_loopback());
        // A pulled cable leaves the address where it was: only the link's own word tells. Loopback has none.
        if is_virtual(&address.name) || !(loopback || address.is_oper_up()) {
            continue;
        }
        match all.iter_mut().find(|known| known.name == address.name) {
            Some(known) => known.addresses.push(ip),
            None => all.push(Interface { name: address.name.clone(), addresses: vec![ip], loopback }),
        }
    }
    for interface in &mut all {
        interface.addresses.sort();
    }
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_and_tunnels_are_no_shop() {
        for name in ["docker0", "br-1f2e3d", "veth12ab", "virbr0", "wg0", "tailscale0", "tun0", "vEthernet (WSL)"] {
            assert!(is_virtual(name), "{name}");
        }
        for name in ["eth0", "enp3s0", "wlan0", "wlp2s0", "en0", "lo", "br0"] {
            assert!(!is_virtual(name), "{name}");
        }
    }

    #[test]
    fn this_machine_has_itself() {
        assert!(interfaces().iter().any(|interface| interface.loopback));
    }
}
