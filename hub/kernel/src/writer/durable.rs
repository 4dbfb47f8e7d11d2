//! Groups that record no entry and may wait a moment for the disk.
//!
//! J1 speaks of entries: an answer leaves after its entry is on disk. What moves nothing but a local table (a line scanned
//! into a cart) is committed without waiting for the disk; whatever the program dies of, it is there. Only when the power
//! goes may the last of it be missing, and then from some moment on, its request ids with it. That moment lies no
//! further back than [`SOON_MS`]: by then a group that recorded an entry has carried it to the disk, or the writer seals it.

use super::{Writer, set_meta};
use crate::failure;
use crate::refusal::Fault;
use crate::store::{Durability, Engine};

/// How long at most what was answered may wait for the disk.
pub(super) const SOON_MS: i64 = 500;

impl Writer {
    /// A group was committed: keeps account of what waits for the disk, and lets no entry wait.
    pub(super) fn committed(&mut self, soon: bool, recorded: bool) -> Result<(), Fault> {
        match (soon, recorded) {
            (false, true) => self.unsealed_since_ms = None,
            // All its commands may have been refused: then there was nothing to write, and nothing was carried along.
            (false, false) => {}
            (true, _) => self.unsealed_since_ms = self.unsealed_since_ms.or_else(|| Some(self.clock.running_ms())),
        }
        if soon && recorded { self.seal() } else { Ok(()) }
    }

    /// How long what waits for the disk may still wait, in milliseconds; nothing when nothing waits.
    #[must_use]
    pub fn seals_in_ms(&self) -> Option<i64> {
        let waited_ms = self.clock.running_ms() - self.unsealed_since_ms?;
        // A clock that was set back lets nothing wait longer.
        Some((SOON_MS - waited_ms).clamp(0, SOON_MS))
    }

    /// Puts what waits on the disk, if it has waited long enough.
    ///
    /// # Errors
    /// As [`Writer::seal`].
    pub fn seal_when_due(&mut self) -> Result<(), Fault> {
        if self.seals_in_ms() == Some(0) { self.seal() } else { Ok(()) }
    }

    /// Puts everything that was answered on the disk: by a group of its own that is durable at its commit.
    ///
    /// # Errors
    /// The engine's; what waits then goes on waiting, as if it had been answered just now.
    pub fn seal(&mut self) -> Result<(), Fault> {
        if self.unsealed_since_ms.is_none() {
            return Ok(());
        }
        let sealed = self.engine.durability(Durability::AtCommit).and_then(|()| self.engine.begin());
        let sealed = sealed.and_then(|()| set_meta(&self.engine, "sealed_at_ms", &self.clock.now_ms().to_string())).and_then(|()| {
            failure::point("writer.sealing");
            self.engine.commit()
        });
        if let Err(fault) = sealed {
            self.engine.rollback();
            // Not again at once: a disk that refuses is given time.
            self.unsealed_since_ms = Some(self.clock.running_ms());
            return Err(fault);
        }
        self.unsealed_since_ms = None;
        Ok(())
    }
}
