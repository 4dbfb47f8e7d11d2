//! An import as the hub keeps it: a local row with its progress.

use duken_kernel::{Fault, Read, Reject, Row, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ALREADY_RUN, ANOTHER_RUNS, NOT_PREVIEWED};
use crate::catalog::import::{Assignment, Counts, Reading, Withheld};
use crate::web::CARD_NOT_FOUND;

pub(super) const LOCAL: &[&str] = &[
    "CREATE TABLE import_job (id INTEGER PRIMARY KEY, state TEXT NOT NULL, upload TEXT NOT NULL, file_name TEXT NOT NULL, columns TEXT NOT NULL, \
     done INTEGER NOT NULL, total INTEGER NOT NULL, counts TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL, by INTEGER)",
    "ALTER TABLE import_job ADD COLUMN wishes TEXT NOT NULL DEFAULT '{}'",
];

/// What a person wants of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wishes {
    /// Which field stands in which column; in a column of its own.
    #[serde(skip)]
    pub columns: Assignment,
    /// The sheet of a workbook; the one that looks like a list when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Where its header and its goods are.
    #[serde(default)]
    pub reading: Reading,
    /// What the person may not set.
    #[serde(default)]
    pub withheld: Withheld,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportState)]
pub(super) enum State {
    /// The file is here.
    Uploaded,
    /// Its plan was shown.
    Previewed,
    /// It runs.
    Running,
    /// All rows are done.
    Done,
    /// It broke off; what was done stays.
    Failed,
}

impl State {
    fn code(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Previewed => "previewed",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn read(code: &str) -> Self {
        [Self::Uploaded, Self::Previewed, Self::Running, Self::Done].into_iter().find(|state| state.code() == code).unwrap_or(Self::Failed)
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub id: i64,
    pub state: State,
    /// The hash of the uploaded file.
    pub upload: String,
    pub file_name: String,
    pub at_ms: i64,
    pub wishes: Wishes,
    pub done: usize,
    pub total: usize,
    pub counts: Counts,
    pub detail: String,
    pub by: Option<i64>,
}

/// The import with this number.
pub(super) fn find(read: &dyn Read, id: i64) -> Result<Option<Job>, Fault> {
    read.row(&format!("SELECT {COLUMNS} FROM import_job WHERE id = ?1"), &[id.into()])?.as_ref().map(job).transpose()
}

/// Imports, newest first, before a number.
pub(super) fn list(read: &dyn Read, before: i64, limit: i64) -> Result<Vec<Job>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM import_job WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
    read.rows(&sql, &[before.into(), limit.into()])?.iter().map(job).collect()
}

const COLUMNS: &str = "id, state, upload, columns, done, total, counts, detail, by, file_name, at, wishes";

fn job(row: &Row) -> Result<Job, Fault> {
    Ok(Job {
        id: row.get(0)?,
        state: State::read(&row.get::<String>(1)?),
        upload: row.get(2)?,
        wishes: Wishes { columns: serde_json::from_str(&row.get::<String>(3)?)?, ..serde_json::from_str(&row.get::<String>(11)?)? },
        done: usize::try_from(row.get::<i64>(4)?).unwrap_or(0),
        total: usize::try_from(row.get::<i64>(5)?).unwrap_or(0),
        counts: serde_json::from_str(&row.get::<String>(6)?)?,
        detail: row.get(7)?,
        by: row.get(8)?,
        file_name: row.get(9)?,
        at_ms: row.get(10)?,
    })
}

/// The imports that run, or did when the hub was stopped.
pub(super) fn running(read: &dyn Read) -> Result<Vec<i64>, Fault> {
    read.rows("SELECT id FROM import_job WHERE state = 'running' ORDER BY id", &[])?.iter().map(|row| row.get(0)).collect()
}

/// Notes an upload; the new import's number.
pub(super) fn upload(
    hash: String,
    file_name: String,
    columns: Assignment,
    rows: usize,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send {
    move |tx| {
        let params = [
            hash.into(),
            file_name.into(),
            serde_json::to_string(&columns)?.into(),
            (rows as i64).into(),
            serde_json::to_string(&Counts::default())?.into(),
            tx.now_ms.into(),
            tx.caller.by.into(),
        ];
        let sql = "INSERT INTO import_job (state, upload, file_name, columns, done, total, counts, detail, at, by) \
                   VALUES ('uploaded', ?1, ?2, ?3, 0, ?4, ?5, '', ?6, ?7)";
        Ok(tx.insert(sql, &params)?)
    }
}

/// Notes that its plan was shown.
///
/// # Errors
/// `card.not_found`; `import.already_run`.
pub(super) fn preview(id: i64, wishes: Wishes, total: usize, counts: Counts) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send {
    move |tx| {
        let job = find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if matches!(job.state, State::Running | State::Done) {
            return ALREADY_RUN.err();
        }
        let params = [
            id.into(),
            serde_json::to_string(&wishes.columns)?.into(),
            (total as i64).into(),
            serde_json::to_string(&counts)?.into(),
            serde_json::to_string(&wishes)?.into(),
        ];
        tx.execute(
            "UPDATE import_job SET state = 'previewed', columns = ?2, total = ?3, counts = ?4, wishes = ?5, done = 0, detail = '' WHERE id = ?1",
            &params,
        )?;
        Ok(id)
    }
}

/// Lets it run, by a person who may not set what is `withheld`. One that broke off may go on.
///
/// # Errors
/// `card.not_found`; `import.already_run`; `import.not_previewed`; `import.another_runs`.
pub(super) fn begin(id: i64, withheld: Withheld) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send {
    move |tx| {
        let job = find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        match job.state {
            State::Running | State::Done => return ALREADY_RUN.err(),
            State::Uploaded => return NOT_PREVIEWED.err(),
            State::Previewed | State::Failed => {}
        }
        if !running(tx)?.is_empty() {
            return ANOTHER_RUNS.err();
        }
        let wishes = Wishes { withheld: job.wishes.withheld.and(withheld), ..job.wishes };
        let params = [id.into(), serde_json::to_string(&wishes)?.into()];
        tx.execute("UPDATE import_job SET state = 'running', detail = '', wishes = ?2 WHERE id = ?1", &params)?;
        tell(tx, id, job.done, job.total);
        Ok(id)
    }
}

/// Notes that rows up to `done` of `total` are done; the last of them ends the run.
pub(super) fn advance(tx: &mut Tx<'_>, id: i64, done: usize, total: usize) -> Result<(), Reject> {
    let state = if done >= total { State::Done } else { State::Running };
    tx.execute("UPDATE import_job SET done = ?2, state = ?3 WHERE id = ?1", &[id.into(), (done as i64).into(), state.code().into()])?;
    tell(tx, id, done, total);
    Ok(())
}

/// Keeps the counts of the plan that runs.
pub(super) fn count(id: i64, total: usize, counts: Counts) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send {
    move |tx| {
        let params = [id.into(), (total as i64).into(), serde_json::to_string(&counts)?.into()];
        tx.execute("UPDATE import_job SET total = ?2, counts = ?3 WHERE id = ?1", &params)?;
        Ok(id)
    }
}

/// Notes that it broke off.
pub(super) fn fail(id: i64, detail: String) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send {
    move |tx| {
        tx.execute("UPDATE import_job SET state = 'failed', detail = ?2 WHERE id = ?1", &[id.into(), detail.into()])?;
        tx.notify(format!("import:{id}"), serde_json::json!({ "state": "failed" }));
        Ok(id)
    }
}

fn tell(tx: &mut Tx<'_>, id: i64, done: usize, total: usize) {
    let state = if done >= total && total > 0 { "done" } else { "running" };
    tx.notify(format!("import:{id}"), serde_json::json!({ "state": state, "done": done, "total": total }));
}
