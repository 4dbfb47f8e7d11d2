//! Live state of devices: in memory, as they last said it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use duken_protocol::device::{DeviceReport, DeviceState, Scan};
use serde_json::{Map, Value as Json};

use super::log::{Level, Line};

const LINES: usize = 100;

/// What is known of one device now.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// The last report.
    pub report: Option<DeviceReport>,
    /// When it was heard of last, milliseconds since 1970 UTC.
    pub seen_ms: Option<i64>,
    /// When it last turned ready.
    pub ready_ms: Option<i64>,
    /// What a person has to do: a stable word. Sentences: `device.attention.<word>`.
    pub attention: Option<&'static str>,
    /// The registration that waits for a person at the terminal.
    pub registering: bool,
    /// When a terminal that moved was looked for last, by the clock that nobody sets.
    pub searched_ms: Option<i64>,
    /// When a terminal's tokens could not be refreshed last, by the clock that nobody sets.
    pub refresh_failed_ms: Option<i64>,
    /// When a terminal's tokens were refreshed in the last minute, by the same clock.
    pub refreshed_ms: Vec<i64>,
    /// The last code a scanner read, and when.
    pub last_scan: Option<(String, i64)>,
    lines: VecDeque<Line>,
}

/// The live state of every device.
#[derive(Default)]
pub struct Registry(Mutex<BTreeMap<i64, Live>>);

impl Registry {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, Live>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a device.
    #[must_use]
    pub fn of(&self, device: i64) -> Live {
        self.lock().get(&device).cloned().unwrap_or_default()
    }

    /// Changes what is known of a device.
    pub fn change(&self, device: i64, change: impl FnOnce(&mut Live)) {
        change(self.lock().entry(device).or_default());
    }

    /// Takes a report; true when it says something new.
    pub fn report(&self, device: i64, report: DeviceReport, now_ms: i64) -> bool {
        let mut all = self.lock();
        let live = all.entry(device).or_default();
        live.seen_ms = Some(now_ms);
        let before = live.report.as_ref().map(|known| known.state);
        if matches!(report.state, DeviceState::Ready | DeviceState::PaperNearEnd) && before != Some(report.state) {
            live.ready_ms = Some(now_ms);
        }
        let news = live.report.as_ref() != Some(&report);
        if before != Some(report.state) && report.state != DeviceState::Busy {
            let level = if report.state == DeviceState::Ready { Level::Info } else { Level::Warning };
            let mut params = Map::new();
            params.insert("state".to_owned(), report.state.code().into());
            params.insert("detail".to_owned(), report.detail.clone().into());
            live.note(now_ms, level, "state", params);
        }
        live.report = Some(report);
        news
    }

    /// Takes a scan for the page of devices: what the scanner read last.
    pub fn scanned(&self, device: i64, scan: &Scan, now_ms: i64) {
        self.change(device, |live| {
            live.seen_ms = Some(now_ms);
            live.last_scan = Some((scan.code.clone(), now_ms));
            let params = Map::from_iter([("code".to_owned(), Json::from(scan.code.clone()))]);
            live.note(now_ms, Level::Info, "scan", params);
        });
    }

    /// The lines that are only here, newest first.
    #[must_use]
    pub fn lines(&self, device: i64) -> Vec<Line> {
        self.lock().get(&device).map(|live| live.lines.iter().rev().cloned().collect()).unwrap_or_default()
    }
}

impl Live {
    /// Adds a line that is not kept on disk; the same as the last only moves its time.
    pub fn note(&mut self, at_ms: i64, level: Level, code: &str, params: Map<String, Json>) {
        if let Some(last) = self.lines.back_mut().filter(|last| last.code == code && last.params == params) {
            last.at_ms = at_ms;
            return;
        }
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(Line { at_ms, level: level.code().to_owned(), code: code.to_owned(), params });
    }
}
