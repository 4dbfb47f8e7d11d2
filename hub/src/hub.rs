//! The running hub: the writer, the readers, and what they share.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::thread::JoinHandle;

use duken_kernel::context::{Chance, Clock, SystemChance, SystemClock};
use duken_kernel::store::{Database, Pool};
use duken_kernel::vault::{Files, SecretKey};
use duken_kernel::writer::{Ballast, Caller, Committed, Request, Stepped, WriterHandle};
use duken_kernel::{Fault, Read, Reject, Schema, Tx, Writer};

use crate::config::{Config, Role};
use crate::domains;
use crate::live::Live;
use crate::settings::Settings;
use crate::staff::Sessions;
use crate::web::{Actor, Problem};

/// Shared by every route and every background worker.
pub type App = Arc<Hub>;

/// The running hub.
pub struct Hub {
    /// How it was configured.
    pub config: Config,
    /// Live readers.
    pub live: Live,
    /// Signed-in devices.
    pub sessions: Sessions,
    /// Seals secrets; makes peppers.
    pub key: SecretKey,
    /// Photos, logos, attachments.
    pub files: Files,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// What is counted.
    pub metrics: crate::web::metrics::Metrics,
    /// The node's id.
    pub node_id: String,
    /// Devices: drivers here and on agents.
    pub devices: crate::devices::Devices,
    /// The journal's way to the head office, or the head office itself.
    pub sync: crate::sync::Sync,
    /// Payments under way at terminals.
    pub payments: crate::payments::Payments,
    /// Backups under way.
    pub backups: crate::backup::Backups,
    /// The words of a new recovery sheet, while they can be printed.
    pub recovery: crate::recovery::Recovery,
    schema: Arc<Schema>,
    writer: WriterHandle,
    thread: std::sync::Mutex<Option<JoinHandle<()>>>,
    threads: bool,
    pool: Pool,
    settings: RwLock<Arc<Settings>>,
    _lock: std::fs::File,
}

/// Where the database of a hub is.
#[must_use]
pub fn database(config: &Config) -> Database {
    match &config.database {
        Some(url) => url.0.clone().into(),
        None => Database::Sqlite(database_path(&config.data)),
    }
}

/// What is kept of the disk for the day it is full.
fn ballast(config: &Config) -> Option<Ballast> {
    let bytes = u64::from(config.ballast_mib) << 20;
    (bytes > 0).then(|| Ballast::new(&config.data.join("ballast"), bytes))
}

/// The database's file in the data folder.
#[must_use]
pub fn database_path(data: &Path) -> PathBuf {
    data.join("duken.db")
}

/// One hub per data folder: a second one is refused at its start.
fn lock(data: &Path) -> Result<std::fs::File, Fault> {
    let file = std::fs::File::create(data.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(NotStarted::FolderInUse(data.to_owned()).into()),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Why a data folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// Another hub has it.
    #[error("{} is in use by another hub", .0.display())]
    FolderInUse(PathBuf),
    /// A restore broke off.
    #[error("a restore into this folder was not finished: run duken-hub restore again")]
    RestoreUnfinished,
}

impl From<NotStarted> for Fault {
    fn from(why: NotStarted) -> Self {
        Self::Io(std::io::Error::other(why))
    }
}

/// What a hub stands on, before it has a way to its writer.
struct Ground {
    config: Config,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    key: SecretKey,
    files: Files,
    schema: Arc<Schema>,
    node_id: String,
    settings: Settings,
    lock: std::fs::File,
}

impl Ground {
    fn open(config: Config, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<(Writer, Self), Fault> {
        std::fs::create_dir_all(&config.data)?;
        if crate::backup::unfinished(&config.data) {
            return Err(NotStarted::RestoreUnfinished.into());
        }
        crate::settings::vat::read_file(&config.data)?;
        let lock = lock(&config.data)?;
        let database = database(&config);
        let key = SecretKey::load_or_make(&config.data.join("secret.key"), chance.as_ref())?;
        let files = Files::in_folder(&config.data.join("files"))?;
        let schema = Arc::new(domains::schema());
        let open = || Writer::open(database.open()?, schema.clone(), clock.clone(), chance.clone());
        let writer = match ballast(&config) {
            Some(ballast) => {
                // Opening writes a little: a disk that filled up while the hub was away must not keep it from starting.
                let opened = open().or_else(|fault| if ballast.gives_way() { open() } else { Err(fault) });
                opened?.with_ballast(ballast)
            }
            None => open()?,
        };
        let node_id = writer.node_id().to_owned();
        let settings = crate::settings::read(writer.engine())?;
        Ok((writer, Self { config, clock, chance, key, files, schema, node_id, settings, lock }))
    }

    fn hub(self, writer: WriterHandle, thread: Option<JoinHandle<()>>) -> Hub {
        Hub {
            live: Live::default(),
            sessions: Sessions::default(),
            key: self.key,
            files: self.files,
            clock: self.clock,
            chance: self.chance,
            metrics: crate::web::metrics::Metrics::default(),
            node_id: self.node_id,
            devices: crate::devices::Devices::default(),
            sync: crate::sync::Sync::default(),
            payments: crate::payments::Payments::default(),
            backups: crate::backup::Backups::default(),
            recovery: crate::recovery::Recovery::default(),
            schema: self.schema,
            writer,
            threads: thread.is_some(),
            thread: std::sync::Mutex::new(thread),
            pool: Pool::new(database(&self.config), 16),
            settings: RwLock::new(Arc::new(self.settings)),
            _lock: self.lock,
            config: self.config,
        }
    }
}

impl Hub {
    /// Opens the data folder and starts the writer.
    ///
    /// # Errors
    /// [`Fault::Io`] for the folder, [`Fault::NewerDatabase`], then the engine's.
    pub fn open(config: Config) -> Result<App, Fault> {
        Self::open_with(config, Arc::new(SystemClock), Arc::new(SystemChance))
    }

    /// The same with time and chance handed in.
    ///
    /// # Errors
    /// As [`Hub::open`].
    pub fn open_with(config: Config, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<App, Fault> {
        let (writer, ground) = Ground::open(config, clock, chance)?;
        let (moved_sender, moved) = std::sync::mpsc::channel();
        let (handle, thread) = duken_kernel::writer::start(writer, move |committed| {
            let _hub_is_gone = moved_sender.send(committed);
        })?;
        let hub = Arc::new(ground.hub(handle, Some(thread)));
        let listener = Arc::downgrade(&hub);
        std::thread::Builder::new().name("committed".to_owned()).spawn(move || {
            while let Ok(committed) = moved.recv() {
                let Some(hub) = listener.upgrade() else { break };
                hub.committed(committed);
            }
        })?;
        Ok(hub)
    }

    /// A hub that makes no thread: its writer takes a step when it is told to, what takes long is done at once, and its
    /// workers are tasks of the runtime that [`Hub::start`] is called in. `wake` hears that the writer has work.
    ///
    /// # Errors
    /// As [`Hub::open`].
    pub fn open_stepped(
        config: Config,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<(App, Arc<Stepped>), Fault> {
        let (writer, ground) = Ground::open(config, clock, chance)?;
        let listener: Arc<OnceLock<Weak<Self>>> = Arc::default();
        let heard = listener.clone();
        let (handle, stepped) = duken_kernel::writer::stepped(writer, wake, move |committed| {
            if let Some(hub) = heard.get().and_then(Weak::upgrade) {
                hub.committed(committed);
            }
        });
        let hub = Arc::new(ground.hub(handle, None));
        let _first = listener.set(Arc::downgrade(&hub));
        Ok((hub, stepped))
    }

    /// Lets those who listen hear of a durable group.
    fn committed(self: &Arc<Self>, committed: Committed) {
        self.devices.committed(self, &committed);
        self.payments.committed(self, &committed);
        self.live.committed(committed);
    }

    /// Does what takes long beside the requests: on a thread of its own, or at once in a hub without threads.
    ///
    /// # Errors
    /// [`Fault::Panicked`].
    pub async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        if self.threads { tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Panicked) } else { Ok(work()) }
    }

    /// Begins what goes on by itself for long: on a thread with this name, or as a task in a hub without threads.
    ///
    /// # Errors
    /// [`Fault::Io`] when no thread can be made.
    pub fn beside(&self, name: String, work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
        if self.threads {
            std::thread::Builder::new().name(name).spawn(work)?;
        } else {
            tokio::spawn(async move { work() });
        }
        Ok(())
    }

    /// The role of this hub.
    #[must_use]
    pub fn role(&self) -> Role {
        self.config.role
    }

    /// The declared database.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The settings as they are now.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.read().map(|s| s.clone()).unwrap_or_default()
    }

    /// Takes new settings into use; called by the command that saved them, once they are durable.
    pub fn settings_changed(&self) -> Result<(), Fault> {
        let settings = self.pool.read(|read| crate::settings::read(read))?;
        if let Ok(mut slot) = self.settings.write() {
            *slot = Arc::new(settings);
        }
        Ok(())
    }

    /// The envelope of a command: who, at which till, on which business date.
    #[must_use]
    pub fn caller(&self, actor: &Actor, request: Option<Request>) -> Caller {
        let (business_date, zone_offset_min) = self.settings().date_at(self.clock.now_ms());
        Caller { request, by: actor.user, till: actor.till, business_date, zone_offset_min, ..Caller::default() }
    }

    /// The envelope of a command that the hub gives itself.
    #[must_use]
    pub fn own_caller(&self) -> Caller {
        self.caller(&Actor::default(), None)
    }

    /// Runs a command; the answer comes once it is durable (J1).
    ///
    /// # Errors
    /// The command's refusal, or that something broke.
    pub async fn run(
        &self,
        caller: Caller,
        command: impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static,
    ) -> Result<i64, Reject> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.writer.submit(caller, command, move |outcome| {
            let _caller_left = sender.send(outcome);
        });
        receiver.await.unwrap_or(Err(Reject::Fault(Fault::Stopped)))
    }

    /// Runs a command that makes its whole answer, which is heard once it is durable (J1): nothing has to be read again.
    /// Only the number is known of a repeat, whose answer was made when it first ran.
    ///
    /// # Errors
    /// As [`Hub::run`].
    pub async fn run_making<T: Send + 'static>(
        &self,
        caller: Caller,
        command: impl FnOnce(&mut Tx<'_>) -> Result<(i64, T), Reject> + Send + 'static,
    ) -> Result<(i64, Option<T>), Reject> {
        let made = Arc::new(std::sync::Mutex::new(None));
        let slot = made.clone();
        let number = self
            .run(caller, move |tx| {
                let (number, answer) = command(tx)?;
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                Ok(number)
            })
            .await?;
        let answer = made.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok((number, answer))
    }

    /// Runs a command on the calling thread's time: for workers that are threads.
    ///
    /// # Errors
    /// As [`Hub::run`].
    pub fn run_and_wait(
        &self,
        caller: Caller,
        command: impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static,
    ) -> Result<i64, Reject> {
        self.writer.submit_and_wait(caller, command)
    }

    /// Reads one consistent state, on this thread: for answers of a few rows.
    ///
    /// # Errors
    /// What the reading answers.
    pub fn read_now<T>(&self, reading: impl FnOnce(&dyn Read) -> Result<T, Reject>) -> Result<T, Reject> {
        self.pool.read(|read| reading(read))
    }

    /// Reads one consistent state on a thread of its own: for lists and reports.
    ///
    /// # Errors
    /// What the reading answers.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        reading: impl FnOnce(&dyn Read) -> Result<T, Reject> + Send + 'static,
    ) -> Result<T, Problem> {
        let hub = self.clone();
        let answer = self.aside(move || hub.pool.read(|read| reading(read))).await;
        Ok(answer.unwrap_or(Err(Reject::Fault(Fault::Panicked)))?)
    }

    /// The pool of readers, for an engine's own things.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Starts the background workers; they end when `stop` turns true.
    pub fn start(self: &Arc<Self>, stop: tokio::sync::watch::Receiver<bool>) {
        if let Err(reject) = crate::catalog::started(self) {
            tracing::error!(error = &reject as &dyn std::error::Error, "the search index could not be made");
        }
        crate::imports::started(self);
        self.sync.start(self, stop.clone());
        tokio::spawn(crate::settings::watch_clock(self.clone(), stop.clone()));
        crate::sales::start(self, stop.clone());
        crate::demo::start(self, stop.clone());
        self.devices.start(self, stop.clone());
        tokio::spawn(crate::backup::by_the_clock(self.clone(), stop.clone()));
        self.payments.start(self, stop);
    }

    /// Lets what waits finish, then stops the writer. Afterwards every command is refused.
    pub fn stop(&self) {
        self.writer.stop();
        let thread = self.thread.lock().ok().and_then(|mut slot| slot.take());
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer stopped by a panic");
        }
    }
}
