//! `/api/import`.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json_};
use utoipa::{IntoParams, ToSchema};

use super::job::{self, Job, State as JobState};
use super::uploads::{Uploads, refusal};
use super::{BAD_COLUMN, NAME_COLUMN_MISSING, preview, run};
use crate::catalog::import::{self, Assignment, Counts, Field, Note, Planned, SheetColumn, decode, recognise};
use crate::catalog::{FileUpload, Upload};
use crate::hub::App;
use crate::staff;
use crate::texts::{self, Language};
use crate::web::{
    Access, Actor, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Idempotent, ListQuery, Locale, NAME_LENGTH, Problem, Route, one_line,
};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let import = Access::Needs("catalog.import");
    vec![
        Route::post("/api/import", import, "Upload a list (multipart, field file)", upload).gives::<ImportShape>(),
        Route::get("/api/imports", import, "Imports, newest first", list).query::<ListQuery>().gives::<ImportPage>(),
        Route::get("/api/import/{id}", import, "How far an import is", show).gives::<ImportProgress>(),
        Route::post("/api/import/{id}/preview", import, "Plan a list with these columns", make_preview)
            .takes::<ColumnsInput>()
            .gives::<PreviewShape>(),
        Route::get("/api/import/{id}/preview", import, "The plan, row by row", show_preview)
            .query::<PreviewQuery>()
            .gives::<PreviewShape>(),
        Route::post("/api/import/{id}/run", import, "Run the plan", begin).gives::<RunShape>(),
        Route::get("/api/import/{id}/rejected.csv", import, "The rows that were refused, or lost something, with the reason", rejected),
    ]
}

/// The most mebibytes of a list.
const MEBIBYTES: usize = import::MOST_BYTES >> 20;

/// A column of a list.
#[derive(Debug, Serialize, ToSchema)]
struct ImportColumn {
    index: usize,
    header: String,
    guess: Option<Field>,
    samples: Vec<String>,
}

/// A list that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
struct ImportShape {
    id: Id,
    file_name: String,
    columns: Vec<ImportColumn>,
    rows: usize,
    encoding: String,
    separator: Option<String>,
}

async fn upload(
    State(app): State<App>,
    actor: Actor,
    parts: Parts,
    Upload(FileUpload { name, bytes }): Upload<MEBIBYTES>,
) -> Answer<ImportShape> {
    let request = Idempotent::of(&parts, &bytes)?;
    let uploads = Uploads::of(&app.config.data)?;
    let read = app.aside(move || -> Result<_, Problem> {
        let sheet = decode(&bytes).map_err(refusal)?;
        let layout = recognise(&sheet);
        let hash = uploads.keep(&bytes)?;
        Ok((sheet, layout, hash))
    });
    let (sheet, layout, hash) = read.await.unwrap_or_else(|_| Err(super::BINARY.refuse().into()))?;
    let columns: Assignment = layout.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.guess?))).collect();
    let rows = sheet.rows.len().saturating_sub(layout.first_row);
    let name: String = one_line(&name).chars().take(NAME_LENGTH).collect();
    let id = app.run(app.caller(&actor, Some(request.0)), job::upload(hash, name.clone(), columns, rows)).await?;
    let column = |(index, SheetColumn { header, guess, samples })| ImportColumn { index, header, guess, samples };
    Ok(Json(ImportShape {
        id: Id(id),
        file_name: name,
        columns: layout.columns.into_iter().enumerate().map(column).collect(),
        rows,
        encoding: sheet.encoding.name().to_owned(),
        separator: sheet.separator.map(String::from),
    }))
}

/// How far an import is.
#[derive(Debug, Serialize, ToSchema)]
struct ImportProgress {
    id: Id,
    file_name: String,
    /// When the file was uploaded.
    at: String,
    user_name: String,
    state: JobState,
    done: usize,
    total: usize,
    counts: Counts,
    /// Why it broke off.
    detail: String,
}

fn job_of(app: &App, id: i64) -> Result<Job, Problem> {
    Ok(app.read_now(|read| Ok(job::find(read, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?))?)
}

fn progress(read: &dyn Read, language: Language, job: Job) -> Result<ImportProgress, Fault> {
    let Job { id, state, file_name, at_ms, done, total, counts, detail, by, .. } = job;
    Ok(ImportProgress {
        id: Id(id),
        file_name,
        at: jiff::Timestamp::from_millisecond(at_ms).map(|at| at.to_string()).unwrap_or_default(),
        user_name: by.map_or_else(|| Ok(String::new()), |by| staff::name_of(read, OWN, by))?,
        state,
        done,
        total,
        counts,
        detail: if detail.is_empty() { detail } else { texts::say(language, &detail, &Map::new()) },
    })
}

async fn show(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<ImportProgress> {
    Ok(Json(app.read_now(|read| {
        let job = job::find(read, id.0)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        Ok(progress(read, language, job)?)
    })?))
}

/// A page of imports.
#[derive(Debug, Serialize, ToSchema)]
struct ImportPage {
    items: Vec<ImportProgress>,
    next: Option<String>,
}

const IMPORTS: Cursor = Cursor("imports");

async fn list(State(app): State<App>, Query(query): Query<ListQuery>, Locale(language): Locale) -> Answer<ImportPage> {
    let limit = query.limit();
    let before = query.before(IMPORTS)?;
    let page = app
        .read(move |read| {
            let jobs = job::list(read, before, limit + 1)?;
            let more = jobs.len() as i64 > limit;
            let next = if more { jobs.get(limit as usize - 1).map(|job| IMPORTS.write(job.id)) } else { None };
            let items = jobs.into_iter().take(limit as usize).map(|job| progress(read, language, job)).collect::<Result<_, _>>()?;
            Ok(ImportPage { items, next })
        })
        .await?;
    Ok(Json(page))
}

/// Which field stands in which column: by the column's index as text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ColumnsInput {
    #[schema(value_type = BTreeMap<String, Field>)]
    columns: BTreeMap<String, Option<Field>>,
}

impl ColumnsInput {
    fn assignment(&self) -> Result<Assignment, Problem> {
        let mut assignment = Assignment::new();
        for (index, field) in &self.columns {
            let Some(field) = field else { continue };
            let at: usize = index
                .parse()
                .ok()
                .filter(|at| *at < import::MOST_COLUMNS)
                .ok_or_else(|| BAD_COLUMN.refuse().with("column", index.as_str()))?;
            if assignment.values().any(|assigned| assigned == field) {
                return Err(BAD_COLUMN.refuse().field(format!("columns.{index}")).with("column", index.as_str()).into());
            }
            assignment.insert(at, *field);
        }
        if assignment.values().all(|field| *field != Field::Name) {
            return Err(NAME_COLUMN_MISSING.refuse().field("columns").into());
        }
        Ok(assignment)
    }
}

/// A note on a row.
#[derive(Debug, Serialize, ToSchema)]
struct ImportNote {
    code: String,
    detail: String,
    value: String,
}

/// A row of the plan.
#[derive(Debug, Serialize, ToSchema)]
struct ImportRow {
    /// Its line in the file, from 1.
    row: u32,
    /// `create`, `change`, `skip` or `unchanged`.
    action: String,
    name: String,
    notes: Vec<ImportNote>,
}

/// A page of the plan.
#[derive(Debug, Serialize, ToSchema)]
struct ImportRows {
    items: Vec<ImportRow>,
    next: Option<String>,
}

/// The plan of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
struct PreviewShape {
    counts: Counts,
    rows: ImportRows,
}

/// What the plan's pages take.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PreviewQuery {
    /// `notes` (rows with a note), `create`, `change`, `skip`, `unchanged`, or the code of a note.
    only: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// At most this many, up to 500.
    limit: Option<usize>,
}

fn sentence(language: Language, note: &Note) -> String {
    let params = Map::from_iter([("value".to_owned(), Json_::from(note.value.as_str()))]);
    texts::say(language, &format!("import.note.{}", note.code), &params)
}

fn row(language: Language, planned: Planned) -> ImportRow {
    let note = |note: Note| ImportNote { detail: sentence(language, &note), code: note.code, value: note.value };
    ImportRow {
        row: planned.line,
        action: planned.action.name().to_owned(),
        name: planned.name,
        notes: planned.notes.into_iter().map(note).collect(),
    }
}

const PLAN: Cursor = Cursor("plan");

async fn page(app: &App, id: i64, query: PreviewQuery, language: Language) -> Answer<PreviewShape> {
    let job = job_of(app, id)?;
    let uploads = Uploads::of(&app.config.data)?;
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let from = PLAN.read(query.cursor.as_deref())?.unwrap_or(0);
    let found = app.aside(move || {
        uploads.plan(id, from, limit, |planned| match query.only.as_deref() {
            None | Some("" | "all") => true,
            Some("notes") => !planned.notes.is_empty(),
            Some(only) => planned.action.name() == only || planned.notes.iter().any(|note| note.code.starts_with(only)),
        })
    });
    let (rows, next) = found.await.unwrap_or_else(|_| super::UPLOAD_GONE.err())?;
    let items = rows.into_iter().map(|planned| row(language, planned)).collect();
    Ok(Json(PreviewShape { counts: job.counts, rows: ImportRows { items, next: next.map(|place| PLAN.write(place)) } }))
}

async fn make_preview(State(app): State<App>, Path(id): Path<Id>, command: Command<ColumnsInput>) -> Answer<PreviewShape> {
    let job = job_of(&app, id.0)?;
    if matches!(job.state, JobState::Running | JobState::Done) {
        return Err(super::ALREADY_RUN.refuse().into());
    }
    let columns = command.input.assignment()?;
    let currency = app.settings().currency();
    let uploads = Uploads::of(&app.config.data)?;
    let assigned = columns.clone();
    let (total, counts) = app
        .read(move |read| {
            let plan = preview::planned(read, &uploads.sheet(&job.upload)?, &assigned, currency)?;
            uploads.keep_plan(job.id, &plan.rows)?;
            Ok((plan.rows.len(), plan.counts))
        })
        .await?;
    app.run(command.caller(&app), job::preview(id.0, columns, total, counts)).await?;
    page(&app, id.0, PreviewQuery::default(), command.language).await
}

async fn show_preview(
    State(app): State<App>,
    Path(id): Path<Id>,
    Query(query): Query<PreviewQuery>,
    Locale(language): Locale,
) -> Answer<PreviewShape> {
    page(&app, id.0, query, language).await
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

/// A run that began.
#[derive(Debug, Serialize, ToSchema)]
struct RunShape {
    job: Id,
}

async fn begin(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Result<(StatusCode, Json<RunShape>), Problem> {
    let (sender, began) = std::sync::mpsc::channel();
    let starting = job::begin(id.0);
    let run_it = move |tx: &mut duken_kernel::Tx<'_>| {
        let id = starting(tx)?;
        let _answered = sender.send(());
        Ok(id)
    };
    let id = app.run(command.caller(&app), run_it).await?;
    // A repeated request finds its first answer and begins nothing.
    if began.try_recv().is_ok() {
        run::start(&app, id);
    }
    Ok((StatusCode::ACCEPTED, Json(RunShape { job: Id(id) })))
}

/// Notes of rows that were refused, or lost something on their way.
fn lost(note: &Note) -> bool {
    note.code.starts_with("refused_code")
        || matches!(
            note.code.as_str(),
            "no_name"
                | "name_too_long"
                | "repeat"
                | "no_price"
                | "bad_stock"
                | "bad_purchase_price"
                | "unknown_unit"
                | "sku_taken"
                | "sku_kept"
        )
}

async fn rejected(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Result<Response, Problem> {
    let job = job_of(&app, id.0)?;
    let uploads = Uploads::of(&app.config.data)?;
    let written = app.aside(move || -> Result<Vec<u8>, Problem> {
        let (rows, _) = uploads.plan(job.id, 0, usize::MAX, |planned| planned.notes.iter().any(lost))?;
        let sheet = uploads.sheet(&job.upload)?;
        let layout = recognise(&sheet);
        let cells: BTreeMap<u32, &Vec<String>> = sheet.rows.iter().map(|row| (row.line, &row.cells)).collect();
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(b"\xEF\xBB\xBF".to_vec());
        let word = |key: &str| texts::say(language, key, &Map::new());
        let mut header = vec![word("import.row"), word("import.action"), word("import.reason")];
        header.extend(layout.columns.iter().map(|column| column.header.clone()));
        let broken = |error: csv::Error| Fault::Other(error.to_string());
        writer.write_record(&header).map_err(broken)?;
        for planned in rows {
            let reasons: Vec<String> = planned.notes.iter().filter(|note| lost(note)).map(|note| sentence(language, note)).collect();
            let action = word(&format!("import.action.{}", planned.action.name()));
            let mut line = vec![planned.line.to_string(), action, reasons.join(" ")];
            line.extend(cells.get(&planned.line).into_iter().flat_map(|cells| cells.iter().cloned()));
            writer.write_record(&line).map_err(broken)?;
        }
        writer.into_inner().map_err(|error| Fault::Other(error.to_string()).into())
    });
    let bytes = written.await.unwrap_or_else(|_| Err(super::UPLOAD_GONE.refuse().into()))?;
    let mut response = Body::from(bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rejected.csv\""));
    Ok(response)
}
