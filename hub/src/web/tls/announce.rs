//! The hub tells its network where it is, and sees who else is there: `_duken-hub._tcp`, tills and printers by DNS-SD.

use std::sync::Arc;
use std::time::Duration;

use duken_agent::discovery::{Announcement, Discovery, DiscoveryOptions, Service};
use tokio::sync::watch;

use super::Https;
use crate::config::Role;
use crate::hub::App;

/// How often the store's name is looked at: a hub that was renamed announces itself anew.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(10);

/// Announces the hub, and hears who is there, until told to stop.
pub async fn announce(app: App, https: Arc<Https>, port: u16, mut stop: watch::Receiver<bool>) {
    loop {
        let now = announcement(&app, &https, port);
        let loopback = app.config.https.is_some_and(|address| address.ip().is_loopback());
        let look_for = vec![Service::Till, Service::Printer];
        let options = DiscoveryOptions { announce: vec![now.clone()], look_for, loopback, ..DiscoveryOptions::default() };
        let (discovery, mut sightings) = Discovery::start(options);
        let renamed = async {
            while announcement(&app, &https, port) == now {
                tokio::select! {
                    biased;
                    () = tokio::time::sleep(LOOKED_AT_EVERY) => {}
                    Some(sighting) = sightings.recv() => app.devices.seen(&app, sighting),
                }
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = renamed => {}
        }
        drop(discovery);
    }
}

/// What is announced: the hub's id stays, its addresses do not matter.
fn announcement(app: &App, https: &Https, port: u16) -> Announcement {
    let settings = app.settings();
    let name = if settings.store.name.is_empty() { "Duken".to_owned() } else { settings.store.name.clone() };
    let role = match app.role() {
        Role::Store => "store",
        Role::Office => "office",
    };
    Announcement {
        service: Service::Hub,
        id: app.node_id.clone(),
        port,
        role: role.to_owned(),
        hub: String::new(),
        store: settings.store.name.clone(),
        fingerprint: https.authority.fingerprint().hex(),
        name,
    }
}
