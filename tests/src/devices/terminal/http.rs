//! As much of HTTP/1.1 as the terminal speaks: GET, a query, a JSON answer, or none.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A request without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub access_token: Option<String>,
    pub terminal_id: Option<String>,
    pub closes: bool,
}

impl Request {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What the caller gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    Json(u16, Value),
    Empty(u16),
    /// The connection is closed without a word.
    Lost,
}

/// A connection and what was read from it beyond the last request.
pub(super) struct Connection<S> {
    stream: S,
    ahead: Vec<u8>,
}

/// Longer heads are no terminal's client.
const HEAD_BYTES_MAX: usize = 16 * 1024;

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, ahead: Vec::new() }
    }

    /// The next request; `None` at the end of the connection.
    pub(super) async fn request(&mut self) -> io::Result<Option<Request>> {
        loop {
            if let Some((request, length)) = parse(&self.ahead)? {
                self.ahead.drain(..length);
                return Ok(Some(request));
            }
            if self.ahead.len() > HEAD_BYTES_MAX {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the head is too long"));
            }
            if self.stream.read_buf(&mut self.ahead).await? == 0 {
                return Ok(None);
            }
        }
    }

    pub(super) async fn answer(&mut self, status: u16, body: &str, closes: bool) -> io::Result<()> {
        let connection = if closes { "close" } else { "keep-alive" };
        let head = format!(
            "HTTP/1.1 {status} {}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n",
            reason(status),
            body.len(),
        );
        self.stream.write_all(head.as_bytes()).await?;
        self.stream.write_all(body.as_bytes()).await?;
        self.stream.flush().await
    }

    pub(super) async fn close(mut self) {
        let _ = self.stream.shutdown().await;
    }
}

fn parse(bytes: &[u8]) -> io::Result<Option<(Request, usize)>> {
    let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes).map_err(|error| invalid(error.to_string()))? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    let header = |name: &str| {
        let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok().map(str::to_owned)
    };
    let target = head.path.unwrap_or_default();
    let uri: axum::http::Uri = target.parse().map_err(|_| invalid(format!("no target: {target}")))?;
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|error| invalid(error.to_string()))?;
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: uri.path().to_owned(),
        query: query.0,
        access_token: header("accesstoken"),
        terminal_id: header("terminalId"),
        closes: header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
    };
    Ok(Some((request, length)))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Answer",
    }
}
