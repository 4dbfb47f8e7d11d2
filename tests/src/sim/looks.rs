//! What is looked at after every step, after every start of a machine, and at the end.

use duken_hub::hub::App;
use duken_kernel::journal::OWN;
use duken_kernel::replay::{Proof, verify, verify_since_checkpoint};
use duken_kernel::{Fault, Read, Reject, Schema};

use super::auditor::{Intent, Watched, same_tables};
use super::carts::carts_are_there;
use super::node::Node;
use super::run::Run;

impl Run {
    /// Hears answers, looks at journals and balances.
    pub(super) fn look(&mut self) {
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
                    if !self.may_be_lost(store, &id) {
                        self.watched[store].heard(&id, reply.status, &reply.body, excused, &mut self.wrong);
                    }
                    if reply.status >= 500 {
                        self.unanswered.push((store, id));
                    }
                }
            }
        }
        if self.look_at_office() {
            self.look_at_acknowledgements();
        }
        self.look_at_devices(false);
        self.tell();
        let lines = self.lines.len();
        let from = lines.saturating_sub(40);
        for line in &self.lines[from..] {
            self.digest.update(line.as_bytes());
        }
    }

    /// X04: the last moment of a cart may be lost when its store stops, and the ids of its requests with it: another body
    /// under such an id is the first that the store hears of it.
    fn may_be_lost(&self, store: usize, id: &str) -> bool {
        let Some(first) = id.strip_suffix('#') else { return false };
        let of_a_cart = self.wires.get(first).is_some_and(|(_, wire)| wire.path.starts_with("/api/carts"));
        of_a_cart && self.sent_in.get(first) != Some(&self.world.nodes[store].boots)
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
        if self.world.nodes[node].boots.is_multiple_of(3) {
            self.prove(node);
        }
        let wrong = &mut self.wrong;
        let Some(watched) = self.watched.get(node) else {
            let (watched, copies, nodes) = (&self.watched, &self.at_office, &self.world.nodes);
            nodes[node].look(|app| {
                for ((copy, store), machine) in copies.iter().zip(watched).zip(nodes) {
                    let _unreadable_just_now = app.read_now(|read| match number_at(read, &machine.id)? {
                        Some(number) => Ok(copy.still_there(&format!("{} at the head office", store.name), read, number, wrong)?),
                        None => Ok(()),
                    });
                }
            });
            return;
        };
        let store = node;
        let node = &self.world.nodes[node];
        let faults = node.disk.borrow().faults();
        node.look(|app| {
            let carts = app.read_now(|read| Ok(carts_are_there(&mut self.carts, store, node, read, wrong)?));
            let there = carts.and_then(|()| app.read_now(|read| Ok(watched.kept.still_there(&watched.name, read, OWN, wrong)?)));
            if let Err(reject) = there
                && node.disk.borrow().faults() == faults
            {
                wrong.push(format!("{} cannot be read after a start: {reject}", watched.name));
            }
        });
    }

    /// S2: what the head office has of each store.
    fn look_at_office(&mut self) -> bool {
        let office = self.watched.len();
        let (wrong, watched, copies) = (&mut self.wrong, &self.watched, &mut self.at_office);
        let numbers: Vec<String> = (0..office).map(|store| self.world.nodes[store].id.clone()).collect();
        let mut seen = true;
        let looked = self.world.nodes[office].look(|app| {
            for ((copy, watched), id) in copies.iter_mut().zip(watched).zip(&numbers) {
                let looked = app.read_now(|read| match number_at(read, id)? {
                    Some(number) => Ok(copy.more(read, number, |_| {})?),
                    None => Ok(()),
                });
                if let Err(reject) = looked {
                    seen = false;
                    let sentence = reject.to_string();
                    if sentence.contains("J2") {
                        wrong.push(format!("S2 {}: {sentence}", watched.name));
                    }
                }
                watched.kept.begins_with(&watched.name, copy, wrong);
            }
        });
        looked.is_some() && seen
    }

    /// S2: a store never holds more for acknowledged than its head office has.
    fn look_at_acknowledgements(&mut self) {
        if !self.world.nodes[self.watched.len()].is_up() {
            return;
        }
        for (store, watched) in self.watched.iter().enumerate() {
            // A store that is down believes what it believed, once it is up again.
            let Some(acked) = self.world.nodes[store].look(|app| app.sync.store.seen().acked) else { continue };
            let there = self.at_office[store].end();
            if acked <= there {
                self.went_back[store] = false;
            } else if !self.went_back[store] {
                self.wrong.push(format!("S2 {}: {acked} entries are acknowledged, {there} are at the head office", watched.name));
            }
        }
    }

    /// The end: everything works again, every request is answered, the head office has everything, and the books hold.
    pub(super) fn settle(&mut self) {
        self.lines.push("the end: everything works".to_owned());
        self.world.heal();
        for turn in 0..60 {
            self.world.run_for(30_000);
            self.look();
            if !self.wrong.is_empty() {
                return;
            }
            let waiting = std::mem::take(&mut self.unanswered);
            let all_up = self.world.nodes.iter().all(Node::is_up);
            let behind = self.watched.iter().zip(&self.at_office).any(|(store, copy)| store.kept.end() != copy.end());
            let mut pending = false;
            for store in 0..self.watched.len() {
                for till in self.pending_returns(store) {
                    pending = true;
                    self.open_for_a_return(store, till, turn);
                }
            }
            let unsettled: Vec<(usize, i64)> =
                (0..self.watched.len()).flat_map(|store| self.unsettled(store).into_iter().map(move |id| (store, id))).collect();
            if waiting.is_empty() && self.open.is_empty() && all_up && !behind && !pending && unsettled.is_empty() {
                return self.last_look();
            }
            for (_, id) in waiting {
                self.again(&id);
            }
            for (store, payment) in unsettled.into_iter().filter(|_| turn > 5) {
                self.decide(store, payment, &self.base.shops[store].tills[0]);
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
        for store in 0..self.watched.len() {
            let unsettled = self.unsettled(store);
            if !unsettled.is_empty() {
                self.wrong.push(format!("D2 {}: payments {unsettled:?} never came to an end", self.watched[store].name));
            }
        }
        for store in 0..self.watched.len() {
            let pending = self.pending_returns(store);
            if !pending.is_empty() {
                self.wrong.push(format!("D2 {}: returns at tills {pending:?} never came to an end", self.watched[store].name));
            }
        }
        self.wrong.push(format!("{} requests never got an answer", self.open.len() + self.unanswered.len()));
    }

    /// A return whose money the terminal has given back waits for somebody to open the shift.
    fn open_for_a_return(&mut self, store: usize, till: i64, turn: u64) {
        let known = self.base.shops[store].tills.iter().find(|known| known.id == till);
        if let Some(till) = known.filter(|_| turn > 5 && self.watched[store].book.shift_of(till).is_none()) {
            self.ask(store, Intent::Open { till: till.id, counted: 0, cashier: false }, &till.admin);
        }
    }

    /// The quick proof of one machine, every few steps.
    pub(super) fn prove_a_little(&mut self, step: u64) {
        if !step.is_multiple_of(8) {
            return;
        }
        let at = self.world.dice.index(self.world.nodes.len());
        self.proven(at, verify_since_checkpoint);
    }

    /// The whole of `verify`: the chain, the postings, the views against a fresh replay.
    fn prove(&mut self, at: usize) {
        self.proven(at, verify);
    }

    fn proven(&mut self, at: usize, prove: impl Fn(&dyn Read, &Schema) -> Result<Proof, Fault>) {
        let node = &self.world.nodes[at];
        let faults = node.disk.borrow().faults();
        match node.look(|app| app.pool().read::<_, Fault>(|live| prove(live, app.schema()))) {
            Some(Ok(proof)) if proof.holds => {}
            Some(Ok(proof)) => {
                let differs = proof.checks.iter().filter(|check| !check.differences.is_empty());
                self.wrong.extend(differs.map(|check| format!("{} {}: {:?}", check.id, node.name, check.differences)));
            }
            Some(Err(_)) if node.disk.borrow().faults() > faults => {}
            Some(Err(fault)) => self.wrong.push(format!("{} cannot be verified: {fault:?}", node.name)),
            None => {}
        }
    }

    fn last_look(&mut self) {
        self.look_at_devices(true);
        for at in 0..self.world.nodes.len() {
            self.prove(at);
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
