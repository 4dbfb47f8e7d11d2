//! The one list of domains.

use duken_kernel::refusal::Code;
use duken_kernel::{Projector, Schema};

use crate::web::Route;

/// One domain, as it is registered.
pub struct Domain {
    /// Its part of the database.
    pub projector: Projector,
    /// The refusals it answers with; each has a sentence in every language.
    pub refusals: &'static [Code],
    /// Its routes.
    pub routes: Vec<Route>,
}

/// Every domain. Adding one is one folder and one line here.
pub static ALL: &[fn() -> Domain] = &[crate::settings::domain, crate::staff::domain, crate::catalog::domain, crate::stock::domain];

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
