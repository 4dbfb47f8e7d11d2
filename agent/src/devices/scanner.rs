//! The worker of one scanner: opens it again for ever, sends each code with its moment.

use std::sync::Arc;
use std::time::Duration;

use duken_protocol::device::{DeviceDescription, DeviceEvent, DeviceState, Outcome, Reason, Work};
use tokio::sync::mpsc;

use super::state::StateCell;
use super::{Event, Task, not_done};
use crate::scanner::{Scanner, describe};

pub(super) async fn run(
    device: DeviceDescription,
    mut tasks: mpsc::Receiver<Task>,
    state: Arc<StateCell>,
    events: mpsc::Sender<Event>,
    reopen_every: Duration,
) {
    let answers = async {
        while let Some(task) = tasks.recv().await {
            let outcome = match &task.job.work {
                Work::AskState => Outcome::State { report: state.get() },
                work => not_done(work, Reason::Unsupported, "a scanner only reads"),
            };
            let _ = task.answer.send(outcome);
        }
    };
    tokio::select! {
        biased;
        () = answers => {}
        () = read(&device, &state, &events, reopen_every) => {}
    }
}

async fn read(device: &DeviceDescription, state: &StateCell, events: &mpsc::Sender<Event>, reopen_every: Duration) {
    loop {
        let mut scanner = match Scanner::open(&device.connection, device.scanner.clone()) {
            Ok(scanner) => scanner,
            Err(error) => {
                state.set_plain(DeviceState::Offline, &error.to_string());
                tokio::time::sleep(reopen_every).await;
                continue;
            }
        };
        state.set_plain(DeviceState::Ready, "");
        loop {
            match scanner.next_code().await {
                Ok(frame) => {
                    let event = DeviceEvent::Scan(describe(&device.id, &frame.bytes));
                    if events.try_send(Event { event, at: frame.at }).is_err() {
                        tracing::warn!(device = %device.id, "a scan was lost: nobody takes the news");
                    }
                }
                Err(error) => {
                    tracing::info!(device = %device.id, %error, "scanner is gone");
                    state.set_plain(DeviceState::Offline, &error.to_string());
                    break;
                }
            }
        }
        drop(scanner);
        tokio::time::sleep(reopen_every).await;
    }
}
