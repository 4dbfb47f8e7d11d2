//! The hub's own authority and the certificate it signs.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duken_kernel::Fault;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use super::Fingerprint;
use super::addresses::PRIVATE;

/// The name of every hub on its own network.
const HUB_NAME: &str = "duken.local";
const AUTHORITY_YEARS: i16 = 15;
/// Browsers take no longer than 398 days.
const CERTIFICATE_DAYS: i64 = 397;
/// A certificate is renewed when fewer days remain.
const RENEWED_DAYS: i64 = 30;

/// What a certificate names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The machine's own name on its network, such as `kassa.local`; the authority is constrained to the one it was made with.
    pub host: Option<String>,
    /// Addresses.
    pub addresses: BTreeSet<IpAddr>,
}

/// What is kept beside the server's certificate.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    addresses: BTreeSet<IpAddr>,
    until: jiff::civil::Date,
}

/// The hub's own authority, with its files in one folder.
pub struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    host: Option<String>,
}

impl Authority {
    /// Reads the authority of a folder, or makes it: its key is readable by its owner only.
    ///
    /// # Errors
    /// [`Fault::Io`] for the files; [`Fault::Other`] when they are no authority of this hub.
    pub fn load_or_make(folder: &Path, names: &Names, today: jiff::civil::Date) -> Result<Self, Fault> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        if !folder.join("authority.pem").exists() {
            Self::make(folder, names.host.as_deref(), today)?;
        }
        let pem = fs::read_to_string(folder.join("authority.pem"))?;
        let key = KeyPair::from_pem(&fs::read_to_string(folder.join("authority.key"))?).map_err(broken)?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(broken)?;
        let issuer = Issuer::from_ca_cert_pem(&pem, key).map_err(broken)?;
        let host = fs::read_to_string(folder.join("authority.host"))?;
        Ok(Self { folder: folder.to_owned(), issuer, der, host: Some(host).filter(|host| !host.is_empty()) })
    }

    fn make(folder: &Path, host: Option<&str>, today: jiff::civil::Date) -> Result<(), Fault> {
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, format!("Duken hub {}", host.unwrap_or(HUB_NAME)));
        name.push(DnType::OrganizationName, "Duken");
        params.distinguished_name = name;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let dns = [HUB_NAME, "localhost"].into_iter().chain(host).map(|name| GeneralSubtree::DnsName(name.to_owned()));
        let networks = PRIVATE.iter().filter_map(|(network, length)| subnet(network, *length)).map(GeneralSubtree::IpAddress);
        params.name_constraints =
            Some(NameConstraints { permitted_subtrees: dns.chain(networks).collect(), excluded_subtrees: Vec::new() });
        good_from(&mut params, today, today.saturating_add(jiff::Span::new().years(AUTHORITY_YEARS)));
        let key = KeyPair::generate().map_err(broken)?;
        let certificate = params.self_signed(&key).map_err(broken)?;
        write_private(&folder.join("authority.key"), key.serialize_pem().as_bytes())?;
        write_private(&folder.join("authority.host"), host.unwrap_or("").as_bytes())?;
        write_private(&folder.join("authority.pem"), certificate.pem().as_bytes())
    }

    /// The authority's certificate, for devices that shall trust this hub.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// What people and programs know it by.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    /// The server's configuration, with a certificate for these addresses: the one that is there, or a new one when the
    /// addresses changed or it is over soon. Whether it was made anew.
    ///
    /// # Errors
    /// As [`Authority::load_or_make`].
    pub fn server(&self, addresses: &BTreeSet<IpAddr>, today: jiff::civil::Date) -> Result<(Arc<ServerConfig>, Renewed), Fault> {
        let noted = fs::read(self.folder.join("server.json")).ok().and_then(|text| serde_json::from_slice::<Signed>(&text).ok());
        let good = noted.is_some_and(|signed| {
            let left_days = today.until(signed.until).map_or(0, |left| i64::from(left.get_days()));
            signed.addresses == *addresses && left_days >= RENEWED_DAYS
        });
        if good && let Ok(config) = self.read_server() {
            return Ok((config, Renewed::No));
        }
        self.sign(addresses, today)?;
        Ok((self.read_server()?, Renewed::Yes))
    }

    fn sign(&self, addresses: &BTreeSet<IpAddr>, today: jiff::civil::Date) -> Result<(), Fault> {
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, format!("hub.{HUB_NAME}"));
        params.distinguished_name = name;
        let hub = format!("hub.{HUB_NAME}");
        for dns in [HUB_NAME, &hub, "localhost"].into_iter().chain(self.host.as_deref()) {
            params.subject_alt_names.push(SanType::DnsName(dns.try_into().map_err(broken)?));
        }
        params.subject_alt_names.extend(addresses.iter().filter(|ip| super::addresses::is_private(**ip)).map(|ip| SanType::IpAddress(*ip)));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let until = today.saturating_add(jiff::Span::new().days(CERTIFICATE_DAYS));
        good_from(&mut params, today, until);
        let key = KeyPair::generate().map_err(broken)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(broken)?;
        write_private(&self.folder.join("server.key"), key.serialize_pem().as_bytes())?;
        write_private(&self.folder.join("server.pem"), certificate.pem().as_bytes())?;
        write_private(&self.folder.join("server.json"), &serde_json::to_vec(&Signed { addresses: addresses.clone(), until })?)
    }

    fn read_server(&self) -> Result<Arc<ServerConfig>, Fault> {
        let certificate = CertificateDer::from_pem_file(self.folder.join("server.pem")).map_err(broken)?;
        let key = PrivateKeyDer::from_pem_file(self.folder.join("server.key")).map_err(broken)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(broken)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate, self.der.clone()], key)
            .map_err(broken)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Whether a certificate was made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewed {
    /// A new one was made.
    Yes,
    /// The one that was there is good.
    No,
}

fn subnet(network: &str, length: u8) -> Option<CidrSubnet> {
    Some(match network.parse().ok()? {
        IpAddr::V4(address) => CidrSubnet::V4(address.octets(), (u32::MAX << (32 - u32::from(length))).to_be_bytes()),
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            CidrSubnet::V6(address.octets(), mask.to_be_bytes())
        }
    })
}

/// From the day before, because clocks differ.
fn good_from(params: &mut CertificateParams, today: jiff::civil::Date, until: jiff::civil::Date) {
    let moment = |date: jiff::civil::Date| date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs());
    params.not_before = moment(today.saturating_sub(jiff::Span::new().days(1)));
    params.not_after = moment(until);
}

/// Writes a file that only its owner reads, whole or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let beside = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> Fault {
    Fault::Other(format!("the hub's certificate: {error}"))
}
