//! The packed file: one line of JSON for each node, entry and personal blob.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use duken_kernel::Read;
use duken_kernel::journal::{self, RawEntry};
use serde::{Deserialize, Serialize};

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// A node whose journal is kept: its local number, id and epoch.
    Node(i64, String, u32),
    /// An entry: the local number of its node, its own number, its hash (hexadecimal), its text exactly as written.
    Entry(i64, i64, String, String),
    /// The salted bytes of a personal blob, hexadecimal.
    Blob(String),
}

/// A journal out of its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal(pub Vec<Kept>);

const LEVEL: i32 = 19;

impl Journal {
    /// Everything of the journals in a database.
    ///
    /// # Errors
    /// What reading answers; an entry that is no text.
    pub fn of(books: &dyn Read) -> anyhow::Result<Self> {
        let mut kept = Vec::new();
        let nodes = journal::nodes(books)?;
        kept.extend(nodes.iter().map(|(number, id, epoch)| Kept::Node(*number, id.clone(), *epoch)));
        for (number, _, _) in nodes {
            let tip = journal::tip(books, number)?;
            for raw in journal::read_after(books, number, 0, tip.seq)? {
                let text = String::from_utf8(raw.bytes).context("an entry is text")?;
                kept.push(Kept::Entry(number, raw.seq, hexadecimal(&raw.hash), text));
            }
        }
        for row in books.rows("SELECT data FROM personal ORDER BY hash", &[])? {
            kept.push(Kept::Blob(hexadecimal(&row.get::<Vec<u8>>(0)?)));
        }
        Ok(Self(kept))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What reading, unpacking and parsing answer.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let packed = std::fs::read(path).with_context(|| path.display().to_string())?;
        let text = String::from_utf8(zstd::decode_all(packed.as_slice())?)?;
        let kept: Result<Vec<Kept>, _> = text.lines().map(serde_json::from_str).collect();
        Ok(Self(kept?))
    }

    /// Writes a file that is not there yet.
    ///
    /// # Errors
    /// When it is there, or cannot be written.
    pub fn write_new(&self, path: &Path) -> anyhow::Result<()> {
        let lines: Result<Vec<String>, _> = self.0.iter().map(serde_json::to_string).collect();
        let packed = zstd::encode_all((lines?.join("\n") + "\n").as_bytes(), LEVEL)?;
        let mut file = std::fs::File::options().write(true).create_new(true).open(path).with_context(|| path.display().to_string())?;
        Ok(file.write_all(&packed)?)
    }

    /// The entries as they lie in a journal, with the local numbers of their nodes.
    ///
    /// # Errors
    /// A hash that is none.
    pub fn entries(&self) -> anyhow::Result<Vec<(i64, RawEntry)>> {
        let entries = self.0.iter().filter_map(|kept| match kept {
            Kept::Entry(node, seq, hash, text) => Some((node, seq, hash, text)),
            Kept::Node(..) | Kept::Blob(_) => None,
        });
        entries
            .map(|(node, seq, hash, text)| {
                let hash = bytes(hash)?.try_into().ok().context("a hash has 32 bytes")?;
                Ok((*node, RawEntry { seq: *seq, hash, bytes: text.clone().into_bytes() }))
            })
            .collect()
    }
}

/// Bytes as hexadecimal text.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal text as bytes.
pub(super) fn bytes(text: &str) -> anyhow::Result<Vec<u8>> {
    anyhow::ensure!(text.len().is_multiple_of(2) && text.is_ascii(), "not hexadecimal: {text:?}");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).context("not hexadecimal")).collect()
}
