//! T1: the hub is killed (`kill -9`) at any moment while eight tills sell. Every answered sale is there, once; none is
//! half there; a sale whose answer was lost is made once by asking again.

use std::collections::BTreeMap;
use std::time::Duration;

use duken_tests::client::{Api, Call, tenge};
use duken_tests::fixture::{PASSWORD, Seed, Store, figure, id_of, rounds};
use serde_json::{Value, json};

const TILLS: usize = 8;

/// One till: its device, its shift, the sale nobody has answered yet, the sales that were answered.
struct Till {
    api: Api,
    shift: String,
    asked: Option<Call>,
    /// The sale by the request that made it.
    answered: BTreeMap<String, String>,
}

impl Till {
    async fn new(store: &Store, name: &str) -> Self {
        let api = store.admin.another_device();
        let _session = api.sign_in("+7 701 000 00 00", PASSWORD).await.done();
        let till = store.new_till(name).await;
        store.stand_at(&api, &till).await;
        let shift = store.open_shift(&till, "0.00").await;
        Self { api, shift, asked: None, answered: BTreeMap::new() }
    }

    /// Sells until the hub is gone. The sale that was asked for last stays asked for, under its id.
    async fn sell(&mut self, sale: &Value) {
        loop {
            let call = self.asked.get_or_insert_with(|| Call::post("/api/sales", sale)).clone();
            match self.api.try_send(&call).await {
                Ok(answer) => self.heard(call, answer.done()),
                Err(_) => return,
            }
        }
    }

    fn heard(&mut self, call: Call, sale: Value) {
        let before = self.answered.insert(call.id.expect("a write has an id"), id_of(&sale));
        assert_eq!(before, None, "a request is answered once here");
        self.asked = None;
    }

    /// Asks again for the sale whose answer was lost.
    async fn ask_again(&mut self) {
        if let Some(call) = self.asked.clone() {
            let sale = self.api.send(call.clone()).await.done();
            self.heard(call, sale);
        }
    }
}

/// Starts the hub, and kills it before it has had the time to do much.
fn killed_while_it_starts(store: &Store, after: Duration) {
    let mut child = store.hub.command("serve").stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn();
    let child = child.as_mut().expect("the program starts");
    std::thread::sleep(after);
    let _ended_before = child.kill();
    let _ended = child.wait();
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_what_was_answered_survives_any_kill() {
    let kills = rounds(6, 200);
    let mut seed = Seed::for_test("kills");
    let mut store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let sale = store.cash_sale(&[(&tea, "2")], "1000.00");
    let mut tills = Vec::new();
    for number in 1..=TILLS {
        tills.push(Till::new(&store, &format!("Till {number}")).await);
    }
    for kill in 1..=kills {
        // The moment is the point: any, while all sell.
        let moment = Duration::from_millis(seed.within(1, 500));
        let mut selling = tokio::task::JoinSet::new();
        for mut till in tills.drain(..) {
            let sale = sale.clone();
            selling.spawn(async move {
                till.sell(&sale).await;
                till
            });
        }
        tokio::time::sleep(moment).await;
        store.hub.kill();
        tills = selling.join_all().await;
        if seed.within(0, 4) == 0 {
            killed_while_it_starts(&store, Duration::from_millis(seed.within(1, 400)));
        }
        let proof = store.hub.proof_since_checkpoint();
        assert_eq!(proof["holds"], true, "kill {kill}, after {moment:?}: {proof:#}");
        store.hub.run();
        for till in &mut tills {
            till.ask_again().await;
        }
    }
    let mut there: Vec<String> = store.admin.all("/api/sales").await.iter().map(id_of).collect();
    let mut answered: Vec<String> = tills.iter().flat_map(|till| till.answered.values().cloned()).collect();
    there.sort();
    answered.sort();
    assert!(answered.len() > kills, "so few sales ({}) say nothing", answered.len());
    assert_eq!(there.len(), answered.len(), "sales that are there, and that were answered");
    assert_eq!(there, answered);
    for till in &tills {
        let report = store.admin.get(format!("/api/shifts/{}/x-report", till.shift)).await.done();
        assert_eq!(report["expected_cash"], tenge(&format!("{}.00", till.answered.len() * 1_000)));
    }
    let stock = store.admin.get(format!("/api/products/{tea}")).await.done()["stock"].clone();
    assert_eq!(stock, json!(format!("-{}", answered.len() * 2)));
    figure(&format!("kills: {kills} kills, {} sales answered, all there, none twice", answered.len()));
}
