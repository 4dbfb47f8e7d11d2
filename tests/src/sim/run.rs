//! One history: what a seed makes people, machines and wires do, step by step.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use duken_hub::hub::App;
use duken_kernel::journal::OWN;
use duken_kernel::replay::verify;
use duken_kernel::{Fault, Read, Reject};

use super::auditor::{Asked, Book, Expected, Intent, Kept, Watched, same_tables};
use super::base::{Base, Shop, base};
use super::deeds::deed;
use super::dice::Dice;
use super::disk::Refusal;
use super::network::Weather;
use super::node::{Node, Wire};
use super::people::{request_id, request_of};
use super::world::World;
use super::{Outcome, disk, entropy};

/// Where a machine may be told to stop; at any point, without a name.
const POINTS: &[&str] = &[
    "",
    "writer.begun",
    "writer.before_commit",
    "writer.committed",
    "writer.answered",
    "forwarder.acknowledged",
    "intake.piece",
    "job.begun",
    "job.ended",
    "payment.calling",
    "payment.called",
    "payment.noted",
    "return.ready",
];

/// A history under way.
pub struct Run {
    base: &'static Base,
    seed: u64,
    world: World,
    watched: Vec<Watched>,
    at_office: Vec<Kept>,
    /// By ticket: the store, the request, and the troubles of the store when it was sent.
    open: BTreeMap<u64, (usize, String, u64)>,
    /// Stores whose books could not be looked at just now.
    blind: Vec<usize>,
    /// Requests without an answer: sent again by and by.
    unanswered: Vec<(usize, String)>,
    wires: BTreeMap<String, (usize, Wire)>,
    wrong: Vec<String>,
    lines: Vec<String>,
    digest: blake3::Hasher,
}

/// Runs a seed's history: of its first `steps` steps those that `keep` names, or all.
#[must_use]
pub fn history(seed: u64, steps: u64, keep: Option<&[u64]>) -> Outcome {
    // SQLite's source of chance is the process's: one history at a time.
    static ONE: Mutex<()> = Mutex::new(());
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keep = keep.map(<[u64]>::to_vec);
    let _ready = base();
    // Each on a thread of its own: hash maps and the runtime take their chance from the thread's seed.
    let running = std::thread::spawn(move || {
        entropy::seed(Dice::of(&[seed, 1]));
        disk::install();
        disk::set_randomness(Some(Dice::of(&[seed, 2])));
        let outcome = Run::new(seed).whole(steps, keep.as_deref());
        disk::set_randomness(None);
        outcome
    });
    running.join().unwrap_or_else(|_| Outcome { wrong: vec!["the simulation panicked".to_owned()], ..Outcome::default() })
}

impl Run {
    fn new(seed: u64) -> Self {
        let base = base();
        let mut world = World::new(seed, base.now_ms + 60_000, &base.folder, &base.machines);
        world.run_for(10);
        let mut wrong = Vec::new();
        let mut watched = Vec::new();
        for (at, shop) in base.shops.iter().enumerate() {
            let tills: Vec<i64> = shop.tills.iter().map(|till| till.id).collect();
            let book = Book::new(shop.step, &tills, &shop.products);
            match world.nodes[at].look(|app| Watched::new(shop.name, book, app)) {
                Some(Ok(store)) => watched.push(store),
                other => wrong.push(format!("{} does not begin: {:?}", shop.name, other.is_some())),
            }
        }
        world.came_up.clear();
        let at_office = vec![Kept::default(); watched.len()];
        let (open, wires) = (BTreeMap::new(), BTreeMap::new());
        Self {
            blind: Vec::new(),
            base,
            seed,
            world,
            watched,
            at_office,
            open,
            unanswered: Vec::new(),
            wires,
            wrong,
            lines: Vec::new(),
            digest: blake3::Hasher::new(),
        }
    }

    fn whole(mut self, steps: u64, keep: Option<&[u64]>) -> Outcome {
        let mut done = 0;
        for step in 0..steps {
            if keep.is_some_and(|keep| !keep.contains(&step)) {
                continue;
            }
            done += 1;
            self.world.dice = Dice::of(&[self.seed, 7, step]);
            self.lines.push(format!("step {step}"));
            self.step();
            self.look();
            if !self.wrong.is_empty() {
                break;
            }
        }
        if self.wrong.is_empty() {
            self.world.dice = Dice::of(&[self.seed, 8]);
            self.settle();
        }
        self.tell();
        let faults = self.world.faults();
        let digest = self.digest.finalize().to_hex().to_string();
        self.world.end();
        Outcome { steps: done, faults, wrong: self.wrong, lines: self.lines, digest }
    }

    /// What happened goes into the history.
    fn tell(&mut self) {
        let now_ms = self.world.now_ms;
        for line in std::mem::take(&mut self.world.happened) {
            self.lines.push(format!("  {now_ms} {line}"));
        }
    }

    fn troubles(&self, store: usize) -> u64 {
        let node = &self.world.nodes[store];
        node.disk.borrow().faults() + (node.boots + node.stops) * 1_000_000 + u64::from(node.has_stopped())
    }

    fn send(&mut self, store: usize, id: &str, request: Wire) {
        // Alone: nothing of this store is under way that could come between.
        for (other, asked, _) in self.open.values() {
            if *other == store
                && let Some(asked) = self.watched[store].asked.get_mut(asked)
            {
                asked.expected = Expected::Either;
            }
        }
        let ticket = self.world.ask(store, request);
        let troubles = self.troubles(store);
        self.open.insert(ticket, (store, id.to_owned(), troubles));
    }

    /// Somebody of a store asks for something.
    fn ask(&mut self, store: usize, intent: Intent, cookie: &str) {
        let id = request_id(self.world.now_ms + self.world.nodes[store].wrong_ms(), &mut self.world.dice);
        let Some(request) = request_of(&intent, cookie, &id) else { return };
        let quiet =
            self.open.values().all(|(other, ..)| *other != store) && !self.blind.contains(&store) && !self.world.network.is_expected(store);
        let expected = if quiet { self.watched[store].book.expected(&intent) } else { Expected::Either };
        self.lines.push(format!("  {} {}: {intent:?} {id} ({expected:?})", self.world.now_ms, self.watched[store].name));
        self.watched[store].asked.insert(id.clone(), Asked { intent, expected, entry: None, answered: None });
        self.wires.insert(id.clone(), (store, request.clone()));
        self.send(store, &id, request);
    }

    fn again(&mut self, id: &str) {
        let Some((store, request)) = self.wires.get(id).cloned() else { return };
        if let Some(asked) = self.watched[store].asked.get_mut(id) {
            asked.expected = Expected::Either;
        }
        self.lines.push(format!("  {} {}: again {id}", self.world.now_ms, self.watched[store].name));
        self.send(store, id, request);
    }

    fn step(&mut self) {
        let store = self.world.dice.index(self.watched.len());
        match self.world.dice.below(100) {
            0..=63 => self.at_a_till(store),
            64..=69 => {
                // All at once: they wait for the writer together.
                self.world.network.rush = true;
                for _ in 0..self.world.dice.between(2, 6) {
                    self.at_a_till(store);
                }
                self.world.network.rush = false;
            }
            70..=75 => {
                let known: Vec<String> = self.watched[store].asked.keys().rev().take(20).cloned().collect();
                if !known.is_empty() {
                    let id = self.world.dice.one_of(&known).clone();
                    self.again(&id);
                }
            }
            76..=79 => self.other_body(store),
            _ => self.trouble(store),
        }
        let ms = match self.world.dice.below(20) {
            0 => self.world.dice.between(60_000, 3_600_000),
            1..=4 => self.world.dice.between(1_000, 30_000),
            _ => self.world.dice.between(5, 400),
        };
        self.world.run_for(ms);
    }

    /// The same id with another body, of a request that was answered: refused, and nothing comes of it.
    fn other_body(&mut self, store: usize) {
        let done: Vec<String> = self.watched[store]
            .asked
            .iter()
            .rev()
            .filter(|(_, asked)| asked.answered.is_some())
            .take(10)
            .map(|(id, _)| id.clone())
            .collect();
        if done.is_empty() {
            return;
        }
        let id = self.world.dice.one_of(&done).clone();
        let Some((_, mut request)) = self.wires.get(&id).cloned() else { return };
        request.body.push(b' ');
        self.lines.push(format!("  {} {}: another body under {id}", self.world.now_ms, self.watched[store].name));
        self.world.ask(store, request);
    }

    fn trouble(&mut self, store: usize) {
        let node = self.world.dice.index(self.world.nodes.len());
        let name = self.world.nodes[node].name.clone();
        match self.world.dice.below(10) {
            0..=1 if self.world.nodes[node].is_up() => {
                let down_ms = self.world.dice.between(500, 90_000);
                self.world.stop(node, down_ms);
            }
            2 => {
                let point = *self.world.dice.one_of(POINTS);
                let times = u32::try_from(self.world.dice.below(5)).unwrap_or(0);
                if self.world.dice.percent(50) {
                    self.world.nodes[node].mute();
                }
                self.world.nodes[node].disk.borrow_mut().stop_at(point, times);
                self.lines.push(format!("  {name} will stop at {point:?} after {times}"));
                self.at_a_till(store);
            }
            3..=4 => {
                let after = u32::try_from(self.world.dice.below(60)).unwrap_or(0);
                if self.world.dice.percent(50) {
                    self.world.nodes[node].mute();
                }
                self.world.nodes[node].disk.borrow_mut().stop_after(after);
                self.lines.push(format!("  {name} will stop after {after} writes"));
                self.at_a_till(store);
            }
            5..=6 => {
                let rush = self.world.dice.percent(40);
                let refusal = *self.world.dice.one_of(&[Refusal::Full, Refusal::Write, Refusal::Sync, Refusal::Read]);
                let times = u32::try_from(self.world.dice.between(1, 6)).unwrap_or(1);
                self.world.nodes[node].disk.borrow_mut().refuse(refusal, times);
                self.lines.push(format!("  the disk of {name} refuses {refusal:?} {times} times"));
                self.world.network.rush = rush;
                for _ in 0..if rush { 5 } else { 1 } {
                    self.at_a_till(store);
                }
                self.world.network.rush = false;
            }
            7 => {
                let weather = |dice: &mut Dice| Weather { loses: dice.below(15), doubles: dice.below(15), delays: dice.below(15) };
                self.world.network.shop = weather(&mut self.world.dice);
                self.world.network.lines = weather(&mut self.world.dice);
                self.lines.push(format!("  weather {:?} {:?}", self.world.network.shop, self.world.network.lines));
            }
            8 => {
                let network = &mut self.world.network;
                if network.cut.contains(&store) {
                    network.cut.retain(|cut| *cut != store)
                } else {
                    network.cut.push(store)
                }
                self.lines.push(format!("  the line of {} is cut or mended", self.watched[store].name));
                self.world.injected();
            }
            _ => {
                let by_ms = *self.world.dice.one_of(&[-200_000, -3_000, 5_000, 400_000, 3_600_000]);
                self.world.nodes[node].jump(by_ms);
                self.lines.push(format!("  the clock of {name} jumps by {by_ms}"));
                self.world.injected();
            }
        }
    }

    fn at_a_till(&mut self, store: usize) {
        let shop: &Shop = &self.base.shops[store];
        let book = self.watched[store].book.clone();
        let dice = &mut self.world.dice;
        let till = dice.one_of(&shop.tills);
        let by_admin = dice.percent(40);
        let (cookie, limit) = if by_admin { (till.admin.clone(), 10_000) } else { till.cashier.clone() };
        let intent = deed(dice, shop, &book, till.id, limit);
        let admin_only = matches!(intent, Intent::Price { .. } | Intent::Adjust { .. } | Intent::Count { .. });
        let cookie = if admin_only { till.admin.clone() } else { cookie };
        self.ask(store, intent, &cookie);
    }

    /// Hears answers, looks at journals and balances.
    fn look(&mut self) {
        for line in std::mem::take(&mut self.world.broken) {
            self.wrong.push(line);
        }
        for node in std::mem::take(&mut self.world.came_up) {
            self.look_after_start(node);
        }
        self.look_at_stores();
        for (ticket, reply) in std::mem::take(&mut self.world.returned) {
            let Some((store, id, before)) = self.open.remove(&ticket) else { continue };
            match reply {
                None => {
                    self.lines.push(format!("  no answer to {id}"));
                    self.unanswered.push((store, id));
                }
                Some(reply) => {
                    let body = String::from_utf8_lossy(&reply.body);
                    let short: String = body.chars().take(if reply.status < 300 { 60 } else { 400 }).collect();
                    self.lines.push(format!("  {id} → {} {short}", reply.status));
                    self.digest.update(&reply.body);
                    let excused = self.troubles(store) != before || self.blind.contains(&store);
                    self.watched[store].heard(&id, reply.status, &reply.body, excused, &mut self.wrong);
                    if reply.status >= 500 {
                        self.unanswered.push((store, id));
                    }
                }
            }
        }
        self.look_at_office();
        self.tell();
        let lines = self.lines.len();
        let from = lines.saturating_sub(40);
        for line in &self.lines[from..] {
            self.digest.update(line.as_bytes());
        }
    }

    fn look_at_stores(&mut self) {
        for (store, watched) in self.watched.iter_mut().enumerate() {
            let wrong = &mut self.wrong;
            let node = &self.world.nodes[store];
            let faults = node.disk.borrow().faults();
            let looked = node.look(|app| watched.look(app, wrong));
            self.blind.retain(|blind| *blind != store);
            if !matches!(looked, Some(Ok(()))) {
                self.blind.push(store);
            }
            if let Some(Err(reject)) = looked
                && node.disk.borrow().faults() == faults
                && !node.has_stopped()
            {
                wrong.push(format!("{} cannot be read: {reject:?}", watched.name));
            }
        }
    }

    fn look_after_start(&mut self, node: usize) {
        let wrong = &mut self.wrong;
        let Some(watched) = self.watched.get(node) else { return };
        let node = &self.world.nodes[node];
        let faults = node.disk.borrow().faults();
        node.look(|app| {
            let there = app.read_now(|read| Ok(watched.kept.still_there(&watched.name, read, OWN, wrong)?));
            if let Err(reject) = there
                && node.disk.borrow().faults() == faults
            {
                wrong.push(format!("{} cannot be read after a start: {reject}", watched.name));
            }
        });
    }

    /// S2: what the head office has of each store.
    fn look_at_office(&mut self) {
        let office = self.watched.len();
        let (wrong, watched, copies) = (&mut self.wrong, &self.watched, &mut self.at_office);
        let numbers: Vec<String> = (0..office).map(|store| self.world.nodes[store].id.clone()).collect();
        self.world.nodes[office].look(|app| {
            for ((copy, watched), id) in copies.iter_mut().zip(watched).zip(&numbers) {
                let looked = app.read_now(|read| match number_at(read, id)? {
                    Some(number) => Ok(copy.more(read, number, |_| {})?),
                    None => Ok(()),
                });
                if let Err(reject) = looked {
                    let sentence = reject.to_string();
                    if sentence.contains("J2") {
                        wrong.push(format!("S2 {}: {sentence}", watched.name));
                    }
                }
                watched.kept.begins_with(&watched.name, copy, wrong);
            }
        });
    }

    /// The end: everything works again, every request is answered, the head office has everything, and the books hold.
    fn settle(&mut self) {
        self.lines.push("the end: everything works".to_owned());
        self.world.heal();
        for _ in 0..60 {
            self.world.run_for(30_000);
            self.look();
            if !self.wrong.is_empty() {
                return;
            }
            let waiting = std::mem::take(&mut self.unanswered);
            let all_up = self.world.nodes.iter().all(Node::is_up);
            let behind = self.watched.iter().zip(&self.at_office).any(|(store, copy)| store.kept.end() != copy.end());
            if waiting.is_empty() && self.open.is_empty() && all_up && !behind {
                return self.last_look();
            }
            for (_, id) in waiting {
                self.again(&id);
            }
        }
        for (store, copy) in self.watched.iter().zip(&self.at_office) {
            self.wrong.push(format!(
                "S2 {}: the head office has {} of {} entries after half an hour",
                store.name,
                copy.end(),
                store.kept.end()
            ));
        }
        self.wrong.push(format!("{} requests never got an answer", self.open.len() + self.unanswered.len()));
    }

    fn last_look(&mut self) {
        for node in &self.world.nodes {
            let proof = node.look(|app| app.pool().read::<_, Fault>(|live| verify(live, app.schema())));
            match proof {
                Some(Ok(proof)) if proof.holds => {}
                Some(Ok(proof)) => {
                    let differs = proof.checks.iter().filter(|check| !check.differences.is_empty());
                    self.wrong.extend(differs.map(|check| format!("{} {}: {:?}", check.id, node.name, check.differences)));
                }
                Some(Err(fault)) => self.wrong.push(format!("{} cannot be verified: {fault}", node.name)),
                None => self.wrong.push(format!("{} is off", node.name)),
            }
        }
        let office = &self.world.nodes[self.watched.len()];
        for (watched, node) in self.watched.iter().zip(&self.world.nodes) {
            let wrong = &mut self.wrong;
            let compared = node.look(|store| office.look(|office| compared(watched, store, office, wrong)));
            if let Some(Some(Err(reject))) = compared {
                wrong.push(format!("{} cannot be compared: {reject}", watched.name));
            }
        }
    }
}

/// What may still come back, and the head office's views of a store.
fn compared(watched: &Watched, store: &App, office: &App, wrong: &mut Vec<String>) -> Result<(), Reject> {
    watched.returns(store, wrong)?;
    match office.read_now(|read| Ok(number_at(read, &store.node_id)?))? {
        Some(number) => same_tables(&watched.name, store, office, number, wrong),
        None => Ok(()),
    }
}

/// The number that a head office gave to a node.
fn number_at(read: &dyn Read, id: &str) -> Result<Option<i64>, Fault> {
    read.row("SELECT number FROM node WHERE id = ?1", &[id.into()])?.map(|row| row.get(0)).transpose()
}
