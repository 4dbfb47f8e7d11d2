//! What a terminal, the network or the hub may do to a payment.

use duken_tests::devices::terminal::{Buyer, Link, Method, Outcome};
use serde_json::{Value, json};

use super::Shop;

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

    let _back = shop.give_back(&sale).await;
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
    let back = shop.give_back(&sale).await;
    let page = shop.store.admin.get(paper(&back["id"])).await.text();
    assert!(page.contains("- 1 250 ₸") && page.contains(&options.terminal_id), "the refund's own slip: {page}");
    // Both starts had promised to print it.
    assert!(shop.terminal.state().processes.iter().all(|process| process.own_cheque));
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
        let _back = shop.give_back(&sale).await;
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
