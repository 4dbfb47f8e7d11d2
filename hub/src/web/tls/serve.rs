//! HTTPS for the store's network, and the plain page that explains trust.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use duken_kernel::Fault;
use duken_kernel::context::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::addresses::own_addresses;
use super::authority::{Authority, Names, Renewed};
use crate::web::door::{self, Door, Seats, Tls};

/// How often the machine's addresses and the certificate's age are looked at.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(30);

/// The hub's authority, and the certificate that is in use.
pub struct Https {
    /// The authority.
    pub authority: Authority,
    tls: Tls,
    clock: Arc<dyn Clock>,
}

impl Https {
    /// Reads or makes the authority and the certificate in `tls` of the data folder.
    ///
    /// # Errors
    /// As [`Authority::load_or_make`].
    pub fn open(data: &Path, clock: Arc<dyn Clock>) -> Result<Arc<Self>, Fault> {
        let names = Names { host: host_name(), addresses: own_addresses() };
        let today = today(clock.as_ref());
        let authority = Authority::load_or_make(&data.join("tls"), &names, today)?;
        let (config, _) = authority.server(&names.addresses, today)?;
        Ok(Arc::new(Self { authority, tls: Tls::new(config), clock }))
    }

    /// Takes a new certificate into use when the addresses changed or the old one is over soon.
    ///
    /// # Errors
    /// As [`Authority::server`].
    pub fn renew(&self) -> Result<Renewed, Fault> {
        let (config, renewed) = self.authority.server(&own_addresses(), today(self.clock.as_ref()))?;
        if renewed == Renewed::Yes {
            self.tls.exchange(config);
        }
        Ok(renewed)
    }
}

/// Serves HTTPS until told to stop, and keeps the certificate good. The listener is bound by the caller, so that a taken
/// port is refused at once.
///
/// # Errors
/// As [`door::serve`].
pub async fn serve_https(
    https: Arc<Https>,
    listener: TcpListener,
    router: Router,
    seats: Arc<Seats>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut stopped = stop.clone();
    let renewing = https.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => break,
                () = tokio::time::sleep(LOOKED_AT_EVERY) => {}
            }
            let https = renewing.clone();
            match tokio::task::spawn_blocking(move || https.renew()).await {
                Ok(Ok(Renewed::Yes)) => tracing::info!("the addresses of this machine changed: a new certificate is in use"),
                Ok(Ok(Renewed::No)) => {}
                Ok(Err(fault)) => tracing::error!(error = &fault as &dyn std::error::Error, "no new certificate could be made"),
                Err(_) => tracing::error!("making a new certificate panicked"),
            }
        }
    });
    door::serve(listener, router, Door { seats, tls: Some(https.tls.clone()) }, stop).await
}

/// Serves the page that explains trust, and nothing else, as plain HTTP on the network.
///
/// # Errors
/// As [`door::serve`].
pub async fn serve_trust(https: Arc<Https>, listener: TcpListener, seats: Arc<Seats>, stop: watch::Receiver<bool>) -> std::io::Result<()> {
    door::serve(listener, super::trust_router(&https), Door::plain(&seats), stop).await
}

fn today(clock: &dyn Clock) -> jiff::civil::Date {
    let now = jiff::Timestamp::from_millisecond(clock.now_ms()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The machine's name on its network.
fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let first = name.trim().split('.').next()?.to_ascii_lowercase();
    let usable = !first.is_empty() && first != "localhost" && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    usable.then(|| format!("{first}.local"))
}
