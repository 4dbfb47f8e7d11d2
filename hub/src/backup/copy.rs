//! One consistent copy of the books while the tills go on: `VACUUM INTO` reads one state of the database, whatever is
//! written meanwhile, and the copy is proved before it is sealed.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duken_kernel::context::{Chance, Clock};
use duken_kernel::failure::point;
use duken_kernel::journal::{self, OWN};
use duken_kernel::replay::verify;
use duken_kernel::store::{Database, sqlite::FORMAT};
use duken_kernel::vault::Files;
use duken_kernel::{Fault, Reject, Schema};
use rusqlite::{Connection, OpenFlags};

use super::archive::{self, Header, Manifest, NotOpened};
use super::progress::{Progress, Stage};
use super::{BOOKS_DIFFER, NO_SPACE, NOT_READABLE, OTHER_ENGINE, RUNNING};
use crate::config::Role;
use crate::hub::{Hub, database_path};
use crate::recovery::{self, NO_SHEET, Sheet};

/// The folder for what is under way, inside the data folder: wiped whenever a backup begins.
const WORK: &str = "backup-work";
/// The tills keep this much of the disk, whatever a backup takes.
const SPARED_BYTES: u64 = 64 << 20;

/// What is copied, and by which clock.
#[derive(Clone)]
pub struct House {
    /// The data folder.
    pub data: PathBuf,
    /// Store or head office.
    pub role: Role,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// The declared database.
    pub schema: Arc<Schema>,
}

impl House {
    /// That of a running hub.
    #[must_use]
    pub fn of(hub: &Hub) -> Self {
        Self {
            data: hub.config.data.clone(),
            role: hub.role(),
            clock: hub.clock.clone(),
            chance: hub.chance.clone(),
            schema: Arc::new(crate::domains::schema()),
        }
    }
}

/// A copy that was proved. Dropped, its files are gone.
pub struct Copy {
    house: House,
    header: Header,
    manifest: Manifest,
    sheet: Sheet,
    _working: Working,
}

/// Only one backup at a time, in this process and others.
struct Working {
    folder: PathBuf,
    _lock: File,
}

impl Working {
    fn begin(data: &Path) -> Result<Self, Reject> {
        let folder = data.join(WORK);
        fs::create_dir_all(&folder).map_err(Fault::from)?;
        let lock = File::create(data.join("backup.lock")).map_err(Fault::from)?;
        if lock.try_lock().is_err() {
            return RUNNING.err();
        }
        let working = Self { folder, _lock: lock };
        working.wipe();
        Ok(working)
    }

    fn copy(&self) -> PathBuf {
        self.folder.join("duken.db")
    }

    fn wipe(&self) {
        for name in ["duken.db", "duken.db-journal", "office.dkb"] {
            let _not_there = fs::remove_file(self.folder.join(name));
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// A backup that was written and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What it says of itself.
    pub header: Header,
    /// The digest of all views.
    pub digest: String,
}

impl Copy {
    /// Takes a copy and proves it.
    ///
    /// # Errors
    /// `backup.running`, `backup.other_engine`, `backup.no_space`, `recovery.no_sheet`, `backup.books_differ`; then the engine's.
    pub fn take(house: &House, progress: &Arc<Progress>) -> Result<Self, Reject> {
        let working = Working::begin(&house.data)?;
        let source = database_path(&house.data);
        if !source.is_file() {
            return OTHER_ENGINE.err();
        }
        let bytes = fs::metadata(&source).map_err(Fault::from)?.len();
        progress.begin(Stage::Copying, bytes);
        let needed = bytes + bytes / 2 + SPARED_BYTES;
        let free = free_bytes(&house.data)?;
        if free < needed {
            return Err(NO_SPACE.refuse().with("needed_mb", needed >> 20).with("free_mb", free >> 20).into());
        }
        vacuum(&source, &working.copy(), progress.clone())?;
        progress.begin(Stage::Proving, 0);
        let copied = Database::Sqlite(working.copy()).open_readonly()?;
        let sheet = recovery::sheet(&copied)?.ok_or_else(|| NO_SHEET.refuse())?;
        let proof = verify(&copied, &house.schema)?;
        if !proof.holds {
            return BOOKS_DIFFER.err();
        }
        let (_, node, epoch) = journal::nodes(&copied)?.into_iter().next().ok_or_else(|| Fault::invariant("S1", "this node has no id"))?;
        let header = Header {
            node,
            role: house.role,
            store: crate::settings::read(&copied)?.store.name,
            made_ms: house.clock.now_ms(),
            epoch,
            end: journal::tip(&copied, OWN)?.seq,
            sheet: sheet.name.clone(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            database: FORMAT,
            files: true,
        };
        let manifest = Manifest { digest: proof.digest.unwrap_or_default(), holds: proof.holds };
        Ok(Self { house: house.clone(), header, manifest, sheet, _working: working })
    }

    /// What the backups of this copy say of themselves.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Where a backup for the head office is put together.
    #[must_use]
    pub fn for_office(&self) -> PathBuf {
        self._working.folder.join("office.dkb")
    }

    /// Writes a backup, reads it back, and only then gives it its name; without files it is for the head office, which
    /// has them on a path of their own. One that was there under the name is replaced at the end, or stays.
    ///
    /// # Errors
    /// `backup.not_readable`; then [`Fault::DiskFull`], [`Fault::Io`].
    pub fn seal(&self, path: &Path, files: bool, progress: &Progress) -> Result<Made, Reject> {
        let partial = path.with_extension("partial");
        let sealed = self.seal_into(&partial, files, progress);
        let sealed = sealed.and_then(|header| {
            let bytes = fs::metadata(&partial).map_err(Fault::from)?.len();
            point("backup.sealed");
            fs::rename(&partial, path).map_err(Fault::from)?;
            point("backup.named");
            if let Some(folder) = path.parent() {
                File::open(folder).and_then(|folder| folder.sync_all()).map_err(Fault::from)?;
            }
            Ok(Made { path: path.to_owned(), bytes, header, digest: self.manifest.digest.clone() })
        });
        if sealed.is_err() {
            let _never_made = fs::remove_file(&partial);
        }
        sealed
    }

    fn seal_into(&self, partial: &Path, files: bool, progress: &Progress) -> Result<Header, Reject> {
        point("backup.copied");
        let contents = self.contents(files)?;
        let total = contents.iter().filter_map(|(_, path)| fs::metadata(path).ok()).map(|meta| meta.len()).sum();
        let header = Header { files, ..self.header.clone() };
        progress.begin(Stage::Writing, total);
        let out = BufWriter::with_capacity(1 << 20, File::create(partial).map_err(Fault::from)?);
        let contents = (&self.manifest, contents.as_slice());
        let (out, written) = archive::write(out, &header, &self.sheet.key, self.house.chance.as_ref(), contents, progress)?;
        let file = out.into_inner().map_err(|error| Fault::from(error.into_error()).named())?;
        file.sync_all().map_err(|error| Fault::from(error).named())?;
        drop(file);
        point("backup.written");
        progress.begin(Stage::ReadingBack, total);
        let written_file = File::open(partial).map_err(Fault::from)?;
        forget_cached(&written_file);
        match archive::read_back(BufReader::with_capacity(1 << 20, written_file), &written, progress) {
            Ok(()) => Ok(header),
            Err(NotOpened::Fault(fault)) => Err(fault.into()),
            Err(_) => NOT_READABLE.err(),
        }
    }

    /// Everything that a bare machine needs: keys first, then the books, then files.
    fn contents(&self, files: bool) -> Result<Vec<(String, PathBuf)>, Fault> {
        let data = &self.house.data;
        let mut all = vec![("secret.key".to_owned(), data.join("secret.key"))];
        let mut trust: Vec<_> = match fs::read_dir(data.join("tls")) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_file()).collect(),
            Err(_) => Vec::new(),
        };
        trust.sort();
        all.extend(trust.into_iter().filter_map(|path| Some((format!("tls/{}", path.file_name()?.to_str()?), path))));
        all.push(("duken.db".to_owned(), self._working.copy()));
        if files {
            let kept = Files::in_folder(&data.join("files"))?;
            all.extend(kept.list()?.into_iter().map(|hash| (format!("files/{hash}"), kept.path(&hash))));
        }
        Ok(all)
    }
}

/// What was written shall come from the disk when it is read back, not from memory.
fn forget_cached(file: &File) {
    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    let _only_advice = posix_fadvise(file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED);
}

fn vacuum(source: &Path, copy: &Path, progress: Arc<Progress>) -> Result<(), Fault> {
    let mut connection = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    let growing = copy.to_owned();
    let look = move || {
        progress.reach(fs::metadata(&growing).map_or(0, |meta| meta.len()));
        false
    };
    connection.progress_handler(100_000, Some(look))?;
    let target = copy.to_str().ok_or_else(|| Fault::Other(format!("{} is no text", copy.display())))?;
    connection.execute("VACUUM INTO ?1", [target]).map_err(|error| Fault::from(error).named())?;
    File::open(copy)?.sync_all()?;
    Ok(())
}

/// Free bytes of the disk that a folder lies on.
///
/// # Errors
/// [`Fault::Io`].
pub fn free_bytes(folder: &Path) -> Result<u64, Fault> {
    let stat = nix::sys::statvfs::statvfs(folder).map_err(|errno| Fault::Io(errno.into()))?;
    Ok(stat.blocks_available() * stat.fragment_size())
}
