//! Lists that people tick [C26]: what to look at when a shop opens, when it closes, and once a week.
//!
//! Invariant: what the hub can see for itself is ticked by the hub and by nobody else; what only a person can see is
//! ticked by a person, for one day (or one week), under a name. Ticks are local: they say what somebody looked at here.

mod items;
mod queries;
mod routes;

use duken_kernel::refusal::Code;
use duken_kernel::store::Writes;
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Projector, journal::Entry};

use crate::domains::Domain;

/// The hub looks at this itself: nobody ticks it by hand.
pub const SEEN_BY_HUB: Code = Code::new("checklist.seen_by_hub", 409);

const LOCAL: &[&str] = &[
    "CREATE TABLE checklist_tick (list TEXT NOT NULL, item TEXT NOT NULL, period INTEGER NOT NULL, person INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (list, item, period)) WITHOUT ROWID",
];

fn nothing(_: &Entry, _: &dyn PersonalBlobs, _: &mut Writes) -> Result<(), Fault> {
    Err(Fault::invariant("J5", "checklists record nothing"))
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector { name: "checklists", tables: &[], local: LOCAL, kinds: &[], versions: &[], project: nothing },
        refusals: &[SEEN_BY_HUB],
        routes: routes::routes(),
        layouts: &[],
    }
}
