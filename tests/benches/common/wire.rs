//! A client that costs almost nothing: one kept connection, a request written at once, an answer read whole.

use std::io::{Read, Write};
use std::net::TcpStream;

/// One connection of one device.
pub struct Wire {
    stream: TcpStream,
    cookie: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Wire {
    /// Connects to `http://…` with a session's cookie.
    pub fn connect(address: &str, cookie: &str) -> Self {
        let stream = TcpStream::connect(address.trim_start_matches("http://")).expect("the hub listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, cookie: cookie.to_owned(), request: Vec::new(), answer: Vec::new() }
    }

    /// A write under a new id; the body of the answer, which must say yes.
    pub fn post(&mut self, path: &str, body: &str) -> &[u8] {
        let id = uuid::Uuid::now_v7();
        self.request.clear();
        let length = body.len();
        write!(
            self.request,
            "POST {path} HTTP/1.1\r\nHost: hub\r\nCookie: {}\r\nIdempotency-Key: {id}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.cookie
        )
        .expect("memory");
        self.exchange()
    }

    /// A reading; the body of the answer, which must say yes.
    pub fn get(&mut self, path: &str) -> &[u8] {
        self.request.clear();
        write!(self.request, "GET {path} HTTP/1.1\r\nHost: hub\r\nCookie: {}\r\n\r\n", self.cookie).expect("memory");
        self.exchange()
    }

    fn exchange(&mut self) -> &[u8] {
        self.stream.write_all(&self.request).expect("the hub reads");
        self.answer.clear();
        let mut chunk = [0_u8; 16_384];
        loop {
            let read = self.stream.read(&mut chunk).expect("the hub answers");
            assert!(read > 0, "the hub hung up");
            self.answer.extend_from_slice(&chunk[..read]);
            if let Some(begin) = whole(&self.answer) {
                return &self.answer[begin..];
            }
        }
    }
}

/// Where the body begins, once all of it is here.
fn whole(answer: &[u8]) -> Option<usize> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(begin) = response.parse(answer).expect("HTTP") else { return None };
    let length = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.map_or(0, |h| std::str::from_utf8(h.value).expect("text").parse().expect("a number"));
    let here = answer.len() >= begin + length;
    let code = response.code.expect("a status");
    assert!(!here || (200..300).contains(&code), "{code}: {}", String::from_utf8_lossy(&answer[begin..]));
    here.then_some(begin)
}
