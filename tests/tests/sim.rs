//! The simulation itself: the same seed is the same history, and seeds that once failed hold.

use duken_tests::sim::{base, history};

/// Seeds that failed once, with as many steps as they took then.
const ONCE_FAILED: &[(u64, u64)] = &[(59, 76), (91, 150)];

#[test]
fn the_same_seed_is_the_same_history_bit_for_bit() {
    for seed in [3, 4] {
        let (one, other) = (history(seed, 60, None), history(seed, 60, None));
        assert_eq!(one.lines, other.lines);
        assert_eq!(one, other);
        assert_eq!(one.wrong, Vec::<String>::new());
    }
    assert_ne!(history(3, 20, None).digest, history(4, 20, None).digest);
    base::forget();
}

#[test]
fn seeds_that_once_failed_hold() {
    for (seed, steps) in ONCE_FAILED {
        assert_eq!(history(*seed, *steps, None).wrong, Vec::<String>::new(), "seed {seed}");
    }
}
