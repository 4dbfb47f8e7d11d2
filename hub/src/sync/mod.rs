//! Sync: a store's journal at its head office.
//!
//! The store's [`store::Forwarder`] reads its own journal and sends it in compressed batches; the head office's
//! [`office::intake`] checks the chain, stores the entries under the store's local number and projects them with the
//! same projections as the store itself. Nothing is recomputed: the document that was made is the one that is shown.
//!
//! Invariants. **S2**: the head office has, per store, exactly the prefix 1..n of its journal: nothing twice, nothing
//! missing, whatever is lost, doubled, reordered or cut on the way. A number is acknowledged only when its entry is on
//! disk. An entry that cannot be projected is kept aside and the rest flows; a journal that parted from what is known
//! stops that one store, and says so.
//!
//! A node that came back from a backup writes under a new **epoch**. The head office takes it only after a named person
//! confirmed it there, keeps what only the old branch had, and refuses the old epoch from then on.
//!
//! Local tables only; enrolment leaves its trace in the journal of both sides (`sync.code_made`, `sync.store_joined`,
//! `sync.store_resumed`, `sync.link_made`, `sync.link_cut`, …). Tokens and codes are never stored in clear: the head office
//! keeps verifiers, the store seals its token.

pub mod office;
pub mod store;
#[cfg(test)]
mod tests;

use duken_kernel::journal::Entry;
use duken_kernel::refusal::Code;
use duken_kernel::store::Writes;
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Projector, Refusal};
use duken_protocol::sync::NotABatch;

use crate::config::Role;
use crate::domains::Domain;
use crate::hub::App;

/// The batch was changed on its way or is not what it says: nothing of it is kept.
pub const FORGED: Code = Code::new("sync.batch_forged", 422);
/// The batch begins after the next number that the head office needs.
pub const GAP: Code = Code::new("sync.gap", 409);
/// The store's journal is another than the one that is known here.
pub const PARTED: Code = Code::new("sync.parted", 409);
/// The store was stopped because its journal parted; a person has to look.
pub const BROKEN: Code = Code::new("sync.broken", 409);
/// The batch is of another node than the token.
pub const OTHER_NODE: Code = Code::new("sync.other_node", 403);
/// The journal has an epoch that is not known here.
pub const OTHER_EPOCH: Code = Code::new("sync.other_epoch", 409);
/// No token, or one that belongs to no store.
pub const WRONG_TOKEN: Code = Code::new("sync.wrong_token", 401);
/// No such code, or one that is over.
pub const WRONG_CODE: Code = Code::new("sync.wrong_code", 403);
/// The code was used by another store.
pub const CODE_USED: Code = Code::new("sync.code_used", 409);
/// Too many wrong codes.
pub const THROTTLED: Code = Code::new("sync.throttled", 429);
/// This hub is no head office.
pub const NOT_AN_OFFICE: Code = Code::new("sync.not_an_office", 409);
/// This hub is no store.
pub const NOT_A_STORE: Code = Code::new("sync.not_a_store", 409);
/// The other side speaks a version that is not known here.
pub const OTHER_PROTOCOL: Code = Code::new("sync.other_protocol", 426);
/// The head office shows a certificate nobody has confirmed yet.
pub const CONFIRM_CERTIFICATE: Code = Code::new("sync.confirm_certificate", 409);
/// The head office shows another certificate than the confirmed one.
pub const WRONG_CERTIFICATE: Code = Code::new("sync.wrong_certificate", 409);
/// The address is none that can be used.
pub const WRONG_ADDRESS: Code = Code::new("sync.wrong_address", 422);
/// The head office does not answer.
pub const UNREACHABLE: Code = Code::new("sync.unreachable", 502);
/// What answers is no head office.
pub const FOREIGN_ANSWER: Code = Code::new("sync.foreign_answer", 502);
/// The head office has entries that this store does not have.
pub const OFFICE_AHEAD: Code = Code::new("sync.office_ahead", 409);
/// A store has a name.
pub const NAME_MISSING: Code = Code::new("sync.name_missing", 422);

/// Another machine took this one's place.
pub const REPLACED: Code = Code::new("sync.replaced", 403);
/// The store came back from a backup; a named person at the head office has to confirm it.
pub const EPOCH_UNCONFIRMED: Code = Code::new("sync.epoch_unconfirmed", 409);
/// The code was made for another store.
pub const CODE_OF_OTHER: Code = Code::new("sync.code_of_other", 403);
/// A file of a store has another content than its hash says.
pub const FILE_FORGED: Code = Code::new("sync.file_forged", 422);
/// A file of a store is larger than any that is kept.
pub const FILE_TOO_LARGE: Code = Code::new("sync.file_too_large", 413);
/// A backup came cut, changed or too large.
pub const BACKUP_REFUSED: Code = Code::new("sync.backup_refused", 422);
/// Nothing of this name was left here.
pub const NOT_KEPT: Code = Code::new("sync.not_kept", 404);

const BATCH_TOO_LARGE: Code = Code::new("sync.batch_too_large", 413);
const BATCH_FOREIGN: Code = Code::new("sync.batch_foreign", 422);
const BATCH_VERSION: Code = Code::new("sync.batch_version", 426);
const BATCH_DAMAGED: Code = Code::new("sync.batch_damaged", 422);
const BATCH_LENGTH: Code = Code::new("sync.batch_length", 422);
const BATCH_COUNT: Code = Code::new("sync.batch_count", 422);
const BATCH_NUMBER: Code = Code::new("sync.batch_number", 422);

const REFUSALS: &[Code] = &[
    FORGED,
    GAP,
    PARTED,
    BROKEN,
    OTHER_NODE,
    OTHER_EPOCH,
    WRONG_TOKEN,
    WRONG_CODE,
    CODE_USED,
    THROTTLED,
    NOT_AN_OFFICE,
    NOT_A_STORE,
    OTHER_PROTOCOL,
    CONFIRM_CERTIFICATE,
    WRONG_CERTIFICATE,
    WRONG_ADDRESS,
    UNREACHABLE,
    FOREIGN_ANSWER,
    OFFICE_AHEAD,
    NAME_MISSING,
    REPLACED,
    EPOCH_UNCONFIRMED,
    CODE_OF_OTHER,
    FILE_FORGED,
    FILE_TOO_LARGE,
    BACKUP_REFUSED,
    NOT_KEPT,
    BATCH_TOO_LARGE,
    BATCH_FOREIGN,
    BATCH_VERSION,
    BATCH_DAMAGED,
    BATCH_LENGTH,
    BATCH_COUNT,
    BATCH_NUMBER,
];

/// The refusal of bytes that are no batch.
#[must_use]
pub fn not_a_batch(why: NotABatch) -> Refusal {
    let refusal = match why {
        NotABatch::TooLarge => BATCH_TOO_LARGE,
        NotABatch::Foreign => BATCH_FOREIGN,
        NotABatch::UnknownVersion(_) => BATCH_VERSION,
        NotABatch::Damaged => BATCH_DAMAGED,
        NotABatch::WrongLength => BATCH_LENGTH,
        NotABatch::WrongCount => BATCH_COUNT,
        NotABatch::WrongNumber => BATCH_NUMBER,
    };
    refusal.refuse()
}

/// A code for a store was made at the head office.
pub(crate) const CODE_MADE: &str = "sync.code_made";
/// A store was taken in.
pub(crate) const STORE_JOINED: &str = "sync.store_joined";
/// A store that was stopped may go on.
pub(crate) const STORE_RESUMED: &str = "sync.store_resumed";
/// Another machine may take a store's place.
pub(crate) const REPLACEMENT_ALLOWED: &str = "sync.replacement_allowed";
/// Another machine took a store's place.
pub(crate) const STORE_REPLACED: &str = "sync.store_replaced";
/// A store that came back from a backup goes on under a new epoch.
pub(crate) const EPOCH_CONFIRMED: &str = "sync.epoch_confirmed";
/// What only a store's old branch had is kept aside.
pub(crate) const BRANCH_KEPT: &str = "sync.branch_kept";
/// This node came back from a backup, or from its head office.
pub(crate) const EPOCH_OPENED: &str = "sync.epoch_opened";
/// The head office has less than it had: it came back from a backup.
pub(crate) const OFFICE_WENT_BACK: &str = "sync.office_went_back";
/// This store was taken in by a head office.
pub(crate) const LINK_MADE: &str = "sync.link_made";
/// This store sends no more.
pub(crate) const LINK_CUT: &str = "sync.link_cut";

/// The entries of this domain are its trail; no view follows from them.
fn project(_: &Entry, _: &dyn PersonalBlobs, _: &mut Writes) -> Result<(), Fault> {
    Ok(())
}

/// Forward-only; both roles have all of them.
const LOCAL: &[&str] = &[
    "CREATE TABLE sync_store (node INTEGER PRIMARY KEY, name TEXT NOT NULL, verifier BLOB NOT NULL UNIQUE, enrolled_ms INTEGER NOT NULL, contact_ms INTEGER, entry_ms INTEGER, zone_min INTEGER, last_seq INTEGER NOT NULL, journal_end INTEGER NOT NULL, parted_at INTEGER)",
    "CREATE TABLE sync_code (entry INTEGER PRIMARY KEY, verifier BLOB NOT NULL UNIQUE, store_name TEXT NOT NULL, expires_ms INTEGER NOT NULL, used_by INTEGER)",
    "CREATE TABLE sync_link (id INTEGER PRIMARY KEY CHECK (id = 1), url TEXT NOT NULL, fingerprint TEXT, office TEXT NOT NULL, store_name TEXT NOT NULL, acked INTEGER NOT NULL, contact_ms INTEGER)",
    "ALTER TABLE sync_store ADD COLUMN epoch_asked INTEGER",
    "CREATE TABLE sync_replacement (entry INTEGER PRIMARY KEY, verifier BLOB NOT NULL UNIQUE, store INTEGER NOT NULL, expires_ms INTEGER NOT NULL, epoch INTEGER)",
    "CREATE TABLE sync_replaced (verifier BLOB PRIMARY KEY, store INTEGER NOT NULL, at_ms INTEGER NOT NULL)",
    "CREATE TABLE sync_branch (store INTEGER NOT NULL, left_for INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, left_ms INTEGER NOT NULL, PRIMARY KEY (store, left_for))",
    "CREATE TABLE sync_branch_entry (store INTEGER NOT NULL, left_for INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (store, left_for, seq))",
];

const KINDS: &[&str] = &[
    CODE_MADE,
    STORE_JOINED,
    STORE_RESUMED,
    LINK_MADE,
    LINK_CUT,
    REPLACEMENT_ALLOWED,
    STORE_REPLACED,
    EPOCH_CONFIRMED,
    BRANCH_KEPT,
    EPOCH_OPENED,
    OFFICE_WENT_BACK,
];

/// The domain's part of the database.
#[must_use]
pub fn projector() -> Projector {
    Projector { name: "sync", tables: &[], local: LOCAL, kinds: KINDS, versions: &[], project }
}

/// What the running hub keeps in memory for sync.
#[derive(Default)]
pub struct Sync {
    /// As a head office.
    pub office: office::Desk,
    /// As a store.
    pub store: store::Outgoing,
}

impl Sync {
    /// Starts what runs in the background: a store's forwarder. It ends when `stop` turns true.
    pub fn start(&self, app: &App, stop: tokio::sync::watch::Receiver<bool>) {
        if app.role() == Role::Store {
            tokio::spawn(store::run(app.clone(), stop.clone()));
            tokio::spawn(store::follow(app.clone(), stop));
        }
    }
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    let mut routes = office::routes();
    routes.extend(store::routes());
    Domain { projector: projector(), refusals: REFUSALS, routes, layouts: &[] }
}
