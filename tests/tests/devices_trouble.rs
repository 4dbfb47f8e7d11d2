//! Payments through terminals that misbehave in every way, while the hub is killed again and again: nobody is charged
//! twice, and no goods leave without money or a named person's word. A long run makes 10,000 of them; `DUKEN_PAYMENTS` any
//! number.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use duken_tests::client::{Answer, Api, Call, new_id};
use duken_tests::devices::terminal::{
    Buyer, DateForm, FieldPlace, Kind, Method, Outcome, Pace, Protection, Terminal, TerminalModes, TerminalOptions,
};
use duken_tests::fixture::{PASSWORD, Store, figure, id_of, rounds};
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn method(&mut self) -> Method {
        [Method::Qr, Method::Card, Method::Alaqan][self.roll(3) as usize]
    }

    /// What the next buyer and the network do.
    fn buyer(&mut self) -> Buyer {
        let by = self.method();
        match self.roll(10) {
            0 => Buyer::Declines { by },
            1 => Buyer::Cancels,
            2 => Buyer::LosesStartAnswer { by },
            3 => Buyer::LosesStartRequest,
            4 => Buyer::LosesStatusAnswers { by, count: 1 + self.roll(3) as u32 },
            5 => Buyer::Unknown { by, actualize_calls: Some(1 + self.roll(2) as u32), then: Outcome::Success },
            6 => Buyer::Unknown { by, actualize_calls: Some(1), then: Outcome::Fail },
            7 => Buyer::Unknown { by, actualize_calls: None, then: if self.roll(2) == 0 { Outcome::Success } else { Outcome::Fail } },
            _ => Buyer::Pays { by },
        }
    }
}

/// What became of one cart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    state: String,
    sold: bool,
}

/// A till with its terminal and its cashier.
struct Till {
    api: Api,
    terminal: Terminal,
    product: String,
    /// Rises with every start of the hub.
    lives: watch::Receiver<u64>,
}

impl Till {
    /// Sends a call until the hub answers: over its deaths, under the same id.
    async fn send(&self, call: Call) -> Answer {
        let mut lives = self.lives.clone();
        loop {
            lives.borrow_and_update();
            match self.api.try_send(&call).await {
                Ok(answer) => return answer,
                Err(_) => lives.changed().await.expect("the hub is started again"),
            }
        }
    }

    async fn post(&self, path: impl Into<String>, body: Value) -> Answer {
        self.send(Call::post(path, &body).under(new_id())).await
    }

    async fn payment(&self, id: &str) -> Value {
        self.send(Call::get(format!("/api/payments/{id}"))).await.done()
    }

    /// Waits until the terminal has decided or a person is needed.
    async fn come_to_rest(&self, id: &str, needs_person: bool) -> Value {
        loop {
            let mut lives = self.lives.clone();
            lives.borrow_and_update();
            let moved = async {
                // A broken link is as good as a move: then the hub has died.
                let mut watch = self.api.try_follow(&["sales", "devices"]).await?;
                loop {
                    let payment = self.payment(id).await;
                    let state = payment["state"].as_str().unwrap_or("").to_owned();
                    let rests = state == "unknown" && (needs_person || payment["can_check"] == false);
                    if matches!(state.as_str(), "succeeded" | "failed") || rests {
                        return Some(payment);
                    }
                    watch.heard_or(Duration::from_millis(500)).await?;
                }
            };
            match moved.await {
                Some(payment) => return payment,
                None => {
                    if self.api.try_send(&Call::get("/api/health")).await.is_err() {
                        lives.changed().await.expect("the hub is started again");
                    }
                }
            }
        }
    }

    /// One buyer with a cart of `amount` tenge, whatever happens to him.
    async fn sell(&self, buyer: Buyer, amount: u64) -> End {
        let cart = id_of(&self.post("/api/carts", json!({})).await.done());
        let line = json!({ "product_id": self.product, "quantity": amount.to_string() });
        let _cart = self.post(format!("/api/carts/{cart}/lines"), line).await.done();
        self.terminal.next(buyer);
        let sum = json!({ "amount": format!("{amount}.00"), "currency": "KZT" });
        let asked = self.post(format!("/api/carts/{cart}/payments"), json!({ "method": "kaspi", "amount": sum })).await.done();
        let payment = asked["payments"].as_array().and_then(|payments| payments.last()).map(id_of).expect("a payment");
        let needs_person = matches!(buyer, Buyer::Unknown { actualize_calls: None, .. });
        let mut state = self.come_to_rest(&payment, needs_person).await["state"].as_str().expect("a state").to_owned();
        if state == "unknown" {
            // A named person waits until the terminal is quiet, looks whether it charged this sum, and says so.
            self.terminal.wait_until("a quiet terminal", |state| state.processes.iter().all(|process| !process.is_waiting())).await;
            let charged = self.terminal.charges().iter().any(|charge| charge.amount == amount);
            let word = if charged { "paid" } else { "not_paid" };
            let decision = json!({ "outcome": word, "reason": "looked at the terminal" });
            let decided = self.post(format!("/api/payments/{payment}/decide"), decision).await;
            // The terminal may have said it in the same moment.
            state = if decided.status == 200 { decided.json()["state"].clone() } else { self.payment(&payment).await["state"].clone() }
                .as_str()
                .expect("a state")
                .to_owned();
        }
        self.terminal.set(|modes| modes.next.clear());
        let completed = self.post(format!("/api/carts/{cart}/complete"), json!({})).await;
        End { state, sold: completed.status == 200 }
    }
}

async fn till(store: &Store, number: usize, dice: &mut Dice, lives: watch::Receiver<u64>) -> Till {
    let modes = TerminalModes {
        protection: [Protection::On, Protection::TokenOnly, Protection::Off][dice.roll(3) as usize],
        pace: Pace::Milliseconds(60),
        date_form: [DateForm::Iso, DateForm::Words][dice.roll(2) as usize],
        fields: [FieldPlace::Cheque, FieldPlace::TopLevel][dice.roll(2) as usize],
        process_id_as_number: dice.roll(2) == 0,
        odd_http_status: [None, Some(500)][dice.roll(2) as usize],
        actualize_pause_s: 1,
        ..TerminalModes::default()
    };
    let protection = modes.protection;
    let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal");
    let protection = match protection {
        Protection::On => json!({ "mode": "https_authority", "name": terminal.host_name(), "ca_pem": terminal.ca_pem() }),
        Protection::TokenOnly => json!({ "mode": "http_with_token" }),
        Protection::Off => json!({ "mode": "http" }),
    };
    let open = protection["mode"] == "http";
    let connection = json!({ "type": "network", "address": terminal.socket().to_string() });
    let card = json!({ "kind": "terminal", "name": format!("Kaspi {number}"), "connection": connection, "protection": protection });
    let device = store.device(card).await;
    let id = store.new_till(&format!("Till {number}")).await;
    let tills = store.admin.get("/api/tills").await.done();
    let mut card = tills.as_array().and_then(|tills| tills.iter().find(|till| till["id"] == id.as_str())).expect("the till").clone();
    card["terminal_id"] = device.as_str().into();
    let _saved = store.admin.put(format!("/api/tills/{id}"), card).await.done();
    let _shift = store.open_shift(&id, "0.00").await;
    let api = store.admin.another_device();
    let _session = api.sign_in("+7 701 000 00 00", PASSWORD).await.done();
    store.stand_at(&api, &id).await;
    if !open {
        let path = format!("/api/devices/{device}");
        let _begun = store.admin.post(format!("{path}/terminal/register"), json!({ "till_name": format!("Касса {number}") })).await.done();
        let mut watch = store.admin.follow(&["devices"]).await;
        watch
            .until("registered", async || {
                let device = store.admin.get(path.clone()).await.done();
                (device["state"] != "attention" && device["serial_number"].is_string()).then_some(())
            })
            .await;
    }
    let product = store.product(&format!("Чай {number}"), "1.00", &[]).await;
    Till { api, terminal, product, lives }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_charged_twice_and_nothing_is_given_for_nothing() {
    let wanted: usize = std::env::var("DUKEN_PAYMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| rounds(48, 10_000));
    let tills_total = (wanted / 6).clamp(8, 60);
    let mut dice = Dice(std::env::var("DUKEN_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121));
    let store = Store::new().await;
    let (begun, lives) = watch::channel(0_u64);
    let mut tills = Vec::new();
    for number in 0..tills_total {
        tills.push(Arc::new(till(&store, number, &mut dice, lives.clone()).await));
    }
    let store = Arc::new(Mutex::new(store));
    let left = Arc::new(AtomicUsize::new(wanted));
    let done = Arc::new(AtomicUsize::new(0));
    let mut cashiers = tokio::task::JoinSet::new();
    for (number, till) in tills.iter().enumerate() {
        let (till, left, done) = (till.clone(), left.clone(), done.clone());
        let mut dice = Dice(dice.roll(u64::MAX - 1) + 1 + number as u64);
        cashiers.spawn(async move {
            let mut ends = BTreeMap::new();
            // Each sum is asked for once at its terminal: who charges it twice is seen.
            for amount in 100.. {
                if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
                    break;
                }
                if dice.roll(12) == 0 {
                    till.terminal.expire_tokens();
                }
                ends.insert(amount, till.sell(dice.buyer(), amount).await);
                done.fetch_add(1, Ordering::SeqCst);
            }
            (number, ends)
        });
    }
    // The hub dies whenever some more payments have come to their end: others are under way then.
    let kills_wanted = if wanted > 1_000 { wanted / 40 } else { 5 };
    let killing = {
        let (store, done) = (store.clone(), done.clone());
        async move {
            let mut kills = 0;
            let mut pace = tokio::time::interval(Duration::from_millis(20));
            while done.load(Ordering::SeqCst) < wanted {
                pace.tick().await;
                if done.load(Ordering::SeqCst) * (kills_wanted + 1) > wanted * (kills + 1) && kills < kills_wanted {
                    store.lock().await.kill_and_run();
                    begun.send_modify(|lives| *lives += 1);
                    kills += 1;
                }
            }
            kills
        }
    };
    let cashiers = async {
        let mut all = BTreeMap::new();
        while let Some(ended) = cashiers.join_next().await {
            all.extend([ended.expect("a cashier")]);
        }
        all
    };
    let (kills, ends) = tokio::join!(killing, cashiers);

    let (mut twice, mut for_nothing, mut lost, mut sold) = (0, 0, 0, 0);
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for (number, ends) in &ends {
        let charges = tills[*number].terminal.charges();
        for (amount, end) in ends {
            let charged = charges.iter().filter(|charge| charge.kind == Kind::Payment && charge.amount == *amount).count();
            let paid = matches!(end.state.as_str(), "succeeded" | "decided_paid");
            *states.entry(end.state.clone()).or_default() += 1;
            sold += usize::from(end.sold);
            twice += usize::from(charged > 1);
            for_nothing += usize::from(end.sold && charged == 0);
            lost += usize::from((charged > 0) != paid || end.sold != paid);
        }
        let complaints = tills[*number].terminal.state().complaints;
        assert!(complaints.is_empty(), "the terminal was not asked as it wants to be: {complaints:?}");
    }
    figure(&format!(
        "{wanted} payments, {kills} deaths of the hub, {sold} sales: {states:?}; charged twice {twice}, given for nothing {for_nothing}"
    ));
    assert_eq!((twice, for_nothing, lost), (0, 0, 0), "{ends:#?}");
    assert!(kills > 0, "the hub has to die in the middle of it");
}
