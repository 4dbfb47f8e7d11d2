//! The printer without its cable: takes bytes, prints, answers, kicks the drawer.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::PrinterOptions;
use super::modes::{Paper, Power, PrinterModes};
use super::receipt::{Folder, Receipt};
use super::status;
use crate::devices::escpos::{Command, Effect, Parser, Press, Pulse, Sheet, StatusRequest, Token};

/// Bytes that an off-line printer still takes in.
const BUFFER_BYTES: usize = 4096;

/// The drawer that hangs on the printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drawer {
    /// Whether it stands open.
    pub open: bool,
    /// Every impulse that reached the connector.
    pub pulses: Vec<DrawerPulse>,
}

/// One impulse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawerPulse {
    /// When.
    pub at: Timestamp,
    /// The connector's pin, 2 or 5; the drawer hangs on one of them.
    pub pin: u8,
    /// How long, in milliseconds; 0 moves nothing.
    pub on_ms: u32,
}

pub(super) struct Machine {
    pub(super) modes: PrinterModes,
    pub(super) drawer: Drawer,
    pub(super) receipts: VecDeque<Arc<Receipt>>,
    /// Raised by every loss of power and every dropped connection: what runs for an older one ends.
    pub(super) generation: u64,
    /// Bytes for whoever is connected.
    pub(super) outbox: Vec<u8>,
    /// Bytes taken from all connections.
    pub(super) bytes_taken: u64,
    /// Connections served so far.
    pub(super) connections: u64,
    options: PrinterOptions,
    parser: Parser,
    press: Press,
    queue: VecDeque<Token>,
    auto_status: u8,
    next_number: u64,
    folder: Option<Folder>,
}

impl Machine {
    pub(super) fn new(options: PrinterOptions) -> io::Result<Self> {
        let folder = options.folder.as_deref().map(Folder::open).transpose()?;
        let receipts = folder.as_ref().map_or_else(|| Ok(Vec::new()), Folder::load)?;
        Ok(Self {
            modes: PrinterModes::default(),
            drawer: Drawer { open: false, pulses: Vec::new() },
            next_number: receipts.last().map_or(1, |receipt| receipt.number + 1),
            receipts: receipts.into_iter().map(Arc::new).collect(),
            generation: 0,
            outbox: Vec::new(),
            bytes_taken: 0,
            connections: 0,
            press: Press::new(options.press),
            parser: Parser::default(),
            queue: VecDeque::new(),
            auto_status: 0,
            options,
            folder,
        })
    }

    /// Receipts cut since the first start.
    pub(super) fn cut_total(&self) -> u64 {
        self.next_number - 1
    }

    pub(super) fn clear_receipts(&mut self) {
        for receipt in self.receipts.drain(..) {
            if let Some(folder) = &self.folder {
                folder.remove(receipt.number);
            }
        }
    }

    /// The paper that hangs out and was not cut.
    pub(super) fn hanging(&self) -> Sheet {
        self.press.hanging()
    }

    /// How many bytes it would take now; 0 while it does not read.
    pub(super) fn appetite(&self) -> usize {
        if self.modes.power == Power::Off {
            return 0;
        }
        let buffered: usize = self.queue.iter().map(|token| token.raw.len()).sum();
        let mut appetite =
            if self.modes.is_off_line() { BUFFER_BYTES.saturating_sub(buffered + self.parser.waiting()) } else { BUFFER_BYTES };
        for limit in [self.modes.stall_after_bytes, self.modes.drop_after_bytes].into_iter().flatten() {
            appetite = appetite.min(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        if let Some(speed) = self.modes.bytes_per_second {
            // In tenths of a second, so that slow is not jerky.
            appetite = appetite.min((speed as usize / 10).max(1));
        }
        appetite
    }

    /// Takes bytes from the wire; never more than [`Machine::appetite`] allowed.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.bytes_taken += bytes.len() as u64;
        for token in self.parser.push(bytes) {
            self.queue_or_run(token);
        }
        let used = bytes.len() as u64;
        if let Some(left) = &mut self.modes.stall_after_bytes {
            *left = left.saturating_sub(used);
        }
        if let Some(left) = &mut self.modes.drop_after_bytes {
            *left = left.saturating_sub(used);
        }
        self.drop_if_due();
    }

    /// A connection begins: what was meant for the last one is gone.
    pub(super) fn connected(&mut self) {
        self.connections += 1;
        self.outbox.clear();
        self.drop_if_due();
    }

    /// The connection ended, from either side.
    pub(super) fn disconnected(&mut self) {
        self.auto_status = 0;
        if !self.modes.keeps_half_command {
            self.parser.forget();
        }
    }

    /// New modes: a person acts on the machine.
    pub(super) fn set_modes(&mut self, modes: PrinterModes) {
        let before = std::mem::replace(&mut self.modes, modes);
        if self.modes.power == Power::Off && before.power == Power::On {
            self.generation += 1;
            self.parser.forget();
            self.press.lose_power();
            self.queue.clear();
            self.outbox.clear();
            self.auto_status = 0;
        }
        if self.modes.paper != Paper::Out && self.modes.paper_left_rows == Some(0) {
            // A new roll.
            self.modes.paper_left_rows = None;
        }
        self.drop_if_due();
        self.run_queue();
        if before != self.modes {
            self.report();
        }
    }

    pub(super) fn set_drawer(&mut self, open: bool) {
        if self.drawer.open != open {
            self.drawer.open = open;
            self.report();
        }
    }

    fn drop_if_due(&mut self) {
        if self.modes.drop_after_bytes == Some(0) {
            self.modes.drop_after_bytes = None;
            self.generation += 1;
            self.parser.forget();
        }
    }

    /// Questions "now" and drawer impulses "now" overtake what an off-line printer cannot do.
    fn queue_or_run(&mut self, token: Token) {
        let at_once = token.raw.first() == Some(&0x10);
        if at_once || (self.queue.is_empty() && !self.modes.is_off_line()) {
            self.run(&token);
        } else {
            self.queue.push_back(token);
        }
    }

    fn run_queue(&mut self) {
        while !self.modes.is_off_line() {
            let Some(token) = self.queue.pop_front() else { return };
            self.run(&token);
        }
    }

    fn run(&mut self, token: &Token) {
        if matches!(token.command, Command::Status(StatusRequest::Now(_))) {
            // Status bytes are no part of what a paper was made from while it cannot be printed on.
            self.answer(token);
            return;
        }
        let before = self.press.rows();
        let effects = self.press.apply(token);
        let cut = effects.iter().find_map(|effect| match effect {
            Effect::Cut(sheet) => Some(sheet.dots.height()),
            Effect::Pulse(_) | Effect::Status(_) | Effect::AutoStatus(_) => None,
        });
        let fed = cut.unwrap_or(0) + self.press.rows() - before;
        for effect in effects {
            self.carry_out(effect);
        }
        self.use_up(fed as u64);
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Cut(sheet) => self.keep(*sheet),
            Effect::Pulse(pulse) => self.pulse(pulse),
            Effect::Status(request) => {
                let bytes = status::answer(request, &self.modes, self.drawer.open);
                self.outbox.extend(bytes);
            }
            Effect::AutoStatus(wanted) => {
                self.auto_status = wanted;
                self.report();
            }
        }
    }

    fn answer(&mut self, token: &Token) {
        if let Command::Status(request) = token.command {
            self.carry_out(Effect::Status(request));
        }
    }

    fn use_up(&mut self, rows: u64) {
        let Some(left) = &mut self.modes.paper_left_rows else { return };
        *left = left.saturating_sub(rows);
        if *left == 0 && self.modes.paper != Paper::Out {
            self.modes.paper = Paper::Out;
            self.report();
        }
    }

    fn pulse(&mut self, pulse: Pulse) {
        let at = Timestamp::now();
        self.drawer.pulses.push(DrawerPulse { at, pin: pulse.pin, on_ms: pulse.on_ms });
        if pulse.pin == self.options.drawer_pin && pulse.on_ms > 0 {
            self.set_drawer(true);
        }
    }

    fn keep(&mut self, sheet: Sheet) {
        let receipt = Receipt { number: self.next_number, at: Timestamp::now(), sheet };
        self.next_number += 1;
        if let Some(folder) = &self.folder
            && let Err(error) = folder.save(&receipt)
        {
            tracing::error!(%error, number = receipt.number, "a receipt could not be kept on disk");
        }
        self.receipts.push_back(Arc::new(receipt));
        while self.receipts.len() > self.options.keep {
            let Some(oldest) = self.receipts.pop_front() else { break };
            if let Some(folder) = &self.folder {
                folder.remove(oldest.number);
            }
        }
    }

    /// Automatic status, when it was asked for.
    fn report(&mut self) {
        if self.auto_status != 0 {
            let bytes = status::automatic(&self.modes, self.drawer.open);
            self.outbox.extend(bytes);
        }
    }
}
