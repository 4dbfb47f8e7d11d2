//! The auditor: an independent, plain model of what a chain ought to hold, compared with what it holds.
//!
//! It shares no code with the domains. From what people asked, and the order in which the journal says it was done, it
//! predicts drawers, shelves and what may still come back; it remembers which answers were given, and every entry it
//! has once seen on a disk.

mod accounts;
mod book;
mod chain;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

pub use accounts::Accounts;
pub use book::{Book, Expected, Intent, Priced, Said};
pub use chain::{Kept, same_tables};
use duken_hub::hub::App;
use duken_kernel::journal::{self, OWN};
use duken_kernel::{Read, Reject};
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
    /// The last entry that was made of each request, and its kind and body.
    made: BTreeMap<String, (i64, String)>,
    /// Payments that came to their end.
    ended: BTreeSet<i64>,
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
        // The document of a refund is made when the terminal has done its part, by nobody's request.
        Intent::Refund { .. } | Intent::Nothing | Intent::Forbidden => return None,
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
        Ok(Self {
            name: name.to_owned(),
            book,
            asked: BTreeMap::new(),
            kept,
            owed: Vec::new(),
            made: BTreeMap::new(),
            ended: BTreeSet::new(),
        })
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
            self.accounts(app, wrong)?;
            self.returns(app, wrong)?;
        }
        Ok(())
    }

    /// J4 and D2 for entries of every kind: what is made of a request stands together, once; a payment ends once.
    fn once(&mut self, raw: &journal::RawEntry, head: &Value, wrong: &mut Vec<String>) {
        let kind = head["kind"].as_str().unwrap_or_default();
        if let Some(id) = head["req"].as_str() {
            let what = format!("{kind} {}", head["body"]);
            if let Some((before, same)) = self.made.insert(id.to_owned(), (raw.seq, what.clone()))
                && (before + 1 != raw.seq || same == what)
            {
                wrong.push(format!("J4 {}: entries {before} and {} ({kind}) were made of one request {id}", self.name, raw.seq));
            }
        }
        if ["payment.settled", "payment.decided"].contains(&kind) {
            let payment = head["body"]["payment"].as_i64().unwrap_or_default();
            if !self.ended.insert(payment) {
                wrong.push(format!("D2 {}: payment {payment} came to its end again in entry {} ({kind})", self.name, raw.seq));
            }
        }
    }

    /// The return that a terminal paid out: somebody asked for exactly this one.
    fn refunded(&mut self, raw: &journal::RawEntry, body: &Value, wrong: &mut Vec<String>) {
        let (till, sale) = (body["till"].as_i64().unwrap_or_default(), body["sale"].as_i64().unwrap_or_default());
        let line = |line: &Value| Some((line["of"].as_i64()?, line["q"].as_i64()?));
        let lines: Vec<(i64, i64)> = body["lines"].as_array().into_iter().flatten().filter_map(line).collect();
        let intent = Intent::Refund { till, sale, lines };
        let asked = self.asked.values_mut().find(|asked| asked.entry.is_none() && asked.intent == intent);
        match asked {
            Some(asked) => asked.entry = Some(raw.seq),
            None => wrong.push(format!("{}: entry {} gives back what nobody asked for: {intent:?}", self.name, raw.seq)),
        }
        if let Err(sentence) = self.book.done(raw.seq, &intent, Said::default()) {
            wrong.push(format!("{}: {sentence}", self.name));
        }
    }

    fn entry(&mut self, raw: &journal::RawEntry, wrong: &mut Vec<String>) {
        let Ok(head) = serde_json::from_slice::<Value>(&raw.bytes) else {
            return wrong.push(format!("J2 {}: entry {} does not read", self.name, raw.seq));
        };
        self.once(raw, &head, wrong);
        let kind = head["kind"].as_str().unwrap_or_default();
        // Finished by the hub once the terminal had paid, or by the request itself when it was sent again after that.
        let by = head["req"].as_str().and_then(|id| self.asked.get(id));
        if kind == "sale.returned" && by.is_none_or(|asked| matches!(asked.intent, Intent::Refund { .. })) {
            return self.refunded(raw, &head["body"], wrong);
        }
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

    /// What the ledger says of money, beside the drawers.
    fn accounts(&self, app: &App, wrong: &mut Vec<String>) -> Result<(), Reject> {
        const TERMINAL: i64 = 3;
        const SUSPENSE: i64 = 4;
        const INVENTORY: i64 = 7;
        let sums = |read: &dyn Read, sql: &str| -> Result<BTreeMap<i64, i64>, Reject> {
            read.rows(sql, &[OWN.into()])?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
        };
        let (others, all, shelves) = app.read_now(|read| {
            let others =
                format!("SELECT a, sum(amount) FROM money_balance WHERE node = ?1 AND account IN ({TERMINAL}, {SUSPENSE}) GROUP BY a");
            let all = "SELECT account, sum(amount) FROM money_balance WHERE node = ?1 GROUP BY account";
            let shelves = "SELECT 0, coalesce(sum(value), 0) FROM goods_balance WHERE node = ?1";
            Ok((sums(read, &others)?, sums(read, all)?, sums(read, shelves)?))
        })?;
        for (till, ought) in self.book.others() {
            let is = others.get(&till).copied().unwrap_or(0);
            if is != ought {
                wrong.push(format!("{}: terminals owe {is} for till {till}, ought to owe {ought}", self.name));
            }
        }
        let of = |account: i64| all.get(&account).copied().unwrap_or(0);
        let is = Accounts { revenue: of(9), discount: of(10), tax: of(13), rounding: of(18) };
        if is != self.book.accounts() {
            wrong.push(format!("{}: the books say {is:?}, ought to say {:?}", self.name, self.book.accounts()));
        }
        let worth = shelves.get(&0).copied().unwrap_or(0);
        if of(INVENTORY) != worth {
            wrong.push(format!("L2 {}: goods are worth {worth} on the shelves and {} in the ledger", self.name, of(INVENTORY)));
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
