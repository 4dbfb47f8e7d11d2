//! Batches of a journal: their frame, and what is inside.

use duken_hub::sync::office::Verified;
use duken_kernel::journal::chain_hash;
use duken_protocol::ids::NodeId;
use duken_protocol::sync::{Batch, BatchEntry};

use super::word;
use crate::fuzz::mutate::scratched;
use crate::fuzz::{Shape, Target};
use crate::sim::dice::Dice;

pub const TARGET: Target = Target { name: "batch", shape: Shape::Batch, seeds, run: batch };

fn chained(node: &str, from: i64, bodies: &[&str], blobs: Vec<Vec<u8>>) -> Batch {
    let mut batch = Batch {
        node: NodeId(node.parse().expect("an id")),
        epoch: 0,
        from,
        before: [0; 32],
        entries: bodies.iter().map(|body| BatchEntry { hash: [0; 32], bytes: body.as_bytes().to_vec() }).collect(),
        blobs,
    };
    chain(&mut batch);
    batch
}

/// The hashes that its entries ought to have.
fn chain(batch: &mut Batch) {
    let node = batch.node.to_string();
    let mut before = batch.before;
    for (seq, entry) in (batch.from..).zip(&mut batch.entries) {
        entry.hash = chain_hash(&node, &before, seq, &entry.bytes);
        before = entry.hash;
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let node = "01890000-0000-7000-8000-000000000000";
    let blob = b"salt and a name".to_vec();
    let named = format!("{{\"kind\":\"customer.saved\",\"v\":1,\"body\":{{\"personal\":\"{}\"}}}}", blake3::hash(&blob).to_hex());
    let entry = "{\"kind\":\"sale.completed\",\"v\":1,\"epoch\":0,\"at\":1,\"date\":20261121,\"zone\":300,\"body\":{}}";
    let batches = [chained(node, 1, &[entry, entry, named.as_str()], vec![blob]), chained(node, 7, &[entry], Vec::new())];
    batches.iter().map(|batch| batch.encode().expect("a batch")).collect()
}

/// A batch with a field changed and, as often as not, honest hashes again.
pub fn changed(dice: &mut Dice, bytes: Vec<u8>, other: &[u8]) -> Vec<u8> {
    let (Ok(mut batch), lent) = (Batch::decode(&bytes), Batch::decode(other).ok()) else { return scratched(dice, bytes, other, &[]) };
    let at = dice.index(batch.entries.len());
    match dice.below(9) {
        0 => batch.epoch = *dice.one_of(&[0, 1, u32::MAX]),
        1 => batch.from = *dice.one_of(&[1, 2, 1 << 39, (1 << 40) - 1]),
        2 => batch.entries[at].hash[dice.index(32)] ^= 1 << dice.below(8),
        3 => {
            let content = std::mem::take(&mut batch.entries[at].bytes);
            batch.entries[at].bytes = scratched(dice, content, other, &["\"kind\":", "\"personal\":", "null", "{\"", "\"v\":99"]);
        }
        4 => batch.entries.swap(0, at),
        5 => {
            let copy = batch.entries[at].clone();
            batch.entries.extend(std::iter::repeat_n(copy, usize::try_from(dice.below(300)).unwrap_or(1)));
        }
        6 => batch.blobs.push(vec![dice.any().to_le_bytes()[0]; dice.index(300)]),
        7 => batch.blobs.extend(lent.map(|lent| lent.blobs).unwrap_or_default()),
        _ => batch.before[dice.index(32)] ^= 1,
    }
    if dice.percent(60) {
        chain(&mut batch);
    }
    let mut frame = batch.encode().unwrap_or(bytes);
    if dice.percent(15) {
        // The frame's own head: mark and version.
        let at = dice.index(frame.len().min(6));
        frame[at] ^= 1 << dice.below(8);
    }
    frame
}

/// What decodes is what was encoded, and pieces of what holds together are all of it.
fn batch(bytes: &[u8]) -> String {
    let batch = match Batch::decode(bytes) {
        Ok(batch) => batch,
        Err(error) => return error.code().to_owned(),
    };
    let again = batch.encode().expect("what was decoded can be encoded");
    assert_eq!(Batch::decode(&again).as_ref(), Ok(&batch));
    let (entries, blobs) = (batch.entries.len(), batch.blobs.len());
    match Verified::check(batch) {
        Ok(verified) => {
            let pieces = verified.pieces();
            assert_eq!(pieces.iter().map(ExactSizeIterator::len).sum::<usize>(), entries);
            let named = verified.batch().entries.iter().map(|entry| verified.blobs_of(&entry.bytes).count()).sum::<usize>();
            format!("holds, {} pieces, {} blobs", pieces.len().min(3), named.min(3))
        }
        Err(refusal) => format!("{} {}", word(&refusal.code.code), blobs.min(2)),
    }
}
