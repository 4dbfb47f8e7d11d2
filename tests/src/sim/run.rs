//! One history: what a seed makes people, machines and wires do, step by step.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::auditor::{Asked, Book, Expected, Intent, Kept, Watched};
use super::base::{Base, Shop, base};
use super::carts::Shown;
use super::deeds::deed;
use super::dice::Dice;
use super::disk::Refusal;
use super::network::Weather;
use super::node::Wire;
use super::people::{request_id, request_of, wire};
use super::world::World;
use super::{Outcome, disk, entropy};

/// Where a machine may be told to stop; at any point, without a name.
const POINTS: &[&str] = &[
    "",
    "writer.begun",
    "writer.before_commit",
    "writer.committed",
    "writer.answered",
    "writer.sealing",
    "sweeper.begun",
    "sweeper.swept",
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
    pub(super) base: &'static Base,
    pub(super) seed: u64,
    pub(super) world: World,
    pub(super) watched: Vec<Watched>,
    pub(super) at_office: Vec<Kept>,
    /// By ticket: the store, the request, and the troubles of the store when it was sent.
    pub(super) open: BTreeMap<u64, (usize, String, u64)>,
    /// Stores that may still believe what a head office said before it went back to an older state.
    pub(super) went_back: Vec<bool>,
    /// The head office as it once was.
    older_office: Option<disk::Image>,
    /// Stores whose books could not be looked at just now.
    pub(super) blind: Vec<usize>,
    /// Requests without an answer: sent again by and by.
    pub(super) unanswered: Vec<(usize, String)>,
    pub(super) wires: BTreeMap<String, (usize, Wire)>,
    /// By request: in which life of its store it was first sent.
    pub(super) sent_in: BTreeMap<String, u64>,
    /// By store and cart: what was answered of it.
    pub(super) carts: BTreeMap<(usize, i64), Vec<Shown>>,
    pub(super) wrong: Vec<String>,
    pub(super) lines: Vec<String>,
    pub(super) digest: blake3::Hasher,
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
        let went_back = vec![false; watched.len()];
        let (open, wires, carts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self {
            blind: Vec::new(),
            base,
            seed,
            world,
            watched,
            at_office,
            went_back,
            older_office: None,
            open,
            unanswered: Vec::new(),
            wires,
            sent_in: BTreeMap::new(),
            carts,
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
            self.misdirect(step);
            self.step();
            self.look();
            self.prove_a_little(step);
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
    pub(super) fn tell(&mut self) {
        let now_ms = self.world.now_ms;
        for line in std::mem::take(&mut self.world.happened) {
            self.lines.push(format!("  {now_ms} {line}"));
        }
    }

    pub(super) fn troubles(&self, store: usize) -> u64 {
        let node = &self.world.nodes[store];
        node.disk.borrow().faults() + (node.boots + node.stops) * 1_000_000 + u64::from(node.has_stopped())
    }

    pub(super) fn send(&mut self, store: usize, id: &str, request: Wire) -> u64 {
        // Alone: nothing of this store is under way that could come between.
        for (other, asked, _) in self.open.values() {
            if *other == store
                && let Some(asked) = self.watched[store].asked.get_mut(asked)
            {
                asked.expected = Expected::Either;
            }
        }
        self.sent_in.entry(id.to_owned()).or_insert(self.world.nodes[store].boots);
        let ticket = self.world.ask(store, request);
        let troubles = self.troubles(store);
        self.open.insert(ticket, (store, id.to_owned(), troubles));
        ticket
    }

    /// Somebody of a store asks for something.
    pub(super) fn ask(&mut self, store: usize, intent: Intent, cookie: &str) {
        let id = request_id(self.world.now_ms + self.world.nodes[store].wrong_ms(), &mut self.world.dice);
        let Some(request) = request_of(&intent, cookie, &id) else { return };
        let quiet =
            self.open.values().all(|(other, ..)| *other != store) && !self.blind.contains(&store) && !self.world.network.is_expected(store);
        let expected = if quiet { self.watched[store].book.expected(&intent) } else { Expected::Either };
        self.lines.push(format!("  {} {}: {intent:?} {id} ({expected:?})", self.world.now_ms, self.watched[store].name));
        self.watched[store].asked.insert(id.clone(), Asked::new(intent, expected));
        self.wires.insert(id.clone(), (store, request.clone()));
        self.send(store, &id, request);
    }

    pub(super) fn again(&mut self, id: &str) {
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
            0..=51 => self.at_a_till(store),
            52..=60 => {
                let _as_far_as_it_went = self.cart(store);
            }
            61..=63 => self.forbidden(store),
            64..=69 => {
                // All at once: they wait for the writer together.
                self.world.network.rush = true;
                for _ in 0..self.world.dice.between(2, 6) {
                    self.at_a_till(store);
                }
                self.world.network.rush = false;
            }
            70..=75 => {
                let asked = self.watched[store].asked.keys().rev();
                let known: Vec<String> = asked.filter(|id| self.wires.contains_key(*id)).take(20).cloned().collect();
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

    /// Now and then a store's entries come to the head office under another's name: it takes none of them (S1). The chance
    /// is its own, so that all else of a history stays as it was.
    fn misdirect(&mut self, step: u64) {
        let mut dice = Dice::of(&[self.seed, 9, step]);
        let (office, of) = (self.watched.len(), dice.index(self.watched.len()));
        let under = (of + 1 + dice.index(office - 1)) % office;
        if dice.percent(6) && self.world.network.misdirect(self.world.now_ms, office, of, under) {
            self.lines.push(format!("  what {} sent comes under the name of {}", self.watched[of].name, self.watched[under].name));
        }
    }

    /// The same id with another body, of a request that was answered: refused, and nothing comes of it.
    fn other_body(&mut self, store: usize) {
        let done: Vec<String> = self.watched[store]
            .asked
            .iter()
            .rev()
            .filter(|(id, asked)| asked.answered.is_some() && self.wires.contains_key(*id))
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
        let name = format!("{id}#");
        self.watched[store].asked.insert(name.clone(), Asked::new(Intent::Forbidden, Expected::Refused));
        self.send(store, &name, request);
    }

    /// What a cashier may not do.
    fn forbidden(&mut self, store: usize) {
        let till = self.world.dice.one_of(&self.base.shops[store].tills);
        let (cookie, _) = &till.cashier;
        let id = request_id(self.world.now_ms + self.world.nodes[store].wrong_ms(), &mut self.world.dice);
        let (method, path, body) = match self.world.dice.below(4) {
            0 => ("POST", "/api/session/pin", json!({ "pin": self.world.dice.between(3_000, 9_999).to_string() })),
            1 => ("POST", "/api/users", json!({ "name": "X", "phone": "+7 705 000 00 09", "password": "correct horse 8", "role_ids": [] })),
            2 => ("PUT", "/api/settings", json!({ "version": 1 })),
            _ => ("POST", "/api/office/codes", json!({ "store_name": "mine" })),
        };
        self.lines.push(format!("  {} {}: a cashier: {method} {path} {id}", self.world.now_ms, self.watched[store].name));
        let request = wire(method, path, cookie, Some(&id), &body);
        self.watched[store].asked.insert(id.clone(), Asked::new(Intent::Forbidden, Expected::Refused));
        self.send(store, &id, request);
    }

    fn trouble(&mut self, store: usize) {
        let node = self.world.dice.index(self.world.nodes.len());
        let name = self.world.nodes[node].name.clone();
        match self.world.dice.below(11) {
            10 => self.office_goes_back(),
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

    /// Somebody keeps the head office's state, or puts the one that was kept in its place: the stores send again what it lost.
    fn office_goes_back(&mut self) {
        let office = self.watched.len();
        match self.older_office.take() {
            None => {
                self.lines.push("  the head office's state is kept".to_owned());
                self.older_office = Some(self.world.nodes[office].disk.borrow().image());
            }
            Some(image) => {
                self.lines.push("  the head office goes back to the state that was kept".to_owned());
                let down_ms = self.world.dice.between(500, 60_000);
                self.world.stop(office, down_ms);
                self.world.nodes[office].exchange_disk(&image);
                self.at_office = vec![Kept::default(); self.watched.len()];
                self.went_back = vec![true; self.watched.len()];
            }
        }
    }

    fn at_a_till(&mut self, store: usize) {
        let own_ms = self.world.nodes[store].wrong_ms();
        // Clocks that are apart stop sales until somebody looks at the date: now and then he does.
        let apart = self.world.nodes.iter().any(|other| (other.wrong_ms() - own_ms).abs() > 300_000);
        if apart && self.world.dice.percent(15) {
            self.confirm_clock(store);
        }
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
}
