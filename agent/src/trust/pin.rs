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
///
/// A certificate that this machine's clock takes for one of the future is believed all the same: a till PC whose battery is
/// dead wakes up years ago, and its hub is who tells people of it. One that has run out is not.
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

    /// Verifies at a moment, or at the later one when the whole chain has begun to be valid.
    fn verify_chain(
        &self,
        own: &ParsedCertificate<'_>,
        roots: &RootCertStore,
        between: &[CertificateDer<'_>],
        mut at: UnixTime,
    ) -> Result<(), Error> {
        let algorithms = self.provider.signature_verification_algorithms.all;
        loop {
            match verify_server_cert_signed_by_trust_anchor(own, roots, between, at, algorithms) {
                Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. })) if not_before > at => {
                    at = not_before
                }
                verified => return verified,
            }
        }
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
            self.verify_chain(&parsed, &roots, between, now)?;
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

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::time::{Duration, SystemTime};

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::super::{NotShown, fingerprint, shows};
    use super::*;

    /// A certificate valid on these days from today, and the authority that signed it.
    fn chain(days: Range<i64>) -> Vec<CertificateDer<'static>> {
        let day = |days: i64| {
            let length = Duration::from_secs(days.unsigned_abs() * 86_400);
            (if days < 0 { SystemTime::now() - length } else { SystemTime::now() + length }).into()
        };
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
        let mut own = CertificateParams::new(["hub.local".to_owned()]).unwrap();
        (own.not_before, own.not_after) = (day(days.start), day(days.end));
        let own = own.signed_by(&KeyPair::generate().unwrap(), &root).unwrap();
        vec![own.der().clone(), root.der().clone()]
    }

    #[test]
    fn a_clock_that_is_behind_still_finds_its_hub_and_one_that_is_far_ahead_says_why_not() {
        let (today, yet_to_come, run_out) = (chain(-1..30), chain(900..930), chain(-30..-1));
        for chain in [&today, &yet_to_come] {
            assert_eq!(shows(chain, &fingerprint(&chain[1])), Ok(()));
            assert_eq!(shows(chain, &fingerprint(&run_out[1])), Err(NotShown::Another));
        }
        assert_eq!(shows(&run_out, &fingerprint(&run_out[1])), Err(NotShown::RanOut));
        let signed_by_another = [yet_to_come[0].clone(), today[1].clone()];
        assert_eq!(shows(&signed_by_another, &fingerprint(&today[1])), Err(NotShown::Another));
    }
}
