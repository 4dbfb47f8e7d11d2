//! The scheduler: machines, wires and time, one thing after the other.

use std::path::Path;
use std::sync::{Arc, Mutex};

use duken_hub::config::Role;

use super::devices::{Devices, Shared, lock};
use super::dice::Dice;
use super::disk::{self, Image};
use super::network::{Back, Event, Network};
use super::node::{Node, Reply, Wire};

/// Where the simulated time begins: a Monday morning, milliseconds since 1970 UTC.
pub const BEGIN_MS: i64 = 1_795_500_000_000;

/// An answer that came back to a person, or the end of his patience.
pub type Returned = (u64, Option<Reply>);

/// Machines, wires and time.
pub struct World {
    /// Milliseconds since 1970 UTC, as they are.
    pub now_ms: i64,
    /// The machines.
    pub nodes: Vec<Node>,
    /// The wires.
    pub network: Network,
    /// The devices of each machine.
    pub devices: Vec<Shared>,
    /// Chance, thrown anew for every step.
    pub dice: Dice,
    /// What was injected so far: stops of machines.
    pub stops: u64,
    /// Answers that people have not looked at yet.
    pub returned: Vec<Returned>,
    /// What happened since it was last asked for.
    pub happened: Vec<String>,
    /// Machines that came up again and were not looked at yet.
    pub came_up: Vec<usize>,
    /// Why a machine could not come up.
    pub broken: Vec<String>,
    up_at: Vec<Option<i64>>,
    seed: u64,
    tickets: u64,
    lost_faults: u64,
}

impl World {
    /// A world of machines that are switched off. Their folders lie in `folder`.
    #[must_use]
    pub fn new(seed: u64, now_ms: i64, folder: &Path, machines: &[(&str, Role, Image)]) -> Self {
        disk::install();
        disk::unmount_all();
        disk::arm();
        let mut nodes: Vec<Node> = machines.iter().map(|(name, role, image)| Node::new(name, *role, folder, image)).collect();
        let devices: Vec<Shared> = (0..nodes.len()).map(|at| Arc::new(Mutex::new(Devices::new(Dice::of(&[seed, 5, at as u64]))))).collect();
        for (node, devices) in nodes.iter_mut().zip(&devices) {
            node.devices = Some(devices.clone());
        }
        Self {
            now_ms,
            devices,
            up_at: vec![Some(now_ms); nodes.len()],
            nodes,
            network: Network::default(),
            dice: Dice::of(&[seed]),
            stops: 0,
            returned: Vec::new(),
            happened: Vec::new(),
            came_up: Vec::new(),
            broken: Vec::new(),
            seed,
            tickets: 0,
            lost_faults: 0,
        }
    }

    /// Everything that was injected so far.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.devices.iter().map(|devices| lock(devices).faults).sum::<u64>()
            + self.stops
            + self.network.faults
            + self.lost_faults
            + self.nodes.iter().map(|node| node.disk.borrow().faults()).sum::<u64>()
    }

    /// Counts what was injected otherwise.
    pub fn injected(&mut self) {
        self.lost_faults += 1;
    }

    fn office(&self) -> Option<usize> {
        self.nodes.iter().position(|node| node.role == Role::Office)
    }

    /// A person sends a request; his ticket for the answer.
    pub fn ask(&mut self, node: usize, wire: Wire) -> u64 {
        self.tickets += 1;
        self.network.ask(self.now_ms, node, wire, self.tickets, &mut self.dice);
        self.tickets
    }

    /// A person sends a request and waits; the answer, if one comes.
    pub fn call(&mut self, node: usize, wire: Wire) -> Option<Reply> {
        let ticket = self.ask(node, wire);
        for _ in 0..10_000 {
            self.run_for(5);
            if let Some(at) = self.returned.iter().position(|(of, _)| *of == ticket) {
                return self.returned.remove(at).1;
            }
        }
        None
    }

    /// Switches a machine off at once; it comes up again after so long.
    pub fn stop(&mut self, node: usize, down_ms: i64) {
        self.stops += 1;
        self.happened.push(format!("{} stops", self.nodes[node].name));
        self.nodes[node].stop(&mut self.dice);
        self.network.stopped(self.now_ms, node);
        self.up_at[node] = Some(self.now_ms + down_ms);
    }

    fn boot_due(&mut self) {
        for at in 0..self.nodes.len() {
            if self.up_at[at].is_none_or(|ms| ms > self.now_ms) {
                continue;
            }
            let name = self.nodes[at].name.clone();
            let dice = Dice::of(&[self.seed, at as u64, self.nodes[at].boots]);
            let faults = self.nodes[at].disk.borrow().faults();
            match self.nodes[at].boot(self.now_ms, dice) {
                Ok(()) => {
                    self.up_at[at] = None;
                    self.came_up.push(at);
                    self.happened.push(format!("{name} is up"));
                }
                Err(fault) => {
                    let refused = self.nodes[at].disk.borrow().faults() > faults || self.nodes[at].disk.borrow().is_stopped();
                    self.happened.push(format!("{name} does not come up: {fault:?}"));
                    if !refused {
                        self.broken.push(format!("{name} does not come up: {fault:?}"));
                    }
                    self.nodes[at].stop(&mut self.dice);
                    self.up_at[at] = Some(self.now_ms + 5_000);
                }
            }
        }
    }

    /// Lets so much time pass.
    pub fn run_for(&mut self, ms: i64) {
        let until = self.now_ms + ms;
        loop {
            let boot = self.up_at.iter().flatten().min().copied();
            let next = self.network.next_ms().into_iter().chain(boot).min().unwrap_or(until);
            self.now_ms = next.clamp(self.now_ms, until);
            self.boot_due();
            self.machines();
            let mut any = false;
            while let Some(event) = self.network.due(self.now_ms) {
                any = true;
                self.happens(event);
            }
            if any {
                self.machines();
            }
            if self.now_ms >= until && self.network.next_ms().is_none_or(|ms| ms > until) {
                break;
            }
        }
    }

    fn machines(&mut self) {
        let office = self.office();
        for at in 0..self.nodes.len() {
            let boots = self.nodes[at].boots;
            for out in self.nodes[at].run_until(self.now_ms) {
                self.network.leaves(self.now_ms, at, boots, office, out, &mut self.dice);
            }
            if self.nodes[at].has_stopped() {
                let down_ms = self.dice.between(1_000, 120_000);
                self.stop(at, down_ms);
            }
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Arrive(node, wire, back) if self.nodes[node].is_up() => {
                let number = self.network.accept(node, back);
                self.nodes[node].request(number, wire);
            }
            Event::Arrive(_, _, back) => self.network.refuse(self.now_ms, back),
            Event::Return(Back::Client(ticket), reply) => self.returned.push((ticket, reply)),
            Event::Return(Back::Line(node, boots, back), reply) => {
                if self.nodes[node].is_up() && self.nodes[node].boots == boots {
                    let answer = reply.map(|reply| (axum::http::StatusCode::from_u16(reply.status).unwrap_or_default(), reply.body));
                    let _nobody_waits = back.send(answer);
                }
            }
            Event::Return(Back::Nobody, _) => {}
        }
    }

    /// Everything works from now on: wires, disks; machines that are off come up.
    pub fn heal(&mut self) {
        self.network.heal();
        for (node, up_at) in self.nodes.iter_mut().zip(&mut self.up_at) {
            node.disk.borrow_mut().mend();
            if let Some(at) = up_at {
                *at = (*at).min(self.now_ms);
            }
        }
    }

    /// Switches everything off at the end, without ceremony.
    pub fn end(mut self) {
        for node in &mut self.nodes {
            node.disk.borrow_mut().stop();
            node.stop(&mut self.dice);
        }
        disk::unmount_all();
    }
}
