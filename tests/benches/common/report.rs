//! Figures, and `target/bench/report.json` that holds the last of each: of a whole run, and of a quick one beside it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{machine, quick};

/// One measured figure.
#[derive(Debug, Clone)]
pub struct Figure {
    id: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    floor: Option<f64>,
    goals: Vec<Goal>,
}

/// What a figure must reach.
#[derive(Debug, Clone, Copy)]
enum Goal {
    AtMost(f64),
    AtLeast(f64),
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

impl Figure {
    /// A figure of a row of the table of goals, such as `P1a`.
    pub fn new(id: &'static str, name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { id, name: name.into(), value, unit, floor: None, goals: Vec::new() }
    }

    /// The same by the barest program, in the same run.
    pub fn floor(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self
    }

    /// The figure may be no larger.
    pub fn at_most(mut self, most: f64) -> Self {
        self.goals.push(Goal::AtMost(most));
        self
    }

    /// The figure may be no smaller.
    pub fn at_least(mut self, least: f64) -> Self {
        self.goals.push(Goal::AtLeast(least));
        self
    }

    /// The figure over its floor may be no larger.
    pub fn ratio_at_most(mut self, most: f64) -> Self {
        self.goals.push(Goal::RatioAtMost(most));
        self
    }

    /// The figure over its floor may be no smaller.
    pub fn ratio_at_least(mut self, least: f64) -> Self {
        self.goals.push(Goal::RatioAtLeast(least));
        self
    }

    fn ratio(&self) -> Option<f64> {
        self.floor.filter(|floor| *floor > 0.0).map(|floor| self.value / floor)
    }

    fn met(&self) -> Option<bool> {
        let one = |goal: &Goal| match *goal {
            Goal::AtMost(most) => self.value <= most,
            Goal::AtLeast(least) => self.value >= least,
            Goal::RatioAtMost(most) => self.ratio().is_some_and(|ratio| ratio <= most),
            Goal::RatioAtLeast(least) => self.ratio().is_some_and(|ratio| ratio >= least),
        };
        (!self.goals.is_empty()).then(|| self.goals.iter().all(one))
    }

    fn goal(&self) -> Option<String> {
        let one = |goal: &Goal| match *goal {
            Goal::AtMost(most) => format!("≤ {most}"),
            Goal::AtLeast(least) => format!("≥ {least}"),
            Goal::RatioAtMost(most) => format!("≤ {most} × floor"),
            Goal::RatioAtLeast(least) => format!("≥ {least} × floor"),
        };
        (!self.goals.is_empty()).then(|| self.goals.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn shape(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "value": short(self.value), "unit": self.unit, "floor": self.floor.map(short),
            "ratio": self.ratio().map(short), "goal": self.goal(), "met": self.met(),
            "mode": mode(), "at": jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(), "commit": commit(), "machine": machine(),
        })
    }
}

/// How much was measured. A quick figure never takes the place of a whole one.
fn mode() -> &'static str {
    if quick() { "quick" } else { "full" }
}

/// The commit that was measured, with a `+` when files differ from it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git").current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output();
        output.ok().filter(|output| output.status.success()).map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else { return String::new() };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| !changes.is_empty());
    if changed { commit + "+" } else { commit }
}

/// Puts figures into the report in place of earlier ones of the same row, name and mode, and says them aloud.
pub fn report(figures: &[Figure]) {
    let folder = folder();
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("report.json");
    let mut all: Vec<Value> = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    for figure in figures {
        let shape = figure.shape();
        println!("{}", row(&shape));
        let same = |known: &Value| ["id", "name", "mode"].iter().all(|key| known[key] == shape[key]);
        all.retain(|known| !same(known));
        all.push(shape);
    }
    all.sort_by_key(|shape| place(shape["id"].as_str().unwrap_or_default()));
    std::fs::write(&path, format!("{:#}\n", Value::from(all.clone()))).expect("the report is written");
    std::fs::write(folder.join("report.md"), table(&all)).expect("the table is written");
}

/// `P10` comes after `P9`.
fn place(id: &str) -> (u32, String) {
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(0), id.to_owned())
}

fn table(all: &[Value]) -> String {
    let mut text = format!("{}\n\n", machine());
    text.push_str("| id | what | value | floor | ratio | goal | met | run |\n|---|---|---:|---:|---:|---|---|---|\n");
    for shape in all {
        text.push_str(&row(shape));
        text.push('\n');
    }
    text
}

fn row(shape: &Value) -> String {
    let said = |name: &str| match &shape[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(met) => (if *met { "yes" } else { "NO" }).to_owned(),
        other => other.to_string(),
    };
    let value = format!("{} {}", said("value"), said("unit"));
    let run = format!("{} {} {}", said("mode"), said("at"), said("commit"));
    let cells = [said("id"), said("name"), value, said("floor"), said("ratio"), said("goal"), said("met"), run];
    format!("| {} |", cells.join(" | "))
}

fn folder() -> PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    let folder = this.ancestors().find(|folder| folder.join(".fingerprint").is_dir()).expect("it lies in a target folder");
    folder.parent().unwrap_or(Path::new(".")).join("bench")
}

/// A figure that a reader can read: three significant places.
fn short(value: f64) -> f64 {
    let places = match value.abs() {
        large if large >= 100.0 => 0,
        middle if middle >= 10.0 => 1,
        small if small >= 0.1 => 2,
        _ => 4,
    };
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}
