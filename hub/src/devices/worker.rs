//! Carries out the steps of queues: one task per device, one job at a time.

use std::sync::Arc;
use std::time::Duration;

use duken_kernel::failure::point;
use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Reject};
use duken_protocol::device::{Job, Outcome, Reason, Work};
use tokio::sync::{Notify, watch};

use super::drivers::{Gate, not_begun};
use super::model::{Device, DeviceJob, JobKind};
use super::queue::{self, Step};
use super::{commands, jobs, queries, terminals};
use crate::domains::{LayoutAsk, layout_of};
use crate::hub::App;

/// A drawer's pulse must begin within what is left of its two seconds; a clock that jumps must not make it longer.
const PULSE_VALID_MS: i64 = jobs::DRAWER_LIFE_MS;

/// A terminal that is not heard of is asked this often whether it is there.
const ASK_EVERY: Duration = Duration::from_secs(5);

pub(super) async fn work(app: App, device: i64, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    loop {
        let pause = match step(&app, device).await {
            Ok(Step::Send(_) | Step::Expire(_)) => continue,
            Ok(Step::Wait(until_ms)) => Duration::from_millis((until_ms - app.clock.now_ms()).clamp(1, 60_000).unsigned_abs()),
            Ok(Step::Idle) => Duration::from_secs(3_600),
            Err(Reject::Fault(Fault::Stopped)) => return,
            Err(reject) => {
                tracing::error!(%reject, device, "a device's queue is stuck for a moment");
                Duration::from_secs(1)
            }
        };
        let unheard = terminals::is_unheard(&app, device);
        let quiet = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = wake.notified() => false,
            () = tokio::time::sleep(if unheard { pause.min(ASK_EVERY) } else { pause }) => true,
        };
        if quiet && unheard {
            // Never broken off by a wake: new tokens may be on their way.
            terminals::ask_whether_there(&app, device).await;
        }
    }
}

/// One step of a device's queue, carried out.
async fn step(app: &App, device: i64) -> Result<Step, Reject> {
    let open = app.read_now(|read| Ok(jobs::open(read, device)?))?;
    let now_ms = app.clock.now_ms();
    let step = queue::next(now_ms, &open, app.devices.registry.of(device).ready_ms);
    match step {
        Step::Send(id) => {
            if let Some(job) = open.iter().find(|job| job.id == id) {
                send(app, job, now_ms).await?;
            }
        }
        Step::Expire(id) => past(app.run(app.own_caller(), commands::give_up(id, Reason::Expired.code())).await)?,
        Step::Wait(_) | Step::Idle => {}
    }
    Ok(step)
}

/// A refusal means that the job has moved on meanwhile: cancelled, or settled by a late outcome.
fn past(answer: Result<i64, Reject>) -> Result<(), Reject> {
    match answer {
        Ok(_) | Err(Reject::Refused(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

async fn send(app: &App, job: &DeviceJob, now_ms: i64) -> Result<(), Reject> {
    let card = app.read_now(|read| Ok(queries::find(read, job.device)?))?.filter(|device| !device.card.archived);
    let Some(card) = card else {
        return past(app.run(app.own_caller(), commands::give_up(job.id, Reason::UnknownDevice.code())).await);
    };
    let Some(work) = work_of(app, job)? else {
        return past(app.run(app.own_caller(), commands::give_up(job.id, Reason::BadDocument.code())).await);
    };
    let id = terminals::attempt_id(app);
    let attempt = id.to_string();
    let valid_for_ms = job.expires_ms.map(|at| u32::try_from((at - now_ms).clamp(0, PULSE_VALID_MS)).unwrap_or(0));
    let wire = Job { id, device_id: job.device.to_string(), valid_for_ms, work };
    let outcome = carry_out(app, &card, wire, gate(app, job.id, attempt.clone())).await;
    point("job.ended");
    // The outcome must reach the disk before anything else of this device: until then the job counts as under way.
    loop {
        match app.run(app.own_caller().to_close(), commands::finish_job(job.id, attempt.clone(), outcome.clone())).await {
            Ok(_) | Err(Reject::Refused(_)) => {
                app.devices.stored(card.card.agent, id);
                return Ok(());
            }
            Err(Reject::Fault(Fault::Stopped)) => return Err(Fault::Stopped.into()),
            Err(Reject::Fault(_)) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}

/// Durable before the first byte (D1): a program that is stopped while it still looks for the printer has printed nothing.
fn gate(app: &App, job: i64, attempt: String) -> Gate {
    let app = app.clone();
    Box::new(move || {
        Box::pin(async move {
            let begun = app.run(app.own_caller(), commands::begin_job(job, attempt)).await;
            point("job.begun");
            begun.map(|_| ()).map_err(|reject| reject.to_string())
        })
    })
}

async fn carry_out(app: &App, device: &Device, job: Job, gate: Gate) -> Outcome {
    if job.valid_for_ms == Some(0) {
        return not_begun(&job.work, Reason::Expired, "");
    }
    app.devices.submit(app, device.card.agent, job, gate).await
}

/// What the driver is to do; nothing when the document cannot be laid out.
fn work_of(app: &App, job: &DeviceJob) -> Result<Option<Work>, Reject> {
    match job.kind {
        JobKind::Drawer => Ok(Some(Work::drawer_pulse())),
        JobKind::Chart => Ok(Some(Work::TestChart)),
        JobKind::Print => {
            let Some(document) = &job.document else { return Ok(None) };
            let ask = LayoutAsk { node: OWN, id: document.id, copy: document.copy };
            let layout = app.read_now(|read| Ok(layout_of(app, read, &document.kind, ask)?))?;
            Ok(layout.map(|layout| Work::Print { layout }))
        }
    }
}
