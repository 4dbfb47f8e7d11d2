//! Replay on two threads: one reads and writes the database, the other unpacks entries and projects them.
//!
//! Rows are written piece by piece. Sums (of days, months, years, balances) wait until very many are gathered, so that
//! the year's row of a product is written a few times and not with every piece.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{CHUNK, set_aside};
use crate::journal::{self, Entry, OWN, Packed};
use crate::refusal::Fault;
use crate::schema::Schema;
use crate::store::{Deferred, Engine, Gathered};
use crate::vault::{BlobsIn, PersonalBlobs};

/// Pieces that are under way at once: one is projected while another is written and a third waits.
const UNDER_WAY: usize = 3;
/// So many sums are gathered before they are written.
const SUMS: usize = 500_000;

/// What the projecting thread says.
enum Said {
    /// It needs a personal blob.
    Wants(String),
    /// A piece is projected.
    Piece(Result<Piece, Fault>),
}

/// The writes of some entries.
#[derive(Default)]
struct Piece {
    gathered: Gathered,
    aside: Vec<Aside>,
}

/// An entry of another node that could not be projected.
struct Aside {
    seq: i64,
    kind: String,
    reason: String,
}

/// Projects a node's journal from its beginning into tables that hold nothing of it; how many entries there were.
///
/// # Errors
/// [`Fault::Invariant`] for an own entry that cannot be projected, then the engine's.
pub(super) fn project_all(engine: &dyn Engine, schema: &Schema, node: i64) -> Result<i64, Fault> {
    std::thread::scope(|scope| {
        let (give, given) = sync_channel::<Vec<Packed>>(UNDER_WAY);
        let (say, said) = sync_channel::<Said>(1);
        let (tell, told) = sync_channel(1);
        std::thread::Builder::new().name("projecting".to_owned()).spawn_scoped(scope, move || {
            let blobs = Asked { say: say.clone(), told };
            project_pieces(schema, node, &blobs, &given, &say);
        })?;
        let (mut after, mut count, mut under_way, mut ended) = (0, 0, 0, false);
        loop {
            while under_way < UNDER_WAY && !ended {
                let piece = journal::read_packed(engine, node, after, CHUNK)?;
                let Some(last) = piece.last() else {
                    ended = true;
                    continue;
                };
                after = last.seq;
                count += piece.len() as i64;
                under_way += 1;
                give.send(piece).map_err(|_| Fault::Panicked)?;
            }
            if under_way == 0 {
                break;
            }
            match said.recv().map_err(|_| Fault::Panicked)? {
                Said::Wants(hash) => tell.send(BlobsIn(engine).find(&hash)).map_err(|_| Fault::Panicked)?,
                Said::Piece(piece) => {
                    under_way -= 1;
                    write(engine, node, piece?)?;
                }
            }
        }
        drop(give);
        // The sums that are left.
        match said.recv().map_err(|_| Fault::Panicked)? {
            Said::Piece(piece) => write(engine, node, piece?)?,
            Said::Wants(_) => return Err(Fault::Panicked),
        }
        Ok(count)
    })
}

fn write(engine: &dyn Engine, node: i64, mut piece: Piece) -> Result<(), Fault> {
    piece.gathered.flush(engine)?;
    piece.aside.iter().try_for_each(|aside| set_aside(engine, node, aside.seq, &aside.kind, &aside.reason))
}

/// The blobs of the database, asked of the thread that reads it.
struct Asked {
    say: SyncSender<Said>,
    told: Receiver<Result<Option<String>, Fault>>,
}

impl PersonalBlobs for Asked {
    fn find(&self, hash: &str) -> Result<Option<String>, Fault> {
        self.say.send(Said::Wants(hash.to_owned())).map_err(|_| Fault::Stopped)?;
        self.told.recv().map_err(|_| Fault::Stopped)?
    }
}

fn project_pieces(schema: &Schema, node: i64, blobs: &dyn PersonalBlobs, given: &Receiver<Vec<Packed>>, say: &SyncSender<Said>) {
    let mut sums = Deferred::default();
    while let Ok(packed) = given.recv() {
        let mut piece = Piece::default();
        let projected = packed.iter().try_for_each(|packed| project_one(schema, node, blobs, packed, &mut piece));
        sums.merge(piece.gathered.take_sums());
        if sums.len() >= SUMS {
            piece.gathered.give_sums(std::mem::take(&mut sums));
        }
        if say.send(Said::Piece(projected.map(|()| piece))).is_err() {
            return;
        }
    }
    let mut rest = Piece::default();
    rest.gathered.give_sums(sums);
    let _nobody_waits_after_a_fault = say.send(Said::Piece(Ok(rest)));
}

fn project_one(schema: &Schema, node: i64, blobs: &dyn PersonalBlobs, packed: &Packed, piece: &mut Piece) -> Result<(), Fault> {
    let entry = packed.unpack().and_then(|raw| Entry::parse(node, raw));
    let kind = entry.as_ref().map_or(String::new(), |entry| entry.kind().to_owned());
    match entry.and_then(|entry| schema.project(&entry, blobs)) {
        Ok(writes) => piece.gathered.take(node, writes),
        Err(fault) if node == OWN || fault.is_of_the_world() => return Err(fault),
        Err(fault) => piece.aside.push(Aside { seq: packed.seq, kind, reason: fault.to_string() }),
    }
    Ok(())
}
