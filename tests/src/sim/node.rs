//! One machine of the chain: a disk, a clock, and, while it is up, a hub that runs as it does in production.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use duken_hub::config::{Config, Role};
use duken_hub::hub::{App, Hub};
use duken_hub::sync::store::{Answering, Line};
use duken_kernel::Fault;
use duken_kernel::context::Clock;
use duken_kernel::journal::OWN;
use duken_kernel::writer::Stepped;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::Instant;
use tower::ServiceExt;

use super::agents::Agent;
use super::devices::{Shared, Wires};
use super::dice::{Dice, NodeChance};
use super::disk::{self, Disk, Image};

/// A request on a wire.
#[derive(Debug, Clone)]
pub struct Wire {
    /// `POST` and so on.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer on a wire.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The session's cookie, when one was set.
    pub cookie: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Who waits for an answer of a head office.
pub type LineBack = oneshot::Sender<Option<(StatusCode, Vec<u8>)>>;

/// What leaves a machine.
pub enum Out {
    /// The answer to a request that came in under this number.
    Answer(u64, Reply),
    /// A request of this machine to its head office.
    Call(Wire, LineBack),
}

/// What leaves a machine, until the network takes it. A machine that has stopped says nothing more.
#[derive(Clone)]
pub struct Outbox {
    waiting: Arc<Mutex<Vec<Out>>>,
    mute: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
}

impl Outbox {
    fn push(&self, out: Out) {
        if self.mute.load(Ordering::Relaxed) && self.stopped.load(Ordering::Relaxed) {
            return;
        }
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(out);
    }

    fn take(&self) -> Vec<Out> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Line for Outbox {
    fn call(&self, request: reqwest::Request) -> Answering {
        let headers = request.headers().iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let url = request.url();
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        let wire = Wire { method: request.method().to_string(), path, headers: headers.collect(), body };
        let (back, answer) = oneshot::channel();
        self.push(Out::Call(wire, back));
        Box::pin(async move {
            let (status, body) = answer.await.ok().flatten()?;
            let mut response = axum::http::Response::new(body);
            *response.status_mut() = status;
            Some(response.into())
        })
    }
}

/// The clock of a machine: the world's time since it was switched on, and how wrong it is.
pub struct NodeClock {
    began_ms: i64,
    began: Instant,
    wrong_ms: Arc<AtomicI64>,
}

impl Clock for NodeClock {
    fn now_ms(&self) -> i64 {
        // Outside its runtime a machine does nothing that asks for the time.
        let runs_ms = tokio::runtime::Handle::try_current().map_or(0, |_| self.began.elapsed().as_millis());
        self.began_ms + i64::try_from(runs_ms).unwrap_or(0) + self.wrong_ms.load(Ordering::Relaxed)
    }
}

/// A machine that is switched on.
struct Life {
    app: App,
    router: Router,
    outbox: Outbox,
    began: Instant,
    began_ms: i64,
    stepped: Arc<Stepped>,
    _stop: watch::Sender<bool>,
    runtime: tokio::runtime::Runtime,
}

/// A machine.
pub struct Node {
    /// What it is called in the history.
    pub name: String,
    /// Store or head office.
    pub role: Role,
    /// Its disk.
    pub disk: Rc<RefCell<Disk>>,
    /// Its id in the chain, once it was on.
    pub id: String,
    /// How often it was switched on.
    pub boots: u64,
    /// How often it was switched off.
    pub stops: u64,
    /// When it was last seen alive before it stopped, by the world's clock.
    pub stopped_ms: i64,
    /// The devices that hang on it.
    pub devices: Option<Shared>,
    folder: PathBuf,
    wrong_ms: Arc<AtomicI64>,
    alive_ms: Arc<AtomicI64>,
    life: Option<Life>,
}

/// How often a machine is seen alive.
const HEARTBEAT_MS: u64 = 100;
/// The log is swept after so many groups.
const SWEEP_GROUPS: u64 = 12;

impl Node {
    /// A machine that is switched off. `folder` holds its key; its database lies on the simulated disk.
    #[must_use]
    pub fn new(name: &str, role: Role, folder: &Path, image: &Image) -> Self {
        let folder = folder.join(name);
        let disk = disk::mount(&folder.to_string_lossy(), Disk::with(image));
        Self {
            name: name.to_owned(),
            role,
            disk,
            id: String::new(),
            boots: 0,
            stops: 0,
            stopped_ms: 0,
            devices: None,
            folder,
            wrong_ms: Arc::default(),
            alive_ms: Arc::default(),
            life: None,
        }
    }

    /// Whether it is on and has not stopped.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.life.is_some() && !self.disk.borrow().is_stopped()
    }

    /// Whether it was on and has stopped.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.life.is_some() && self.disk.borrow().is_stopped()
    }

    /// Sets its clock wrong by so much more.
    pub fn jump(&self, by_ms: i64) {
        self.wrong_ms.fetch_add(by_ms, Ordering::Relaxed);
    }

    /// How wrong its clock is.
    #[must_use]
    pub fn wrong_ms(&self) -> i64 {
        self.wrong_ms.load(Ordering::Relaxed)
    }

    /// Switches it on. The hub opens what lies on the disk.
    ///
    /// # Errors
    /// What opening the hub answers.
    ///
    /// # Panics
    /// When there is no runtime to be had.
    pub fn boot(&mut self, now_ms: i64, dice: Dice) -> Result<(), Fault> {
        self.boots += 1;
        disk::turn_of(Some(self.disk.clone()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let inside = runtime.enter();
        let began = Instant::now();
        let clock = Arc::new(NodeClock { began_ms: now_ms, began, wrong_ms: self.wrong_ms.clone() });
        let config = Config { role: self.role, data: self.folder.clone(), ballast_mib: 0, ..Config::default() };
        let wake = Arc::new(Notify::new());
        let woken = wake.clone();
        let opened = Hub::open_stepped(config, clock, Arc::new(NodeChance::new(dice)), move || woken.notify_one());
        let (app, stepped) = opened?;
        self.id.clone_from(&app.node_id);
        let outbox = Outbox { waiting: Arc::default(), mute: Arc::default(), stopped: self.disk.borrow().stopped() };
        app.sync.store.reach_by(Arc::new(outbox.clone()));
        if let Some(devices) = &self.devices {
            let (devices, hub) = (devices.clone(), Arc::downgrade(&app));
            app.devices.drive_with(Arc::new(Wires { devices, hub, stopped: self.disk.borrow().stopped() }));
        }
        runtime.spawn(write(stepped.clone(), wake));
        runtime.spawn(live(self.alive_ms.clone(), now_ms, began, self.disk.borrow().stopped()));
        let (stop, stopping) = watch::channel(false);
        app.start(stopping);
        if let Some(devices) = &self.devices {
            let rows = app.read_now(|read| Ok(read.rows("SELECT id FROM agent WHERE node = ?1", &[OWN.into()])?));
            let ids: Vec<i64> = rows.into_iter().flatten().filter_map(|row| row.get(0).ok()).collect();
            for id in ids {
                let (devices, stopped) = (devices.clone(), self.disk.borrow().stopped());
                runtime.spawn(Agent { id, devices, hub: Arc::downgrade(&app), stopped }.live());
            }
        }
        drop(inside);
        let router = duken_hub::web::server::router(&app);
        self.life = Some(Life { app, router, outbox, began, began_ms: now_ms, stepped, _stop: stop, runtime });
        Ok(())
    }

    /// What it says after it has stopped is not heard.
    pub fn mute(&self) {
        if let Some(life) = &self.life {
            life.outbox.mute.store(true, Ordering::Relaxed);
        }
    }

    /// Takes a request in; the answer leaves by the outbox.
    pub fn request(&self, number: u64, wire: Wire) {
        let Some(life) = &self.life else { return };
        let (router, outbox) = (life.router.clone(), life.outbox.clone());
        life.runtime.spawn(async move {
            let mut request = Request::builder().method(wire.method.as_str()).uri(&wire.path);
            for (name, value) in &wire.headers {
                request = request.header(name, value);
            }
            let Ok(request) = request.body(Body::from(wire.body)) else { return };
            let Ok(response) = router.oneshot(request).await;
            let status = response.status().as_u16();
            let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
            let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
            if let Ok(body) = to_bytes(response.into_body(), usize::MAX).await {
                outbox.push(Out::Answer(number, Reply { status, cookie, body: body.to_vec() }));
            }
        });
    }

    /// Lets it run until the world's time; what left it meanwhile.
    pub fn run_until(&mut self, now_ms: i64) -> Vec<Out> {
        let Some(life) = &self.life else { return Vec::new() };
        let since = Duration::from_millis(u64::try_from(now_ms - life.began_ms).unwrap_or(0));
        let until = life.began + since;
        disk::turn_of(Some(self.disk.clone()));
        life.runtime.block_on(async {
            // Whatever is ready goes first, even when no time passes.
            tokio::task::yield_now().await;
            tokio::time::sleep_until(until).await;
        });
        life.outbox.take()
    }

    /// Switches it off at once. Of what was not synced, some is lost.
    pub fn stop(&mut self, dice: &mut Dice) {
        let fresh = self.disk.borrow().after_stop(dice);
        if let Some(life) = self.life.take() {
            let stepped = life.stepped.clone();
            drop(life);
            stepped.give_up();
        }
        self.stops += 1;
        self.stopped_ms = self.alive_ms.load(Ordering::Relaxed);
        self.disk = disk::mount(&self.folder.to_string_lossy(), fresh);
    }

    /// Puts another disk into a machine that is switched off.
    pub fn exchange_disk(&mut self, image: &Image) {
        self.disk = disk::mount(&self.folder.to_string_lossy(), Disk::with(image));
    }

    /// Stops the hub as an operator does, and leaves the disk as it is.
    pub fn shut_down(&mut self) {
        if let Some(life) = self.life.take() {
            let inside = life.runtime.enter();
            life.app.stop();
            drop(inside);
        }
    }

    /// Looks into the hub from inside its runtime; nothing while it is off.
    pub fn look<T>(&self, look: impl FnOnce(&App) -> T) -> Option<T> {
        let life = self.life.as_ref().filter(|_| !self.disk.borrow().is_stopped())?;
        let _inside = life.runtime.enter();
        Some(look(&life.app))
    }
}

/// The writer of a machine: takes its steps, puts on the disk what waits for it, and copies the log now and then.
async fn write(stepped: Arc<Stepped>, wake: Arc<Notify>) {
    let mut groups = 0_u64;
    loop {
        match stepped.seals_in_ms() {
            Some(ms) => {
                let patience = Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
                let _woken_or_due = tokio::time::timeout(patience, wake.notified()).await;
            }
            None => wake.notified().await,
        }
        while stepped.step() {
            groups += 1;
            if groups.is_multiple_of(SWEEP_GROUPS) {
                let _what_is_not_copied_stays = stepped.sweep();
            }
            tokio::task::yield_now().await;
        }
        let _goes_on_waiting = stepped.seal_when_due();
    }
}

/// Notes that a machine is alive, until it stops.
async fn live(alive_ms: Arc<AtomicI64>, began_ms: i64, began: Instant, stopped: Arc<AtomicBool>) {
    while !stopped.load(Ordering::Relaxed) {
        alive_ms.store(began_ms + i64::try_from(began.elapsed().as_millis()).unwrap_or(0), Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(HEARTBEAT_MS)).await;
    }
}
