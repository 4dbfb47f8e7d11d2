//! A terminal that moved is found again by its serial number: its neighbours on the network are asked who they are.
//!
//! Its tokens go only to whom its protection proves to be a Kaspi terminal; where nothing is proved, nobody is asked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use duken_protocol::device::{Connection, KaspiAnswer, KaspiCall, Protection, TerminalIdentity};
use futures_util::StreamExt;

use super::model::Device;
use super::{commands, routes, terminals};
use crate::hub::App;

/// Between two searches for one terminal, in milliseconds.
const PAUSE_MS: i64 = 30_000;
/// How long a neighbour has to take a connection.
pub(super) const CONNECT: Duration = Duration::from_millis(700);
/// Neighbours that are tried at once.
pub(super) const AT_ONCE: usize = 64;
/// How long one that took a connection has to say who it is.
const ANSWER: Duration = Duration::from_secs(6);
/// A terminal's port when its address names none.
const PORT: u16 = 8080;

/// Looks for a terminal that does not answer at its address; true when its card names a new one now.
pub(super) async fn found_again(app: &App, device: &Device) -> bool {
    let Some(serial) = device.card.serial_number.clone().filter(|_| proves_itself(&device.card.protection)) else { return false };
    let Connection::Network { address } = &device.card.connection else { return false };
    if device.card.agent.is_some_and(|agent| app.devices.links.address(agent).is_none()) {
        return false;
    }
    let now_ms = app.clock.running_ms();
    let mut begins = false;
    app.devices.registry.change(device.id, |live| {
        begins = live.searched_ms.is_none_or(|at| now_ms - at > PAUSE_MS);
        if begins {
            live.searched_ms = Some(now_ms);
        }
    });
    if !begins {
        return false;
    }
    let asking = |at: SocketAddr| {
        let serial = serial.as_str();
        async move { asked(app, device, at).await.filter(|identity| identity.serial_num == serial).map(|_| at) }
    };
    let mut answers = futures_util::stream::iter(neighbours(address)).map(asking).buffer_unordered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        let Some(at) = answer else { continue };
        let moved = commands::move_device(device.id, device.card.connection.clone(), Connection::network(shown(at, address)));
        match app.run(app.own_caller(), moved).await {
            Ok(_) => return true,
            Err(reject) => tracing::warn!(%reject, device = device.id, %at, "a terminal that was found could not be noted"),
        }
    }
    false
}

/// Whether the line proves that a terminal is at its end before a token is sent; without protection there is no token.
fn proves_itself(protection: &Option<Protection>) -> bool {
    match protection {
        None
        | Some(Protection::HttpsName { .. } | Protection::HttpsAuthority { .. } | Protection::HttpsPinned { .. } | Protection::Http) => {
            true
        }
        Some(Protection::HttpsUnverified | Protection::HttpWithToken) => false,
    }
}

/// Who stands at an address. A terminal behind an agent has its neighbours there: the agent looks, first without a token.
async fn asked(app: &App, device: &Device, at: SocketAddr) -> Option<TerminalIdentity> {
    if device.card.agent.is_none() {
        tokio::time::timeout(CONNECT, tokio::net::TcpStream::connect(at)).await.ok()?.ok()?;
    } else {
        terminals::ask_at(app, device, at, KaspiCall::Probe).await.ok()?;
    }
    match tokio::time::timeout(ANSWER, terminals::ask_at(app, device, at, KaspiCall::DeviceInfo)).await {
        Ok(Ok(KaspiAnswer::Device(identity))) => Some(identity),
        Ok(Ok(_) | Err(_)) | Err(_) => None,
    }
}

/// The other addresses of the network (its last eight bits) in which an address lies; none for a name or an address of
/// elsewhere.
pub(super) fn neighbours(address: &str) -> Vec<SocketAddr> {
    let Some((ip, port)) = parse(address) else { return Vec::new() };
    if !routes::is_near(IpAddr::V4(ip)) {
        return Vec::new();
    }
    let [a, b, c, own] = ip.octets();
    let others = (1..=254).filter(|last| *last != own);
    others.map(|last| SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::new(a, b, c, last), port))).collect()
}

fn parse(address: &str) -> Option<(Ipv4Addr, u16)> {
    match address.parse::<SocketAddrV4>() {
        Ok(socket) => Some((*socket.ip(), socket.port())),
        Err(_) => address.parse::<Ipv4Addr>().ok().map(|ip| (ip, PORT)),
    }
}

/// Written as the old address was, with its port or without.
fn shown(at: SocketAddr, before: &str) -> String {
    if before.contains(':') { at.to_string() } else { at.ip().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_neighbours_are_the_rest_of_its_small_network() {
        let found = neighbours("192.168.1.50");
        assert_eq!((found.len(), found[0].to_string()), (253, "192.168.1.1:8080".to_owned()));
        assert!(!found.contains(&"192.168.1.50:8080".parse().unwrap()));
        assert_eq!(neighbours("10.0.0.1:9000")[0].to_string(), "10.0.0.2:9000");
        for nowhere in ["8.8.8.8", "terminal.local", "fe80::1", ""] {
            assert!(neighbours(nowhere).is_empty(), "{nowhere}");
        }
        assert_eq!(shown("10.0.0.7:8080".parse().unwrap(), "10.0.0.5"), "10.0.0.7");
        assert_eq!(shown("10.0.0.7:8081".parse().unwrap(), "10.0.0.5:8081"), "10.0.0.7:8081");
    }

    #[test]
    fn a_token_is_shown_to_nobody_unproved() {
        assert!(proves_itself(&None));
        assert!(!proves_itself(&Some(Protection::HttpsUnverified)) && !proves_itself(&Some(Protection::HttpWithToken)));
    }
}
