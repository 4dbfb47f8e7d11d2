//! Whether a terminal is there: away and back, after the start, at another address.

use duken_tests::devices::terminal::{Buyer, Link, Method, Protection, Terminal, TerminalModes, TerminalOptions};
use duken_tests::fixture::until;

use super::Shop;

impl Shop {
    async fn is(&self, state: &str) {
        until(state, async || {
            let device = self.store.admin.get(format!("/api/devices/{}", self.device)).await.done();
            (device["state"] == state).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_was_away_is_seen_again_without_a_payment() {
    let shop = Shop::new().await;
    let cart = shop.cart().await;
    shop.terminal.set(|modes| modes.link = Link::Off);
    let off = shop.pay(&cart).await;
    shop.payment(&off, "failed").await;
    shop.is("offline").await;
    shop.terminal.set(|modes| modes.link = Link::Up);
    shop.is("ready").await;
    assert_eq!(shop.charged(), 0, "it is only asked who it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_known_again_after_a_night_without_a_payment() {
    let mut shop = Shop::new().await;
    shop.store.hub.stop();
    shop.terminal.expire_tokens();
    shop.store.hub.run();
    shop.is("ready").await;
    assert_eq!(shop.charged(), 0, "it is only asked who it is");
    let asked: Vec<String> = shop.terminal.state().calls.iter().map(|call| call.name.clone()).collect();
    assert_eq!(asked.iter().filter(|name| *name == "revoke").count(), 1, "{asked:?}");
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
