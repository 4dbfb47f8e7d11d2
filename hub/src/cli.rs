//! The command line.

mod options;
mod recovery;
mod refused;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use duken_kernel::Fault;
use duken_kernel::replay::{Depth, Proof, rebuild, verify, verify_since_checkpoint};
use duken_kernel::store::{Engine, Postgres, Read};

use self::options::Options;
use self::refused::{Said, Unusable};
use crate::config::Config;
use crate::hub::{App, Hub, database};
use crate::web::door::{self, Door, Seats, raise_file_limit};
use crate::{domains, web};

/// The hub of a store, and the head office.
#[derive(Debug, Parser)]
#[command(name = "duken-hub", version, about)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the hub (the default).
    Serve,
    /// Check the configuration and print what it comes to.
    CheckConfig,
    /// Prove that nothing was lost or changed. Exit code 1 when anything differs.
    ///
    /// Below 50,000 entries, or with --full, every table is made again from the first entry and all of it is compared; that
    /// takes as long as `rebuild`.
    ///
    /// Above, or with --quick, the journal is read once, and only what came after its last checkpoint (at most 10,000
    /// entries) is made again. That proves: every entry of the journal is there, unchanged, in its place; every balance of
    /// money and goods is what the checkpoint and the postings since make of it; turnovers of days, months and years add up to the
    /// balances; what was recorded since the checkpoint stands in the tables as it was recorded; personal data are what
    /// their hashes say.
    ///
    /// It does not prove: rows of documents and cards that have not changed since that checkpoint, statistics, and sums
    /// of shifts. What was done is said at the end.
    ///
    /// A running hub is no obstacle: what is proven is one state of its database, the one of the moment it began.
    #[command(verbatim_doc_comment)]
    Verify {
        /// Make everything again from the first entry, however many there are.
        #[arg(long, conflicts_with = "quick")]
        full: bool,
        /// Only what came after the last checkpoint.
        #[arg(long)]
        quick: bool,
    },
    /// Make every view again from the journal.
    Rebuild,
    /// Make a backup now, also while the hub sells. It is sealed to the recovery sheet.
    Backup(recovery::BackupArgs),
    /// Restore onto an empty data folder, from a backup and its recovery sheet, or from the head office.
    Restore(recovery::RestoreArgs),
    /// Print entries of the journal, one line of JSON each.
    Journal {
        /// After this number.
        #[arg(long, default_value_t = 0)]
        after: i64,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: i64,
    },
    /// Print the description of the API (OpenAPI 3.1, JSON).
    Openapi,
}

/// Runs the program; its exit code.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let said = cli.options.said();
    match act(cli, said) {
        Ok(code) => code,
        Err(error) => {
            refused::say(&error, said);
            ExitCode::from(2)
        }
    }
}

fn act(cli: Cli, said: Said) -> anyhow::Result<ExitCode> {
    let config = cli.options.config()?;
    match cli.verb.unwrap_or(Verb::Serve) {
        Verb::CheckConfig => {
            println!("{}", toml::to_string_pretty(&config)?);
            if let Some(url) = &config.database {
                let version = Postgres::version(&url.0).with_context(|| format!("{} cannot be used", url.0))?;
                println!("# the database server answers: PostgreSQL {version}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Verb::Openapi => {
            println!("{}", web::server::description());
            Ok(ExitCode::SUCCESS)
        }
        Verb::Verify { full, quick } => {
            let wanted = match (full, quick) {
                (true, _) => Some(Depth::Full),
                (false, true) => Some(Depth::SinceCheckpoint),
                (false, false) => None,
            };
            prove(&config, wanted, said.json)
        }
        Verb::Backup(args) => recovery::back_up(&config, &args, said),
        Verb::Restore(args) => recovery::restore(&config, args, said),
        Verb::Rebuild => {
            let engine = database(&config).open()?;
            engine.begin()?;
            let entries = rebuild(&engine, &domains::schema())?;
            engine.commit()?;
            println!("{entries} entries replayed");
            Ok(ExitCode::SUCCESS)
        }
        Verb::Journal { after, limit } => {
            let engine = database(&config).open_readonly()?;
            for entry in duken_kernel::journal::read_after(&engine, duken_kernel::journal::OWN, after, limit)? {
                println!("{{\"seq\":{},\"entry\":{}}}", entry.seq, String::from_utf8_lossy(&entry.bytes));
            }
            Ok(ExitCode::SUCCESS)
        }
        Verb::Serve => {
            log_to_stderr(&config)?;
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(serve(config))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Up to so many entries everything is made again by default.
const FULL_BELOW: i64 = 50_000;

/// How much is proven when nobody says.
fn usual_depth(entries: i64) -> Depth {
    if entries < FULL_BELOW { Depth::Full } else { Depth::SinceCheckpoint }
}

fn prove(config: &Config, wanted: Option<Depth>, json: bool) -> anyhow::Result<ExitCode> {
    let database = database(config);
    let engine = database.open_readonly().with_context(|| format!("{database} cannot be read"))?;
    // One state from the first read to the last, whatever the hub does meanwhile.
    let proof = engine.snapshot(|read| proven(read, wanted))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&proof)?);
    } else {
        for check in &proof.checks {
            let verdict = if check.differences.is_empty() { "holds" } else { "DIFFERS" };
            println!("{:<3} {verdict:<8} {} ({})", check.id, check.what, check.checked);
            for difference in &check.differences {
                println!("      {difference}");
            }
        }
        if let Some(digest) = &proof.digest {
            println!("digest {digest}");
        }
        let verdict = match (proof.holds, proof.depth) {
            (false, _) => "something differs",
            (true, Depth::Full) => "everything holds",
            (true, Depth::SinceCheckpoint) => "everything that was looked at holds (--full looks at everything)",
        };
        let done = match proof.depth {
            Depth::Full => "full proof: every table was made again from the first entry",
            Depth::SinceCheckpoint => "quick proof: the whole journal, all balances, and rows since the last checkpoint",
        };
        println!("{done}\n{verdict}");
    }
    Ok(if proof.holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn proven(read: &dyn Read, wanted: Option<Depth>) -> Result<Proof, Fault> {
    let depth = match wanted {
        Some(depth) => depth,
        None => usual_depth(duken_kernel::journal::tip(read, duken_kernel::journal::OWN)?.seq),
    };
    match depth {
        Depth::Full => verify(read, &domains::schema()),
        Depth::SinceCheckpoint => verify_since_checkpoint(read, &domains::schema()),
    }
}

fn log_to_stderr(config: &Config) -> anyhow::Result<()> {
    let filter = config.log_filter()?;
    // A log that cannot be written, on a full disk, is no reason to stop: the default would print that, and panic.
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    if config.log_json {
        builder.json().init();
    } else {
        builder.init();
    }
    Ok(())
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let seats = Seats::new(config.limits, config.limits.connections_within(raise_file_limit()));
    let listener = bind(config.http).await?;
    let address = listener.local_addr()?;
    let opening = config.clone();
    let app = tokio::task::spawn_blocking(move || Hub::open(opening)).await??;
    let (stop_sender, stop) = tokio::sync::watch::channel(false);
    let stop_sender = Arc::new(stop_sender);
    let signalled = stop_sender.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping");
        let _nobody_listens = signalled.send(true);
    });
    app.start(stop.clone());
    let app_for_metrics = app.clone();
    let mut router = web::server::router(&app);
    let network = Network::bind(&app, &config).await?;
    let mut said = serde_json::json!({ "http": format!("http://{address}"), "role": config.role, "node": app.node_id });
    if let Some(network) = network {
        router = router.merge(web::tls::routes(&network.https));
        said["https"] = format!("https://{}", network.address).into();
        said["fingerprint"] = network.https.authority.fingerprint().to_string().into();
        network.serve(&app, router.clone(), &seats, &stop);
    }
    tracing::info!(%address, role = ?config.role, node = %app.node_id, "the hub answers");
    println!("{said}");
    if let Some(wanted) = config.metrics {
        let listener = bind(wanted).await?;
        let serving = door::serve(listener, web::metrics::router(&app_for_metrics, &seats), Door::plain(&seats), stop.clone());
        tokio::spawn(logged("metrics", serving));
    }
    door::serve(listener, router, Door::plain(&seats), stop).await?;
    tokio::task::spawn_blocking(move || app.stop()).await?;
    Ok(())
}

/// Takes a port, so that a taken one is refused at once.
async fn bind(address: SocketAddr) -> Result<tokio::net::TcpListener, Unusable> {
    web::server::bind(address).await.map_err(|source| Unusable { address, source })
}

/// What the store's network reaches: HTTPS, and the plain page that explains trust.
struct Network {
    https: Arc<web::tls::Https>,
    listener: tokio::net::TcpListener,
    address: SocketAddr,
    trust: Option<tokio::net::TcpListener>,
}

impl Network {
    /// Takes the ports, so that a taken one is refused at once; makes the certificate when it is missing.
    async fn bind(app: &App, config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(wanted) = config.https else { return Ok(None) };
        let listener = bind(wanted).await?;
        let address = listener.local_addr()?;
        let trust = match config.trust_http {
            Some(wanted) => Some(bind(wanted).await?),
            None => None,
        };
        let (data, clock) = (config.data.clone(), app.clock.clone());
        let https = tokio::task::spawn_blocking(move || web::tls::Https::open(&data, clock)).await??;
        Ok(Some(Self { https, listener, address, trust }))
    }

    fn serve(self, app: &App, router: axum::Router, seats: &Arc<Seats>, stop: &tokio::sync::watch::Receiver<bool>) {
        app.devices.is_reached(self.https.authority.fingerprint().hex(), self.address.port());
        if app.config.announces() {
            tokio::spawn(web::tls::announce(app.clone(), self.https.clone(), self.address.port(), stop.clone()));
        }
        let serving = web::tls::serve_https(self.https.clone(), self.listener, router, seats.clone(), stop.clone());
        tokio::spawn(logged("HTTPS", serving));
        if let Some(listener) = self.trust {
            tokio::spawn(logged("the trust page", web::tls::serve_trust(self.https, listener, seats.clone(), stop.clone())));
        }
    }
}

async fn logged(what: &str, serving: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = serving.await {
        tracing::error!(%error, "{what} stopped");
    }
}

async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                biased;
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _no_signal = interrupt.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_journal_is_proven_whole_and_flags_decide_where_given() {
        assert_eq!(
            [usual_depth(0), usual_depth(FULL_BELOW - 1), usual_depth(FULL_BELOW)],
            [Depth::Full, Depth::Full, Depth::SinceCheckpoint]
        );
        assert!(Cli::try_parse_from(["duken-hub", "verify", "--full", "--quick"]).is_err());
        assert!(Cli::try_parse_from(["duken-hub", "--announce", "verify", "--quick", "--json"]).is_ok());
    }
}
