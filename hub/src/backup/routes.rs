//! `/api/backup`: how things stand, the plan, a backup now.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use duken_kernel::Fault;
use duken_kernel::journal;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use utoipa::ToSchema;

use super::copy::free_bytes;
use super::light::{Light, next_due, standing};
use super::place::Place;
use super::plan::{self, Plan};
use super::progress::Stage;
use super::state::{Good, State as Known, Trouble};
use super::work::{self, planned};
use crate::hub::App;
use crate::recovery;
use crate::texts::{self, Language};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Json, Locale, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::NeedsAny(&["backup.view", "backup.edit"]);
    let edit = Access::Needs("backup.edit");
    vec![
        Route::get("/api/backup", view, "How the backups stand", show).gives::<BackupShape>(),
        Route::post("/api/backup", edit, "Make a backup now; it goes on by itself", make).gives::<BackupShape>(),
        Route::put("/api/backup/plan", edit, "Save the plan of backups", save).takes::<Plan>().gives::<BackupShape>(),
        Route::get("/api/backup/kept/{name}", edit, "A backup as a file", download),
    ]
}

/// How the backups of this hub stand.
#[derive(Debug, Serialize, ToSchema)]
struct BackupShape {
    light: Light,
    /// What that means, and what to do.
    says: String,
    /// The last good one in the folder.
    last: Option<BackupGood>,
    /// What went wrong when one was last tried.
    trouble: Option<BackupTrouble>,
    /// The last good one at the head office.
    last_at_office: Option<BackupGood>,
    trouble_at_office: Option<BackupTrouble>,
    /// The one that runs now.
    running: Option<BackupRunning>,
    /// When the next is due.
    next_at: Option<String>,
    /// The folder.
    place: String,
    /// Whether it lies on the disk of the books: it does not outlive that disk.
    same_disk: bool,
    /// Free bytes there; none when the folder is not there.
    free_bytes: Option<u64>,
    /// The sheet that new ones are sealed to, as it is called on paper.
    sheet: Option<String>,
    plan: Plan,
    /// Those that lie in the folder, the newest first.
    kept: Vec<BackupKept>,
}

/// A good backup.
#[derive(Debug, Serialize, ToSchema)]
struct BackupGood {
    at: Option<String>,
    place: String,
    size_bytes: u64,
    /// The last number of the journal in it.
    journal_end: i64,
    /// The digest that `verify` gives of it.
    digest: String,
    sheet: String,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
struct BackupTrouble {
    code: String,
    detail: String,
    at: Option<String>,
}

/// A backup under way.
#[derive(Debug, Serialize, ToSchema)]
struct BackupRunning {
    stage: Stage,
    done_bytes: u64,
    /// 0 when nobody knows.
    total_bytes: u64,
}

/// A backup in the folder.
#[derive(Debug, Serialize, ToSchema)]
struct BackupKept {
    name: String,
    at: Option<String>,
    size_bytes: u64,
    journal_end: i64,
    sheet: String,
}

fn rfc3339(ms: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_string())
}

fn good(good: Good) -> BackupGood {
    BackupGood {
        at: rfc3339(good.at_ms),
        place: good.place,
        size_bytes: good.bytes,
        journal_end: good.end,
        digest: good.digest,
        sheet: good.sheet,
    }
}

fn trouble(trouble: Trouble, at_ms: Option<i64>, language: Language) -> BackupTrouble {
    let detail = texts::say(language, &trouble.code, &trouble.params);
    BackupTrouble { code: trouble.code, detail, at: at_ms.and_then(rfc3339) }
}

async fn shape(app: &App, language: Language) -> Result<BackupShape, Problem> {
    let working = app.clone();
    let shape = tokio::task::spawn_blocking(move || -> Result<BackupShape, Problem> {
        let app = working;
        let data = &app.config.data;
        let (plan, since_ms, sheet, node) = app.read_now(|read| {
            let (plan, since_ms) = planned(read)?;
            let node = journal::nodes(read)?.into_iter().next().map(|(_, id, _)| id).unwrap_or_default();
            Ok((plan, since_ms, recovery::sheet(read)?.map(|sheet| sheet.name), node))
        })?;
        let known = Known::read(data);
        let now_ms = app.clock.now_ms();
        let stands = standing(&plan, &known, since_ms, now_ms);
        let place = Place::of(plan.place.as_deref(), data);
        let running = app.backups.running().map(|progress| {
            let (stage, done_bytes, total_bytes) = progress.now();
            BackupRunning { stage, done_bytes, total_bytes }
        });
        let kept = place.kept(&node).into_iter().map(|kept| BackupKept {
            name: kept.path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned(),
            at: rfc3339(kept.header.made_ms),
            size_bytes: kept.bytes,
            journal_end: kept.header.end,
            sheet: kept.header.sheet,
        });
        Ok(BackupShape {
            light: stands.light,
            says: texts::say(language, stands.text, &serde_json::Map::new()),
            next_at: next_due(&plan, &known, since_ms, &app.settings().zone()).map(|due| due.max(now_ms)).and_then(rfc3339),
            last: known.folder.good.map(good),
            trouble: known.folder.trouble.map(|said| trouble(said, known.folder.tried_ms, language)),
            last_at_office: known.office.good.map(good),
            trouble_at_office: known.office.trouble.map(|said| trouble(said, known.office.tried_ms, language)),
            running,
            same_disk: place.same_disk(data),
            free_bytes: free_bytes(place.folder()).or_else(|_| free_bytes(data)).ok(),
            place: place.folder().display().to_string(),
            sheet,
            kept: kept.collect(),
            plan,
        })
    });
    shape.await.map_err(|_| Fault::Panicked)?
}

async fn show(State(app): State<App>, Locale(language): Locale) -> Answer<BackupShape> {
    Ok(Json(shape(&app, language).await?))
}

/// A body without fields.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn make(State(app): State<App>, command: Command<Nothing>) -> Answer<BackupShape> {
    let Nothing {} = command.input;
    let (plan, sheet) = app.read_now(|read| Ok(planned(read)?))?;
    sheet.ok_or_else(|| recovery::NO_SHEET.refuse())?;
    work::begin(&app, &plan)?;
    Ok(Json(shape(&app, command.language).await?))
}

async fn save(State(app): State<App>, command: Command<Plan>) -> Answer<BackupShape> {
    let caller = command.caller(&app);
    let wanted = command.input;
    let checked = tokio::task::spawn_blocking(move || plan::checked(wanted)).await.map_err(|_| Fault::Panicked)??;
    app.run(caller, plan::save(checked)).await?;
    app.backups.wake();
    Ok(Json(shape(&app, command.language).await?))
}

/// Bytes of a download that are read at once.
const PIECE_BYTES: usize = 256 << 10;

async fn download(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Problem> {
    let (plan, _) = app.read_now(|read| Ok(planned(read)?))?;
    let place = Place::of(plan.place.as_deref(), &app.config.data);
    let node = app.node_id.clone();
    let kept = tokio::task::spawn_blocking(move || place.kept(&node)).await.map_err(|_| Fault::Panicked)?;
    let found = kept.into_iter().find(|kept| kept.path.file_name().and_then(|found| found.to_str()) == Some(name.as_str()));
    let found = found.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    let file = tokio::fs::File::open(&found.path).await.map_err(Fault::from)?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let count = file.read(&mut piece).await?;
        piece.truncate(count);
        Ok::<_, std::io::Error>((count > 0).then_some((piece, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, found.bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
