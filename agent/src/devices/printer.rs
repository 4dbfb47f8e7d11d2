//! The worker of one printer: a job at a time, a connection per job, and a look at it now and then while it is idle.

use std::sync::Arc;
use std::time::Duration;

use duken_protocol::device::{Connection, DeviceDescription, DeviceState, Outcome, Reason, Work};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::state::StateCell;
use super::{Gate, Task, not_done};
use crate::printer::PrinterProfile;
use crate::printer::chart::chart;
use crate::printer::document::{Document, compose};
use crate::printer::driver::{Asking, Habits, Patience, Session, Told};
use crate::printer::profile::StatusHabit;
use crate::printer::transport::Link;
use crate::raster::RenderError;

pub(super) struct PrinterWorker {
    device: DeviceDescription,
    profile: Arc<PrinterProfile>,
    patience: Patience,
    state: Arc<StateCell>,
    habits: Habits,
    /// When it was last heard of, by a look or a job.
    asked: Option<Instant>,
}

impl PrinterWorker {
    pub(super) fn new(device: DeviceDescription, profile: PrinterProfile, patience: Patience, state: Arc<StateCell>) -> Self {
        Self { device, profile: Arc::new(profile), patience, state, habits: Habits::default(), asked: None }
    }

    /// Works until nobody can hand over jobs any more and the last one is done. Between two looks lies the first of `looks`,
    /// the second while the printer cannot be reached.
    pub(super) async fn run(mut self, mut tasks: mpsc::Receiver<Task>, looks: [Duration; 2]) {
        loop {
            // A job does not wait for a look: a printer that says nothing would hold it up.
            let task = tokio::select! {
                biased;
                task = tasks.recv() => task,
                () = self.watch(looks) => continue,
            };
            let Some(task) = task else { return };
            let outcome = if task.expired() {
                not_done(&task.job.work, Reason::Expired, "it waited too long")
            } else {
                self.work(&task.job.work, task.gate).await
            };
            self.asked = Some(Instant::now());
            tracing::info!(device = %self.device.id, job = %task.job.id, outcome = outcome.code(), reason = ?outcome.reason(), "job ended");
            let _ = task.answer.send(outcome);
        }
    }

    /// Waits until it is time for a look, and looks.
    async fn watch(&mut self, [every, again]: [Duration; 2]) {
        if let Some(asked) = self.asked {
            let away = self.state.get().state == DeviceState::Offline;
            tokio::time::sleep_until(asked + if away { again } else { every }).await;
        }
        self.look().await;
        self.asked = Some(Instant::now());
    }

    async fn work(&mut self, work: &Work, gate: Gate) -> Outcome {
        match work {
            Work::Print { layout } => {
                let (layout, profile) = (layout.clone(), Arc::clone(&self.profile));
                self.print(gate, move || compose(&layout, &profile)).await
            }
            Work::TestChart => {
                let profile = Arc::clone(&self.profile);
                self.print(gate, move || chart(&profile)).await
            }
            Work::DrawerPulse { pin, on_ms, off_ms } => {
                let link = match self.open().await {
                    Ok(link) => link,
                    Err(outcome) => return not_done(work, outcome.0, &outcome.1),
                };
                let mut session = Session::new(link, &self.profile, self.patience, &mut self.habits).with_gate(gate);
                let outcome = session.pulse(*pin, *on_ms, *off_ms).await;
                session.close().await;
                outcome
            }
            Work::AskState => {
                self.look().await;
                Outcome::State { report: self.state.get() }
            }
            Work::Kaspi { .. } => Outcome::failed(Reason::Unsupported, "a printer is no terminal"),
        }
    }

    async fn open(&self) -> Result<Link, (Reason, String)> {
        Link::open(&self.device.connection, self.patience.connect).await.map_err(|error| {
            let state = if error.reason == Reason::InUse { DeviceState::Busy } else { DeviceState::Offline };
            self.state.set_plain(state, &error.detail);
            (error.reason, error.detail)
        })
    }

    async fn print(&mut self, gate: Gate, compose: impl FnOnce() -> Result<Document, RenderError> + Send + 'static) -> Outcome {
        // Drawn before the connection: a document that cannot be drawn never disturbs the printer.
        let document = match tokio::task::spawn_blocking(compose).await {
            Ok(Ok(document)) => document,
            Ok(Err(error)) => return Outcome::not_printed(Reason::BadDocument, error.to_string()),
            Err(error) => return Outcome::not_printed(Reason::BadDocument, error.to_string()),
        };
        let link = match self.open().await {
            Ok(link) => link,
            Err((reason, detail)) => return Outcome::not_printed(reason, detail),
        };
        self.state.set_plain(DeviceState::Busy, "");
        let (id, level) = (self.device.id.clone(), self.device.printer.drawer_open_level);
        let (state, mut told) = (Arc::clone(&self.state), None);
        let mut session = Session::new(link, &self.profile, self.patience, &mut self.habits).with_gate(gate);
        let outcome = session
            .print(&document, &mut |status| {
                told = Some(status);
                if status.state() != DeviceState::Ready {
                    state.set(status.report(&id, level));
                }
            })
            .await;
        session.close().await;
        match (&outcome, told) {
            (_, Some(status)) => self.state.set(status.report(&id, level)),
            (Outcome::NotPrinted { reason: Reason::NoAnswer | Reason::LinkLost, detail }, None)
            | (Outcome::Unknown { reason: Reason::NoAnswer | Reason::LinkLost | Reason::Stalled, detail }, None) => {
                self.state.set_plain(DeviceState::Error, detail);
            }
            (_, None) => self.state.set_plain(DeviceState::Unknown, ""),
        }
        outcome
    }

    /// Looks at the idle printer. A claimed USB device is left alone: opening it again and again upsets some of them.
    async fn look(&mut self) {
        if matches!(self.device.connection, Connection::Usb { .. }) {
            return;
        }
        let Ok(link) = self.open().await else { return };
        let mut session = Session::new(link, &self.profile, self.patience, &mut self.habits);
        let told = session.ask_state(Asking::Idle).await;
        session.close().await;
        match told {
            Ok(Told::State(status)) => self.state.set(status.report(&self.device.id, self.device.printer.drawer_open_level)),
            Ok(Told::Nothing) if self.profile.status == StatusHabit::Answers => {
                self.state.set_plain(DeviceState::Error, "the printer does not tell its state");
            }
            Ok(Told::Nonsense) => self.state.set_plain(DeviceState::Unknown, "it answers every question with the same byte"),
            Ok(Told::Nothing) => self.state.set_plain(DeviceState::Unknown, ""),
            Err(_) => self.state.set_plain(DeviceState::Offline, "the connection broke"),
        }
    }
}
