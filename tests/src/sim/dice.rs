//! Chance of a simulated run: the same seed throws the same numbers on every machine.

use std::sync::{Mutex, PoisonError};

use duken_kernel::context::Chance;

/// A source of chance (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Throws that follow from these numbers.
    #[must_use]
    pub fn of(parts: &[u64]) -> Self {
        let mut state = 0x5851_f42d_4c95_7f2d_u64;
        for part in parts {
            state = mixed(state ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        Self(state)
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// Zero up to, and without, `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        if sides == 0 { 0 } else { self.any() % sides }
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(u64::try_from(high - low + 1).unwrap_or(1))).unwrap_or(0)
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    ///
    /// # Panics
    /// When there is none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    /// A place in a list of this length.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}

fn mixed(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// The random bytes of a node.
#[derive(Debug)]
pub struct NodeChance(Mutex<Dice>);

impl NodeChance {
    /// Bytes that follow from these throws.
    #[must_use]
    pub fn new(dice: Dice) -> Self {
        Self(Mutex::new(dice))
    }
}

impl Chance for NodeChance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let length = chunk.len();
            chunk.copy_from_slice(&dice.any().to_le_bytes()[..length]);
        }
    }
}
