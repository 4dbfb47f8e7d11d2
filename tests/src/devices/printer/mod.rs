//! A receipt printer with a cash drawer, on a TCP port or a pseudo-terminal.
//!
//! It prints what it is told to, dot for dot ([`Receipt`]), answers questions about its state, opens the drawer, and
//! goes wrong as real ones do ([`PrinterModes`]). Off line (no paper, lid open, knife stuck) it behaves as the real
//! thing: it takes a few kilobytes into its buffer, then stops reading, still answers `DLE EOT`, and goes on where it
//! stopped when a person has helped. Loss of power forgets all that was not printed; the paper that hangs out stays
//! there, so that the next job lands on the same piece.

mod machine;
mod modes;
mod receipt;
mod serve;
mod status;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use machine::{Drawer, DrawerPulse};
pub use modes::{Level, Paper, Power, PrinterModes, SecondConnection, StatusAnswers};
pub use receipt::Receipt;

use super::escpos::{PressOptions, Sheet};
use super::pty::{Pty, SlaveSide};
use super::settings::with_changes;
use super::watched::Watched;
use machine::Machine;

/// What kind of printer stands here; fixed while it runs.
#[derive(Debug, Clone)]
pub struct PrinterOptions {
    /// Paper width, code tables, memory.
    pub press: PressOptions,
    /// The connector's pin that the drawer hangs on, 2 or 5.
    pub drawer_pin: u8,
    /// Where receipts are kept over restarts; `None`: in memory only.
    pub folder: Option<PathBuf>,
    /// How many receipts are kept; older ones are thrown away.
    pub keep: usize,
}

impl Default for PrinterOptions {
    fn default() -> Self {
        Self { press: PressOptions::default(), drawer_pin: 2, folder: None, keep: 1000 }
    }
}

/// Where the program under test finds the printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterAddress {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A serial port: the stable link if one was asked for.
    Serial(PathBuf),
}

/// A running printer. Dropping the handle takes it away.
pub struct Printer {
    machine: Watched<Machine>,
    address: PrinterAddress,
    task: JoinHandle<()>,
}

impl Printer {
    /// Starts a network printer; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address cannot be had or the folder of receipts not be read.
    pub async fn on_tcp(address: impl ToSocketAddrs, options: PrinterOptions) -> io::Result<Self> {
        let machine = Watched::new(Machine::new(options)?);
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(serve::tcp(machine.clone(), listener, address));
        Ok(Self { machine, address: PrinterAddress::Tcp(address), task })
    }

    /// Starts a serial printer; `link` is a stable path to its port. Needs a tokio runtime.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had, the link cannot be made, or the folder of receipts not be read.
    pub fn on_pty(link: Option<&Path>, options: PrinterOptions) -> io::Result<Self> {
        let machine = Watched::new(Machine::new(options)?);
        let port = Pty::open(link, SlaveSide::Held)?;
        let path = port.path().to_path_buf();
        let link = link.map(Path::to_path_buf);
        let task = tokio::spawn(serve::pty(machine.clone(), port, link));
        Ok(Self { machine, address: PrinterAddress::Serial(path), task })
    }

    /// Where it is. A serial printer without a stable link moves when its power is switched off and on.
    #[must_use]
    pub fn address(&self) -> &PrinterAddress {
        &self.address
    }

    /// The TCP address.
    ///
    /// # Panics
    /// When it is a serial printer.
    #[must_use]
    pub fn socket(&self) -> SocketAddr {
        match &self.address {
            PrinterAddress::Tcp(address) => *address,
            PrinterAddress::Serial(path) => panic!("a serial printer at {}", path.display()),
        }
    }

    /// How it is now.
    #[must_use]
    pub fn modes(&self) -> PrinterModes {
        self.machine.read(|machine| machine.modes.clone())
    }

    /// Makes it so: `printer.set(|modes| modes.cover_open = true)`.
    pub fn set(&self, change: impl FnOnce(&mut PrinterModes)) {
        self.machine.change(|machine| {
            let mut modes = machine.modes.clone();
            change(&mut modes);
            machine.set_modes(modes);
        });
    }

    /// The same from JSON: only the fields named are changed.
    ///
    /// # Errors
    /// A sentence that names the unknown field or the wrong value; then nothing is changed.
    pub fn set_json(&self, changes: &Value) -> Result<PrinterModes, String> {
        self.machine.change(|machine| {
            let modes = with_changes(&machine.modes, changes)?;
            machine.set_modes(modes);
            Ok(machine.modes.clone())
        })
    }

    /// The receipts that were cut, oldest first.
    #[must_use]
    pub fn receipts(&self) -> Vec<Arc<Receipt>> {
        self.machine.read(|machine| machine.receipts.iter().cloned().collect())
    }

    /// One receipt by its number.
    #[must_use]
    pub fn receipt(&self, number: u64) -> Option<Arc<Receipt>> {
        self.machine.read(|machine| machine.receipts.iter().find(|receipt| receipt.number == number).cloned())
    }

    /// Receipts cut since the first start, those thrown away included.
    #[must_use]
    pub fn cut_total(&self) -> u64 {
        self.machine.read(Machine::cut_total)
    }

    /// Throws the cut receipts away; numbers go on.
    pub fn clear_receipts(&self) {
        self.machine.change(Machine::clear_receipts);
    }

    /// Waits until `count` receipts were cut since the first start, and returns all that are kept.
    ///
    /// # Panics
    /// After twenty seconds.
    pub async fn wait_for_receipts(&self, count: u64) -> Vec<Arc<Receipt>> {
        let what = format!("{count} receipts");
        let all = |machine: &Machine| (machine.cut_total() >= count).then(|| machine.receipts.iter().cloned().collect::<Vec<_>>());
        self.machine.wait_until(&what, all).await
    }

    /// The paper that hangs out of the printer, not cut yet.
    #[must_use]
    pub fn hanging(&self) -> Sheet {
        self.machine.read(Machine::hanging)
    }

    /// Waits until the paper that hangs out is as wanted.
    ///
    /// # Panics
    /// After twenty seconds.
    pub async fn wait_for_hanging(&self, wanted: impl Fn(&Sheet) -> bool) -> Sheet {
        self.machine.wait_until("the paper", |machine| Some(machine.hanging()).filter(&wanted)).await
    }

    /// The drawer.
    #[must_use]
    pub fn drawer(&self) -> Drawer {
        self.machine.read(|machine| machine.drawer.clone())
    }

    /// A person pushes the drawer shut.
    pub fn close_drawer(&self) {
        self.machine.change(|machine| machine.set_drawer(false));
    }

    /// A person opens it with the key.
    pub fn open_drawer(&self) {
        self.machine.change(|machine| machine.set_drawer(true));
    }

    /// Waits until the drawer got `count` impulses.
    ///
    /// # Panics
    /// After twenty seconds.
    pub async fn wait_for_pulses(&self, count: usize) -> Drawer {
        let drawer = |machine: &Machine| (machine.drawer.pulses.len() >= count).then(|| machine.drawer.clone());
        self.machine.wait_until("drawer impulses", drawer).await
    }

    /// Waits until so many bytes in all were taken from the wire, since this start.
    ///
    /// # Panics
    /// After twenty seconds.
    pub async fn wait_for_bytes(&self, count: u64) {
        let what = format!("{count} bytes");
        self.machine.wait_until(&what, |machine| (machine.bytes_taken >= count).then_some(())).await;
    }

    /// Bytes taken from the wire and connections served, since this start.
    #[must_use]
    pub fn traffic(&self) -> (u64, u64) {
        self.machine.read(|machine| (machine.bytes_taken, machine.connections))
    }

    /// Moves whenever anything about the printer may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.machine.subscribe()
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests;
