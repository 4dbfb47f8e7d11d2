//! Replay: the same journal in empty tables gives the same tables, bit for bit (J3); and the proof of it.

mod digest;
mod full;
mod pipeline;
mod proof;
mod recent;

pub(crate) use digest::checkpoint;
pub use full::verify;
pub use proof::{Check, Depth, Proof};
pub use recent::verify_since_checkpoint;

use crate::journal::{self, Entry, RawEntry};
use crate::refusal::Fault;
use crate::schema::Schema;
use crate::store::{Cache, Engine, Gathered, Read, Sums, Table};
use crate::vault::BlobsIn;
use crate::writer::{meta, set_meta};

/// Entries read at once, and flushed together.
const CHUNK: i64 = 4_000;

/// Makes the view tables; when the declaration of any changed since the last start, all are replayed.
///
/// # Errors
/// The engine's, and those of replay.
pub(crate) fn make_tables(engine: &dyn Engine, schema: &Schema) -> Result<(), Fault> {
    let declared = declaration(schema);
    let known = meta(engine, "tables")?;
    if known.as_deref() == Some(&declared) && !knows_more(engine, schema)? {
        return Ok(());
    }
    if known.is_some() {
        tracing::info!("this program knows more or other tables than the last: replaying the journal");
    }
    rebuild(engine, schema)?;
    set_meta(engine, "tables", &declared)
}

/// Whether an entry of another node that was set aside can be projected by this program. It is then not enough to
/// project that one: later entries stand on it.
fn knows_more(engine: &dyn Engine, schema: &Schema) -> Result<bool, Fault> {
    for row in engine.rows("SELECT node, seq FROM set_aside ORDER BY node, seq LIMIT 1000", &[])? {
        let (node, seq): (i64, i64) = (row.get(0)?, row.get(1)?);
        let Some(raw) = journal::read_after(engine, node, seq - 1, 1)?.into_iter().next() else { continue };
        if Entry::parse(node, raw).is_ok_and(|entry| schema.project(&entry, &BlobsIn(engine)).is_ok()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn declaration(schema: &Schema) -> String {
    let rolled =
        |table: &Table| (table.sums == Sums::RolledUp).then(|| format!("{} is rolled up to months, years and all time", table.name));
    let text: Vec<String> = schema.tables().iter().flat_map(|t| t.ddl().into_iter().chain(rolled(t))).collect();
    blake3::hash(text.join("\n").as_bytes()).to_hex().to_string()
}

/// Drops every view and makes it again from the journal. Inside the caller's transaction. Returns the entries read.
///
/// # Errors
/// [`Fault::Invariant`] for an own entry that cannot be projected, then the engine's.
pub fn rebuild(engine: &dyn Engine, schema: &Schema) -> Result<i64, Fault> {
    // Indexes are made of whole tables: that is one sorting, and no search for the place of every row.
    let mut indexes = Vec::new();
    for table in schema.tables() {
        engine.execute(&format!("DROP TABLE IF EXISTS {}", table.name), &[])?;
        let mut statements = table.ddl().into_iter();
        if let Some(statement) = statements.next() {
            engine.execute(&statement, &[])?;
        }
        indexes.extend(statements);
    }
    engine.execute("DELETE FROM set_aside", &[])?;
    engine.cache(Cache::ForAll)?;
    let entries = journal::nodes(engine)?.iter().try_fold(0, |count, (node, _, _)| Ok(count + project_node(engine, schema, *node)?));
    engine.cache(Cache::ForSome)?;
    indexes.iter().try_for_each(|statement| engine.execute(statement, &[]).map(drop))?;
    entries
}

/// Projects a node's journal from its beginning. A short one is not worth a thread.
fn project_node(engine: &dyn Engine, schema: &Schema, node: i64) -> Result<i64, Fault> {
    if journal::tip(engine, node)?.seq <= CHUNK {
        return replay_after(engine, engine, schema, node, 0, &mut |_, _, _| Ok(()));
    }
    pipeline::project_all(engine, schema, node)
}

/// Makes the views of one node again from its journal. Inside the caller's transaction. Returns the entries read.
///
/// # Errors
/// As [`rebuild`].
pub fn rebuild_node(engine: &dyn Engine, schema: &Schema, node: i64) -> Result<i64, Fault> {
    for table in schema.tables() {
        engine.execute(&format!("DELETE FROM {} WHERE node = ?1", table.name), &[node.into()])?;
    }
    engine.execute("DELETE FROM set_aside WHERE node = ?1", &[node.into()])?;
    project_node(engine, schema, node)
}

/// Reads every journal of `source` and projects it into the tables of `target`, each row written once per chunk.
/// `seen` hears each raw entry before it is projected, and sees the target flushed up to the chunk's beginning.
///
/// # Errors
/// As [`rebuild`].
pub(crate) fn replay(
    source: &dyn Read,
    target: &dyn Engine,
    schema: &Schema,
    mut seen: impl FnMut(i64, &RawEntry, &mut Gathered) -> Result<(), Fault>,
) -> Result<i64, Fault> {
    let mut count = 0;
    for (node, _, _) in journal::nodes(source)? {
        count += replay_after(source, target, schema, node, 0, &mut seen)?;
    }
    Ok(count)
}

/// The same for one node, after an entry.
///
/// # Errors
/// As [`rebuild`].
fn replay_after(
    source: &dyn Read,
    target: &dyn Engine,
    schema: &Schema,
    node: i64,
    mut after: i64,
    seen: &mut impl FnMut(i64, &RawEntry, &mut Gathered) -> Result<(), Fault>,
) -> Result<i64, Fault> {
    let mut count = 0;
    loop {
        let chunk = journal::read_after(source, node, after, CHUNK)?;
        let Some(last) = chunk.last() else { return Ok(count) };
        after = last.seq;
        let mut gathered = Gathered::default();
        for raw in chunk {
            count += 1;
            seen(node, &raw, &mut gathered)?;
            if node == journal::OWN {
                gathered.take(node, schema.project(&Entry::parse(node, raw)?, &BlobsIn(source))?);
            } else {
                project_or_set_aside(source, target, schema, node, raw, &mut gathered)?;
            }
        }
        gathered.flush(target)?;
    }
}

/// Projects an entry of another node; one that this program cannot project is noted and passed over.
///
/// # Errors
/// The engine's.
pub fn project_or_set_aside(
    source: &dyn Read,
    target: &dyn Engine,
    schema: &Schema,
    node: i64,
    raw: RawEntry,
    gathered: &mut Gathered,
) -> Result<(), Fault> {
    let seq = raw.seq;
    let (kind, failed) = match Entry::parse(node, raw) {
        Ok(entry) => match schema.project(&entry, &BlobsIn(source)) {
            Ok(writes) => {
                gathered.take(node, writes);
                return Ok(());
            }
            Err(fault) => (entry.kind().to_owned(), fault),
        },
        Err(fault) => (String::new(), fault),
    };
    if failed.is_of_the_world() {
        return Err(failed);
    }
    set_aside(target, node, seq, &kind, &failed.to_string())
}

/// Notes an entry of another node that is stored but could not be projected.
///
/// # Errors
/// The engine's.
pub fn set_aside(engine: &dyn Engine, node: i64, seq: i64, kind: &str, reason: &str) -> Result<(), Fault> {
    engine.execute(
        "INSERT INTO set_aside (node, seq, kind, reason) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (node, seq) DO UPDATE SET reason = excluded.reason",
        &[node.into(), seq.into(), kind.into(), reason.into()],
    )?;
    Ok(())
}
