//! The commands of payments on a real database.

use duken_kernel::journal::OWN;
use duken_kernel::ledger::Account;
use duken_kernel::{Read, Reject};
use duken_protocol::device::{Connection, DeviceKind, PrinterSettings, Protection, ScannerSettings};
use duken_protocol::money::{Amount, Currency};

use crate::catalog::tests::Shop;
use crate::devices::DeviceCard;
use crate::payments::commands::{Note, decide, note};
use crate::payments::{Outcome, State, begin_payment, begin_refund, find, of_cart, unsettled_at};

const TILL: i64 = 71;

fn terminal(shop: &mut Shop, address: &str) -> i64 {
    let card = DeviceCard {
        kind: DeviceKind::Terminal,
        name: format!("Kaspi {address}"),
        connection: Connection::network(address),
        profile: None,
        printer: PrinterSettings::default(),
        scanner: ScannerSettings::default(),
        protection: Some(Protection::Http),
        serial_number: None,
        terminal_id: None,
        agent: None,
        archived: false,
    };
    shop.run(crate::devices::save_device(None, 0, card)).unwrap()
}

fn pay(shop: &mut Shop, cart: i64, terminal: i64, amount: i64) -> Result<i64, Reject> {
    shop.run(move |tx| begin_payment(tx, TILL, cart, terminal, Amount(amount), Currency::KZT))
}

fn code(answer: Result<i64, Reject>) -> String {
    match answer {
        Err(Reject::Refused(refusal)) => refusal.code.code.to_owned(),
        other => panic!("not refused: {other:?}"),
    }
}

fn balance(shop: &Shop, account: Account) -> i64 {
    let sql = "SELECT COALESCE(SUM(amount), 0) FROM money_balance WHERE node = 1 AND account = ?1";
    shop.writer.engine().row(sql, &[(account as i64).into()]).unwrap().unwrap().get(0).unwrap()
}

fn paid() -> Outcome {
    Outcome {
        transaction_id: "t".into(),
        method: Some("qr".into()),
        order_number: "o".into(),
        amount: Some(Amount(125_000)),
        ..Outcome::default()
    }
}

#[test]
fn an_intent_blocks_its_cart_and_its_terminal_and_nothing_else() {
    let mut shop = Shop::new();
    let (one, two) = (terminal(&mut shop, "10.0.0.1"), terminal(&mut shop, "10.0.0.2"));
    assert_eq!(code(pay(&mut shop, 1, one, 125_050)), "payment.not_whole");
    assert_eq!(code(pay(&mut shop, 1, one, 0)), "payment.not_whole");
    assert_eq!(code(pay(&mut shop, 1, 999, 125_000)), "payment.no_terminal");
    let id = pay(&mut shop, 1, one, 125_000).unwrap();
    assert_eq!(code(pay(&mut shop, 1, two, 125_000)), "payment.pending", "its cart");
    assert_eq!(code(pay(&mut shop, 2, one, 125_000)), "payment.terminal_busy", "its terminal");
    pay(&mut shop, 2, two, 50_000).unwrap();
    shop.run(note(id, Note::Unknown(Outcome::default()))).unwrap();
    assert_eq!(code(pay(&mut shop, 3, one, 125_000)), "payment.terminal_busy", "unknown blocks too (D2)");
    shop.run(decide(id, false, "на терминале отказ".into())).unwrap();
    pay(&mut shop, 3, one, 125_000).unwrap();
    assert_eq!(of_cart(shop.writer.engine(), OWN, 1).unwrap().len(), 1);
    shop.holds();
}

#[test]
fn money_that_moved_stands_at_the_terminal_against_suspense() {
    let mut shop = Shop::new();
    let one = terminal(&mut shop, "10.0.0.1");
    let id = pay(&mut shop, 1, one, 125_000).unwrap();
    shop.run(note(id, Note::Started { process_id: "p1".into() })).unwrap();
    assert_eq!((balance(&shop, Account::Terminal), balance(&shop, Account::Suspense)), (0, 0));
    shop.run(note(id, Note::Succeeded(paid()))).unwrap();
    shop.run(note(id, Note::Succeeded(paid()))).unwrap();
    assert_eq!((balance(&shop, Account::Terminal), balance(&shop, Account::Suspense)), (125_000, -125_000), "posted once");
    assert_eq!(code(shop.run(note(id, Note::Failed(Outcome::default())))), "payment.settled");
    assert_eq!(code(shop.run(decide(id, false, "нет".into()))), "payment.not_unknown");
    let refund = |amount: i64| move |tx: &mut duken_kernel::Tx<'_>| begin_refund(tx, TILL, 5, one, Amount(amount), id);
    assert_eq!(code(shop.run(refund(130_000))), "payment.refund_too_much");
    let back = shop.run(refund(25_000)).unwrap();
    shop.run(note(back, Note::Started { process_id: "p2".into() })).unwrap();
    shop.run(note(back, Note::Succeeded(Outcome { amount: Some(Amount(25_000)), ..paid() }))).unwrap();
    assert_eq!((balance(&shop, Account::Terminal), balance(&shop, Account::Suspense)), (100_000, -100_000));
    assert_eq!(code(shop.run(refund(101_000))), "payment.refund_too_much", "with what was given back");
    shop.holds();
}

#[test]
fn the_sum_that_was_asked_for_is_booked_and_a_slip_that_says_otherwise_is_told() {
    let mut shop = Shop::new();
    let one = terminal(&mut shop, "10.0.0.1");
    let id = pay(&mut shop, 1, one, 125_000).unwrap();
    shop.run(note(id, Note::Started { process_id: "p1".into() })).unwrap();
    let slip = [("amount".to_owned(), "1 250 000 ₸".to_owned())].into();
    shop.run(note(id, Note::Succeeded(Outcome { amount: Some(Amount(125_000_000)), slip, ..paid() }))).unwrap();
    assert_eq!(balance(&shop, Account::Terminal), 125_000, "a text for people moves no money");
    let payment = find(shop.writer.engine(), OWN, id).unwrap().unwrap();
    assert_eq!((payment.settled, payment.slip_differs()), (Amount(125_000), Some(Amount(125_000_000))));
    assert_eq!(payment.outcome.slip["amount"], "1 250 000 ₸", "what it said is kept");
    let told = crate::devices::log_codes(shop.writer.engine(), one).unwrap();
    assert!(told.contains(&"slip_differs".to_owned()), "{told:?}");
    shop.holds();
}

#[test]
fn a_person_decides_with_a_reason_and_the_journal_names_him() {
    let mut shop = Shop::new();
    let one = terminal(&mut shop, "10.0.0.1");
    let id = pay(&mut shop, 1, one, 125_000).unwrap();
    assert_eq!(code(shop.run(decide(id, true, "видел чек".into()))), "payment.not_unknown");
    shop.run(note(id, Note::Unknown(Outcome { reason: "answer_lost".into(), ..Outcome::default() }))).unwrap();
    assert_eq!(code(shop.run(decide(id, true, "  ".into()))), "payment.reason_missing");
    shop.run(decide(id, true, "видел чек на терминале".into())).unwrap();
    let payment = find(shop.writer.engine(), OWN, id).unwrap().unwrap();
    assert_eq!((payment.state, payment.decided_by, payment.settled), (State::DecidedPaid, Some(7), Amount(125_000)));
    assert_eq!(payment.decision, "видел чек на терминале");
    assert_eq!(balance(&shop, Account::Terminal), 125_000);
    let refund = shop.run(move |tx| begin_refund(tx, TILL, 5, one, Amount(125_000), id));
    assert_eq!(code(refund), "payment.no_reference", "the terminal never named it");
    shop.holds();
}

#[test]
fn a_process_named_late_can_be_asked_after_and_the_state_stays() {
    let mut shop = Shop::new();
    let one = terminal(&mut shop, "10.0.0.1");
    let id = pay(&mut shop, 1, one, 125_000).unwrap();
    shop.run(note(id, Note::Unknown(Outcome::default()))).unwrap();
    shop.run(note(id, Note::Started { process_id: "p1".into() })).unwrap();
    let payment = find(shop.writer.engine(), OWN, id).unwrap().unwrap();
    assert_eq!((payment.state, payment.process_id.as_deref()), (State::Unknown, Some("p1")));
    let shop = shop.reopened();
    assert_eq!(unsettled_at(shop.writer.engine(), OWN, one).unwrap().map(|p| p.id), Some(id), "it outlives a restart");
    shop.holds();
}
