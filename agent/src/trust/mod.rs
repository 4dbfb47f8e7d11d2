//! Whom to believe on TLS: public authorities, one authority, exactly one certificate, or nobody.

mod authority;
mod fingerprint;
mod pin;

use std::sync::{Arc, LazyLock};

pub use fingerprint::{Fingerprint, NotAFingerprint};
pub use pin::Pin;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};

/// Whom to believe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The authorities that this system trusts.
    System,
    /// This authority alone, or a certificate that stands in the text itself, under its own name.
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
    Fingerprint::of(certificate_der).hex()
}

/// Puts a fingerprint as people write it into the form of [`fingerprint`].
///
/// # Errors
/// [`TrustError::BadFingerprint`].
pub fn parse_fingerprint(text: &str) -> Result<String, TrustError> {
    text.parse().map(|fingerprint: Fingerprint| fingerprint.hex()).map_err(|NotAFingerprint| TrustError::BadFingerprint)
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
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError::Setup(error.to_string()))?;
    let config = match trust {
        Trust::System => builder.with_root_certificates(Arc::clone(&SYSTEM)).with_no_client_auth(),
        Trust::Authority { pem } => {
            let certificates: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
            let verifier = authority::Authority::new(certificates.map_err(|_| TrustError::BadAuthority)?, provider())?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        Trust::Pinned { sha256 } => {
            let expected: Fingerprint = sha256.parse().map_err(|NotAFingerprint| TrustError::BadFingerprint)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Pin::expecting(expected))).with_no_client_auth()
        }
        Trust::Anybody => builder.dangerous().with_custom_certificate_verifier(Arc::new(Pin::anybody())).with_no_client_auth(),
    };
    Ok(config)
}

/// Why a chain does not show a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotShown {
    /// It does, but it has run out by the clock of this machine.
    RanOut,
    /// Another is shown, or signatures do not hold.
    Another,
}

/// Checks that a chain as it was served, the server's own certificate first, shows the pinned certificate: it is the
/// server's own, or the authority at the end of the chain, which really signed the server's.
///
/// # Errors
/// [`NotShown`].
pub fn shows(chain: &[CertificateDer<'_>], sha256: &str) -> Result<(), NotShown> {
    let (Some((own, rest)), Ok(expected)) = (chain.split_first(), sha256.parse()) else { return Err(NotShown::Another) };
    let Ok(any_name) = ServerName::try_from("hub.local") else { return Err(NotShown::Another) };
    match Pin::expecting(expected).verify_server_cert(own, rest, &any_name, &[], UnixTime::now()) {
        Ok(_) => Ok(()),
        Err(Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => Err(NotShown::RanOut),
        Err(_) => Err(NotShown::Another),
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
