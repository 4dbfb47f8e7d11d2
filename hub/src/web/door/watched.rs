//! A socket that tells its seat what goes through it, and closes so that the last answer arrives.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::linger::Linger;
use super::seats::{Held, Seat};

/// The socket with its seat, which is given back when the socket is dropped.
pub struct Watched {
    socket: TcpStream,
    held: Held,
    /// Whether bytes that come in are the head of a request; with HTTP/2 they may be anything.
    heads: bool,
    linger: Option<Linger>,
}

impl Watched {
    pub fn new(socket: TcpStream, held: Held) -> Self {
        Self { socket, held, heads: false, linger: None }
    }

    pub fn seat(&self) -> &Arc<Seat> {
        self.held.seat()
    }

    /// From now on, bytes that come in between two requests are the head of the next.
    pub fn expects_heads(&mut self) {
        self.heads = true;
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if self.heads && buffer.filled().len() > before {
            self.seat().heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.seat().takes(written.is_ready());
        written
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, pieces: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, pieces);
        self.seat().takes(written.is_ready());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_shutdown(cx))?;
        let this = &mut *self;
        let linger = this.linger.get_or_insert_with(Linger::begin);
        linger.poll(&mut this.socket, cx).map(Ok)
    }
}
