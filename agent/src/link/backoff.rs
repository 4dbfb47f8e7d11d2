//! How long to wait before the next try. Pure: chance comes in.

use std::time::Duration;

/// Longest pause: a hub that comes back is found within it.
pub const PAUSE_MAX: Duration = Duration::from_secs(10);

/// Grows with each failure, begins anew after a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure: half a second doubled each time, spread by `chance` (0 to 255) between half and
    /// whole, so that all agents of a shop do not come back in the same moment.
    pub fn pause(&mut self, chance: u8) -> Duration {
        let whole = Duration::from_millis(500_u64 << self.failures.min(10)).min(PAUSE_MAX);
        self.failures = self.failures.saturating_add(1);
        whole / 2 + whole / 2 * u32::from(chance) / 255
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_begin_anew() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u128> = (0..7).map(|_| backoff.pause(255).as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(backoff.pause(0).as_millis(), 5_000);
        backoff.reset();
        assert_eq!(backoff.pause(0).as_millis(), 250);
    }
}
