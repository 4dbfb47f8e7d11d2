//! What the domains register: their tables, local tables and projections.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::journal::{CHECKPOINT, CHECKPOINT_VERSION, Entry};
use crate::ledger;
use crate::refusal::Fault;
use crate::store::{Sums, Table, Value, Writes, rolled};
use crate::vault::PersonalBlobs;

/// One domain's part of the database.
#[derive(Clone, Copy)]
pub struct Projector {
    /// The domain's name, for messages.
    pub name: &'static str,
    /// Its view tables: replayed from the journal.
    pub tables: &'static [&'static Table],
    /// Its local tables, forward-only: each statement runs once per database, in order. Never edit one that was released.
    /// One that begins with `/* sqlite */` or `/* postgres */` is for that engine alone.
    pub local: &'static [&'static str],
    /// Kinds of entries it projects.
    pub kinds: &'static [&'static str],
    /// Kinds whose body has had another shape, each with its newest version: that one is recorded, all up to it are
    /// read. Kinds that are not named here have version 1.
    pub versions: &'static [(&'static str, u16)],
    /// Entry → writes. Pure: it sees the entry and the personal blobs it names, nothing else (J5).
    pub project: fn(&Entry, &dyn PersonalBlobs, &mut Writes) -> Result<(), Fault>,
}

/// All that is registered.
pub struct Schema {
    projectors: Vec<Projector>,
    tables: Vec<&'static Table>,
    /// By kind: its domain, and the version that is recorded.
    kinds: HashMap<&'static str, (usize, u16)>,
}

impl Schema {
    /// Takes the domains in the order of their list; the kernel's own tables come first.
    ///
    /// # Panics
    /// When two domains declare a table or a kind of entry of the same name, or one a version of a kind that nobody
    /// declares: a mistake of the program.
    #[must_use]
    pub fn new(projectors: Vec<Projector>) -> Self {
        let mut tables: Vec<&'static Table> = ledger::TABLES.to_vec();
        tables.extend(projectors.iter().flat_map(|p| p.tables.iter().copied()));
        for (index, table) in tables.iter().enumerate() {
            assert!(!tables[..index].iter().any(|other| other.name == table.name), "table {} is declared twice", table.name);
        }
        let mut kinds = HashMap::new();
        for (domain, projector) in projectors.iter().enumerate() {
            for kind in projector.kinds {
                assert!(kinds.insert(*kind, (domain, 1)).is_none(), "kind {kind} is declared twice");
            }
        }
        for (kind, version) in projectors.iter().flat_map(|p| p.versions) {
            let declared = kinds.get_mut(kind);
            declared.unwrap_or_else(|| panic!("a version is declared of kind {kind}, which is not")).1 = *version;
        }
        Self { projectors, tables, kinds }
    }

    /// Every view table.
    #[must_use]
    pub fn tables(&self) -> &[&'static Table] {
        &self.tables
    }

    /// The domains.
    #[must_use]
    pub fn projectors(&self) -> &[Projector] {
        &self.projectors
    }

    /// Whether some domain (or the kernel) projects this kind.
    #[must_use]
    pub fn knows(&self, kind: &str) -> bool {
        kind == CHECKPOINT || self.kinds.contains_key(kind)
    }

    /// The version of a kind that this program records, and the newest that it reads.
    #[must_use]
    pub fn newest(&self, kind: &str) -> u16 {
        if kind == CHECKPOINT {
            return CHECKPOINT_VERSION;
        }
        self.kinds.get(kind).map_or(1, |(_, version)| *version)
    }

    /// Every kind that this program can record, with the version it records.
    #[must_use]
    pub fn recorded(&self) -> Vec<(&'static str, u16)> {
        let kinds = self.projectors.iter().flat_map(|p| p.kinds.iter().copied());
        std::iter::once(CHECKPOINT).chain(kinds).map(|kind| (kind, self.newest(kind))).collect()
    }

    /// The writes that follow from an entry, postings included and checked (L1).
    ///
    /// # Errors
    /// [`Fault::Invariant`] J5 for an unknown kind or a version newer than this program reads, L1 for postings that do not sum to zero, what the domain says, and
    /// [`Fault::Panicked`] when it panics: an entry of another node must not stop this one.
    pub fn project(&self, entry: &Entry, blobs: &dyn PersonalBlobs) -> Result<Writes, Fault> {
        let (version, newest) = (entry.head().v, self.newest(entry.kind()));
        if !(1..=newest).contains(&version) {
            let what = format!("{} has version {version}, this program reads up to {newest}", entry.kind());
            return Err(Fault::invariant("J5", what));
        }
        if entry.kind() == CHECKPOINT {
            return Ok(Writes::default());
        }
        let owner = self.kinds.get(entry.kind()).map(|(domain, _)| &self.projectors[*domain]);
        let owner = owner.ok_or_else(|| Fault::invariant("J5", format!("no domain projects {}", entry.kind())))?;
        let projected = catch_unwind(AssertUnwindSafe(|| {
            let mut writes = Writes::default();
            (owner.project)(entry, blobs, &mut writes)?;
            writes.settle(entry.business_date())?;
            sane(&writes)?;
            Ok(writes)
        }));
        projected.unwrap_or(Err(Fault::Panicked))
    }
}

/// No single entry moves a sum by more: a thousand of the largest still fit an integer.
const LARGEST_DELTA: u64 = 1 << 53;

/// The most bytes of text and bytes that a row may have in its key, or in one index: an engine's pages hold no longer ones.
const LONGEST_KEY: usize = 2_400;

/// Refuses what one of the engines could not keep exactly: a key without a value, a value of another type than its
/// column, a key or an indexed text that is too long, a day that is none, a delta that overflows sums.
fn sane(writes: &Writes) -> Result<(), Fault> {
    for put in &writes.puts {
        keyed(put.table, &put.key)?;
        if !put.table.values.iter().zip(&put.row).all(|(column, value)| value.fits(column.kind)) {
            return Err(Fault::invariant("J5", format!("a row of {} has a value of another type than its column", put.table.name)));
        }
        indexed(put.table, &put.key, &put.row)?;
    }
    for add in &writes.adds {
        keyed(add.table, &add.key)?;
        indexed(add.table, &add.key, &[])?;
        if add.table.sums == Sums::RolledUp && !matches!(add.key.first(), Some(Value::Int(day)) if rolled::is_day(*day)) {
            return Err(Fault::invariant("J5", format!("a sum of {} lies on no day", add.table.name)));
        }
        if add.deltas.iter().any(|delta| delta.unsigned_abs() > LARGEST_DELTA) {
            return Err(Fault::invariant("L3", format!("a sum of {} moves by more than an entry may", add.table.name)));
        }
    }
    Ok(())
}

fn keyed(table: &Table, key: &[Value]) -> Result<(), Fault> {
    if key.contains(&Value::Null) {
        return Err(Fault::invariant("J5", format!("a row of {} has a key without a value", table.name)));
    }
    if !table.key.iter().zip(key).all(|(column, value)| value.fits(column.kind)) {
        return Err(Fault::invariant("J5", format!("a row of {} has a key of another type than its column", table.name)));
    }
    Ok(())
}

fn indexed(table: &Table, key: &[Value], row: &[Value]) -> Result<(), Fault> {
    // Most rows are short in all: nothing more is asked of them.
    if key.iter().chain(row).map(Value::kept_bytes).sum::<usize>() <= LONGEST_KEY {
        return Ok(());
    }
    let columns = table.key.iter().chain(table.values);
    let of = |names: &[&str]| -> usize {
        let values = columns.clone().zip(key.iter().chain(row));
        values.filter(|(column, _)| names.contains(&column.name)).map(|(_, value)| value.kept_bytes()).sum()
    };
    let key_bytes: usize = key.iter().map(Value::kept_bytes).sum();
    if key_bytes > LONGEST_KEY || table.indexes.iter().any(|index| of(index) > LONGEST_KEY) {
        return Err(Fault::invariant(
            "J5",
            format!("a row of {} has a key or an indexed text of more than {LONGEST_KEY} bytes", table.name),
        ));
    }
    Ok(())
}
