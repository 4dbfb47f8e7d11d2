//! Becoming an agent of a hub, by the six digits that it shows.
//!
//! The hub's authority is pinned here: the one that it names in its answer, which must be the one that it served. With the
//! QR its fingerprint is known before; with digits alone the first meeting is trusted. The digits live for minutes and
//! work once.

use std::time::Duration;

use duken_protocol::link::{LINK_VERSION, PAIR_PATH, PairAnswer, PairRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::address::HubAddress;
use super::dial::{DialError, dial};
use crate::http::{self, Answer};
use crate::trust::{self, NotShown, Trust, TrustError, parse_fingerprint};

/// Longest wait for the hub's answer.
const ANSWER: Duration = Duration::from_secs(15);

/// Most bytes of the hub's answer.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Why pairing failed.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// Not six digits.
    #[error("the code has six digits")]
    BadCode,
    /// The hub was not reached or not trusted.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The given fingerprint cannot be used.
    #[error(transparent)]
    Fingerprint(#[from] TrustError),
    /// The hub's answer did not come or cannot be read.
    #[error("the hub's answer cannot be read: {0}")]
    NoAnswer(String),
    /// The hub said no.
    #[error("the hub refused: {code} {detail}")]
    Refused {
        /// Its stable code.
        code: String,
        /// Its sentence.
        detail: String,
    },
    /// The hub names another authority than the one that was served: somebody stands between.
    #[error("the certificate that was served is not the hub's own: somebody stands between")]
    SomebodyBetween,
    /// The hub's certificate has run out, or this machine's clock is far ahead.
    #[error("the hub's certificate has run out by the clock of this computer: see whether its date is right")]
    RanOut,
}

impl From<NotShown> for PairError {
    fn from(why: NotShown) -> Self {
        match why {
            NotShown::RanOut => Self::RanOut,
            NotShown::Another => Self::SomebodyBetween,
        }
    }
}

/// Pairs with a hub. The answer's fingerprint is the one to pin from now on.
///
/// # Errors
/// [`PairError`], in the order of its variants.
pub async fn pair(address: &HubAddress, code: &str, name: &str, fingerprint: Option<&str>) -> Result<PairAnswer, PairError> {
    let code: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PairError::BadCode);
    }
    let trust = match fingerprint {
        Some(text) => Trust::Pinned { sha256: parse_fingerprint(text)? },
        None => Trust::Anybody,
    };
    let dialed = dial(address, &trust).await?;
    let request = PairRequest { code, name: name.to_owned(), build: crate::BUILD.to_owned(), link: LINK_VERSION };
    let answer = timeout(ANSWER, post(dialed.stream, &address.authority(), &request))
        .await
        .map_err(|_| PairError::NoAnswer(format!("nothing within {ANSWER:?}")))??;
    let pinned = match answer.fingerprint.as_deref().map(parse_fingerprint).transpose()? {
        Some(named) if address.tls => {
            trust::shows(&dialed.chain, &named)?;
            Some(named)
        }
        Some(named) => Some(named),
        None => dialed.chain.first().map(|own| trust::fingerprint(own)),
    };
    Ok(PairAnswer { fingerprint: pinned, ..answer })
}

async fn post(mut stream: Box<dyn super::dial::Stream>, host: &str, request: &PairRequest) -> Result<PairAnswer, PairError> {
    let lost = |error: std::io::Error| PairError::NoAnswer(error.to_string());
    let body = serde_json::to_vec(request).map_err(|error| PairError::NoAnswer(error.to_string()))?;
    let head = format!(
        "POST {PAIR_PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body].concat()).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    let mut bytes = Vec::new();
    // A hub that closes TLS without a goodbye has still answered.
    if let Err(error) = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await
        && bytes.is_empty()
    {
        return Err(lost(error));
    }
    let no_hub = || PairError::NoAnswer("this is no hub".to_owned());
    let Answer { status, body } = http::parse(&bytes, true).map_err(|_| no_hub())?.ok_or_else(no_hub)?;
    if status == 200 || status == 201 {
        return serde_json::from_slice(&body).map_err(|error| PairError::NoAnswer(error.to_string()));
    }
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let field = |name: &str| problem.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let code = Some(field("code")).filter(|code| !code.is_empty()).unwrap_or_else(|| format!("HTTP {status}"));
    Err(PairError::Refused { code, detail: field("detail") })
}
