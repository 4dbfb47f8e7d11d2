//! `/sync`: what stores say. No person is behind these requests: a store shows its token.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{Extensions, HeaderMap, header};
use axum::{Extension, Json};
use duken_kernel::{Reject, journal};
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{Acknowledged, Enrol, Enrolled, OfficeSees, PACKED_BYTES_MAX, PROTOCOL, StoreState};
use serde::Deserialize;

use crate::config::Role;
use crate::hub::App;
use crate::sync::office::{StoreRow, codes, commands, queries, receive};
use crate::sync::{CODE_USED, NOT_AN_OFFICE, THROTTLED, WRONG_CODE, WRONG_TOKEN, not_a_batch};
use crate::web::{Access, Answer, MALFORMED, Problem, Route};

/// The largest enrolment message.
const ENROL_BYTES_MAX: usize = 4 << 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/sync/enroll", Access::Public, "A store joins by its one-time code", enrol),
        Route::post("/sync/batches", Access::Public, "A store sends entries", batches),
        Route::get("/sync/state", Access::Public, "What the head office has of a store", state),
    ]
}

async fn enrol(State(app): State<App>, extensions: Extensions, body: Body) -> Answer<Enrolled> {
    is_office(&app)?;
    let body = axum::body::to_bytes(body, ENROL_BYTES_MAX).await.map_err(|_| MALFORMED.refuse())?;
    let wanted: Enrol = serde_json::from_slice(&body).map_err(|e| MALFORMED.refuse().with("reason", e.to_string()))?;
    let address = address_of(&extensions);
    let now_ms = app.clock.now_ms();
    if let Some(seconds) = app.sync.office.throttle.wait_s(now_ms, address) {
        return Err(THROTTLED.refuse().with("seconds", seconds).into());
    }
    let token = codes::token_of(&app.key, &wanted.code, wanted.node);
    let outcome = app.run(app.own_caller(), commands::join(&app.key, wanted)).await;
    if let Err(Reject::Refused(refusal)) = &outcome
        && (refusal.code == WRONG_CODE || refusal.code == CODE_USED)
    {
        app.sync.office.throttle.failed(now_ms, address);
    }
    let store = outcome?;
    let row = app.read_now(|read| Ok(queries::store_by_number(read, store)?))?.ok_or_else(|| WRONG_CODE.refuse())?;
    let office = app.node_id.parse().map(NodeId).map_err(|_| duken_kernel::Fault::invariant("S1", "the node's id is no UUID"))?;
    Ok(Json(Enrolled { protocol: PROTOCOL, office, store_name: row.name, token }))
}

async fn batches(State(app): State<App>, headers: HeaderMap, body: Body) -> Answer<Acknowledged> {
    let store = store_of(&app, &headers)?;
    let frame: Bytes =
        axum::body::to_bytes(body, PACKED_BYTES_MAX).await.map_err(|_| Problem(not_a_batch(duken_protocol::sync::NotABatch::TooLarge)))?;
    Ok(Json(receive::take_in(&app, store.node, frame).await?))
}

/// What a store says when it asks.
#[derive(Debug, Deserialize)]
struct Said {
    /// The last number of its journal.
    end: Option<i64>,
}

async fn state(State(app): State<App>, headers: HeaderMap, Query(said): Query<Said>) -> Answer<OfficeSees> {
    let store = store_of(&app, &headers)?;
    app.run(app.own_caller(), commands::heard_of(store.node, said.end)).await?;
    let tip = app.read_now(|read| Ok(journal::tip(read, store.node)?))?;
    Ok(Json(OfficeSees {
        protocol: PROTOCOL,
        acked: tip.seq,
        hash: receive::hex(tip),
        state: if store.parted_at.is_some() { StoreState::Broken } else { StoreState::Ok },
        set_aside: store.set_aside,
    }))
}

fn is_office(app: &App) -> Result<(), Problem> {
    if app.role() == Role::Office { Ok(()) } else { Err(NOT_AN_OFFICE.refuse().into()) }
}

fn store_of(app: &App, headers: &HeaderMap) -> Result<StoreRow, Problem> {
    is_office(app)?;
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| WRONG_TOKEN.refuse())?;
    let store = app.read_now(|read| Ok(queries::store_by_token(read, token)?))?;
    Ok(store.ok_or_else(|| WRONG_TOKEN.refuse())?)
}

/// The address a request came from; this machine when the server does not say.
fn address_of(extensions: &Extensions) -> IpAddr {
    let told = extensions.get::<ConnectInfo<SocketAddr>>().or_else(|| extensions.get::<Extension<ConnectInfo<SocketAddr>>>().map(|e| &e.0));
    told.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip())
}
