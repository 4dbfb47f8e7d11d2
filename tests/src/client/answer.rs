//! What the hub answered.

use serde_json::Value;

/// An answer with all of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was asked: method and path.
    pub asked: String,
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub kind: String,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The code of a refusal; empty when it is none.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }

    /// The body of an answer that must say yes.
    ///
    /// # Panics
    /// When it says no.
    #[track_caller]
    #[must_use]
    pub fn done(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {} {}", self.asked, self.status, self.text());
        self.json()
    }

    /// The body of an answer that must be this refusal: a problem with a code and a sentence.
    ///
    /// # Panics
    /// When it is another answer, or its sentence is missing.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{}: {} {}", self.asked, self.status, self.text());
        assert_eq!(self.kind, "application/problem+json", "{}", self.asked);
        let sentence = body["detail"].as_str().unwrap_or("");
        assert!(sentence.contains(' ') && !sentence.contains('{'), "{}: the sentence is {sentence:?}", self.asked);
        body
    }
}
