//! Joining and leaving, and writing down how far the head office is.

use duken_kernel::journal::Draft;
use duken_kernel::vault::drop_secret;
use duken_kernel::writer::{meta, set_meta};
use duken_kernel::{Fault, Read, Reject, Tx};
use serde_json::json;

use super::queries::link;
use crate::sync::{EPOCH_OPENED, LINK_CUT, LINK_MADE, OFFICE_WENT_BACK};
use crate::web::CARD_NOT_FOUND;

/// The secret's id under which the token is sealed.
pub const TOKEN: &str = "sync:office";

/// The note of where the present epoch begins.
const EPOCH_FROM: &str = "epoch.from";

/// What the head office answered.
#[derive(Clone)]
pub struct Joined {
    /// Where it answers.
    pub url: String,
    /// The fingerprint of its authority, when it was confirmed by a person.
    pub fingerprint: Option<String>,
    /// Its id.
    pub office: String,
    /// The name under which it knows this store.
    pub store_name: String,
    /// The sealed token.
    pub sealed_token: Vec<u8>,
}

/// Keeps the link that a head office granted. Answers with the entry's number.
///
/// # Errors
/// The engine's.
pub fn join(joined: Joined) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute(
            "INSERT INTO secret (id, sealed) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
            &[TOKEN.into(), joined.sealed_token.into()],
        )?;
        let body = json!({ "url": joined.url, "office": joined.office, "store_name": joined.store_name });
        tx.execute(
            "INSERT INTO sync_link (id, url, fingerprint, office, store_name, acked) VALUES (1, ?1, ?2, ?3, ?4, 0) \
             ON CONFLICT (id) DO UPDATE SET url = excluded.url, fingerprint = excluded.fingerprint, office = excluded.office, \
             store_name = excluded.store_name, acked = 0, contact_ms = NULL",
            &[joined.url.into(), joined.fingerprint.into(), joined.office.into(), joined.store_name.into()],
        )?;
        tx.notify("office", json!({ "link": true }));
        Ok(tx.record(Draft::new(LINK_MADE, &body)?)?)
    }
}

/// Cuts the link: nothing more is sent. Answers with the entry's number.
///
/// # Errors
/// `card.not_found` when there is none; then the engine's.
pub fn cut() -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let Some(link) = link(tx)? else { return CARD_NOT_FOUND.err() };
        tx.execute("DELETE FROM sync_link WHERE id = 1", &[])?;
        drop_secret(tx.engine(), TOKEN)?;
        tx.notify("office", json!({ "link": false }));
        Ok(tx.record(Draft::new(LINK_CUT, &json!({ "url": link.url, "office": link.office }))?)?)
    }
}

/// This node came back from a backup, or from its head office, and goes on under a new epoch: the first entry of that
/// epoch. Answers with its number.
///
/// # Errors
/// The engine's.
pub fn came_back(tx: &mut Tx<'_>, backup_end: Option<i64>, from_office: i64, linked: Option<Joined>) -> Result<i64, Reject> {
    let after = tx.next_seq() - 1;
    let body = json!({ "epoch": tx.epoch(), "after": after, "backup_end": backup_end, "from_office": from_office });
    let seq = tx.record(Draft::new(EPOCH_OPENED, &body)?)?;
    set_meta(tx.engine(), EPOCH_FROM, &seq.to_string())?;
    if let Some(joined) = linked {
        join(joined)(tx)?;
    }
    Ok(seq)
}

/// The first number of the present epoch.
///
/// # Errors
/// The engine's.
pub(super) fn epoch_from(read: &dyn Read) -> Result<Option<i64>, Fault> {
    Ok(meta(read, EPOCH_FROM)?.and_then(|seq| seq.parse().ok()))
}

/// The head office has less than it had. Answers with the entry's number.
///
/// # Errors
/// The engine's.
pub(super) fn office_went_back(had: i64, has: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("UPDATE sync_link SET acked = ?1 WHERE id = 1", &[has.into()])?;
        Ok(tx.record(Draft::new(OFFICE_WENT_BACK, &json!({ "had": had, "has": has }))?)?)
    }
}

/// Writes down how far the head office is.
///
/// # Errors
/// The engine's.
pub(super) fn note_acked(acked: i64, contact_ms: Option<i64>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("UPDATE sync_link SET acked = ?1, contact_ms = ?2 WHERE id = 1", &[acked.into(), contact_ms.into()])?;
        Ok(acked)
    }
}
