//! The devices of a store: printers with drawers, and payment terminals, at the hub's own machine or at that of an agent
//! ([`super::agents`]). They outlive the hub's machine, and keep their own count of what reached them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use duken_hub::devices::{Boxed, Driver, Gate, not_begun};
use duken_hub::hub::{App, Hub};
use duken_kernel::Reject;
use duken_protocol::device::{
    Confirmation, DeviceDescription, FoundDevice, Job, KaspiAnswer, KaspiCall, KaspiError, Outcome, Reason, Work,
};

use super::agents::Memory;
use super::dice::Dice;
use crate::devices::terminal::{Buyer, Direct, Method, Outcome as Ending, TerminalModes};

/// What became of an attempt at the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    /// Not one byte reached it.
    Clean,
    /// Something is on it.
    Printed,
}

/// A store's devices.
pub struct Devices {
    /// By the number of the card.
    terminals: BTreeMap<i64, Direct>,
    /// By job: what became of each attempt.
    papers: BTreeMap<i64, Vec<Paper>>,
    attempts: Vec<String>,
    /// What the agents remember, by agent.
    pub(super) memories: BTreeMap<i64, Memory>,
    pub(super) dice: Dice,
    /// How many calls and jobs were spoilt.
    pub faults: u64,
    /// What ought not to have happened.
    pub wrong: Vec<String>,
}

/// Which way money went at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From buyers.
    Taken,
    /// Back to buyers.
    GivenBack,
}

/// Devices, shared by the hub's lives.
pub type Shared = Arc<Mutex<Devices>>;

/// Devices at work.
pub fn lock(devices: &Shared) -> MutexGuard<'_, Devices> {
    devices.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Devices {
    /// Devices that take their moods from these throws.
    #[must_use]
    pub fn new(dice: Dice) -> Self {
        Self {
            terminals: BTreeMap::new(),
            papers: BTreeMap::new(),
            attempts: Vec::new(),
            memories: BTreeMap::new(),
            dice,
            faults: 0,
            wrong: Vec::new(),
        }
    }

    fn terminal(&mut self, device: i64) -> &mut Direct {
        self.terminals.entry(device).or_insert_with(|| Direct::new(TerminalModes::default()))
    }

    /// What each terminal took (or gave back), whole tenge, in the order of the sums.
    #[must_use]
    pub fn moved(&self, way: Way) -> BTreeMap<i64, Vec<u64>> {
        let sums = |terminal: &Direct| {
            let mut sums = if way == Way::Taken { terminal.taken() } else { terminal.given_back() };
            sums.sort_unstable();
            sums
        };
        self.terminals.iter().map(|(device, terminal)| (*device, sums(terminal))).filter(|(_, sums)| !sums.is_empty()).collect()
    }

    /// Whether a buyer stands before a terminal, or an agent still has work for it.
    pub fn is_busy(&mut self, device: i64, now_ms: i64) -> bool {
        let has_work = self.memories.values().any(|memory| memory.has_work_for(device));
        let terminal = self.terminal(device);
        terminal.set_now(now_ms);
        terminal.waits() || has_work
    }

    /// Jobs that are on paper.
    #[must_use]
    pub fn printed(&self) -> usize {
        self.papers.values().filter(|papers| papers.contains(&Paper::Printed)).count()
    }

    fn buyer(&mut self) -> Buyer {
        let by = *self.dice.one_of(&[Method::Qr, Method::Qr, Method::Card]);
        let buyer = match self.dice.below(16) {
            0 => Buyer::Declines { by },
            1 => Buyer::Cancels,
            2 => Buyer::LosesStartAnswer { by },
            3 => Buyer::LosesStartRequest,
            4 => Buyer::LosesStatusAnswers { by, count: 3 },
            5 => Buyer::LosesStatusAnswers { by, count: 40 },
            6 => Buyer::Unknown { by, actualize_calls: Some(2), then: Ending::Success },
            7 => Buyer::Unknown { by, actualize_calls: None, then: Ending::Success },
            8 => Buyer::Unknown { by, actualize_calls: None, then: Ending::Fail },
            _ => return Buyer::Pays { by },
        };
        self.faults += 1;
        buyer
    }

    fn kaspi(&mut self, device: i64, now_ms: i64, call: &KaspiCall) -> Result<KaspiAnswer, KaspiError> {
        let starts = matches!(call, KaspiCall::Payment { .. } | KaspiCall::Refund { .. });
        let buyer = starts.then(|| self.buyer());
        let terminal = self.terminal(device);
        terminal.set_now(now_ms);
        if let Some(buyer) = buyer {
            terminal.next(buyer);
        }
        if self.dice.percent(4) {
            self.faults += 1;
            return Err(KaspiError::NeverSent { detail: "no way to the terminal".to_owned() });
        }
        let answer = self.terminal(device).call(call);
        if self.dice.percent(4) {
            self.faults += 1;
            return Err(KaspiError::AnswerLost { detail: "the answer was lost".to_owned() });
        }
        answer
    }

    /// D1: the attempt is on the hub's disk before the first byte, and never the second on paper by itself.
    fn paper(&mut self, job: &Job, queued: Result<Option<i64>, Reject>) -> Outcome {
        let attempt = job.id.to_string();
        if self.attempts.contains(&attempt) {
            self.wrong.push(format!("D1: attempt {attempt} came to the printer twice"));
        }
        self.attempts.push(attempt.clone());
        let Ok(queued) = queued else { return Outcome::not_printed(Reason::Offline, "no way to the printer") };
        let Some(queued) = queued else {
            self.wrong.push(format!("D1: attempt {attempt} came to the printer before it was on the disk"));
            return Outcome::not_printed(Reason::BadDocument, "nobody knows of it");
        };
        let papers = self.papers.entry(queued).or_default();
        if papers.contains(&Paper::Printed) {
            self.wrong.push(format!("D1: job {queued} came to the printer again, and may be on paper"));
        }
        let mood = self.dice.below(12);
        let (paper, outcome) = match mood {
            0 => (Paper::Clean, Outcome::not_printed(Reason::PaperOut, "no paper")),
            1 => (Paper::Clean, Outcome::not_printed(Reason::Offline, "switched off")),
            2 => (Paper::Printed, Outcome::unknown(Reason::LinkLost, "cut in the middle")),
            3 => (Paper::Clean, Outcome::unknown(Reason::Stalled, "no word")),
            _ => (Paper::Printed, Outcome::Printed { confirmation: Confirmation::Answered }),
        };
        self.faults += u64::from(mood < 4);
        // What may be on paper counts as if it were.
        papers.push(if matches!(outcome, Outcome::Unknown { .. }) { Paper::Printed } else { paper });
        outcome
    }
}

/// The way from one life of a hub to its devices.
pub struct Wires {
    /// The devices.
    pub devices: Shared,
    /// The hub.
    pub hub: Weak<Hub>,
    /// Whether the machine has stopped.
    pub stopped: Arc<AtomicBool>,
}

impl Driver for Wires {
    fn submit(&self, job: Job, gate: Gate) -> Boxed<Outcome> {
        let (devices, hub, stopped) = (self.devices.clone(), self.hub.clone(), self.stopped.clone());
        let (there_ms, back_ms) = {
            let mut devices = lock(&devices);
            (devices.dice.below(400), devices.dice.below(900))
        };
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(there_ms)).await;
            let Some(app) = hub.upgrade() else { return std::future::pending().await };
            if stopped.load(Ordering::Relaxed) {
                return std::future::pending().await;
            }
            if let Err(why) = gate().await {
                return not_begun(&job.work, Reason::LinkLost, why);
            }
            if stopped.load(Ordering::Relaxed) {
                return std::future::pending().await;
            }
            let outcome = carried_out(&devices, &app, &job);
            drop(app);
            tokio::time::sleep(Duration::from_millis(back_ms)).await;
            outcome
        })
    }

    fn set_devices(&self, _: Vec<DeviceDescription>) {}

    fn found(&self) -> Vec<FoundDevice> {
        Vec::new()
    }
}

/// What comes of a job at its device, in one moment.
pub(super) fn carried_out(devices: &Shared, app: &App, job: &Job) -> Outcome {
    let device = job.device_id.parse().unwrap_or(0);
    match &job.work {
        Work::Kaspi { call, .. } => {
            let answer = lock(devices).kaspi(device, app.clock.now_ms(), call);
            answer.map_or_else(|error| Outcome::KaspiFailed { error }, |answer| Outcome::Kaspi { answer })
        }
        Work::Print { .. } | Work::TestChart => {
            let attempt = job.id.to_string();
            let queued = app.read_now(|read| {
                let row = read.row("SELECT id FROM device_job WHERE attempt = ?1 AND state <> 'queued'", &[attempt.into()])?;
                Ok(row.map(|row| row.get(0)).transpose()?)
            });
            lock(devices).paper(job, queued)
        }
        Work::DrawerPulse { .. } => Outcome::Done,
        Work::AskState => Outcome::failed(Reason::Unsupported, "only work is simulated here"),
    }
}
