//! Pairing of agents: six digits, shown on a screen, typed at the other machine, good once and for ten minutes.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use duken_kernel::context::Chance;

/// How long a code is good.
pub(super) const LIFE_MS: i64 = 10 * 60_000;
/// Wrong attempts after which a code is void.
const TRIES: u8 = 5;

struct Code {
    digits: String,
    expires_ms: i64,
    wrong: u8,
}

/// How agents on other machines reach this hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// SHA-256 of its authority, 64 hexadecimal digits.
    pub fingerprint: String,
    /// Port of its HTTPS.
    pub port: u16,
}

/// The code that is on a screen now.
#[derive(Default)]
pub struct Pairing {
    code: Mutex<Option<Code>>,
    reached: OnceLock<Reached>,
}

impl Pairing {
    fn lock(&self) -> MutexGuard<'_, Option<Code>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hub serves HTTPS, so.
    pub fn is_reached(&self, reached: Reached) {
        let _first_wins = self.reached.set(reached);
    }

    /// How the hub is reached; nothing when it serves this machine only.
    #[must_use]
    pub fn reached(&self) -> Option<Reached> {
        self.reached.get().cloned()
    }

    /// A new code; an older one is void. Answers with the code and when it ends, milliseconds since 1970 UTC.
    pub fn open(&self, chance: &dyn Chance, now_ms: i64) -> (String, i64) {
        let mut bytes = [0_u8; 8];
        chance.fill(&mut bytes);
        let digits = format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000);
        let expires_ms = now_ms + LIFE_MS;
        *self.lock() = Some(Code { digits: digits.clone(), expires_ms, wrong: 0 });
        (digits, expires_ms)
    }

    /// Whether these are the digits. The right ones are used up; five wrong attempts void the code.
    pub fn take(&self, digits: &str, now_ms: i64) -> bool {
        let mut open = self.lock();
        let Some(code) = open.as_mut().filter(|code| code.expires_ms > now_ms) else { return false };
        let same =
            code.digits.len() == digits.len() && code.digits.bytes().zip(digits.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0;
        code.wrong += u8::from(!same);
        if same || code.wrong >= TRIES {
            *open = None;
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use duken_kernel::context::SystemChance;

    use super::*;

    #[test]
    fn a_code_is_good_once_for_ten_minutes_and_five_attempts() {
        let pairing = Pairing::default();
        assert!(!pairing.take("000000", 0));
        let (code, ends) = pairing.open(&SystemChance, 1_000);
        assert_eq!((code.len(), ends), (6, 1_000 + LIFE_MS));
        assert!(!pairing.take(&code, ends));
        assert!(pairing.take(&code, ends - 1));
        assert!(!pairing.take(&code, 2_000), "used up");
        let (code, _) = pairing.open(&SystemChance, 1_000);
        for _ in 0..TRIES {
            assert!(!pairing.take("x", 2_000));
        }
        assert!(!pairing.take(&code, 2_000), "void after five wrong attempts");
    }
}
