//! Where one code ends and the next begins in the bytes of a scanner. Pure: time comes in.

use std::time::Duration;

use duken_protocol::device::ScannerSettings;
use tokio::time::Instant;

/// Silence that ends a code of a scanner without a suffix.
pub const IDLE_GAP: Duration = Duration::from_millis(60);

/// The same for a scanner that has been seen to use a suffix: only a lost suffix is waited for so long.
pub const IDLE_GAP_WITH_SUFFIX: Duration = Duration::from_millis(500);

/// Longest code: the largest DataMatrix holds 1,556 bytes, the largest QR 2,953.
const CODE_BYTES_MAX: usize = 4_096;

/// A code as it came, with the moment of its last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The bytes without suffix and set prefix. A group separator (0x1D) stays.
    pub bytes: Vec<u8>,
    /// When its last byte came.
    pub at: Instant,
}

/// Cuts the stream of one scanner.
#[derive(Debug)]
pub struct Framer {
    settings: ScannerSettings,
    buffer: Vec<u8>,
    last_byte_at: Option<Instant>,
    suffix_seen: bool,
    too_long: bool,
}

impl Framer {
    /// For a scanner with these settings.
    #[must_use]
    pub fn new(settings: ScannerSettings) -> Self {
        Self { settings, buffer: Vec::new(), last_byte_at: None, suffix_seen: false, too_long: false }
    }

    /// Takes bytes that came at a moment; gives the codes that they complete.
    pub fn take(&mut self, bytes: &[u8], now: Instant) -> Vec<Frame> {
        let mut frames: Vec<Frame> = self.flush_if_idle(now).into_iter().collect();
        for &byte in bytes {
            self.last_byte_at = Some(now);
            match byte {
                b'\r' | b'\n' | b'\t' => {
                    self.suffix_seen |= !self.buffer.is_empty();
                    frames.extend(self.flush());
                }
                // Start and end of text, as some scanners wrap their codes.
                0x02 if self.buffer.is_empty() => {}
                0x03 => frames.extend(self.flush()),
                0x00 => {}
                _ if self.buffer.len() >= CODE_BYTES_MAX => self.too_long = true,
                _ => self.buffer.push(byte),
            }
        }
        frames
    }

    /// When silence will end the code that is coming in; nothing while none is.
    #[must_use]
    pub fn idle_at(&self) -> Option<Instant> {
        let gap = match self.settings.idle_gap_ms {
            Some(ms) => Duration::from_millis(u64::from(ms)),
            None if self.suffix_seen => IDLE_GAP_WITH_SUFFIX,
            None => IDLE_GAP,
        };
        self.last_byte_at.filter(|_| !self.buffer.is_empty()).map(|at| at + gap)
    }

    /// The code that silence has ended, if it has.
    pub fn flush_if_idle(&mut self, now: Instant) -> Option<Frame> {
        if self.idle_at().is_some_and(|at| at <= now) { self.flush() } else { None }
    }

    fn flush(&mut self) -> Option<Frame> {
        let mut bytes = std::mem::take(&mut self.buffer);
        let too_long = std::mem::take(&mut self.too_long);
        if let Some(prefix) = self.settings.prefix.as_deref().filter(|prefix| !prefix.is_empty())
            && bytes.starts_with(prefix.as_bytes())
        {
            bytes.drain(..prefix.len());
        }
        let at = self.last_byte_at?;
        (!too_long && !bytes.is_empty()).then_some(Frame { bytes, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(frames: Vec<Frame>) -> Vec<String> {
        frames.into_iter().map(|frame| String::from_utf8(frame.bytes).unwrap()).collect()
    }

    #[test]
    fn each_suffix_ends_a_code_and_the_separator_stays() {
        let now = Instant::now();
        let mut framer = Framer::new(ScannerSettings::default());
        assert_eq!(codes(framer.take(b"4870001112223\r\n46001\t0102\x1d21x\n", now)), ["4870001112223", "46001", "0102\x1d21x"]);
        assert_eq!(framer.idle_at(), None);
    }

    #[test]
    fn a_code_may_come_in_pieces() {
        let now = Instant::now();
        let mut framer = Framer::new(ScannerSettings::default());
        assert!(framer.take(b"48700", now).is_empty());
        assert_eq!(codes(framer.take(b"01112223\r", now + Duration::from_millis(30))), ["4870001112223"]);
    }

    #[test]
    fn silence_ends_a_code_without_suffix() {
        let now = Instant::now();
        let mut framer = Framer::new(ScannerSettings::default());
        framer.take(b"4870001112223", now);
        assert_eq!(framer.idle_at(), Some(now + IDLE_GAP));
        assert_eq!(framer.flush_if_idle(now + IDLE_GAP / 2), None);
        let frame = framer.flush_if_idle(now + IDLE_GAP).unwrap();
        assert_eq!((frame.bytes.as_slice(), frame.at), (&b"4870001112223"[..], now));
        assert_eq!(framer.flush_if_idle(now + IDLE_GAP * 9), None);
        framer.take(b"1", now);
        assert_eq!(codes(framer.take(b"2", now + IDLE_GAP)), ["1"]);
    }

    #[test]
    fn prefix_and_wrapping_are_taken_off() {
        let now = Instant::now();
        let mut framer = Framer::new(ScannerSettings { prefix: Some("~".into()), idle_gap_ms: None });
        assert_eq!(codes(framer.take(b"~123\r\x02456\x03789\r", now)), ["123", "456", "789"]);
    }

    #[test]
    fn an_endless_code_is_dropped_whole() {
        let now = Instant::now();
        let mut framer = Framer::new(ScannerSettings::default());
        assert!(framer.take(&vec![b'7'; 10_000], now).is_empty());
        assert_eq!(codes(framer.take(b"\r123\r", now)), ["123"]);
    }
    proptest::proptest! {
        #[test]
        fn how_the_bytes_are_cut_on_their_way_does_not_matter(
            pieces in proptest::collection::vec(proptest::collection::vec(proptest::prop_oneof![
                4 => b'0'..=b'9', 1 => proptest::sample::select(b"\r\n\t\x02\x03\x00\x1d~".to_vec()), 1 => 0_u8..,
            ], 0..20), 0..12),
        ) {
            let now = Instant::now();
            let read = |pieces: &[Vec<u8>]| {
                let mut framer = Framer::new(ScannerSettings { prefix: Some("~".into()), idle_gap_ms: None });
                let mut frames: Vec<Frame> = pieces.iter().flat_map(|piece| framer.take(piece, now)).collect();
                frames.extend(framer.flush_if_idle(now + IDLE_GAP_WITH_SUFFIX));
                frames.into_iter().map(|frame| frame.bytes).collect::<Vec<_>>()
            };
            let codes = read(&pieces);
            proptest::prop_assert_eq!(&codes, &read(&[pieces.concat()]));
            proptest::prop_assert!(codes.iter().all(|code| !code.is_empty() && !code.iter().any(|byte| b"\r\n\t\0".contains(byte))));
        }
    }
}
