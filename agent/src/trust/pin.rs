//! Trust by fingerprint: in one authority or certificate, in whoever answers, or in nobody.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::Fingerprint;

/// Which certificates are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Only(Fingerprint),
    Any,
    None,
}

/// What is expected, and what was shown.
///
/// The pinned certificate may be the last of the chain (an authority) or the server's own, whatever its dates. The name is
/// not looked at: a hub's addresses change, its authority does not, and it vouches for that one hub only. Signatures are
/// always checked: the other side must hold the key.
#[derive(Debug)]
pub struct Pin {
    expected: Expected,
    shown: Mutex<Option<Fingerprint>>,
    provider: Arc<CryptoProvider>,
}

impl Pin {
    /// Trusts this fingerprint only.
    #[must_use]
    pub fn expecting(expected: Fingerprint) -> Self {
        Self::with(Expected::Only(expected))
    }

    /// Trusts nothing; only looks which certificate is shown.
    #[must_use]
    pub fn looking() -> Self {
        Self::with(Expected::None)
    }

    /// Trusts whoever answers.
    #[must_use]
    pub fn anybody() -> Self {
        Self::with(Expected::Any)
    }

    fn with(expected: Expected) -> Self {
        Self { expected, shown: Mutex::default(), provider: Arc::new(rustls::crypto::ring::default_provider()) }
    }

    /// The fingerprint that was shown last.
    #[must_use]
    pub fn found(&self) -> Option<Fingerprint> {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fingerprint that was shown last, when it is another than the expected one.
    #[must_use]
    pub fn refused(&self) -> Option<Fingerprint> {
        self.found().filter(|found| self.expected != Expected::Any && Expected::Only(*found) != self.expected)
    }

    /// The configuration of a client that trusts by this pin and speaks TLS 1.3 only, as hubs do.
    ///
    /// # Errors
    /// rustls' own, for a provider without TLS 1.3.
    pub fn client_config(self: Arc<Self>) -> Result<ClientConfig, Error> {
        let builder = ClientConfig::builder_with_provider(self.provider.clone()).with_protocol_versions(&[&rustls::version::TLS13])?;
        Ok(builder.dangerous().with_custom_certificate_verifier(self).with_no_client_auth())
    }
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let anchor = intermediates.last().unwrap_or(end_entity);
        let (own, found) = (Fingerprint::of(end_entity), Fingerprint::of(anchor));
        let shown = if self.expected == Expected::Only(own) { own } else { found };
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        match self.expected {
            Expected::Any => return Ok(ServerCertVerified::assertion()),
            Expected::Only(expected) if expected == shown => {}
            Expected::Only(_) | Expected::None => return Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
        if shown != own {
            let mut roots = RootCertStore::empty();
            roots.add(anchor.clone())?;
            let parsed = ParsedCertificate::try_from(end_entity)?;
            let between = &intermediates[..intermediates.len() - 1];
            verify_server_cert_signed_by_trust_anchor(&parsed, &roots, between, now, self.provider.signature_verification_algorithms.all)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
