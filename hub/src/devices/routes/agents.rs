//! Agents: who they are, pairing, dismissal.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Nothing, at};
use crate::devices::{commands, queries};
use crate::hub::App;
use crate::web::{Access, Answer, Command, Id, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let edit = Access::Needs("devices.edit");
    vec![
        Route::get("/api/agents", Access::Needs("devices.view"), "Agents on other machines", list).gives::<Vec<AgentShape>>(),
        Route::post("/api/agents/pair", edit, "Show a code for pairing", pair).gives::<PairShape>(),
        Route::delete("/api/agents/{id}", edit, "Send an agent away", dismiss),
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

/// A code to type at the other machine.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PairShape {
    code: String,
    expires_at: String,
    /// The same for a camera: address, code.
    qr: String,
}

async fn pair(State(app): State<App>, command: Command<Nothing>) -> Answer<PairShape> {
    let _nothing_to_repeat = command.request;
    let (code, expires_ms) = app.devices.pairing.open(app.chance.as_ref(), app.clock.now_ms());
    let qr = format!("duken-pair:1?code={code}&hub={}", app.node_id);
    Ok(Json(PairShape { code, expires_at: at(expires_ms), qr }))
}

async fn dismiss(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    app.run(command.caller(&app), commands::dismiss_agent(id.0)).await?;
    app.devices.links.close(id.0);
    Ok(StatusCode::NO_CONTENT)
}
