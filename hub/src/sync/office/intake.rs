//! Taking in: one command per piece of a batch.

use std::ops::Range;
use std::sync::Arc;

use duken_kernel::journal::{self, Entry, RawEntry, Tip};
use duken_kernel::replay::project_or_set_aside;
use duken_kernel::store::{Engine, Gathered, Value};
use duken_kernel::vault::{drop_blob, store_blob};
use duken_kernel::{Fault, Read, Reject, Tx};
use serde::Deserialize;
use serde_json::json;

use super::verified::Verified;
use crate::catalog::door::index_entry;
use crate::sync::{BROKEN, GAP, OTHER_EPOCH, OTHER_NODE, PARTED, REPLACED};

/// Takes in a piece of a batch for the store with this local number: entries that are here already are passed over
/// when they are the same, the others are stored and projected. Answers with the last number that is here.
///
/// # Errors
/// `sync.other_node`, `sync.other_epoch`, `sync.broken`, `sync.gap` (naming the wanted number), `sync.parted`; then the
/// engine's. Nothing of the piece is kept then.
pub fn accept(store: i64, batch: Arc<Verified>, piece: Range<usize>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        same_node(tx, store, &batch)?;
        let mut tip = journal::tip(tx, store)?;
        let mut new = new_of(&batch, &piece, tip)?;
        if let Err(parted) = agrees(tx, store, &batch, new.start, tip) {
            // Under the epoch that is known here the store's journal is another: nothing is changed for it.
            let Some(from) = newer_branch(tx, store, &batch, &piece, tip)? else { return Err(parted) };
            tip = super::branches::leave(tx, store, from, tip, batch.batch().epoch)?;
            new = new_of(&batch, &piece, tip)?;
            agrees(tx, store, &batch, new.start, tip)?;
        }
        let taken = take(tx, store, &batch, new)?;
        let reached = taken.seq.max(tip.seq);
        note(tx, store, reached, taken.head)?;
        Ok(reached)
    }
}

/// Which entries of a piece are not here yet.
fn new_of(batch: &Verified, piece: &Range<usize>, tip: Tip) -> Result<Range<usize>, Reject> {
    let first = batch.batch().from + offset(piece.start);
    let known = usize::try_from(tip.seq - first + 1).map_err(|_| GAP.refuse().with("wanted", tip.seq + 1))?;
    Ok(piece.start + known.min(piece.len())..piece.end)
}

/// Where a store that came back from an older backup, and was confirmed, left what is known here: the first number at
/// which the two differ. Nothing when what is known here is of the same epoch, or when they differ before the piece.
fn newer_branch(tx: &Tx<'_>, store: i64, batch: &Verified, piece: &Range<usize>, tip: Tip) -> Result<Option<i64>, Fault> {
    let known_epoch = journal::read_one(tx, store, tip.seq).ok().flatten().map(|entry| entry.head().epoch);
    if known_epoch.is_none_or(|known| known >= batch.batch().epoch) {
        return Ok(None);
    }
    let first = batch.batch().from + offset(piece.start);
    let before = if piece.start == 0 { batch.batch().before } else { batch.batch().entries[piece.start - 1].hash };
    let ours = |seq: i64| -> Result<[u8; 32], Fault> {
        let found = if seq == 0 { None } else { journal::read_after(tx, store, seq - 1, 1)?.first().map(|entry| entry.hash) };
        Ok(found.unwrap_or_default())
    };
    if ours(first - 1)? != before {
        return Ok(None);
    }
    for (seq, index) in (first..=tip.seq).zip(piece.clone()) {
        if ours(seq)? != batch.batch().entries[index].hash {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

fn same_node(tx: &Tx<'_>, store: i64, batch: &Verified) -> Result<(), Reject> {
    let batch = batch.batch();
    let row = tx
        .row("SELECT n.id, n.epoch, s.parted_at FROM node n JOIN sync_store s ON s.node = n.number WHERE n.number = ?1", &[store.into()])?;
    let Some(row) = row else { return OTHER_NODE.err() };
    if row.get::<String>(0)? != batch.node.to_string() {
        return OTHER_NODE.err();
    }
    let epoch = row.get::<u32>(1)?;
    if batch.epoch < epoch {
        return Err(REPLACED.refuse().with("epoch", epoch).into());
    }
    if batch.epoch > epoch {
        return Err(OTHER_EPOCH.refuse().with("epoch", batch.epoch).into());
    }
    match row.get::<Option<i64>>(2)? {
        Some(seq) => Err(BROKEN.refuse().with("seq", seq).into()),
        None => Ok(()),
    }
}

/// What comes before the first new entry must be what is known here: the batch is a chain, so one look is enough.
fn agrees(tx: &Tx<'_>, store: i64, batch: &Verified, new: usize, tip: Tip) -> Result<(), Reject> {
    let batch = batch.batch();
    let seq = batch.from - 1 + offset(new);
    let theirs = if new == 0 { batch.before } else { batch.entries[new - 1].hash };
    let ours = if seq == tip.seq {
        tip.hash
    } else {
        journal::read_after(tx, store, seq - 1, 1)?.first().map(|entry| entry.hash).unwrap_or_default()
    };
    if ours == theirs { Ok(()) } else { Err(PARTED.refuse().with("seq", seq).into()) }
}

#[derive(Default)]
struct Taken {
    seq: i64,
    /// When the last entry was recorded, and the zone's offset there.
    head: Option<(i64, i16)>,
}

fn take(tx: &mut Tx<'_>, store: i64, batch: &Verified, new: Range<usize>) -> Result<Taken, Fault> {
    let mut taken = Taken::default();
    let mut gathered = Gathered::default();
    let mut entries = Vec::new();
    let engine: &dyn Engine = tx.engine();
    let first = batch.batch().from + offset(new.start);
    let last = new.end;
    for (seq, index) in (first..).zip(new) {
        let entry = &batch.batch().entries[index];
        let raw = RawEntry { seq, hash: entry.hash, bytes: entry.bytes.clone() };
        for blob in batch.blobs_of(&entry.bytes) {
            store_blob(engine, blob)?;
        }
        forget(engine, &entry.bytes)?;
        journal::append_later(&mut gathered, store, &raw)?;
        if index + 1 == last {
            taken.head = Entry::parse(store, raw.clone()).ok().map(|entry| (entry.head().at, entry.head().zone));
        }
        entries.extend(Entry::parse(store, raw.clone()).ok());
        project_or_set_aside(engine, engine, tx.schema(), store, raw, &mut gathered)?;
        taken.seq = seq;
    }
    gathered.flush(engine)?;
    // The index reads the rows that were just written.
    entries.iter().try_for_each(|entry| index_entry(engine, entry))?;
    Ok(taken)
}

/// What an entry may say of personal blobs, whatever its kind.
#[derive(Deserialize)]
struct Said {
    body: Forgets,
}

#[derive(Deserialize)]
struct Forgets {
    /// Blobs that were dropped because a person was erased: they are dropped here too.
    #[serde(default)]
    forget: Vec<String>,
}

fn forget(engine: &dyn Engine, entry: &[u8]) -> Result<(), Fault> {
    const WORD: &[u8] = b"\"forget\"";
    if !entry.windows(WORD.len()).any(|window| window == WORD) {
        return Ok(());
    }
    let said: Option<Said> = serde_json::from_slice(entry).ok();
    said.map_or(Ok(()), |said| said.body.forget.iter().try_for_each(|hash| drop_blob(engine, hash)))
}

fn note(tx: &mut Tx<'_>, store: i64, reached: i64, head: Option<(i64, i16)>) -> Result<(), Fault> {
    let (at, zone) = head.unzip();
    let now = tx.now_ms;
    tx.execute(
        "UPDATE sync_store SET contact_ms = ?2, last_seq = ?3, entry_ms = coalesce(?4, entry_ms), zone_min = coalesce(?5, zone_min) WHERE node = ?1",
        &[store.into(), now.into(), reached.into(), at.into(), Value::from(zone)],
    )?;
    tx.notify("office", json!({ "node": store.to_string(), "seq": reached }));
    Ok(())
}

/// Stops a store whose journal parted from what is known here. Answers with the number where it did.
///
/// # Errors
/// The engine's.
pub fn mark_parted(store: i64, seq: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let params = [store.into(), seq.into()];
        tx.execute("UPDATE sync_store SET parted_at = ?2 WHERE node = ?1 AND parted_at IS NULL", &params)?;
        tx.notify("office", json!({ "node": store.to_string(), "parted_at": seq }));
        Ok(seq)
    }
}

fn offset(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
