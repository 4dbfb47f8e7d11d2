//! Codes to try on the page, read from a file.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A code with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// What the scanner sends.
    pub code: String,
    /// What people call it; may be empty.
    #[serde(default)]
    pub name: String,
}

/// Reads a JSON list of samples, or lines of a code, a tab and a name.
///
/// # Errors
/// When the file cannot be read, or begins as JSON and is none.
pub fn read_samples(path: &Path) -> io::Result<Vec<Sample>> {
    let text = std::fs::read_to_string(path)?;
    if text.trim_start().starts_with('[') {
        return Ok(serde_json::from_str(&text)?);
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok(lines
        .map(|line| {
            let (code, name) = line.split_once('\t').unwrap_or((line, ""));
            Sample { code: code.trim().to_owned(), name: name.trim().to_owned() }
        })
        .collect())
}
