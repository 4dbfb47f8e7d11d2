//! The proof: the chain, the postings, the tables.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{balances_digest, digest_table, replay};
use crate::journal::{self, CHECKPOINT, Entry, OWN, chain_hash};
use crate::ledger::{GOODS_BALANCE, MONEY_BALANCE};
use crate::refusal::Fault;
use crate::schema::Schema;
use crate::store::{Read, Sqlite, Value};
use crate::vault::BlobsIn;

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

/// What `verify` says.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// Whether everything holds.
    pub holds: bool,
    /// One digest of all view tables: equal databases have equal digests.
    pub digest: String,
    /// What was checked.
    pub checks: Vec<Check>,
}

/// At most this many differences are told per check.
const TOLD: usize = 20;

/// Checks a database against its own journal: hash chains (J2), postings (L1), tables against a fresh replay (J3),
/// balances against the sum of postings (L2), checkpoints.
///
/// # Errors
/// The engine's. What differs is no error: it is in the proof.
pub fn verify(live: &dyn Read, schema: &Schema) -> Result<Proof, Fault> {
    let scratch = Sqlite::scratch()?;
    for table in schema.tables() {
        for statement in table.ddl() {
            crate::store::Engine::execute(&scratch, &statement, &[])?;
        }
    }
    for statement in journal::DDL {
        crate::store::Engine::execute(&scratch, statement, &[])?;
    }
    let mut walk = Walk::new(live, schema)?;
    let entries = replay(live, &scratch, schema, |node, raw, sums| walk.entry(&scratch, node, raw, sums));
    let mut replayed = Check { id: "J3", what: "view tables equal a fresh replay, rows".to_owned(), checked: 0, differences: Vec::new() };
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
    let holds = checks.iter().all(|check| check.differences.is_empty());
    Ok(Proof { holds, digest: all.finalize().to_hex().to_string(), checks })
}

/// Entries of other nodes that this program cannot show yet: the same ones as a replay sets aside.
fn set_aside(live: &dyn Read, scratch: &Sqlite) -> Result<Check, Fault> {
    let mut check = Check { id: "S2", what: "entries of other nodes kept aside, entries".to_owned(), checked: 0, differences: Vec::new() };
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
    ids: BTreeMap<i64, String>,
    tips: BTreeMap<i64, journal::Tip>,
    money: BTreeMap<Vec<Value>, i64>,
    goods: BTreeMap<Vec<Value>, (i64, i64)>,
    chain: Check,
    postings: Check,
    checkpoints: Check,
}

impl<'a> Walk<'a> {
    fn new(live: &'a dyn Read, schema: &'a Schema) -> Result<Self, Fault> {
        let check = |id, what: &str| Check { id, what: what.to_owned(), checked: 0, differences: Vec::new() };
        Ok(Self {
            live,
            schema,
            ids: journal::nodes(live)?.into_iter().map(|(number, id, _)| (number, id)).collect(),
            tips: BTreeMap::new(),
            money: BTreeMap::new(),
            goods: BTreeMap::new(),
            chain: check("J2", "hash chain and numbering, entries"),
            postings: check("L1", "posting sets sum to zero, postings"),
            checkpoints: check("J3", "checkpoints equal the balances replayed to them, checkpoints"),
        })
    }

    fn entry(&mut self, scratch: &Sqlite, node: i64, raw: &journal::RawEntry, sums: &mut crate::store::Deferred) -> Result<(), Fault> {
        self.link(node, raw);
        let Ok(entry) = Entry::parse(node, raw.clone()) else {
            if node == OWN {
                self.chain.tell(format!("entry {} of node {node} does not read", raw.seq));
            }
            return Ok(());
        };
        if entry.kind() == CHECKPOINT {
            sums.flush(scratch)?;
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

    fn link(&mut self, node: i64, raw: &journal::RawEntry) {
        self.chain.checked += 1;
        let before = self.tips.entry(node).or_default();
        let id = self.ids.get(&node).map_or("", String::as_str);
        if raw.seq != before.seq + 1 {
            self.chain.differences.push(format!("node {node}: entry {} follows {}", raw.seq, before.seq));
        } else if raw.hash != chain_hash(id, &before.hash, raw.seq, &raw.bytes) {
            self.chain.differences.push(format!("node {node}: entry {} does not have the hash of its bytes and the entry before", raw.seq));
        }
        self.chain.differences.truncate(TOLD);
        *before = journal::Tip { seq: raw.seq, hash: raw.hash };
    }

    fn checkpoint(&mut self, scratch: &Sqlite, node: i64, entry: &Entry) -> Result<(), Fault> {
        self.checkpoints.checked += 1;
        let body: BTreeMap<String, String> = entry.body()?;
        let digest = balances_digest(scratch, node)?;
        if body.get("balances") != Some(&digest) {
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
        let mut balances =
            Check { id: "L2", what: "balances equal the sum of postings, balances".to_owned(), checked: 0, differences: Vec::new() };
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
        Ok(vec![self.chain, self.postings, balances, self.checkpoints])
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

impl Check {
    fn tell(&mut self, difference: String) {
        if self.differences.len() < TOLD {
            self.differences.push(difference);
        }
    }
}
