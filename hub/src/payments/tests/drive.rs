//! Ten thousand payments through a terminal that loses, forgets and stutters, with the hub killed between any two steps:
//! nobody is charged twice, and nobody's end is guessed.

use duken_protocol::device::{KaspiAnswer, KaspiCall, KaspiError, KaspiMethod, KaspiProcess, KaspiStatus};
use duken_protocol::money::{Amount, Currency};

use crate::payments::commands::Note;
use crate::payments::drive::{Drive, Step};
use crate::payments::model::{Direction, Outcome, Payment, State};

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Success,
    Fail,
}

/// A terminal with its bank: what it says is one thing, what it charged another.
struct Terminal {
    starts: u32,
    charges: u32,
    process: Option<(String, End)>,
    unsure: bool,
    polls_left: u64,
    trouble: u64,
    asked_bank_ms: Option<i64>,
}

impl Terminal {
    fn new(trouble: u64) -> Self {
        Self { starts: 0, charges: 0, process: None, unsure: false, polls_left: 0, trouble, asked_bank_ms: None }
    }

    fn call(&mut self, dice: &mut Dice, now_ms: i64, call: &KaspiCall) -> Result<KaspiAnswer, KaspiError> {
        let detail = String::new();
        let troubled = dice.roll(100) < self.trouble;
        match call {
            KaspiCall::Payment { .. } => {
                self.starts += 1;
                match dice.roll(8) {
                    0 if troubled => return Err(KaspiError::NeverSent { detail }),
                    1 if troubled => return Err(KaspiError::Busy { message: "занят".into() }),
                    2 if troubled => return Err(KaspiError::AnswerLost { detail }),
                    3 if troubled => return Err(KaspiError::TokenExpired),
                    _ => {}
                }
                let end = if dice.roll(4) == 0 { End::Fail } else { End::Success };
                self.charges += u32::from(end == End::Success);
                self.polls_left = dice.roll(5);
                self.unsure = troubled && dice.roll(3) == 0;
                self.process = Some((format!("p{}", self.starts), end));
                match dice.roll(4) {
                    0 if troubled => Err(KaspiError::AnswerLost { detail }),
                    1 if troubled => Err(KaspiError::Unreadable { detail }),
                    _ => Ok(KaspiAnswer::Started { process_id: format!("p{}", self.starts) }),
                }
            }
            KaspiCall::Status { process_id } | KaspiCall::Actualize { process_id } => {
                if matches!(call, KaspiCall::Actualize { .. }) {
                    let too_soon = self.asked_bank_ms.is_some_and(|at| now_ms - at < 10_000);
                    assert!(!too_soon, "the bank is asked no more often than every ten seconds");
                    self.asked_bank_ms = Some(now_ms);
                    self.unsure = self.unsure && dice.roll(3) != 0;
                }
                match dice.roll(6) {
                    0 if troubled => return Err(KaspiError::AnswerLost { detail }),
                    1 if troubled => return Err(KaspiError::NeverSent { detail }),
                    2 if troubled => return Err(KaspiError::CannotActualize { message: String::new() }),
                    _ => {}
                }
                let Some((known, end)) = &self.process else { return Err(KaspiError::NoSuchProcess { message: String::new() }) };
                assert_eq!(known, process_id, "asked after its own process");
                let status = match end {
                    _ if self.unsure => KaspiStatus::Unknown,
                    _ if self.polls_left > 0 => KaspiStatus::Wait,
                    End::Success => KaspiStatus::Success,
                    End::Fail => KaspiStatus::Fail,
                };
                self.polls_left = self.polls_left.saturating_sub(1);
                Ok(KaspiAnswer::Process(Box::new(process(status))))
            }
            other => panic!("never asked: {other:?}"),
        }
    }
}

fn process(status: KaspiStatus) -> KaspiProcess {
    KaspiProcess {
        status,
        sub_status: "WaitUser".into(),
        message: String::new(),
        transaction_id: "t1".into(),
        method: Some(KaspiMethod::Qr),
        order_number: "o1".into(),
        rrn: String::new(),
        amount_tenge: Some(1_250),
        offer: String::new(),
        cheque: std::collections::BTreeMap::new(),
    }
}

pub(in crate::payments) fn payment() -> Payment {
    Payment {
        id: 1,
        direction: Direction::Payment,
        till: 1,
        terminal: 2,
        cart: Some(3),
        pending_return: None,
        original: None,
        amount: Amount(125_000),
        currency: Currency::KZT,
        by: None,
        started_at_ms: 0,
        process_id: None,
        state: State::Intent,
        state_at_ms: 0,
        outcome: Outcome::default(),
        settled: Amount(0),
        decided_by: None,
        decision: String::new(),
    }
}

/// What the command of a note does to the payment on disk. False when the payment has gone past it.
fn keep(payment: &mut Payment, note: &Note) -> bool {
    let (next, outcome) = match note {
        Note::Started { process_id } => {
            payment.process_id = Some(process_id.clone());
            (State::Waiting, Outcome::default())
        }
        Note::Succeeded(outcome) => (State::Succeeded, outcome.clone()),
        Note::Failed(outcome) => (State::Failed, outcome.clone()),
        Note::Unknown(outcome) => (State::Unknown, outcome.clone()),
    };
    if !payment.state.may_become(next) {
        return false;
    }
    payment.state = next;
    payment.outcome = outcome;
    true
}

/// One payment to its end, or until only a person can tell. `killed`: of a hundred steps, how many kill the hub.
fn live(dice: &mut Dice, terminal: &mut Terminal, killed: u64) -> Payment {
    let mut now_ms = 0;
    let mut payment = payment();
    let mut drive = Drive::begin(&payment, None, now_ms);
    for _ in 0..5_000 {
        if dice.roll(100) < killed {
            drive = Drive::resume(&payment, now_ms);
            // A restart is longer than the bank's pause.
            now_ms += 15_000;
        }
        match drive.next(now_ms) {
            Step::Call(call) => {
                let answer = terminal.call(dice, now_ms, &call);
                now_ms += 50;
                if dice.roll(100) < killed {
                    drive = Drive::resume(&payment, now_ms);
                    now_ms += 15_000;
                    continue;
                }
                drive.heard(now_ms, answer);
            }
            Step::Record(note) => {
                let kept = keep(&mut payment, &note);
                if dice.roll(100) < killed {
                    drive = Drive::resume(&payment, now_ms);
                    now_ms += 15_000;
                    continue;
                }
                drive.noted(now_ms, !kept);
            }
            Step::Wait(until_ms) => {
                assert!(until_ms > now_ms, "it waits for a later moment");
                now_ms = until_ms;
            }
            Step::Rest | Step::End => return payment,
        }
    }
    payment
}

#[test]
fn nobody_is_charged_twice_and_no_end_is_guessed() {
    let mut ends = std::collections::BTreeMap::new();
    for seed in 1..=10_000_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut terminal = Terminal::new(dice.roll(60));
        let killed = dice.roll(20);
        let payment = live(&mut dice, &mut terminal, killed);
        assert!(terminal.starts <= 1, "seed {seed}: started {} times", terminal.starts);
        match payment.state {
            State::Succeeded => assert_eq!(terminal.charges, 1, "seed {seed}: goods without money"),
            State::Failed => assert_eq!(terminal.charges, 0, "seed {seed}: called failed, and charged"),
            State::Unknown => {}
            other => panic!("seed {seed}: left as {other:?}"),
        }
        *ends.entry(payment.state.code()).or_insert(0_u32) += 1;
    }
    assert!(ends["succeeded"] > 3_000 && ends["failed"] > 500 && ends["unknown"] > 500, "all ends were seen: {ends:?}");
}

#[test]
fn a_lost_answer_to_the_start_is_unknown_and_rests_until_a_person_decides() {
    let mut drive = Drive::begin(&payment(), None, 0);
    assert!(matches!(drive.next(0), Step::Call(KaspiCall::Payment { amount_tenge: 1_250, .. })));
    assert_eq!(drive.next(0), Step::Rest, "the start call is handed out once");
    drive.heard(60_000, Err(KaspiError::AnswerLost { detail: "timeout".into() }));
    let Step::Record(Note::Unknown(outcome)) = drive.next(60_000) else { panic!("not unknown") };
    assert_eq!(outcome.reason, "answer_lost");
    drive.noted(60_000, false);
    assert_eq!(drive.next(60_000), Step::Rest);
    drive.ask_now(61_000);
    assert_eq!(drive.next(61_000), Step::Rest, "there is no process to ask after");
}

#[test]
fn what_certainly_was_not_sent_has_failed_with_its_sentence() {
    let never = |error: KaspiError| {
        let mut drive = Drive::begin(&payment(), None, 0);
        assert!(matches!(drive.next(0), Step::Call(_)));
        drive.heard(5_000, Err(error));
        match drive.next(5_000) {
            Step::Record(Note::Failed(outcome)) => (outcome.reason, outcome.detail),
            other => panic!("not failed: {other:?}"),
        }
    };
    assert_eq!(never(KaspiError::NeverSent { detail: "refused".into() }).0, "never_sent");
    assert_eq!(never(KaspiError::Busy { message: "Терминал занят".into() }), ("busy".into(), "Терминал занят".into()));
    assert_eq!(never(KaspiError::NotRegistered).0, "not_registered");
}

#[test]
fn a_silent_terminal_makes_the_payment_unknown_and_its_later_word_settles_it() {
    let mut on_disk = Payment { state: State::Waiting, process_id: Some("p1".into()), ..payment() };
    let mut drive = Drive::resume(&on_disk, 0);
    let mut now_ms = 0;
    let note = loop {
        match drive.next(now_ms) {
            Step::Call(KaspiCall::Status { .. }) => {
                now_ms += 5_000;
                drive.heard(now_ms, Err(KaspiError::NeverSent { detail: String::new() }));
            }
            Step::Wait(until_ms) => now_ms = until_ms,
            Step::Record(note) => break note,
            other => panic!("{other:?}"),
        }
    };
    assert!((20_000..30_000).contains(&now_ms), "it gave up at {now_ms} ms");
    assert!(keep(&mut on_disk, &note));
    assert_eq!((on_disk.state, on_disk.outcome.reason.as_str()), (State::Unknown, "never_sent"));
    drive.noted(now_ms, false);
    assert!(matches!(drive.next(now_ms), Step::Wait(_)), "it goes on asking");
    drive.ask_now(now_ms);
    assert!(matches!(drive.next(now_ms), Step::Call(KaspiCall::Status { .. })));
    drive.heard(now_ms, Ok(KaspiAnswer::Process(Box::new(process(KaspiStatus::Wait)))));
    assert!(matches!(drive.next(now_ms), Step::Wait(_)), "waiting again is no news: the state only moves forward");
    drive.ask_now(now_ms);
    assert!(matches!(drive.next(now_ms), Step::Call(_)));
    drive.heard(now_ms, Ok(KaspiAnswer::Process(Box::new(process(KaspiStatus::Success)))));
    let Step::Record(note) = drive.next(now_ms) else { panic!("no end") };
    assert!(keep(&mut on_disk, &note));
    assert_eq!(on_disk.state, State::Succeeded);
}

#[test]
fn a_terminal_that_says_wait_for_ever_leaves_the_payment_to_a_person() {
    const MINUTE_MS: i64 = 60_000;
    let waiting = || Ok(KaspiAnswer::Process(Box::new(process(KaspiStatus::Wait))));
    let mut on_disk = Payment { state: State::Waiting, process_id: Some("p1".into()), ..payment() };
    let mut drive = Drive::resume(&on_disk, 0);
    for minute in 0..10 {
        assert!(matches!(drive.next(minute * MINUTE_MS), Step::Call(_)), "the buyer has time: minute {minute}");
        drive.heard(minute * MINUTE_MS, waiting());
    }
    assert!(matches!(drive.next(10 * MINUTE_MS), Step::Call(_)));
    drive.heard(10 * MINUTE_MS, waiting());
    let Step::Record(note) = drive.next(10 * MINUTE_MS) else { panic!("it waits for ever") };
    assert!(keep(&mut on_disk, &note));
    assert_eq!((on_disk.state, on_disk.outcome.reason.as_str()), (State::Unknown, "waits_for_ever"));
    assert!(on_disk.state.may_become(State::DecidedUnpaid), "a named person may decide");
    drive.noted(10 * MINUTE_MS, false);
    // It is asked on: the terminal may still tell the end.
    assert!(matches!(drive.next(11 * MINUTE_MS), Step::Call(KaspiCall::Status { .. })));
    drive.heard(11 * MINUTE_MS, waiting());
    assert!(matches!(drive.next(11 * MINUTE_MS), Step::Wait(_)), "the same again is no news");
    // After a day nobody reads the process any more.
    assert!(matches!(drive.next(25 * 60 * MINUTE_MS), Step::Call(_)));
    drive.heard(25 * 60 * MINUTE_MS, waiting());
    assert_eq!(drive.next(25 * 60 * MINUTE_MS), Step::Rest);
}

#[test]
fn the_end_keeps_the_slip_and_names_the_way_even_where_the_terminal_does_not() {
    for (sub_status, method) in [("QrTransactionSuccess", Some("qr")), ("CardTransactionSuccess", Some("card")), ("Done", None)] {
        let slip = [("storeName".to_owned(), "Дүкен\u{1b}@".to_owned()), ("authorizationCode".to_owned(), "A1".to_owned())];
        let told = KaspiProcess { method: None, sub_status: sub_status.into(), cheque: slip.into(), ..process(KaspiStatus::Success) };
        let mut drive = Drive::resume(&Payment { state: State::Waiting, process_id: Some("p1".into()), ..payment() }, 0);
        assert!(matches!(drive.next(0), Step::Call(_)));
        drive.heard(0, Ok(KaspiAnswer::Process(Box::new(told))));
        let Step::Record(Note::Succeeded(outcome)) = drive.next(0) else { panic!("no end") };
        assert_eq!(outcome.method.as_deref(), method);
        assert_eq!((outcome.slip["storeName"].as_str(), outcome.slip["authorizationCode"].as_str()), ("Дүкен@", "A1"));
    }
}

#[test]
fn a_decision_elsewhere_ends_the_asking() {
    let mut drive = Drive::resume(&Payment { state: State::Unknown, process_id: Some("p1".into()), ..payment() }, 0);
    assert!(matches!(drive.next(0), Step::Call(_)));
    drive.heard(0, Ok(KaspiAnswer::Process(Box::new(process(KaspiStatus::Success)))));
    assert!(matches!(drive.next(0), Step::Record(_)));
    drive.noted(0, true);
    assert_eq!(drive.next(0), Step::End);
}

#[test]
fn a_refund_quotes_what_its_original_needs() {
    let outcome = |method: &str| Outcome {
        method: Some(method.into()),
        rrn: "r7".into(),
        order_number: "o7".into(),
        transaction_id: "t7".into(),
        ..Outcome::default()
    };
    let quoted = |method: &str| {
        let original = Payment { state: State::Succeeded, outcome: outcome(method), ..payment() };
        let refund = Payment { direction: Direction::Refund, cart: None, pending_return: Some(9), original: Some(1), ..payment() };
        match Drive::begin(&refund, Some(&original), 0).next(0) {
            Step::Call(KaspiCall::Refund { amount_tenge: 1_250, transaction_id, .. }) => transaction_id,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(quoted("qr"), "o7");
    assert_eq!(quoted("card"), "r7");
}

#[test]
fn an_answer_to_the_start_that_comes_late_is_taken_in() {
    let mut on_disk = payment();
    let mut drive = Drive::begin(&on_disk, None, 0);
    assert!(matches!(drive.next(0), Step::Call(_)));
    drive.heard(60_000, Err(KaspiError::AnswerLost { detail: String::new() }));
    let Step::Record(lost) = drive.next(60_000) else { panic!("nothing to note") };
    assert!(keep(&mut on_disk, &lost));
    drive.noted(60_000, false);
    let Some(Note::Started { process_id }) = Drive::late(Ok(KaspiAnswer::Started { process_id: "p9".into() })) else {
        panic!("the process is known now")
    };
    drive.started_late(90_000, process_id);
    assert!(matches!(drive.next(90_000), Step::Call(KaspiCall::Status { process_id }) if process_id == "p9"));
    drive.heard(90_100, Ok(KaspiAnswer::Process(Box::new(process(KaspiStatus::Success)))));
    assert!(matches!(drive.next(90_100), Step::Record(Note::Succeeded(_))));

    let certain = Drive::late(Err(KaspiError::Busy { message: "занят".into() }));
    assert!(matches!(certain, Some(Note::Failed(outcome)) if outcome.reason == "busy"), "it certainly did not begin");
    for says_nothing in [Err(KaspiError::AnswerLost { detail: String::new() }), Ok(KaspiAnswer::Present)] {
        assert_eq!(Drive::late(says_nothing), None);
    }
    let mut known = Drive::resume(&Payment { state: State::Unknown, process_id: Some("p1".into()), ..payment() }, 0);
    known.started_late(0, "p9".into());
    assert!(matches!(known.next(0), Step::Call(KaspiCall::Status { process_id }) if process_id == "p1"), "what is known stays");
}
