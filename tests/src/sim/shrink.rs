//! The shortest history that still fails: steps are left out, chunk by chunk, for as long as it does.

use super::{Outcome, history};

/// At most this many histories are tried.
const TRIES: usize = 400;

/// The steps that are needed for a seed to fail, and what comes of them. A step throws its own dice, so that leaving
/// others out does not change what it wants to do.
#[must_use]
pub fn shortest(seed: u64, failed: &Outcome) -> (Vec<u64>, Outcome) {
    let mut keep: Vec<u64> = (0..failed.steps).collect();
    let mut best = failed.clone();
    let mut tries = 0;
    let mut chunk = keep.len().div_ceil(2).max(1);
    while tries < TRIES {
        let mut shorter = false;
        let mut from = 0;
        while from < keep.len() && tries < TRIES {
            let mut candidate = keep.clone();
            candidate.drain(from..(from + chunk).min(keep.len()));
            tries += 1;
            let outcome = history(seed, failed.steps, Some(&candidate));
            if outcome.wrong.is_empty() {
                from += chunk;
            } else {
                keep = candidate;
                best = outcome;
                shorter = true;
            }
        }
        if chunk == 1 && !shorter {
            break;
        }
        chunk = (chunk / 2).max(1);
    }
    (keep, best)
}

/// Steps as a person writes them: `0,3-5,9`.
#[must_use]
pub fn spelled(steps: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for step in steps {
        match ranges.last_mut() {
            Some((_, to)) if *to + 1 == *step => *to = *step,
            _ => ranges.push((*step, *step)),
        }
    }
    let words: Vec<String> = ranges.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") }).collect();
    words.join(",")
}

/// Reads [`spelled`] again; nothing for what is none.
#[must_use]
pub fn read(text: &str) -> Option<Vec<u64>> {
    let mut steps = Vec::new();
    for word in text.split(',').filter(|word| !word.is_empty()) {
        match word.split_once('-') {
            Some((from, to)) => steps.extend(from.parse::<u64>().ok()?..=to.parse().ok()?),
            None => steps.push(word.parse().ok()?),
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_spelled_and_read() {
        let steps = [0, 3, 4, 5, 9];
        assert_eq!(spelled(&steps), "0,3-5,9");
        assert_eq!(read("0,3-5,9").as_deref(), Some(steps.as_slice()));
        assert_eq!(read("x"), None);
    }
}
