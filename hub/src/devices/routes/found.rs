//! What is plugged in or announces itself and is not in use; on request, whether a device answers at an address of the
//! store's network, and which of its neighbours are terminals.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use axum::extract::{Query, State};
use duken_protocol::device::{Connection, DeviceKind, FoundDevice, Job, KaspiAnswer, KaspiCall, KaspiTarget, Outcome, Protection, Work};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::devices::drivers::open_gate;
use crate::devices::{ADDRESS_WRONG, commands, queries, search, terminals};
use crate::hub::App;
use crate::web::{Access, Answer, Id, Json, Route};

/// How long an address has to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Networks of this machine that are searched at most.
const NETWORKS_MAX: usize = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/devices/found",
            Access::Needs("devices.edit"),
            "Devices that are plugged in or announce themselves, and not in use",
            found,
        )
        .query::<FoundQuery>()
        .gives::<Vec<FoundShape>>(),
    ]
}

/// Where to look.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FoundQuery {
    /// An address of the store's network to try, with or without a port. Nothing is tried without it.
    address: Option<String>,
    /// Asks every address of this machine's networks whether a terminal is there. Shows nothing on the terminals.
    terminals: Option<bool>,
}

/// A device that could be taken into use.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FoundShape {
    #[serde(flatten)]
    device: FoundDevice,
    /// The agent at whose machine it is; none = the hub's.
    agent_id: Option<Id>,
}

async fn found(State(app): State<App>, Query(query): Query<FoundQuery>) -> Answer<Vec<FoundShape>> {
    let looking = app.clone();
    let own = app.aside(move || looking.devices.own_found()).await.unwrap_or_default();
    let mut all: Vec<FoundShape> = own.into_iter().map(|device| FoundShape { device, agent_id: None }).collect();
    all.extend(app.devices.neighbours.printers().into_iter().map(|device| FoundShape { device, agent_id: None }));
    all.extend(app.devices.links.found().into_iter().map(|(agent, device)| FoundShape { device, agent_id: Some(Id(agent)) }));
    if let Some(address) = query.address.as_deref().map(str::trim).filter(|address| !address.is_empty()) {
        let wrong = || ADDRESS_WRONG.refuse().field("address");
        if !commands::plausible_address(address) {
            return Err(wrong().into());
        }
        let (printer, terminal) = tokio::join!(printer_at(address), terminal_at(&app, address));
        let printer = printer.ok_or_else(wrong)?;
        all.extend(printer.into_iter().chain(terminal).map(|device| FoundShape { device, agent_id: None }));
    }
    if query.terminals == Some(true) {
        all.extend(terminals_near(&app).await.into_iter().map(|device| FoundShape { device, agent_id: None }));
    }
    let known = app.read_now(|read| Ok(queries::devices(read)?))?;
    all.retain(|found| {
        let same = |device: &crate::devices::Device| {
            !device.card.archived && device.card.connection == found.device.connection && device.card.agent == found.agent_id.map(|id| id.0)
        };
        !known.iter().any(same)
    });
    Ok(Json(all))
}

/// Addresses of the store's own network only: the hub is no scanner of others.
pub(in crate::devices) fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

async fn resolve(address: &str, port: u16) -> Option<SocketAddr> {
    let with_port = if address.parse::<SocketAddr>().is_ok() || (address.matches(':').count() == 1) {
        address.to_owned()
    } else if address.parse::<std::net::Ipv6Addr>().is_ok() {
        format!("[{address}]:{port}")
    } else {
        format!("{address}:{port}")
    };
    let found = tokio::task::spawn_blocking(move || with_port.to_socket_addrs().ok().and_then(|mut all| all.next())).await;
    found.ok().flatten().filter(|socket| is_near(socket.ip()))
}

/// A printer that takes connections; the outer none: no address of this network.
async fn printer_at(address: &str) -> Option<Option<FoundDevice>> {
    let socket = resolve(address, 9100).await?;
    let connected = tokio::time::timeout(PATIENCE, tokio::net::TcpStream::connect(socket)).await;
    Some(matches!(connected, Ok(Ok(_))).then(|| FoundDevice {
        kind: DeviceKind::Printer,
        name: address.to_owned(),
        connection: Connection::network(address),
        profile: None,
    }))
}

/// A terminal that answers without a token: nothing appears on its screen.
async fn terminal_at(app: &App, address: &str) -> Option<FoundDevice> {
    resolve(address, 8080).await?;
    for protection in [Protection::HttpsUnverified, Protection::Http] {
        let target = KaspiTarget { address: address.to_owned(), protection, access_token: None, terminal_id: None };
        let job = Job {
            id: terminals::attempt_id(app),
            device_id: String::new(),
            valid_for_ms: None,
            work: Work::Kaspi { target, call: KaspiCall::Probe },
        };
        let outcome = tokio::time::timeout(PATIENCE * 2, app.devices.submit(app, None, job, open_gate())).await;
        if matches!(outcome, Ok(Outcome::Kaspi { answer: KaspiAnswer::Present })) {
            let connection = Connection::network(address);
            return Some(FoundDevice { kind: DeviceKind::Terminal, name: "Kaspi Smart POS".to_owned(), connection, profile: None });
        }
    }
    None
}

/// Terminals on this machine's own networks: who takes a connection at their port is asked whether he is one.
async fn terminals_near(app: &App) -> Vec<FoundDevice> {
    let own = crate::web::tls::own_addresses();
    let own = own.into_iter().filter(|ip| ip.is_ipv4() && !ip.is_loopback()).take(NETWORKS_MAX);
    let around: Vec<SocketAddr> = own.flat_map(|ip| search::neighbours(&ip.to_string())).collect();
    let asking = |at: SocketAddr| async move {
        tokio::time::timeout(search::CONNECT, tokio::net::TcpStream::connect(at)).await.ok()?.ok()?;
        terminal_at(app, &at.ip().to_string()).await
    };
    futures_util::stream::iter(around).map(asking).buffer_unordered(search::AT_ONCE).filter_map(std::future::ready).collect().await
}
