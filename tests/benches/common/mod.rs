//! What the benchmarks share: a lean HTTP client, CPU clocks, percentiles, the report.
#![allow(dead_code, reason = "each benchmark uses its part")]

pub mod browsers;
pub mod floor;
mod report;
pub mod selling;
pub mod wire;

use std::time::Duration;

pub use report::{Figure, report};

/// The CPU time of a process so far.
pub fn cpu_of(process: u32) -> Duration {
    ticks(process, 11)
}

/// The CPU time of all processes that this one started and that have ended.
pub fn cpu_of_ended() -> Duration {
    ticks(std::process::id(), 13)
}

/// User and system time: two fields of what the kernel says of a process, counted after its name.
fn ticks(process: u32, user: usize) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the process runs");
    let after_name = stat.rsplit(')').next().expect("fields");
    // Some of the fields before are negative.
    let times = after_name.split_whitespace().skip(user).take(2).map(|field| field.parse::<u64>().expect("a number"));
    Duration::from_millis(times.sum::<u64>() * 10)
}

/// The resident memory of a process, in MiB.
pub fn memory_of(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1024.0
}

/// What the machine is, for readers of the report.
pub fn machine() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or("").trim_start_matches([' ', '\t', ':']).to_owned();
    format!("{cpus} × {model}")
}

/// Times of single requests.
#[derive(Debug, Default, Clone)]
pub struct Times(pub Vec<Duration>);

impl Times {
    /// The time below which this share (in hundredths of a percent) of the requests lie, in milliseconds.
    pub fn percentile_ms(&mut self, hundredths: usize) -> f64 {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * hundredths / 10_000).map_or(0.0, |t| t.as_secs_f64() * 1000.0)
    }
}

/// Whether only a few minutes are wanted: less of everything, the same figures.
pub fn quick() -> bool {
    std::env::var_os("DUKEN_BENCH_QUICK").is_some()
}

/// A number from a committed seed: the same goods are bought in every run.
#[derive(Debug, Clone)]
pub struct Seeded(pub u64);

impl Seeded {
    /// The next number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
