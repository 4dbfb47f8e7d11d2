//! A PostgreSQL server of a test's own: made in a temporary folder, as an ordinary user, on a socket in that folder, and
//! gone with the test's process however that ends.
//!
//! Where no PostgreSQL is installed the tests on it are left out, and the run says so aloud; with
//! `DUKEN_TEST_POSTGRES=required` it fails instead.

mod programs;
mod proxy;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub use programs::Programs;
pub use proxy::{Gate, Proxy};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Nothing of it outlives the test, so nothing is waited for.
const FLEETING: &str = "-c fsync=off -c shared_buffers=64MB";
/// As an operator would set it up.
const DURABLE: &str = "-c fsync=on -c shared_buffers=512MB -c max_wal_size=4GB -c checkpoint_timeout=15min";

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    folder: PathBuf,
    settings: &'static str,
    /// Ends the server and removes the folder once this process is gone.
    _watch: Child,
}

impl Cluster {
    /// The server that the tests of this process share; none where PostgreSQL is not installed.
    ///
    /// # Panics
    /// When it is installed and does not start; or when it is required and not installed.
    #[must_use]
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| Programs::found().map(|programs| Self::start(programs, FLEETING))).as_ref()
    }

    /// A server of its own for a test that does it harm.
    ///
    /// # Panics
    /// As [`Cluster::shared`].
    #[must_use]
    pub fn own() -> Option<Self> {
        Programs::found().map(|programs| Self::start(programs, FLEETING))
    }

    /// A server that keeps what it says it keeps, with the memory of a small machine: for measurements.
    ///
    /// # Panics
    /// As [`Cluster::shared`].
    #[must_use]
    pub fn durable() -> Option<Self> {
        Programs::found().map(|programs| Self::start(programs, DURABLE))
    }

    fn start(programs: Programs, settings: &'static str) -> Self {
        let folder = Path::new("/tmp").join(format!("duken-pg-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&folder).expect("a folder for the server");
        programs.hand_over(&folder);
        let watch = Self::watched(&programs, &folder);
        let data = folder.join("data");
        let mut init = programs.command("initdb");
        let _ = init.args(["--username=duken", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"]).arg(&data);
        done(&mut init);
        let cluster = Self { programs, folder, settings, _watch: watch };
        cluster.run();
        cluster
    }

    /// A process that outlives this one for a moment: it reads until this one is gone, then cleans up.
    fn watched(programs: &Programs, folder: &Path) -> Child {
        let script = "trap '' INT TERM HUP; read _; \"$0\" stop -D \"$1/data\" -m immediate -s; rm -rf \"$1\"";
        let mut watch = programs.as_user("sh");
        let _ = watch.args(["-c", script]).arg(programs.path("pg_ctl")).arg(folder);
        watch.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell")
    }

    fn run(&self) {
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c max_connections=80 -c log_min_messages=fatal {}",
            self.folder.display(),
            self.settings
        );
        let mut start = self.programs.command("pg_ctl");
        let _ = start.args(["start", "-w", "-s", "-t", "60", "-D"]).arg(self.folder.join("data"));
        let _ = start.arg("-l").arg(self.folder.join("log")).args(["-o", &options]);
        done(&mut start);
    }

    /// Ends the server as a crash does: no checkpoint, all connections break.
    ///
    /// # Panics
    /// When it cannot be ended.
    pub fn crash(&self) {
        let mut stop = self.programs.command("pg_ctl");
        done(stop.args(["stop", "-w", "-s", "-m", "immediate", "-D"]).arg(self.folder.join("data")));
    }

    /// Starts the server again after [`Cluster::crash`].
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.run();
    }

    /// The address of a new, empty database.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut create = self.programs.command("createdb");
        done(create.arg("-h").arg(&self.folder).args(["-U", "duken", "-T", "template0", &name]));
        self.url(&name)
    }

    /// The address of a database by its name.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        url_at(&self.folder, name)
    }

    /// Runs a statement as the server's owner, in a database given by its address; what it answers, as text.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn say(&self, url: &str, sql: &str) -> String {
        let name = url.rsplit('/').next().expect("a name");
        let mut psql = self.programs.command("psql");
        let _ = psql.arg("-h").arg(&self.folder).args(["-U", "duken", "-d", name, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        String::from_utf8_lossy(&done(&mut psql)).trim().to_owned()
    }

    /// The server's socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// The folder of the server, writable by its user.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives a folder to the server's user.
    pub fn hand_over(&self, folder: &Path) {
        self.programs.hand_over(folder);
    }
}

/// The address of a database behind a socket in a folder.
fn url_at(folder: &Path, name: &str) -> String {
    format!("postgres://duken@{}/{name}", folder.display().to_string().replace('/', "%2F"))
}

/// Says something that a test's captured output would hide.
pub(crate) fn aloud(text: &str) {
    let _nobody_listens = writeln!(std::io::stderr(), "{text}");
}

fn done(command: &mut Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).output().expect("the program runs");
    assert!(
        output.status.success(),
        "{command:?} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
