//! Which edges of the program were ever reached, where it was built with the compiler's counters
//! (`-Cpasses=sancov-module … inline-8bit-counters`); nothing in an ordinary build.
#![expect(unsafe_code, reason = "the compiler calls this function and owns the counters it names")]

use std::sync::{Mutex, PoisonError};

/// Counters of one module: where they begin, and how many.
struct Counters(*mut u8, usize);

// SAFETY: the memory lives as long as the program; a race loses a count, no more.
unsafe impl Send for Counters {}

static ALL: Mutex<Vec<Counters>> = Mutex::new(Vec::new());

/// Called by each module of an instrumented program before `main`.
///
/// # Safety
/// `start..stop` are the module's counters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, stop: *mut u8) {
    let length = (stop as usize).saturating_sub(start as usize);
    ALL.lock().unwrap_or_else(PoisonError::into_inner).push(Counters(start, length));
}

/// The edges that a target has reached so far.
#[derive(Debug, Default)]
pub struct Reached(Vec<u8>);

impl Reached {
    /// Forgets what was counted.
    pub fn clear() {
        for counters in ALL.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // SAFETY: the module's own memory, of this length.
            unsafe { std::ptr::write_bytes(counters.0, 0, counters.1) };
        }
    }

    /// Takes in what was counted since; whether an edge was reached for the first time, or far more often than ever.
    pub fn is_new(&mut self) -> bool {
        let mut new = false;
        let mut at = 0;
        for counters in ALL.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // SAFETY: the module's own memory, of this length.
            let counted = unsafe { std::slice::from_raw_parts(counters.0, counters.1) };
            if self.0.len() < at + counted.len() {
                self.0.resize(at + counted.len(), 0);
            }
            for (known, times) in self.0[at..].iter_mut().zip(counted).filter(|(_, times)| **times > 0) {
                let weight = 1_u8 << (8 - times.leading_zeros()).saturating_sub(1).min(7);
                new |= *known & weight == 0;
                *known |= weight;
            }
            at += counted.len();
        }
        new
    }

    /// How many edges.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.0.iter().filter(|seen| **seen > 0).count()
    }
}
