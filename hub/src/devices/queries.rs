//! What screens, workers and other domains ask about devices.

use duken_kernel::journal::OWN;
use duken_kernel::store::Row;
use duken_kernel::{Fault, Read};
use duken_protocol::device::DeviceKind;

use super::model::Device;

fn device(row: &Row) -> Result<Device, Fault> {
    Ok(Device { id: row.get(0)?, version: row.get(1)?, card: serde_json::from_str(&row.get::<String>(2)?)? })
}

/// Every device of this node, those in use first by name, then the archived.
///
/// # Errors
/// The engine's.
pub fn devices(read: &dyn Read) -> Result<Vec<Device>, Fault> {
    read.rows("SELECT id, version, card FROM device WHERE node = ?1 ORDER BY archived, id", &[OWN.into()])?.iter().map(device).collect()
}

/// A device of this node.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, id: i64) -> Result<Option<Device>, Fault> {
    read.row("SELECT id, version, card FROM device WHERE node = ?1 AND id = ?2", &[OWN.into(), id.into()])?.as_ref().map(device).transpose()
}

/// Whether this is a terminal in use.
///
/// # Errors
/// The engine's.
pub fn is_terminal(read: &dyn Read, id: i64) -> Result<bool, Fault> {
    Ok(find(read, id)?.is_some_and(|device| device.card.kind == DeviceKind::Terminal && !device.card.archived))
}

/// The name of a device of a node, for documents and lists.
///
/// # Errors
/// The engine's.
pub fn name_of(read: &dyn Read, node: i64, id: i64) -> Result<Option<String>, Fault> {
    read.row("SELECT name FROM device WHERE node = ?1 AND id = ?2", &[node.into(), id.into()])?.map(|row| row.get(0)).transpose()
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The card's number.
    pub id: i64,
    /// Name for people: the machine's.
    pub name: String,
    /// When it was paired, milliseconds since 1970 UTC.
    pub paired_at_ms: i64,
}

/// The agents that are not sent away.
///
/// # Errors
/// The engine's.
pub fn agents(read: &dyn Read) -> Result<Vec<Agent>, Fault> {
    read.rows("SELECT id, name, paired_at FROM agent WHERE node = ?1 AND archived = 0 ORDER BY id", &[OWN.into()])?
        .iter()
        .map(|row| Ok(Agent { id: row.get(0)?, name: row.get(1)?, paired_at_ms: row.get(2)? }))
        .collect()
}
