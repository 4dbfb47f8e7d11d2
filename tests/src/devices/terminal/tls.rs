//! The terminal's certificate: issued for `posN.kaspipos.kz` by an authority of the simulator's own.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

pub(super) struct Identity {
    /// The authority's certificate, to be trusted by the program under test.
    pub ca_pem: String,
    pub acceptor: TlsAcceptor,
}

/// The three files of an identity, PEM.
struct Files {
    ca: String,
    certificate: String,
    key: String,
}

impl Identity {
    /// Made anew, or read from the folder it was kept in.
    pub(super) fn open(host: &str, folder: Option<&Path>) -> io::Result<Self> {
        let files = match folder {
            Some(folder) => load(folder).or_else(|_| {
                let files = make(host)?;
                save(&files, folder)?;
                Ok::<_, io::Error>(files)
            })?,
            None => make(host)?,
        };
        let certificate = CertificateDer::from_pem_slice(files.certificate.as_bytes()).map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_slice(files.key.as_bytes()).map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(io::Error::other)?;
        Ok(Self { ca_pem: files.ca, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

fn make(host: &str) -> io::Result<Files> {
    let ca_key = KeyPair::generate().map_err(io::Error::other)?;
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.distinguished_name.push(DnType::CommonName, "Simulated kaspipos.kz authority");
    let ca_certificate = ca.self_signed(&ca_key).map_err(io::Error::other)?;
    let issuer = Issuer::new(ca, ca_key);
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let mut leaf = CertificateParams::new([host.to_owned()]).map_err(io::Error::other)?;
    leaf.distinguished_name.push(DnType::CommonName, host);
    let certificate = leaf.signed_by(&key, &issuer).map_err(io::Error::other)?;
    Ok(Files { ca: ca_certificate.pem(), certificate: certificate.pem(), key: key.serialize_pem() })
}

fn load(folder: &Path) -> io::Result<Files> {
    let read = |name: &str| fs::read_to_string(folder.join(name));
    Ok(Files { ca: read("ca.pem")?, certificate: read("terminal.pem")?, key: read("terminal.key")? })
}

fn save(files: &Files, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("ca.pem"), &files.ca)?;
    fs::write(folder.join("terminal.pem"), &files.certificate)?;
    fs::write(folder.join("terminal.key"), &files.key)
}
