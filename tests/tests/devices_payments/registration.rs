//! How a terminal is spoken to: registration, tokens and their dates, the dialects of firmware, no protection.

use duken_tests::devices::terminal::{
    Buyer, DateForm, FieldPlace, Method, Protection, Registration, Terminal, TerminalModes, TerminalOptions,
};
use duken_tests::fixture::Store;
use serde_json::{Value, json};

use super::Shop;

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
        let _back = shop.give_back(&sale).await;
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
