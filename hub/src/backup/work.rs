//! Making backups: one copy, to the folder and to the head office; by the clock, by a person, from the command line.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use duken_kernel::{Fault, Read, Reject};
use serde_json::json;
use tokio::sync::{Notify, watch};

use super::RUNNING;
use super::copy::{Copy, House, Made};
use super::light::next_due;
use super::place::Place;
use super::plan::{self, Plan};
use super::progress::{Progress, Stage};
use super::state::{Good, State};
use crate::hub::{App, Hub};
use crate::recovery;
use crate::sync::store::{Office, linked};

/// The clock of the machine may be set while the hub waits.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(60);

/// What a running hub keeps in memory of its backups.
#[derive(Default)]
pub struct Backups {
    running: Mutex<Option<Arc<Progress>>>,
    wake: Notify,
}

impl Backups {
    /// How far the one that runs has come.
    #[must_use]
    pub fn running(&self) -> Option<Arc<Progress>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the clock look at the plan again.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    fn begin(&self) -> Option<Arc<Progress>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            return None;
        }
        Some(running.insert(Arc::default()).clone())
    }

    fn end(&self) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Where to.
pub struct Wanted {
    /// A folder, and how many backups stay there.
    pub folder: Option<(Place, usize)>,
    /// A head office.
    pub office: Option<Office>,
}

/// How it ended; nothing for a way that was not wanted.
#[derive(Debug, Default)]
pub struct Outcome {
    /// To the folder.
    pub folder: Option<Result<Good, Reject>>,
    /// To the head office.
    pub office: Option<Result<Good, Reject>>,
}

/// Makes a backup and notes how it ended. A folder that is not there does not keep it from the head office.
pub async fn back_up(house: &House, wanted: Wanted, progress: Arc<Progress>) -> Outcome {
    let began_ms = house.clock.now_ms();
    let (to_folder, to_office) = (wanted.folder.is_some(), wanted.office.is_some());
    let working = house.clone();
    let looking = progress.clone();
    let made = tokio::task::spawn_blocking(move || made(&working, wanted.folder, to_office, &looking)).await;
    let mut outcome = Outcome::default();
    match made.unwrap_or(Err(Reject::Fault(Fault::Panicked))) {
        Ok(Local { folder, office, _copy }) => {
            outcome.folder = folder;
            outcome.office = match (wanted.office, office) {
                (Some(address), Some(Ok(made))) => {
                    progress.begin(Stage::Sending, made.bytes);
                    Some(
                        address
                            .keep_backup(&made.path, made.header.made_ms)
                            .await
                            .map(|()| Good { place: address.address(), ..Good::of(&made) }),
                    )
                }
                (_, Some(Err(reject))) => Some(Err(reject)),
                _ => None,
            };
        }
        Err(reject) => {
            let refusal = super::state::Trouble::of(&reject);
            outcome.office = to_office.then(|| Err(refusal.again()));
            outcome.folder = to_folder.then_some(Err(reject));
        }
    }
    if let Some(outcome) = &outcome.folder {
        State::note_folder(&house.data, began_ms, outcome);
    }
    if let Some(outcome) = &outcome.office {
        State::note_office(&house.data, began_ms, outcome);
    }
    outcome
}

struct Local {
    folder: Option<Result<Good, Reject>>,
    office: Option<Result<Made, Reject>>,
    /// Its folder stays until the head office has what lies in it.
    _copy: Copy,
}

fn made(house: &House, folder: Option<(Place, usize)>, to_office: bool, progress: &Arc<Progress>) -> Result<Local, Reject> {
    // A folder that is not there is said before the work begins, if it is the only one.
    let ready = folder.as_ref().map(|(place, _)| place.ready());
    let ready = match ready {
        Some(Err(reject)) if !to_office => return Err(reject),
        ready => ready,
    };
    let copy = Copy::take(house, progress)?;
    let folder = folder.zip(ready).map(|((place, keep), ready)| {
        ready?;
        let made = copy.seal(&place.path_of(copy.header())?, true, progress)?;
        place.rotate(&made.header.node, keep);
        Ok(Good::of(&made))
    });
    let office = to_office.then(|| copy.seal(&copy.for_office(), false, progress));
    Ok(Local { folder, office, _copy: copy })
}

/// Begins a backup by the plan; it goes on by itself.
///
/// # Errors
/// `backup.running`.
pub fn begin(app: &App, plan: &Plan) -> Result<(), Reject> {
    let Some(progress) = app.backups.begin() else { return RUNNING.err() };
    let (app, plan) = (app.clone(), plan.clone());
    app.live.publish(&crate::live::notice("backup", json!({ "running": true })));
    tokio::spawn(async move {
        let office = if plan.to_office { app.read_now(|read| linked(read, &app.key)).unwrap_or_default() } else { None };
        let place = Place::of(plan.place.as_deref(), &app.config.data);
        let wanted = Wanted { folder: Some((place, plan.keep as usize)), office };
        let outcome = back_up(&House::of(&app), wanted, progress).await;
        for (way, outcome) in [("folder", &outcome.folder), ("office", &outcome.office)] {
            match outcome {
                Some(Ok(good)) => tracing::info!(way, place = good.place, bytes = good.bytes, end = good.end, "a backup was made"),
                Some(Err(reject)) => tracing::warn!(way, error = %reject, "a backup was not made"),
                None => {}
            }
        }
        app.backups.end();
        app.backups.wake();
        app.live.publish(&crate::live::notice("backup", json!({ "running": false })));
    });
    Ok(())
}

/// When the sheet was made that backups are sealed to, and the plan.
pub(super) fn planned(read: &dyn Read) -> Result<(Plan, Option<i64>), Fault> {
    Ok((plan::read(read)?, recovery::sheet(read)?.map(|sheet| sheet.made_ms)))
}

/// Makes backups when they are due, until told to stop.
pub async fn by_the_clock(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = match due_in(&app) {
            Ok(Some(plan)) if app.backups.running().is_none() => {
                let _runs_already = begin(&app, &plan);
                LOOKED_AT_EVERY
            }
            Ok(_) => LOOKED_AT_EVERY,
            Err(reject) => {
                tracing::error!(error = %reject, "the plan of backups cannot be read");
                LOOKED_AT_EVERY
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = app.backups.wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// The plan, when a backup is due now.
fn due_in(hub: &Hub) -> Result<Option<Plan>, Reject> {
    let (plan, since_ms) = hub.read_now(|read| Ok(planned(read)?))?;
    let due = next_due(&plan, &State::read(&hub.config.data), since_ms, &hub.settings().zone());
    Ok(due.is_some_and(|due| due <= hub.clock.now_ms()).then_some(plan))
}
