//! Wires between machines and people: what is sent arrives late, twice, in another order, or never.

use std::collections::BTreeMap;

use super::dice::Dice;
use super::node::{LineBack, Out, Reply, Wire};

/// Who waits for an answer.
pub enum Back {
    /// A person at a till, by the ticket of his request.
    Client(u64),
    /// A store that asked its head office: which store, in which of its lives.
    Line(usize, u64, LineBack),
    /// Nobody: a copy that the network made.
    Nobody,
}

/// What is under way.
pub enum Event {
    /// A request reaches a machine.
    Arrive(usize, Wire, Back),
    /// An answer, or the end of all hope for one, reaches who waits.
    Return(Back, Option<Reply>),
}

/// How bad the wires are: chances in a hundred.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// A request or an answer is lost.
    pub loses: u64,
    /// A request arrives twice.
    pub doubles: u64,
    /// A request or an answer is late by up to a minute: others overtake it.
    pub delays: u64,
}

/// How long a till waits for an answer.
pub const PATIENCE_MS: i64 = 20_000;

/// Where stores send their entries.
const BATCHES: &str = "/sync/batches";

/// The wires.
#[derive(Default)]
pub struct Network {
    queue: BTreeMap<(i64, u64), Event>,
    sent: u64,
    under_way: BTreeMap<u64, (usize, Back)>,
    /// How bad the store's own network is.
    pub shop: Weather,
    /// How bad the lines to the head office are.
    pub lines: Weather,
    /// Stores whose line to the head office is cut.
    pub cut: Vec<usize>,
    /// What was lost, doubled or delayed so far.
    pub faults: u64,
    /// Everything sent arrives at the same moment.
    pub rush: bool,
    /// The batch that each store sent last.
    batches: BTreeMap<usize, Wire>,
}

impl Network {
    fn at(&mut self, ms: i64, event: Event) {
        self.sent += 1;
        self.queue.insert((ms, self.sent), event);
    }

    /// When the next thing happens.
    #[must_use]
    pub fn next_ms(&self) -> Option<i64> {
        self.queue.keys().next().map(|(ms, _)| *ms)
    }

    /// What happens now.
    pub fn due(&mut self, now_ms: i64) -> Option<Event> {
        let key = *self.queue.keys().next().filter(|(ms, _)| *ms <= now_ms)?;
        self.queue.remove(&key)
    }

    fn trip(&mut self, weather: Weather, dice: &mut Dice) -> i64 {
        if dice.percent(weather.delays) {
            self.faults += 1;
            return dice.between(50, 15_000);
        }
        if self.rush {
            return 2;
        }
        dice.between(1, 4)
    }

    /// A person sends a request.
    pub fn ask(&mut self, now_ms: i64, node: usize, wire: Wire, ticket: u64, dice: &mut Dice) {
        let weather = self.shop;
        self.depart(now_ms, node, wire, Back::Client(ticket), weather, dice);
    }

    fn depart(&mut self, now_ms: i64, node: usize, wire: Wire, back: Back, weather: Weather, dice: &mut Dice) {
        if dice.percent(weather.loses) {
            self.faults += 1;
            return self.at(now_ms + PATIENCE_MS, Event::Return(back, None));
        }
        if dice.percent(weather.doubles) {
            self.faults += 1;
            let late = now_ms + self.trip(weather, dice);
            self.at(late, Event::Arrive(node, wire.clone(), Back::Nobody));
        }
        let then = now_ms + self.trip(weather, dice);
        self.at(then, Event::Arrive(node, wire, back));
    }

    /// Whether something is on its way to a machine, or not answered by it.
    #[must_use]
    pub fn is_expected(&self, node: usize) -> bool {
        let to = |event: &Event| matches!(event, Event::Arrive(at, _, Back::Client(_) | Back::Nobody) if *at == node);
        self.queue.values().any(to) || self.under_way.values().any(|(at, back)| *at == node && !matches!(back, Back::Line(..)))
    }

    /// A machine has a request to answer; the number under which it will.
    pub fn accept(&mut self, node: usize, back: Back) -> u64 {
        self.sent += 1;
        self.under_way.insert(self.sent, (node, back));
        self.sent
    }

    /// Nobody is there to answer.
    pub fn refuse(&mut self, now_ms: i64, back: Back) {
        self.at(now_ms + 1, Event::Return(back, None));
    }

    /// Something left a machine.
    pub fn leaves(&mut self, now_ms: i64, node: usize, boots: u64, office: Option<usize>, out: Out, dice: &mut Dice) {
        match out {
            Out::Answer(number, reply) => {
                let Some((_, back)) = self.under_way.remove(&number) else { return };
                let weather = if matches!(back, Back::Line(..)) { self.lines } else { self.shop };
                if dice.percent(weather.loses) {
                    self.faults += 1;
                    return self.at(now_ms + PATIENCE_MS, Event::Return(back, None));
                }
                let then = now_ms + self.trip(weather, dice);
                self.at(then, Event::Return(back, Some(reply)));
            }
            Out::Call(wire, back) => {
                let back = Back::Line(node, boots, back);
                if wire.path == BATCHES {
                    self.batches.insert(node, wire.clone());
                }
                match office {
                    Some(office) if !self.cut.contains(&node) => self.depart(now_ms, office, wire, back, self.lines, dice),
                    _ => self.refuse(now_ms, back),
                }
            }
        }
    }

    /// What one store sent reaches the head office once more, under the name of another; whether both have sent something.
    pub fn misdirect(&mut self, now_ms: i64, office: usize, of: usize, under: usize) -> bool {
        let (Some(sent), Some(other)) = (self.batches.get(&of), self.batches.get(&under)) else { return false };
        let wire = Wire { body: sent.body.clone(), ..other.clone() };
        self.faults += 1;
        self.at(now_ms + 1, Event::Arrive(office, wire, Back::Nobody));
        true
    }

    /// A machine stopped: whoever waits for it will learn nothing.
    pub fn stopped(&mut self, now_ms: i64, node: usize) {
        let lost: Vec<u64> = self.under_way.iter().filter(|(_, (of, _))| *of == node).map(|(number, _)| *number).collect();
        for number in lost {
            if let Some((_, back)) = self.under_way.remove(&number) {
                self.at(now_ms + 500, Event::Return(back, None));
            }
        }
    }

    /// All wires are good from now on; what is under way still arrives.
    pub fn heal(&mut self) {
        self.shop = Weather::default();
        self.lines = Weather::default();
        self.cut.clear();
    }
}
