//! The one list of domains.

use duken_kernel::refusal::Code;
use duken_kernel::{Fault, Projector, Read, Reject, Schema};
use duken_protocol::device::Outcome;
use duken_protocol::layout::Layout;
use uuid::Uuid;

use crate::hub::{App, Hub};
use crate::web::Route;

/// Which document is to be laid out for paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayoutAsk {
    /// The node that owns it.
    pub node: i64,
    /// Its number.
    pub id: i64,
    /// Whether the paper says that it is a copy.
    pub copy: bool,
}

/// Lays a document out; nothing when it is not there. A layout is the same for every width of tape.
pub type LayoutFn = fn(&Hub, &dyn Read, LayoutAsk) -> Result<Option<Layout>, Fault>;

/// One domain, as it is registered.
pub struct Domain {
    /// Its part of the database.
    pub projector: Projector,
    /// The refusals it answers with; each has a sentence in every language.
    pub refusals: &'static [Code],
    /// Its routes.
    pub routes: Vec<Route>,
    /// Documents of this domain that can be printed: the kind a job names, and how it is laid out.
    pub layouts: &'static [(&'static str, LayoutFn)],
}

/// Every domain. Adding one is one folder and one line here.
pub static ALL: &[fn() -> Domain] = &[
    crate::settings::domain,
    crate::recovery::domain,
    crate::staff::domain,
    crate::tills::domain,
    crate::parties::domain,
    crate::catalog::domain,
    crate::stock::domain,
    crate::imports::domain,
    crate::devices::domain,
    crate::payments::domain,
    crate::sales::domain,
    crate::displays::domain,
    crate::reports::domain,
    crate::sync::domain,
    crate::demo::domain,
    crate::backup::domain,
    crate::health::domain,
    crate::checklists::domain,
];

/// The database that all domains together declare.
#[must_use]
pub fn schema() -> Schema {
    Schema::new(ALL.iter().map(|domain| domain().projector).collect())
}

/// Every refusal that can leave the hub.
#[must_use]
pub fn refusals() -> Vec<Code> {
    let mut codes: Vec<Code> = crate::web::REFUSALS.to_vec();
    codes.extend(ALL.iter().flat_map(|domain| domain().refusals.iter().copied()));
    codes
}

/// Lays out a document of any domain; nothing when no domain knows the kind, or the document is not there.
///
/// # Errors
/// The domain's.
pub fn layout_of(hub: &Hub, read: &dyn Read, kind: &str, ask: LayoutAsk) -> Result<Option<Layout>, Fault> {
    let known = ALL.iter().flat_map(|domain| domain().layouts).find(|(name, _)| *name == kind);
    known.map_or(Ok(None), |(_, lay_out)| lay_out(hub, read, ask))
}

/// The names of jobs that began payments at these terminals (number and version of each card) and of whose answer nothing
/// is known: the driver may know it.
///
/// # Errors
/// The engine's.
pub fn recalled_starts(app: &App, terminals: &[(i64, i64)]) -> Result<Vec<Uuid>, Reject> {
    crate::payments::recalled_starts(app, terminals)
}

/// Takes in the answer to a call that began a payment, when it comes after nobody waits for it any more; says which job to
/// recall next, if one.
///
/// # Errors
/// The engine's.
pub async fn late_start(app: &App, job: Uuid, outcome: Outcome) -> Result<Option<Uuid>, Reject> {
    crate::payments::late_start(app, job, outcome).await
}
