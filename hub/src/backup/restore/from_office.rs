//! What the head office has of a store: its journal, its files, its sealed backups.

use std::collections::BTreeSet;

use duken_kernel::journal::{self, OWN, RawEntry, chain_hash};
use duken_kernel::replay::rebuild;
use duken_kernel::store::Engine;
use duken_kernel::vault::{Files, SecretKey, store_blob};
use duken_kernel::{Fault, Read, Reject, Writer};
use duken_protocol::sync::{Batch, Replaced, named_blobs};

use super::assemble::{Opened, Workshop};
use super::{books, tail_differs, unpack};
use crate::backup::DAMAGED;
use crate::backup::copy::House;
use crate::recovery::Words;
use crate::sync::store::{Office, hash_at};

/// Hashes asked about at once.
const ASKED: usize = 1_000;

/// Fetches the newest sealed backup and unpacks it; nothing when none was left there.
///
/// # Errors
/// Those of the head office and of unpacking.
pub(super) async fn backup(workshop: &Workshop, office: &Office, words: &Words) -> Result<Option<Opened>, Reject> {
    let Some(newest) = office.backups().await?.into_iter().next() else { return Ok(None) };
    let path = workshop.folder().join("fetched.dkb");
    office.backup(newest.made_ms, &path).await?;
    let opened = unpack::unpack(workshop, &path, words)?;
    std::fs::remove_file(&path).map_err(Fault::from)?;
    Ok(Some(opened))
}

/// Appends what the head office has of the journal after the backup, or all of it without one, and makes the views anew.
/// How many entries that were.
///
/// # Errors
/// `restore.tail_differs` where the two journals do not join; those of the head office; the engine's.
pub(super) async fn journal(
    house: &House,
    workshop: &Workshop,
    office: &Office,
    replaced: &Replaced,
    opened: Option<&Opened>,
) -> Result<i64, Reject> {
    let node = replaced.node.to_string();
    if opened.is_none() {
        let key = workshop.folder().join("secret.key");
        SecretKey::load_or_make(&key, house.chance.as_ref())?;
    }
    // Makes the tables; of a backup it replays the journal when this program knows others.
    drop(Writer::open(books(workshop.folder()).open()?, house.schema.clone(), house.clock.clone(), house.chance.clone())?);
    let engine = books(workshop.folder()).open()?;
    if opened.is_none() {
        engine.execute("UPDATE node SET id = ?1 WHERE number = ?2", &[node.clone().into(), OWN.into()])?;
    }
    let mut tip = journal::tip(&engine, OWN)?;
    let before = tip.seq;
    if replaced.acked <= before {
        let ours = hash_at(&engine, replaced.acked)?;
        let theirs = blake3::Hash::from_hex(&replaced.hash).ok().map(|hash| *hash.as_bytes());
        return if replaced.acked == 0 || ours == theirs { Ok(0) } else { Err(tail_differs(replaced.acked).into()) };
    }
    while let Some(batch) = office.journal(tip.seq).await? {
        if batch.before != tip.hash || batch.from != tip.seq + 1 || batch.node.to_string() != node {
            return Err(tail_differs(tip.seq + 1).into());
        }
        engine.begin()?;
        let taken = take(&engine, &node, &batch);
        match taken {
            Ok(()) => engine.commit()?,
            Err(reject) => {
                engine.rollback();
                return Err(reject);
            }
        }
        tip = journal::tip(&engine, OWN)?;
    }
    engine.begin()?;
    rebuild(&engine, &house.schema)?;
    engine.commit()?;
    Ok(tip.seq - before)
}

fn take(engine: &dyn Engine, node: &str, batch: &Batch) -> Result<(), Reject> {
    let mut before = batch.before;
    for blob in &batch.blobs {
        store_blob(engine, blob)?;
    }
    for (seq, entry) in (batch.from..).zip(&batch.entries) {
        if chain_hash(node, &before, seq, &entry.bytes) != entry.hash {
            return DAMAGED.err();
        }
        before = entry.hash;
        journal::append(engine, OWN, &RawEntry { seq, hash: entry.hash, bytes: entry.bytes.clone() })?;
    }
    Ok(())
}

/// Fetches the files that the journal names and that are not here yet.
///
/// # Errors
/// Those of the head office; [`Fault::DiskFull`], [`Fault::Io`].
pub(super) async fn files(workshop: &Workshop, office: &Office) -> Result<(), Reject> {
    let files = Files::in_folder(&workshop.folder().join("files"))?;
    let wanted: Vec<String> = {
        let engine = books(workshop.folder()).open_readonly()?;
        named(&engine)?.into_iter().filter(|hash| !files.path(hash).exists()).collect()
    };
    for asked in wanted.chunks(ASKED) {
        // Most of these are no files but personal data: the head office says which.
        let missing: BTreeSet<String> = office.missing(asked.to_vec()).await.map_err(|a| Reject::Refused(a.into()))?.into_iter().collect();
        for hash in asked.iter().filter(|hash| !missing.contains(*hash)) {
            let bytes = office.file(hash).await?;
            if files.keep(&bytes)? != *hash {
                return DAMAGED.err();
            }
        }
    }
    Ok(())
}

/// Every hash that an entry of the own journal names.
fn named(read: &dyn Read) -> Result<BTreeSet<String>, Fault> {
    let mut hashes = BTreeSet::new();
    let mut after = 0;
    loop {
        let entries = journal::read_after(read, OWN, after, 1_000)?;
        let Some(last) = entries.last() else { return Ok(hashes) };
        after = last.seq;
        for entry in &entries {
            hashes.extend(named_blobs(&entry.bytes).map(str::to_owned));
        }
    }
}
