//! A Kaspi Smart POS terminal on the store's network: HTTP or HTTPS, `GET /v2/…`, with a bank behind it that keeps
//! its own ledger, so that a test can count what buyers were really charged.
//!
//! Every operation goes its way by a script ([`Buyer`]): the first of [`TerminalModes::next`], else
//! [`TerminalModes::buyer`]. With [`Buyer::Person`] it waits for a button ([`Terminal::decide`]).

mod answers;
mod calls;
mod direct;
mod http;
mod machine;
mod modes;
mod process;
mod serve;
mod tills;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Value;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use direct::Direct;
pub use machine::{Call, Charge};
pub use modes::{Buyer, DateForm, FieldPlace, Link, Method, Outcome, Pace, Protection, Registration, TerminalModes};
pub use process::{Kind, Process, Stage};
pub use tills::{Prompt, Till};

use super::settings::with_changes;
use super::watched::Watched;
use machine::Machine;
use serve::Context;
use tls::Identity;

type Shared = Watched<Machine>;

/// What the terminal says about itself and where it keeps its memory; fixed while it runs.
#[derive(Debug, Clone)]
pub struct TerminalOptions {
    /// N in `posN.kaspipos.kz`.
    pub pos_number: u32,
    /// `serialNum` of `deviceinfo`.
    pub serial_number: String,
    /// `terminalId` of `deviceinfo` and the cheque.
    pub terminal_id: String,
    /// On the cheque.
    pub store_name: String,
    /// On the cheque.
    pub city: String,
    /// On the cheque.
    pub store_address: String,
    /// On the cheque.
    pub bin: String,
    /// How it behaves at first.
    pub modes: TerminalModes,
    /// Where tokens, operations, the ledger and the certificate are kept; `None`: in memory only.
    pub folder: Option<PathBuf>,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self {
            pos_number: 1,
            serial_number: "0123456789".to_owned(),
            terminal_id: "10000001".to_owned(),
            store_name: "Дүкен".to_owned(),
            city: "Алматы".to_owned(),
            store_address: "пр. Абая, 1".to_owned(),
            bin: "123456789012".to_owned(),
            modes: TerminalModes::default(),
            folder: None,
        }
    }
}

/// Everything that can be seen of a terminal at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TerminalState {
    /// How it behaves.
    pub modes: TerminalModes,
    /// Operations of the last day, oldest first.
    pub processes: Vec<Process>,
    /// Money that moved, oldest first.
    pub charges: Vec<Charge>,
    /// Taken minus given back, in whole tenge.
    pub charged_total: i64,
    /// Tills it knows.
    pub tills: Vec<Till>,
    /// Tills that wait for «Разрешить».
    pub prompts: Vec<Prompt>,
    /// The latest calls.
    pub calls: Vec<Call>,
    /// What the caller did against the rules.
    pub complaints: Vec<String>,
}

/// A running terminal. Dropping the handle takes it away.
pub struct Terminal {
    context: Arc<Context>,
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Terminal {
    /// Starts a terminal; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address cannot be had, or the memory or certificate in the folder not be read.
    pub async fn start(address: impl ToSocketAddrs, options: TerminalOptions) -> io::Result<Self> {
        if let Some(folder) = &options.folder {
            std::fs::create_dir_all(folder)?;
        }
        let file = options.folder.as_ref().map(|folder| folder.join("terminal.json"));
        let machine = Watched::new(Machine::new(options.modes.clone(), file)?);
        let identity = Identity::open(&host_name(options.pos_number), options.folder.as_deref())?;
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let context = Arc::new(Context { machine: machine.clone(), options, identity });
        let tasks = [tokio::spawn(serve::serve(Arc::clone(&context), listener, address)), tokio::spawn(serve::tick(machine))];
        Ok(Self { context, address, tasks })
    }

    /// Takes it away: once this returns, nothing listens at its address any more.
    pub async fn take_away(mut self) {
        for task in &mut self.tasks {
            task.abort();
            let _cancelled = task.await;
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> SocketAddr {
        self.address
    }

    /// What it says about itself.
    #[must_use]
    pub fn options(&self) -> &TerminalOptions {
        &self.context.options
    }

    /// The name its certificate is issued for: `pos1.kaspipos.kz`.
    #[must_use]
    pub fn host_name(&self) -> String {
        host_name(self.context.options.pos_number)
    }

    /// The certificate (PEM) of the authority that issued its own.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.context.identity.ca_pem
    }

    /// How it behaves now.
    #[must_use]
    pub fn modes(&self) -> TerminalModes {
        self.context.machine.read(|machine| machine.modes.clone())
    }

    /// Makes it behave so: `terminal.set(|modes| modes.busy = true)`.
    pub fn set(&self, change: impl FnOnce(&mut TerminalModes)) {
        self.context.machine.change(|machine| change(&mut machine.modes));
    }

    /// The same from JSON: only the fields named are changed.
    ///
    /// # Errors
    /// A sentence that names the unknown field or the wrong value; then nothing is changed.
    pub fn set_json(&self, changes: &Value) -> Result<TerminalModes, String> {
        self.context.machine.change(|machine| {
            machine.modes = with_changes(&machine.modes, changes)?;
            Ok(machine.modes.clone())
        })
    }

    /// What the next buyer (after those already queued) does, once.
    pub fn next(&self, buyer: Buyer) {
        self.set(|modes| modes.next.push(buyer));
    }

    /// The buyer before the terminal decides, by a button; `false` when none is waited for.
    pub fn decide(&self, buyer: Buyer) -> bool {
        self.context.machine.change(|machine| machine.decide(buyer))
    }

    /// A person clears up an operation whose outcome was unknown; nothing happens to any other.
    pub fn settle(&self, process_id: u64, outcome: Outcome) {
        self.context.machine.change(|machine| {
            machine.settle(process_id, outcome);
            machine.save();
        });
    }

    /// «Разрешить», for a name or for the till that has waited longest; `false` when none waits.
    pub fn allow(&self, name: Option<&str>) -> bool {
        self.context.machine.change(|machine| {
            let (now, life) = (machine.now(), machine.modes.token_life_s);
            let done = machine.memory.tills.allow(name, now, life);
            machine.save();
            done
        })
    }

    /// «Запретить»: refuses a waiting till, or forgets a known one; `false` when there is neither.
    pub fn deny(&self, name: Option<&str>) -> bool {
        self.context.machine.change(|machine| {
            let done = machine.memory.tills.deny(name);
            machine.save();
            done
        })
    }

    /// From now on every access token given so far has expired (403); refresh tokens still work.
    pub fn expire_tokens(&self) {
        self.context.machine.change(|machine| {
            let now = machine.now();
            machine.memory.tills.expire_all(now);
            machine.save();
        });
    }

    /// Moves the terminal's clock ahead, instead of waiting.
    pub fn advance_clock(&self, by: SignedDuration) {
        self.context.machine.change(|machine| {
            machine.clock_shift = machine.clock_shift.saturating_add(by);
            machine.tick();
        });
    }

    /// What buyers' banks really took and gave back, oldest first.
    #[must_use]
    pub fn charges(&self) -> Vec<Charge> {
        self.context.machine.read(|machine| machine.memory.charges.clone())
    }

    /// Taken minus given back, in whole tenge.
    #[must_use]
    pub fn charged_total(&self) -> i64 {
        self.context.machine.read(total)
    }

    /// All of it at one moment.
    #[must_use]
    pub fn state(&self) -> TerminalState {
        self.context.machine.read(state)
    }

    /// Moves whenever anything about the terminal may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.context.machine.subscribe()
    }

    /// Waits until the terminal is as wanted; `what` names it for the failure.
    ///
    /// # Panics
    /// After twenty seconds.
    pub async fn wait_until(&self, what: &str, wanted: impl Fn(&TerminalState) -> bool) -> TerminalState {
        self.context.machine.wait_until(what, |machine| Some(state(machine)).filter(&wanted)).await
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn host_name(pos_number: u32) -> String {
    format!("pos{pos_number}.kaspipos.kz")
}

fn total(machine: &Machine) -> i64 {
    let signed = machine.memory.charges.iter().map(|charge| {
        let amount = i64::try_from(charge.amount).unwrap_or(i64::MAX);
        match charge.kind {
            Kind::Payment => amount,
            Kind::Refund => -amount,
        }
    });
    signed.sum()
}

fn state(machine: &Machine) -> TerminalState {
    TerminalState {
        modes: machine.modes.clone(),
        processes: machine.memory.processes.clone(),
        charges: machine.memory.charges.clone(),
        charged_total: total(machine),
        tills: machine.memory.tills.known.clone(),
        prompts: machine.memory.tills.prompts.clone(),
        calls: machine.calls.clone(),
        complaints: machine.complaints.clone(),
    }
}

#[cfg(test)]
mod tests;
