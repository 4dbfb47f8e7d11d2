//! A cart on its way through a till: lines, another till, a terminal that misbehaves, and the end of it.

use std::collections::BTreeMap;

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use serde_json::{Value, json};

use super::auditor::{Asked, Expected, Intent, Priced};
use super::base::{Shop, Till};
use super::devices::{Way, lock};
use super::node::Node;
use super::people::{money, request_id, wire};
use super::run::Run;

/// How a cart was shown to a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// The cart's version.
    version: i64,
    /// When, by the world's clock.
    at_ms: i64,
    /// What its disk had refused by then.
    faults: u64,
}

/// What was answered of a cart survives a power cut a second later: then nothing is still waiting for the disk.
const DURABLE_AFTER_MS: i64 = 1_000;

/// X04: the carts of a store that came up again are as they were shown, but for the last moment before it stopped. What
/// that moment took is forgotten here too: no later start brings it back.
pub(super) fn carts_are_there(
    carts: &mut BTreeMap<(usize, i64), Vec<Shown>>,
    store: usize,
    node: &Node,
    read: &dyn Read,
    wrong: &mut Vec<String>,
) -> Result<(), Fault> {
    let (stopped_ms, faults) = (node.stopped_ms, node.disk.borrow().faults());
    for ((_, cart), shown) in carts.range_mut((store, 0)..=(store, i64::MAX)) {
        let settled = |shown: &&Shown| shown.at_ms + DURABLE_AFTER_MS < stopped_ms && shown.faults == faults;
        let version = shown.iter().filter(settled).map(|shown| shown.version).max().unwrap_or(0);
        let there = read.row("SELECT version FROM cart WHERE id = ?1", &[(*cart).into()])?.map_or(Ok(0), |row| row.get::<i64>(0))?;
        shown.retain(|shown| shown.version <= there);
        if there < version {
            wrong.push(format!("X04 {}: cart {cart} was shown in version {version}, there is {there}", node.name));
        }
    }
    Ok(())
}

/// A sum as the API writes it, in hundredths.
fn minor(money: &Value) -> i64 {
    money["amount"].as_str().and_then(|text| text.replace('.', "").parse().ok()).unwrap_or(0)
}

fn thousandths(quantity: &Value) -> i64 {
    let text = quantity.as_str().unwrap_or("0");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<3}").parse().unwrap_or(0)
}

fn number(value: &Value) -> i64 {
    value["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0)
}

impl Run {
    /// Asks and waits for the answer; nothing when none came, or no good one.
    fn talk(&mut self, store: usize, method: &str, path: &str, body: &Value, cookie: &str) -> Option<Value> {
        let id = (method != "GET").then(|| request_id(self.world.now_ms + self.world.nodes[store].wrong_ms(), &mut self.world.dice));
        let request = wire(method, path, cookie, id.as_deref(), body);
        let name = id.clone().unwrap_or_else(|| format!("reading {path} at {}", self.world.now_ms));
        self.lines.push(format!("  {} {}: {method} {path} {body} {name}", self.world.now_ms, self.watched[store].name));
        self.watched[store].asked.insert(name.clone(), Asked::new(Intent::Nothing, Expected::Either));
        if id.is_some() {
            self.wires.insert(name.clone(), (store, request.clone()));
        }
        let ticket = self.send(store, &name, request);
        let answer = self.answer(ticket)?;
        if let (true, Some(version)) = (path.starts_with("/api/carts"), answer["version"].as_i64()) {
            let faults = self.world.nodes[store].disk.borrow().faults();
            let shown = Shown { version, at_ms: self.world.now_ms, faults };
            self.carts.entry((store, number(&answer))).or_default().push(shown);
        }
        Some(answer)
    }

    /// Lets time pass until an answer is there.
    fn answer(&mut self, ticket: u64) -> Option<Value> {
        for _ in 0..600 {
            self.world.run_for(50);
            let heard = self.world.returned.iter().find(|(of, _)| *of == ticket).map(|(_, reply)| reply.clone());
            if let Some(reply) = heard {
                self.look();
                let reply = reply.filter(|reply| reply.status < 300)?;
                return serde_json::from_slice(&reply.body).ok();
            }
        }
        None
    }

    /// The administrator says that the date of this store is right.
    pub(super) fn confirm_clock(&mut self, store: usize) {
        let cookie = self.base.shops[store].tills[0].admin.clone();
        let _answer_or_none = self.talk(store, "POST", "/api/clock/confirm", &json!({}), &cookie);
    }

    /// A whole cart, or as much of it as the world lets happen.
    pub(super) fn cart(&mut self, store: usize) -> Option<()> {
        let shop: &'static Shop = &self.base.shops[store];
        let mut till: &Till = self.world.dice.one_of(&shop.tills);
        let made = self.talk(store, "POST", "/api/carts", &json!({}), &till.admin)?;
        let cart = number(&made);
        let mut priced = Priced::default();
        for _ in 0..self.world.dice.between(1, 3) {
            let product = self.world.dice.one_of(&shop.products).0;
            let quantity = self.world.dice.between(1, 3);
            let line = json!({ "product_id": product.to_string(), "quantity": quantity.to_string() });
            let before = self.watched[store].book.price_of(product);
            self.talk(store, "POST", &format!("/api/carts/{cart}/lines"), &line, &till.admin)?;
            priced.add(product, quantity * 1_000, before, self.watched[store].book.price_of(product));
        }
        if self.world.dice.percent(30) {
            till = self.world.dice.one_of(&shop.tills);
            self.talk(store, "POST", &format!("/api/carts/{cart}/take"), &json!({}), &till.admin)?;
        }
        let shown = self.talk(store, "GET", &format!("/api/carts/{cart}"), &Value::Null, &till.admin)?;
        let due = minor(&shown["due"]);
        let by_terminal = self.world.dice.percent(75);
        let method = if by_terminal { "kaspi" } else { "cash" };
        let pay = json!({ "method": method, "amount": money(due) });
        self.talk(store, "POST", &format!("/api/carts/{cart}/payments"), &pay, &till.admin)?;
        if by_terminal && !self.paid(store, cart, till)? {
            return None;
        }
        self.complete(store, cart, till, by_terminal, &priced)
    }

    /// Waits for the terminal; whether it was paid. Who does not know decides by what the terminal itself shows.
    fn paid(&mut self, store: usize, cart: i64, till: &Till) -> Option<bool> {
        for turn in 0..14 {
            let ms = self.world.dice.between(500, 6_000);
            self.world.run_for(ms);
            let shown = self.talk(store, "GET", &format!("/api/carts/{cart}"), &Value::Null, &till.admin)?;
            let payments = shown["payments"].as_array()?;
            let last = payments.last()?;
            match last["state"].as_str()? {
                "succeeded" | "decided_paid" => return Some(true),
                "failed" | "decided_unpaid" => return Some(false),
                "unknown" if turn > 5 => {
                    let id = number(last);
                    if self.world.dice.percent(40) {
                        self.talk(store, "POST", &format!("/api/payments/{id}/check"), &json!({}), &till.admin);
                    } else {
                        self.decide(store, id, till);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A named person looks at the terminal's own list and says what is so.
    pub(super) fn decide(&mut self, store: usize, payment: i64, till: &Till) {
        let now_ms = self.world.now_ms + self.world.nodes[store].wrong_ms();
        let devices = self.world.devices[store].clone();
        let sql = "SELECT terminal, direction FROM payment WHERE node = ?1 AND id = ?2";
        let looked = self.world.nodes[store].look(|app| app.read_now(|read| Ok(read.row(sql, &[OWN.into(), payment.into()])?)));
        let Some(Ok(Some(row))) = looked else { return };
        let (Ok(terminal), Ok(direction)) = (row.get::<i64>(0), row.get::<String>(1)) else { return };
        if lock(&devices).is_busy(terminal, now_ms) {
            return;
        }
        let way = if direction == "refund" { Way::GivenBack } else { Way::Taken };
        let Some(known) = self.settled_sums(store, way) else { return };
        let many = |sums: &BTreeMap<i64, Vec<u64>>| sums.get(&terminal).map_or(0, Vec::len);
        let outcome = if many(&lock(&devices).moved(way)) > many(&known) { "paid" } else { "not_paid" };
        let said = json!({ "outcome": outcome, "reason": "as the terminal shows" });
        self.talk(store, "POST", &format!("/api/payments/{payment}/decide"), &said, &till.admin);
    }

    fn complete(&mut self, store: usize, cart: i64, till: &Till, terminal: bool, priced: &Priced) -> Option<()> {
        let shown = self.talk(store, "GET", &format!("/api/carts/{cart}"), &Value::Null, &till.admin)?;
        let lines = shown["lines"].as_array()?;
        let sold = lines.iter().map(|line| {
            let product = line["product_id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0);
            (product, thousandths(&line["quantity"]), None)
        });
        let lines_sold: Vec<_> = sold.collect();
        let prices: Vec<i64> = lines.iter().map(|line| minor(&line["price"])).collect();
        let total = minor(&shown["total"]);
        let shown_lines: Vec<(i64, i64, i64)> =
            lines_sold.iter().zip(&prices).map(|((product, quantity, _), price)| (*product, *quantity, *price)).collect();
        // Whoever was not answered does not know whether a line went in once, twice or not at all: prices alone hold then.
        if let Err(sentence) = self.watched[store].book.cart_is(priced, &shown_lines, total) {
            self.wrong.push(format!("{}: cart {cart}: {sentence}", self.watched[store].name));
        }
        let paid = if terminal { (0, total) } else { (total, 0) };
        let intent = Intent::Sell { till: till.id, lines: lines_sold, prices, off: None, paid, limit: 10_000, terminal };
        let id = request_id(self.world.now_ms + self.world.nodes[store].wrong_ms(), &mut self.world.dice);
        let request = wire("POST", &format!("/api/carts/{cart}/complete"), &till.admin, Some(&id), &json!({ "print": true }));
        self.lines.push(format!("  {} {}: cart {cart} {intent:?} {id}", self.world.now_ms, self.watched[store].name));
        self.watched[store].asked.insert(id.clone(), Asked::new(intent, Expected::Either));
        self.wires.insert(id.clone(), (store, request.clone()));
        // From now on it may be a sale at any moment.
        self.carts.remove(&(store, cart));
        let ticket = self.send(store, &id, request);
        self.answer(ticket).map(|_| ())
    }

    /// What the hub holds to have been taken (or given back) at each terminal, whole tenge, in the order of the sums.
    pub(super) fn settled_sums(&self, store: usize, way: Way) -> Option<BTreeMap<i64, Vec<u64>>> {
        let sql = "SELECT p.terminal, s.settled_sum FROM payment p JOIN payment_state s ON s.node = p.node AND s.id = p.id \
                   WHERE p.node = ?1 AND p.direction = ?2 AND s.state IN ('succeeded', 'decided_paid') ORDER BY s.settled_sum";
        let direction = if way == Way::Taken { "payment" } else { "refund" };
        let looked = self.world.nodes[store].look(|app| {
            app.read_now(|read| {
                let rows = read.rows(sql, &[OWN.into(), direction.into()])?;
                rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<Vec<(i64, i64)>, duken_kernel::Reject>>()
            })
        });
        let mut sums: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for (terminal, sum) in looked?.ok()? {
            sums.entry(terminal).or_default().push(u64::try_from(sum / 100).unwrap_or(0));
        }
        Some(sums)
    }

    /// Tills at which a return waits for its terminal, or for an open shift.
    pub(super) fn pending_returns(&self, store: usize) -> Vec<i64> {
        let looked = self.world.nodes[store].look(|app| {
            app.read_now(|read| {
                let rows = read.rows("SELECT till FROM pending_return WHERE result IS NULL", &[])?;
                rows.iter().map(|row| Ok(row.get::<i64>(0)?)).collect::<Result<Vec<i64>, duken_kernel::Reject>>()
            })
        });
        looked.and_then(Result::ok).unwrap_or_default()
    }

    /// Payments whose end nobody knows yet.
    pub(super) fn unsettled(&self, store: usize) -> Vec<i64> {
        let sql = "SELECT p.id FROM payment p JOIN payment_state s ON s.node = p.node AND s.id = p.id \
                   WHERE p.node = ?1 AND s.state IN ('intent', 'waiting', 'unknown')";
        let looked = self.world.nodes[store].look(|app| {
            app.read_now(|read| {
                let rows = read.rows(sql, &[OWN.into()])?;
                rows.iter().map(|row| Ok(row.get::<i64>(0)?)).collect::<Result<Vec<i64>, duken_kernel::Reject>>()
            })
        });
        looked.and_then(Result::ok).unwrap_or_default()
    }

    /// D1 and D2 as the devices saw them. Nobody is charged twice, no goods leave without money.
    pub(super) fn look_at_devices(&mut self, at_the_end: bool) {
        for store in 0..self.watched.len() {
            let devices = self.world.devices[store].clone();
            self.wrong.append(&mut lock(&devices).wrong);
            if !at_the_end {
                continue;
            }
            for way in [Way::Taken, Way::GivenBack] {
                let (moved, known) = (lock(&devices).moved(way), self.settled_sums(store, way).unwrap_or_default());
                if moved != known {
                    let name = &self.watched[store].name;
                    self.wrong.push(format!("D2 {name}: {way:?} by the terminals {moved:?}, the hub knows of {known:?}"));
                }
            }
        }
    }
}
