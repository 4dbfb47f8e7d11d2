//! A client that says exactly what it is told, as slowly as it is told: what ordinary HTTP clients would never send.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use duken_agent::trust::{Trust, client_config};
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::fixture::PATIENCE;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection.
pub struct Raw(Box<dyn Stream>);

/// An answer with its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// A header's value; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Asserts that it is this refusal, as a problem with a sentence.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        let shown = String::from_utf8_lossy(&self.body);
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{shown}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{shown}");
        assert!(body["detail"].as_str().is_some_and(|detail| detail.contains(' ')), "{shown}");
    }
}

impl Raw {
    /// Connects to the hub's plain address.
    ///
    /// # Errors
    /// The socket's.
    pub async fn plain(address: SocketAddr) -> io::Result<Self> {
        Ok(Self(Box::new(TcpStream::connect(address).await?)))
    }

    /// Connects over TLS to a hub whose authority has this fingerprint.
    ///
    /// # Errors
    /// The socket's, or that another hub answers.
    ///
    /// # Panics
    /// When the fingerprint is none.
    pub async fn tls(address: SocketAddr, fingerprint: &str) -> io::Result<Self> {
        let config = client_config(&Trust::Pinned { sha256: fingerprint.to_owned() }).expect("a fingerprint");
        let socket = TcpStream::connect(address).await?;
        let stream = TlsConnector::from(Arc::new(config)).connect(ServerName::from(address.ip()), socket).await?;
        Ok(Self(Box::new(stream)))
    }

    /// Says these bytes at once.
    ///
    /// # Errors
    /// The other side has hung up.
    pub async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes).await?;
        self.0.flush().await
    }

    /// Hears one answer with a length.
    ///
    /// # Panics
    /// When none comes.
    pub async fn answer(&mut self) -> RawAnswer {
        let mut bytes = Vec::new();
        let heard = async {
            loop {
                if let Some(answer) = whole(&bytes) {
                    return answer;
                }
                let mut piece = [0; 8 << 10];
                let count = self.0.read(&mut piece).await.expect("an answer");
                assert!(count > 0, "the hub hung up after {:?}", String::from_utf8_lossy(&bytes));
                bytes.extend_from_slice(&piece[..count]);
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.expect("an answer in time")
    }

    /// Waits until the hub hangs up; what it said before.
    ///
    /// # Panics
    /// When it does not.
    pub async fn hung_up(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let heard = async {
            let mut piece = [0; 8 << 10];
            while let Ok(count @ 1..) = self.0.read(&mut piece).await {
                bytes.extend_from_slice(&piece[..count]);
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.expect("the hub hangs up in time");
        bytes
    }
}

/// The answer that these bytes are, once they are whole.
fn whole(bytes: &[u8]) -> Option<RawAnswer> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(begin) = head.parse(bytes).expect("an HTTP answer") else { return None };
    let headers: Vec<(String, String)> =
        head.headers.iter().map(|h| (h.name.to_ascii_lowercase(), String::from_utf8_lossy(h.value).into_owned())).collect();
    let answer = RawAnswer { status: head.code.expect("a status"), headers, body: Vec::new() };
    let length: usize = answer.header("content-length").parse().unwrap_or(0);
    let body = bytes.get(begin..begin + length)?.to_vec();
    Some(RawAnswer { body, ..answer })
}
