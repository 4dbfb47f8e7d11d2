//! `duken-agent`: lends the devices of this machine to a hub.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use duken_agent::config::{Config, Pairing};
use duken_agent::devices::{JobMemory, Runtime, RuntimeOptions};
use duken_agent::discovery::{Announcement, Discovery, DiscoveryOptions, Service, Sighting, plugged_in};
use duken_agent::link::{self, HubAddress, Identity, Invitation, Link, LinkState};
use duken_agent::printer::Profiles;
use duken_agent::trust::Trust;
use tokio::sync::watch;

#[derive(Debug, Parser)]
#[command(name = "duken-agent", version, about = "Lends the devices of this machine to a Düken hub")]
struct Arguments {
    /// Settings file
    #[arg(long, global = true, env = "DUKEN_AGENT_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of the pairing and of the memory of jobs
    #[arg(long, global = true, env = "DUKEN_AGENT_STATE")]
    state: Option<PathBuf>,
    /// What is logged, such as `info` or `duken_agent=debug`
    #[arg(long, global = true, env = "DUKEN_AGENT_LOG")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Dial the hub and serve it, for ever
    Run {
        /// Address of the hub, over the one from pairing
        #[arg(long, env = "DUKEN_AGENT_HUB")]
        hub: Option<String>,
    },
    /// Become an agent of a hub by the six digits that it shows
    Pair {
        /// The whole text of the QR that the hub shows, instead of address, digits and fingerprint
        #[arg(conflicts_with_all = ["hub", "code", "fingerprint"], required_unless_present_all = ["hub", "code"])]
        qr: Option<String>,
        /// Address of the hub, such as https://192.168.1.10:8443
        #[arg(long, env = "DUKEN_AGENT_HUB")]
        hub: Option<String>,
        /// The six digits
        #[arg(long)]
        code: Option<String>,
        /// Fingerprint of the hub's certificate, where the hub's page or QR names it
        #[arg(long)]
        fingerprint: Option<String>,
        /// Name of this machine for people
        #[arg(long)]
        name: Option<String>,
    },
    /// List what is plugged into this machine
    Devices,
    /// List the hubs that are seen on the network
    Hubs {
        /// Seconds to listen
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Read the settings and say whether they can be used
    CheckConfig,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("duken-agent: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("duken-agent: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut config = match &arguments.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    config.state_dir = arguments.state.or(config.state_dir);
    config.log = arguments.log.or(config.log);
    match arguments.command {
        Command::Run { hub } => {
            config.hub = hub.or(config.hub);
            serve(config).await
        }
        Command::Pair { qr, hub, code, fingerprint, name } => {
            config.name = name.or(config.name);
            let invitation = match (qr, hub, code) {
                (Some(qr), _, _) => Invitation::parse(&qr)?,
                (None, Some(hub), Some(code)) => Invitation { addresses: vec![HubAddress::parse(&hub)?], code, fingerprint },
                (None, _, _) => bail!("the text of the QR, or --hub and --code"),
            };
            pair(&config, &invitation).await
        }
        Command::Devices => {
            for device in plugged_in(&profiles(&config)?) {
                println!("{}", serde_json::to_string(&device)?);
            }
            Ok(())
        }
        Command::Hubs { seconds } => hubs(seconds).await,
        Command::CheckConfig => {
            profiles(&config)?;
            if let Some(hub) = &config.hub {
                HubAddress::parse(hub)?;
            }
            println!("the settings can be used: {} devices, state in {}", config.devices.len(), config.state_dir().display());
            Ok(())
        }
    }
}

fn profiles(config: &Config) -> anyhow::Result<Profiles> {
    Ok(match &config.profiles_dir {
        Some(folder) => Profiles::with_folder(folder)?,
        None => Profiles::bundled(),
    })
}

fn machine_name(config: &Config) -> String {
    let host = || nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    config.name.clone().or_else(host).unwrap_or_else(|| "agent".to_owned())
}

async fn pair(config: &Config, invitation: &Invitation) -> anyhow::Result<()> {
    let (name, fingerprint) = (machine_name(config), invitation.fingerprint.as_deref());
    let mut tried = Err(anyhow::anyhow!("no address to pair at"));
    for address in &invitation.addresses {
        tried =
            link::pair(address, &invitation.code, &name, fingerprint).await.map(|answer| (address, answer)).context(address.to_string());
        if tried.is_ok() {
            break;
        }
    }
    let (address, answer) = tried?;
    let pairing = Pairing {
        address: address.to_string(),
        hub_id: answer.hub_id,
        store: answer.store,
        agent_id: answer.agent_id,
        token: answer.token,
        fingerprint: answer.fingerprint,
    };
    pairing.write(&config.state_dir())?;
    println!("paired with {} at {address}", pairing.store);
    if let Some(fingerprint) = &pairing.fingerprint {
        println!("its certificate: {fingerprint}");
    }
    Ok(())
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(config.log.as_deref().unwrap_or("info")).context("log")?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let state_dir = config.state_dir();
    let pairing = match Pairing::read(&state_dir)? {
        Some(pairing) => pairing,
        None => tokio::select! {
            biased;
            pairing = until_paired(&config) => pairing?,
            () = asked_to_stop() => return Ok(()),
        },
    };
    let address = HubAddress::parse(config.hub.as_deref().unwrap_or(&pairing.address))?;
    let trust = match &pairing.fingerprint {
        Some(sha256) => Trust::Pinned { sha256: sha256.clone() },
        None if address.tls => bail!("paired without TLS, so that https:// cannot be trusted: pair again"),
        None => Trust::System,
    };
    let profiles = profiles(&config)?;
    let memory = JobMemory::in_file(&state_dir.join("jobs.jsonl")).context("the memory of jobs")?;
    let (runtime, events) = Runtime::start(RuntimeOptions { profiles: profiles.clone(), memory, ..RuntimeOptions::default() });
    let identity = Identity { address: address.clone(), trust, agent_id: pairing.agent_id.clone(), token: pairing.token.clone() };
    let (seen, elsewhere) = watch::channel(Vec::new());
    // A hub on this machine is also announced on this machine alone.
    let finding = tokio::spawn(follow(announcement(&config, Some(&pairing)), pairing.hub_id.clone(), address.is_loopback(), seen));
    let found = move || plugged_in(&profiles);
    let link = Link::new(identity, runtime.clone(), events, config.devices, found, now_ms, chance).with_elsewhere(elsewhere);
    let remembering = remember(link.state(), pairing, state_dir);
    tokio::select! {
        biased;
        () = link.run() => {}
        () = remembering => {}
        () = asked_to_stop() => tracing::info!("stopping after the jobs in hand"),
    }
    finding.abort();
    runtime.stop().await;
    Ok(())
}

/// Waits until somebody pairs this machine, and shows it on the network meanwhile.
async fn until_paired(config: &Config) -> anyhow::Result<Pairing> {
    let state_dir = config.state_dir();
    tracing::warn!(state = %state_dir.display(), "not paired yet: duken-agent pair --hub https://… --code 123456");
    let options = DiscoveryOptions { announce: vec![announcement(config, None)], ..DiscoveryOptions::default() };
    let (_discovery, _news) = Discovery::start(options);
    let mut pace = tokio::time::interval(std::time::Duration::from_secs(1));
    loop {
        pace.tick().await;
        if let Some(pairing) = Pairing::read(&state_dir)? {
            return Ok(pairing);
        }
    }
}

fn announcement(config: &Config, pairing: Option<&Pairing>) -> Announcement {
    let known = |field: fn(&Pairing) -> &String| pairing.map(|pairing| field(pairing).clone()).unwrap_or_default();
    Announcement {
        service: Service::Till,
        id: pairing.map_or_else(|| uuid::Uuid::new_v4().to_string(), |pairing| pairing.agent_id.clone()),
        // An agent serves nothing; the port only has to be one.
        port: 9,
        role: String::new(),
        hub: known(|pairing| &pairing.hub_id),
        store: known(|pairing| &pairing.store),
        fingerprint: String::new(),
        name: machine_name(config),
    }
}

/// Remembers where the hub was reached, so that the next start begins there.
async fn remember(mut state: watch::Receiver<LinkState>, mut pairing: Pairing, state_dir: PathBuf) {
    loop {
        if let LinkState::Up { address, .. } = &*state.borrow_and_update()
            && address.to_string() != pairing.address
        {
            pairing.address = address.to_string();
            match pairing.write(&state_dir) {
                Ok(()) => tracing::info!(address = pairing.address, "the hub has moved"),
                Err(error) => tracing::error!(%error, "the hub's new address cannot be kept"),
            }
        }
        if state.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Follows the hub by its id when its address changes.
async fn follow(own: Announcement, hub_id: String, loopback: bool, seen: watch::Sender<Vec<HubAddress>>) {
    let options = DiscoveryOptions { announce: vec![own], look_for: vec![Service::Hub], loopback, ..DiscoveryOptions::default() };
    let (_discovery, mut news) = Discovery::start(options);
    while let Some(sighting) = news.recv().await {
        if let Sighting::Appeared(hub) = sighting
            && hub.id == hub_id
        {
            let at = |ip: &std::net::IpAddr| HubAddress { tls: true, host: ip.to_string(), port: hub.port };
            let addresses: Vec<HubAddress> = hub.addresses.iter().map(at).collect();
            seen.send_if_modified(|known| (*known != addresses).then(|| *known = addresses).is_some());
        }
    }
}

async fn hubs(seconds: u64) -> anyhow::Result<()> {
    let options = DiscoveryOptions { look_for: vec![Service::Hub], loopback: true, ..DiscoveryOptions::default() };
    let (_discovery, mut news) = Discovery::start(options);
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(seconds);
    while let Ok(Some(sighting)) = tokio::time::timeout_at(until, news.recv()).await {
        if let Sighting::Appeared(hub) = sighting {
            let addresses: Vec<String> = hub.addresses.iter().map(|ip| format!("https://{ip}:{}", hub.port)).collect();
            println!("{}  {}  {}  {}…", hub.store, hub.name, addresses.join(" "), hub.fingerprint);
        }
    }
    Ok(())
}

async fn asked_to_stop() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        biased;
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn chance() -> u8 {
    uuid::Uuid::new_v4().as_bytes()[0]
}
