//! What is said about a hub or a till over DNS-SD. A hint: trust comes from the pinned key alone.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// A hub.
    Hub,
    /// A till.
    Till,
    /// A network printer that announces its raw port, by whoever made it.
    Printer,
}

impl Service {
    /// Its type, as DNS-SD writes it.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Hub => "_duken-hub._tcp.local.",
            Self::Till => "_duken-till._tcp.local.",
            Self::Printer => "_pdl-datastream._tcp.local.",
        }
    }
}

/// Version of the HTTP interface that is announced.
pub const API: &str = "1";

/// Characters of the certificate's fingerprint that are announced: enough to tell hubs apart, too few to trust.
const FINGERPRINT_LETTERS: usize = 16;

/// One thing to announce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Hub or till.
    pub service: Service,
    /// Its id, which stays when the address changes.
    pub id: String,
    /// Port of its HTTPS.
    pub port: u16,
    /// `store` or `office`; empty for a till.
    pub role: String,
    /// For a till the id of its hub, by which its own id is meant; empty while it is not paired, and for a hub.
    pub hub: String,
    /// Name of the store.
    pub store: String,
    /// SHA-256 of its certificate, 64 digits; a part of it is announced.
    pub fingerprint: String,
    /// Name for people.
    pub name: String,
}

impl Announcement {
    /// The TXT record: `txtvers=1 id= api=1 role= store= fp= name= hub=`.
    #[must_use]
    pub fn txt(&self) -> Vec<(&'static str, String)> {
        let fp: String = self.fingerprint.chars().take(FINGERPRINT_LETTERS).collect();
        vec![
            ("txtvers", "1".to_owned()),
            ("id", limited(&self.id)),
            ("api", API.to_owned()),
            ("role", limited(&self.role)),
            ("store", limited(&self.store)),
            ("fp", fp),
            ("name", limited(&self.name)),
            ("hub", limited(&self.hub)),
        ]
    }

    /// Name of the instance: one label of DNS, at most 63 bytes.
    #[must_use]
    pub fn instance(&self) -> String {
        let id: String = self.id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let mut name: String = self.name.chars().filter(|c| !c.is_control()).collect();
        while name.len() + id.len() + 1 > 63 {
            name.pop();
        }
        format!("{name} {id}").trim().to_owned()
    }
}

/// A TXT value has at most 255 bytes with its key.
fn limited(text: &str) -> String {
    let mut text = text.to_owned();
    while text.len() > 200 {
        text.pop();
    }
    text
}

/// A hub or till that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Hub or till.
    pub service: Service,
    /// Name of the instance: identifies it until it is gone.
    pub instance: String,
    /// Its id. Remember this, never the address.
    pub id: String,
    /// Version of its HTTP interface.
    pub api: String,
    /// `store` or `office`.
    pub role: String,
    /// For a till the id of its hub.
    pub hub: String,
    /// Name of its store.
    pub store: String,
    /// Beginning of its certificate's fingerprint.
    pub fingerprint: String,
    /// Name for people.
    pub name: String,
    /// Where it is now, IPv4 first.
    pub addresses: Vec<IpAddr>,
    /// Port of its HTTPS.
    pub port: u16,
}

impl Neighbour {
    /// Reads a record; nothing when it has no id, no address or a version that is not ours to read.
    #[must_use]
    pub fn read(service: Service, instance: &str, txt: &BTreeMap<String, String>, addresses: Vec<IpAddr>, port: u16) -> Option<Self> {
        let field = |name: &str| txt.get(name).cloned().unwrap_or_default();
        if service == Service::Printer {
            return Self::printer(instance, txt, addresses, port);
        }
        if field("txtvers") != "1" || field("id").is_empty() || addresses.is_empty() || port == 0 {
            return None;
        }
        let mut addresses = addresses;
        addresses.sort();
        addresses.dedup();
        Some(Self {
            service,
            instance: instance.to_owned(),
            id: field("id"),
            api: field("api"),
            role: field("role"),
            hub: field("hub"),
            store: field("store"),
            fingerprint: field("fp"),
            name: field("name"),
            addresses,
            port,
        })
    }

    /// A printer's record has fields of its own: `ty` is make and model, the instance is what its owner called it.
    fn printer(instance: &str, txt: &BTreeMap<String, String>, mut addresses: Vec<IpAddr>, port: u16) -> Option<Self> {
        if addresses.is_empty() || port == 0 {
            return None;
        }
        addresses.sort();
        addresses.dedup();
        let own_name = instance.split("._").next().unwrap_or(instance).replace("\\ ", " ");
        let name = txt.get("ty").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).unwrap_or(own_name);
        Some(Self {
            service: Service::Printer,
            instance: instance.to_owned(),
            id: instance.to_owned(),
            api: String::new(),
            role: String::new(),
            hub: String::new(),
            store: String::new(),
            fingerprint: String::new(),
            name: name.chars().filter(|c| !c.is_control()).take(100).collect(),
            addresses,
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub() -> Announcement {
        Announcement {
            service: Service::Hub,
            id: "0193-abcd-ef01".into(),
            port: 8443,
            role: "store".into(),
            hub: String::new(),
            store: "Дүкен «Айналайын»".into(),
            fingerprint: "ab".repeat(32),
            name: "ң".repeat(60),
        }
    }

    #[test]
    fn service_names_and_labels_are_short_enough() {
        for service in [Service::Hub, Service::Till, Service::Printer] {
            let name = service.type_name().split('.').next().unwrap();
            assert!(name.len() - 1 <= 15, "{name}");
        }
        assert!(hub().instance().len() <= 63);
        assert!(hub().instance().ends_with(" 0193abcd"));
    }

    #[test]
    fn a_printer_is_called_by_its_model_or_by_its_own_name() {
        let read = |txt: &[(&str, &str)]| {
            let txt = txt.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            Neighbour::read(Service::Printer, "Kitchen._pdl-datastream._tcp.local.", &txt, vec!["10.0.0.7".parse().unwrap()], 9100)
        };
        assert_eq!(read(&[("ty", "EPSON TM-T20III"), ("txtvers", "1")]).unwrap().name, "EPSON TM-T20III");
        assert_eq!(read(&[]).unwrap().name, "Kitchen");
    }

    #[test]
    fn what_is_announced_is_read_back() {
        let txt: BTreeMap<String, String> = hub().txt().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let seen = Neighbour::read(Service::Hub, "x", &txt, vec!["10.0.0.2".parse().unwrap()], 8443).unwrap();
        assert_eq!((seen.id.as_str(), seen.store.as_str(), seen.role.as_str()), ("0193-abcd-ef01", "Дүкен «Айналайын»", "store"));
        assert_eq!(seen.fingerprint, "ab".repeat(8));
        assert_eq!(Neighbour::read(Service::Hub, "x", &txt, vec![], 8443), None);
        assert_eq!(Neighbour::read(Service::Hub, "x", &BTreeMap::new(), vec!["10.0.0.2".parse().unwrap()], 1), None);
    }
}
