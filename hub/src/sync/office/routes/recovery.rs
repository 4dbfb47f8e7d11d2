//! `/sync/replace`, `/sync/journal`, `/sync/backups`, `/sync/files`: what a machine needs that takes a store's place, and
//! what stores leave here for that day.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::failure::point;
use duken_kernel::{Fault, Reject, journal};
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{FileHashes, KeptBackup, PROTOCOL, Replace, Replaced};
use futures_util::stream;
use serde::Deserialize;
use tokio::io::AsyncReadExt;

use super::wire::{ENROL_BYTES_MAX, is_office, store_of};
use crate::hub::App;
use crate::staff::Attempt;
use crate::sync::office::{codes, queries, receive, replace, shelf};
use crate::sync::store::read_batch_of;
use crate::sync::{CODE_OF_OTHER, NOT_KEPT, THROTTLED, WRONG_CODE, not_a_batch};
use crate::web::{Access, Answer, Json, MALFORMED, Peer, Problem, Route, json_body};

/// The most hashes asked about at once.
const HASHES_MAX: usize = 2_000;
/// Bytes of a backup that are read at once.
const PIECE_BYTES: usize = 256 << 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/sync/replace", Access::Public, "Another machine takes a store's place, by a one-time code", take_over),
        Route::get("/sync/journal", Access::Public, "Entries of a store's own journal", entries),
        Route::post("/sync/files/missing", Access::Public, "Which files are not here", missing),
        Route::put("/sync/files/{hash}", Access::Public, "A store leaves a file", keep_file),
        Route::get("/sync/files/{hash}", Access::Public, "A file that was left here", file),
        Route::get("/sync/backups", Access::Public, "A store's backups that are here", backups),
        Route::put("/sync/backups/{made_ms}", Access::Public, "A store leaves a sealed backup", keep_backup),
        Route::get("/sync/backups/{made_ms}", Access::Public, "A backup that was left here", backup),
    ]
}

async fn take_over(State(app): State<App>, peer: Peer, headers: HeaderMap, body: Body) -> Answer<Replaced> {
    is_office(&app)?;
    let body = json_body(&headers, body, ENROL_BYTES_MAX).await?;
    let wanted: Replace = serde_json::from_slice(&body).map_err(|e| MALFORMED.refuse().with("reason", e.to_string()))?;
    let attempt = Attempt::at_code("replace_store", peer.0, THROTTLED);
    app.run(app.own_caller(), attempt.clone().begin()).await?;
    let code = wanted.code.clone();
    let take_over = replace::take_over(&app, wanted);
    let tried = attempt.clone();
    let outcome = app
        .run(app.own_caller(), move |tx| {
            let store = take_over(tx)?;
            tried.succeeded(tx)?;
            Ok(store)
        })
        .await;
    if let Err(Reject::Refused(refusal)) = &outcome
        && (refusal.code == WRONG_CODE || refusal.code == CODE_OF_OTHER)
    {
        app.run(app.own_caller(), attempt.failed(refusal.code)).await?;
    }
    let store = outcome?;
    point("office.replaced");
    let (row, tip) = app.read_now(|read| Ok((queries::store_by_number(read, store)?, journal::tip(read, store)?)))?;
    let row = row.ok_or_else(|| WRONG_CODE.refuse())?;
    let uuid = |id: &str| id.parse().map(NodeId).map_err(|_| Fault::invariant("S1", "a node's id is no UUID"));
    let node = uuid(&row.id)?;
    Ok(Json(Replaced {
        protocol: PROTOCOL,
        office: uuid(&app.node_id)?,
        node,
        epoch: row.epoch,
        store_name: row.name,
        token: codes::token_of(&app.key, &code, node),
        acked: tip.seq,
        hash: receive::hex(tip),
        store_end: row.journal_end.max(tip.seq),
    }))
}

/// From where.
#[derive(Debug, Deserialize)]
struct After {
    after: i64,
}

async fn entries(State(app): State<App>, headers: HeaderMap, Query(asked): Query<After>) -> Result<Response, Problem> {
    let store = store_of(&app, &headers)?;
    let batch = app.read(move |read| Ok(read_batch_of(read, store.node, asked.after.max(0))?)).await?;
    let Some(batch) = batch else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let frame = app.aside(move || batch.encode()).await?;
    let frame = frame.map_err(|why| Problem(not_a_batch(why)))?;
    Ok(([(header::CONTENT_TYPE, "application/vnd.duken.batch")], frame).into_response())
}

async fn missing(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Answer<FileHashes> {
    store_of(&app, &headers)?;
    let asked: FileHashes = serde_json::from_slice(&body).map_err(|e| MALFORMED.refuse().with("reason", e.to_string()))?;
    if asked.hashes.len() > HASHES_MAX {
        return Err(MALFORMED.refuse().with("reason", format!("≤ {HASHES_MAX}")).into());
    }
    let files = app.files.clone();
    let is_hash = |hash: &String| blake3::Hash::from_hex(hash).is_ok();
    let looked = move || asked.hashes.into_iter().filter(is_hash).filter(|hash| !files.path(hash).exists()).collect();
    Ok(Json(FileHashes { hashes: app.aside(looked).await? }))
}

async fn keep_file(State(app): State<App>, headers: HeaderMap, Path(hash): Path<String>, body: Body) -> Result<StatusCode, Problem> {
    store_of(&app, &headers)?;
    shelf::keep_file(&app, hash, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn file(State(app): State<App>, headers: HeaderMap, Path(hash): Path<String>) -> Result<Response, Problem> {
    store_of(&app, &headers)?;
    let files = app.files.clone();
    let bytes = app.aside(move || files.read(&hash)).await??;
    let bytes = bytes.ok_or_else(|| NOT_KEPT.refuse())?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

async fn backups(State(app): State<App>, headers: HeaderMap) -> Answer<Vec<KeptBackup>> {
    let store = store_of(&app, &headers)?;
    Ok(Json(shelf::backups(&app, &store.id)?))
}

async fn keep_backup(State(app): State<App>, headers: HeaderMap, Path(made_ms): Path<i64>, body: Body) -> Result<StatusCode, Problem> {
    let store = store_of(&app, &headers)?;
    let hash = headers.get("x-content-blake3").and_then(|hash| hash.to_str().ok()).unwrap_or_default().to_owned();
    shelf::keep_backup(&app, &store.id, made_ms, &hash, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn backup(State(app): State<App>, headers: HeaderMap, Path(made_ms): Path<i64>) -> Result<Response, Problem> {
    let store = store_of(&app, &headers)?;
    let file = tokio::fs::File::open(shelf::backup_path(&app, &store.id, made_ms)).await.map_err(|_| NOT_KEPT.refuse())?;
    let length = file.metadata().await.map_err(Fault::from)?.len();
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let count = file.read(&mut piece).await?;
        piece.truncate(count);
        Ok::<_, std::io::Error>((count > 0).then_some((piece, file)))
    });
    let headers = [(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::CONTENT_LENGTH, length.to_string())];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
