//! One file: what the programs see, what is synced, and what lies between.

use super::Survives;
use super::locks::{Locks, SharedMemory};
use crate::sim::dice::Dice;

/// A write reaches the disk by sectors of this many bytes, each whole or not at all.
pub const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// A file.
#[derive(Debug, Default)]
pub struct File {
    seen: Vec<u8>,
    synced: Vec<u8>,
    ever_synced: bool,
    changes: Vec<Change>,
    pub(super) locks: Locks,
    pub(super) shared: SharedMemory,
}

fn apply(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    let end = at + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(new);
}

impl File {
    /// A file that is on the disk.
    #[must_use]
    pub fn synced(bytes: Vec<u8>) -> Self {
        Self { seen: bytes.clone(), synced: bytes, ever_synced: true, ..Self::default() }
    }

    /// What programs see.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.seen
    }

    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) {
        apply(&mut self.seen, at, bytes);
        self.changes.push(Change::Write { at, bytes: bytes.to_vec() });
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.seen.truncate(length);
        self.changes.push(Change::Truncate(length));
    }

    pub(super) fn sync(&mut self) {
        for change in self.changes.drain(..) {
            match change {
                Change::Write { at, bytes } => apply(&mut self.synced, at, &bytes),
                Change::Truncate(length) => self.synced.truncate(length),
            }
        }
        self.ever_synced = true;
    }

    /// The bytes after the machine stopped; nothing when the file itself is gone.
    pub(super) fn after_stop(&self, survives: Survives, dice: &mut Dice) -> Option<Vec<u8>> {
        let mut left = self.synced.clone();
        if !self.ever_synced && (survives == Survives::Nothing || dice.percent(50)) {
            return None;
        }
        let kept = match survives {
            Survives::Nothing => 0,
            Survives::All | Survives::Any => self.changes.len(),
            Survives::First => dice.index(self.changes.len() + 1),
        };
        for change in &self.changes[..kept] {
            match change {
                Change::Write { at, bytes } => tear(&mut left, *at, bytes, survives, dice),
                Change::Truncate(length) if survives != Survives::Any || dice.percent(50) => left.truncate(*length),
                Change::Truncate(_) => {}
            }
        }
        Some(left)
    }
}

/// Writes all of it, nothing, or some of its sectors.
fn tear(left: &mut Vec<u8>, at: usize, bytes: &[u8], survives: Survives, dice: &mut Dice) {
    if survives != Survives::Any {
        return apply(left, at, bytes);
    }
    match dice.below(3) {
        0 => {}
        1 => apply(left, at, bytes),
        _ => {
            let mut from = 0;
            while from < bytes.len() {
                let to = (((at + from) / SECTOR + 1) * SECTOR - at).min(bytes.len());
                if dice.percent(50) {
                    apply(left, at + from, &bytes[from..to]);
                }
                from = to;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_synced_is_there_and_the_rest_may_be() {
        let mut file = File::default();
        file.write(0, &[1; 1024]);
        file.sync();
        file.write(0, &[2; 1024]);
        assert_eq!(file.after_stop(Survives::Nothing, &mut Dice::of(&[1])), Some(vec![1; 1024]));
        assert_eq!(file.after_stop(Survives::All, &mut Dice::of(&[1])), Some(vec![2; 1024]));
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let left = file.after_stop(Survives::Any, &mut Dice::of(&[seed])).unwrap();
            assert!(left.chunks(SECTOR).all(|sector| sector.iter().all(|byte| *byte == sector[0])), "a sector is whole");
            seen.insert((left[0], left[512]));
        }
        assert_eq!(seen.len(), 4, "old, new, and both ways of torn");
    }

    #[test]
    fn a_file_that_was_never_synced_may_be_gone() {
        let mut file = File::default();
        file.write(0, b"x");
        assert_eq!(file.after_stop(Survives::Nothing, &mut Dice::of(&[1])), None);
    }
}
