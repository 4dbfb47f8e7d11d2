//! Kaspi at the wire: whatever the terminal, the network or the hub do, nobody is charged twice and the cashier knows.

mod payments;
mod presence;
mod registration;

use duken_tests::devices::terminal::{Protection, Terminal, TerminalModes, TerminalOptions};
use duken_tests::fixture::Store;
use serde_json::{Value, json};

/// A store with a terminal at its till.
struct Shop {
    store: Store,
    terminal: Terminal,
    device: String,
    product: String,
}

impl Shop {
    async fn new() -> Self {
        let modes = TerminalModes { protection: Protection::On, ..TerminalModes::default() };
        let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() });
        Self::with(terminal.await.expect("a terminal")).await
    }

    async fn with(terminal: Terminal) -> Self {
        let protection = json!({ "mode": "https_authority", "name": terminal.host_name(), "ca_pem": terminal.ca_pem() });
        Self::over(terminal, protection).await
    }

    async fn over(terminal: Terminal, protection: Value) -> Self {
        let store = Store::new().await;
        let card = json!({
            "kind": "terminal", "name": "Kaspi", "protection": protection,
            "connection": { "type": "network", "address": terminal.socket().to_string() },
        });
        let device = store.device(card).await;
        store.at_the_till(|till| till["terminal_id"] = device.as_str().into()).await;
        let product = store.product("Чай", "1250.00", &[]).await;
        let _shift = store.open_shift(&store.till, "10000.00").await;
        let shop = Self { store, terminal, device, product };
        shop.register().await;
        shop
    }

    async fn register(&self) {
        let path = format!("/api/devices/{}/terminal/register", self.device);
        let _begun = self.store.admin.post(path, json!({ "till_name": "Касса 1" })).await.done();
        self.until("registered", async || {
            let device = self.store.admin.get(format!("/api/devices/{}", self.device)).await.done();
            (device["state"] != "attention" && device["serial_number"].is_string()).then_some(device)
        })
        .await;
    }

    async fn until(&self, what: &str, look: impl AsyncFnMut() -> Option<Value>) -> Value {
        self.store.watch().await.until(what, look).await
    }

    /// A cart of one product; its id.
    async fn cart(&self) -> String {
        let cart = self.store.admin.post("/api/carts", json!({})).await.done();
        let cart = cart["id"].as_str().expect("an id").to_owned();
        let line = json!({ "product_id": self.product, "quantity": "1" });
        let _cart = self.store.admin.post(format!("/api/carts/{cart}/lines"), line).await.done();
        cart
    }

    /// Starts the terminal for a cart; the payment's id.
    async fn pay(&self, cart: &str) -> String {
        let ask = json!({ "method": "kaspi", "amount": self.store.money("1250.00") });
        let cart = self.store.admin.post(format!("/api/carts/{cart}/payments"), ask).await.done();
        let payments = cart["payments"].as_array().expect("payments");
        payments.last().expect("a payment")["id"].as_str().expect("an id").to_owned()
    }

    async fn payment(&self, id: &str, state: &str) -> Value {
        self.until(state, async || {
            let payment = self.store.admin.get(format!("/api/payments/{id}")).await.done();
            (payment["state"] == state).then_some(payment)
        })
        .await
    }

    async fn complete(&self, cart: &str) -> Value {
        self.store.admin.post(format!("/api/carts/{cart}/complete"), json!({})).await.done()
    }

    /// Gives the first line of a sale back; the return, once its money is.
    async fn give_back(&self, sale: &Value) -> Value {
        let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": sale["lines"][0]["line"], "quantity": "1" }], "reason": "broken" });
        let _asked = self.store.admin.post("/api/returns", wanted).await.done();
        let path = format!("/api/sales/{}", sale["id"].as_str().expect("an id"));
        self.until("a return", async || {
            let sale = self.store.admin.get(path.clone()).await.done();
            if sale["state"] == "returned" { sale["returns"].as_array()?.first().cloned() } else { None }
        })
        .await
    }

    async fn decide(&self, id: &str, outcome: &str) -> Value {
        let decision = json!({ "outcome": outcome, "reason": "looked at the terminal" });
        self.store.admin.post(format!("/api/payments/{id}/decide"), decision).await.done()
    }

    fn charged(&self) -> i64 {
        self.terminal.charged_total()
    }
}
