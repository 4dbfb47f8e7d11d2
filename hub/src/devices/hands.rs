//! Drivers at work: what the hub holds in memory of its devices, and the hooks that start and feed them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use duken_agent::discovery::Sighting;
use duken_agent::printer::Profiles;
use duken_kernel::writer::Committed;
use duken_protocol::device::{DeviceKind, FoundDevice, Job, Outcome, Reason};
use duken_protocol::link::HubMessage;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::drivers::{Driver, Gate, lost, not_begun};
use super::links::Links;
use super::neighbours::Neighbours;
use super::pairing::{Pairing, Reached};
use super::registry::Registry;
use super::{commands, jobs, queries, registering, terminals, worker};
use crate::config::Config;
use crate::hub::{App, Hub};
use crate::live::notice;

/// The topic on which cards of devices move, for the drivers.
pub(super) const CARDS: &str = "device";

/// Drivers at work.
#[derive(Default)]
pub struct Devices {
    pub(super) registry: Registry,
    pub(super) links: Links,
    pub(super) pairing: Pairing,
    pub(super) neighbours: Neighbours,
    own: OnceLock<Arc<dyn Driver>>,
    profiles: OnceLock<Arc<Profiles>>,
    running: OnceLock<(Handle, watch::Receiver<bool>)>,
    workers: Mutex<BTreeMap<i64, Arc<Notify>>>,
    token_locks: Mutex<BTreeMap<i64, Arc<tokio::sync::Mutex<()>>>>,
}

impl Devices {
    /// Drives the hub's own devices by something else than the library; before [`Devices::start`].
    pub fn drive_with(&self, driver: Arc<dyn Driver>) {
        let _first_wins = self.own.set(driver);
    }

    /// The printer profiles in use: the bundled ones, and over them those of the configured folder.
    #[must_use]
    pub fn profiles(&self, config: &Config) -> Arc<Profiles> {
        let read = || match config.profiles() {
            Ok(profiles) => Arc::new(profiles),
            // The folder was read when the program started; one that was broken since must not stop the printers.
            Err(error) => {
                tracing::error!(%error, "the folder of printer profiles cannot be read: the bundled ones are used");
                Arc::new(Profiles::bundled())
            }
        };
        self.profiles.get_or_init(read).clone()
    }

    /// The hub serves HTTPS with this authority (SHA-256, 64 hexadecimal digits) at this port: agents pin it.
    pub fn is_reached(&self, fingerprint: String, port: u16) {
        self.pairing.is_reached(Reached { fingerprint, port });
    }

    /// Takes in who was seen on the network.
    pub fn seen(&self, app: &App, sighting: Sighting) {
        if self.neighbours.heard(sighting) {
            app.live.publish(&notice("devices", json!({ "found": true })));
        }
    }

    /// Starts the drivers: what was under way when the program ended is settled as unknown, what waits goes on.
    /// Must be called inside the runtime, before requests are served.
    pub fn start(&self, app: &App, stop: watch::Receiver<bool>) {
        if self.running.set((Handle::current(), stop)).is_err() {
            return;
        }
        if self.own.get().is_none() {
            self.drive_with(super::own::start(app));
        }
        if let Err(reject) = app.run_and_wait(app.own_caller().to_close(), commands::interrupt_all()) {
            tracing::error!(%reject, "jobs that were under way cannot be settled");
        }
        self.set_devices(app);
        self.spawn(give_up(Arc::downgrade(app), self.links.clone()));
        match app.read_now(|read| Ok(jobs::open_devices(read)?)) {
            Ok(waiting) => waiting.into_iter().for_each(|device| self.wake(app, device)),
            Err(reject) => tracing::error!(%reject, "waiting jobs cannot be read"),
        }
    }

    /// Hears of a durable group.
    pub fn committed(&self, app: &App, committed: &Committed) {
        // Drivers are started on the hub's runtime; this is called on a thread outside it.
        let _inside = self.running.get().map(|(runtime, _)| runtime.enter());
        for notice in &committed.notices {
            match notice.topic.as_str() {
                terminals::TOPIC => terminals::saved(app, notice),
                jobs::TOPIC => {
                    let device = notice.payload.get("device").and_then(|v| v.as_str()).and_then(|v| v.parse().ok());
                    if let Some(device) = device {
                        self.wake(app, device);
                    }
                }
                CARDS => self.set_devices(app),
                registering::TOPIC => registering::asked(app, notice),
                _ => {}
            }
        }
    }

    /// Runs a task in the hub's runtime; nothing before [`Devices::start`].
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some((runtime, _)) = self.running.get() {
            runtime.spawn(task);
        }
    }

    /// Lets a device's worker look at its queue.
    pub(super) fn wake(&self, app: &App, device: i64) {
        let Some((runtime, stop)) = self.running.get() else { return };
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let wake = workers.entry(device).or_insert_with(|| {
            let wake = Arc::new(Notify::new());
            runtime.spawn(worker::work(app.clone(), device, wake.clone(), stop.clone()));
            wake
        });
        wake.notify_one();
    }

    /// Hands every driver the devices it drives.
    fn set_devices(&self, app: &App) {
        let read = app.read_now(|read| Ok((queries::devices(read)?, queries::agents(read)?)));
        let (devices, agents) = match read {
            Ok(read) => read,
            Err(reject) => {
                tracing::error!(%reject, "the cards of devices cannot be read");
                return;
            }
        };
        let of = |agent: Option<i64>| {
            let in_use = devices.iter().filter(|device| device.card.agent == agent && !device.card.archived);
            in_use.map(super::Device::description).collect::<Vec<_>>()
        };
        if let Some(own) = self.own.get() {
            own.set_devices(of(None));
        }
        for agent in agents {
            self.links.send(agent.id, HubMessage::Devices { devices: of(Some(agent.id)) });
        }
        // A terminal says nothing by itself: its worker asks it.
        let terminals = devices.iter().filter(|device| device.card.kind == DeviceKind::Terminal && !device.card.archived);
        terminals.for_each(|terminal| self.wake(app, terminal.id));
    }

    /// Runs a job by the hub itself or by an agent, to its end. The gate is asked before the first byte leaves this machine.
    pub(super) async fn submit(&self, app: &App, agent: Option<i64>, job: Job, gate: Gate) -> Outcome {
        match (agent, self.own.get()) {
            (Some(agent), _) => {
                let work = job.work.clone();
                if self.links.address(agent).is_none() {
                    return not_begun(&work, Reason::Offline, "the agent is not connected");
                }
                if let Err(detail) = gate().await {
                    return not_begun(&work, Reason::Interrupted, detail);
                }
                let outcome = self.links.submit(agent, job, app.clock.running_ms());
                outcome.await.unwrap_or_else(|_| lost(&work, "the job was forgotten"))
            }
            (None, Some(own)) => own.submit(job, gate).await,
            (None, None) => not_begun(&job.work, Reason::UnknownDevice, "the drivers are not started"),
        }
    }

    /// The outcome of a job is on disk: whoever drove it may forget it.
    pub(super) fn stored(&self, agent: Option<i64>, job: Uuid) {
        if let Some(agent) = agent {
            self.links.stored(agent, job);
        }
    }

    /// What is plugged in at the hub's machine. Blocks while it looks.
    pub(super) fn own_found(&self) -> Vec<FoundDevice> {
        self.own.get().map(|own| own.found()).unwrap_or_default()
    }

    /// One refresh of a terminal's tokens at a time.
    pub(super) fn token_lock(&self, device: i64) -> Arc<tokio::sync::Mutex<()>> {
        self.token_locks.lock().unwrap_or_else(PoisonError::into_inner).entry(device).or_default().clone()
    }
}

/// Gives up jobs of agents that stay away, for as long as the hub lives.
async fn give_up(app: Weak<Hub>, links: Links) {
    let mut pace = tokio::time::interval(Duration::from_millis(500));
    loop {
        pace.tick().await;
        let Some(app) = app.upgrade() else { return };
        links.give_up(app.clock.running_ms());
    }
}
