//! Locks between the connections of one process, and the memory they share for the write-ahead log.

use std::collections::BTreeMap;

/// How firmly a connection holds a database file: SQLite's own levels, `0` none to `4` exclusive.
const SHARED: i32 = 1;
const RESERVED: i32 = 2;
const PENDING: i32 = 3;
const EXCLUSIVE: i32 = 4;

/// Who holds a file, by handle.
#[derive(Debug, Default)]
pub struct Locks(BTreeMap<u64, i32>);

impl Locks {
    /// Raises a handle's lock; false when another stands in the way.
    pub fn raise(&mut self, handle: u64, level: i32) -> bool {
        let have = self.0.get(&handle).copied().unwrap_or(0);
        if have >= level {
            return true;
        }
        let others = self.0.iter().filter(|(other, _)| **other != handle).map(|(_, level)| *level).max().unwrap_or(0);
        let free = match level {
            SHARED => others < PENDING,
            RESERVED => others < RESERVED,
            _ => others < SHARED,
        };
        if free {
            self.0.insert(handle, level);
        } else if level == EXCLUSIVE && others < RESERVED {
            self.0.insert(handle, PENDING);
        }
        free
    }

    /// Lowers a handle's lock.
    pub fn lower(&mut self, handle: u64, level: i32) {
        if level == 0 {
            self.0.remove(&handle);
        } else if let Some(have) = self.0.get_mut(&handle) {
            *have = level.min(*have);
        }
    }

    /// Whether any handle is about to write.
    pub fn reserved(&self) -> bool {
        self.0.values().any(|level| *level >= RESERVED)
    }
}

/// Memory shared by the connections to one database.
#[derive(Debug, Default)]
pub struct SharedMemory {
    regions: Vec<Box<[u8]>>,
    /// By slot: the handles that hold it, and whether for themselves alone.
    slots: BTreeMap<i32, (Vec<u64>, bool)>,
    joined: Vec<u64>,
}

impl SharedMemory {
    /// A region, made when it is not there and `make` says so.
    pub fn region(&mut self, handle: u64, number: usize, bytes: usize, make: bool) -> Option<*mut u8> {
        if !self.joined.contains(&handle) {
            self.joined.push(handle);
        }
        while self.regions.len() <= number {
            if !make {
                return None;
            }
            self.regions.push(vec![0; bytes].into_boxed_slice());
        }
        Some(self.regions[number].as_mut_ptr())
    }

    /// Takes slots, all or none; false when another stands in the way.
    pub fn take(&mut self, handle: u64, slots: std::ops::Range<i32>, alone: bool) -> bool {
        let free = slots.clone().all(|slot| match self.slots.get(&slot) {
            None => true,
            Some((holders, exclusive)) => {
                let others = holders.iter().any(|holder| *holder != handle);
                !others || (!alone && !exclusive)
            }
        });
        if free {
            for slot in slots {
                let (holders, exclusive) = self.slots.entry(slot).or_default();
                holders.push(handle);
                *exclusive = alone;
            }
        }
        free
    }

    /// Gives slots back.
    pub fn give(&mut self, handle: u64, slots: std::ops::Range<i32>) {
        for slot in slots {
            if let Some((holders, _)) = self.slots.get_mut(&slot) {
                if let Some(at) = holders.iter().position(|holder| *holder == handle) {
                    holders.remove(at);
                }
                if holders.is_empty() {
                    self.slots.remove(&slot);
                }
            }
        }
    }

    /// A connection needs it no more; the last one takes it away.
    pub fn leave(&mut self, handle: u64) {
        self.joined.retain(|joined| *joined != handle);
        for (holders, _) in self.slots.values_mut() {
            holders.retain(|holder| *holder != handle);
        }
        self.slots.retain(|_, (holders, _)| !holders.is_empty());
        if self.joined.is_empty() {
            self.regions.clear();
        }
    }
}
