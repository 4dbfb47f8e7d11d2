//! How far a backup or a restore has come; read by people while it runs.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use serde::Serialize;
use utoipa::ToSchema;

/// What is being done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Stage {
    /// The books are copied while the tills go on.
    #[default]
    Copying = 0,
    /// The copy is proved.
    Proving = 1,
    /// It is sealed and written.
    Writing = 2,
    /// What was written is read back and compared.
    ReadingBack = 3,
    /// It goes to the head office.
    Sending = 4,
}

/// Shared between who works and who looks.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Begins a stage of so many bytes; 0 = nobody knows.
    pub fn begin(&self, stage: Stage, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// So many bytes more.
    pub fn advance(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many bytes in all.
    pub fn reach(&self, bytes: u64) {
        self.done.store(bytes, Ordering::Relaxed);
    }

    /// Stage, bytes done, bytes in all.
    #[must_use]
    pub fn now(&self) -> (Stage, u64, u64) {
        let stage = match self.stage.load(Ordering::Relaxed) {
            1 => Stage::Proving,
            2 => Stage::Writing,
            3 => Stage::ReadingBack,
            4 => Stage::Sending,
            _ => Stage::Copying,
        };
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}
