//! `/api/import`.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use utoipa::{IntoParams, ToSchema};

use super::job::{self, Job, State as JobState, Wishes};
use super::shapes::{ImportRows, ImportShape, PreviewShape, Teller, assigned, fields_of, import_shape, row, sentence};
use super::uploads::{Uploads, refusal};
use super::{BAD_COLUMN, NAME_COLUMN_MISSING, preview, run};
use crate::catalog::import::{self, Assignment, Counts, Field, Note, Reading, decode, recognise, recognise_as};
use crate::catalog::{FileUpload, Upload};
use crate::hub::App;
use crate::staff;
use crate::texts::{self, Language};
use crate::web::{
    Access, Actor, Answer, CARD_NOT_FOUND, Command, Cursor, Id, Idempotent, Json, ListQuery, Locale, NAME_LENGTH, Problem, Route, one_line,
};

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let import = Access::Needs("catalog.import");
    vec![
        Route::post("/api/import", import, "Upload a list (multipart, field file)", upload).gives::<ImportShape>(),
        Route::get("/api/imports", import, "Imports, newest first", list).query::<ListQuery>().gives::<ImportPage>(),
        Route::get("/api/import/{id}", import, "How far an import is", show).gives::<ImportProgress>(),
        Route::get("/api/import/{id}/file", import, "The file of an import, as it is laid out", file)
            .query::<ReadingQuery>()
            .gives::<ImportShape>(),
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

/// How a file is to be read, where a person knows better.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReadingQuery {
    /// The sheet of a workbook.
    sheet: Option<String>,
    /// The line of the header, 0 for none.
    header: Option<u32>,
    /// The line where goods begin.
    first: Option<u32>,
    /// Whether rows with only a name name the group of those below.
    headings: Option<bool>,
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
    let rows = sheet.rows.len().saturating_sub(layout.first_row);
    let name: String = one_line(&name).chars().take(NAME_LENGTH).collect();
    let id = app.run(app.caller(&actor, Some(request.0)), job::upload(hash, name.clone(), assigned(&layout), rows)).await?;
    Ok(Json(import_shape(id, name, &sheet, Reading::default(), &actor)))
}

async fn file(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Id>,
    Query(ReadingQuery { sheet, header, first, headings }): Query<ReadingQuery>,
) -> Answer<ImportShape> {
    let job = job_of(&app, id.0)?;
    let uploads = Uploads::of(&app.config.data)?;
    let read = app.aside(move || uploads.sheet(&job.upload, sheet.as_deref().filter(|name| !name.is_empty())));
    let sheet = read.await.unwrap_or_else(|_| super::BINARY.err())?;
    Ok(Json(import_shape(id.0, job.file_name, &sheet, Reading { header, first, headings }, &actor)))
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

/// Which field stands in which column: by the column's index as text; barcodes may stand in several. How the file is to
/// be read, where a person knows better.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ColumnsInput {
    #[schema(value_type = BTreeMap<String, Field>)]
    columns: BTreeMap<String, Option<Field>>,
    /// The sheet of a workbook.
    #[serde(default)]
    sheet: Option<String>,
    /// The line of the header, 0 for none.
    #[serde(default)]
    header: Option<u32>,
    /// The line where goods begin.
    #[serde(default)]
    first: Option<u32>,
    /// Whether rows with only a name name the group of those below.
    #[serde(default)]
    headings: Option<bool>,
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
            if *field != Field::Barcodes && assignment.values().any(|assigned| assigned == field) {
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

const PLAN: Cursor = Cursor("plan");

async fn page(app: &App, id: i64, query: PreviewQuery, language: Language, actor: &Actor) -> Answer<PreviewShape> {
    let job = job_of(app, id)?;
    let teller = Teller { language, currency: app.settings().currency(), sees_cost: actor.may("cost.view") };
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
    let items = rows.into_iter().map(|planned| row(teller, planned)).collect();
    let is_assigned = |field: &Field| job.wishes.columns.values().any(|assigned| assigned == field);
    Ok(Json(PreviewShape {
        counts: job.counts,
        rows: ImportRows { items, next: next.map(|place| PLAN.write(place)) },
        withheld: fields_of(job.wishes.withheld).into_iter().filter(is_assigned).collect(),
    }))
}

async fn make_preview(State(app): State<App>, Path(id): Path<Id>, command: Command<ColumnsInput>) -> Answer<PreviewShape> {
    let job = job_of(&app, id.0)?;
    if matches!(job.state, JobState::Running | JobState::Done) {
        return Err(super::ALREADY_RUN.refuse().into());
    }
    let ColumnsInput { sheet, header, first, headings, .. } = command.input.clone();
    let wishes = Wishes {
        columns: command.input.assignment()?,
        sheet,
        reading: Reading { header, first, headings },
        withheld: preview::withheld(&command.actor),
    };
    let currency = app.settings().currency();
    let uploads = Uploads::of(&app.config.data)?;
    let wanted = wishes.clone();
    let (total, counts) = app
        .read(move |read| {
            let sheet = uploads.sheet(&job.upload, wanted.sheet.as_deref())?;
            let plan = preview::planned(read, &sheet, &wanted, currency)?;
            uploads.keep_plan(job.id, &plan.rows)?;
            Ok((plan.rows.len(), plan.counts))
        })
        .await?;
    app.run(command.caller(&app), job::preview(id.0, wishes, total, counts)).await?;
    page(&app, id.0, PreviewQuery::default(), command.language, &command.actor).await
}

async fn show_preview(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Id>,
    Query(query): Query<PreviewQuery>,
    Locale(language): Locale,
) -> Answer<PreviewShape> {
    page(&app, id.0, query, language, &actor).await
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
    let starting = job::begin(id.0, preview::withheld(&command.actor));
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
                | "bad_minimum"
                | "bad_gtin"
                | "unknown_vat"
                | "service_stock"
                | "stock_kept"
                | "price_kept"
                | "kind_kept"
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
        let sheet = uploads.sheet(&job.upload, job.wishes.sheet.as_deref())?;
        let layout = recognise_as(&sheet, job.wishes.reading);
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
