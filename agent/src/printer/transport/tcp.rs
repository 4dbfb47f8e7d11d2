//! Network printers: one connection per job.

use std::io;
use std::time::Duration;

use duken_protocol::device::Reason;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{LinkError, OpenError, pending, within};

/// How long a closing connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_millis(300);

/// A connection to a network printer.
#[derive(Debug)]
pub struct TcpLink {
    stream: TcpStream,
}

impl TcpLink {
    pub(super) async fn open(address: &str, default_port: u16, limit: Duration) -> Result<Self, OpenError> {
        let address = with_port(address, default_port);
        let stream = match tokio::time::timeout(limit, TcpStream::connect(&address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(OpenError { reason: Reason::Offline, detail: format!("{address}: {error}") }),
            Err(_) => return Err(OpenError { reason: Reason::Offline, detail: format!("{address}: no answer within {limit:?}") }),
        };
        let _ = stream.set_nodelay(true);
        Ok(Self { stream })
    }

    pub(super) async fn write_some(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, LinkError> {
        within(limit, async {
            loop {
                self.stream.writable().await?;
                match self.stream.try_write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    result => return result,
                }
            }
        })
        .await
    }

    pub(super) async fn read_some(&mut self, limit: Duration) -> Result<Vec<u8>, LinkError> {
        within(limit, async {
            let mut bytes = vec![0; 256];
            loop {
                self.stream.readable().await?;
                match self.stream.try_read(&mut bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                    Ok(count) => {
                        bytes.truncate(count);
                        return Ok(bytes);
                    }
                    Err(error) => return Err(error),
                }
            }
        })
        .await
    }

    pub(super) fn pending_bytes(&self) -> io::Result<usize> {
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        pending::pending_bytes(&self.stream)
    }

    /// Reads what is left before closing: unread bytes would turn the goodbye into a reset, which can cost the last lines.
    pub(super) async fn close(mut self) {
        let _ = self.stream.shutdown().await;
        let _ = tokio::time::timeout(GOODBYE, async { while self.read_some(GOODBYE).await.is_ok() {} }).await;
    }
}

/// `10.0.0.9` → `10.0.0.9:9100`; `[::1]` and names likewise.
pub(crate) fn with_port(address: &str, default_port: u16) -> String {
    let address = address.trim();
    let has_port = match address.rsplit_once(':') {
        Some((host, port)) => (!host.contains(':') || host.ends_with(']')) && port.parse::<u16>().is_ok(),
        None => false,
    };
    match (has_port, address.contains(':') && !address.starts_with('[')) {
        (true, _) => address.to_owned(),
        (false, true) => format!("[{address}]:{default_port}"),
        (false, false) => format!("{address}:{default_port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_added_where_none_stands() {
        for (address, expected) in [
            ("10.0.0.9", "10.0.0.9:9100"),
            ("10.0.0.9:9101", "10.0.0.9:9101"),
            (" printer.local ", "printer.local:9100"),
            ("fe80::1", "[fe80::1]:9100"),
            ("[fe80::1]", "[fe80::1]:9100"),
            ("[fe80::1]:9200", "[fe80::1]:9200"),
        ] {
            assert_eq!(with_port(address, 9100), expected);
        }
    }
}
