//! The last known state of one device; each change is an event.

use std::sync::{Mutex, PoisonError};

use duken_protocol::device::{DeviceEvent, DeviceReport, DeviceState};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Event;

pub(super) struct StateCell {
    report: Mutex<DeviceReport>,
    events: mpsc::Sender<Event>,
}

impl StateCell {
    pub(super) fn new(device_id: &str, events: mpsc::Sender<Event>) -> Self {
        let report = plain(device_id, DeviceState::Unknown, "");
        Self { report: Mutex::new(report), events }
    }

    pub(super) fn get(&self) -> DeviceReport {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes a state; tells it when it differs from the last one.
    pub(super) fn set(&self, report: DeviceReport) {
        {
            let mut own = self.report.lock().unwrap_or_else(PoisonError::into_inner);
            if *own == report {
                return;
            }
            *own = report.clone();
        }
        if self.events.try_send(Event { event: DeviceEvent::State(report), at: Instant::now() }).is_err() {
            tracing::debug!("nobody takes the news of devices");
        }
    }

    /// Notes a state about which nothing else is known.
    pub(super) fn set_plain(&self, state: DeviceState, detail: &str) {
        let device_id = self.get().device_id;
        self.set(plain(&device_id, state, detail));
    }
}

fn plain(device_id: &str, state: DeviceState, detail: &str) -> DeviceReport {
    DeviceReport { device_id: device_id.to_owned(), state, detail: detail.to_owned(), drawer_open: None, drawer_level: None }
}
