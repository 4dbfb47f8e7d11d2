//! The readable log of a device: what ends is kept, what flickers stays in memory.

use duken_kernel::{Fault, Read, Tx};
use serde_json::{Map, Value as Json};

use crate::texts::{self, Language};

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Info,
    /// Something to look at.
    Warning,
    /// Something to do.
    Error,
}

impl Level {
    /// The code, as on the wire and in the table.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One line; its words are found when it is read, in the reader's language.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// [`Level`] as a code.
    pub level: String,
    /// What happened; its sentence is `device.log.<code>`.
    pub code: String,
    /// What the sentence names.
    pub params: Map<String, Json>,
}

impl Line {
    /// The sentence in a language.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let mut params = self.params.clone();
        for (name, area) in [("reason", "job.reason"), ("state", "device.state"), ("answer", "payment.reason")] {
            if let Some(Json::String(word)) = self.params.get(name).filter(|word| *word != "") {
                params.insert(name.to_owned(), texts::say(language, &format!("{area}.{word}"), &Map::new()).into());
            }
        }
        let key = format!("device.log.{}", self.code);
        let sentence = texts::say(language, &key, &params);
        sentence.trim_end_matches([' ', ':', '—']).to_owned()
    }
}

/// Durable lines of one device.
const KEPT: i64 = 300;

/// Keeps a line on disk, in the command that it tells of.
///
/// # Errors
/// The engine's.
pub fn keep(tx: &mut Tx<'_>, device: i64, level: Level, code: &str, params: &Json) -> Result<(), Fault> {
    let id = tx.insert(
        "INSERT INTO device_log (device, at_ms, level, code, params) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[device.into(), tx.now_ms.into(), level.code().into(), code.into(), params.to_string().into()],
    )?;
    if id % 50 == 0 {
        tx.execute(
            "DELETE FROM device_log WHERE device = ?1 AND id NOT IN (SELECT id FROM device_log WHERE device = ?1 ORDER BY id DESC LIMIT ?2)",
            &[device.into(), KEPT.into()],
        )?;
    }
    Ok(())
}

/// The slip of a terminal shows another sum than the till asked for.
///
/// # Errors
/// The engine's.
pub fn slip_differs(tx: &mut Tx<'_>, device: i64, asked: &str, shown: &str) -> Result<(), Fault> {
    keep(tx, device, Level::Error, "slip_differs", &serde_json::json!({ "asked": asked, "shown": shown }))
}

/// How many slips with another sum were seen after a moment (milliseconds since 1970 UTC).
///
/// # Errors
/// The engine's.
pub fn slips_that_differ(read: &dyn Read, after_ms: i64) -> Result<i64, Fault> {
    let row = read.row("SELECT COUNT(*) FROM device_log WHERE code = 'slip_differs' AND at_ms >= ?1", &[after_ms.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// The codes of a device's durable lines, newest first.
///
/// # Errors
/// The engine's.
#[cfg(test)]
pub fn codes(read: &dyn Read, device: i64) -> Result<Vec<String>, Fault> {
    Ok(kept(read, device)?.into_iter().map(|line| line.code).collect())
}

/// The durable lines of a device, newest first.
///
/// # Errors
/// The engine's.
pub fn kept(read: &dyn Read, device: i64) -> Result<Vec<Line>, Fault> {
    read.rows(
        "SELECT at_ms, level, code, params FROM device_log WHERE device = ?1 ORDER BY id DESC LIMIT ?2",
        &[device.into(), KEPT.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Line { at_ms: row.get(0)?, level: row.get(1)?, code: row.get(2)?, params: serde_json::from_str(&row.get::<String>(3)?)? })
    })
    .collect()
}
