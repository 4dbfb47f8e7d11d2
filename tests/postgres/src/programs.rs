//! Where the server's programs are, and as whom they run.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

/// The user and group that run the server where the tests run as root, who may not: nobody.
const NOBODY: u32 = 65_534;

/// The programs of an installed PostgreSQL.
#[derive(Debug, Clone)]
pub struct Programs(PathBuf);

impl Programs {
    /// Those of this machine: where Debian puts them (the newest), or on the path.
    ///
    /// # Panics
    /// When there are none and `DUKEN_TEST_POSTGRES=required`.
    #[must_use]
    pub fn found() -> Option<Self> {
        static SAID: Once = Once::new();
        let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut versions: Vec<(u32, PathBuf)> =
            installed.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))).collect();
        versions.sort();
        let on_the_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
        let mut places = versions.into_iter().rev().map(|(_, folder)| folder).chain(on_the_path);
        let found = places.find(|folder| ["initdb", "pg_ctl", "psql"].iter().all(|program| folder.join(program).is_file()));
        if found.is_none() {
            assert!(
                std::env::var_os("DUKEN_TEST_POSTGRES").is_none_or(|wanted| wanted != "required"),
                "PostgreSQL is required and not installed"
            );
            SAID.call_once(|| {
                super::aloud("PostgreSQL is not installed: the tests on it are LEFT OUT (Debian: apt-get install postgresql)")
            });
        }
        found.map(Self)
    }

    /// A program of the server, run as the server's user.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        self.as_user(self.path(program))
    }

    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.0.join(program)
    }

    pub(crate) fn as_user(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        if is_root() {
            let _ = command.uid(NOBODY).gid(NOBODY);
        }
        let _ = command.current_dir("/").env_remove("PGHOST").env_remove("PGDATA").env("LC_ALL", "C");
        command
    }

    /// Gives a folder to the server's user.
    pub(crate) fn hand_over(&self, folder: &Path) {
        if is_root() {
            chown(folder, Some(NOBODY), Some(NOBODY)).expect("root gives a folder away");
        }
    }
}

/// Whether this process is root: its own folder in `/proc` says whose it is.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
