//! The shortest history that still fails: steps are left out, chunk by chunk, for as long as it does.

use std::time::{Duration, Instant};

use super::{Outcome, history};

/// At most this many histories are tried.
const TRIES: usize = 400;

/// What kind of violation a sentence tells of: its first words, without numbers and ids.
#[must_use]
pub fn kind(wrong: &str) -> String {
    let plain = |word: &&str| !word.contains(|letter: char| letter.is_ascii_digit()) || word.len() == 2;
    wrong.split_whitespace().filter(plain).take(7).collect::<Vec<_>>().join(" ")
}

/// The steps that are needed for a seed to fail in the way it failed, and what comes of them; the shortest that was found
/// in this time. A step throws its own dice, so that leaving others out does not change what it wants to do.
#[must_use]
pub fn shortest(seed: u64, failed: &Outcome, time: Duration) -> (Vec<u64>, Outcome) {
    let begun = Instant::now();
    let same = failed.wrong.first().map(|wrong| kind(wrong)).unwrap_or_default();
    shorter(
        failed,
        |keep| history(seed, failed.steps, Some(keep)),
        |outcome| outcome.wrong.iter().any(|wrong| kind(wrong) == same),
        |tries| tries < TRIES && begun.elapsed() < time,
    )
}

/// Leaves steps out for as long as what is left still `fails`.
fn shorter(
    failed: &Outcome,
    run: impl Fn(&[u64]) -> Outcome,
    fails: impl Fn(&Outcome) -> bool,
    may_go_on: impl Fn(usize) -> bool,
) -> (Vec<u64>, Outcome) {
    let mut keep: Vec<u64> = (0..failed.steps).collect();
    let mut best = failed.clone();
    let mut tries = 0;
    let mut chunk = keep.len().div_ceil(2).max(1);
    while may_go_on(tries) {
        let mut shorter = false;
        let mut from = 0;
        while from < keep.len() && may_go_on(tries) {
            let mut candidate = keep.clone();
            candidate.drain(from..(from + chunk).min(keep.len()));
            tries += 1;
            let outcome = run(&candidate);
            if fails(&outcome) {
                keep = candidate;
                best = outcome;
                shorter = true;
            } else {
                from += chunk;
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
    const MOST: u64 = 1_000_000;
    let mut steps = Vec::new();
    for word in text.split(',').filter(|word| !word.is_empty()) {
        match word.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
                steps.extend((from <= to && to < MOST).then_some(from..=to)?);
            }
            None => steps.push(word.parse().ok()?),
        }
    }
    (!steps.is_empty()).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_spelled_and_read() {
        let steps = [0, 3, 4, 5, 9];
        assert_eq!(spelled(&steps), "0,3-5,9");
        assert_eq!(read("0,3-5,9").as_deref(), Some(steps.as_slice()));
        for none in ["x", "", ",", "3-", "5-3", "1,,x", "0-99999999999"] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_shorter_history_fails_in_the_same_way() {
        // Steps 3 and 7 together lose an answer; step 5 alone does something else that is wrong.
        let run = |keep: &[u64]| {
            let mut wrong = Vec::new();
            if keep.contains(&5) {
                wrong.push("D2 almaty: payment 12 came to its end again in entry 40 (payment.settled)".to_owned());
            }
            if keep.contains(&3) && keep.contains(&7) {
                wrong.insert(0, format!("J1 almaty: request 0189-{} was answered and has no entry", keep.len()));
            }
            Outcome { steps: 10, wrong, ..Outcome::default() }
        };
        let all: Vec<u64> = (0..10).collect();
        let failed = run(&all);
        let same = kind(&failed.wrong[0]);
        assert_eq!(same, "J1 almaty: request was answered and has");
        let (keep, best) = shorter(&failed, run, |outcome| outcome.wrong.iter().any(|wrong| kind(wrong) == same), |tries| tries < 100);
        assert_eq!(keep, [3, 7]);
        assert_eq!(best.wrong.len(), 1);
        let (keep, _) = shorter(&failed, run, |outcome| outcome.wrong.iter().any(|wrong| kind(wrong) == same), |_| false);
        assert_eq!(keep, all, "no time, no shorter history");
    }
}
