//! What a command sees: tables as they are now, and a place to record what it decided.

use serde_json::Value as Json;

use super::{Request, Writer};
use crate::context::Chance;
use crate::journal::{self, Draft, Entry, Head, OWN, RawEntry, Tip, chain_hash};
use crate::refusal::Fault;
use crate::schema::Schema;
use crate::store::{Add, Connection, Dialect, Durability, Engine, Read, Row, Sums, Value};
use crate::vault::BlobsIn;

/// What a command is for: on a full disk only what closes something is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Need {
    /// It can wait until there is room.
    #[default]
    Ordinary,
    /// It ends what was begun (a shift, a payment under way) or lets a person in to end it.
    Closing,
}

/// Who asks: what goes into the envelope of every entry the command records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Caller {
    /// The request and the digest of its body; commands of the hub itself have none.
    pub request: Option<Request>,
    /// The person, by the number of his card.
    pub by: Option<i64>,
    /// The till, by the number of its card.
    pub till: Option<i64>,
    /// The business date, `yyyymmdd`.
    pub business_date: i32,
    /// The zone's offset, minutes east of UTC.
    pub zone_offset_min: i16,
    /// What it is for.
    pub need: Need,
    /// When what it did must survive a power cut. What it records in the journal always does at once (J1).
    pub durability: Durability,
}

impl Caller {
    /// The same for a command that closes something.
    #[must_use]
    pub fn to_close(mut self) -> Self {
        self.need = Need::Closing;
        self
    }

    /// The same for a command that moves things of this hub alone, which a person would do again after a power cut.
    #[must_use]
    pub fn soon_durable(mut self) -> Self {
        self.durability = Durability::Soon;
        self
    }
}

/// Something that live readers want to hear of.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The topic, such as `cart:12`.
    pub topic: String,
    /// A small payload.
    pub payload: Json,
}

/// One command's view of the database inside its savepoint.
pub struct Tx<'w> {
    engine: &'w Connection,
    schema: &'w Schema,
    chance: &'w dyn Chance,
    node_id: &'w str,
    epoch: u32,
    /// Who asks.
    pub caller: Caller,
    /// The time of the group: milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// What the clock showed when the group began: `now_ms` differs where a command plays what was.
    group_ms: i64,
    tip: Tip,
    last_ms: i64,
    deferred: Vec<(i64, Add)>,
    notices: Vec<Notice>,
}

/// What a command leaves behind when it is kept.
pub(super) struct Effects {
    pub tip: Tip,
    pub last_ms: i64,
    pub deferred: Vec<(i64, Add)>,
    pub notices: Vec<Notice>,
}

impl<'w> Tx<'w> {
    pub(super) fn new(writer: &'w Writer, caller: Caller, now_ms: i64) -> Self {
        Self {
            engine: &writer.engine,
            schema: &writer.schema,
            chance: writer.chance.as_ref(),
            node_id: &writer.node_id,
            epoch: writer.epoch,
            caller,
            now_ms,
            group_ms: now_ms,
            tip: writer.tip,
            last_ms: writer.last_ms,
            deferred: Vec::new(),
            notices: Vec::new(),
        }
    }

    pub(super) fn into_effects(self) -> Effects {
        Effects { tip: self.tip, last_ms: self.last_ms, deferred: self.deferred, notices: self.notices }
    }

    /// The number the next entry will have: also the number of a card or document that it makes.
    #[must_use]
    pub fn next_seq(&self) -> i64 {
        self.tip.seq + 1
    }

    /// When the last entry before this command was recorded, milliseconds since 1970 UTC by the clock of then; 0 before the
    /// first. A clock that was set back stays behind the latest that it showed since the program began. A command that plays
    /// what was (a demo store's past) is held to no clock: 0.
    #[must_use]
    pub fn last_recorded_ms(&self) -> i64 {
        if self.now_ms == self.group_ms { self.last_ms } else { 0 }
    }

    /// The epoch of the node: 0, and one more for every time it came back from a backup.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Where random bytes come from.
    #[must_use]
    pub fn chance(&self) -> &dyn Chance {
        self.chance
    }

    /// The engine, for local tables and the vault.
    #[must_use]
    pub fn engine(&self) -> &dyn Engine {
        self.engine
    }

    /// Appends an entry to the node's journal and everything that follows from it to the tables.
    /// Later reads of the same command see it, except in deferred sums. Returns the entry's number.
    ///
    /// # Errors
    /// [`Fault::Invariant`] J6 for a version that is not the declared one, J5 or L1, then the engine's.
    pub fn record(&mut self, draft: Draft) -> Result<i64, Fault> {
        self.record_entry(draft).map(|entry| entry.seq)
    }

    /// The same; returns the entry, for an answer that is made of it.
    ///
    /// # Errors
    /// As [`Tx::record`].
    pub fn record_entry(&mut self, draft: Draft) -> Result<Entry, Fault> {
        self.in_group()?;
        let declared = self.schema.newest(draft.kind);
        if draft.version != declared {
            return Err(Fault::invariant("J6", format!("{} is recorded as version {declared}, not {}", draft.kind, draft.version)));
        }
        let seq = self.next_seq();
        let head = Head {
            kind: draft.kind.to_owned(),
            v: draft.version,
            epoch: self.epoch,
            at: self.now_ms,
            date: draft.business_date.unwrap_or(self.caller.business_date),
            zone: self.caller.zone_offset_min,
            by: self.caller.by,
            till: self.caller.till,
            req: self.caller.request.map(|(id, _)| id),
            body: draft.body,
        };
        let bytes = serde_json::to_vec(&head)?;
        let hash = chain_hash(self.node_id, &self.tip.hash, seq, &bytes);
        let raw = RawEntry { seq, hash, bytes };
        journal::append(self.engine, OWN, &raw)?;
        let entry = Entry::written(OWN, seq, hash, head, draft.typed);
        self.project(&entry)?;
        self.tip = Tip { seq, hash };
        self.last_ms = self.last_ms.max(self.now_ms);
        Ok(entry)
    }

    /// A command that passes over a failure of the disk must not write on: the group is gone.
    fn in_group(&self) -> Result<(), Fault> {
        self.engine.in_group()
    }

    /// Projects an entry of any node into the tables.
    ///
    /// # Errors
    /// As [`Tx::record`].
    pub fn project(&mut self, entry: &Entry) -> Result<(), Fault> {
        let writes = self.schema.project(entry, &BlobsIn(self.engine))?;
        self.engine.put(entry.node, &writes.puts)?;
        let (later, now): (Vec<Add>, Vec<Add>) = writes.adds.into_iter().partition(|add| add.table.sums != Sums::AtOnce);
        self.engine.add(entry.node, &now)?;
        self.deferred.extend(later.into_iter().map(|add| (entry.node, add)));
        Ok(())
    }

    /// The schema, for those who take in entries of other nodes.
    #[must_use]
    pub fn schema(&self) -> &'w Schema {
        self.schema
    }

    /// Tells live readers, once the group is durable.
    pub fn notify(&mut self, topic: impl Into<String>, payload: Json) {
        self.notices.push(Notice { topic: topic.into(), payload });
    }

    /// Writes to a local table.
    ///
    /// # Errors
    /// The engine's.
    pub fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, Fault> {
        self.in_group()?;
        self.engine.execute(sql, params)
    }

    /// Inserts into a local table whose key is an integer `id` that the engine gives; the new key.
    ///
    /// # Errors
    /// The engine's.
    pub fn insert(&self, sql: &str, params: &[Value]) -> Result<i64, Fault> {
        self.in_group()?;
        self.engine.insert(sql, params)
    }
}

impl Read for Tx<'_> {
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.engine.rows(sql, params)
    }
    fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }
}
