//! Kaspi at the wire: whatever the terminal, the network or the hub do, nobody is charged twice and the cashier knows.

use duken_tests::devices::terminal::{
    Buyer, DateForm, FieldPlace, Link, Method, Outcome, Protection, Registration, Terminal, TerminalModes, TerminalOptions,
};
use duken_tests::fixture::{Store, until};
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

    async fn decide(&self, id: &str, outcome: &str) -> Value {
        let decision = json!({ "outcome": outcome, "reason": "looked at the terminal" });
        self.store.admin.post(format!("/api/payments/{id}/decide"), decision).await.done()
    }

    fn charged(&self) -> i64 {
        self.terminal.charged_total()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_pays_once_and_gets_his_money_back_through_the_terminal() {
    let shop = Shop::new().await;
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    let paid = shop.payment(&id, "succeeded").await;
    assert_eq!((&paid["detail"], &paid["way"]), (&json!("Paid."), &json!("qr")));
    assert!(paid["transaction_id"].is_string() && paid["order_number"].is_string(), "{paid:#}");
    let sale = shop.complete(&cart).await;
    assert_eq!(sale["payments"][0]["method"], "kaspi");
    assert_eq!(shop.charged(), 1_250);

    let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": sale["lines"][0]["line"], "quantity": "1" }], "reason": "broken" });
    let _asked = shop.store.admin.post("/api/returns", wanted).await.done();
    shop.terminal.wait_until("given back", |state| state.charged_total == 0).await;
    shop.until("a return", async || {
        let sale = shop.store.admin.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
        (sale["state"] == "returned").then_some(sale)
    })
    .await;
    assert_eq!(shop.charged(), 0);
    assert!(shop.terminal.state().complaints.is_empty(), "{:?}", shop.terminal.state().complaints);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_takes_no_money_and_the_next_try_may_pay() {
    let shop = Shop::new().await;
    let cart = shop.cart().await;
    shop.terminal.next(Buyer::Declines { by: Method::Card });
    let declined = shop.pay(&cart).await;
    let declined = shop.payment(&declined, "failed").await;
    assert_eq!(declined["reason"], "declined");
    shop.terminal.next(Buyer::Cancels);
    let cancelled = shop.pay(&cart).await;
    shop.payment(&cancelled, "failed").await;
    shop.terminal.set(|modes| modes.busy = true);
    let busy = shop.pay(&cart).await;
    assert_eq!(shop.payment(&busy, "failed").await["reason"], "busy");
    shop.terminal.set(|modes| {
        modes.busy = false;
        modes.link = Link::Off;
    });
    let off = shop.pay(&cart).await;
    assert_eq!(shop.payment(&off, "failed").await["reason"], "never_sent");
    shop.terminal.set(|modes| modes.link = Link::Up);
    assert_eq!(shop.charged(), 0);
    let id = shop.pay(&cart).await;
    shop.payment(&id, "succeeded").await;
    shop.complete(&cart).await;
    assert_eq!(shop.charged(), 1_250);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_was_away_is_seen_again_without_a_payment() {
    let shop = Shop::new().await;
    let is = async |state: &str| {
        until(state, async || {
            let device = shop.store.admin.get(format!("/api/devices/{}", shop.device)).await.done();
            (device["state"] == state).then_some(())
        })
        .await;
    };
    let cart = shop.cart().await;
    shop.terminal.set(|modes| modes.link = Link::Off);
    let off = shop.pay(&cart).await;
    shop.payment(&off, "failed").await;
    is("offline").await;
    shop.terminal.set(|modes| modes.link = Link::Up);
    is("ready").await;
    assert_eq!(shop.charged(), 0, "it is only asked who it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_known_again_after_a_start_without_a_payment() {
    let mut shop = Shop::new().await;
    shop.store.hub.stop();
    shop.store.hub.run();
    until("ready", async || {
        let device = shop.store.admin.get(format!("/api/devices/{}", shop.device)).await.done();
        (device["state"] == "ready").then_some(())
    })
    .await;
    assert_eq!(shop.charged(), 0, "it is only asked who it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_blocks_cart_and_terminal_until_a_named_person_decides() {
    let shop = Shop::new().await;
    let cart = shop.cart().await;
    shop.terminal.next(Buyer::LosesStartAnswer { by: Method::Qr });
    let id = shop.pay(&cart).await;
    let unknown = shop.payment(&id, "unknown").await;
    assert_eq!((&unknown["reason"], &unknown["can_decide"], &unknown["can_check"]), (&json!("answer_lost"), &json!(true), &json!(false)));
    let again = json!({ "method": "kaspi", "amount": shop.store.money("1250.00") });
    let blocked = shop.store.admin.post(format!("/api/carts/{cart}/payments"), again.clone()).await.refused(409, "payment.pending");
    assert_eq!(blocked["params"]["payment"], id.as_str(), "it names the payment that is in the way");
    let line = json!({ "product_id": shop.product, "quantity": "1" });
    let _frozen = shop.store.admin.post(format!("/api/carts/{cart}/lines"), line).await.refused(409, "cart.frozen");
    let _unpaid = shop.store.admin.post(format!("/api/carts/{cart}/complete"), json!({})).await.refused(409, "cart.frozen");
    let _kept = shop.store.admin.delete(format!("/api/carts/{cart}")).await.refused(409, "cart.frozen");
    // Nothing else is blocked: the next buyer pays cash.
    let cash = shop.store.cash_sale(&[(&shop.product, "1")], "1250.00");
    let _sold = shop.store.admin.post("/api/sales", cash).await.done();
    let other = shop.cart().await;
    let _blocked = shop.store.admin.post(format!("/api/carts/{other}/payments"), again).await.refused(409, "payment.terminal_busy");
    let _nothing = shop.store.admin.post(format!("/api/payments/{id}/check"), json!({})).await.refused(409, "payment.nothing_to_ask");
    let cashier = shop.store.person("cashier").await;
    let decision = json!({ "outcome": "paid", "reason": "хочу домой" });
    let _denied = cashier.api.post(format!("/api/payments/{id}/decide"), decision).await.refused(403, "access.denied");
    let wordless = json!({ "outcome": "paid", "reason": " " });
    let _wordless = shop.store.admin.post(format!("/api/payments/{id}/decide"), wordless).await.refused(422, "payment.reason_missing");
    let decided = shop.decide(&id, "paid").await;
    assert_eq!((&decided["state"], &decided["decided_by"]), (&json!("decided_paid"), &json!("Aida")));
    assert_eq!(decided["decision"], "looked at the terminal");
    let again = json!({ "outcome": "not_paid", "reason": "no" });
    let _settled = shop.store.admin.post(format!("/api/payments/{id}/decide"), again).await.refused(409, "payment.not_unknown");
    shop.complete(&cart).await;
    assert_eq!(shop.charged(), 1_250, "charged once, and the goods are given");

    shop.terminal.next(Buyer::LosesStartRequest);
    let id = shop.pay(&other).await;
    let unknown = shop.payment(&id, "unknown").await;
    assert_eq!((&unknown["reason"], &unknown["can_check"]), (&json!("answer_lost"), &json!(false)));
    assert_eq!(shop.charged(), 1_250, "nothing had begun, but nobody can know");
    assert_eq!(shop.decide(&id, "not_paid").await["state"], "decided_unpaid");
    let id = shop.pay(&other).await;
    shop.payment(&id, "succeeded").await;
    assert_eq!(shop.charged(), 2_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_asked_of_the_bank() {
    let shop = Shop::new().await;
    shop.terminal.set(|modes| modes.actualize_pause_s = 1);
    for (then, state, charged) in [(Outcome::Success, "succeeded", 1_250), (Outcome::Fail, "failed", 1_250)] {
        let cart = shop.cart().await;
        shop.terminal.next(Buyer::Unknown { by: Method::Qr, actualize_calls: Some(1), then });
        let id = shop.pay(&cart).await;
        shop.payment(&id, state).await;
        assert_eq!(shop.charged(), charged);
    }
    let cart = shop.cart().await;
    shop.terminal.next(Buyer::LosesStatusAnswers { by: Method::Qr, count: 3 });
    let id = shop.pay(&cart).await;
    shop.payment(&id, "succeeded").await;
    assert_eq!(shop.charged(), 2_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_tokens_are_refreshed_once_and_refused_ones_ask_for_registration() {
    let shop = Shop::new().await;
    shop.terminal.expire_tokens();
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    shop.payment(&id, "succeeded").await;
    assert_eq!(shop.charged(), 1_250);
    assert!(shop.terminal.deny(Some("Касса 1")));
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    let failed = shop.payment(&id, "failed").await;
    assert_eq!(failed["reason"], "not_registered");
    let device = shop.store.admin.get(format!("/api/devices/{}", shop.device)).await.done();
    assert_eq!(device["state"], "attention", "{device:#}");
    shop.register().await;
    let id = shop.pay(&cart).await;
    shop.payment(&id, "succeeded").await;
    assert_eq!(shop.charged(), 2_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminals_slip_is_printed_with_the_receipt_of_a_sale_and_of_a_return() {
    let shop = Shop::new().await;
    shop.terminal.set(|modes| modes.buyer = Buyer::Pays { by: Method::Card });
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    let paid = shop.payment(&id, "succeeded").await;
    let sale = shop.complete(&cart).await;
    let paper = |id: &Value| format!("/api/sales/{}/receipt.html", id.as_str().expect("an id"));
    let page = shop.store.admin.get(paper(&sale["id"])).await.text();
    let options = shop.terminal.options();
    let rrn = paid["rrn"].as_str().expect("an rrn");
    for line in [&options.store_name, &options.city, &options.store_address, &options.terminal_id, &options.bin] {
        assert!(page.contains(line.as_str()), "{line}: {page}");
    }
    for line in ["440043******1234", rrn, "1 250 ₸", "000001"] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": sale["lines"][0]["line"], "quantity": "1" }], "reason": "broken" });
    let _asked = shop.store.admin.post("/api/returns", wanted).await.done();
    let back = shop.until("a return", async || {
        let sale = shop.store.admin.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
        sale["returns"].as_array().and_then(|returns| returns.first()).cloned()
    });
    let page = shop.store.admin.get(paper(&back.await["id"])).await.text();
    assert!(page.contains("- 1 250 ₸") && page.contains(&options.terminal_id), "the refund's own slip: {page}");
    // Both starts had promised to print it.
    assert!(shop.terminal.state().processes.iter().all(|process| process.own_cheque));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_past_or_unreadable_brings_no_storm_of_refreshes() {
    let refreshes = |shop: &Shop| shop.terminal.state().calls.iter().filter(|call| call.name == "revoke").count();
    for (date_form, life_s) in [(DateForm::Unreadable, 24 * 3_600), (DateForm::Iso, 1_200), (DateForm::Words, -3_600)] {
        let modes = TerminalModes { protection: Protection::Off, date_form, token_life_s: life_s, ..TerminalModes::default() };
        let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal");
        // Tokens are asked for and not looked at: a clock that is wrong on one side only.
        let shop = Shop::over(terminal, json!({ "mode": "http_with_token" })).await;
        for _ in 0..2 {
            let cart = shop.cart().await;
            let id = shop.pay(&cart).await;
            shop.payment(&id, "succeeded").await;
            shop.complete(&cart).await;
        }
        assert_eq!(refreshes(&shop), 1, "{date_form:?}: once at once, then the new pair has to have an age");
        assert!(shop.terminal.state().calls.iter().filter(|call| call.name == "status").count() > 4, "there were many calls");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_way_was_not_named_is_given_back_by_the_reference_it_left() {
    let shop = Shop::new().await;
    shop.terminal.set(|modes| modes.hides_method = true);
    for by in [Method::Qr, Method::Card] {
        shop.terminal.set(|modes| modes.buyer = Buyer::Pays { by });
        let cart = shop.cart().await;
        let id = shop.pay(&cart).await;
        assert_eq!(shop.payment(&id, "succeeded").await["way"], by.word(), "by its last step");
        let sale = shop.complete(&cart).await;
        let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": sale["lines"][0]["line"], "quantity": "1" }], "reason": "broken" });
        let _asked = shop.store.admin.post("/api/returns", wanted).await.done();
        let path = format!("/api/sales/{}", sale["id"].as_str().expect("an id"));
        shop.until("a return", async || {
            let sale = shop.store.admin.get(path.clone()).await.done();
            (sale["state"] == "returned").then_some(sale)
        })
        .await;
        assert_eq!(shop.charged(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_with_another_sum_moves_no_money_and_is_told_to_the_manager() {
    let shop = Shop::new().await;
    shop.terminal.set(|modes| modes.cheque_amount = Some("12 500 ₸".to_owned()));
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    let paid = shop.payment(&id, "succeeded").await;
    assert_eq!((&paid["settled"]["amount"], &paid["slip_differs"]["amount"]), (&json!("1250.00"), &json!("12500.00")));
    let sale = shop.complete(&cart).await;
    assert_eq!(sale["payments"][0]["amount"]["amount"], "1250.00");
    let home = shop.store.admin.get("/api/home").await.done();
    let told = home["attention"].as_array().expect("a list").iter().any(|ask| ask["kind"] == "slip_differs");
    assert!(told, "{home:#}");
    let log = shop.store.admin.get(format!("/api/devices/{}/log", shop.device)).await.text();
    assert!(log.contains("12 500 ₸"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_registration_says_what_to_press() {
    let shop = Shop::new().await;
    // The terminal knows this name already.
    let path = format!("/api/devices/{}/terminal/register", shop.device);
    let _begun = shop.store.admin.post(path, json!({ "till_name": "Касса 1" })).await.done();
    let log = shop.until("refused", async || {
        let log = shop.store.admin.get(format!("/api/devices/{}/log", shop.device)).await.text();
        log.contains("Запретить").then(|| Value::from(log))
    });
    assert!(!log.await.as_str().expect("a text").contains("registration refused"), "no raw words");
    let modes = TerminalModes { registration: Registration::Person, ..TerminalModes::default() };
    let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal");
    let card = json!({
        "kind": "terminal", "name": "Kaspi 2", "protection": { "mode": "http_with_token" },
        "connection": { "type": "network", "address": terminal.socket().to_string() },
    });
    let device = shop.store.device(card).await;
    let path = format!("/api/devices/{device}/terminal/register");
    let _begun = shop.store.admin.post(path, json!({ "till_name": "Касса 9" })).await.done();
    terminal.wait_until("asked", |state| !state.prompts.is_empty()).await;
    assert!(terminal.deny(Some("Касса 9")));
    let refused = shop.until("refused", async || {
        let device = shop.store.admin.get(format!("/api/devices/{device}")).await.done();
        (device["registering"] == false && device["state"] == "attention").then_some(device)
    });
    assert!(refused.await["state_detail"].as_str().expect("a sentence").contains("Запретить"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_killed_goes_on_asking_after_the_same_process() {
    let mut shop = Shop::new().await;
    shop.terminal.set(|modes| modes.buyer = Buyer::Person);
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    shop.payment(&id, "waiting").await;
    shop.store.kill_and_run();
    shop.payment(&id, "waiting").await;
    let at_work = shop.until("words for the cashier", async || {
        let payment = shop.store.admin.get(format!("/api/payments/{id}")).await.done();
        (payment["sub_status"].is_string()).then_some(payment)
    });
    assert_eq!(at_work.await["can_check"], true);
    assert!(shop.terminal.decide(Buyer::Pays { by: Method::Card }));
    let paid = shop.payment(&id, "succeeded").await;
    assert!(paid["rrn"].is_string(), "{paid:#}");
    shop.complete(&cart).await;
    assert_eq!(shop.charged(), 1_250);
    let starts = shop.terminal.state().processes.len();
    assert_eq!(starts, 1, "started once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_while_it_starts_a_payment_asks_a_person() {
    let mut shop = Shop::new().await;
    shop.terminal.set(|modes| modes.delay_ms = 3_000);
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    shop.terminal.wait_until("the call has come", |state| !state.processes.is_empty()).await;
    shop.store.kill_and_run();
    shop.terminal.set(|modes| modes.delay_ms = 0);
    let unknown = shop.payment(&id, "unknown").await;
    assert_eq!(unknown["reason"], "interrupted");
    shop.decide(&id, "not_paid").await;
    assert_eq!(shop.terminal.state().processes.len(), 1, "never started again");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dialect_of_terminals_is_understood_for_payment_and_refund() {
    let shop = Shop::new().await;
    let dialects: [(Method, DateForm, FieldPlace, bool, Option<u16>); 4] = [
        (Method::Qr, DateForm::Iso, FieldPlace::Cheque, false, None),
        (Method::Card, DateForm::Words, FieldPlace::TopLevel, true, Some(500)),
        (Method::Alaqan, DateForm::Words, FieldPlace::Cheque, true, Some(107)),
        (Method::Alaqan, DateForm::Iso, FieldPlace::TopLevel, false, None),
    ];
    for (by, date_form, fields, process_id_as_number, odd_http_status) in dialects {
        shop.terminal.set(|modes| {
            modes.buyer = Buyer::Pays { by };
            modes.date_form = date_form;
            modes.fields = fields;
            modes.process_id_as_number = process_id_as_number;
            modes.odd_http_status = odd_http_status;
        });
        // A new pair of tokens, with its date in this form, and a refusal with its status.
        shop.terminal.expire_tokens();
        shop.terminal.set(|modes| modes.busy = true);
        let cart = shop.cart().await;
        let busy = shop.pay(&cart).await;
        assert_eq!(shop.payment(&busy, "failed").await["reason"], "busy");
        shop.terminal.set(|modes| modes.busy = false);
        let id = shop.pay(&cart).await;
        let paid = shop.payment(&id, "succeeded").await;
        assert_eq!(paid["way"], by.word());
        let sale = shop.complete(&cart).await;
        assert_eq!(shop.charged(), 1_250);
        let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": sale["lines"][0]["line"], "quantity": "1" }], "reason": "broken" });
        let _asked = shop.store.admin.post("/api/returns", wanted).await.done();
        let path = format!("/api/sales/{}", sale["id"].as_str().expect("an id"));
        shop.until("a return", async || {
            let sale = shop.store.admin.get(path.clone()).await.done();
            (sale["state"] == "returned").then_some(sale)
        })
        .await;
        assert_eq!(shop.charged(), 0, "{by:?} was given back");
    }
    // One refresh for each pair that had expired, and none for a date that could be read.
    let refreshed = shop.terminal.state().calls.iter().filter(|call| call.name == "revoke").count();
    assert_eq!(refreshed, dialects.len());
    assert!(shop.terminal.state().complaints.is_empty(), "{:?}", shop.terminal.state().complaints);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_without_protection_works_without_a_token_and_says_so() {
    let modes = TerminalModes { protection: Protection::Off, ..TerminalModes::default() };
    let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal");
    let store = Store::new().await;
    let connection = json!({ "type": "network", "address": terminal.socket().to_string() });
    let card = json!({ "kind": "terminal", "name": "Kaspi", "connection": connection, "protection": { "mode": "http" } });
    let device = store.device(card).await;
    store.at_the_till(|till| till["terminal_id"] = device.as_str().into()).await;
    let product = store.product("Чай", "1250.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let path = format!("/api/devices/{device}/terminal/register");
    let _nothing = store.admin.post(path, json!({ "till_name": "Касса 1" })).await.refused(409, "terminal.unprotected");
    let shop = Shop { store, terminal, device, product };
    let known = shop.until("it said which it is", async || {
        let device = shop.store.admin.get(format!("/api/devices/{}", shop.device)).await.done();
        device["serial_number"].is_string().then_some(device)
    });
    assert_eq!(known.await["terminal_id"], shop.terminal.options().terminal_id.as_str());
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    shop.payment(&id, "succeeded").await;
    let _sale = shop.complete(&cart).await;
    assert_eq!(shop.charged(), 1_250);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_moved_is_found_by_its_serial_number_and_goes_on_with_the_payment() {
    let folder = tempfile::tempdir().expect("a folder");
    let modes = TerminalModes { protection: Protection::On, buyer: Buyer::Person, ..TerminalModes::default() };
    let options = |serial: &str| TerminalOptions {
        modes: modes.clone(),
        serial_number: serial.to_owned(),
        folder: Some(folder.path().join(serial)),
        ..TerminalOptions::default()
    };
    let first = Terminal::start("127.0.77.10:0", options("A1")).await.expect("a terminal");
    let port = first.socket().port();
    let shop = Shop::with(first).await;
    let cart = shop.cart().await;
    let id = shop.pay(&cart).await;
    shop.payment(&id, "waiting").await;
    let Shop { store, terminal, device, product } = shop;
    terminal.take_away().await;
    // Somebody else's terminal now stands where ours stood; ours has another address.
    let _stranger = Terminal::start(("127.0.77.10", port), options("B2")).await.expect("a terminal");
    let terminal = Terminal::start(("127.0.77.200", port), options("A1")).await.expect("a terminal");
    let shop = Shop { store, terminal, device, product };
    let moved = shop.until("found", async || {
        let device = shop.store.admin.get(format!("/api/devices/{}", shop.device)).await.done();
        (device["connection"]["address"] == format!("127.0.77.200:{port}")).then_some(device)
    });
    assert_eq!(moved.await["serial_number"], "A1");
    assert!(shop.terminal.decide(Buyer::Pays { by: Method::Qr }));
    shop.payment(&id, "succeeded").await;
    let _sale = shop.complete(&cart).await;
    assert_eq!((shop.charged(), shop.terminal.state().processes.len()), (1_250, 1), "started once");
    let log = shop.store.admin.get(format!("/api/devices/{}/log", shop.device)).await.done();
    let told = format!("It has moved and was found again at 127.0.77.200:{port}.");
    assert!(log.as_array().is_some_and(|lines| lines.iter().any(|line| line["text"] == told.as_str())), "{log:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_of_which_a_part_went_back_waits_for_a_person_and_not_for_luck() {
    let shop = Shop::new().await;
    let admin = &shop.store.admin;
    for way_on in ["terminal", "cash"] {
        let cart = shop.cart().await;
        for part in ["500.00", "750.00"] {
            let ask = json!({ "method": "kaspi", "amount": shop.store.money(part) });
            let begun = admin.post(format!("/api/carts/{cart}/payments"), ask).await.done();
            let id = begun["payments"].as_array().and_then(|all| all.last()).and_then(|last| last["id"].as_str()).expect("a payment");
            shop.payment(id, "succeeded").await;
        }
        let sale = shop.complete(&cart).await;
        let before = shop.charged();
        // The first refund goes through, the second is refused by the terminal.
        shop.terminal.next(Buyer::Pays { by: Method::Qr });
        shop.terminal.next(Buyer::Declines { by: Method::Qr });
        let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "broken" });
        let asked = admin.post("/api/returns", wanted.clone()).await.done();
        let path = format!("/api/returns/pending/{}", asked["pending_id"].as_str().expect("it waits"));
        let state = |wanted: &'static str| {
            let path = path.clone();
            async move || Some(admin.get(path.clone()).await.done()).filter(|answer| answer["state"] == wanted)
        };
        let in_part = shop.until("in part", state("in_part")).await;
        assert_eq!((&in_part["payments"][0]["state"], &in_part["payments"][1]["state"]), (&json!("succeeded"), &json!("failed")));
        assert_eq!(before - shop.charged(), 500, "some of the money is with the buyer");
        // Nobody begins another return of it; the sale leads to the one that waits.
        let refused = admin.post("/api/returns", wanted).await.refused(409, "return.pending");
        assert_eq!(refused["params"]["pending"], asked["pending_id"]);
        let sold = admin.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
        assert_eq!((&sold["state"], &sold["pending_return_id"]), (&json!("completed"), &asked["pending_id"]));
        let cashier = shop.store.person("cashier").await;
        let resume = format!("{path}/resume");
        let _denied = cashier.api.post(resume.clone(), json!({ "by": "cash" })).await.refused(403, "access.denied");
        let _gone_on = admin.post(resume.clone(), json!({ "by": way_on })).await.done();
        let done = shop.until("done", state("done")).await;
        let methods: Vec<&str> = done["return"]["payments"].as_array().expect("ways").iter().filter_map(|p| p["method"].as_str()).collect();
        assert_eq!(done["return"]["total"], shop.store.money("1250.00"));
        if way_on == "terminal" {
            assert_eq!((methods, before - shop.charged()), (vec!["kaspi", "kaspi"], 1_250));
        } else {
            assert_eq!((methods, before - shop.charged()), (vec!["kaspi", "cash"], 500));
        }
        let sold = admin.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
        assert_eq!((&sold["state"], &sold["pending_return_id"]), (&json!("returned"), &Value::Null));
        let _over = admin.post(resume, json!({ "by": way_on })).await.refused(409, "return.nothing_to_resume");
    }
}
