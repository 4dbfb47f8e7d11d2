//! Digests: of a table, and of the balances that a checkpoint entry holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::proof::each_row;
use crate::journal::{CHECKPOINT_VERSION, Draft};
use crate::ledger::{GOODS_BALANCE, MONEY_BALANCE};
use crate::refusal::Fault;
use crate::store::{Read, Table, Value};

/// The body of a checkpoint entry, in both of its versions.
///
/// Version 1 is the digest of all rows of the balances. Version 2 leaves out balances of zero: whether a sum that came
/// back to zero was ever there cannot be told from postings alone, and with it gone the balances at the checkpoint follow
/// from those of today and the postings since.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The digest, hexadecimal.
    pub balances: String,
}

/// The checkpoint entry that the balances of a node make now.
///
/// # Errors
/// The engine's.
pub(crate) fn checkpoint(read: &dyn Read, node: i64) -> Result<Draft, Fault> {
    Draft::new(crate::journal::CHECKPOINT, &Checkpoint { balances: digest_balances(&balances(read, node)?) })
        .map(|draft| draft.versioned(CHECKPOINT_VERSION))
}

/// Balances by table and key, the sums in the order of the table's columns.
pub(super) type Balances = BTreeMap<(&'static str, Vec<Value>), Vec<i64>>;

/// The balances of a node that are not zero.
///
/// # Errors
/// The engine's.
pub(super) fn balances(read: &dyn Read, node: i64) -> Result<Balances, Fault> {
    let mut all = Balances::new();
    for table in [&MONEY_BALANCE, &GOODS_BALANCE] {
        each_row(read, table, Some(node), |mut row| {
            let sums = row.0.split_off(1 + table.key.len());
            let sums: Vec<i64> = sums.iter().map(|sum| if let Value::Int(sum) = sum { *sum } else { 0 }).collect();
            if sums.iter().any(|sum| *sum != 0) {
                all.insert((table.name, row.0.split_off(1)), sums);
            }
            Ok(())
        })?;
    }
    Ok(all)
}

/// The digest of version 2.
pub(super) fn digest_balances(balances: &Balances) -> String {
    let mut hasher = blake3::Hasher::new();
    for ((table, key), sums) in balances {
        hasher.update(table.as_bytes());
        key.iter().for_each(|value| feed(&mut hasher, value));
        sums.iter().for_each(|sum| feed(&mut hasher, &Value::Int(*sum)));
    }
    hasher.finalize().to_hex().to_string()
}

/// The digest of version 1.
///
/// # Errors
/// The engine's.
pub(super) fn digest_all_balances(read: &dyn Read, node: i64) -> Result<String, Fault> {
    let mut hasher = blake3::Hasher::new();
    for table in [&MONEY_BALANCE, &GOODS_BALANCE] {
        digest_table(read, table, Some(node), &mut hasher)?;
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Feeds a table's rows in key order into a hasher; how many there were. The node's local number is left out, so
/// that a store and its head office get the same digest.
pub(super) fn digest_table(read: &dyn Read, table: &Table, node: Option<i64>, hasher: &mut blake3::Hasher) -> Result<i64, Fault> {
    hasher.update(table.name.as_bytes());
    each_row(read, table, node, |row| {
        row.0.iter().skip(1).for_each(|value| feed(hasher, value));
        Ok(())
    })
}

fn feed(hasher: &mut blake3::Hasher, value: &Value) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Int(v) => hasher.update(b"i").update(&v.to_le_bytes()),
        Value::Text(v) => hasher.update(b"t").update(&(v.len() as u64).to_le_bytes()).update(v.as_bytes()),
        Value::Blob(v) => hasher.update(b"b").update(&(v.len() as u64).to_le_bytes()).update(v),
    };
}
