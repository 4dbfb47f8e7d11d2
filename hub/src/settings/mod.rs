//! Settings of the store [C24]: one card, `settings.saved`, read by everyone.

mod clock;
mod commands;
mod model;
mod opening;
mod routes;
pub mod vat;

use duken_kernel::journal::{Entry, OWN};
use duken_kernel::refusal::Code;
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Projector, Read};

pub use clock::{
    accepted as clock_accepted, compare as compare_clock, holds as clock_holds, suspects as clock_suspects, watch as watch_clock,
};
pub use commands::{checked, save};
pub use model::{
    NegativeStock, ReceiptFields, ReceiptLanguage, Rounding, RoundingScope, Settings, StoreCard, Tape, WeightCode, WeightKind, yyyymmdd,
};

use crate::domains::Domain;

/// The entry that holds the whole card.
pub const SAVED: &str = "settings.saved";

/// A field has no meaning.
pub const INVALID: Code = Code::new("settings.invalid", 422);
/// Prices and books hold sums of the old currency.
pub const CURRENCY_IN_USE: Code = Code::new("settings.currency_in_use", 409);

/// The clock may be wrong: a manager looks at the date before further sales.
pub const CLOCK_SUSPECT: Code = Code::new("clock.suspect", 409);

static SETTINGS: Table =
    Table { name: "settings", key: &[], values: &[Column::int("version"), Column::text("card")], indexes: &[], sums: Sums::AtOnce };
static TABLES: &[&Table] = &[&SETTINGS];

fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    if entry.kind() == clock::CORRECTED {
        return Ok(());
    }
    let settings: Settings = entry.body()?;
    writes.put(&SETTINGS, [], [entry.seq.into(), serde_json::to_string(&settings)?.into()]);
    Ok(())
}

/// The settings of this node; the defaults before the first were saved.
///
/// # Errors
/// The engine's.
pub fn read(read: &dyn Read) -> Result<Settings, Fault> {
    read_of(read, OWN)
}

/// The settings of a node.
///
/// # Errors
/// The engine's.
pub fn read_of(read: &dyn Read, node: i64) -> Result<Settings, Fault> {
    let Some(row) = read.row("SELECT version, card FROM settings WHERE node = ?1", &[node.into()])? else { return Ok(Settings::default()) };
    let mut settings: Settings = serde_json::from_str(&row.get::<String>(1)?)?;
    settings.version = row.get(0)?;
    Ok(settings)
}

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector { name: "settings", tables: TABLES, local: &[], kinds: &[SAVED, clock::CORRECTED], versions: &[], project },
        refusals: &[INVALID, CURRENCY_IN_USE, CLOCK_SUSPECT],
        routes: routes::routes(),
        layouts: &[],
    }
}
