//! Announcing and looking around by multicast DNS, begun anew whenever the network changes.
//!
//! The library underneath does not recover from an interface that goes down and comes back. So its daemon is short-lived:
//! a watcher compares the interfaces every few seconds and starts a new one after any change.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use mdns_sd::{IfKind, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use super::interfaces::Interface;
use super::service::{Announcement, Neighbour, Service};

/// How discovery behaves.
pub struct DiscoveryOptions {
    /// What to announce.
    pub announce: Vec<Announcement>,
    /// What to look for.
    pub look_for: Vec<Service>,
    /// Whether to speak on loopback too: for a hub and agents on one machine.
    pub loopback: bool,
    /// Between two looks at the interfaces.
    pub watch_every: Duration,
    /// The interfaces that are up.
    pub interfaces: Box<dyn Fn() -> Vec<Interface> + Send>,
}

impl Default for DiscoveryOptions {
    fn default() -> Self {
        Self {
            announce: Vec::new(),
            look_for: Vec::new(),
            loopback: false,
            watch_every: Duration::from_secs(3),
            interfaces: Box::new(super::interfaces::interfaces),
        }
    }
}

/// News from the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    /// Somebody is there, or has changed.
    Appeared(Box<Neighbour>),
    /// Somebody said goodbye or fell silent.
    Gone {
        /// Hub or till.
        service: Service,
        /// Name of the instance.
        instance: String,
    },
    /// The network changed and everything was begun anew.
    Restarted,
}

/// Discovery at work; ends when dropped.
#[derive(Debug)]
pub struct Discovery {
    task: JoinHandle<()>,
}

impl Drop for Discovery {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Discovery {
    /// Starts to announce and to look around. Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(options: DiscoveryOptions) -> (Self, mpsc::Receiver<Sighting>) {
        let (news, receiver) = mpsc::channel(64);
        (Self { task: tokio::spawn(run(options, news)) }, receiver)
    }
}

async fn run(options: DiscoveryOptions, news: mpsc::Sender<Sighting>) {
    run_by(options, news, Running::begin).await;
}

async fn run_by(
    options: DiscoveryOptions,
    news: mpsc::Sender<Sighting>,
    begin: impl Fn(&DiscoveryOptions, &[Interface], &mpsc::Sender<Sighting>) -> mdns_sd::Result<Running>,
) {
    loop {
        let usable = usable(&options);
        let daemon = match begin(&options, &usable, &news) {
            Ok(daemon) => Some(daemon),
            Err(error) => {
                tracing::warn!(%error, "no discovery on this network; addresses by hand work");
                None
            }
        };
        loop {
            tokio::time::sleep(options.watch_every).await;
            if news.is_closed() && options.announce.is_empty() {
                return;
            }
            if daemon.is_none() || self::usable(&options) != usable {
                break;
            }
        }
        if daemon.is_none() {
            // It could not begin: nothing was said and nobody seen. Another try.
            continue;
        }
        drop(daemon);
        tracing::info!("the network changed, discovery begins anew");
        let _ = news.try_send(Sighting::Restarted);
    }
}

fn usable(options: &DiscoveryOptions) -> Vec<Interface> {
    (options.interfaces)().into_iter().filter(|interface| options.loopback || !interface.loopback).collect()
}

/// One life of the daemon.
struct Running {
    daemon: ServiceDaemon,
    _readers: JoinSet<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Says goodbye for what was announced.
        let _ = self.daemon.shutdown();
    }
}

impl Running {
    fn begin(options: &DiscoveryOptions, interfaces: &[Interface], news: &mpsc::Sender<Sighting>) -> mdns_sd::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        let kinds: Vec<IfKind> = interfaces.iter().map(|interface| IfKind::Name(interface.name.clone())).collect();
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(kinds.clone())?;
        for announcement in &options.announce {
            let host: String = announcement.id.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
            let mut service = ServiceInfo::new(
                announcement.service.type_name(),
                &announcement.instance(),
                &format!("duken-{}.local.", host.to_ascii_lowercase()),
                "",
                announcement.port,
                announcement.txt().as_slice(),
            )?
            .enable_addr_auto();
            service.set_interfaces(kinds.clone());
            daemon.register(service)?;
        }
        let mut readers = JoinSet::new();
        for &service in &options.look_for {
            let found = daemon.browse(service.type_name())?;
            let news = news.clone();
            readers.spawn(async move {
                while let Ok(event) = found.recv_async().await {
                    if let Some(sighting) = sighting(service, event)
                        && news.send(sighting).await.is_err()
                    {
                        return;
                    }
                }
            });
        }
        Ok(Self { daemon, _readers: readers })
    }
}

fn sighting(service: Service, event: ServiceEvent) -> Option<Sighting> {
    match event {
        ServiceEvent::ServiceResolved(resolved) => neighbour(service, &resolved).map(|neighbour| Sighting::Appeared(Box::new(neighbour))),
        ServiceEvent::ServiceRemoved(_, instance) => Some(Sighting::Gone { service, instance }),
        _ => None,
    }
}

fn neighbour(service: Service, resolved: &ResolvedService) -> Option<Neighbour> {
    let properties: HashMap<String, String> = resolved.get_properties().clone().into_property_map_str();
    let txt: BTreeMap<String, String> = properties.into_iter().collect();
    let addresses = resolved.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr).collect();
    Neighbour::read(service, resolved.get_fullname(), &txt, addresses, resolved.get_port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn loopback() -> Vec<Interface> {
        vec![Interface { name: "lo".into(), addresses: vec!["127.0.0.1".parse().unwrap()], loopback: true }]
    }

    fn hub(id: &str) -> Announcement {
        Announcement {
            service: Service::Hub,
            id: id.into(),
            port: 8443,
            role: "store".into(),
            hub: String::new(),
            store: "Дүкен".into(),
            fingerprint: "cd".repeat(32),
            name: "hub".into(),
        }
    }

    #[tokio::test]
    async fn what_could_not_begin_is_tried_again() {
        let id = uuid::Uuid::new_v4().to_string();
        let announce =
            || DiscoveryOptions { announce: vec![hub(&id)], loopback: true, interfaces: Box::new(loopback), ..DiscoveryOptions::default() };
        let (_announcer, _) = Discovery::start(announce());
        // The interface's name cannot be used at first, though the network stays as it is.
        let broken = Arc::new(AtomicBool::new(true));
        let (options, heard) = (announce(), Arc::clone(&broken));
        let (news, mut sightings) = mpsc::channel(64);
        let options =
            DiscoveryOptions { announce: vec![], look_for: vec![Service::Hub], watch_every: Duration::from_millis(20), ..options };
        let begin = move |options: &DiscoveryOptions, usable: &[Interface], news: &mpsc::Sender<Sighting>| {
            if heard.swap(false, Ordering::SeqCst) {
                return Err(mdns_sd::Error::Msg("not now".into()));
            }
            Running::begin(options, usable, news)
        };
        let _running = tokio::spawn(run_by(options, news, begin));
        tokio::time::timeout(Duration::from_secs(20), until_seen(&mut sightings, &id)).await.expect("seen after the second try");
        assert!(!broken.load(Ordering::SeqCst));
    }

    async fn until_seen(news: &mut mpsc::Receiver<Sighting>, id: &str) -> Neighbour {
        loop {
            match news.recv().await.unwrap() {
                Sighting::Appeared(neighbour) if neighbour.id == id => return *neighbour,
                Sighting::Appeared(_) | Sighting::Gone { .. } | Sighting::Restarted => {}
            }
        }
    }

    #[tokio::test]
    async fn a_hub_is_seen_and_seen_again_after_the_link_went_down_and_up() {
        let id = uuid::Uuid::new_v4().to_string();
        let (_announcer, _) = Discovery::start(DiscoveryOptions {
            announce: vec![hub(&id)],
            loopback: true,
            interfaces: Box::new(loopback),
            ..DiscoveryOptions::default()
        });
        let up = Arc::new(AtomicBool::new(true));
        let link = Arc::clone(&up);
        let (_browser, mut news) = Discovery::start(DiscoveryOptions {
            look_for: vec![Service::Hub],
            loopback: true,
            watch_every: Duration::from_millis(20),
            interfaces: Box::new(move || if link.load(Ordering::SeqCst) { loopback() } else { vec![] }),
            ..DiscoveryOptions::default()
        });
        let wait = Duration::from_secs(20);
        let seen = tokio::time::timeout(wait, until_seen(&mut news, &id)).await.expect("multicast on loopback");
        assert_eq!((seen.port, seen.store.as_str(), seen.fingerprint.as_str()), (8443, "Дүкен", "cdcdcdcdcdcdcdcd"));
        assert_eq!(seen.addresses, ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
        up.store(false, Ordering::SeqCst);
        while news.recv().await.unwrap() != Sighting::Restarted {}
        up.store(true, Ordering::SeqCst);
        tokio::time::timeout(wait, until_seen(&mut news, &id)).await.expect("seen again");
    }
}
