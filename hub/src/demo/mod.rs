//! The demo store: goods, people and three months of sales, for looking and trying (ui.md, First run).
//!
//! Everything is made by the program's own commands through the writer, so that a demo store is a store like any other;
//! its settings say that it is one. Entries carry the moments that are played, from three months ago to now: the store
//! has mornings, evenings and quiet Mondays. It is made in the background, a day a command, and goes on after a restart
//! where it stopped. The same first day gives the same store.
//!
//! Only the first run of a store can ask for it: a store that sells never becomes a demo.

mod commands;
mod day;
mod dice;
mod goods;
mod job;
mod people;
mod routes;
mod worker;

use duken_kernel::journal::Entry;
use duken_kernel::store::Writes;
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Projector};

pub use worker::start;

use crate::domains::Domain;

fn nothing_to_project(_: &Entry, _: &dyn PersonalBlobs, _: &mut Writes) -> Result<(), Fault> {
    Err(Fault::invariant("J5", "the demo records only what other domains do"))
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector { name: "demo", tables: &[], local: job::LOCAL, kinds: &[], versions: &[], project: nothing_to_project },
        refusals: &[],
        routes: routes::routes(),
        layouts: &[],
    }
}
