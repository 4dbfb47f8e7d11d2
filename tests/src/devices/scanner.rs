//! A bar code scanner on a serial line (USB-COM): what it reads comes out of a pseudo-terminal.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::pty::{Pty, SlaveSide};
use super::watched::Watched;

/// How codes are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScanForm {
    /// Sent after the code; CR as scanners are delivered.
    pub suffix: String,
    /// Sent before it: an AIM identifier such as `]E0` (EAN-13), `]d2` (GS1 DataMatrix), `]C1` (GS1-128), `]Q1` (QR).
    pub aim: String,
    /// Pause after each byte, in milliseconds; 0: all at once.
    pub byte_delay_ms: u64,
}

impl Default for ScanForm {
    fn default() -> Self {
        Self { suffix: "\r".to_owned(), aim: String::new(), byte_delay_ms: 0 }
    }
}

/// What became of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanOutcome {
    /// A program had the port open.
    Sent,
    /// The cable is in, but no program has the port open: the bytes are lost.
    NobodyListens,
    /// The cable is out.
    Unplugged,
}

/// What can be seen of the scanner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScannerState {
    /// Whether the cable is in.
    pub plugged: bool,
    /// What the program under test opens; changes with every plugging in when no stable link was asked for.
    pub path: PathBuf,
    /// Codes scanned since the start, the latest last, with what became of them.
    pub scans: Vec<(String, ScanOutcome)>,
}

/// A running scanner. Dropping it pulls the cable.
pub struct Scanner {
    link: Option<PathBuf>,
    port: std::sync::Mutex<Option<Arc<Pty>>>,
    state: Watched<ScannerState>,
    /// One scan after the other, as with one trigger.
    trigger: tokio::sync::Mutex<()>,
}

impl Scanner {
    /// Plugs a scanner in; `link` is a stable path to its port. Needs a tokio runtime.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had or the link cannot be made.
    pub fn plugged_in(link: Option<&Path>) -> io::Result<Self> {
        let port = Pty::open(link, SlaveSide::Free)?;
        let path = port.path().to_path_buf();
        Ok(Self {
            link: link.map(Path::to_path_buf),
            port: std::sync::Mutex::new(Some(Arc::new(port))),
            state: Watched::new(ScannerState { plugged: true, path, scans: Vec::new() }),
            trigger: tokio::sync::Mutex::new(()),
        })
    }

    /// What the program under test opens.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.state.read(|state| state.path.clone())
    }

    /// What can be seen of it.
    #[must_use]
    pub fn state(&self) -> ScannerState {
        self.state.read(Clone::clone)
    }

    /// Moves whenever the state may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.state.subscribe()
    }

    /// Scans a code and sends it with CR.
    pub async fn scan(&self, code: &str) -> ScanOutcome {
        self.scan_as(code.as_bytes(), &ScanForm::default()).await
    }

    /// Scans raw bytes (a marking code holds 0x1D) and sends them in the given form.
    pub async fn scan_as(&self, code: &[u8], form: &ScanForm) -> ScanOutcome {
        let bytes = [form.aim.as_bytes(), code, form.suffix.as_bytes()].concat();
        self.send(&[code], &bytes, form.byte_delay_ms).await
    }

    /// Two or more scans so fast that they arrive in one packet.
    pub async fn burst(&self, codes: &[&str]) -> ScanOutcome {
        let bytes: Vec<u8> = codes.iter().flat_map(|code| code.bytes().chain([b'\r'])).collect();
        let codes: Vec<&[u8]> = codes.iter().map(|code| code.as_bytes()).collect();
        self.send(&codes, &bytes, 0).await
    }

    /// Sends the first `count` bytes of a code, then the cable comes out.
    pub async fn scan_part_then_unplug(&self, code: &str, count: usize) -> ScanOutcome {
        let part = &code.as_bytes()[..count.min(code.len())];
        let outcome = self.send(&[part], part, 0).await;
        self.unplug();
        outcome
    }

    /// Pulls the cable: the port disappears under whoever reads it.
    pub fn unplug(&self) {
        self.slot().take();
        self.state.change(|state| state.plugged = false);
    }

    /// Puts the cable in again, under the same link if there is one.
    ///
    /// # Errors
    /// As [`Scanner::plugged_in`].
    pub fn plug(&self) -> io::Result<()> {
        let mut slot = self.slot();
        if slot.is_none() {
            let port = Pty::open(self.link.as_deref(), SlaveSide::Free)?;
            let path = port.path().to_path_buf();
            *slot = Some(Arc::new(port));
            drop(slot);
            self.state.change(|state| {
                state.plugged = true;
                state.path = path;
            });
        }
        Ok(())
    }

    /// Waits until a program has opened the port, so that a test's first scan is not lost.
    ///
    /// # Panics
    /// After twenty seconds.
    pub async fn wait_for_listener(&self) {
        let listening = async {
            // The kernel tells nobody when a slave is opened.
            while !self.slot().as_ref().is_some_and(|port| port.is_listened_to()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(20), listening).await.is_ok(), "nobody opened the scanner's port");
    }

    async fn send(&self, codes: &[&[u8]], bytes: &[u8], byte_delay_ms: u64) -> ScanOutcome {
        let _one_at_a_time = self.trigger.lock().await;
        let port = self.slot().clone();
        let outcome = match port {
            None => ScanOutcome::Unplugged,
            Some(port) if !port.is_listened_to() => ScanOutcome::NobodyListens,
            Some(port) => write(&port, bytes, byte_delay_ms).await,
        };
        self.state.change(|state| {
            for code in codes {
                state.scans.push((String::from_utf8_lossy(code).into_owned(), outcome));
            }
            let surplus = state.scans.len().saturating_sub(100);
            state.scans.drain(..surplus);
        });
        outcome
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Arc<Pty>>> {
        self.port.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A reader that went away in mid-code loses the rest; a port that is full for two seconds loses all.
async fn write(port: &Pty, bytes: &[u8], byte_delay_ms: u64) -> ScanOutcome {
    let pace = if byte_delay_ms == 0 { bytes.len().max(1) } else { 1 };
    for piece in bytes.chunks(pace) {
        let written = tokio::time::timeout(Duration::from_secs(2), port.write_all(piece)).await;
        if !matches!(written, Ok(Ok(()))) {
            return ScanOutcome::NobodyListens;
        }
        if byte_delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(byte_delay_ms)).await;
        }
    }
    ScanOutcome::Sent
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;

    use super::*;

    /// Opens the port and returns the bytes that come, up to `count` or the hanging up.
    fn reader(path: PathBuf, count: usize) -> tokio::task::JoinHandle<Vec<u8>> {
        tokio::task::spawn_blocking(move || {
            let mut port = File::options().read(true).write(true).open(path).unwrap();
            let mut got = Vec::new();
            let mut buffer = [0; 256];
            while got.len() < count {
                match port.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => got.extend_from_slice(&buffer[..read]),
                }
            }
            got
        })
    }

    #[tokio::test]
    async fn a_code_arrives_with_its_end_sign() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("scanner");
        let scanner = Scanner::plugged_in(Some(&link)).unwrap();
        let got = reader(link, 14);
        scanner.wait_for_listener().await;
        assert_eq!(scanner.scan("4870000000019").await, ScanOutcome::Sent);
        assert_eq!(got.await.unwrap(), b"4870000000019\r");
    }

    #[tokio::test]
    async fn marking_codes_keep_their_separators_and_may_come_slowly() {
        let scanner = Scanner::plugged_in(None).unwrap();
        let code = b"010487000000001921abc\x1d93Zz9+";
        let form = ScanForm { aim: "]d2".to_owned(), suffix: "\r\n".to_owned(), byte_delay_ms: 1 };
        let got = reader(scanner.path(), code.len() + 5);
        scanner.wait_for_listener().await;
        assert_eq!(scanner.scan_as(code, &form).await, ScanOutcome::Sent);
        assert_eq!(got.await.unwrap(), [&b"]d2"[..], code, b"\r\n"].concat());
    }

    #[tokio::test]
    async fn two_scans_in_one_packet() {
        let scanner = Scanner::plugged_in(None).unwrap();
        let got = reader(scanner.path(), 10);
        scanner.wait_for_listener().await;
        scanner.burst(&["1111", "2222"]).await;
        assert_eq!(got.await.unwrap(), b"1111\r2222\r");
    }

    #[tokio::test]
    async fn pulled_out_in_mid_code_and_put_in_again() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("scanner");
        let scanner = Scanner::plugged_in(Some(&link)).unwrap();
        let got = reader(link.clone(), 100);
        scanner.wait_for_listener().await;
        scanner.scan_part_then_unplug("4870000000019", 6).await;
        let part = got.await.unwrap();
        assert!(b"487000".starts_with(&part[..]), "{part:?}");
        assert!(!link.exists() && std::fs::symlink_metadata(&link).is_err());
        assert_eq!(scanner.scan("1").await, ScanOutcome::Unplugged);

        scanner.plug().unwrap();
        let got = reader(link, 5);
        scanner.wait_for_listener().await;
        assert_eq!(scanner.scan("1234").await, ScanOutcome::Sent);
        assert_eq!(got.await.unwrap(), b"1234\r");
    }

    #[tokio::test]
    async fn a_scan_that_nobody_listens_to_is_lost() {
        let scanner = Scanner::plugged_in(None).unwrap();
        assert_eq!(scanner.scan("lost").await, ScanOutcome::NobodyListens);
        let got = reader(scanner.path(), 4);
        scanner.wait_for_listener().await;
        scanner.scan("new").await;
        assert_eq!(got.await.unwrap(), b"new\r");
        assert_eq!(scanner.state().scans[0], ("lost".to_owned(), ScanOutcome::NobodyListens));
    }
}
