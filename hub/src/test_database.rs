//! The database of a test: a file, or with `DUKEN_TEST_ENGINE=postgres` a database of a PostgreSQL server.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use duken_kernel::Fault;
use duken_kernel::store::Database;
use duken_test_postgres::Cluster;

use crate::config::{Config, DatabaseUrl};
use crate::hub::{App, Hub, NotStarted};

/// The database of a data folder on a server, when the tests of this run are to be made there: a new one at first, the
/// same for whoever opens the folder again.
///
/// # Panics
/// When they are to be and there is no server.
pub fn on_a_server(folder: &Path) -> Option<DatabaseUrl> {
    static KNOWN: LazyLock<Mutex<HashMap<PathBuf, DatabaseUrl>>> = LazyLock::new(Mutex::default);
    let made = || Cluster::shared().expect("PostgreSQL is installed").database().parse().expect("an address");
    let wanted = std::env::var("DUKEN_TEST_ENGINE").is_ok_and(|engine| engine == "postgres");
    wanted.then(|| KNOWN.lock().expect("no test holds it").entry(folder.to_owned()).or_insert_with(made).clone())
}

/// The database of a test's writer in a folder.
pub fn in_folder(folder: &Path) -> Database {
    on_a_server(folder).map_or_else(|| Database::Sqlite(folder.join("duken.db")), |url| url.0.into())
}

/// Drops a hub that was stopped, with its folder and its place at the server: the thread that tells of what was committed
/// may hold it a moment longer.
pub fn let_go(mut hub: App) {
    while let Err(held) = Arc::try_unwrap(hub) {
        hub = held;
        std::thread::yield_now();
    }
}

/// Opens a hub, also in the folder of one that was just let go: a child that another test begets at that moment holds every
/// open file of this process, the lock of the folder among them, until it has become a program of its own.
///
/// # Panics
/// When it does not open for another reason.
pub fn open(config: &Config) -> App {
    loop {
        match Hub::open(config.clone()) {
            Err(Fault::Io(error)) if is_in_use(&error) => std::thread::yield_now(),
            opened => return opened.expect("a hub"),
        }
    }
}

fn is_in_use(error: &std::io::Error) -> bool {
    matches!(error.get_ref().and_then(|why| why.downcast_ref()), Some(NotStarted::FolderInUse(_)))
}
