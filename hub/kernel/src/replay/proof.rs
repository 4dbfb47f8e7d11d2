//! What a proof says, and the parts that every proof has: the chain, personal blobs, rows in the order of their keys.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::journal::{self, RawEntry, Tip, chain_hash};
use crate::refusal::Fault;
use crate::store::{Read, Row, Table, Value};

/// One thing that was checked.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// The invariant.
    pub id: &'static str,
    /// What was looked at.
    pub what: String,
    /// How many.
    pub checked: i64,
    /// What differs; empty when it holds.
    pub differences: Vec<String>,
}

/// How much was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// [`super::verify`]: everything, by a replay from the first entry.
    Full,
    /// [`super::verify_since_checkpoint`]: the whole journal and all balances, but rows only as far as they changed since
    /// the last checkpoint.
    SinceCheckpoint,
}

/// What a proof says.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// Whether everything holds.
    pub holds: bool,
    /// How much was proven.
    pub depth: Depth,
    /// One digest of all view tables, from a full proof: equal databases have equal digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What was checked.
    pub checks: Vec<Check>,
}

impl Proof {
    pub(super) fn of(depth: Depth, digest: Option<String>, checks: Vec<Check>) -> Self {
        Self { holds: checks.iter().all(|check| check.differences.is_empty()), depth, digest, checks }
    }
}

/// At most this many differences are told per check.
const TOLD: usize = 20;

impl Check {
    pub(super) fn new(id: &'static str, what: &str) -> Self {
        Self { id, what: what.to_owned(), checked: 0, differences: Vec::new() }
    }

    pub(super) fn tell(&mut self, difference: String) {
        if self.differences.len() < TOLD {
            self.differences.push(difference);
        }
    }
}

/// Walks the journals and checks that numbers have no gap and each entry the hash of its bytes and the one before (J2).
pub(super) struct Chain {
    ids: BTreeMap<i64, String>,
    tips: BTreeMap<i64, Tip>,
    pub check: Check,
}

impl Chain {
    pub fn new(live: &dyn Read) -> Result<Self, Fault> {
        Ok(Self {
            ids: journal::nodes(live)?.into_iter().map(|(number, id, _)| (number, id)).collect(),
            tips: BTreeMap::new(),
            check: Check::new("J2", "hash chain and numbering, entries"),
        })
    }

    pub fn link(&mut self, node: i64, raw: &RawEntry) {
        self.check.checked += 1;
        let before = self.tips.entry(node).or_default();
        let id = self.ids.get(&node).map_or("", String::as_str);
        if raw.seq != before.seq + 1 {
            self.check.tell(format!("node {node}: entry {} follows {}", raw.seq, before.seq));
        } else if raw.hash != chain_hash(id, &before.hash, raw.seq, &raw.bytes) {
            self.check.tell(format!("node {node}: entry {} does not have the hash of its bytes and the entry before", raw.seq));
        }
        *before = Tip { seq: raw.seq, hash: raw.hash };
    }
}

/// Personal blobs are what their hashes say: rows that show them could not be made again otherwise (J5).
pub(super) fn blobs(live: &dyn Read) -> Result<Check, Fault> {
    const PAGE: i64 = 1_000;
    let mut check = Check::new("J5", "personal blobs have the hash of their bytes, blobs");
    let mut after = Vec::new();
    loop {
        let page = live
            .rows("SELECT hash, data FROM personal WHERE hash > ?1 ORDER BY hash LIMIT ?2", &[Value::Blob(after.clone()), PAGE.into()])?;
        let Some(last) = page.last() else { return Ok(check) };
        after = last.get(0)?;
        for row in &page {
            check.checked += 1;
            let hash: Vec<u8> = row.get(0)?;
            if *blake3::hash(&row.get::<Vec<u8>>(1)?).as_bytes() != hash[..] {
                check.tell(format!("the blob {} has other bytes", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>()));
            }
        }
    }
}

/// Hears every row of a view table in the order of its key, node first; a page at a time, so that memory stays small.
///
/// # Errors
/// The engine's, and what `hear` answers.
pub(super) fn each_row(
    read: &dyn Read,
    table: &Table,
    node: Option<i64>,
    mut hear: impl FnMut(Row) -> Result<(), Fault>,
) -> Result<i64, Fault> {
    const PAGE: i64 = 4_000;
    let key: Vec<&str> = std::iter::once("node").chain(table.key.iter().map(|c| c.name)).collect();
    let columns: Vec<&str> = key.iter().copied().chain(table.values.iter().map(|c| c.name)).collect();
    let holes = |from: usize| (from..from + key.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
    let order = key.join(", ");
    let select = format!("SELECT {} FROM {}", columns.join(", "), table.name);
    let only: Vec<Value> = node.into_iter().map(Value::Int).collect();
    let of_node = if only.is_empty() { "" } else { "AND node = ?1" };
    let (mut rows, mut after): (i64, Vec<Value>) = (0, Vec::new());
    loop {
        let mut params = only.clone();
        let beyond = if after.is_empty() { "1 = 1".to_owned() } else { format!("({order}) > ({})", holes(params.len() + 1)) };
        params.append(&mut after);
        let page = read.rows(&format!("{select} WHERE {beyond} {of_node} ORDER BY {order} LIMIT {PAGE}"), &params)?;
        let Some(last) = page.last() else { return Ok(rows) };
        after = last.0[..key.len()].to_vec();
        for row in page {
            rows += 1;
            hear(row)?;
        }
    }
}
