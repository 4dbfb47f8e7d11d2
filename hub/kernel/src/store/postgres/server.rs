//! Where a server is, and what it has to be.

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::faults::{fault, spelled};
use crate::refusal::Fault;

/// The oldest server that is used: 14.0, as the server itself writes it.
pub const OLDEST_SERVER: i64 = 140_000;

/// How long a server may take to answer the first word.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long sent bytes may go without an acknowledgement before the connection counts as lost.
const SILENCE: Duration = Duration::from_secs(15);

/// A server and the database on it. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Server(Config);

impl Server {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`. To another machine TLS with a certificate that
    /// this machine trusts is required, unless `sslmode=disable` is said.
    ///
    /// # Errors
    /// [`Fault::Other`] with what is wrong in it.
    pub fn parse(url: &str) -> Result<Self, Fault> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Fault::Other("a database server is named by postgres://user@host:port/database".to_owned()));
        }
        let mut config = Config::from_str(url).map_err(|error| Fault::Other(spelled(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(Fault::Other("the host of the database server is missing".to_owned()));
        }
        if config.get_dbname().is_none() {
            return Err(Fault::Other("the name of the database is missing".to_owned()));
        }
        if config.get_ssl_mode() == SslMode::Prefer && !in_clear(&config) {
            config.ssl_mode(SslMode::Require);
        }
        config.application_name("duken-hub").keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(SILENCE);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        Ok(Self(config))
    }

    /// Connects; the connection is driven by the runtime.
    pub(super) async fn connect(&self, runtime: &Handle) -> Result<Client, Fault> {
        let config = self.0.clone();
        let driven = runtime.clone();
        let connecting = runtime.spawn(async move {
            if in_clear(&config) {
                let (client, connection) = config.connect(NoTls).await?;
                driven.spawn(connection);
                return Ok(client);
            }
            let (client, connection) = config.connect(tls()).await?;
            driven.spawn(connection);
            Ok(client)
        });
        connecting.await.map_err(|_| Fault::Stopped)?.map_err(unreached)
    }
}

/// Whether the connection needs no TLS: it was asked for so, or never leaves this machine.
fn in_clear(config: &Config) -> bool {
    let here = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
    };
    match config.get_ssl_mode() {
        SslMode::Disable => true,
        SslMode::Prefer => config.get_hosts().iter().all(here),
        _ => false,
    }
}

/// A server that cannot be reached is away, whatever the reason; one that says why is believed.
fn unreached(error: tokio_postgres::Error) -> Fault {
    if error.as_db_error().is_some() { fault(error) } else { Fault::Away(spelled(&error)) }
}

/// Certificates are checked against the system's own list.
fn tls() -> MakeRustlsConnect {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        let _unreadable_ones_are_passed_over = roots.add(certificate);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    MakeRustlsConnect::new(config)
}

impl fmt::Display for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.get_hosts().first().map_or_else(String::new, |host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let port = self.0.get_ports().first().copied().unwrap_or(5432);
        write!(out, "postgres://{host}:{port}/{}", self.0.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Refuses a server that is too old, by the number it gives for itself: 150018 is 15.18.
///
/// # Errors
/// [`Fault::OldServer`].
pub fn check_version(number: i64) -> Result<(), Fault> {
    if number < OLDEST_SERVER {
        return Err(Fault::OldServer { found: format!("{}.{}", number / 10_000, number % 10_000), oldest: OLDEST_SERVER / 10_000 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_refused_by_its_number() {
        assert!(check_version(150_018).is_ok());
        assert!(check_version(OLDEST_SERVER).is_ok());
        let refused = check_version(130_021).unwrap_err();
        assert!(matches!(&refused, Fault::OldServer { found, oldest: 14 } if found == "13.21"), "{refused}");
    }

    #[test]
    fn a_server_is_shown_without_its_password() {
        let server = Server::parse("postgres://duken:s3cret@db.example:5433/office?sslmode=require").unwrap();
        assert_eq!(format!("{server} {server:?}").matches("s3cret").count(), 0);
        assert_eq!(server.to_string(), "postgres://db.example:5433/office");
        for wrong in ["", "office.db", "postgres://", "postgres://host", "mysql://host/office", "postgres://host/office?nonsense=1"] {
            assert!(Server::parse(wrong).is_err(), "{wrong}");
        }
    }
}
