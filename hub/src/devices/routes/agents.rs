//! Agents: who they are, pairing, dismissal.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use duken_agent::trust::Fingerprint;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Nothing, at};
use crate::devices::{commands, queries};
use crate::hub::App;
use crate::web::{Access, Answer, Command, Id, Json, Problem, Route};

/// More addresses would make the code too fine for a camera.
const QR_ADDRESSES_MAX: usize = 2;

pub(super) fn routes() -> Vec<Route> {
    let edit = Access::Needs("devices.edit");
    vec![
        Route::get("/api/agents", Access::Needs("devices.view"), "Agents on other machines", list).gives::<Vec<AgentShape>>(),
        Route::get("/api/agents/found", edit, "Machines with an agent that announce themselves", found).gives::<Vec<FoundAgentShape>>(),
        Route::post("/api/agents/pair", edit, "Show a code for pairing", pair).gives::<PairShape>(),
        Route::delete("/api/agents/{id}", edit, "Send an agent away", dismiss),
        Route::get("/api/network", Access::NeedsAny(&["settings.edit", "devices.view"]), "Where other machines reach this hub", network)
            .gives::<NetworkShape>(),
    ]
}

/// An agent.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct AgentShape {
    id: Id,
    name: String,
    connected: bool,
    address: Option<String>,
    /// The devices it drives.
    devices: Vec<Id>,
    paired_at: String,
}

async fn list(State(app): State<App>) -> Answer<Vec<AgentShape>> {
    let (agents, devices) = app.read_now(|read| Ok((queries::agents(read)?, queries::devices(read)?)))?;
    let shape = |agent: queries::Agent| {
        let address = app.devices.links.address(agent.id);
        let own = devices.iter().filter(|device| device.card.agent == Some(agent.id) && !device.card.archived);
        AgentShape {
            id: Id(agent.id),
            name: agent.name,
            connected: address.is_some(),
            address,
            devices: own.map(|device| Id(device.id)).collect(),
            paired_at: at(agent.paired_at_ms),
        }
    };
    Ok(Json(agents.into_iter().map(shape).collect()))
}

/// A machine with an agent, seen on the network. A hint: who it says it is proves nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FoundAgentShape {
    name: String,
    addresses: Vec<String>,
    /// The store it is paired with; empty when it waits to be paired.
    store: String,
    /// Its card, when it is paired with this hub.
    agent_id: Option<Id>,
}

async fn found(State(app): State<App>) -> Answer<Vec<FoundAgentShape>> {
    let agents = app.read_now(|read| Ok(queries::agents(read)?))?;
    let own = |id: &str| agents.iter().map(|agent| agent.id).find(|known| known.to_string() == *id);
    let seen = app.devices.neighbours.tills().into_iter();
    let shape = |till: duken_agent::discovery::Neighbour| FoundAgentShape {
        agent_id: own(&till.id).filter(|_| till.hub == app.node_id).map(Id),
        name: till.name,
        addresses: till.addresses.iter().map(ToString::to_string).collect(),
        store: till.store,
    };
    Ok(Json(seen.map(shape).collect()))
}

/// A code to type at the other machine.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PairShape {
    code: String,
    expires_at: String,
    /// Where the other machine reaches this hub.
    addresses: Vec<String>,
    /// SHA-256 of the hub's authority, as the other machine shows it.
    fingerprint: Option<String>,
    /// The same for a camera: code, addresses, fingerprint. `duken-agent pair` takes it as its only argument.
    qr: String,
    /// That as a picture, SVG.
    qr_svg: String,
    /// The line to type at the other machine; none while the hub serves this machine only.
    command: Option<String>,
}

/// Where other machines reach this hub, and by what they know it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct NetworkShape {
    /// HTTPS addresses; none while the hub serves this machine only.
    addresses: Vec<String>,
    /// The fingerprint of its certificate, as browsers and the page about trust show it.
    fingerprint: Option<String>,
    /// The page that explains trust, on each of the addresses.
    trust: Vec<String>,
}

async fn network(State(app): State<App>) -> Answer<NetworkShape> {
    let reached = app.devices.pairing.reached();
    let addresses = reached.as_ref().map(|reached| own_urls(reached.port)).unwrap_or_default();
    let shown = |hex: String| hex.parse::<Fingerprint>().map(|fingerprint| fingerprint.to_string()).unwrap_or(hex);
    Ok(Json(NetworkShape {
        fingerprint: reached.map(|reached| shown(reached.fingerprint)),
        trust: addresses.iter().map(|address| format!("{address}/trust")).collect(),
        addresses,
    }))
}

async fn pair(State(app): State<App>, command: Command<Nothing>) -> Answer<PairShape> {
    let _nothing_to_repeat = command.request;
    let (code, expires_ms) = app.devices.pairing.open(app.chance.as_ref(), app.clock.now_ms());
    let reached = app.devices.pairing.reached();
    let addresses = reached.as_ref().map(|reached| own_urls(reached.port)).unwrap_or_default();
    let fingerprint = reached.map(|reached| reached.fingerprint);
    let mut qr = format!("duken-pair:1?code={code}&hub={}", app.node_id);
    if let Some(fingerprint) = &fingerprint {
        qr.push_str(&format!("&fp={fingerprint}"));
    }
    for address in addresses.iter().take(QR_ADDRESSES_MAX) {
        qr.push_str(&format!("&at={}", address.trim_start_matches("https://")));
    }
    let command = addresses.first().map(|address| {
        let known = fingerprint.as_ref().map(|fingerprint| format!(" --fingerprint {fingerprint}")).unwrap_or_default();
        format!("duken-agent pair --hub {address} --code {code}{known}")
    });
    let qr_svg = match QrCode::new(qr.as_bytes()) {
        Ok(picture) => picture.render::<svg::Color<'_>>().min_dimensions(220, 220).build(),
        Err(error) => {
            tracing::error!(%error, "the code for pairing does not fit a picture");
            String::new()
        }
    };
    Ok(Json(PairShape { code, expires_at: at(expires_ms), addresses, fingerprint, qr, qr_svg, command }))
}

/// Where other machines reach this one: private addresses, IPv4 first; this machine's own only when there is no other.
fn own_urls(port: u16) -> Vec<String> {
    let all = crate::web::tls::own_addresses();
    let far: Vec<_> = all.iter().filter(|ip| !ip.is_loopback()).collect();
    let shown: Vec<_> = if far.is_empty() { all.iter().collect() } else { far };
    shown.into_iter().map(|ip| format!("https://{}", SocketAddr::new(*ip, port))).collect()
}

async fn dismiss(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    app.run(command.caller(&app), commands::dismiss_agent(id.0)).await?;
    app.devices.links.close(id.0, app.clock.running_ms());
    Ok(StatusCode::NO_CONTENT)
}
