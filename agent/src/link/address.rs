//! The address of a hub, as people write it.

use std::net::{IpAddr, Ipv6Addr};

/// Port of a hub's HTTPS when the address names none.
pub const HUB_PORT: u16 = 8443;

/// Where a hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubAddress {
    /// Whether TLS is spoken. Without it only this machine is reached.
    pub tls: bool,
    /// Name or IP, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not `https://host:port`.
    #[error("an address looks like https://192.168.1.10:8443")]
    Malformed,
    /// Plain HTTP to another machine.
    #[error("without TLS only this machine can be reached: use https://")]
    PlainAcrossNetwork,
}

impl HubAddress {
    /// Reads `https://host:port`, `wss://…`, or `http://localhost:port`; without a scheme HTTPS is meant.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (tls, rest) = match text.split_once("://") {
            Some(("https" | "wss", rest)) => (true, rest),
            Some(("http" | "ws", rest)) => (false, rest),
            Some(_) => return Err(AddressError::Malformed),
            None => (true, text),
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.strip_prefix('[') {
            Some(bracketed) => {
                let (host, after) = bracketed.split_once(']').ok_or(AddressError::Malformed)?;
                (host, after.strip_prefix(':').or(if after.is_empty() { Some("") } else { None }).ok_or(AddressError::Malformed)?)
            }
            None => rest.split_once(':').unwrap_or((rest, "")),
        };
        let port = match port {
            "" => HUB_PORT,
            port => port.parse().map_err(|_| AddressError::Malformed)?,
        };
        let strange = |letter: char| letter.is_whitespace() || letter.is_control() || "/@?#[]%:".contains(letter);
        let is_host = if rest.starts_with('[') { host.parse::<Ipv6Addr>().is_ok() } else { !host.is_empty() && !host.contains(strange) };
        if !is_host {
            return Err(AddressError::Malformed);
        }
        let address = Self { tls, host: host.to_owned(), port };
        if !tls && !address.is_loopback() {
            return Err(AddressError::PlainAcrossNetwork);
        }
        Ok(address)
    }

    /// Whether it is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost") || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// `host:port`, with brackets where an IPv6 address needs them.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') { format!("[{}]:{}", self.host, self.port) } else { format!("{}:{}", self.host, self.port) }
    }
}

impl std::fmt::Display for HubAddress {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        let rows: [(&str, Result<&str, AddressError>); 15] = [
            ("https://192.168.1.10:9000/", Ok("https://192.168.1.10:9000")),
            ("192.168.1.10", Ok("https://192.168.1.10:8443")),
            ("hub.local:8443", Ok("https://hub.local:8443")),
            ("wss://[fe80::1]:1", Ok("https://[fe80::1]:1")),
            ("http://localhost:8080", Ok("http://localhost:8080")),
            ("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080")),
            ("http://192.168.1.10", Err(AddressError::PlainAcrossNetwork)),
            ("ftp://x", Err(AddressError::Malformed)),
            ("https://", Err(AddressError::Malformed)),
            ("https://a:b", Err(AddressError::Malformed)),
            ("https://user@host", Err(AddressError::Malformed)),
            ("[hub]:8443", Err(AddressError::Malformed)),
            ("[\u{c}\u{10}5]:8443", Err(AddressError::Malformed)),
            ("hub\u{7}.local", Err(AddressError::Malformed)),
            ("hub]:1", Err(AddressError::Malformed)),
        ];
        for (text, expected) in rows {
            assert_eq!(HubAddress::parse(text).map(|address| address.to_string()), expected.map(str::to_owned), "{text}");
        }
    }
}
