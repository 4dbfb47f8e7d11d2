//! The forwarder's steps, without a network.

use duken_kernel::context::Chance;

use crate::sync::store::{Action, Event, Failure, Forwarder};
use crate::sync::{BROKEN, UNREACHABLE};

/// Always the same byte.
struct Fixed(u8);

impl Chance for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

const REST: Action = Action::Wait { until_ms: 31_000, resting: true };

fn away() -> Event {
    Event::Failed(Failure::Away(UNREACHABLE.refuse()))
}

#[test]
fn it_asks_sends_and_rests() {
    let mut forwarder = Forwarder::default();
    let chance = Fixed(255);
    let steps = [
        (10, Event::Begin, Action::Ask),
        (10, Event::Sees { acked: 4, agrees: true }, Action::Send { after: 4 }),
        (10, Event::Acked(8), Action::Send { after: 8 }),
        (10, Event::Acked(10), REST),
        (10, Event::Woken, REST),
        (12, Event::Woken, Action::Send { after: 10 }),
        (12, Event::Acked(12), REST),
    ];
    for (end, event, expected) in steps {
        assert_eq!(forwarder.step(1_000, end, event.clone(), &chance), expected, "{event:?}");
    }
    assert_eq!(forwarder.step(31_000, 12, Event::Woken, &chance), Action::Ask, "after a while it says that it is there");
}

#[test]
fn it_tries_for_ever_more_and_more_slowly_and_asks_anew_after_any_failure() {
    let mut forwarder = Forwarder::default();
    forwarder.step(0, 5, Event::Begin, &Fixed(255));
    let pauses: Vec<i64> = (0..12)
        .map(|_| match forwarder.step(0, 5, away(), &Fixed(255)) {
            Action::Wait { until_ms, resting: false } => until_ms,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
    assert_eq!(forwarder.trouble().unwrap().code, UNREACHABLE);
    let woken = forwarder.step(100, 5, Event::Woken, &Fixed(0));
    assert_eq!(woken, Action::Wait { until_ms: 60_000, resting: false }, "new entries do not hurry it");
    assert_eq!(forwarder.step(60_000, 5, Event::Woken, &Fixed(0)), Action::Ask);
    assert_eq!(forwarder.step(60_000, 5, away(), &Fixed(0)), Action::Wait { until_ms: 90_000, resting: false }, "half the pause by chance");
    assert_eq!(forwarder.step(90_000, 5, Event::Sees { acked: 3, agrees: true }, &Fixed(0)), Action::Send { after: 3 });
    assert_eq!(forwarder.trouble(), None);
}

#[test]
fn a_gap_is_asked_about_once_and_then_slowly() {
    let mut forwarder = Forwarder::default();
    let chance = Fixed(255);
    forwarder.step(0, 5, Event::Begin, &chance);
    forwarder.step(0, 5, Event::Sees { acked: 3, agrees: true }, &chance);
    assert_eq!(forwarder.step(0, 5, Event::Failed(Failure::Gap), &chance), Action::Ask);
    assert!(matches!(forwarder.step(0, 5, Event::Failed(Failure::Gap), &chance), Action::Wait { resting: false, .. }));
}

#[test]
fn what_a_person_has_to_look_at_is_said_and_still_tried_again() {
    let cases: &[(Event, &str)] = &[
        (Event::Sees { acked: 3, agrees: false }, "sync.parted"),
        (Event::Sees { acked: 9, agrees: true }, "sync.office_ahead"),
        (Event::Failed(Failure::Refused(BROKEN.refuse())), "sync.broken"),
    ];
    for (event, code) in cases {
        let mut forwarder = Forwarder::default();
        forwarder.step(0, 5, Event::Begin, &Fixed(0));
        assert!(matches!(forwarder.step(0, 5, event.clone(), &Fixed(0)), Action::Wait { resting: false, .. }));
        assert_eq!(forwarder.trouble().unwrap().code.code, *code);
        assert_eq!(forwarder.step(100_000, 5, Event::Woken, &Fixed(0)), Action::Ask);
    }
}

#[test]
fn an_acknowledgement_that_moves_nothing_is_not_believed() {
    for acked in [3, 2, 99] {
        let mut forwarder = Forwarder::default();
        forwarder.step(0, 5, Event::Begin, &Fixed(0));
        forwarder.step(0, 5, Event::Sees { acked: 3, agrees: true }, &Fixed(0));
        assert!(matches!(forwarder.step(0, 5, Event::Acked(acked), &Fixed(0)), Action::Wait { resting: false, .. }), "{acked}");
    }
}
