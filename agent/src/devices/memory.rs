//! Which jobs have begun and how they ended, so that each runs once even when it is handed over again.
//!
//! The hub keeps its own durable queue and uses memory alone; an agent keeps a file: one line before a job's first byte,
//! one after its outcome.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use duken_protocol::device::{KaspiAnswer, Outcome, Reason};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Jobs remembered whose outcome the hub has stored, at most; all others stay.
pub const REMEMBERED_MAX: usize = 1_000;

/// What is known of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// It runs.
    Begun,
    /// It has ended so.
    Ended(Outcome),
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    stored: bool,
}

/// The memory of jobs.
#[derive(Debug, Default)]
pub struct JobMemory {
    order: VecDeque<Uuid>,
    jobs: BTreeMap<Uuid, Remembered>,
    /// Ended, and not yet on the hub's disk.
    unstored: Vec<Uuid>,
    file: Option<(PathBuf, File)>,
    lines: usize,
}

impl JobMemory {
    /// A memory that ends with the program.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// A memory in a file, made when it is not there. A job that had begun and not ended is unknown from now on: the
    /// program was stopped in the middle of it. A torn last line is left out.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn in_file(path: &Path) -> io::Result<Self> {
        let mut memory = Self::default();
        match File::open(path) {
            Ok(file) => {
                for text in BufReader::new(file).split(b'\n') {
                    if let Ok(line) = serde_json::from_slice::<Line>(&text?) {
                        memory.replay(line);
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        for id in memory.order.clone() {
            if memory.jobs.get(&id) == Some(&Remembered::Begun) {
                let interrupted = Outcome::unknown(Reason::Interrupted, "the program was stopped while the job ran");
                memory.jobs.insert(id, Remembered::Ended(interrupted));
                memory.unstored.push(id);
            }
        }
        memory.rewrite(path)?;
        Ok(memory)
    }

    fn replay(&mut self, line: Line) {
        if line.stored {
            self.unstored.retain(|id| *id != line.id);
            return;
        }
        match line.outcome {
            None => self.insert(line.id, Remembered::Begun),
            Some(outcome) => {
                self.insert(line.id, Remembered::Ended(outcome));
                self.unstored.push(line.id);
            }
        }
    }

    fn insert(&mut self, id: Uuid, what: Remembered) {
        if self.jobs.insert(id, what).is_none() {
            self.order.push_back(id);
        }
        while self.order.len() > REMEMBERED_MAX {
            // What the hub has not stored is what it may still ask about.
            let spare = |id: &Uuid| self.jobs.get(id) != Some(&Remembered::Begun) && !self.unstored.contains(id);
            let Some(at) = self.order.iter().position(spare) else { break };
            if let Some(old) = self.order.remove(at) {
                self.jobs.remove(&old);
            }
        }
    }

    /// What is known of a job.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&Remembered> {
        self.jobs.get(&id)
    }

    /// Notes that the first byte of a job is about to leave. On disk when this returns.
    ///
    /// # Errors
    /// It cannot be written; then the job must not begin.
    pub fn begin(&mut self, id: Uuid) -> io::Result<()> {
        self.append(&Line { id, outcome: None, stored: false })?;
        self.insert(id, Remembered::Begun);
        Ok(())
    }

    /// Notes how a job ended. Tokens of a terminal stay in memory and never reach the file.
    ///
    /// # Errors
    /// It cannot be written; it is remembered in memory all the same.
    pub fn end(&mut self, id: Uuid, outcome: Outcome) -> io::Result<()> {
        let line = Line { id, outcome: Some(without_secrets(&outcome)), stored: false };
        self.insert(id, Remembered::Ended(outcome));
        self.unstored.push(id);
        self.append(&line)
    }

    /// Ended jobs whose outcome is not yet on the hub's disk, oldest first.
    #[must_use]
    pub fn unstored(&self) -> Vec<(Uuid, Outcome)> {
        self.unstored
            .iter()
            .filter_map(|id| match self.jobs.get(id) {
                Some(Remembered::Ended(outcome)) => Some((*id, outcome.clone())),
                Some(Remembered::Begun) | None => None,
            })
            .collect()
    }

    /// The hub has an outcome on its disk.
    ///
    /// # Errors
    /// It cannot be written; the outcome would be sent once more after a restart, which does no harm.
    pub fn stored(&mut self, id: Uuid) -> io::Result<()> {
        let before = self.unstored.len();
        self.unstored.retain(|other| *other != id);
        if let Some(Remembered::Ended(outcome)) = self.jobs.get_mut(&id) {
            *outcome = without_secrets(outcome);
        }
        if self.unstored.len() < before { self.append(&Line { id, outcome: None, stored: true }) } else { Ok(()) }
    }

    fn append(&mut self, line: &Line) -> io::Result<()> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        file.write_all(&text)?;
        file.sync_data()?;
        self.lines += 1;
        if self.lines > REMEMBERED_MAX * 6 {
            let path = path.clone();
            self.rewrite(&path)?;
        }
        Ok(())
    }

    /// Writes the file anew beside the old one and puts it in its place.
    fn rewrite(&mut self, path: &Path) -> io::Result<()> {
        let mut text = Vec::new();
        let mut lines = 0;
        let mut write = |line: Line| -> io::Result<()> {
            serde_json::to_writer(&mut text, &line)?;
            text.push(b'\n');
            lines += 1;
            Ok(())
        };
        for &id in &self.order {
            match self.jobs.get(&id) {
                Some(Remembered::Begun) => write(Line { id, outcome: None, stored: false })?,
                Some(Remembered::Ended(outcome)) => {
                    write(Line { id, outcome: Some(without_secrets(outcome)), stored: false })?;
                    if !self.unstored.contains(&id) {
                        write(Line { id, outcome: None, stored: true })?;
                    }
                }
                None => {}
            }
        }
        let beside = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&beside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        self.file = Some((path.to_owned(), OpenOptions::new().append(true).open(path)?));
        self.lines = lines;
        Ok(())
    }
}

fn without_secrets(outcome: &Outcome) -> Outcome {
    match outcome {
        Outcome::Kaspi { answer: KaspiAnswer::Tokens(_) } => Outcome::unknown(Reason::Interrupted, "tokens are not kept"),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duken_protocol::device::{Confirmation, KaspiTokens};

    const PRINTED: Outcome = Outcome::Printed { confirmation: Confirmation::Answered };

    #[test]
    fn a_restart_remembers_and_what_was_interrupted_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        let ids: Vec<Uuid> = (0..4).map(Uuid::from_u128).collect();
        let mut memory = JobMemory::in_file(&path).unwrap();
        for id in &ids[..3] {
            memory.begin(*id).unwrap();
        }
        memory.end(ids[0], PRINTED).unwrap();
        memory.end(ids[1], Outcome::Done).unwrap();
        memory.stored(ids[0]).unwrap();
        drop(memory);
        // The power went while a line was being written.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"id\":\"0000").unwrap();
        for _ in 0..2 {
            let memory = JobMemory::in_file(&path).unwrap();
            assert_eq!(memory.get(ids[0]), Some(&Remembered::Ended(PRINTED)));
            assert_eq!(memory.get(ids[3]), None);
            let interrupted = Outcome::unknown(Reason::Interrupted, "the program was stopped while the job ran");
            assert_eq!(memory.unstored(), [(ids[1], Outcome::Done), (ids[2], interrupted)]);
        }
    }

    #[test]
    fn tokens_never_reach_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        let tokens = KaspiTokens { access_token: "SECRET-A".into(), refresh_token: "SECRET-R".into(), expires_local: None };
        let outcome = Outcome::Kaspi { answer: KaspiAnswer::Tokens(tokens) };
        let mut memory = JobMemory::in_file(&path).unwrap();
        memory.begin(Uuid::nil()).unwrap();
        memory.end(Uuid::nil(), outcome.clone()).unwrap();
        assert_eq!(memory.get(Uuid::nil()), Some(&Remembered::Ended(outcome)));
        assert!(!std::fs::read_to_string(&path).unwrap().contains("SECRET"));
        memory.stored(Uuid::nil()).unwrap();
        assert!(!format!("{memory:?}").contains("SECRET"));
    }

    #[test]
    fn the_file_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        let mut memory = JobMemory::in_file(&path).unwrap();
        memory.file = None;
        for number in 0..3_000 {
            memory.begin(Uuid::from_u128(number)).unwrap();
            memory.end(Uuid::from_u128(number), Outcome::Done).unwrap();
            memory.stored(Uuid::from_u128(number)).unwrap();
        }
        memory.rewrite(&path).unwrap();
        assert_eq!(memory.order.len(), REMEMBERED_MAX);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), REMEMBERED_MAX * 2);
        assert_eq!(memory.get(Uuid::from_u128(1)), None);
    }
}
