//! Entries → cards of devices and agents.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use serde::{Deserialize, Serialize};

use super::model::{DeviceCard, kind_code};

pub(super) const SAVED: &str = "device.saved";
pub(super) const ARCHIVED: &str = "device.archived";
pub(super) const AGENT_SAVED: &str = "agent.saved";
pub(super) const KINDS: &[&str] = &[SAVED, ARCHIVED, AGENT_SAVED];

/// Cards of devices.
pub static DEVICE: Table = Table {
    name: "device",
    key: &[Column::int("id")],
    values: &[
        Column::int("version"),
        Column::text("kind"),
        Column::text("name"),
        Column::int("agent"),
        Column::int("archived"),
        Column::text("card"),
    ],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Cards of agents.
pub static AGENT: Table = Table {
    name: "agent",
    key: &[Column::int("id")],
    values: &[Column::int("version"), Column::text("name"), Column::int("archived"), Column::int("paired_at")],
    indexes: &[],
    sums: Sums::AtOnce,
};

pub(super) static TABLES: &[&Table] = &[&DEVICE, &AGENT];

/// The whole card of a device; `id` is none when this entry makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Saved {
    pub id: Option<i64>,
    #[serde(flatten)]
    pub card: DeviceCard,
}

/// An agent was paired, renamed or sent away. Its token's verifier is a sealed secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AgentSaved {
    pub id: Option<i64>,
    pub name: String,
    pub paired_at: i64,
    #[serde(default)]
    pub archived: bool,
}

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    match entry.kind() {
        SAVED | ARCHIVED => {
            let Saved { id, card } = entry.body()?;
            writes.put(
                &DEVICE,
                [id.unwrap_or(entry.seq).into()],
                [
                    entry.seq.into(),
                    kind_code(card.kind).into(),
                    card.name.as_str().into(),
                    card.agent.into(),
                    card.archived.into(),
                    serde_json::to_string(&card)?.into(),
                ],
            );
        }
        AGENT_SAVED => {
            let agent: AgentSaved = entry.body()?;
            writes.put(
                &AGENT,
                [agent.id.unwrap_or(entry.seq).into()],
                [entry.seq.into(), agent.name.into(), agent.archived.into(), agent.paired_at.into()],
            );
        }
        other => return Err(Fault::invariant("J5", format!("devices does not project {other}"))),
    }
    Ok(())
}
