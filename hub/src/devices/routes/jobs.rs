//! Jobs and logs of devices.

use axum::extract::{Path, Query, State};
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;

use super::{Nothing, at};
use crate::devices::model::{DeviceJob, JobKind, JobState};
use crate::devices::{commands, jobs, log};
use crate::hub::App;
use crate::texts::{self, Language};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Json, ListQuery, Locale, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::NeedsAny(&["devices.view", "till.use"]);
    vec![
        Route::get("/api/devices/{id}/jobs", view, "Jobs of a device, newest first", list).query::<ListQuery>().gives::<JobPage>(),
        Route::get("/api/devices/{id}/log", view, "What happened at a device, newest first", lines).gives::<Vec<LogLine>>(),
        Route::get("/api/jobs/{id}", view, "A job", show).gives::<JobShape>(),
        Route::post("/api/jobs/{id}/reprint", view, "Print the same document again", reprint).gives::<JobShape>(),
        Route::post("/api/jobs/{id}/cancel", view, "Take a waiting job out of the queue", cancel).gives::<JobShape>(),
    ]
}

/// The document of a job.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DocumentShape {
    kind: String,
    id: Id,
    copy: bool,
}

/// A job of a device.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct JobShape {
    id: Id,
    device_id: Id,
    kind: JobKind,
    state: JobState,
    document: Option<DocumentShape>,
    created_at: String,
    finished_at: Option<String>,
    /// When it is tried again by itself.
    next_at: Option<String>,
    /// Why it did not simply succeed, and what to do.
    detail: String,
    /// The same as a stable word.
    reason: String,
    attempts: i64,
}

/// A page of jobs.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct JobPage {
    items: Vec<JobShape>,
    next: Option<String>,
}

pub(super) fn shape(language: Language, job: DeviceJob) -> JobShape {
    // Before the first byte the same reason means another thing: the question for its state was not answered.
    let unasked = job.reason == "no_answer" && job.state == JobState::NotPrinted;
    let word = if unasked { "no_status" } else { job.reason.as_str() };
    let detail = if word.is_empty() { String::new() } else { texts::say(language, &format!("job.reason.{word}"), &Map::new()) };
    JobShape {
        id: Id(job.id),
        device_id: Id(job.device),
        kind: job.kind,
        state: job.state,
        document: job.document.map(|document| DocumentShape { kind: document.kind, id: Id(document.id), copy: document.copy }),
        created_at: at(job.created_ms),
        finished_at: job.finished_ms.map(at),
        next_at: job.next_ms.filter(|_| job.attempts > 0).map(at),
        detail,
        reason: job.reason,
        attempts: job.attempts,
    }
}

pub(super) fn one(app: &App, language: Language, id: i64) -> Answer<JobShape> {
    let job = app.read_now(|read| Ok(jobs::find(read, id)?))?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    Ok(Json(shape(language, job)))
}

const JOBS: Cursor = Cursor("jobs");

async fn list(State(app): State<App>, Path(id): Path<Id>, Query(query): Query<ListQuery>, Locale(language): Locale) -> Answer<JobPage> {
    let before = query.before(JOBS)?;
    let limit = query.limit();
    let found = app.read_now(|read| Ok(jobs::of_device(read, id.0, before, limit)?))?;
    let full = i64::try_from(found.len()).unwrap_or(0) == limit;
    let next = found.last().filter(|_| full).map(|job| JOBS.write(job.id));
    Ok(Json(JobPage { items: found.into_iter().map(|job| shape(language, job)).collect(), next }))
}

async fn show(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<JobShape> {
    one(&app, language, id.0)
}

async fn reprint(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<JobShape> {
    let again = app.run(command.caller(&app), commands::reprint(id.0)).await?;
    one(&app, command.language, again)
}

async fn cancel(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<JobShape> {
    app.run(command.caller(&app), commands::cancel(id.0)).await?;
    one(&app, command.language, id.0)
}

/// One line of a device's log.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LogLine {
    at: String,
    /// `info`, `warning`, `error`.
    level: String,
    text: String,
}

async fn lines(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<Vec<LogLine>> {
    let mut all = app.read_now(|read| Ok(log::kept(read, id.0)?))?;
    all.extend(app.devices.registry.lines(id.0));
    all.sort_by_key(|line| std::cmp::Reverse(line.at_ms));
    let line = |line: log::Line| LogLine { at: at(line.at_ms), text: line.say(language), level: line.level };
    Ok(Json(all.into_iter().map(line).collect()))
}
