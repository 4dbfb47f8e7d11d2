//! The long run, `./dev torture`: everything that takes too long for every change. It goes on after a failure, and writes
//! what came of it into `docs/torture.md`, which the README quotes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::work::{cargo, heard, is_root, npm, output, root, run, target};
use crate::{bench, described, fuzz, mutants, sim};

const HELP: &str = "\
cargo xtask torture [--hours N] [--only KEY,KEY…] [--plain]
  --hours N   how long the simulation and the fuzzing take together; all else takes what it takes (3)
  --only      these steps alone; what docs/torture.md says of the others stays
  --plain     programs as the tests build them, not as they are shipped
";

/// What was asked for.
struct Plan {
    hours: f64,
    only: Vec<String>,
    plain: bool,
}

impl Plan {
    fn read(words: &[&str]) -> anyhow::Result<Self> {
        let mut plan = Self { hours: 3.0, only: Vec::new(), plain: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--hours" => plan.hours = words.next().context("--hours N")?.parse().context("--hours N")?,
                "--only" => plan.only = words.next().context("--only KEY,KEY…")?.split(',').map(str::to_owned).collect(),
                "--plain" => plan.plain = true,
                _ => bail!("{word}?\n{HELP}"),
            }
        }
        ensure!(plan.hours > 0.0 && plan.hours < 10_000.0, "--hours is a time");
        let unknown = plan.only.iter().find(|key| STEPS.iter().all(|step| step.key != **key));
        if let Some(key) = unknown {
            let keys: Vec<&str> = STEPS.iter().map(|step| step.key).collect();
            bail!("no such step: {key}; there are {}", keys.join(", "));
        }
        Ok(plan)
    }

    /// So much of the hours.
    fn share(&self, of: f64) -> Duration {
        Duration::from_secs_f64((self.hours * 3_600.0 * of).max(5.0))
    }
}

/// One step: what it is called, what it shows, how it runs. It gives the lines that say what was seen.
struct Step {
    key: &'static str,
    what: &'static str,
    run: fn(&Plan) -> anyhow::Result<Vec<String>>,
}

const STEPS: &[Step] = &[
    Step { key: "kills", what: "killed at any moment while eight tills sell (T1)", run: |plan| tests(plan, &["kills"]) },
    Step { key: "power", what: "the log cut at any byte, pages torn (T2)", run: |plan| tests(plan, &["power"]) },
    Step { key: "disk", what: "a full disk, and room again (T3)", run: |plan| tests(plan, &["disk_full"]) },
    Step {
        key: "payments",
        what: "payments through lying terminals while the hub dies (T5)",
        run: |plan| tests(plan, &["devices_trouble"]),
    },
    Step { key: "printers", what: "every fault of a printer × size × way × honesty (T6)", run: |plan| tests(plan, &["devices_faults"]) },
    Step {
        key: "agents",
        what: "agents pulled out, moved, killed on either side; clocks that are wrong",
        run: |plan| tests(plan, &["devices_agents", "devices_network", "devices_whole", "clocks"]),
    },
    Step {
        key: "hostile",
        what: "hostile neighbours: sockets, bodies, cookies, origins (T7–T9)",
        run: |plan| tests(plan, &["hostile", "whole"]),
    },
    Step {
        key: "recovery",
        what: "backups, restores, another machine (T10)",
        run: |plan| tests(plan, &["recovery", "golden", "invariants"]),
    },
    Step { key: "replay", what: "weeks of real sales, with kills", run: |plan| tests(plan, &["replay"]) },
    Step { key: "described", what: "requests made up by the description of the API (T8)", run: made_up },
    Step { key: "sim", what: "simulated chains on fresh seeds (T4)", run: |plan| sim::for_so_long(plan.share(0.7)) },
    Step { key: "fuzz", what: "every decoder on grown inputs (T8)", run: |plan| fuzz::at_length(plan.share(0.3)) },
    Step {
        key: "mutants",
        what: "planted bugs, each found by the simulation and by the test that is there for it",
        run: |_| mutants::hunt(),
    },
    Step { key: "years", what: "a base of five years, proven and measured (P2, P7–P9)", run: |_| bench::of_years() },
    Step { key: "pictures", what: "every screen in every size, theme and language", run: |_| pictures() },
];

/// Runs the steps and writes the report; an error when one of them failed.
pub fn torture(words: &[&str]) -> anyhow::Result<()> {
    if words.contains(&"--help") {
        print!("{HELP}");
        return Ok(());
    }
    let plan = Plan::read(words)?;
    let mut report = Report::read()?;
    let mut failed = Vec::new();
    for step in STEPS.iter().filter(|step| plan.only.is_empty() || plan.only.iter().any(|key| key == step.key)) {
        println!("── {}: {}", step.key, step.what);
        let begun = Instant::now();
        let _left_over = fs::remove_file(figures());
        let outcome = (step.run)(&plan);
        let mut seen: Vec<String> = fs::read_to_string(figures()).unwrap_or_default().lines().map(str::to_owned).collect();
        let result = match outcome {
            Ok(lines) => {
                seen.extend(lines);
                "held"
            }
            Err(error) if error.is::<Skipped>() => {
                seen.push(error.to_string());
                "**left out**"
            }
            Err(error) => {
                println!("   FAILED: {error:#}");
                seen.push(format!("{error:#}"));
                failed.push(step.key);
                "**failed**"
            }
        };
        report.put(step, begun.elapsed(), result, &seen);
        // After every step: a run that is broken off has written what it saw.
        report.write()?;
    }
    println!("{}", report.text());
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

/// What cannot be done on this machine.
#[derive(Debug)]
pub struct Skipped(pub String);

impl std::fmt::Display for Skipped {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "NOT TESTED: {}", self.0)
    }
}

impl std::error::Error for Skipped {}

/// Where tests put figures that are worth a line in the report.
fn figures() -> PathBuf {
    target().join("torture-figures.txt")
}

/// The long form of tests of `duken-tests`. Their figures are in the file of figures.
fn tests(plan: &Plan, names: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut command = long(plan);
    command.arg("--no-fail-fast").args(names.iter().flat_map(|name| ["--test", name]));
    let lines = heard(&mut command)?;
    Ok(lines.iter().filter_map(|line| line.strip_prefix("test result: ")).map(passed).collect())
}

/// `ok. 4 passed; 0 failed; …` in fewer words.
fn passed(result: &str) -> String {
    let mut words = result.split("; ");
    let passed = words.next().unwrap_or_default().trim_start_matches("ok. ");
    format!("{passed}, {}", words.next().unwrap_or_default())
}

fn long(plan: &Plan) -> Command {
    let mut tests = cargo();
    tests.env("DUKEN_TORTURE", "1").env("DUKEN_FIGURES", figures());
    if is_root() {
        tests.env("DUKEN_TEST_MACHINE", "required");
    }
    tests.arg("test");
    if !plan.plain {
        tests.arg("--release");
    }
    tests.args(["--locked", "--package", "duken-tests"]);
    tests
}

fn made_up(plan: &Plan) -> anyhow::Result<Vec<String>> {
    if !described::is_there() {
        return Err(Skipped(described::MISSING.to_owned()).into());
    }
    let lines = heard(long(plan).args(["--test", "described", "--", "--ignored", "--nocapture"]))?;
    Ok(lines.into_iter().filter(|line| line.contains("generated")).collect())
}

/// Screens are looked at by a program that needs the demo: it is started and stopped by the client's own script.
fn pictures() -> anyhow::Result<Vec<String>> {
    let demo = target().join("torture-demo");
    let _left_over = fs::remove_dir_all(&demo);
    run(cargo().args(["build", "--quiet", "--locked", "--workspace", "--bins"]))?;
    let mut running = Command::new(target().join("debug/duken-dev"))
        .args(["--fresh", "--port", "7470"])
        .env("DUKEN_DEV_DIR", &demo)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .context("duken-dev")?;
    let mut says = BufReader::new(running.stdout.take().context("duken-dev")?).lines();
    let walked = until_it_stands(&mut says).and_then(|()| {
        let out = target().join("torture-pictures");
        heard(npm("walk").args(["--", "--port", "7470", "--out"]).arg(out))
    });
    let _ended = Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    let _waited = running.wait();
    Ok(walked?.into_iter().rev().find(|line| !line.trim().is_empty()).into_iter().collect())
}

/// It answers long before its store has been made: nobody may do anything there until it says that it is done.
fn until_it_stands(says: &mut impl Iterator<Item = std::io::Result<String>>) -> anyhow::Result<()> {
    for line in says {
        if line?.contains("Ctrl+C stops everything") {
            return Ok(());
        }
    }
    bail!("the demo does not come up")
}

/// `docs/torture.md`: one row a step, the newest of each.
struct Report(BTreeMap<String, String>);

impl Report {
    fn path() -> PathBuf {
        root().join("docs/torture.md")
    }

    fn read() -> anyhow::Result<Self> {
        let text = match fs::read_to_string(Self::path()) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).context("docs/torture.md"),
        };
        let rows = text.lines().filter_map(|line| {
            let key = line.strip_prefix("| `")?.split('`').next()?;
            Some((key.to_owned(), line.to_owned()))
        });
        Ok(Self(rows.filter(|(key, _)| STEPS.iter().any(|step| step.key == key)).collect()))
    }

    fn put(&mut self, step: &Step, took: Duration, result: &str, seen: &[String]) {
        let seen: Vec<String> =
            seen.iter().map(|line| shortened(line.trim()).replace('|', "/").replace('\n', " ")).filter(|line| !line.is_empty()).collect();
        let row = format!("| `{}` | {} | {} | {} | {result} | {} |", step.key, step.what, today(), spelled(took), seen.join("<br>"));
        self.0.insert(step.key.to_owned(), row);
    }

    fn text(&self) -> String {
        let mut text = format!(
            "# The last long run\n\nWritten by `./dev torture` on {}, {} cores. Each row is the last time that its step ran.\n\n\
             | step | what | when | took | result | seen |\n|---|---|---|---|---|---|\n",
            today(),
            std::thread::available_parallelism().map_or(1, usize::from),
        );
        for row in STEPS.iter().filter_map(|step| self.0.get(step.key)) {
            text.push_str(row);
            text.push('\n');
        }
        let missing: Vec<String> =
            STEPS.iter().filter(|step| !self.0.contains_key(step.key)).map(|step| format!("`{}`", step.key)).collect();
        if !missing.is_empty() {
            text.push_str(&format!("\nNever run so far: {}.\n", missing.join(", ")));
        }
        text
    }

    fn write(&self) -> anyhow::Result<()> {
        fs::write(Self::path(), self.text()).context("docs/torture.md")
    }
}

/// The beginning of a line that says all it has to say there.
fn shortened(line: &str) -> String {
    const LETTERS: usize = 240;
    let mut letters = line.chars();
    let begun: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_some() { begun + "…" } else { begun }
}

fn today() -> String {
    output(Command::new("date").arg("+%Y-%m-%d")).ok().and_then(|said| String::from_utf8(said).ok()).unwrap_or_default().trim().to_owned()
}

fn spelled(took: Duration) -> String {
    let s = took.as_secs();
    if s >= 3_600 {
        format!("{} h {} min", s / 3_600, s / 60 % 60)
    } else if s >= 60 {
        format!("{} min {} s", s / 60, s % 60)
    } else {
        format!("{s} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_takes_its_own_row_and_leaves_the_others() {
        let row = |key: &str| format!("| `{key}` | what | 2026-01-01 | 5 s | held | seen |");
        let mut report = Report(BTreeMap::from([("kills".to_owned(), row("kills")), ("power".to_owned(), row("power"))]));
        let said = ["200 kills | none lost".to_owned(), " ".to_owned(), "ж".repeat(300)];
        report.put(&STEPS[0], Duration::from_secs(3_700), "held", &said);
        let text = report.text();
        assert!(text.contains(&format!("1 h 1 min | held | 200 kills / none lost<br>{}… |", "ж".repeat(240))), "{text}");
        assert!(text.contains(&row("power")) && text.contains("Never run so far: `disk`"), "{text}");
    }

    #[test]
    fn words_that_are_none_are_said() {
        assert!(Plan::read(&["--hours"]).is_err());
        assert!(Plan::read(&["--hours", "0"]).is_err());
        assert!(Plan::read(&["--only", "kils"]).is_err_and(|error| error.to_string().contains("kills")));
        assert!(Plan::read(&["forever"]).is_err());
        let plan = Plan::read(&["--hours", "0.5", "--only", "sim,fuzz", "--plain"]);
        assert!(plan.is_ok_and(|plan| plan.only == ["sim", "fuzz"] && plan.plain && plan.share(0.5) == Duration::from_secs(900)));
    }
}
