//! A cut piece of paper, kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::devices::escpos::{Printed, Sheet};
use crate::devices::paper::Bitmap;

/// A piece of paper as it fell from the printer.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// From 1 on, without gaps, over restarts too when a folder is given.
    pub number: u64,
    /// When it was cut.
    pub at: Timestamp,
    /// Dots, bytes and decoded content.
    pub sheet: Sheet,
}

impl Receipt {
    /// The lines printed as text; nothing of what came as a raster.
    #[must_use]
    pub fn text(&self) -> String {
        self.sheet.text()
    }

    /// The picture as a PNG file.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        self.sheet.dots.to_png()
    }

    /// The bytes it was made from.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.sheet.raw
    }

    /// The QR codes a phone would read on it.
    #[must_use]
    pub fn qr_codes(&self) -> Vec<String> {
        self.sheet.dots.qr_codes()
    }

    /// Whether a picture, such as a line rendered by the test, can be seen on it dot for dot.
    #[must_use]
    pub fn contains(&self, wanted: &Bitmap) -> bool {
        self.sheet.dots.contains(wanted)
    }
}

/// What is written beside the picture and the bytes.
#[derive(Serialize, Deserialize)]
struct Note {
    at: Timestamp,
    items: Vec<Printed>,
    complaints: Vec<String>,
}

/// A folder of receipts: `7.png`, `7.bin`, `7.json`.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self(path.to_path_buf()))
    }

    pub(super) fn save(&self, receipt: &Receipt) -> io::Result<()> {
        let note = Note { at: receipt.at, items: receipt.sheet.items.clone(), complaints: receipt.sheet.complaints.clone() };
        fs::write(self.file(receipt.number, "bin"), receipt.raw())?;
        fs::write(self.file(receipt.number, "png"), receipt.png())?;
        // The note comes last: a receipt without it was cut short by a kill and does not count.
        fs::write(self.file(receipt.number, "json"), serde_json::to_vec(&note)?)
    }

    pub(super) fn remove(&self, number: u64) {
        for kind in ["json", "png", "bin"] {
            let _ = fs::remove_file(self.file(number, kind));
        }
    }

    /// All whole receipts, oldest first.
    pub(super) fn load(&self) -> io::Result<Vec<Receipt>> {
        let mut numbers: Vec<u64> = fs::read_dir(&self.0)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok()?.strip_suffix(".json")?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|number| self.load_one(number)).collect()
    }

    fn load_one(&self, number: u64) -> io::Result<Receipt> {
        let note: Note = serde_json::from_slice(&fs::read(self.file(number, "json"))?)?;
        let dots = Bitmap::from_png(&fs::read(self.file(number, "png"))?).map_err(io::Error::other)?;
        let raw = fs::read(self.file(number, "bin"))?;
        let sheet = Sheet { dots, raw, items: note.items, complaints: note.complaints };
        Ok(Receipt { number, at: note.at, sheet })
    }

    fn file(&self, number: u64, kind: &str) -> PathBuf {
        self.0.join(format!("{number}.{kind}"))
    }
}
