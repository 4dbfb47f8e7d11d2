//! The ways bytes reach a printer. Every wait has its own limit, and none of them loses count: a write says how many
//! bytes were taken, so that "nothing was written" is a fact.

mod pending;
pub(crate) mod tcp;
mod tty;
mod usb;

use std::io;
use std::time::Duration;

use duken_protocol::device::{Connection, Reason};

pub(crate) use tcp::with_port;
pub use tty::{FileLink, LineSettings, TtyFile};

/// Port of a network printer when the address names none.
pub const PRINTER_PORT: u16 = 9100;

/// A connection that could not be opened. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError {
    /// [`Reason::Offline`], [`Reason::InUse`] or [`Reason::Unsupported`].
    pub reason: Reason,
    /// What the system said.
    pub detail: String,
}

impl OpenError {
    fn from_io(error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock | io::ErrorKind::AddrInUse => Reason::InUse,
            _ => Reason::Offline,
        };
        Self { reason, detail: error.to_string() }
    }
}

/// Why waiting on a link ended without bytes.
#[derive(Debug)]
pub enum LinkError {
    /// Nothing moved within the limit.
    TimedOut,
    /// The link is gone.
    Lost(io::Error),
}

/// An open connection to a printer.
#[derive(Debug)]
pub enum Link {
    /// Network.
    Tcp(tcp::TcpLink),
    /// Serial port, pseudo-terminal or `/dev/usb/lp*`.
    File(FileLink),
    /// A claimed USB device.
    Usb(usb::UsbLink),
}

impl Link {
    /// Opens a connection within `limit`.
    ///
    /// # Errors
    /// [`OpenError`]; a scanner's input device is unsupported.
    pub async fn open(connection: &Connection, limit: Duration) -> Result<Self, OpenError> {
        match connection {
            Connection::Network { address } => tcp::TcpLink::open(address, PRINTER_PORT, limit).await.map(Self::Tcp),
            Connection::Serial { path, baud, data_bits, parity, flow } => {
                let line = LineSettings { baud: *baud, data_bits: *data_bits, parity: *parity, flow: *flow };
                FileLink::serial(path, line).map(Self::File).map_err(|error| OpenError::from_io(&error))
            }
            Connection::UsbLp { path } => FileLink::usb_lp(path).map(Self::File).map_err(|error| OpenError::from_io(&error)),
            Connection::Usb { vid, pid, serial, port_path } => {
                usb::UsbLink::open(*vid, *pid, serial.clone(), port_path.clone()).await.map(Self::Usb)
            }
            Connection::Evdev { .. } => Err(OpenError { reason: Reason::Unsupported, detail: "an input device is no printer".to_owned() }),
        }
    }

    /// Gives bytes to the link; says how many were taken, at least one.
    ///
    /// # Errors
    /// [`LinkError`]; then none of these bytes was taken.
    pub async fn write_some(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, LinkError> {
        match self {
            Self::Tcp(link) => link.write_some(bytes, limit).await,
            Self::File(link) => link.write_some(bytes, limit).await,
            Self::Usb(link) => link.write_some(bytes, limit).await,
        }
    }

    /// Bytes that came from the printer, at least one.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn read_some(&mut self, limit: Duration) -> Result<Vec<u8>, LinkError> {
        match self {
            Self::Tcp(link) => link.read_some(limit).await,
            Self::File(link) => link.read_some(limit).await,
            Self::Usb(link) => link.read_some(limit).await,
        }
    }

    /// Bytes that this machine took and has not yet delivered; 0 where that cannot be known.
    ///
    /// # Errors
    /// The link is gone.
    pub fn pending_bytes(&self) -> io::Result<usize> {
        match self {
            Self::Tcp(link) => link.pending_bytes(),
            Self::File(link) => link.pending_bytes(),
            Self::Usb(_) => Ok(0),
        }
    }

    /// Drops what this machine still holds for a printer that takes nothing any more: on a serial line it would come out on
    /// top of the next paper, and closing would wait for it.
    pub fn discard_output(&self) {
        match self {
            Self::File(link) => link.discard_output(),
            Self::Tcp(_) | Self::Usb(_) => {}
        }
    }

    /// Closes, so that others may connect. What is still on its way is delivered where the way allows it.
    pub async fn close(self) {
        match self {
            Self::Tcp(link) => link.close().await,
            // The kernel may wait for the line: not on a thread that others need.
            file_or_usb @ (Self::File(_) | Self::Usb(_)) => {
                let _ = tokio::task::spawn_blocking(move || drop(file_or_usb)).await;
            }
        }
    }
}

/// Bounds a wait.
async fn within<T>(limit: Duration, work: impl Future<Output = io::Result<T>>) -> Result<T, LinkError> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result.map_err(LinkError::Lost),
        Err(_) => Err(LinkError::TimedOut),
    }
}
