//! Wrong codes are few: after some of them an address, or everybody, waits.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Wrong tries within the span that one address has.
const TRIES_OF_ONE: u32 = 10;
/// Wrong tries within the span that all have together.
const TRIES_OF_ALL: u32 = 200;
const SPAN_MS: i64 = 600_000;

/// Counts wrong tries within a span of ten minutes.
#[derive(Default)]
pub struct Throttle {
    span: Mutex<Span>,
}

#[derive(Default)]
struct Span {
    began_ms: i64,
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

impl Throttle {
    /// How many seconds an address has to wait; nothing when it may try.
    #[must_use]
    pub fn wait_s(&self, now_ms: i64, address: IpAddr) -> Option<i64> {
        let span = self.span(now_ms);
        let full = span.all >= TRIES_OF_ALL || span.by_address.get(&address).is_some_and(|tries| *tries >= TRIES_OF_ONE);
        full.then(|| (span.began_ms + SPAN_MS - now_ms) / 1000 + 1)
    }

    /// A wrong try.
    pub fn failed(&self, now_ms: i64, address: IpAddr) {
        let mut span = self.span(now_ms);
        span.all += 1;
        *span.by_address.entry(address).or_default() += 1;
    }

    fn span(&self, now_ms: i64) -> std::sync::MutexGuard<'_, Span> {
        let mut span = self.span.lock().unwrap_or_else(PoisonError::into_inner);
        if !(0..SPAN_MS).contains(&(now_ms - span.began_ms)) {
            *span = Span { began_ms: now_ms, ..Span::default() };
        }
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_waits_and_others_do_not_until_all_are_too_many() {
        let throttle = Throttle::default();
        let address = |n: u8| IpAddr::from([10, 0, 0, n]);
        for _ in 0..TRIES_OF_ONE {
            assert_eq!(throttle.wait_s(1000, address(1)), None);
            throttle.failed(1000, address(1));
        }
        assert_eq!(throttle.wait_s(301_000, address(1)), Some(300));
        assert_eq!(throttle.wait_s(301_000, address(2)), None);
        for n in 0..TRIES_OF_ALL {
            throttle.failed(301_000, address(3 + (n % 100) as u8));
        }
        assert!(throttle.wait_s(301_000, address(2)).is_some());
        assert_eq!(throttle.wait_s(601_000, address(1)), None, "the span is over");
    }
}
