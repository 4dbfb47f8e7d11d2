//! The Kaspi Smart POS terminal on the store's network, protocol `/v2`.
//!
//! The driver asks and reports; it stores nothing. Tokens come with each call and new ones go back to the caller, who puts
//! them on disk before using them. Whether a failed call may have moved money is said by [`KaspiError::may_have_happened`].

mod envelope;
mod http;

pub use envelope::read as read_answer;
pub use http::Limits;

use std::sync::Arc;
use std::time::Duration;

use duken_protocol::device::{
    KaspiAnswer, KaspiCall, KaspiError, KaspiMethod, KaspiProcess, KaspiTarget, KaspiTokens, Protection, TerminalIdentity,
};
use rustls::pki_types::ServerName;

use crate::printer::transport::with_port;
use crate::trust::{self, Trust};

/// Port of a terminal when the address names none.
pub const TERMINAL_PORT: u16 = 8080;

/// How long a person may take to allow a registration.
pub const REGISTER_ANSWER: Duration = Duration::from_secs(180);

/// Longest wait for any other answer.
pub const CALL_ANSWER: Duration = Duration::from_secs(20);

/// Longest wait for a connection: a sleeping terminal hangs in silence.
pub const CONNECT: Duration = Duration::from_secs(5);

/// The same where it is only asked whether a terminal is there: hundreds of addresses are asked so.
const PROBE: Limits = Limits { connect: Duration::from_secs(1), answer: Duration::from_secs(4) };

/// One terminal as one till knows it. Cheap to make; opens nothing until it is asked.
#[derive(Clone)]
pub struct Terminal {
    address: String,
    tls: Option<http::Tls>,
    access_token: Option<String>,
    sends_token: bool,
    terminal_id: Option<String>,
    limits: Option<Limits>,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Terminal").field("address", &self.address).field("https", &self.tls.is_some()).finish_non_exhaustive()
    }
}

impl Terminal {
    /// A terminal at an address, protected as the target says.
    ///
    /// # Errors
    /// [`KaspiError::BadCall`] when the name, the authority or the fingerprint cannot be used.
    pub fn new(target: &KaspiTarget) -> Result<Self, KaspiError> {
        let bad = |detail: String| KaspiError::BadCall { detail };
        let named = |trust: Trust, name: &str| {
            let config = trust::client_config(&trust).map_err(|error| bad(error.to_string()))?;
            let name = ServerName::try_from(name.to_owned()).map_err(|_| bad(format!("{name:?} is no name of a terminal")))?;
            Ok(http::Tls { config: Arc::new(config), name })
        };
        // Where the name is not verified it is only a greeting.
        const ANY_NAME: &str = "pos.kaspipos.kz";
        let tls = match &target.protection {
            Protection::HttpsName { name } => Some(named(Trust::System, name)?),
            Protection::HttpsAuthority { name, ca_pem } => Some(named(Trust::Authority { pem: ca_pem.clone() }, name)?),
            Protection::HttpsPinned { sha256 } => Some(named(Trust::Pinned { sha256: sha256.clone() }, ANY_NAME)?),
            Protection::HttpsUnverified => Some(named(Trust::Anybody, ANY_NAME)?),
            Protection::Http | Protection::HttpWithToken => None,
        };
        Ok(Self {
            address: with_port(&target.address, TERMINAL_PORT),
            // Without protection there is no token, and one that we have must not cross the network in the open.
            sends_token: tls.is_some() || target.protection == Protection::HttpWithToken,
            access_token: target.access_token.clone(),
            tls,
            terminal_id: target.terminal_id.clone(),
            limits: None,
        })
    }

    /// The same terminal with limits of one's own for every call.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// The same terminal with another access token.
    #[must_use]
    pub fn with_token(mut self, access_token: &str) -> Self {
        self.access_token = Some(access_token.to_owned());
        self
    }

    /// Makes one call, once.
    ///
    /// # Errors
    /// [`KaspiError`]: first what is wrong with the call, then the connection, then the terminal's own refusal.
    pub async fn call(&self, call: &KaspiCall) -> Result<KaspiAnswer, KaspiError> {
        let request = self.request(call)?;
        let answer = if matches!(call, KaspiCall::Register { .. }) { REGISTER_ANSWER } else { CALL_ANSWER };
        let usual = if matches!(call, KaspiCall::Probe) { PROBE } else { Limits { connect: CONNECT, answer } };
        let limits = self.limits.unwrap_or(usual);
        let answer = http::get(&self.address, self.tls.as_ref(), &request, limits).await?;
        envelope::read(call, answer.status, &answer.body)
    }

    fn request(&self, call: &KaspiCall) -> Result<Vec<u8>, KaspiError> {
        let (path, query) = path_and_query(call)?;
        let query: Vec<(&str, &str)> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let mut headers = Vec::new();
        let wants_token = self.sends_token && !matches!(call, KaspiCall::Probe | KaspiCall::Register { .. });
        if let Some(token) = self.access_token.as_ref().filter(|token| wants_token && !token.is_empty()) {
            headers.push(("accesstoken", token.as_str()));
        }
        if let (Some(id), KaspiCall::Status { .. } | KaspiCall::Actualize { .. }) = (&self.terminal_id, call) {
            headers.push(("terminalId", id.as_str()));
        }
        Ok(http::request(&self.host(), path, &query, &headers))
    }

    /// What the request calls the terminal. Under TLS it is the name that the handshake greeted and the certificate is for:
    /// servers that compare the two refuse anything else, and one that does not look takes any. In the open it is the address.
    fn host(&self) -> String {
        let name = self.tls.as_ref().map(|tls| &tls.name);
        match (name, self.address.rsplit_once(':')) {
            (Some(ServerName::DnsName(name)), Some((_, port))) => format!("{}:{port}", name.as_ref()),
            _ => self.address.clone(),
        }
    }

    /// Makes this till known; waits for a person at the terminal.
    ///
    /// # Errors
    /// As [`Self::call`]; `RegistrationRefused` when refused or when the name is known already.
    pub async fn register(&self, name: &str) -> Result<KaspiTokens, KaspiError> {
        match self.call(&KaspiCall::Register { name: name.to_owned() }).await? {
            KaspiAnswer::Tokens(tokens) => Ok(tokens),
            other => Err(misread(&other)),
        }
    }

    /// A new pair of tokens; the old one is dead from the moment the terminal answers.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn refresh(&self, name: &str, refresh_token: &str) -> Result<KaspiTokens, KaspiError> {
        let call = KaspiCall::Refresh { name: name.to_owned(), refresh_token: refresh_token.to_owned() };
        match self.call(&call).await? {
            KaspiAnswer::Tokens(tokens) => Ok(tokens),
            other => Err(misread(&other)),
        }
    }

    /// Starts a payment of whole tenge and gives the id of its process.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn payment(&self, amount_tenge: i64, own_cheque: bool) -> Result<String, KaspiError> {
        match self.call(&KaspiCall::Payment { amount_tenge, own_cheque }).await? {
            KaspiAnswer::Started { process_id } => Ok(process_id),
            other => Err(misread(&other)),
        }
    }

    /// Starts a refund of whole tenge, quoting the original's order number (QR) or rrn (card).
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn refund(
        &self,
        amount_tenge: i64,
        method: KaspiMethod,
        transaction_id: &str,
        own_cheque: bool,
    ) -> Result<String, KaspiError> {
        let call = KaspiCall::Refund { amount_tenge, method, transaction_id: transaction_id.to_owned(), own_cheque };
        match self.call(&call).await? {
            KaspiAnswer::Started { process_id } => Ok(process_id),
            other => Err(misread(&other)),
        }
    }

    /// How far a process is.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn status(&self, process_id: &str) -> Result<KaspiProcess, KaspiError> {
        self.process(KaspiCall::Status { process_id: process_id.to_owned() }).await
    }

    /// Asks the bank about a process whose status is unknown.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn actualize(&self, process_id: &str) -> Result<KaspiProcess, KaspiError> {
        self.process(KaspiCall::Actualize { process_id: process_id.to_owned() }).await
    }

    async fn process(&self, call: KaspiCall) -> Result<KaspiProcess, KaspiError> {
        match self.call(&call).await? {
            KaspiAnswer::Process(process) => Ok(*process),
            other => Err(misread(&other)),
        }
    }

    /// Which terminal this is: also the health check.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn device_info(&self) -> Result<TerminalIdentity, KaspiError> {
        match self.call(&KaspiCall::DeviceInfo).await? {
            KaspiAnswer::Device(identity) => Ok(identity),
            other => Err(misread(&other)),
        }
    }

    /// Whether a terminal answers at this address; shows nothing on it.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn probe(&self) -> Result<(), KaspiError> {
        self.call(&KaspiCall::Probe).await.map(|_| ())
    }
}

fn misread(answer: &KaspiAnswer) -> KaspiError {
    KaspiError::Unreadable { detail: format!("an answer of another kind: {answer:?}") }
}

type Query = Vec<(&'static str, String)>;

fn path_and_query(call: &KaspiCall) -> Result<(&'static str, Query), KaspiError> {
    let bad = |detail: &str| Err(KaspiError::BadCall { detail: detail.to_owned() });
    Ok(match call {
        KaspiCall::Register { name } if name.trim().is_empty() => return bad("the till needs a name"),
        KaspiCall::Register { name } => ("/v2/register", vec![("name", name.clone())]),
        KaspiCall::Refresh { name, refresh_token } => ("/v2/revoke", vec![("name", name.clone()), ("refreshToken", refresh_token.clone())]),
        KaspiCall::Payment { amount_tenge, .. } | KaspiCall::Refund { amount_tenge, .. } if *amount_tenge <= 0 => {
            return bad("the amount must be positive");
        }
        KaspiCall::Payment { amount_tenge, own_cheque } => {
            ("/v2/payment", vec![("amount", amount_tenge.to_string()), ("owncheque", own_cheque.to_string())])
        }
        KaspiCall::Refund { method: KaspiMethod::Alaqan, .. } => return bad("a palm is paid back as qr or as card"),
        KaspiCall::Refund { transaction_id, .. } if transaction_id.trim().is_empty() => {
            return bad("a refund quotes the original's order number or rrn");
        }
        KaspiCall::Refund { amount_tenge, method, transaction_id, own_cheque } => (
            "/v2/refund",
            vec![
                ("amount", amount_tenge.to_string()),
                ("method", method.code().to_owned()),
                ("transactionId", transaction_id.clone()),
                ("owncheque", own_cheque.to_string()),
            ],
        ),
        KaspiCall::Status { process_id } => ("/v2/status", vec![("processId", process_id.clone())]),
        KaspiCall::Actualize { process_id } => ("/v2/actualize", vec![("processId", process_id.clone())]),
        KaspiCall::DeviceInfo => ("/v2/deviceinfo", vec![]),
        KaspiCall::Probe => ("/v2/status", vec![("processId", "0".to_owned())]),
    })
}

#[cfg(test)]
mod tests;
