//! Connecting to the hub: TCP, TLS with the pinned certificate, and what is said on top of it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::HubAddress;
use crate::trust::{self, Trust, TrustError};

/// Longest wait for each step of connecting.
const STEP: Duration = Duration::from_secs(5);

/// Why the hub was not reached.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// No connection.
    #[error("{address} cannot be reached: {source}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The certificate is not the pinned one, or TLS failed otherwise.
    #[error("{address} is not trusted: {source}")]
    NotTrusted {
        /// Where.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The trust itself cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// Any connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection, and the certificates that were served, the server's own first; none without TLS.
pub(super) struct Dialed {
    pub stream: Box<dyn Stream>,
    pub chain: Vec<CertificateDer<'static>>,
}

/// Connects.
pub(super) async fn dial(address: &HubAddress, trust: &Trust) -> Result<Dialed, DialError> {
    let unreachable = |source| DialError::Unreachable { address: address.to_string(), source };
    let not_trusted = |source| DialError::NotTrusted { address: address.to_string(), source };
    let slow = || io::Error::from(io::ErrorKind::TimedOut);
    let tcp = timeout(STEP, TcpStream::connect(address.authority())).await.map_err(|_| unreachable(slow()))?.map_err(unreachable)?;
    let _ = tcp.set_nodelay(true);
    if !address.tls {
        return Ok(Dialed { stream: Box::new(tcp), chain: Vec::new() });
    }
    let config = trust::client_config(trust)?;
    let name = ServerName::try_from(address.host.clone()).map_err(|error| unreachable(io::Error::other(error)))?;
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, tcp);
    let tls = timeout(STEP, handshake).await.map_err(|_| unreachable(slow()))?.map_err(not_trusted)?;
    let chain = tls.get_ref().1.peer_certificates().map(|chain| chain.iter().map(|one| one.clone().into_owned()).collect());
    Ok(Dialed { stream: Box::new(tls), chain: chain.unwrap_or_default() })
}
