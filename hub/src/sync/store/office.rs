//! The head office as this store reaches it: HTTPS with a pinned authority or a public certificate, plain HTTP on this
//! machine only.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use duken_kernel::refusal::Code;
use duken_kernel::{Fault, Refusal, Reject};
use duken_protocol::sync::{Acknowledged, Enrol, Enrolled, OfficeSees, PROTOCOL};
use reqwest::{Client, Request, RequestBuilder, Response, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::sync::{CONFIRM_CERTIFICATE, FOREIGN_ANSWER, OTHER_PROTOCOL, REFUSALS, UNREACHABLE, WRONG_ADDRESS, WRONG_CERTIFICATE};
use crate::web::tls::{self, Fingerprint};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long one request may take: a batch on a slow line.
const REQUEST: Duration = Duration::from_secs(120);

/// An answer on its way; none, when none came back.
pub type Answering = Pin<Box<dyn Future<Output = Option<Response>> + Send>>;

/// Another way to a head office than the network of this machine: one request, and one answer or none.
pub trait Line: Send + Sync {
    /// Carries a request.
    fn call(&self, request: Request) -> Answering;
}

/// A head office.
pub struct Office {
    pub(super) client: Client,
    line: Option<Arc<dyn Line>>,
    base: Url,
    token: Option<String>,
    pin: Option<Arc<tls::Pin>>,
}

/// Why there was no good answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// Not now: try again.
    Away(Refusal),
    /// The head office, or what answers in its place, says no.
    Refused(Refusal),
}

impl From<Answered> for Refusal {
    fn from(answered: Answered) -> Self {
        match answered {
            Answered::Away(refusal) | Answered::Refused(refusal) => refusal,
        }
    }
}

/// A refusal on the wire.
#[derive(Deserialize)]
struct Said {
    code: String,
    #[serde(default)]
    params: Map<String, Json>,
}

impl Office {
    /// The head office at an address: by the confirmed fingerprint of its authority, or by public certificates when
    /// there is none.
    ///
    /// # Errors
    /// `sync.wrong_address` for what is no address, or for plain HTTP to another machine; `sync.wrong_certificate` for
    /// what is no fingerprint.
    pub fn pinned(url: &str, fingerprint: Option<&str>) -> Result<Self, Reject> {
        let base = base_of(url)?;
        let Some(text) = fingerprint else { return Self::by(base, None) };
        let expected: Fingerprint = text.parse().map_err(|_| WRONG_CERTIFICATE.refuse().with("found", text).field("fingerprint"))?;
        Self::by(base, Some(Arc::new(tls::Pin::expecting(expected))))
    }

    fn by(base: Url, pin: Option<Arc<tls::Pin>>) -> Result<Self, Reject> {
        let builder = Client::builder().connect_timeout(CONNECT).timeout(REQUEST).redirect(reqwest::redirect::Policy::none()).no_proxy();
        let builder = match &pin {
            Some(pin) => builder.tls_backend_preconfigured(pin.clone().client_config().map_err(|e| Fault::Other(e.to_string()))?),
            None => {
                tls::install_provider();
                builder
            }
        };
        let client = builder.build().map_err(|e| Fault::Other(format!("no HTTP client: {e}")))?;
        Ok(Self { client, line: None, base, token: None, pin })
    }

    /// The same, reached by another way than the network.
    #[must_use]
    pub fn by_line(mut self, line: Option<Arc<dyn Line>>) -> Self {
        self.line = line;
        self
    }

    /// The same, showing a token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Joins by a one-time code.
    ///
    /// # Errors
    /// As [`Answered`] says; `sync.confirm_certificate` with the fingerprint that was shown when the certificate is no
    /// public one and nothing was confirmed; `sync.wrong_certificate` when it is another than the confirmed one.
    pub async fn enrol(&self, wanted: &Enrol) -> Result<Enrolled, Answered> {
        let body = serde_json::to_vec(wanted).map_err(|_| Answered::Refused(FOREIGN_ANSWER.refuse()))?;
        self.first(self.client.post(self.at("sync/enroll")).header("content-type", "application/json").body(body)).await
    }

    /// The first word with a head office: a certificate that nobody confirmed is shown.
    pub(super) async fn first<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Answered> {
        match self.ask(request).await {
            Err(Answered::Away(refusal)) if self.pin.is_none() && self.base.scheme() == "https" => Err(self.shown(refusal).await),
            answer => answer,
        }
    }

    /// Sends a batch.
    ///
    /// # Errors
    /// As [`Answered`] says.
    pub async fn send(&self, frame: Vec<u8>) -> Result<Acknowledged, Answered> {
        let request = self.client.post(self.at("sync/batches")).header("content-type", "application/vnd.duken.batch").body(frame);
        let acknowledged: Acknowledged = self.ask(request).await?;
        spoken(acknowledged.protocol).map(|()| acknowledged)
    }

    /// How far the head office is; tells it how far this store is.
    ///
    /// # Errors
    /// As [`Answered`] says.
    pub async fn state(&self, journal_end: i64, epoch: u32) -> Result<OfficeSees, Answered> {
        let sees: OfficeSees = self.ask(self.client.get(self.at(&format!("sync/state?end={journal_end}&epoch={epoch}")))).await?;
        spoken(sees.protocol).map(|()| sees)
    }

    /// Without a public certificate: which one is shown, for a person to confirm.
    async fn shown(&self, unreachable: Refusal) -> Answered {
        let pin = Arc::new(tls::Pin::looking());
        let looked = match Self::by(self.base.clone(), Some(pin.clone())) {
            Ok(office) => office.client.get(self.base.clone()).send().await.err(),
            Err(_) => None,
        };
        match (looked, pin.found()) {
            (Some(_), Some(found)) => Answered::Refused(CONFIRM_CERTIFICATE.refuse().with("fingerprint", found.to_string())),
            _ => Answered::Away(unreachable),
        }
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> String {
        self.base.to_string()
    }

    pub(super) fn at(&self, path: &str) -> Url {
        self.base.join(path).unwrap_or_else(|_| self.base.clone())
    }

    pub(super) async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Answered> {
        self.answer(request)
            .await?
            .json()
            .await
            .map_err(|error| if error.is_decode() { Answered::Refused(FOREIGN_ANSWER.refuse()) } else { self.no_answer(&error) })
    }

    /// An answer that says yes.
    pub(super) async fn answer(&self, request: RequestBuilder) -> Result<Response, Answered> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let request = request.build().map_err(|error| self.no_answer(&error))?;
        let response = match &self.line {
            Some(line) => line.call(request).await.ok_or_else(|| self.unreachable())?,
            None => self.client.execute(request).await.map_err(|error| self.no_answer(&error))?,
        };
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        Ok(response)
    }

    fn unreachable(&self) -> Answered {
        Answered::Away(UNREACHABLE.refuse().with("url", self.base.as_str()))
    }

    fn no_answer(&self, error: &reqwest::Error) -> Answered {
        match self.pin.as_ref().and_then(|pin| pin.refused()) {
            Some(found) => Answered::Refused(WRONG_CERTIFICATE.refuse().with("found", found.to_string())),
            None => {
                tracing::debug!(error = error as &dyn std::error::Error, "the head office does not answer");
                self.unreachable()
            }
        }
    }
}

fn spoken(protocol: u16) -> Result<(), Answered> {
    if protocol == PROTOCOL { Ok(()) } else { Err(Answered::Refused(OTHER_PROTOCOL.refuse())) }
}

/// A refusal of the head office keeps its code; anything else comes from what is no head office, or is passing.
async fn refused(response: Response) -> Answered {
    let status = response.status();
    let said: Option<Said> = response.json().await.ok();
    let known = said.as_ref().and_then(|said| REFUSALS.iter().find(|code: &&Code| code.code == said.code));
    match (known, said) {
        (Some(code), Some(said)) => {
            let mut refusal = code.refuse();
            refusal.params = said.params;
            Answered::Refused(refusal)
        }
        _ if status.is_server_error() || status.as_u16() == 429 => Answered::Away(UNREACHABLE.refuse()),
        _ => Answered::Refused(FOREIGN_ANSWER.refuse()),
    }
}

fn base_of(url: &str) -> Result<Url, Refusal> {
    let wrong = || WRONG_ADDRESS.refuse().field("url").with("url", url);
    let text = url.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut base = Url::parse(&text).map_err(|_| wrong())?;
    let host = base.host_str().ok_or_else(wrong)?;
    let here = host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if base.scheme() != "https" && !(base.scheme() == "http" && here) {
        return Err(wrong());
    }
    if !base.username().is_empty() || base.password().is_some() {
        return Err(wrong());
    }
    base.set_query(None);
    base.set_fragment(None);
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_no_further_than_this_machine() {
        for good in ["http://127.0.0.1:7070", "http://localhost:7070/", "https://office.example.kz", "10.0.0.5:7443", "http://[::1]:80"] {
            assert!(base_of(good).is_ok(), "{good}");
        }
        for bad in ["http://10.0.0.5:7070", "ftp://x", "", "https://", "http://127.0.0.1.example.kz", "https://user:word@x"] {
            assert_eq!(base_of(bad).unwrap_err().code, WRONG_ADDRESS, "{bad}");
        }
    }
}
