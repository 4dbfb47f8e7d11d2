//! The ground floor of Düken: one journal, tables that are views of it, one writer, a ledger, replay and proof.
//!
//! It knows no domain and no HTTP. A domain declares its tables and a pure `project` function; commands run inside
//! the [`writer`], decide from tables and record entries; everything else follows from the entries.
//!
//! Invariants (see `docs/ARCHITECTURE.md`): J1–J6, L1–L3. What is absent on purpose: SQL in projections,
//! wall clock and chance anywhere but in [`context`], floats.

pub mod context;
pub mod failure;
pub mod journal;
pub mod ledger;
pub mod refusal;
pub mod replay;
pub mod schema;
pub mod store;
pub mod vault;
pub mod writer;

pub use refusal::{Fault, Refusal, Reject};
pub use schema::{Projector, Schema};
pub use store::{Read, Row, Table, Value};
pub use writer::{Tx, Writer};
