//! Enrolment, acknowledgement, state: small JSON with a version.

use serde::{Deserialize, Serialize};

use crate::ids::NodeId;

/// The version of these messages.
pub const PROTOCOL: u16 = 1;

/// A store asks to be taken in, with the one-time code that the head office made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrol {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The one-time code, as it was typed.
    pub code: String,
    /// The store's own id.
    pub node: NodeId,
    /// The epoch of its journal.
    pub epoch: u32,
    /// The last number of its journal: so much has to come before anything is well.
    #[serde(default)]
    pub end: i64,
}

/// The head office took the store in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The head office's own id.
    pub office: NodeId,
    /// The name under which the head office knows the store.
    pub store_name: String,
    /// What the store shows from now on. Said once; the head office keeps a verifier only.
    pub token: String,
}

impl std::fmt::Debug for Enrolled {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Enrolled").field("office", &self.office).field("store_name", &self.store_name).finish_non_exhaustive()
    }
}

/// Everything up to here is on the head office's disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The last number it has.
    pub acked: i64,
    /// The hash of that entry, hexadecimal; empty before the first.
    pub hash: String,
}

/// How the head office stands to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// Its entries are taken in.
    Ok,
    /// Its journal parted from what the head office has: a person has to look.
    Broken,
}

/// What the head office sees of the store that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSees {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The last number it has.
    pub acked: i64,
    /// The hash of that entry, hexadecimal; empty before the first.
    pub hash: String,
    /// Whether it takes more.
    pub state: StoreState,
    /// Entries it keeps but cannot show yet: they came from a newer program.
    pub set_aside: i64,
    /// Where the store's journal parted, when it did.
    #[serde(default)]
    pub parted_at: Option<i64>,
    /// The epoch under which the last entry was written that it has.
    #[serde(default)]
    pub tip_epoch: u32,
    /// The head office's clock, milliseconds since 1970 UTC: the store holds its own against it. 0: an older program, which
    /// does not say.
    #[serde(default)]
    pub clock_ms: i64,
}

/// Another machine asks for a store's place, with the one-time code that a named person made for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replace {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The one-time code, as it was typed.
    pub code: String,
    /// The store that it has a backup of; none on a bare machine.
    pub node: Option<NodeId>,
    /// The epoch of that backup.
    pub epoch: u32,
}

/// The place is the new machine's; the old one is refused from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// [`PROTOCOL`].
    pub protocol: u16,
    /// The head office's own id.
    pub office: NodeId,
    /// The store's id.
    pub node: NodeId,
    /// The epoch that the new machine writes under.
    pub epoch: u32,
    /// The name under which the head office knows the store.
    pub store_name: String,
    /// What the new machine shows from now on.
    pub token: String,
    /// The last number of the store's journal that is here.
    pub acked: i64,
    /// The hash of that entry, hexadecimal; empty before the first.
    pub hash: String,
    /// The last number that the old machine said it has.
    pub store_end: i64,
}

impl std::fmt::Debug for Replaced {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Replaced")
            .field("node", &self.node)
            .field("epoch", &self.epoch)
            .field("acked", &self.acked)
            .finish_non_exhaustive()
    }
}

/// Hashes of files, hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHashes {
    /// The hashes.
    pub hashes: Vec<String>,
}

/// A sealed backup that a store left at its head office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBackup {
    /// When its copy was taken: milliseconds since 1970 UTC. Also its name.
    pub made_ms: i64,
    /// Its size.
    pub bytes: u64,
}
