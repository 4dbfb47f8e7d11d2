//! What the head office does: make a code, take a store in, let a stopped store go on.

use duken_kernel::journal::Draft;
use duken_kernel::store::Value;
use duken_kernel::vault::SecretKey;
use duken_kernel::{Read, Reject, Tx};
use duken_protocol::ids::{NodeId, RequestId};
use duken_protocol::sync::{Enrol, PROTOCOL};
use serde_json::json;

use super::codes::{CODE_LIFE_MS, code_of, code_verifier, token_of, token_verifier};
use crate::sync::{CODE_MADE, CODE_USED, NAME_MISSING, OTHER_EPOCH, OTHER_PROTOCOL, REPLACED, STORE_JOINED, STORE_RESUMED, WRONG_CODE};
use crate::web::CARD_NOT_FOUND;

/// Makes a one-time code for a store. Answers with the entry's number.
///
/// # Errors
/// `sync.name_missing`; then the engine's.
pub fn make_code(
    key: &SecretKey,
    request: RequestId,
    store_name: String,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    let verifier = code_verifier(key, &code_of(key, request));
    move |tx| {
        let store_name = store_name.trim();
        if store_name.is_empty() {
            return Err(NAME_MISSING.refuse().field("store_name").into());
        }
        let expires_ms = tx.now_ms + CODE_LIFE_MS;
        let entry = tx.record(Draft::new(CODE_MADE, &json!({ "store_name": store_name, "expires_ms": expires_ms }))?)?;
        tx.execute("DELETE FROM sync_code WHERE expires_ms < ?1", &[tx.now_ms.into()])?;
        tx.execute(
            "INSERT INTO sync_code (entry, verifier, store_name, expires_ms) VALUES (?1, ?2, ?3, ?4)",
            &[entry.into(), verifier.into(), store_name.into(), expires_ms.into()],
        )?;
        Ok(entry)
    }
}

/// Takes a store in by its one-time code. The same store may come again with the same code, if its answer was lost.
/// Answers with the store's local number.
///
/// # Errors
/// `sync.other_protocol`, `sync.wrong_code`, `sync.code_used`, `sync.other_epoch`; then the engine's.
pub fn join(key: &SecretKey, wanted: Enrol) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    let code = code_verifier(key, &wanted.code);
    let token = token_verifier(&token_of(key, &wanted.code, wanted.node));
    move |tx| {
        if wanted.protocol != PROTOCOL {
            return OTHER_PROTOCOL.err();
        }
        let row = tx.row("SELECT entry, store_name, expires_ms, used_by FROM sync_code WHERE verifier = ?1", &[code.into()])?;
        let Some(row) = row.filter(|row| row.get::<i64>(2).is_ok_and(|expires| expires >= tx.now_ms)) else { return WRONG_CODE.err() };
        let name: String = row.get(1)?;
        let store = number_of(tx, wanted.node, wanted.epoch)?;
        match row.get::<Option<i64>>(3)? {
            Some(by) if by == store => return Ok(store),
            Some(_) => return CODE_USED.err(),
            None => {}
        }
        tx.execute("UPDATE sync_code SET used_by = ?2 WHERE entry = ?1", &[row.get::<i64>(0)?.into(), store.into()])?;
        let params = [store.into(), name.clone().into(), token.into(), tx.now_ms.into(), wanted.end.max(0).into()];
        tx.execute(
            "INSERT INTO sync_store (node, name, verifier, enrolled_ms, last_seq, journal_end) VALUES (?1, ?2, ?3, ?4, 0, ?5) \
             ON CONFLICT (node) DO UPDATE SET name = excluded.name, verifier = excluded.verifier, enrolled_ms = excluded.enrolled_ms, \
             journal_end = excluded.journal_end",
            &params,
        )?;
        tx.record(Draft::new(STORE_JOINED, &json!({ "store": store, "node": wanted.node, "name": name }))?)?;
        tx.notify("office", json!({ "node": store.to_string() }));
        Ok(store)
    }
}

/// The local number of a store's journal; a new one for a store that was never here.
fn number_of(tx: &Tx<'_>, node: NodeId, epoch: u32) -> Result<i64, Reject> {
    let id = node.to_string();
    if let Some(row) = tx.row("SELECT number, epoch FROM node WHERE id = ?1", &[id.clone().into()])? {
        let (number, known): (i64, u32) = (row.get(0)?, row.get(1)?);
        if number == duken_kernel::journal::OWN {
            return Err(OTHER_EPOCH.refuse().with("epoch", epoch).into());
        }
        if epoch < known {
            return Err(REPLACED.refuse().with("epoch", known).into());
        }
        // The code was made by a named person: it confirms a newer epoch, too.
        tx.execute("UPDATE node SET epoch = ?2 WHERE number = ?1", &[number.into(), epoch.into()])?;
        return Ok(number);
    }
    let last = tx.row("SELECT max(number) FROM node", &[])?.map_or(Ok(None), |row| row.get::<Option<i64>>(0))?;
    let number = last.unwrap_or(duken_kernel::journal::OWN) + 1;
    tx.execute("INSERT INTO node (number, id, epoch) VALUES (?1, ?2, ?3)", &[number.into(), id.into(), Value::from(epoch)])?;
    Ok(number)
}

/// Lets a store go on that was stopped because its journal parted. Answers with its local number.
///
/// # Errors
/// `card.not_found` when no such store is stopped; then the engine's.
pub fn resume(store: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let touched = tx.execute("UPDATE sync_store SET parted_at = NULL WHERE node = ?1 AND parted_at IS NOT NULL", &[store.into()])?;
        if touched == 0 {
            return CARD_NOT_FOUND.err();
        }
        tx.record(Draft::new(STORE_RESUMED, &json!({ "store": store }))?)?;
        tx.notify("office", json!({ "node": store.to_string() }));
        Ok(store)
    }
}

/// A store was heard of; it says how far its own journal goes. Answers with its local number.
///
/// # Errors
/// The engine's.
pub fn heard_of(store: i64, journal_end: Option<i64>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        super::replace::arrived(tx, store)?;
        tx.execute(
            "UPDATE sync_store SET contact_ms = ?2, journal_end = coalesce(?3, journal_end) WHERE node = ?1",
            &[store.into(), tx.now_ms.into(), journal_end.into()],
        )?;
        Ok(store)
    }
}
