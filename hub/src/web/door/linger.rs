//! Closing a socket whose client is still talking.
//!
//! A socket that is closed with unread bytes in it resets the connection, and the client loses the answer it has not
//! read yet. So the hub says that it will say no more, and listens on for a moment before it closes (RFC 9112, 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// How long it listens on.
const PATIENCE: Duration = Duration::from_secs(2);
/// What it hears out.
const MOST_BYTES: usize = 64 << 20;

/// Listens to nobody.
pub struct Linger {
    until: Pin<Box<Sleep>>,
    heard: usize,
}

impl Linger {
    pub fn begin() -> Self {
        Self { until: Box::pin(tokio::time::sleep(PATIENCE)), heard: 0 }
    }

    /// Ready when the client has closed its side, too, or the patience is over.
    pub fn poll(&mut self, socket: &mut TcpStream, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0_u8; 16 << 10];
        while self.heard < MOST_BYTES {
            if self.until.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut *socket).poll_read(cx, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.heard += buffer.filled().len(),
                Poll::Ready(_) => break,
            }
        }
        Poll::Ready(())
    }
}
