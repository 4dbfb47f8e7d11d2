//! The auditor: an independent, plain model of what a chain ought to hold, compared with what it holds.
//!
//! It shares no code with the domains. From what people asked, and the order in which the journal says it was done, it
//! predicts drawers, shelves and what may still come back; it remembers which answers were given, and every entry it
//! has once seen on a disk.

mod book;
mod chain;
mod sums;

use std::collections::BTreeMap;

pub use book::{Book, Expected, Intent, Said};
pub use chain::{Kept, same_tables};
use duken_hub::hub::App;
use duken_kernel::Reject;
use duken_kernel::journal::{self, OWN};
use serde_json::Value;
pub use sums::{Off, receipt};

/// A request, as the auditor remembers it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What was asked.
    pub intent: Intent,
    /// What ought to come of it, when nothing else was under way.
    pub expected: Expected,
    /// The entry that was made of it.
    pub entry: Option<i64>,
    /// The document that the first good answer named.
    pub answered: Option<String>,
}

/// What the auditor knows of a store.
pub struct Watched {
    /// Its name.
    pub name: String,
    /// Its book.
    pub book: Book,
    /// What was asked, by request id.
    pub asked: BTreeMap<String, Asked>,
    /// Every entry ever seen: its hash.
    pub kept: Kept,
    owed: Vec<String>,
}

/// Entries that a hub makes by itself, or beside the one that was asked for.
const BESIDE: &[&str] = &["checkpoint", "access.refused", "session.changed", "sync.", "payment.", "device.", "agent.", "cart.", "clock."];

fn kind_of(intent: &Intent) -> Option<&'static str> {
    Some(match intent {
        Intent::Sell { .. } => "sale.completed",
        Intent::Return { .. } => "sale.returned",
        Intent::Open { .. } => "shift.opened",
        Intent::Close { .. } => "shift.closed",
        Intent::Cash { .. } => "shift.cash_moved",
        Intent::Price { .. } => "product.saved",
        Intent::Adjust { .. } | Intent::Count { .. } => "stock.adjusted",
        Intent::Nothing | Intent::Forbidden => return None,
    })
}

impl Asked {
    /// A request that nobody has sent yet.
    #[must_use]
    pub fn new(intent: Intent, expected: Expected) -> Self {
        Self { intent, expected, entry: None, answered: None }
    }
}

impl Watched {
    /// A store as it stands: its journal so far is taken for granted.
    ///
    /// # Errors
    /// The hub's.
    pub fn new(name: &str, book: Book, app: &App) -> Result<Self, Reject> {
        let mut kept = Kept::default();
        app.read_now(|read| Ok(kept.more(read, OWN, |_| {})?))?;
        Ok(Self { name: name.to_owned(), book, asked: BTreeMap::new(), kept, owed: Vec::new() })
    }

    /// Looks at what is new in the journal, and at the balances. What is wrong goes to `wrong`.
    ///
    /// # Errors
    /// The hub's, when it cannot be read just now.
    pub fn look(&mut self, app: &App, wrong: &mut Vec<String>) -> Result<(), Reject> {
        let mut new = Vec::new();
        let kept = &mut self.kept;
        app.read_now(|read| Ok(kept.more(read, OWN, |raw| new.push(raw.clone()))?))?;
        for raw in &new {
            self.entry(raw, wrong);
        }
        for id in std::mem::take(&mut self.owed) {
            if self.asked.get(&id).is_some_and(|asked| asked.entry.is_none()) {
                wrong.push(format!("J1 {}: request {id} was answered and has no entry", self.name));
            }
        }
        if !new.is_empty() {
            self.balances(app, wrong)?;
        }
        Ok(())
    }

    fn entry(&mut self, raw: &journal::RawEntry, wrong: &mut Vec<String>) {
        let Ok(head) = serde_json::from_slice::<Value>(&raw.bytes) else {
            return wrong.push(format!("J2 {}: entry {} does not read", self.name, raw.seq));
        };
        let kind = head["kind"].as_str().unwrap_or_default();
        let asked = head["req"].as_str().and_then(|id| self.asked.get_mut(id));
        let Some(asked) = asked.filter(|asked| kind_of(&asked.intent) == Some(kind)) else {
            if !BESIDE.iter().any(|known| kind.starts_with(known)) {
                wrong.push(format!("{}: entry {} ({kind}) was asked for by nobody", self.name, raw.seq));
            }
            return;
        };
        if let Some(first) = asked.entry.replace(raw.seq) {
            return wrong.push(format!("J4 {}: entries {first} and {} were made of one request", self.name, raw.seq));
        }
        let intent = asked.intent.clone();
        let payments = head["body"]["payments"].as_array();
        let cash = payments.map(|all| all.iter().filter(|paid| paid["m"] == "cash").filter_map(|paid| paid["a"].as_i64()).sum());
        if let Err(sentence) = self.book.done(raw.seq, &intent, Said { cash }) {
            wrong.push(format!("{}: {sentence}", self.name));
        }
    }

    /// Drawers and shelves.
    fn balances(&self, app: &App, wrong: &mut Vec<String>) -> Result<(), Reject> {
        const CASH: i64 = 1;
        let (drawers, stock) = app.read_now(|read| {
            let pairs = |sql: &str| -> Result<BTreeMap<i64, i64>, Reject> {
                read.rows(sql, &[OWN.into()])?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
            };
            let drawers = pairs(&format!("SELECT a, sum(amount) FROM money_balance WHERE node = ?1 AND account = {CASH} GROUP BY a"))?;
            Ok((drawers, pairs("SELECT product, sum(quantity) FROM goods_balance WHERE node = ?1 GROUP BY product")?))
        })?;
        for (till, ought) in self.book.drawers() {
            let is = drawers.get(&till).copied().unwrap_or(0);
            if is != ought {
                wrong.push(format!("{}: the drawer of till {till} holds {is}, ought to hold {ought}", self.name));
            }
        }
        for (product, ought) in self.book.stock() {
            let is = stock.get(&product).copied().unwrap_or(0);
            if is != ought {
                wrong.push(format!("{}: of product {product} there is {is}, ought to be {ought}", self.name));
            }
        }
        Ok(())
    }

    /// What of each sale may still come back.
    ///
    /// # Errors
    /// The hub's.
    pub fn returns(&self, app: &App, wrong: &mut Vec<String>) -> Result<(), Reject> {
        let rows = app.read_now(|read| {
            let sql = "SELECT sale, line, quantity FROM returned_line WHERE node = ?1";
            let rows = read.rows(sql, &[OWN.into()])?;
            rows.iter().map(|row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).collect::<Result<BTreeMap<(i64, i64), i64>, Reject>>()
        })?;
        for (sale, lines, _) in self.book.returned() {
            for (line, ought) in (1..).zip(lines) {
                let is = rows.get(&(sale, line)).copied().unwrap_or(0);
                if is != ought {
                    wrong.push(format!("{}: of line {line} of sale {sale} came back {is}, ought to be {ought}", self.name));
                }
            }
        }
        Ok(())
    }

    /// A person heard an answer to a request. `excused`: the disk or the machine failed meanwhile.
    pub fn heard(&mut self, id: &str, status: u16, body: &[u8], excused: bool, wrong: &mut Vec<String>) {
        let Some(asked) = self.asked.get_mut(id) else { return };
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let code = answer["code"].as_str().unwrap_or_default().to_owned();
        match status {
            200..=299 if asked.intent == Intent::Forbidden => {
                wrong.push(format!("{}: {id} ought to be refused, and got {status}", self.name));
            }
            200..=299 => {
                let document = answer["return"]["id"].as_str().or(answer["id"].as_str()).unwrap_or_default().to_owned();
                match &asked.answered {
                    Some(first) if *first != document && kind_of(&asked.intent).is_some() => {
                        wrong.push(format!("J4 {}: request {id} was answered {first}, then {document}", self.name));
                    }
                    _ => asked.answered = Some(document),
                }
                if kind_of(&asked.intent).is_some() && asked.entry.is_none() {
                    self.owed.push(id.to_owned());
                }
            }
            400..=499 => {
                if asked.answered.is_some() && kind_of(&asked.intent).is_some() && code != "request.expired" {
                    wrong.push(format!("J4 {}: request {id} was done, then refused ({code})", self.name));
                }
                let forgiven = excused || ["clock.suspect", "request.expired"].contains(&code.as_str()) || code.starts_with("session.");
                if asked.expected == Expected::Done && !forgiven && asked.entry.is_none() {
                    wrong.push(format!("{}: refused ({code}), ought to be done: {:?}", self.name, asked.intent));
                }
            }
            _ if !excused => wrong.push(format!("{}: status {status} ({code}) with nothing broken: {:?}", self.name, asked.intent)),
            _ => {}
        }
    }
}
