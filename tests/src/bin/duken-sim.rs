//! Runs simulated histories of a chain: `cargo xtask sim --help`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use duken_tests::sim::{self, history, shrink};
use tokio::signal::unix::{SignalKind, signal};

/// A whole chain on a seed, with everything that can go wrong, and an auditor who watches.
#[derive(Debug, Parser)]
struct Options {
    /// One seed.
    #[arg(long, group = "which", value_parser = clap::value_parser!(u64).range(..u64::MAX))]
    seed: Option<u64>,
    /// Seeds from A up to, and without, B: `A..B`.
    #[arg(long, group = "which", value_parser = range)]
    seeds: Option<(u64, u64)>,
    /// Seed after seed until it is told to stop (Ctrl+C ends it after the seed under way).
    #[arg(long, group = "which")]
    forever: bool,
    /// So many seeds that nobody has tried yet.
    #[arg(long, group = "which", value_parser = clap::value_parser!(u64).range(1..1_000_000_000))]
    fresh: Option<u64>,
    /// No seed is begun after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// At most so many seconds go into making a failed seed shorter.
    #[arg(long, default_value_t = 120)]
    shrink_seconds: u64,
    /// Steps of each history.
    #[arg(long, default_value_t = 200)]
    steps: u64,
    /// Only these steps: `0,3-5,9`, as a failed seed says.
    #[arg(long, value_parser = only)]
    only: Option<Steps>,
    /// Prints every line of the history.
    #[arg(long)]
    tell: bool,
    /// Ends with the first seed that does not hold.
    #[arg(long)]
    first: bool,
    /// A failed seed is not made shorter.
    #[arg(long)]
    whole: bool,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (from, to) = text.split_once("..").ok_or("A..B")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    let (from, to) = (number(from)?, number(to)?);
    if from < to { Ok((from, to)) } else { Err(format!("{from}..{to} has no seed in it")) }
}

/// Steps of a history.
#[derive(Debug, Clone)]
struct Steps(Vec<u64>);

fn only(text: &str) -> Result<Steps, String> {
    shrink::read(text).map(Steps).ok_or_else(|| "steps are written as 0,3-5,9".to_owned())
}

/// Told to stop, by Ctrl+C or an ordinary kill: the seed under way comes to its end. Told again, the program ends at once.
fn stop_when_told(stop: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
            let Ok(mut interrupt) = signal(SignalKind::interrupt()) else { return };
            loop {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if stop.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
                eprintln!("stops after the seed under way");
            }
        });
    });
}

#[derive(Default)]
struct Sums {
    seeds: u64,
    steps: u64,
    faults: u64,
    violations: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let _logs = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("DUKEN_LOG").unwrap_or_else(|_| "off".into()))
        .with_writer(std::io::stderr)
        .try_init();
    std::panic::set_hook(Box::new(|info| eprintln!("panic: {info}")));
    let begun = Instant::now();
    let fresh = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (from, to) = match (options.seed, options.seeds) {
        (Some(seed), _) => (seed, seed + 1),
        (None, Some(seeds)) => seeds,
        (None, None) if options.forever => (fresh, u64::MAX),
        (None, None) => (fresh, fresh + options.fresh.unwrap_or(10)),
    };
    let only = options.only.map(|steps| steps.0);
    let stop = Arc::new(AtomicBool::new(false));
    stop_when_told(stop.clone());
    let time = options.seconds.map(Duration::from_secs);
    let mut sums = Sums::default();
    for seed in from..to {
        if stop.load(Ordering::Relaxed) || time.is_some_and(|time| begun.elapsed() >= time) {
            break;
        }
        let outcome = history(seed, options.steps, only.as_deref());
        sums.seeds += 1;
        sums.steps += outcome.steps;
        sums.faults += outcome.faults;
        if options.tell {
            outcome.lines.iter().for_each(|line| println!("{line}"));
        }
        if outcome.wrong.is_empty() {
            println!("seed {seed}: {} steps, {} faults, {}", outcome.steps, outcome.faults, &outcome.digest[..16]);
            continue;
        }
        sums.violations += 1;
        println!("seed {seed} FAILED after {} steps: {}", outcome.steps, outcome.wrong.join("\n  "));
        if only.is_none() && !options.whole {
            let (keep, best) = shrink::shortest(seed, &outcome, Duration::from_secs(options.shrink_seconds));
            println!("the shortest history that still fails, {} of {} steps:", keep.len(), outcome.steps);
            best.lines.iter().for_each(|line| println!("{line}"));
            best.wrong.iter().for_each(|line| println!("WRONG: {line}"));
            println!("again: cargo xtask sim --seed {seed} --steps {} --only {} --tell", outcome.steps, shrink::spelled(&keep));
        }
        if options.first {
            break;
        }
    }
    sim::base::forget();
    let took = begun.elapsed().as_secs_f64();
    eprintln!("{:.0} steps/s", sums.steps as f64 / took);
    println!("{} seeds, {} steps, {} faults injected, {} violations", sums.seeds, sums.steps, sums.faults, sums.violations);
    if sums.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
