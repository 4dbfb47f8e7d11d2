//! Uploaded lists, kept for a week under the hash of their content; and the plans shown of them.

use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use duken_kernel::{Fault, Refusal, Reject};

use super::{BINARY, BROKEN_ENCODING, BROKEN_WORKBOOK, EMPTY, FOREIGN, TOO_LARGE, TOO_MANY_ROWS, UPLOAD_GONE};
use crate::catalog::import::{MOST_ROWS, Planned, Sheet, Unreadable, decode_sheet};

const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The folder of uploads in the data folder.
pub(super) struct Uploads(PathBuf);

impl Uploads {
    /// The folder, made when it is not there.
    pub(super) fn of(data: &Path) -> Result<Self, Fault> {
        let folder = data.join("imports");
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Keeps a list; its hash. Lists older than a week are dropped.
    pub(super) fn keep(&self, bytes: &[u8]) -> Result<String, Fault> {
        self.drop_old();
        let hash = blake3::hash(bytes).to_hex().to_string();
        self.write(&hash, bytes)?;
        Ok(hash)
    }

    /// Reads a list; of a workbook the sheet of this name, or the one that looks like a list.
    ///
    /// # Errors
    /// `import.upload_gone`, then what is wrong with the file.
    pub(super) fn sheet(&self, hash: &str, sheet: Option<&str>) -> Result<Sheet, Reject> {
        let path = self.0.join(hash);
        match std::fs::read(path) {
            Ok(bytes) => Ok(decode_sheet(&bytes, sheet).map_err(refusal)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => UPLOAD_GONE.err(),
            Err(error) => Err(Fault::from(error).into()),
        }
    }

    /// Keeps a plan, one line of JSON per row.
    pub(super) fn keep_plan(&self, job: i64, rows: &[Planned]) -> Result<(), Fault> {
        let mut bytes = Vec::with_capacity(rows.len() * 128);
        for row in rows {
            serde_json::to_writer(&mut bytes, row)?;
            bytes.push(b'\n');
        }
        self.write(&plan_name(job), &bytes)
    }

    /// Rows of a plan from a place in its file, at most `limit` that fit; and the place after them, when there are more.
    pub(super) fn plan(
        &self,
        job: i64,
        from: u64,
        limit: usize,
        fits: impl Fn(&Planned) -> bool,
    ) -> Result<(Vec<Planned>, Option<u64>), Reject> {
        let file = match std::fs::File::open(self.0.join(plan_name(job))) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return UPLOAD_GONE.err(),
            Err(error) => return Err(Fault::from(error).into()),
        };
        let mut lines = BufReader::new(file);
        lines.seek(SeekFrom::Start(from)).map_err(Fault::from)?;
        let (mut place, mut found, mut line) = (from, Vec::new(), String::new());
        loop {
            line.clear();
            let read = lines.read_line(&mut line).map_err(Fault::from)?;
            if read == 0 {
                return Ok((found, None));
            }
            let Ok(row) = serde_json::from_str::<Planned>(&line) else { return Ok((found, None)) };
            if fits(&row) {
                if found.len() == limit {
                    return Ok((found, Some(place)));
                }
                found.push(row);
            }
            place += read as u64;
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let partial = self.0.join(format!("{name}.partial"));
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(bytes).map_err(|e| Fault::from(e).named())?;
        file.sync_all().map_err(|e| Fault::from(e).named())?;
        std::fs::rename(&partial, self.0.join(name))?;
        Ok(())
    }

    fn drop_old(&self) {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| SystemTime::now().duration_since(at).ok());
            if age.is_some_and(|age| age > KEPT) {
                let _gone_already = std::fs::remove_file(entry.path());
            }
        }
    }
}

fn plan_name(job: i64) -> String {
    format!("{job}.plan")
}

/// What is wrong with a file, as an answer.
pub(super) fn refusal(unreadable: Unreadable) -> Refusal {
    match unreadable {
        Unreadable::Empty => EMPTY.refuse(),
        Unreadable::Foreign(format) => FOREIGN.refuse().with("format", format.to_uppercase()),
        Unreadable::Binary => BINARY.refuse(),
        Unreadable::BrokenEncoding { line } => BROKEN_ENCODING.refuse().with("line", line),
        Unreadable::BrokenWorkbook => BROKEN_WORKBOOK.refuse(),
        Unreadable::TooLarge => TOO_LARGE.refuse(),
        Unreadable::TooManyRows => TOO_MANY_ROWS.refuse().with("limit", MOST_ROWS),
    }
}
