//! The whole product on one machine, to look at and to work on: a head office, a store, a till's agent and simulated
//! devices, on loopback. Ctrl+C ends all of it; a second start goes on where it stopped.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use duken_tests::demo::{self, Places, people};
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(about = "The whole product on this machine, with a demo store", version)]
struct Arguments {
    /// Begin anew: the demo's state is removed first.
    #[arg(long)]
    fresh: bool,
    /// Folder of the state.
    #[arg(long, env = "DUKEN_DEV_DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.duken"))]
    state: PathBuf,
    /// The store's port; the others follow it: office +1, devices +2, terminal +10, printer +30.
    #[arg(long, env = "DUKEN_DEV_PORT", default_value_t = 7070)]
    port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("duken-dev: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let state = &arguments.state;
    fs::create_dir_all(state).with_context(|| state.display().to_string())?;
    let state = &state.canonicalize()?;
    let _alone = lock(state)?;
    if arguments.fresh {
        forget(state)?;
    }
    // Before anything starts, so that nothing is left behind when we are stopped while starting.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut programs = Programs::default();
    let ended = tokio::select! {
        ended = serve(&mut programs, state, arguments.port) => ended,
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    };
    println!("\nStopping …");
    programs.stop().await;
    ended
}

async fn serve(programs: &mut Programs, state: &Path, port: u16) -> anyhow::Result<()> {
    let office = programs.start("duken-hub", "office", state, &hub_arguments(state, "office", port + 1)).await?;
    let store = programs.start("duken-hub", "store", state, &hub_arguments(state, "store", port)).await?;
    let address = |said: &Value| said["http"].as_str().map(str::to_owned).context("no address was said");
    let places = Places { store: address(&store)?, office: address(&office)? };
    println!("Looking after the demo store (the first time takes up to a minute) …");
    let made = demo::seed(&places, state).await.context("the demo store")?;
    let codes = state.join("samples.json");
    fs::write(&codes, made.samples.to_string())?;
    let devices = programs.start("duken-devices", "devices", state, &device_arguments(state, port, &codes)).await?;
    with_agent(programs, &places, state, &devices).await?;
    introduce(&places, &address(&devices)?, &made.people, state);
    programs.watch().await
}

/// Pairs the till's agent once, starts it, and hands it its devices.
async fn with_agent(programs: &mut Programs, places: &Places, state: &Path, devices: &Value) -> anyhow::Result<()> {
    let folder = state.join("agent").display().to_string();
    if let Some(code) = demo::agent_code(places, state).await? {
        let mut pairing = Command::new(beside("duken-agent")?);
        pairing.args(["pair", "--hub", &places.store, "--code", &code, "--name", "Касса 1", "--state", &folder]);
        let paired = pairing.stdin(Stdio::null()).output().await?;
        ensure!(paired.status.success(), "the agent is not paired: {}", String::from_utf8_lossy(&paired.stderr));
    }
    let arguments = ["run", "--hub", &places.store, "--state", &folder].map(str::to_owned);
    let _silent = programs.spawn("duken-agent", "agent", state, &arguments)?;
    demo::install(places, state, devices).await.context("the devices of the demo store")
}

fn beside(program: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(program);
    ensure!(path.exists(), "{} is not built: ./dev run builds it", path.display());
    Ok(path)
}

fn device_arguments(state: &Path, port: u16, codes: &Path) -> Vec<String> {
    let path = |name: &str| state.join(name).display().to_string();
    [
        ("--http", format!("127.0.0.1:{}", port + 2)),
        ("--printer-tcp", (port + 30).to_string()),
        ("--printer-pty", path("ports/printer")),
        ("--terminal", (port + 10).to_string()),
        ("--scanner-pty", path("ports/scanner")),
        ("--state-dir", path("devices")),
        ("--samples", codes.display().to_string()),
    ]
    .into_iter()
    .flat_map(|(flag, value)| [flag.to_owned(), value])
    .collect()
}

fn hub_arguments(state: &Path, role: &str, port: u16) -> Vec<String> {
    let data = state.join(role).display().to_string();
    ["serve", "--role", role, "--http", &format!("127.0.0.1:{port}"), "--data", &data, "--log", "info"].map(str::to_owned).to_vec()
}

/// Only one at a time on one state.
fn lock(state: &Path) -> anyhow::Result<Flock<File>> {
    let file = File::create(state.join("lock"))?;
    Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|_| anyhow::anyhow!("it runs already on {}", state.display()))
}

/// Removes what an earlier start made, and nothing else that may lie in the folder.
fn forget(state: &Path) -> anyhow::Result<()> {
    for folder in ["store", "office", "devices", "agent", "ports", "logs"] {
        match fs::remove_dir_all(state.join(folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).context(folder),
            _ => {}
        }
    }
    for file in ["demo.json", "samples.json"] {
        match fs::remove_file(state.join(file)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).context(file),
            _ => {}
        }
    }
    Ok(())
}

fn introduce(places: &Places, devices: &str, made: &Value, state: &Path) {
    println!("\n  Store         {}", places.store);
    println!("  Till          {}/till", places.store);
    println!("  Head office   {}", places.office);
    println!("  Devices       {devices}   the printer's paper, the terminal's buttons, the scanner");
    println!("  API           {}/api/docs", places.store);
    println!("\n  Everybody's password: {}\n", people::PASSWORD);
    println!("  {:<18} {:<6} who", "phone", "PIN");
    let (admin, office) = (people::ADMIN, people::OFFICE);
    println!("  {:<18} {:<6} {}, {}", admin.phone, admin.pin, admin.name, admin.title);
    for person in made["people"].as_array().into_iter().flatten() {
        let said = |field: &str| person[field].as_str().unwrap_or_default().replace('_', " ");
        println!("  {:<18} {:<6} {}, {}", said("phone"), said("pin"), said("name"), said("role"));
    }
    println!("  {:<18} {:<6} {}, signs in at the head office", office.phone, office.pin, office.name);
    println!("\n  State and logs: {}. Ctrl+C stops everything.", state.display());
}

/// The programs that run, in the order of their start.
#[derive(Default)]
struct Programs(Vec<Program>);

struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Programs {
    /// Starts a program and waits for its first line, which is JSON.
    async fn start(&mut self, program: &str, name: &str, state: &Path, arguments: &[String]) -> anyhow::Result<Value> {
        let (out, log) = self.spawn(program, name, state, arguments)?;
        let mut lines = BufReader::new(out).lines();
        let Some(line) = lines.next_line().await? else { bail!("{name} did not start:\n{}", tail(&log)) };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        serde_json::from_str(&line).with_context(|| format!("{name} said {line:?}"))
    }

    /// Starts a program that lies beside this one; its output, and where it logs.
    fn spawn(&mut self, program: &str, name: &str, state: &Path, arguments: &[String]) -> anyhow::Result<(ChildStdout, PathBuf)> {
        let logs = state.join("logs");
        fs::create_dir_all(&logs)?;
        let log = logs.join(format!("{name}.log"));
        let path = beside(program)?;
        let mut command = bound_to_us(&path);
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("DUKEN_") {
                command.env_remove(variable);
            }
        }
        command.env_remove("RUST_BACKTRACE");
        // A group of its own: Ctrl+C is ours to pass on, in order.
        command.args(arguments).process_group(0).stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::options().create(true).append(true).open(&log)?);
        let mut child = command.spawn().with_context(|| path.display().to_string())?;
        let out = child.stdout.take().context("a pipe")?;
        self.0.push(Program { name: name.to_owned(), child, log: log.clone() });
        Ok((out, log))
    }

    /// Waits until one of them ends, which none should.
    async fn watch(&mut self) -> anyhow::Result<()> {
        let mut every = tokio::time::interval(Duration::from_millis(300));
        loop {
            every.tick().await;
            for program in &mut self.0 {
                if let Some(status) = program.child.try_wait()? {
                    bail!("{} ended ({status}):\n{}", program.name, tail(&program.log));
                }
            }
        }
    }

    /// Asks them to stop, the last started first, and waits.
    async fn stop(&mut self) {
        while let Some(mut program) = self.0.pop() {
            let Some(id) = program.child.id().and_then(|id| i32::try_from(id).ok()) else { continue };
            let _ended_before = kill(Pid::from_raw(id), Signal::SIGTERM);
            if tokio::time::timeout(Duration::from_secs(15), program.child.wait()).await.is_err() {
                eprintln!("duken-dev: {} does not stop and is killed", program.name);
                let _ended_just_now = program.child.kill().await;
            }
        }
    }
}

/// The program, told to end when we die, where the system can do that.
fn bound_to_us(path: &Path) -> Command {
    const SETPRIV: &str = "/usr/bin/setpriv";
    if !Path::new(SETPRIV).exists() {
        return Command::new(path);
    }
    let mut command = Command::new(SETPRIV);
    command.args(["--pdeathsig", "TERM", "--"]).arg(path);
    command
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
