//! Who announces himself on the store's network: tills with an agent, and printers. A hint for people: nothing is trusted
//! or driven because it was seen.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use duken_agent::discovery::{Neighbour, Service, Sighting};
use duken_protocol::device::{Connection, DeviceKind, FoundDevice};

/// Seen at most; more is noise or an attack.
const SEEN_MAX: usize = 200;

/// Who is there now.
#[derive(Default)]
pub struct Neighbours(Mutex<BTreeMap<String, Neighbour>>);

impl Neighbours {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Neighbour>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a sighting; true when something changed.
    pub fn heard(&self, sighting: Sighting) -> bool {
        let mut seen = self.lock();
        match sighting {
            Sighting::Appeared(neighbour) if seen.len() < SEEN_MAX || seen.contains_key(&neighbour.instance) => {
                let news = seen.get(&neighbour.instance) != Some(neighbour.as_ref());
                seen.insert(neighbour.instance.clone(), *neighbour);
                news
            }
            Sighting::Appeared(_) => false,
            Sighting::Gone { instance, .. } => seen.remove(&instance).is_some(),
            // Everybody is heard again, or is not there any more.
            Sighting::Restarted => !std::mem::take(&mut *seen).is_empty(),
        }
    }

    /// Printers that announce themselves.
    #[must_use]
    pub fn printers(&self) -> Vec<FoundDevice> {
        let seen = self.lock();
        let printers = seen.values().filter(|neighbour| neighbour.service == Service::Printer);
        printers.filter_map(|printer| Some(found(printer, usable(printer)?))).collect()
    }

    /// Machines with an agent, paired or not.
    #[must_use]
    pub fn tills(&self) -> Vec<Neighbour> {
        self.lock().values().filter(|neighbour| neighbour.service == Service::Till).cloned().collect()
    }
}

/// The address by which a printer is remembered: of this network, IPv4 first.
fn usable(neighbour: &Neighbour) -> Option<std::net::IpAddr> {
    neighbour.addresses.iter().copied().find(|ip| super::routes::is_near(*ip))
}

fn found(printer: &Neighbour, ip: std::net::IpAddr) -> FoundDevice {
    let address = if printer.port == 9100 { ip.to_string() } else { std::net::SocketAddr::new(ip, printer.port).to_string() };
    FoundDevice { kind: DeviceKind::Printer, name: printer.name.clone(), connection: Connection::network(address), profile: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(name: &str, address: &str) -> Sighting {
        let addresses = vec![address.parse().unwrap()];
        Sighting::Appeared(Box::new(Neighbour::read(Service::Printer, name, &BTreeMap::new(), addresses, 9100).unwrap()))
    }

    #[test]
    fn who_comes_is_seen_and_who_goes_is_not() {
        let neighbours = Neighbours::default();
        assert!(neighbours.heard(printer("Kitchen", "192.168.1.7")));
        assert!(!neighbours.heard(printer("Kitchen", "192.168.1.7")), "no news");
        assert!(neighbours.heard(printer("Far", "8.8.8.8")));
        let seen = neighbours.printers();
        assert_eq!(seen.len(), 1, "only of this network");
        assert_eq!((seen[0].name.as_str(), &seen[0].connection), ("Kitchen", &Connection::network("192.168.1.7")));
        assert!(neighbours.heard(Sighting::Gone { service: Service::Printer, instance: "Kitchen".into() }));
        assert!(neighbours.printers().is_empty());
        neighbours.heard(printer("Bar", "192.168.1.8"));
        assert!(neighbours.heard(Sighting::Restarted));
        assert!(neighbours.printers().is_empty());
    }
}
