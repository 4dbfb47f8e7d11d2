//! Two hubs over loopback, on real databases.

mod chain;
mod delivery;
mod enrolment;
mod forwarding;
mod office;
mod poison;
mod returned;
mod server;

use std::sync::Arc;

use duken_kernel::Reject;
use duken_kernel::journal::{self, Draft, OWN};
use duken_kernel::replay::verify;
use duken_protocol::ids::{NodeId, RequestId};
use duken_protocol::sync::{Batch, Enrol, PROTOCOL};
use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;

use super::LINK_CUT;
use super::office::{code_of, join, make_code};
use super::store::{BATCH_ENTRIES_MAX, read_batch};
use crate::config::{Config, Role};
use crate::hub::{App, database};
use crate::settings::Settings;

/// A hub in a folder of its own.
struct House {
    folder: Arc<tempfile::TempDir>,
    app: App,
}

impl House {
    fn new(role: Role) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let database = crate::test_database::on_a_server(folder.path());
        Self::again(&Config { role, data: folder.path().to_owned(), database, ..Config::default() }, folder)
    }

    fn again(config: &Config, folder: Arc<tempfile::TempDir>) -> Self {
        Self { app: crate::test_database::open(config), folder }
    }

    /// Stops the hub and starts it again.
    fn restarted(self) -> Self {
        let Self { folder, app } = self;
        app.stop();
        let config = app.config.clone();
        crate::test_database::let_go(app);
        Self::again(&config, folder)
    }

    fn node(&self) -> NodeId {
        NodeId(self.app.node_id.parse().unwrap())
    }

    /// Appends entries: some cards of settings, some that have no view.
    fn write(&self, count: usize) {
        for number in 0..count {
            self.app
                .run_and_wait(self.app.own_caller(), move |tx| {
                    let draft = if number % 3 == 0 {
                        let mut settings = Settings::default();
                        settings.store.name = format!("Дүкен {}", tx.next_seq());
                        Draft::new("settings.saved", &settings)?
                    } else {
                        Draft::new(LINK_CUT, &json!({ "n": number }))?
                    };
                    Ok(tx.record(draft)?)
                })
                .unwrap();
        }
    }

    fn end(&self) -> i64 {
        self.tip(OWN)
    }

    fn tip(&self, node: i64) -> i64 {
        self.app.read_now(|read| Ok(journal::tip(read, node)?.seq)).unwrap()
    }

    /// Entries `from..=to` as a batch.
    fn batch(&self, from: i64, to: i64) -> Batch {
        let mut batch = self.app.read_now(|read| Ok(read_batch(read, from - 1, BATCH_ENTRIES_MAX)?)).unwrap().unwrap();
        batch.entries.truncate(usize::try_from(to - from + 1).unwrap());
        batch
    }

    /// Takes a store in by a code, without the network. Its local number.
    fn joins(&self, store: &Self) -> i64 {
        let request = RequestId::new(Uuid::now_v7()).unwrap();
        self.app.run_and_wait(self.app.own_caller(), make_code(&self.app.key, request, "Абай 10".to_owned())).unwrap();
        let wanted = Enrol { protocol: PROTOCOL, code: code_of(&self.app.key, request), node: store.node(), epoch: 0, end: store.end() };
        self.app.run_and_wait(self.app.own_caller(), join(&self.app.key, wanted)).unwrap()
    }

    /// Serves the hub on a port of loopback.
    async fn serve(&self) -> Served {
        self.serve_on(tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn serve_on(&self, listener: tokio::net::TcpListener) -> Served {
        let address = listener.local_addr().unwrap();
        crate::web::tls::install_provider();
        let router = crate::web::server::router(&self.app);
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    let _ = stopped.wait_for(|stop| *stop).await;
                })
                .await
                .unwrap();
        });
        Served { url: format!("http://{address}"), address, stop, task }
    }
}

struct Served {
    url: String,
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    async fn end(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap();
    }
}

/// The office has exactly the first `count` entries of the store, and its tables are those of a replay.
fn has_exactly(office: &House, number: i64, store: &House, count: i64) {
    let entries = |house: &House, node| house.app.read_now(|read| Ok(journal::read_after(read, node, 0, 1 << 30)?)).unwrap();
    let (here, there) = (entries(office, number), entries(store, OWN));
    assert_eq!(here.len() as i64, count);
    assert_eq!(here[..], there[..here.len()]);
    let proof = verify(&database(&office.app.config).open_readonly().unwrap(), office.app.schema()).unwrap();
    assert!(proof.holds, "{proof:#?}");
}

fn code(outcome: Result<impl std::fmt::Debug, Reject>) -> &'static str {
    match outcome {
        Err(Reject::Refused(refusal)) => refusal.code.code,
        other => panic!("not refused: {other:?}"),
    }
}

fn count(house: &House, sql: &str) -> i64 {
    house.app.read_now(|read| Ok(read.row(sql, &[])?.unwrap().get::<i64>(0)?)).unwrap()
}
