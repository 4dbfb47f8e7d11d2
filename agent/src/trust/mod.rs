//! Whom to believe on TLS: public authorities, one authority, exactly one certificate, or nobody.

use std::sync::{Arc, LazyLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Whom to believe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The authorities that this system trusts.
    System,
    /// This authority alone.
    Authority {
        /// Its certificate, PEM.
        pem: String,
    },
    /// This certificate, whatever its name and dates, or one that this authority signed and is shown with it.
    Pinned {
        /// Its SHA-256 in hexadecimal; colons and capitals do not matter.
        sha256: String,
    },
    /// Whoever answers.
    Anybody,
}

/// What is wrong with a [`Trust`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// No certificate in it.
    #[error("the authority's certificate cannot be read")]
    BadAuthority,
    /// Not 64 hexadecimal digits.
    #[error("a fingerprint has 64 hexadecimal digits")]
    BadFingerprint,
    /// The cryptography does not offer what TLS needs.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// SHA-256 of a certificate (DER), 64 small hexadecimal digits: how a certificate is pinned and shown.
#[must_use]
pub fn fingerprint(certificate_der: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, certificate_der).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts a fingerprint as people write it into the form of [`fingerprint`].
///
/// # Errors
/// [`TrustError::BadFingerprint`].
pub fn parse_fingerprint(text: &str) -> Result<String, TrustError> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    if digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit()) { Ok(digits) } else { Err(TrustError::BadFingerprint) }
}

/// The system's authorities, read once. A system without a list trusts nobody.
static SYSTEM: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Arc::new(roots)
});

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Makes `ring` the cryptography of libraries that ask for the process's own. Any number of calls.
pub fn install_provider() {
    // A provider that is there already stays: the first caller decides.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// TLS for a client that believes so.
///
/// # Errors
/// [`TrustError`].
pub fn client_config(trust: &Trust) -> Result<ClientConfig, TrustError> {
    let provider = provider();
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError::Setup(error.to_string()))?;
    let config = match trust {
        Trust::System => builder.with_root_certificates(Arc::clone(&SYSTEM)).with_no_client_auth(),
        Trust::Authority { pem } => {
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|_| TrustError::BadAuthority)?;
                roots.add(certificate).map_err(|_| TrustError::BadAuthority)?;
            }
            if roots.is_empty() {
                return Err(TrustError::BadAuthority);
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        Trust::Pinned { sha256 } => {
            let verifier = Fixed { sha256: Some(parse_fingerprint(sha256)?), provider };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        Trust::Anybody => {
            let verifier = Fixed { sha256: None, provider };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
    };
    Ok(config)
}

/// Believes one certificate, or any. Signatures are always checked: the other side must hold the key.
#[derive(Debug)]
struct Fixed {
    sha256: Option<String>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Fixed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(expected) = &self.sha256 else { return Ok(ServerCertVerified::assertion()) };
        if *expected == fingerprint(end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        // A hub is known by its own authority, which it shows behind its certificate: that one changes with the
        // addresses, the authority stays.
        let Some((anchor, between)) = intermediates.split_last().filter(|(anchor, _)| *expected == fingerprint(anchor)) else {
            return Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure));
        };
        let mut roots = RootCertStore::empty();
        roots.add(anchor.clone())?;
        let leaf = ParsedCertificate::try_from(end_entity)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&leaf, &roots, between, now, algorithms)?;
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
    use super::*;

    #[test]
    fn fingerprints_are_written_in_many_ways() {
        let plain = fingerprint(b"");
        assert_eq!(plain, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let pairs: Vec<&str> = (0..32).map(|at| &plain[at * 2..at * 2 + 2]).collect();
        assert_eq!(parse_fingerprint(&pairs.join(":").to_uppercase()).unwrap(), plain);
        assert_eq!(parse_fingerprint("abc"), Err(TrustError::BadFingerprint));
    }

    #[test]
    fn what_cannot_be_believed_is_refused() {
        assert_eq!(client_config(&Trust::Authority { pem: "no certificate".into() }).unwrap_err(), TrustError::BadAuthority);
        assert_eq!(client_config(&Trust::Pinned { sha256: "12".into() }).unwrap_err(), TrustError::BadFingerprint);
        assert!(client_config(&Trust::Anybody).is_ok());
    }
}
