//! The hub's own driver: the agent's library, inside this process. Its memory of jobs is the hub's durable queue.

use std::sync::Arc;

use duken_agent::devices::{Runtime, RuntimeOptions};
use duken_agent::kaspi::Terminal;
use duken_agent::printer::Profiles;
use duken_protocol::device::{DeviceDescription, FoundDevice, Job, KaspiCall, Outcome, Work};

use super::drivers::{Boxed, Driver, Gate};
use super::events;
use crate::hub::App;

struct Own(Runtime);

impl Driver for Own {
    fn submit(&self, job: Job, gate: Gate) -> Boxed<Outcome> {
        let runtime = self.0.clone();
        Box::pin(async move {
            // A probe asks an address that is no device of the hub yet.
            if let Work::Kaspi { target, call: KaspiCall::Probe } = &job.work {
                let answer = match Terminal::new(target) {
                    Ok(terminal) => terminal.call(&KaspiCall::Probe).await,
                    Err(error) => Err(error),
                };
                return match answer {
                    Ok(answer) => Outcome::Kaspi { answer },
                    Err(error) => Outcome::KaspiFailed { error },
                };
            }
            let id = job.id;
            let outcome = runtime.submit_through(job, gate).await;
            runtime.stored(id);
            outcome
        })
    }

    fn set_devices(&self, devices: Vec<DeviceDescription>) {
        self.0.set_devices(&devices);
    }

    fn found(&self) -> Vec<FoundDevice> {
        duken_agent::discovery::plugged_in(self.0.profiles())
    }
}

/// Starts the library; its events are heard until the hub stops. Must be called inside the runtime.
pub(super) fn start(app: &App) -> Arc<dyn Driver> {
    let profiles = Profiles::clone(&app.devices.profiles(&app.config));
    let (runtime, mut heard) = Runtime::start(RuntimeOptions { profiles, ..RuntimeOptions::default() });
    let app = Arc::downgrade(app);
    tokio::spawn(async move {
        while let Some(event) = heard.recv().await {
            let Some(app) = app.upgrade() else { break };
            if let Some(event) = event.news() {
                events::heard(&app, None, event);
            }
        }
    });
    Arc::new(Own(runtime))
}
