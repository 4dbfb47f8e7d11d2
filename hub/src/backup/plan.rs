//! The plan: when, where, how many. A card of the hub.

use duken_kernel::journal::{Draft, Entry, OWN};
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::{Fault, Read, Reject, Tx};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::place::Place;
use super::{PLAN_INVALID, PLAN_SAVED};
use crate::web::CARD_CHANGED;

/// The plan of backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BackupPlan)]
pub struct Plan {
    /// The number of the entry it was read from; 0 before the first was saved.
    #[serde(default)]
    pub version: i64,
    /// Whether backups are made by themselves.
    pub enabled: bool,
    /// The time of day in the store's zone, `HH:MM`. One that was slept through is made up for.
    pub at: String,
    /// How many are kept, 1 to 365.
    pub keep: u32,
    /// The folder; none = beside the books, on the same disk.
    pub place: Option<String>,
    /// Whether one goes to the head office as well.
    pub to_office: bool,
    /// After so many hours without a good one the light is red, 1 to 744.
    pub red_after_hours: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self { version: 0, enabled: true, at: "03:00".to_owned(), keep: 7, place: None, to_office: false, red_after_hours: 36 }
    }
}

impl Plan {
    /// The time of day.
    #[must_use]
    pub fn time(&self) -> Time {
        self.at.parse().unwrap_or(Time::constant(3, 0, 0, 0))
    }
}

/// The card; one row.
pub static BACKUP_PLAN: Table =
    Table { name: "backup_plan", key: &[], values: &[Column::int("version"), Column::text("card")], indexes: &[], sums: Sums::AtOnce };

pub(super) static TABLES: &[&Table] = &[&BACKUP_PLAN];

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let plan: Plan = entry.body()?;
    writes.put(&BACKUP_PLAN, [], [entry.seq.into(), serde_json::to_string(&plan)?.into()]);
    Ok(())
}

/// The plan of this hub; the default before one was saved.
///
/// # Errors
/// The engine's.
pub fn read(read: &dyn Read) -> Result<Plan, Fault> {
    let Some(row) = read.row("SELECT version, card FROM backup_plan WHERE node = ?1", &[OWN.into()])? else { return Ok(Plan::default()) };
    let mut plan: Plan = serde_json::from_str(&row.get::<String>(1)?)?;
    plan.version = row.get(0)?;
    Ok(plan)
}

/// Saves the plan. A chosen folder was marked before. Answers with the entry's number.
///
/// # Errors
/// `backup.plan_invalid` with the field; `card.changed` when another saved since `version`.
pub fn save(plan: Plan) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let now = read(tx)?;
        if now.version != plan.version {
            return CARD_CHANGED.err();
        }
        let seq = tx.record(Draft::new(PLAN_SAVED, &plan)?)?;
        tx.notify("backup", serde_json::json!({ "plan": seq }));
        Ok(seq)
    }
}

/// What a person asked for, made regular; a folder he chose is marked.
///
/// # Errors
/// `backup.plan_invalid` with the field; those of [`Place::choose`].
pub fn checked(mut plan: Plan) -> Result<Plan, Reject> {
    let invalid = |field: &str| Err(Reject::from(PLAN_INVALID.refuse().field(field)));
    let Ok(at) = plan.at.parse::<Time>() else { return invalid("at") };
    if plan.at.len() != 5 {
        return invalid("at");
    }
    plan.at = at.strftime("%H:%M").to_string();
    if !(1..=365).contains(&plan.keep) {
        return invalid("keep");
    }
    if !(1..=744).contains(&plan.red_after_hours) {
        return invalid("red_after_hours");
    }
    plan.place = plan.place.map(|place| place.trim().to_owned()).filter(|place| !place.is_empty());
    if let Some(place) = &plan.place {
        Place::choose(place)?;
    }
    Ok(plan)
}
