//! A batch on its way in: unpacked and checked beside the writer, taken in piece by piece.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Bytes;
use duken_kernel::failure::point;
use duken_kernel::journal::{self, Tip};
use duken_kernel::{Fault, Reject};
use duken_protocol::sync::{Acknowledged, Batch, PROTOCOL};

use super::intake::{accept, mark_parted};
use super::verified::Verified;
use crate::hub::App;
use crate::sync::{PARTED, not_a_batch};

/// How often a piece is tried when the database server asks for it.
const ATTEMPTS: usize = 5;

/// Takes in a batch of a store, by its local number. What it acknowledges is on disk.
///
/// # Errors
/// `sync.batch_…` for bytes that are no batch, then those of [`accept`]. After `sync.parted` the store is stopped.
pub async fn take_in(app: &App, store: i64, frame: Bytes) -> Result<Acknowledged, Reject> {
    let turn = app.sync.office.turn_of(store);
    let _turn = turn.lock().await;
    let _place = app.sync.office.unpacking.acquire().await.map_err(|_| Fault::Stopped)?;
    let checked = app.aside(move || Batch::decode(&frame).map_err(not_a_batch).and_then(Verified::check)).await;
    let batch = Arc::new(checked??);
    for piece in batch.pieces() {
        let outcome = accepted(app, store, &batch, &piece).await;
        if let Err(Reject::Refused(refusal)) = &outcome
            && refusal.code == PARTED
        {
            let seq = refusal.params.get("seq").and_then(serde_json::Value::as_i64).unwrap_or_default();
            tracing::warn!(store, seq, "the journal of a store parted from what is known here; the store is stopped");
            app.run(app.own_caller(), mark_parted(store, seq)).await?;
        }
        outcome?;
        point("intake.piece");
    }
    let tip = app.read_now(|read| Ok(journal::tip(read, store)?))?;
    Ok(Acknowledged { protocol: PROTOCOL, acked: tip.seq, hash: hex(tip) })
}

/// Takes in a piece; once more when the database server says that two writers were in each other's way.
async fn accepted(app: &App, store: i64, batch: &Arc<Verified>, piece: &Range<usize>) -> Result<i64, Reject> {
    for _ in 1..ATTEMPTS {
        match app.run(app.own_caller(), accept(store, batch.clone(), piece.clone())).await {
            Err(Reject::Fault(Fault::Conflict(why))) => tracing::info!(store, why, "a piece of a batch is taken in again"),
            outcome => return outcome,
        }
    }
    app.run(app.own_caller(), accept(store, batch.clone(), piece.clone())).await
}

/// The hash of a journal's end, hexadecimal; empty before the first entry.
pub(super) fn hex(tip: Tip) -> String {
    if tip.seq == 0 { String::new() } else { blake3::Hash::from_bytes(tip.hash).to_hex().to_string() }
}
