//! The whole proof: everything is made again from the first entry, and compared.

use std::collections::BTreeMap;

use super::digest::{Checkpoint, balances, digest_all_balances, digest_balances, digest_table};
use super::proof::{Chain, Check, Depth, Proof, blobs};
use super::replay;
use crate::journal::{self, CHECKPOINT, Entry, OWN};
use crate::ledger::{GOODS_BALANCE, MONEY_BALANCE};
use crate::refusal::Fault;
use crate::schema::Schema;
use crate::store::{Engine as _, Gathered, Read, Sqlite, Value};
use crate::vault::BlobsIn;

/// Checks a database against its own journal: hash chains (J2), postings (L1), tables against a fresh replay (J3),
/// balances against the sum of postings (L2), checkpoints, personal blobs.
///
/// # Errors
/// The engine's. What differs is no error: it is in the proof.
pub fn verify(live: &dyn Read, schema: &Schema) -> Result<Proof, Fault> {
    let scratch = scratch(schema)?;
    let mut walk = Walk::new(live, schema)?;
    let entries = replay(live, &scratch, schema, |node, raw, gathered| walk.entry(&scratch, node, raw, gathered));
    let mut replayed = Check::new("J3", "view tables equal a fresh replay, rows");
    if let Err(fault) = &entries {
        replayed.differences.push(format!("the journal does not replay: {fault}"));
    }
    let mut all = blake3::Hasher::new();
    for table in schema.tables() {
        let mut expected = blake3::Hasher::new();
        let mut found = blake3::Hasher::new();
        let expected_rows = digest_table(&scratch, table, None, &mut expected)?;
        let found_rows = digest_table(live, table, None, &mut found)?;
        replayed.checked += found_rows;
        let digest = found.finalize();
        if expected.finalize() != digest && entries.is_ok() {
            replayed.differences.push(format!("table {} differs: {found_rows} rows here, {expected_rows} by replay", table.name));
        }
        all.update(digest.as_bytes());
    }
    let mut checks = walk.finish(live)?;
    checks.push(replayed);
    checks.push(set_aside(live, &scratch)?);
    checks.push(blobs(live)?);
    Ok(Proof::of(Depth::Full, Some(all.finalize().to_hex().to_string()), checks))
}

/// An empty database of the same tables, in one group to its end: after every row written alone SQLite would walk through
/// all pages that are not on disk yet, and these never are.
pub(super) fn scratch(schema: &Schema) -> Result<Sqlite, Fault> {
    let scratch = Sqlite::scratch()?;
    let views = schema.tables().iter().flat_map(|table| table.ddl());
    for statement in views.chain(journal::DDL.iter().map(|statement| (*statement).to_owned())) {
        scratch.execute(&statement, &[])?;
    }
    scratch.begin()?;
    Ok(scratch)
}

/// Entries of other nodes that this program cannot show yet: the same ones as a replay sets aside.
fn set_aside(live: &dyn Read, scratch: &Sqlite) -> Result<Check, Fault> {
    let mut check = Check::new("S2", "entries of other nodes kept aside, entries");
    let rows = |read: &dyn Read| read.rows("SELECT node, seq FROM set_aside ORDER BY node, seq", &[]);
    let (found, expected) = (rows(live)?, rows(scratch)?);
    check.checked = found.len() as i64;
    if found != expected {
        check.tell(format!("{} entries are kept aside here, {} by replay", found.len(), expected.len()));
    }
    Ok(check)
}

struct Walk<'a> {
    live: &'a dyn Read,
    schema: &'a Schema,
    money: BTreeMap<Vec<Value>, i64>,
    goods: BTreeMap<Vec<Value>, (i64, i64)>,
    chain: Chain,
    postings: Check,
    checkpoints: Check,
}

impl<'a> Walk<'a> {
    fn new(live: &'a dyn Read, schema: &'a Schema) -> Result<Self, Fault> {
        Ok(Self {
            live,
            schema,
            money: BTreeMap::new(),
            goods: BTreeMap::new(),
            chain: Chain::new(live)?,
            postings: Check::new("L1", "posting sets sum to zero, postings"),
            checkpoints: Check::new("J3", "checkpoints equal the balances replayed to them, checkpoints"),
        })
    }

    fn entry(&mut self, scratch: &Sqlite, node: i64, raw: &journal::RawEntry, gathered: &mut Gathered) -> Result<(), Fault> {
        self.chain.link(node, raw);
        let Ok(entry) = Entry::parse(node, raw.clone()) else {
            if node == OWN {
                self.chain.check.tell(format!("entry {} of node {node} does not read", raw.seq));
            }
            return Ok(());
        };
        if entry.kind() == CHECKPOINT {
            gathered.flush(scratch)?;
            self.checkpoint(scratch, node, &entry)?;
            return Ok(());
        }
        match self.schema.project(&entry, &BlobsIn(self.live)) {
            Ok(writes) => self.sum(node, &writes),
            Err(_) if node != OWN => {}
            Err(fault) => self.postings.tell(format!("entry {} of node {node}: {fault}", raw.seq)),
        }
        Ok(())
    }

    fn checkpoint(&mut self, scratch: &Sqlite, node: i64, entry: &Entry) -> Result<(), Fault> {
        self.checkpoints.checked += 1;
        let body: Checkpoint = entry.body()?;
        let replayed = match entry.head().v {
            1 => digest_all_balances(scratch, node)?,
            _ => digest_balances(&balances(scratch, node)?),
        };
        if body.balances != replayed {
            self.checkpoints.tell(format!("checkpoint {} of node {node} names other balances than a replay gives", entry.seq));
        }
        Ok(())
    }

    fn sum(&mut self, node: i64, writes: &crate::store::Writes) {
        self.postings.checked += (writes.money.len() + writes.goods.len()) as i64;
        for p in &writes.money {
            let key = vec![node.into(), (p.account as i64).into(), p.a.into(), p.b.into(), p.currency.code().into()];
            *self.money.entry(key).or_default() += p.amount.0;
        }
        for p in &writes.goods {
            if let Some(place) = p.place.kept() {
                let sum = self.goods.entry(vec![node.into(), place.into(), p.product.into()]).or_default();
                sum.0 += p.quantity.0;
                sum.1 += p.value.0;
            }
        }
    }

    fn finish(self, live: &dyn Read) -> Result<Vec<Check>, Fault> {
        let mut balances = Check::new("L2", "balances equal the sum of postings, balances");
        let rows = live.rows(&format!("SELECT node, account, a, b, currency, amount FROM {}", MONEY_BALANCE.name), &[])?;
        let found = rows.into_iter().map(|mut row| (row.0.pop(), row.0)).map(|(sum, key)| (key, sum));
        compare(
            &mut balances,
            "money",
            found.map(|(key, sum)| (key, format!("{sum:?}"))),
            self.money.into_iter().map(|(key, sum)| (key, format!("{:?}", Some(Value::Int(sum))))),
        );
        let rows = live.rows(&format!("SELECT node, place, product, quantity, value FROM {}", GOODS_BALANCE.name), &[])?;
        let found = rows.into_iter().map(|mut row| {
            let value = row.0.pop();
            let quantity = row.0.pop();
            (row.0, format!("{quantity:?} {value:?}"))
        });
        let summed = self.goods.into_iter().map(|(key, (q, v))| (key, format!("{:?} {:?}", Some(Value::Int(q)), Some(Value::Int(v)))));
        compare(&mut balances, "goods", found, summed);
        Ok(vec![self.chain.check, self.postings, balances, self.checkpoints])
    }
}

fn compare(
    check: &mut Check,
    what: &str,
    found: impl Iterator<Item = (Vec<Value>, String)>,
    summed: impl Iterator<Item = (Vec<Value>, String)>,
) {
    let mut summed: BTreeMap<_, _> = summed.collect();
    for (key, value) in found {
        check.checked += 1;
        match summed.remove(&key) {
            Some(sum) if sum == value => {}
            other => check.tell(format!("{what} {key:?}: balance {value}, postings {other:?}")),
        }
    }
    for (key, sum) in summed {
        check.tell(format!("{what} {key:?}: no balance, postings {sum}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proven_against_is_written_in_one_group() {
        let scratch = scratch(&Schema::new(Vec::new())).expect("an empty database");
        scratch.in_group().expect("its rows are written in a group");
    }
}
