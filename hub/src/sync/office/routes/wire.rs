//! `/sync`: what stores say. No person is behind these requests: a store shows its token.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use duken_kernel::failure::point;
use duken_kernel::{Reject, journal};
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{Acknowledged, Enrol, Enrolled, OfficeSees, PACKED_BYTES_MAX, PROTOCOL, StoreState};
use serde::Deserialize;

use crate::config::Role;
use crate::hub::App;
use crate::staff::Attempt;
use crate::sync::office::{StoreRow, codes, commands, queries, receive, replace};
use crate::sync::{CODE_USED, EPOCH_UNCONFIRMED, NOT_AN_OFFICE, REPLACED, THROTTLED, WRONG_CODE, WRONG_TOKEN, not_a_batch};
use crate::web::{Access, Answer, Json, MALFORMED, Peer, Problem, Route, json_body};

/// The largest enrolment message.
pub(super) const ENROL_BYTES_MAX: usize = 4 << 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/sync/enroll", Access::Public, "A store joins by its one-time code", enrol),
        Route::post("/sync/batches", Access::Public, "A store sends entries", batches),
        Route::get("/sync/state", Access::Public, "What the head office has of a store", state),
    ]
}

async fn enrol(State(app): State<App>, peer: Peer, headers: HeaderMap, body: Body) -> Answer<Enrolled> {
    is_office(&app)?;
    let body = json_body(&headers, body, ENROL_BYTES_MAX).await?;
    let wanted: Enrol = serde_json::from_slice(&body).map_err(|e| MALFORMED.refuse().with("reason", e.to_string()))?;
    let attempt = Attempt::at_code("join_store", peer.0, THROTTLED);
    app.run(app.own_caller(), attempt.clone().begin()).await?;
    let token = codes::token_of(&app.key, &wanted.code, wanted.node);
    let join = commands::join(&app.key, wanted);
    let tried = attempt.clone();
    let outcome = app
        .run(app.own_caller(), move |tx| {
            let store = join(tx)?;
            tried.succeeded(tx)?;
            Ok(store)
        })
        .await;
    if let Err(Reject::Refused(refusal)) = &outcome
        && (refusal.code == WRONG_CODE || refusal.code == CODE_USED)
    {
        app.run(app.own_caller(), attempt.failed(refusal.code)).await?;
    }
    let store = outcome?;
    point("office.enrolled");
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
    /// The epoch of its journal; a program that does not say is not newer than what is known.
    epoch: Option<u32>,
}

async fn state(State(app): State<App>, headers: HeaderMap, Query(said): Query<Said>) -> Answer<OfficeSees> {
    let store = store_of(&app, &headers)?;
    match said.epoch {
        Some(epoch) if epoch < store.epoch => return Err(REPLACED.refuse().with("epoch", store.epoch).into()),
        Some(epoch) if epoch > store.epoch => {
            if store.epoch_asked != Some(epoch) {
                tracing::warn!(store = store.node, epoch, "a store came back from a backup and waits for a person to confirm it");
            }
            app.run(app.own_caller(), replace::asks(store.node, epoch)).await?;
            return Err(EPOCH_UNCONFIRMED.refuse().with("epoch", epoch).into());
        }
        _ => {}
    }
    app.run(app.own_caller(), commands::heard_of(store.node, said.end)).await?;
    let (tip, last) = app.read_now(|read| {
        let tip = journal::tip(read, store.node)?;
        Ok((tip, journal::read_one(read, store.node, tip.seq).ok().flatten()))
    })?;
    Ok(Json(OfficeSees {
        protocol: PROTOCOL,
        acked: tip.seq,
        hash: receive::hex(tip),
        state: if store.parted_at.is_some() { StoreState::Broken } else { StoreState::Ok },
        set_aside: store.set_aside,
        parted_at: store.parted_at,
        // An entry that does not read was written by no older program than this one.
        tip_epoch: last.map_or(store.epoch, |entry| entry.head().epoch),
        clock_ms: app.clock.now_ms(),
    }))
}

pub(super) fn is_office(app: &App) -> Result<(), Problem> {
    if app.role() == Role::Office { Ok(()) } else { Err(NOT_AN_OFFICE.refuse().into()) }
}

pub(super) fn store_of(app: &App, headers: &HeaderMap) -> Result<StoreRow, Problem> {
    is_office(app)?;
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| WRONG_TOKEN.refuse())?;
    let (store, replaced) = app.read_now(|read| Ok((queries::store_by_token(read, token)?, queries::replaced_by_token(read, token)?)))?;
    match (store, replaced) {
        (Some(store), _) => Ok(store),
        (None, Some(epoch)) => Err(REPLACED.refuse().with("epoch", epoch).into()),
        (None, None) => Err(WRONG_TOKEN.refuse().into()),
    }
}
