//! The quick proof: the whole journal, all balances, and the rows that changed since the last checkpoint.
//!
//! A checkpoint entry holds the digest of the balances at its number, and lies in the hash chain. Balances are sums, so
//! those of today less the postings since must come to the same digest: with that every balance is proven, however old,
//! without reading what made it (L2). Turnovers of days, months and years must each add up to the balances of money. Rows that
//! entries since the checkpoint set must be as those entries set them (J3).
//!
//! What it cannot see: a row that nothing has touched since the checkpoint and that somebody changed beside the program,
//! and a sum that is no balance and no turnover (statistics, sums of a shift). For those there is [`super::verify`].

use std::collections::{BTreeMap, BTreeSet};

use super::digest::{Balances, Checkpoint, balances, digest_balances};
use super::full::scratch;
use super::proof::{Chain, Check, Depth, Proof, blobs, each_row};
use super::replay_after;
use crate::journal::{self, CHECKPOINT, Entry, OWN};
use crate::ledger::{self, MONEY_BALANCE, MONEY_TURNOVER};
use crate::refusal::Fault;
use crate::schema::Schema;
use crate::store::{Read, Sqlite, Table, Value};
use crate::vault::BlobsIn;

/// Checks a database from the last checkpoint of each journal on, as the module says.
///
/// # Errors
/// The engine's. What differs is no error: it is in the proof.
pub fn verify_since_checkpoint(live: &dyn Read, schema: &Schema) -> Result<Proof, Fault> {
    let scratch = scratch(schema)?;
    let (chain, bases) = journals(live)?;
    let mut checks = vec![chain];
    let mut tail = Tail::new(live, schema);
    for (node, base) in &bases {
        tail.node(&scratch, *node, base)?;
    }
    checks.push(tail.postings);
    checks.push(anchored(live, &scratch, &bases)?);
    checks.push(turnovers(live, &MONEY_BALANCE, &MONEY_TURNOVER)?);
    checks.push(touched(live, &scratch, schema, &tail.summed)?);
    checks.push(aside(live, &scratch, &bases)?);
    checks.push(blobs(live)?);
    Ok(Proof::of(Depth::SinceCheckpoint, None, checks))
}

/// Where the proof of a node begins: its last checkpoint of a version that says enough, or the beginning.
#[derive(Debug, Default)]
struct Base {
    seq: i64,
    balances: Option<String>,
}

/// The whole chain of every journal, and where each has its last checkpoint.
fn journals(live: &dyn Read) -> Result<(Check, BTreeMap<i64, Base>), Fault> {
    const CHUNK: i64 = 2_000;
    let mut chain = Chain::new(live)?;
    let mut bases = BTreeMap::new();
    for (node, _, _) in journal::nodes(live)? {
        let base: &mut Base = bases.entry(node).or_default();
        let mut after = 0;
        loop {
            let chunk = journal::read_after(live, node, after, CHUNK)?;
            let Some(last) = chunk.last() else { break };
            after = last.seq;
            for raw in chunk {
                chain.link(node, &raw);
                if let Some(balances) = checkpoint(node, &raw)? {
                    *base = Base { seq: raw.seq, balances: Some(balances) };
                }
            }
        }
    }
    Ok((chain.check, bases))
}

/// What a checkpoint of version 2 says of the balances; nothing of any other entry.
fn checkpoint(node: i64, raw: &journal::RawEntry) -> Result<Option<String>, Fault> {
    // The envelope begins with the kind: most entries need not be read to know that they are none.
    if !raw.bytes.starts_with(format!("{{\"kind\":\"{CHECKPOINT}\"").as_bytes()) {
        return Ok(None);
    }
    let entry = Entry::parse(node, raw.clone())?;
    if entry.head().v != 2 {
        return Ok(None);
    }
    Ok(Some(entry.body::<Checkpoint>()?.balances))
}

/// Projects what came after the checkpoints into an empty database.
struct Tail<'a> {
    live: &'a dyn Read,
    schema: &'a Schema,
    postings: Check,
    /// Tables that were added to: their rows there are only what was added since.
    summed: BTreeSet<&'static str>,
}

impl<'a> Tail<'a> {
    fn new(live: &'a dyn Read, schema: &'a Schema) -> Self {
        let postings = Check::new("L1", "posting sets since the last checkpoint sum to zero, postings");
        Self { live, schema, postings, summed: ledger::TABLES.iter().map(|table| table.name).collect() }
    }

    fn node(&mut self, scratch: &Sqlite, node: i64, base: &Base) -> Result<(), Fault> {
        let (live, schema) = (self.live, self.schema);
        let replayed = replay_after(live, scratch, schema, node, base.seq, &mut |node, raw, _| {
            let Ok(entry) = Entry::parse(node, raw.clone()) else { return Ok(()) };
            if let Ok(writes) = schema.project(&entry, &BlobsIn(live)) {
                self.postings.checked += (writes.money.len() + writes.goods.len()) as i64;
                self.summed.extend(writes.adds.iter().map(|add| add.table.name));
            }
            Ok(())
        });
        match replayed {
            Ok(_) => {}
            Err(fault @ (Fault::Invariant { .. } | Fault::Json(_) | Fault::Panicked)) => {
                self.postings.tell(format!("the journal of node {node} does not replay: {fault}"));
            }
            Err(fault) => return Err(fault),
        }
        Ok(())
    }
}

/// L2: the balances of today, less what was posted since, are those of the checkpoint.
fn anchored(live: &dyn Read, scratch: &dyn Read, bases: &BTreeMap<i64, Base>) -> Result<Check, Fault> {
    let mut check = Check::new("L2", "balances less the postings since are those of the last checkpoint, balances");
    for (node, base) in bases {
        let mut then: Balances = balances(live, *node)?;
        check.checked += then.len() as i64;
        for (key, posted) in balances(scratch, *node)? {
            let sums = then.entry(key).or_insert_with(|| vec![0; posted.len()]);
            sums.iter_mut().zip(&posted).for_each(|(sum, posted)| *sum = sum.wrapping_sub(*posted));
        }
        then.retain(|_, sums| sums.iter().any(|sum| *sum != 0));
        match &base.balances {
            Some(digest) if *digest == digest_balances(&then) => {}
            Some(_) => check.tell(format!("node {node}: other balances than checkpoint {} and the postings since give", base.seq)),
            None => then.iter().for_each(|((table, key), sums)| check.tell(format!("node {node}: {table} {key:?} is off by {sums:?}"))),
        }
    }
    Ok(check)
}

/// L2: the turnovers of all days, of all months and of all years each add up to the balances.
fn turnovers(live: &dyn Read, balance: &Table, turnover: &Table) -> Result<Check, Fault> {
    let mut check = Check::new("L2", &format!("days, months and years of {} each add up to {}, balances", turnover.name, balance.name));
    let key: Vec<&str> = std::iter::once("node").chain(balance.key.iter().map(|c| c.name)).collect();
    let spans = ["period % 10000 = 0", "period % 100 = 0 AND period % 10000 <> 0", "period % 100 <> 0"];
    let sums = spans.iter().flat_map(|span| {
        turnover.values.iter().map(move |value| format!("CAST(SUM(CASE WHEN {span} THEN {} ELSE 0 END) AS BIGINT)", value.name))
    });
    let columns: Vec<String> = key.iter().map(|c| (*c).to_owned()).chain(sums).collect();
    let rows = live.rows(&format!("SELECT {} FROM {} GROUP BY {}", columns.join(", "), turnover.name, key.join(", ")), &[])?;
    let mut moved: BTreeMap<Vec<Value>, Vec<Value>> = BTreeMap::new();
    for mut row in rows {
        let sums = row.0.split_off(key.len());
        moved.insert(row.0, sums);
    }
    check.checked = each_row(live, balance, None, |mut row| {
        let sums = row.0.split_off(key.len());
        let found = moved.remove(&row.0).unwrap_or_else(|| vec![Value::Int(0); turnover.values.len() * spans.len()]);
        let mut of_spans = found.chunks(turnover.values.len());
        let years = of_spans.next().unwrap_or_default();
        if of_spans.any(|span| span != years) || net(years) != sums {
            check.tell(format!("{} {:?}: {sums:?}, years, months and days come to {found:?}", balance.name, row.0));
        }
        Ok(())
    })?;
    for (key, sums) in moved {
        check.tell(format!("{} {key:?}: no balance, but turnovers {sums:?}", balance.name));
    }
    Ok(check)
}

/// What came in less what went out. A turnover names first all that came in, then all that went out.
fn net(turnover: &[Value]) -> Vec<Value> {
    let number = |value: &Value| if let Value::Int(number) = value { *number } else { 0 };
    let (came, went) = turnover.split_at(turnover.len() / 2);
    came.iter().zip(went).map(|(came, went)| Value::Int(number(came) - number(went))).collect()
}

/// J3: what entries since the checkpoint set is as they set it.
fn touched(live: &dyn Read, scratch: &Sqlite, schema: &Schema, summed: &BTreeSet<&'static str>) -> Result<Check, Fault> {
    let mut check = Check::new("J3", "rows set since the last checkpoint are as a replay sets them, rows");
    for table in schema.tables().iter().filter(|table| !summed.contains(table.name)) {
        let columns: Vec<&str> = table.values.iter().map(|c| c.name).collect();
        let columns = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") };
        let key = std::iter::once("node").chain(table.key.iter().map(|c| c.name));
        let key: Vec<String> = key.enumerate().map(|(at, column)| format!("{column} = ?{}", at + 1)).collect();
        let find = format!("SELECT {columns} FROM {} WHERE {}", table.name, key.join(" AND "));
        let keyed = 1 + table.key.len();
        check.checked += each_row(scratch, table, None, |row| {
            let (key, values) = row.0.split_at(keyed);
            let same = match live.row(&find, key)? {
                Some(found) => values.is_empty() || found.0 == values,
                None => false,
            };
            if !same {
                check.tell(format!("{} {key:?} is not as the journal sets it", table.name));
            }
            Ok(())
        })?;
    }
    Ok(check)
}

/// S2: of the entries since the checkpoints, the same ones are kept aside as a replay keeps aside.
fn aside(live: &dyn Read, scratch: &dyn Read, bases: &BTreeMap<i64, Base>) -> Result<Check, Fault> {
    let mut check = Check::new("S2", "entries of other nodes since the last checkpoint kept aside, entries");
    let after = |read: &dyn Read, node: i64, seq: i64| {
        read.rows("SELECT seq FROM set_aside WHERE node = ?1 AND seq > ?2 ORDER BY seq", &[node.into(), seq.into()])
    };
    for (node, base) in bases.iter().filter(|(node, _)| **node != OWN) {
        let (found, expected) = (after(live, *node, base.seq)?, after(scratch, *node, base.seq)?);
        check.checked += found.len() as i64;
        if found != expected {
            check.tell(format!("node {node}: {} entries are kept aside here, {} by replay", found.len(), expected.len()));
        }
    }
    Ok(check)
}
