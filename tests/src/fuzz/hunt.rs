//! The hunt: inputs are changed, tried, and kept where they say something new.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Target;
use super::mutate::changed;
use super::reached::Reached;
use crate::sim::dice::Dice;

/// No decoder needs longer for one input, even on a busy machine.
const SLOW: Duration = Duration::from_secs(5);
/// At most so many inputs are kept for a target.
const MOST_KEPT: usize = 4_000;
/// What is larger does not go into the corpus on disk.
const MOST_SAVED_BYTES: usize = 4 << 10;
/// At most so many files of a target are in the corpus on disk.
const MOST_SAVED: usize = 120;

/// Inputs on disk: a folder for each target.
#[derive(Debug, Clone)]
pub struct Corpus(PathBuf);

impl Corpus {
    /// The corpus in this folder.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The corpus that belongs to the tree.
    #[must_use]
    pub fn of_the_tree() -> Self {
        Self(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus"))
    }

    fn folder(&self, target: &Target) -> PathBuf {
        self.0.join(target.name)
    }

    /// The inputs of a target, in the order of their names.
    ///
    /// # Errors
    /// The disk's; a target without a folder has none.
    pub fn inputs(&self, target: &Target) -> io::Result<Vec<Vec<u8>>> {
        let folder = match fs::read_dir(self.folder(target)) {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut paths = folder.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        paths.iter().map(fs::read).collect()
    }

    /// Keeps an input under the hash of its content.
    ///
    /// # Errors
    /// The disk's.
    pub fn keep(&self, target: &Target, input: &[u8]) -> io::Result<PathBuf> {
        let folder = self.folder(target);
        fs::create_dir_all(&folder)?;
        let path = folder.join(&blake3::hash(input).to_hex()[..16]);
        fs::write(&path, input)?;
        Ok(path)
    }
}

/// What a hunt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Inputs that were tried.
    pub tried: u64,
    /// Different answers.
    pub answers: usize,
    /// Edges of the program; 0 where nobody counts them.
    pub edges: usize,
    /// Inputs that were kept.
    pub kept: usize,
    /// What went wrong, and by which input.
    pub caught: Option<Caught>,
}

/// An input that a decoder did not survive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    /// What happened.
    pub why: String,
    /// The input.
    pub input: Vec<u8>,
}

/// A hunt for one target.
pub struct Hunt {
    target: Target,
    dice: Dice,
    pool: Vec<Vec<u8>>,
    answers: BTreeMap<String, u32>,
    reached: Reached,
    tried: u64,
    /// The input under way lies here: a program that dies has said of what.
    note: Option<fs::File>,
    grows: Option<Corpus>,
    saved: usize,
}

impl Hunt {
    /// A hunt that begins with the target's own seeds and what the corpus holds.
    ///
    /// # Errors
    /// The disk's.
    pub fn new(target: Target, seed: u64, corpus: &Corpus) -> io::Result<Self> {
        let known = corpus.inputs(&target)?;
        let saved = known.len();
        let mut pool = (target.seeds)();
        pool.extend(known);
        let dice = Dice::of(&[seed]);
        let (answers, reached) = (BTreeMap::new(), Reached::default());
        Ok(Self { target, dice, pool, answers, reached, tried: 0, note: None, grows: None, saved })
    }

    /// The input under way is noted in this file.
    ///
    /// # Errors
    /// The disk's.
    pub fn noted_in(mut self, path: &Path) -> io::Result<Self> {
        self.note = Some(fs::File::create(path)?);
        Ok(self)
    }

    /// What says something new goes into this corpus.
    #[must_use]
    pub fn growing(mut self, corpus: Corpus) -> Self {
        self.grows = Some(corpus);
        self
    }

    /// Tries what is known, then changes of it, until the time is over or something goes wrong.
    ///
    /// # Errors
    /// The disk's.
    pub fn run(mut self, time: Duration) -> io::Result<Found> {
        let begun = Instant::now();
        for input in self.pool.clone() {
            if let Err(caught) = self.one(&input)? {
                return Ok(self.found(Some(caught)));
            }
        }
        while begun.elapsed() < time {
            // The latest are the strangest: half of the time one of them is changed.
            let last = self.pool.len().min(16);
            let at = if self.dice.percent(50) { self.pool.len() - 1 - self.dice.index(last) } else { self.dice.index(self.pool.len()) };
            let input = changed(&mut self.dice, self.target.shape, &self.pool[at], &self.pool);
            match self.one(&input)? {
                Err(caught) => return Ok(self.found(Some(caught))),
                Ok(true) if self.pool.len() < MOST_KEPT => self.keep(input)?,
                Ok(_) => {}
            }
        }
        Ok(self.found(None))
    }

    fn keep(&mut self, input: Vec<u8>) -> io::Result<()> {
        if let Some(corpus) = self.grows.as_ref().filter(|_| self.saved < MOST_SAVED && input.len() <= MOST_SAVED_BYTES) {
            let _path = corpus.keep(&self.target, &input)?;
            self.saved += 1;
        }
        self.pool.push(input);
        Ok(())
    }

    fn found(self, caught: Option<Caught>) -> Found {
        Found { tried: self.tried, answers: self.answers.len(), edges: self.reached.edges(), kept: self.pool.len(), caught }
    }

    /// Tries one input; whether it says something new.
    fn one(&mut self, input: &[u8]) -> io::Result<Result<bool, Caught>> {
        if let Some(note) = &self.note {
            note.set_len(0)?;
            note.write_all_at(input, 0)?;
        }
        self.tried += 1;
        Reached::clear();
        let begun = Instant::now();
        let answer = catch_unwind(AssertUnwindSafe(|| (self.target.run)(input)));
        let took = begun.elapsed();
        let edge = self.reached.is_new();
        let caught = |why: String| Ok(Err(Caught { why, input: input.to_vec() }));
        let answer = match answer {
            Ok(answer) => answer,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
                return caught(format!("panic: {}", text.unwrap_or("without a word")));
            }
        };
        if took > SLOW {
            return caught(format!("{took:?} for {} bytes", input.len()));
        }
        let times = self.answers.entry(answer).or_default();
        *times = times.saturating_add(1);
        Ok(Ok(*times == 1 || edge))
    }
}
