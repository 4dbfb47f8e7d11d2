//! The database of a test: a file, or with `DUKEN_TEST_ENGINE=postgres` a database of a PostgreSQL server.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use duken_kernel::store::Database;
use duken_test_postgres::Cluster;

use crate::config::DatabaseUrl;
use crate::hub::App;

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
