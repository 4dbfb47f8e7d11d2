//! Makes the demo store in the background, once the first run asked for it; goes on after a restart.

use duken_kernel::{Fault, Reject};
use jiff::Span;
use tokio::sync::watch;

use super::commands::{Day, furnish, hire, moment, play_day};
use super::goods;
use super::job::{self, DAYS};
use super::people::{PASSWORD, STAFF};
use crate::hub::App;

/// Whether there is a demo to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// The first run is still to come.
    NotYet,
    /// The store is no demo, or is one that is made.
    Never,
    /// Now.
    Now,
}

/// Runs until the first run has told, and until the demo is made.
pub fn start(app: &App, mut stop: watch::Receiver<bool>) {
    let app = app.clone();
    tokio::spawn(async move {
        let mut journal = app.live.journal_end();
        loop {
            match due(&app) {
                Ok(Due::Never) => break,
                Ok(Due::Now) => {
                    let making = app.clone();
                    let stopping = stop.clone();
                    let _ended = tokio::task::spawn_blocking(move || make(&making, &stopping)).await;
                    break;
                }
                Ok(Due::NotYet) => {}
                Err(reject) => tracing::error!(error = &reject as &dyn std::error::Error, "whether a demo is asked for cannot be read"),
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                changed = journal.changed() => if changed.is_err() { break },
            }
        }
    });
}

fn due(app: &App) -> Result<Due, Reject> {
    app.read_now(|read| {
        let settings = crate::settings::read(read)?;
        Ok(match (settings.version, settings.demo) {
            (0, _) => Due::NotYet,
            (_, false) => Due::Never,
            (_, true) if job::find(read)?.is_some_and(|job| job.state() == "done") => Due::Never,
            (_, true) => Due::Now,
        })
    })
}

fn make(app: &App, stop: &watch::Receiver<bool>) {
    let outcome = steps(app, stop);
    if let Err(reject) = outcome
        && !matches!(reject, Reject::Fault(Fault::Stopped))
    {
        tracing::error!(error = &reject as &dyn std::error::Error, "the demo store broke off");
        let code = match reject {
            Reject::Refused(refusal) => refusal.code.code,
            Reject::Fault(_) => crate::web::FAULT.code,
        };
        let _stopping = app.run_and_wait(app.own_caller(), move |tx| job::fail(tx, code));
    }
}

/// The steps that are not done yet, each a command of its own.
///
/// # Errors
/// The commands'.
pub(super) fn steps(app: &App, stop: &watch::Receiver<bool>) -> Result<(), Reject> {
    app.run_and_wait(app.own_caller(), job::begin)?;
    let Some(job) = app.read_now(|read| Ok(job::find(read)?))? else { return Ok(()) };
    let settings = app.read_now(|read| Ok(crate::settings::read(read)?))?;
    let zoned = jiff::Timestamp::from_millisecond(job.begun_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(settings.zone());
    let today = zoned.date();
    let day = |number: i64| today.checked_sub(Span::new().days(DAYS - number)).unwrap_or(today);
    if job.done < 1 {
        let passwords = STAFF.iter().map(|_| crate::staff::verifier_of(app, PASSWORD)).collect::<Result<_, _>>()?;
        app.run_and_wait(app.own_caller(), hire(app, passwords))?;
    }
    if job.done < 2 {
        let photos = (0..goods::goods().len()).map(|at| goods::picture(at).map(|file| app.files.keep(&file)).transpose());
        let photos = photos.collect::<Result<_, Fault>>()?;
        app.run_and_wait(app.own_caller(), furnish(settings.clone(), moment(&settings, day(0), 7 * 3_600), photos))?;
    }
    for number in (job.done - 2).max(0)..=DAYS {
        if *stop.borrow() {
            return Err(Fault::Stopped.into());
        }
        let until_ms = (number == DAYS).then_some(job.begun_ms);
        let played = Day { step: number + 3, number, date: day(number), until_ms };
        app.run_and_wait(app.own_caller(), play_day(&settings, played))?;
    }
    tracing::info!(people = STAFF.len(), days = DAYS, "the demo store is made");
    Ok(())
}
