//! The terminal's HTTP: one GET per connection, read by hand.
//!
//! A general client does not tell "nothing was sent" from "the answer was lost" at the one byte that matters for money,
//! repeats requests on its own, and cannot read answers whose HTTP status is 101 or 107. Here the request is written once.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use duken_protocol::device::KaspiError;

use crate::http::{self, ANSWER_BYTES_MAX, Answer};

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connecting, and again for the TLS handshake: a sleeping terminal hangs in silence.
    pub connect: Duration,
    /// From the request to the whole answer.
    pub answer: Duration,
}

/// TLS towards a terminal.
#[derive(Clone)]
pub(super) struct Tls {
    pub config: Arc<rustls::ClientConfig>,
    pub name: ServerName<'static>,
}

/// Asks once.
///
/// # Errors
/// `NeverSent` and `NotTrusted` before the first byte of the request, `AnswerLost` and `Unreadable` after it.
pub(super) async fn get(address: &str, tls: Option<&Tls>, request: &[u8], limits: Limits) -> Result<Answer, KaspiError> {
    let never = |detail: String| KaspiError::NeverSent { detail };
    let stream = timeout(limits.connect, TcpStream::connect(address))
        .await
        .map_err(|_| never(format!("no answer within {:?}", limits.connect)))?
        .map_err(|error| never(error.to_string()))?;
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return ask(stream, request, limits.answer).await };
    let handshake = TlsConnector::from(Arc::clone(&tls.config)).connect(tls.name.clone(), stream);
    let stream = timeout(limits.connect, handshake)
        .await
        .map_err(|_| never(format!("no TLS within {:?}", limits.connect)))?
        .map_err(handshake_error)?;
    ask(stream, request, limits.answer).await
}

fn handshake_error(error: std::io::Error) -> KaspiError {
    let detail = error.to_string();
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
        KaspiError::NotTrusted { detail }
    } else {
        KaspiError::NeverSent { detail }
    }
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8], limit: Duration) -> Result<Answer, KaspiError> {
    let lost = |detail: String| KaspiError::AnswerLost { detail };
    let exchange = async {
        stream.write_all(request).await.map_err(|error| lost(error.to_string()))?;
        stream.flush().await.map_err(|error| lost(error.to_string()))?;
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let end = match stream.read(&mut buffer).await {
                Ok(count) => {
                    bytes.extend_from_slice(&buffer[..count]);
                    count == 0
                }
                // A terminal that hangs up without a goodbye has often said everything.
                Err(_) if !bytes.is_empty() => true,
                Err(error) => return Err(lost(error.to_string())),
            };
            if bytes.len() > ANSWER_BYTES_MAX {
                return Err(KaspiError::Unreadable { detail: "the answer is too long".to_owned() });
            }
            match http::parse(&bytes, end).map_err(|error| KaspiError::Unreadable { detail: error.0.to_owned() })? {
                Some(answer) => return Ok(answer),
                None if end => return Err(lost("the connection ended before the answer did".to_owned())),
                None => {}
            }
        }
    };
    timeout(limit, exchange).await.unwrap_or_else(|_| Err(lost(format!("no answer within {limit:?}"))))
}

/// The bytes of a GET. Keys and values are escaped; header values lose control characters.
pub(super) fn request(host: &str, path: &str, query: &[(&str, &str)], headers: &[(&str, &str)]) -> Vec<u8> {
    let query: Vec<String> = query.iter().map(|(key, value)| format!("{key}={}", escape(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let mut text =
        format!("GET {path}{mark}{} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nConnection: close\r\n", query.join("&"));
    for (name, value) in headers {
        let value: String = value.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()).collect();
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

fn escape(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_cannot_be_broken_out_of() {
        let bytes = request("10.0.0.5:8080", "/v2/register", &[("name", "Касса 1&x=2\r\n")], &[("accesstoken", "a\r\nb: c")]);
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "GET /v2/register?name=%D0%9A%D0%B0%D1%81%D1%81%D0%B0%201%26x%3D2%0D%0A HTTP/1.1\r\nHost: 10.0.0.5:8080\r\n\
             Accept: application/json\r\nConnection: close\r\naccesstoken: ab: c\r\n\r\n"
        );
    }
}
