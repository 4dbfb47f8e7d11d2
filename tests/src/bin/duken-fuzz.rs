//! Every decoder on hostile input: `cargo xtask fuzz --help`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use duken_tests::fuzz::{Corpus, Hunt, all};
use nix::sys::resource::{Resource, setrlimit};

/// Inputs made from known ones, until the time is over or a decoder does not survive one.
#[derive(Debug, Parser)]
struct Options {
    /// Seconds for all targets together.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// This target alone.
    #[arg(long)]
    target: Option<String>,
    /// Chance's seed; another one every time when none is given.
    #[arg(long)]
    seed: Option<u64>,
    /// Runs this one input, and nothing else; needs --target.
    #[arg(long, requires = "target")]
    input: Option<PathBuf>,
    /// What says something new is kept in this folder; the corpus that is begun with is the tree's.
    #[arg(long)]
    grow: Option<PathBuf>,
}

/// A decoder that wants more memory than this does not get it.
const MEMORY_BYTES: u64 = 4 << 30;

fn main() -> ExitCode {
    let options = Options::parse();
    let _logs = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_writer(std::io::sink).try_init();
    match run(&options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("duken-fuzz: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> anyhow::Result<usize> {
    setrlimit(Resource::RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES)?;
    let targets: Vec<_> = all().into_iter().filter(|target| options.target.as_deref().is_none_or(|name| name == target.name)).collect();
    anyhow::ensure!(!targets.is_empty(), "there is no such target");
    if let Some(path) = &options.input {
        println!("{}", (targets[0].run)(&std::fs::read(path)?));
        return Ok(0);
    }
    let seed = options.seed.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs()));
    let time = Duration::from_secs(options.seconds) / u32::try_from(targets.len())?;
    let corpus = Corpus::of_the_tree();
    let caught_in = Corpus::at(&std::env::temp_dir().join("duken-fuzz"));
    // A panic is caught and told once, below.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut tried, mut caught) = (0, 0);
    for target in targets {
        let note = std::env::temp_dir().join(format!("duken-fuzz-{}-{}", target.name, std::process::id()));
        let mut hunt = Hunt::new(target, seed, &corpus)?.noted_in(&note)?;
        if let Some(folder) = &options.grow {
            hunt = hunt.growing(Corpus::at(folder));
        }
        let found = hunt.run(time)?;
        let edges = if found.edges > 0 { format!(", {} edges", found.edges) } else { String::new() };
        println!("{}: {} inputs, {} different answers{edges}, {} kept", target.name, found.tried, found.answers, found.kept);
        if let Some(bad) = found.caught {
            caught += 1;
            let path = caught_in.keep(&target, &bad.input)?;
            println!("{} FAILED: {}", target.name, bad.why);
            println!("again: cargo xtask fuzz --target {} --input {}", target.name, path.display());
        }
        std::fs::remove_file(&note)?;
        tried += found.tried;
    }
    println!("{tried} inputs (seed {seed}), {caught} targets failed");
    Ok(caught)
}
