//! What a printer says about itself, byte by byte. Pure.
//!
//! Answers are told apart by their fixed bits: real-time answers are `0xx1xx10`, pushed ones (ASB) begin with `0xx1xx00`
//! and three more bytes follow, buffered ones are `0xx0xxxx`. Whatever fits none of them says nothing.

use duken_protocol::device::{DeviceReport, DeviceState};

/// What is known about a printer. All `false` = it says that it is ready.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PrinterStatus {
    /// Switched offline, for whatever reason.
    pub offline: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// The paper will end soon.
    pub paper_near_end: bool,
    /// No paper.
    pub paper_out: bool,
    /// Knife, temperature, mechanics.
    pub error: bool,
    /// Level of the drawer's pin, where it was asked for.
    pub drawer_level: Option<bool>,
}

impl PrinterStatus {
    /// Takes in a real-time answer to question `what` (1 to 4).
    pub fn apply_realtime(&mut self, what: u8, answer: u8) {
        let bit = |at: u8| answer & (1 << at) != 0;
        match what {
            1 => {
                self.drawer_level = Some(bit(2));
                self.offline |= bit(3);
            }
            2 => {
                self.cover_open |= bit(2);
                self.paper_out |= bit(5);
                self.error |= bit(6);
            }
            3 => self.error |= bit(2) || bit(3) || bit(5) || bit(6),
            _ => {
                self.paper_near_end |= bit(2) || bit(3);
                self.paper_out |= bit(5) || bit(6);
            }
        }
    }

    /// From a pushed status of four bytes.
    #[must_use]
    pub fn from_pushed(bytes: [u8; 4]) -> Self {
        let bit = |byte: usize, at: u8| bytes[byte] & (1 << at) != 0;
        Self {
            offline: bit(0, 3),
            cover_open: bit(0, 5),
            paper_near_end: bit(2, 0) || bit(2, 1),
            paper_out: bit(2, 2) || bit(2, 3),
            error: bit(1, 2) || bit(1, 3) || bit(1, 5) || bit(1, 6),
            drawer_level: Some(bit(0, 2)),
        }
    }

    /// The state in one word. The order is what a person has to mend first.
    #[must_use]
    pub fn state(self) -> DeviceState {
        if self.cover_open {
            DeviceState::CoverOpen
        } else if self.paper_out {
            DeviceState::PaperOut
        } else if self.error || self.offline {
            DeviceState::Error
        } else if self.paper_near_end {
            DeviceState::PaperNearEnd
        } else {
            DeviceState::Ready
        }
    }

    /// The state as a message, with the drawer where its level has been calibrated.
    #[must_use]
    pub fn report(self, device_id: &str, drawer_open_level: Option<bool>) -> DeviceReport {
        DeviceReport {
            device_id: device_id.to_owned(),
            state: self.state(),
            detail: String::new(),
            drawer_open: drawer_open_level.zip(self.drawer_level).map(|(open, level)| open == level),
            drawer_level: self.drawer_level,
        }
    }
}

/// One thing that a printer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Answer to `DLE EOT`.
    Realtime(u8),
    /// Answer to `GS r`.
    Buffered(u8),
    /// Pushed by itself.
    Pushed(PrinterStatus),
}

/// Cuts the bytes of a printer into replies.
#[derive(Debug, Default)]
pub struct ReplyReader {
    pushed: Vec<u8>,
}

impl ReplyReader {
    /// Takes one byte; answers when it completes a reply.
    pub fn take(&mut self, byte: u8) -> Option<Reply> {
        if !self.pushed.is_empty() {
            if byte & 0x90 != 0 {
                // Not the rest of a pushed status: begin again with this byte.
                self.pushed.clear();
                return self.take(byte);
            }
            self.pushed.push(byte);
            let bytes: [u8; 4] = self.pushed.as_slice().try_into().ok()?;
            self.pushed.clear();
            return Some(Reply::Pushed(PrinterStatus::from_pushed(bytes)));
        }
        if byte & 0x93 == 0x12 {
            Some(Reply::Realtime(byte))
        } else if byte & 0x93 == 0x10 {
            self.pushed.push(byte);
            None
        } else if byte & 0x90 == 0 {
            Some(Reply::Buffered(byte))
        } else {
            None
        }
    }
}

/// Whether the answer to [`super::escpos::ASK_BUFFERED_PAPER`] says that the paper has ended.
#[must_use]
pub fn buffered_says_paper_out(answer: u8) -> bool {
    answer & 0x0C != 0
}

/// Whether the answers to the four questions at once mean nothing: cheap printers say the same byte to all of them. Only
/// "well" can be said four times in earnest.
#[must_use]
pub fn is_nonsense(answers: [Option<u8>; 4]) -> bool {
    const WELL: u8 = 0x12;
    answers[0].is_some_and(|first| first != WELL && answers.iter().all(|answer| *answer == Some(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Reply> {
        let mut reader = ReplyReader::default();
        bytes.iter().filter_map(|&byte| reader.take(byte)).collect()
    }

    #[test]
    fn answers_are_told_apart_in_any_mixture() {
        let pushed = PrinterStatus { cover_open: true, offline: true, drawer_level: Some(false), ..PrinterStatus::default() };
        assert_eq!(
            read(&[0x12, 0x00, 0x38, 0x00, 0x00, 0x00, 0x72, 0x0C, 0xFF, 0x11]),
            [Reply::Realtime(0x12), Reply::Buffered(0), Reply::Pushed(pushed), Reply::Realtime(0x72), Reply::Buffered(0x0C)]
        );
        assert_eq!(read(&[0x10, 0x12]), [Reply::Realtime(0x12)]);
    }

    #[test]
    fn each_bit_has_its_word() {
        let rows = [
            (1, 0x12, DeviceState::Ready),
            (1, 0x1A, DeviceState::Error),
            (2, 0x16, DeviceState::CoverOpen),
            (2, 0x32, DeviceState::PaperOut),
            (2, 0x52, DeviceState::Error),
            (3, 0x1A, DeviceState::Error),
            (4, 0x1E, DeviceState::PaperNearEnd),
            (4, 0x72, DeviceState::PaperOut),
        ];
        for (what, answer, state) in rows {
            let mut status = PrinterStatus::default();
            status.apply_realtime(what, answer);
            assert_eq!(status.state(), state, "{what} {answer:02x}");
        }
    }

    #[test]
    fn a_drawer_is_open_only_by_its_calibrated_level() {
        let status = PrinterStatus { drawer_level: Some(true), ..PrinterStatus::default() };
        assert_eq!(status.report("1", None).drawer_open, None);
        assert_eq!(status.report("1", Some(true)).drawer_open, Some(true));
        assert_eq!(status.report("1", Some(false)).drawer_open, Some(false));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            read(&bytes);
        }
    }
}
