//! The one writer: takes the commands that wait, runs each in a savepoint, commits the group with one fsync,
//! then answers all (J1). A step function: a thread drives it in production, a scheduler in simulation.

mod ballast;
mod durable;
mod stepped;
mod thread;
mod tx;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub use ballast::Ballast;
use duken_protocol::ids::RequestId;
pub use stepped::Stepped;
pub use thread::{WriterHandle, start, stepped};
pub use tx::{Caller, Need, Notice, Tx};

use crate::context::{Chance, Clock};
use crate::failure;
use crate::journal::{self, CHECKPOINT_EVERY, OWN, Tip};
use crate::refusal::{Code, Fault, Reject};
use crate::schema::Schema;
use crate::store::{Connection, Deferred, Durability, Engine, Read, Sweeper, Value};
use crate::vault;

/// The same request id came with another body.
pub const ID_REUSED: Code = Code::new("request.id_reused", 409);
/// The request id was made more than 72 hours ago.
pub const EXPIRED: Code = Code::new("request.expired", 409);

/// The most commands in one group.
const GROUP: usize = 128;
/// How long a request id is known: 72 hours.
pub const REQUEST_LIFE_MS: i64 = 72 * 3_600_000;
/// A client's clock may be ahead of ours by this much.
const REQUEST_AHEAD_MS: i64 = 24 * 3_600_000;

const LOCAL_DDL: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS request (id BLOB PRIMARY KEY, body INTEGER NOT NULL, answer INTEGER NOT NULL) WITHOUT ROWID",
];

/// A command: decides from tables, records entries, answers with the number of what it made or changed.
pub type Run = Box<dyn FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send>;

/// A command that waits: what it does, and who hears the answer.
pub struct Job {
    /// Who asks, and under which request.
    pub caller: Caller,
    /// The command: decides from tables, records entries, answers with the number of what it made or changed.
    pub run: Run,
    /// Hears the answer once it is durable.
    pub answer: Box<dyn FnOnce(Result<i64, Reject>) + Send>,
}

/// What a committed group tells those who listen.
#[derive(Debug, Default, Clone)]
pub struct Committed {
    /// The last number of the node's own journal.
    pub seq: i64,
    /// How many own entries the group appended.
    pub entries: i64,
    /// What moved, for live readers and device jobs.
    pub notices: Vec<Notice>,
}

/// The owner of the writing connection.
pub struct Writer {
    engine: Connection,
    schema: Arc<Schema>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    node_id: String,
    epoch: u32,
    tip: Tip,
    /// When the last entry was recorded, by the clock of then.
    last_ms: i64,
    checkpoint_every: i64,
    next_checkpoint: i64,
    pruned_at_ms: i64,
    ballast: Option<Ballast>,
    /// What took the transaction of the group away, while one is under way.
    lost: Option<Fault>,
    /// The last group may or may not be there: it is looked up before the next.
    unsure: bool,
    /// Since when a group waits for the next one that is durable at its commit, by the clock that nobody sets.
    unsealed_since_ms: Option<i64>,
}

impl Writer {
    /// Takes an engine, makes what is missing, and rebuilds the views whose declaration changed.
    ///
    /// # Errors
    /// The engine's; [`Fault::Invariant`] when the journal here does not read.
    pub fn open(engine: impl Into<Connection>, schema: Arc<Schema>, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<Self, Fault> {
        let engine = engine.into();
        engine.begin()?;
        let prepared = Self::prepare(&engine, &schema, chance.as_ref());
        match prepared {
            Ok(()) => engine.commit()?,
            Err(fault) => {
                engine.rollback();
                return Err(fault);
            }
        }
        let own = engine
            .row("SELECT id, epoch FROM node WHERE number = ?1", &[OWN.into()])?
            .ok_or_else(|| Fault::invariant("S1", "this node has no id"))?;
        let tip = journal::tip(&engine, OWN)?;
        let last_ms = journal::read_one(&engine, OWN, tip.seq).ok().flatten().map_or(0, |entry| entry.head().at);
        let every = CHECKPOINT_EVERY;
        Ok(Self {
            node_id: own.get(0)?,
            epoch: own.get(1)?,
            engine,
            schema,
            clock,
            chance,
            tip,
            last_ms,
            checkpoint_every: every,
            next_checkpoint: next_multiple(tip.seq, every),
            pruned_at_ms: 0,
            ballast: None,
            lost: None,
            unsure: false,
            unsealed_since_ms: None,
        })
    }

    fn prepare(engine: &dyn Engine, schema: &Schema, chance: &dyn Chance) -> Result<(), Fault> {
        for statement in LOCAL_DDL.iter().chain(journal::DDL).chain(vault::DDL) {
            engine.execute(statement, &[])?;
        }
        if engine.row("SELECT 1 FROM node WHERE number = ?1", &[OWN.into()])?.is_none() {
            let mut bytes = [0_u8; 16];
            chance.fill(&mut bytes);
            let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
            engine.execute("INSERT INTO node (number, id, epoch) VALUES (?1, ?2, 0)", &[OWN.into(), id.to_string().into()])?;
        }
        for projector in schema.projectors() {
            let name = format!("local.{}", projector.name);
            let done = meta(engine, &name)?.and_then(|v| v.parse::<usize>().ok()).unwrap_or(0);
            for statement in projector.local.iter().skip(done).filter_map(|statement| engine.dialect().own(statement)) {
                engine.execute(statement, &[])?;
            }
            set_meta(engine, &name, &projector.local.len().to_string())?;
        }
        crate::replay::make_tables(engine, schema)?;
        engine.estimate(schema.tables())
    }

    /// Lets another number of entries lie between two checkpoints than [`CHECKPOINT_EVERY`]: for short journals.
    ///
    /// # Panics
    /// When it is not positive.
    #[must_use]
    pub fn checkpoint_every(mut self, entries: i64) -> Self {
        assert!(entries > 0, "checkpoints lie some entries apart");
        self.checkpoint_every = entries;
        self.next_checkpoint = next_multiple(self.tip.seq, entries);
        self
    }

    /// Keeps a ballast for the day the disk is full, and fills it if there is room. When today is that day it gives its room
    /// away at once: nobody's first sale finds it out.
    #[must_use]
    pub fn with_ballast(mut self, ballast: Ballast) -> Self {
        let _no_room_yet = ballast.hold();
        let _full_today = ballast.gives_way();
        self.ballast = Some(ballast);
        self
    }

    /// The node's id.
    #[must_use]
    pub fn node_id(&self) -> &str {
        &self.node_id
    }

    /// What copies the log of the database, where the engine has one.
    #[must_use]
    pub fn sweeper(&self) -> Option<Sweeper> {
        self.engine.sweeper()
    }

    /// The engine, for reading between steps.
    #[must_use]
    pub fn engine(&self) -> &Connection {
        &self.engine
    }

    /// Runs a group of commands and answers them. When the group cannot be made durable, every command of it
    /// hears the fault and none has an effect.
    pub fn step(&mut self, jobs: Vec<Job>) -> Committed {
        let now_ms = self.clock.now_ms();
        let tip_before = self.tip;
        let mut answers = Vec::with_capacity(jobs.len());
        let mut deferred = Deferred::default();
        let mut notices = Vec::new();
        let room = self.ballast.as_ref().is_none_or(Ballast::hold);
        self.lost = None;
        let soon = !jobs.is_empty() && jobs.iter().all(|job| job.caller.durability == Durability::Soon);
        let begun = self.begin(if soon { Durability::Soon } else { Durability::AtCommit });
        failure::point("writer.begun");
        for job in jobs {
            let outcome = match (&begun, &self.lost) {
                (Ok(()), None) => self.one(job.caller, job.run, room, now_ms, &mut deferred, &mut notices),
                (Err(fault), _) | (_, Some(fault)) => Err(Reject::Fault(fault.again())),
            };
            answers.push((job.answer, outcome));
            // A failed read is enough for an engine to undo the whole group: nothing more may be written, it would stand alone.
            if begun.is_ok() && self.lost.is_none() {
                self.lost = self.engine.in_group().err();
            }
        }
        let committed = begun.and_then(|()| match self.lost.take() {
            Some(fault) => Err(fault),
            None => {
                self.checkpoint(now_ms, &mut deferred)?;
                deferred.flush(&self.engine)?;
                self.prune(now_ms)?;
                failure::point("writer.before_commit");
                self.engine.commit()?;
                self.committed(soon, self.tip != tip_before)
            }
        });
        failure::point("writer.committed");
        if let Err(fault) = committed.map_err(|fault| self.named(fault)) {
            tracing::error!(error = &fault as &dyn std::error::Error, "a group of commands could not be made durable");
            self.engine.rollback();
            self.tip = tip_before;
            self.next_checkpoint = next_multiple(self.tip.seq, self.checkpoint_every);
            self.unsure = true;
            // Before anybody hears of it: whoever tries to close his shift at once finds the room.
            self.make_room(&fault);
            for (answer, outcome) in answers {
                answer(match outcome {
                    Err(Reject::Refused(refusal)) => Err(Reject::Refused(refusal)),
                    _ => Err(Reject::Fault(fault.again())),
                });
            }
            return Committed { seq: self.tip.seq, ..Committed::default() };
        }
        let full = answers.iter().any(|(_, outcome)| room && matches!(outcome, Err(Reject::Fault(Fault::DiskFull))));
        if full {
            self.make_room(&Fault::DiskFull);
        }
        for (answer, outcome) in answers {
            answer(outcome);
        }
        failure::point("writer.answered");
        Committed { seq: self.tip.seq, entries: self.tip.seq - tip_before.seq, notices }
    }

    /// Without any room engines fail in ways of their own: on a disk that is full it is that.
    fn named(&self, fault: Fault) -> Fault {
        match (fault.named(), &self.ballast) {
            (Fault::Sqlite(_) | Fault::Io(_), Some(ballast)) if ballast.gives_way() => Fault::DiskFull,
            (fault, _) => fault,
        }
    }

    /// On a full disk: gives the ballast's room away.
    fn make_room(&self, fault: &Fault) {
        if !matches!(fault, Fault::DiskFull) {
            return;
        }
        self.engine.want_sweep();
        if let Some(ballast) = &self.ballast {
            ballast.free();
        }
    }

    /// Begins a group. After one that failed the journal itself says where it ends.
    fn begin(&mut self, durability: Durability) -> Result<(), Fault> {
        self.engine.durability(durability)?;
        self.engine.begin()?;
        if self.unsure {
            self.tip = journal::tip(&self.engine, OWN)?;
            self.next_checkpoint = next_multiple(self.tip.seq, self.checkpoint_every);
            self.unsure = false;
        }
        Ok(())
    }

    fn one(
        &mut self,
        caller: Caller,
        run: Run,
        room: bool,
        now_ms: i64,
        deferred: &mut Deferred,
        notices: &mut Vec<Notice>,
    ) -> Result<i64, Reject> {
        if let Some(answer) = self.repeated(&caller, now_ms)? {
            return Ok(answer);
        }
        if !room && caller.need == Need::Ordinary {
            return Err(Reject::Fault(Fault::DiskFull));
        }
        self.engine.savepoint()?;
        let request = caller.request;
        let mut tx = Tx::new(self, caller, now_ms);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut tx))).unwrap_or_else(|_| {
            tracing::error!("a command panicked; its savepoint is undone");
            Err(Reject::Fault(Fault::Panicked))
        });
        let outcome = outcome.map_err(|reject| if let Reject::Fault(fault) = reject { Reject::Fault(fault.named()) } else { reject });
        let effects = tx.into_effects();
        let outcome = outcome.and_then(|answer| {
            self.engine.in_group()?;
            if let Some((id, body)) = request {
                let params = [Value::Blob(id.as_bytes().to_vec()), body.into(), answer.into()];
                self.engine.execute("INSERT INTO request (id, body, answer) VALUES (?1, ?2, ?3)", &params)?;
            }
            Ok(answer)
        });
        match outcome {
            Ok(answer) => {
                if let Err(lost) = self.engine.release() {
                    self.lost = Some(lost.again());
                    return Err(lost.into());
                }
                self.tip = effects.tip;
                self.last_ms = effects.last_ms;
                deferred.absorb(effects.deferred);
                notices.extend(effects.notices);
                Ok(answer)
            }
            Err(reject) => {
                if let Err(lost) = self.engine.rollback_to() {
                    // The engine gave the whole transaction up (SQLite does, without room): what ran before is gone too.
                    tracing::error!(error = &lost as &dyn std::error::Error, "a group of commands was given up by the engine");
                    self.lost = Some(if let Reject::Fault(fault) = &reject { fault.again() } else { lost });
                }
                if let Reject::Fault(fault) = &reject {
                    tracing::error!(error = fault as &dyn std::error::Error, "a command failed");
                }
                Err(reject)
            }
        }
    }

    /// J4: the first answer for a repeat; refusals for a reused or expired id.
    fn repeated(&self, caller: &Caller, now_ms: i64) -> Result<Option<i64>, Reject> {
        let Some((id, body)) = caller.request else { return Ok(None) };
        let age_ms = now_ms - id.made_at_ms();
        if !(-REQUEST_AHEAD_MS..=REQUEST_LIFE_MS).contains(&age_ms) {
            return EXPIRED.err();
        }
        let known = self.engine.row("SELECT body, answer FROM request WHERE id = ?1", &[Value::Blob(id.as_bytes().to_vec())])?;
        match known {
            None => Ok(None),
            Some(row) if row.get::<i64>(0)? == body => Ok(Some(row.get(1)?)),
            Some(_) => ID_REUSED.err(),
        }
    }

    fn checkpoint(&mut self, now_ms: i64, deferred: &mut Deferred) -> Result<(), Fault> {
        if self.tip.seq + 1 < self.next_checkpoint {
            return Ok(());
        }
        let checkpoint = crate::replay::checkpoint(&self.engine, OWN)?;
        let mut tx = Tx::new(self, Caller::default(), now_ms);
        tx.record(checkpoint)?;
        let effects = tx.into_effects();
        self.tip = effects.tip;
        deferred.absorb(effects.deferred);
        self.next_checkpoint = next_multiple(self.tip.seq, self.checkpoint_every);
        Ok(())
    }

    fn prune(&mut self, now_ms: i64) -> Result<(), Fault> {
        if now_ms - self.pruned_at_ms < 600_000 {
            return Ok(());
        }
        self.pruned_at_ms = now_ms;
        let oldest = (now_ms - REQUEST_LIFE_MS - 3_600_000).max(0).to_be_bytes();
        self.engine.execute("DELETE FROM request WHERE id < ?1", &[Value::Blob(oldest[2..].to_vec())])?;
        Ok(())
    }
}

/// The first multiple of `every` after `seq`.
fn next_multiple(seq: i64, every: i64) -> i64 {
    (seq / every + 1) * every
}

/// Reads a value of the program's own notes.
///
/// # Errors
/// The engine's.
pub fn meta(read: &dyn Read, name: &str) -> Result<Option<String>, Fault> {
    read.row("SELECT value FROM meta WHERE name = ?1", &[name.into()])?.map(|row| row.get(0)).transpose()
}

/// Sets a value of the program's own notes.
///
/// # Errors
/// The engine's.
pub fn set_meta(engine: &dyn Engine, name: &str, value: &str) -> Result<(), Fault> {
    engine.execute(
        "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &[name.into(), value.into()],
    )?;
    Ok(())
}

/// The request of a command with the digest of its body.
pub type Request = (RequestId, i64);

/// The digest of a request's body that is kept beside its id.
#[must_use]
pub fn body_digest(command: &str, body: &[u8]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(command.as_bytes());
    hasher.update(&[0]);
    hasher.update(body);
    let mut first = [0_u8; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first)
}
