//! Selling it all again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

use super::source::{Invoice, Kind, Source};
use crate::client::{Answer, Api, Call, money};
use crate::fixture::PATIENCE;

/// An ordinary user at a till of a shop that sells in pounds.
#[derive(Debug, Clone)]
pub struct Seller {
    /// Signed in.
    pub api: Api,
    /// The till, whose shift is open.
    pub till: String,
}

/// A document that was answered: the request as it was sent, and the answer.
#[derive(Debug, Clone)]
pub struct Done {
    /// The invoice's number in the file.
    pub invoice: String,
    /// The request.
    pub call: Call,
    /// The answer.
    pub answer: Answer,
    /// How often it was sent.
    pub tries: usize,
}

/// How far a replay is, and whether the hub came back: who starts it again says so.
#[derive(Debug, Clone)]
pub struct Progress {
    answered: Arc<AtomicUsize>,
    moved: watch::Sender<usize>,
    lives: watch::Sender<usize>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { answered: Arc::default(), moved: watch::Sender::new(0), lives: watch::Sender::new(0) }
    }
}

impl Progress {
    fn one_more(&self) {
        self.moved.send_replace(self.answered.fetch_add(1, Ordering::Relaxed) + 1);
    }

    /// Waits until this many documents were answered.
    pub async fn reaches(&self, count: usize) {
        let mut moved = self.moved.subscribe();
        let _sender_is_here = moved.wait_for(|moved| *moved >= count).await;
    }

    /// The hub was started again.
    pub fn lives_again(&self) {
        self.lives.send_modify(|lives| *lives += 1);
    }
}

/// A replay: what to sell, and under which card each product stands.
#[derive(Debug, Clone)]
pub struct Replay {
    seller: Seller,
    cards: Arc<BTreeMap<String, String>>,
}

impl Replay {
    /// Makes a card for every product of the file that the store does not have yet.
    ///
    /// # Panics
    /// When a card is refused.
    pub async fn prepare(seller: Seller, source: &Source, workers: usize) -> Self {
        let known = seller.api.all("/api/products").await;
        let mut cards: BTreeMap<String, String> =
            known.iter().filter_map(|card| Some((card["sku"].as_str()?.to_owned(), card["id"].as_str()?.to_owned()))).collect();
        let missing: Vec<(String, String)> =
            source.names.iter().filter(|(code, _)| !cards.contains_key(*code)).map(|(c, n)| (c.clone(), n.clone())).collect();
        let queue = Arc::new(Mutex::new(missing.into_iter()));
        let mut running = JoinSet::new();
        for _ in 0..workers {
            let (queue, api) = (queue.clone(), seller.api.clone());
            running.spawn(async move {
                let mut made = Vec::new();
                loop {
                    let Some((code, name)) = queue.lock().await.next() else { return made };
                    let name = if name.is_empty() { code.clone() } else { name };
                    let card = json!({ "name": name, "sku": code, "unit": "pcs", "vat_rate_id": "none" });
                    let card = api.post("/api/products", card).await.done();
                    made.push((code, card["id"].as_str().expect("an id").to_owned()));
                }
            });
        }
        cards.extend(running.join_all().await.into_iter().flatten());
        Self { seller, cards: Arc::new(cards) }
    }

    /// Codes of products by the ids of their cards.
    #[must_use]
    pub fn codes(&self) -> BTreeMap<String, String> {
        self.cards.iter().map(|(code, id)| (id.clone(), code.clone())).collect()
    }

    /// The request that makes a document of an invoice.
    #[must_use]
    pub fn call(&self, invoice: &Invoice) -> Call {
        let lines: Vec<Value> = invoice
            .lines
            .iter()
            .map(|line| {
                let price = money(&pounds(line.price), "GBP");
                json!({ "product_id": self.cards[&line.code], "quantity": line.quantity.to_string(), "price": price })
            })
            .collect();
        let total: i64 = invoice.lines.iter().map(|line| line.price * line.quantity).sum();
        let mut body = json!({
            "till_id": self.seller.till,
            "lines": lines,
            "business_date": invoice.date,
            "reason": format!("Invoice {} of the old books", invoice.number),
        });
        match invoice.kind {
            Kind::Sale => {
                body["payments"] = json!([{ "method": "transfer", "amount": money(&pounds(total), "GBP") }]);
                Call::post("/api/sales", &body)
            }
            Kind::Return => {
                body["method"] = "transfer".into();
                Call::post("/api/returns", &body)
            }
        }
    }

    /// Makes a document of every invoice, in the file's order, several at a time. A request without an answer is sent
    /// again under its own id once the hub lives again.
    ///
    /// # Panics
    /// When a document is refused, or the hub does not come back.
    pub async fn run(&self, invoices: Vec<Invoice>, workers: usize, progress: &Progress) -> Vec<Done> {
        let queue = Arc::new(Mutex::new(invoices.into_iter()));
        let mut running = JoinSet::new();
        for _ in 0..workers {
            let (queue, replay, progress) = (queue.clone(), self.clone(), progress.clone());
            running.spawn(async move {
                let mut done = Vec::new();
                loop {
                    let Some(invoice) = queue.lock().await.next() else { return done };
                    let call = replay.call(&invoice);
                    let (answer, tries) = replay.insist(&call, &progress).await;
                    let _document = answer.done();
                    progress.one_more();
                    done.push(Done { invoice: invoice.number, call, answer, tries });
                }
            });
        }
        running.join_all().await.into_iter().flatten().collect()
    }

    async fn insist(&self, call: &Call, progress: &Progress) -> (Answer, usize) {
        for tries in 1.. {
            let mut lives = progress.lives.subscribe();
            let life = *lives.borrow_and_update();
            match self.seller.api.try_send(call).await {
                Ok(answer) => return (answer, tries),
                Err(error) => {
                    let back = tokio::time::timeout(PATIENCE, lives.wait_for(|now| *now > life)).await;
                    assert!(back.is_ok(), "no answer, and the hub did not come back: {error:?}");
                }
            }
        }
        unreachable!("it tries until there is an answer")
    }
}

/// Pounds of pence.
fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}
