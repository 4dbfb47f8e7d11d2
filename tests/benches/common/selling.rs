//! Cashiers at their tills, all at once.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use duken_tests::client::tenge;
use serde_json::{Value, json};

use super::wire::Wire;
use super::{Seeded, Times};

/// Lines of a sale.
pub const LINES: usize = 10;

/// A till with its cashier.
pub struct Lane {
    /// The cashier's session.
    pub cookie: String,
    /// What is bought there follows from this.
    pub seed: u64,
}

/// The tills of a shop, and its goods with their prices in tenge.
pub struct Lanes {
    /// Where the hub answers.
    pub address: String,
    /// The tills.
    pub lanes: Vec<Lane>,
    /// Numbers of goods and their prices.
    pub goods: Vec<(String, u64)>,
}

impl Lanes {
    /// Ten different goods, and what they cost together.
    fn basket(&self, chance: &mut Seeded) -> (Vec<&str>, u64) {
        let mut picked: Vec<usize> = Vec::with_capacity(LINES);
        while picked.len() < LINES {
            let one = chance.below(self.goods.len() as u64) as usize;
            if !picked.contains(&one) {
                picked.push(one);
            }
        }
        (picked.iter().map(|one| self.goods[*one].0.as_str()).collect(), picked.iter().map(|one| self.goods[*one].1).sum())
    }

    /// Every lane works at once for this long; how long each piece of work took.
    pub fn all_lanes(&self, life: Duration, work: impl Fn(&mut Wire, &mut Seeded, &mut Times) + Sync) -> (Times, Duration) {
        let gate = Barrier::new(self.lanes.len());
        let begun = Instant::now();
        let times = std::thread::scope(|scope| {
            let threads: Vec<_> = self
                .lanes
                .iter()
                .map(|lane| {
                    scope.spawn(|| {
                        let mut wire = Wire::connect(&self.address, &lane.cookie);
                        let mut chance = Seeded(lane.seed * 7919);
                        let mut times = Times::default();
                        gate.wait();
                        let begun = Instant::now();
                        while begun.elapsed() < life {
                            work(&mut wire, &mut chance, &mut times);
                        }
                        times
                    })
                })
                .collect();
            Times(threads.into_iter().flat_map(|thread| thread.join().expect("a lane").0).collect())
        });
        (times, begun.elapsed())
    }

    /// A whole sale in one request.
    pub fn sell_at_once(&self, wire: &mut Wire, chance: &mut Seeded, times: &mut Times) {
        let (goods, total) = self.basket(chance);
        let lines: Vec<Value> = goods.iter().map(|id| json!({ "product_id": id, "quantity": "1" })).collect();
        let sum = format!("{total}.00");
        let body = json!({ "lines": lines, "payments": [{ "method": "cash", "amount": tenge(&sum), "tendered": tenge("30000.00") }] });
        let body = body.to_string();
        let begun = Instant::now();
        wire.post("/api/sales", &body);
        times.0.push(begun.elapsed());
    }

    /// A sale in thirteen requests.
    pub fn sell_as_a_cashier(&self, wire: &mut Wire, chance: &mut Seeded, times: &mut Times) {
        let (goods, total) = self.basket(chance);
        let mut timed = |path: &str, body: &str| {
            let begun = Instant::now();
            let answer = wire.post(path, body);
            times.0.push(begun.elapsed());
            serde_json::from_slice::<Value>(answer).expect("JSON")
        };
        let cart = timed("/api/carts", "{}");
        let cart = cart["id"].as_str().expect("an id").to_owned();
        for product in goods {
            timed(&format!("/api/carts/{cart}/lines"), &json!({ "product_id": product }).to_string());
        }
        let sum = tenge(&format!("{total}.00"));
        timed(
            &format!("/api/carts/{cart}/payments"),
            &json!({ "method": "cash", "amount": sum, "tendered": tenge("30000.00") }).to_string(),
        );
        timed(&format!("/api/carts/{cart}/complete"), "{}");
    }
}
