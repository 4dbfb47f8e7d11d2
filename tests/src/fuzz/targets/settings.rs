//! Files of settings, and what agents are told of the hub's address.

use std::fmt::Write;

use duken_agent::link::HubAddress;
use duken_hub::config::Config;

use super::word;
use crate::fuzz::{Shape, Target};

pub const TARGETS: [Target; 2] = [
    Target { name: "config", shape: Shape::Words(WORDS), seeds, run: config },
    Target { name: "address", shape: Shape::Words(ADDRESSES), seeds: address_seeds, run: address },
];

const WORDS: &[&str] = &[
    "role = ",
    "\"office\"",
    "\"store\"",
    "data = ",
    "http = ",
    "https = ",
    "database = ",
    "\"postgres://a:b@c/d\"",
    "names = [",
    "ballast_mib = ",
    "[limits]",
    "[[devices]]",
    "connection = { type = \"network\", address = \"10.0.0.9\" }",
    "\n",
    "'''",
    "\"\"\"",
    "= {",
    "}",
    "]",
    "#",
    "\\u0000",
    "1979-05-27T07:32:00Z",
    "inf",
    "0x",
    "log = ",
    "metrics = ",
    "\"127.0.0.1:9\"",
    "\"[::]:0\"",
];

fn seeds() -> Vec<Vec<u8>> {
    let hub = "role = \"office\"\ndata = \"/var/lib/duken\"\nhttp = \"127.0.0.1:7070\"\ndatabase = \"postgres://duken:secret@db/office\"\n\
               names = [\"kassa.example.kz\"]\nballast_mib = 64\n";
    let agent = "hub = \"hub.duken.local:8443\"\nname = \"Касса 1\"\nlog = \"info\"\n[[devices]]\nid = \"1\"\nkind = \"printer\"\n\
                 name = \"Чековый\"\nconnection = { type = \"serial\", path = \"/dev/ttyS0\", baud = 115200 }\n";
    vec![hub.as_bytes().to_vec(), agent.as_bytes().to_vec(), b"http = \"0.0.0.0:80\"\n".to_vec()]
}

/// Settings that were refused say where; secrets stay out of what is shown.
fn config(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return "no text".to_owned() };
    let mut said = match toml::from_str::<Config>(text) {
        Ok(config) => {
            let shown = format!("{config:?}");
            assert!(!text.contains(":s3cr3t-pw@") || !shown.contains("s3cr3t-pw"), "{shown}");
            config.check().map_or_else(|error| word(&error), |()| format!("hub {}", config.database.is_some()))
        }
        Err(error) => error.message().split_whitespace().take(2).collect(),
    };
    let _written = match toml::from_str::<duken_agent::config::Config>(text) {
        Ok(config) => write!(said, " agent {}", config.devices.len().min(3)),
        Err(error) => write!(said, " {}", error.message().split_whitespace().take(2).collect::<String>()),
    };
    said
}

const ADDRESSES: &[&str] =
    &["https://", "http://", ":", ":8443", "[::1]", "[", "]", "@", "/", "?", "#", "%", "xn--", "hub.duken.local", "127.0.0.1"];

fn address_seeds() -> Vec<Vec<u8>> {
    ["https://192.168.1.5:8443", "hub.duken.local", "[fd00::5]:8443", "http://127.0.0.1:7070", "кассa"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}

/// An address that was read is written so that it reads as the same.
fn address(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return "no text".to_owned() };
    match HubAddress::parse(text) {
        Ok(address) => {
            let again = HubAddress::parse(&address.authority());
            assert!(again.is_ok_and(|again| again.authority() == address.authority()), "{text:?} is {:?}", address.authority());
            format!("address {}", address.is_loopback())
        }
        Err(error) => word(&error),
    }
}
