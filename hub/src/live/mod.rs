//! Live state for browsers: topics that move.

use duken_kernel::writer::Committed;

/// The fan-out of what was committed.
#[derive(Default)]
pub struct Live {}

impl Live {
    /// Hears of a durable group.
    pub fn committed(&self, _committed: Committed) {}
}
