//! Another machine in a store's place: a named person allows it, the new machine takes over, the old one is refused from
//! then on.

use duken_kernel::journal::Draft;
use duken_kernel::vault::SecretKey;
use duken_kernel::{Fault, Read, Reject, Tx};
use duken_protocol::ids::RequestId;
use duken_protocol::sync::{PROTOCOL, Replace};
use serde_json::json;

use super::codes::{CODE_LIFE_MS, code_of, code_verifier, token_of, token_verifier};
use crate::hub::App;
use crate::sync::{CODE_OF_OTHER, EPOCH_CONFIRMED, OTHER_EPOCH, OTHER_PROTOCOL, REPLACEMENT_ALLOWED, STORE_REPLACED, WRONG_CODE};
use crate::web::CARD_NOT_FOUND;

/// Makes a one-time code with which another machine takes a store's place. Answers with the entry's number.
///
/// # Errors
/// `card.not_found` for a store that is not of this chain; then the engine's.
pub fn allow(key: &SecretKey, request: RequestId, store: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    let verifier = code_verifier(key, &code_of(key, request));
    move |tx| {
        if tx.row("SELECT 1 FROM sync_store WHERE node = ?1", &[store.into()])?.is_none() {
            return CARD_NOT_FOUND.err();
        }
        let expires_ms = tx.now_ms + CODE_LIFE_MS;
        let entry = tx.record(Draft::new(REPLACEMENT_ALLOWED, &json!({ "store": store, "expires_ms": expires_ms }))?)?;
        tx.execute(
            "DELETE FROM sync_replacement WHERE expires_ms < ?1 OR (store = ?2 AND epoch IS NULL)",
            &[tx.now_ms.into(), store.into()],
        )?;
        tx.execute(
            "INSERT INTO sync_replacement (entry, verifier, store, expires_ms) VALUES (?1, ?2, ?3, ?4)",
            &[entry.into(), verifier.into(), store.into(), expires_ms.into()],
        )?;
        Ok(entry)
    }
}

/// A new machine takes a store's place. It may ask again with the same code, until it has spoken as the store. Answers
/// with the store's local number; its epoch is the one of the new machine now.
///
/// # Errors
/// `sync.other_protocol`, `sync.wrong_code`, `sync.code_of_other`; then the engine's.
pub fn take_over(app: &App, wanted: Replace) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    let verifier = code_verifier(&app.key, &wanted.code);
    let app = app.clone();
    move |tx| {
        if wanted.protocol != PROTOCOL {
            return OTHER_PROTOCOL.err();
        }
        let row = tx.row("SELECT entry, store, expires_ms, epoch FROM sync_replacement WHERE verifier = ?1", &[verifier.into()])?;
        let Some(row) = row.filter(|row| row.get::<i64>(2).is_ok_and(|expires| expires >= tx.now_ms)) else { return WRONG_CODE.err() };
        let (entry, store): (i64, i64) = (row.get(0)?, row.get(1)?);
        let node = tx.row("SELECT id, epoch FROM node WHERE number = ?1", &[store.into()])?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let id: String = node.get(0)?;
        if wanted.node.is_some_and(|node| node.to_string() != id) {
            return CODE_OF_OTHER.err();
        }
        if row.get::<Option<i64>>(3)?.is_some() {
            return Ok(store);
        }
        let id = id.parse().map(duken_protocol::ids::NodeId).map_err(|_| Fault::invariant("S1", "a node's id is no UUID"))?;
        let epoch = node.get::<u32>(1)?.max(wanted.epoch) + 1;
        tx.execute(
            "INSERT INTO sync_replaced (verifier, store, at_ms) SELECT verifier, node, ?2 FROM sync_store WHERE node = ?1",
            &[store.into(), tx.now_ms.into()],
        )?;
        let token = token_verifier(&token_of(&app.key, &wanted.code, id));
        tx.execute(
            "UPDATE sync_store SET verifier = ?2, parted_at = NULL, epoch_asked = NULL WHERE node = ?1",
            &[store.into(), token.into()],
        )?;
        tx.execute("UPDATE node SET epoch = ?2 WHERE number = ?1", &[store.into(), epoch.into()])?;
        tx.execute("UPDATE sync_replacement SET epoch = ?2 WHERE entry = ?1", &[entry.into(), epoch.into()])?;
        tx.record(Draft::new(STORE_REPLACED, &json!({ "store": store, "epoch": epoch, "allowed_by": entry }))?)?;
        tx.notify("office", json!({ "node": store.to_string() }));
        Ok(store)
    }
}

/// The new machine speaks as the store: its code is used up.
///
/// # Errors
/// The engine's.
pub fn arrived(tx: &Tx<'_>, store: i64) -> Result<(), Fault> {
    tx.execute("DELETE FROM sync_replacement WHERE store = ?1 AND epoch IS NOT NULL", &[store.into()])?;
    Ok(())
}

/// A store came back from a backup and asks to go on under a new epoch. Answers with its local number.
///
/// # Errors
/// The engine's.
pub fn asks(store: i64, epoch: u32) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let params = [store.into(), epoch.into(), tx.now_ms.into()];
        tx.execute("UPDATE sync_store SET epoch_asked = ?2, contact_ms = ?3 WHERE node = ?1", &params)?;
        tx.notify("office", json!({ "node": store.to_string(), "epoch_asked": epoch }));
        Ok(store)
    }
}

/// A named person confirms that a store came back from a backup: it goes on under its new epoch, and what only the old
/// branch had is kept aside. Answers with its local number.
///
/// # Errors
/// `sync.other_epoch` when it is not the epoch that the store asked for; then the engine's.
pub fn confirm_epoch(store: i64, epoch: u32) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let asked = tx.row("SELECT epoch_asked FROM sync_store WHERE node = ?1", &[store.into()])?;
        let asked = asked.map(|row| row.get::<Option<u32>>(0)).transpose()?.flatten();
        if asked != Some(epoch) {
            return Err(OTHER_EPOCH.refuse().with("epoch", epoch).into());
        }
        tx.execute("UPDATE node SET epoch = ?2 WHERE number = ?1", &[store.into(), epoch.into()])?;
        tx.execute("UPDATE sync_store SET epoch_asked = NULL, parted_at = NULL WHERE node = ?1", &[store.into()])?;
        tx.record(Draft::new(EPOCH_CONFIRMED, &json!({ "store": store, "epoch": epoch }))?)?;
        tx.notify("office", json!({ "node": store.to_string() }));
        Ok(store)
    }
}
