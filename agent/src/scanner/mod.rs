//! Scanners: serial (USB-CDC, the recommended mode) and Linux input devices, grabbed.

mod code;
mod framing;
mod input;
mod keys;

pub use code::describe;
pub use framing::{Frame, Framer, IDLE_GAP, IDLE_GAP_WITH_SUFFIX};
pub use keys::{EVENT_BYTES, KeyDecoder, KeyEvent, key_events};

use std::io;

use duken_protocol::device::{Connection, ScannerSettings};
use tokio::time::{Instant, sleep_until};

use crate::printer::transport::{FileLink, LineSettings};
use input::InputDevice;

/// An open scanner.
#[derive(Debug)]
pub struct Scanner {
    source: Source,
    framer: Framer,
    ready: std::collections::VecDeque<Frame>,
}

#[derive(Debug)]
enum Source {
    Serial(FileLink),
    Keys(InputDevice, KeyDecoder),
}

impl Scanner {
    /// Opens a scanner for this program alone.
    ///
    /// # Errors
    /// Not there, held by another program, not permitted, or a connection that no scanner has.
    pub fn open(connection: &Connection, settings: ScannerSettings) -> io::Result<Self> {
        let source = match connection {
            Connection::Serial { path, baud, data_bits, parity, flow } => {
                let line = LineSettings { baud: *baud, data_bits: *data_bits, parity: *parity, flow: *flow };
                Source::Serial(FileLink::serial(path, line)?)
            }
            Connection::Evdev { path } => Source::Keys(InputDevice::open(path)?, KeyDecoder::default()),
            Connection::Network { .. } | Connection::UsbLp { .. } | Connection::Usb { .. } => {
                return Err(io::Error::new(io::ErrorKind::Unsupported, "a scanner is a serial port or an input device"));
            }
        };
        Ok(Self { source, framer: Framer::new(settings), ready: std::collections::VecDeque::new() })
    }

    /// The next code, however long it takes.
    ///
    /// # Errors
    /// The scanner is gone.
    pub async fn next_code(&mut self) -> io::Result<Frame> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Ok(frame);
            }
            let idle = self.framer.idle_at();
            tokio::select! {
                biased;
                bytes = self.source.read() => self.ready.extend(self.framer.take(&bytes?, Instant::now())),
                () = wait_until(idle) => self.ready.extend(self.framer.flush_if_idle(Instant::now())),
            }
        }
    }
}

async fn wait_until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Source {
    async fn read(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Serial(link) => link.read_next().await,
            Self::Keys(device, decoder) => {
                let events = key_events(&device.read().await?);
                Ok(events.into_iter().filter_map(|event| decoder.take(event)).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[tokio::test]
    async fn codes_from_a_pseudo_terminal() {
        let pty = nix::pty::openpty(None, None).unwrap();
        let path = nix::unistd::ttyname(&pty.slave).unwrap().to_str().unwrap().to_owned();
        let mut scanner = Scanner::open(&Connection::serial(&path, 9600), ScannerSettings::default()).unwrap();
        drop(pty.slave);
        let mut master = std::fs::File::from(pty.master);
        master.write_all(b"4870001112223\r\n]d20104\x1d21\r").unwrap();
        assert_eq!(scanner.next_code().await.unwrap().bytes, b"4870001112223");
        assert_eq!(scanner.next_code().await.unwrap().bytes, b"]d20104\x1d21");
        master.write_all(b"without suffix").unwrap();
        assert_eq!(scanner.next_code().await.unwrap().bytes, b"without suffix");
        drop(master);
        assert!(scanner.next_code().await.is_err(), "unplugged");
    }

    #[tokio::test]
    async fn what_is_no_scanner_is_refused() {
        for (connection, kind) in [
            (Connection::network("10.0.0.1"), io::ErrorKind::Unsupported),
            (Connection::serial("/dev/no-such-scanner", 9600), io::ErrorKind::NotFound),
            (Connection::Evdev { path: "/dev/input/no-such-event".into() }, io::ErrorKind::NotFound),
        ] {
            assert_eq!(Scanner::open(&connection, ScannerSettings::default()).unwrap_err().kind(), kind);
        }
    }
}
