//! Disks of simulated machines: files in memory that know what was synced and what was not.
//!
//! A machine that stops keeps what was synced; of the rest any part may be there, torn by sectors. A disk can be told
//! to fill up, to refuse writing, syncing or reading, and to stop the machine at any of its operations.

mod file;
mod locks;
mod vfs;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use file::{File, SECTOR};
pub use vfs::{install, set_randomness};

use super::dice::Dice;

/// A file in memory, shared by its handles.
pub type Shared = Rc<RefCell<File>>;

/// What a disk refuses for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No file grows.
    Full,
    /// Writing fails.
    Write,
    /// Syncing fails: what was written since the last sync may or may not be there.
    Sync,
    /// Reading fails.
    Read,
}

/// What a disk answers to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Done,
    /// No space.
    Full,
    /// The device failed.
    Failed,
}

/// What is asked of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading.
    Read,
    /// Writing; whether the file grows.
    Write {
        /// Whether the file grows.
        grows: bool,
    },
    /// Syncing.
    Sync,
}

/// How much of what was not synced is there after a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Survives {
    Nothing,
    All,
    First,
    Any,
}

/// A disk.
#[derive(Default)]
pub struct Disk {
    files: BTreeMap<String, Shared>,
    refuses: Option<(Refusal, u32)>,
    stops_after: Option<u32>,
    stops_at: Option<(&'static str, u32)>,
    stopped: Arc<AtomicBool>,
    operations: u64,
    faults: u64,
}

impl Disk {
    /// A disk with these files, all of them synced.
    #[must_use]
    pub fn with(image: &Image) -> Self {
        let files = image.0.iter().map(|(name, bytes)| (name.clone(), Rc::new(RefCell::new(File::synced(bytes.clone()))))).collect();
        Self { files, ..Self::default() }
    }

    /// What the files hold now.
    #[must_use]
    pub fn image(&self) -> Image {
        Image(self.files.iter().map(|(name, file)| (name.clone(), file.borrow().bytes().to_vec())).collect())
    }

    /// The next operations of this kind are refused: so many of them.
    pub fn refuse(&mut self, refusal: Refusal, times: u32) {
        self.refuses = (times > 0).then_some((refusal, times));
    }

    /// Whether it refuses something just now.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.refuses.is_some()
    }

    /// The disk works again.
    pub fn mend(&mut self) {
        self.refuses = None;
        self.stops_after = None;
        self.stops_at = None;
    }

    /// The machine stops at the writing operation after so many.
    pub fn stop_after(&mut self, operations: u32) {
        self.stops_after = Some(operations);
    }

    /// The machine stops when it has passed this failure point so many times; any point, when it has no name.
    pub fn stop_at(&mut self, point: &'static str, times: u32) {
        self.stops_at = Some((point, times));
    }

    /// The machine passes a failure point.
    fn passes(&mut self, point: &'static str) {
        match &mut self.stops_at {
            Some((name, 0)) if name.is_empty() || *name == point => self.stop(),
            Some((name, left)) if name.is_empty() || *name == point => *left -= 1,
            _ => {}
        }
    }

    /// Nothing reaches the disk from now on.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the machine stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether the machine stopped, for those who are not on its thread alone.
    #[must_use]
    pub fn stopped(&self) -> Arc<AtomicBool> {
        self.stopped.clone()
    }

    /// Operations that were refused so far.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.faults
    }

    /// Writing operations so far.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.operations
    }

    /// The state of the disk after the machine stopped: a fresh disk; handles of the old one are dead.
    #[must_use]
    pub fn after_stop(&self, dice: &mut Dice) -> Self {
        self.stop();
        let survives = *dice.one_of(&[Survives::Nothing, Survives::All, Survives::First, Survives::Any, Survives::Any]);
        let mut files = BTreeMap::new();
        for (name, file) in &self.files {
            if let Some(left) = file.borrow().after_stop(survives, dice) {
                files.insert(name.clone(), Rc::new(RefCell::new(File::synced(left))));
            }
        }
        Self { files, operations: self.operations, faults: self.faults, ..Self::default() }
    }

    fn file(&self, name: &str) -> Option<Shared> {
        self.files.get(name).cloned()
    }

    fn make(&mut self, name: &str) -> Shared {
        self.files.entry(name.to_owned()).or_default().clone()
    }

    fn remove(&mut self, name: &str) -> bool {
        !self.is_stopped() && self.files.remove(name).is_some()
    }

    /// Whether an operation happens.
    fn verdict(&mut self, operation: Operation) -> Verdict {
        if self.is_stopped() {
            return if operation == Operation::Read { Verdict::Done } else { Verdict::Failed };
        }
        if operation != Operation::Read {
            self.operations += 1;
            match &mut self.stops_after {
                Some(0) => {
                    self.stop();
                    return Verdict::Failed;
                }
                Some(left) => *left -= 1,
                None => {}
            }
        }
        let Some((refusal, left)) = self.refuses else { return Verdict::Done };
        let meets = match (refusal, operation) {
            (Refusal::Full, Operation::Write { grows }) => grows,
            (Refusal::Write, Operation::Write { .. }) | (Refusal::Sync, Operation::Sync) | (Refusal::Read, Operation::Read) => true,
            _ => false,
        };
        if !meets {
            return Verdict::Done;
        }
        self.faults += 1;
        self.refuses = (left > 1).then_some((refusal, left - 1));
        if refusal == Refusal::Full { Verdict::Full } else { Verdict::Failed }
    }
}

/// The bytes of all files of a disk.
#[derive(Debug, Clone, Default)]
pub struct Image(BTreeMap<String, Vec<u8>>);

/// The machine whose turn it is on this thread.
pub type Turn = Option<Rc<RefCell<Disk>>>;

/// From now on this thread's failure points are those of this machine.
pub fn turn_of(disk: Turn) {
    RUNNING.set(disk);
}

/// Hears of the failure points of this thread.
pub fn arm() {
    duken_kernel::failure::arm(|point| {
        let running = RUNNING.with_borrow(Option::clone);
        if let Some(disk) = running {
            disk.borrow_mut().passes(point);
        }
    });
}

thread_local! {
    static RUNNING: RefCell<Turn> = const { RefCell::new(None) };
    static DISKS: RefCell<BTreeMap<String, Rc<RefCell<Disk>>>> = const { RefCell::new(BTreeMap::new()) };
}

/// The disk under a folder's name, from now on, for whoever opens a database in that folder on this thread.
pub fn mount(folder: &str, disk: Disk) -> Rc<RefCell<Disk>> {
    let disk = Rc::new(RefCell::new(disk));
    DISKS.with_borrow_mut(|disks| disks.insert(folder.to_owned(), disk.clone()));
    disk
}

/// Takes all disks of this thread away.
pub fn unmount_all() {
    DISKS.with_borrow_mut(BTreeMap::clear);
}

/// The disk and the name within it that a path means; nothing for a path of the real machine.
fn lookup(path: &str) -> Option<(Rc<RefCell<Disk>>, String)> {
    let (folder, name) = path.rsplit_once('/')?;
    DISKS.with_borrow(|disks| disks.get(folder).map(|disk| (disk.clone(), name.to_owned())))
}
