//! Years of a shop: a base of any size, made once and kept outside the project.
//!
//! The shop is set up through its public API, as its owner would: tills, people, customers, the import of a list of
//! goods. Its sales are then written straight into the journal, day by day, in the shape that the hub itself gives them,
//! and `duken-hub rebuild` makes every view from it. `duken-hub verify` finds such a base as good as any other.

mod entries;
mod shop;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::fixture::{Hub, Start};

/// How large a base is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Days up to yesterday.
    pub days: u32,
    /// Ten-line sales, spread over the days.
    pub sales: u64,
    /// Goods of the real list.
    pub goods: usize,
    /// Customers.
    pub customers: usize,
}

impl Size {
    /// Five years: a million sales.
    pub const FIVE_YEARS: Self = Self { days: 1_826, sales: 1_000_000, goods: 100_000, customers: 10_000 };
    /// Two months of the same shop: a whole calendar month is always among them.
    pub const MONTH: Self = Self { days: 62, sales: 33_954, goods: 100_000, customers: 10_000 };

    fn name(self) -> String {
        format!("{}d-{}s-{}g-{}c-{MADE}-{}", self.days, self.sales, self.goods, self.customers, declared())
    }
}

/// Raised when bases are made otherwise than before.
const MADE: u32 = 2;

/// The first letters of a digest of every declared table: a base made by a program with other tables is not used again.
fn declared() -> String {
    let tables: Vec<String> = duken_hub::domains::schema()
        .tables()
        .iter()
        .flat_map(|table| table.ddl().into_iter().chain([format!("{:?}", table.sums)]))
        .collect();
    blake3::hash(tables.join("\n").as_bytes()).to_hex().chars().take(8).collect()
}

/// A shop that was made: who works there, and what it sells.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shop {
    /// How large it is.
    pub size: Size,
    /// The last day with sales, `yyyymmdd`.
    pub last_day: i32,
    /// Numbers of its tills.
    pub tills: Vec<i64>,
    /// Numbers of its cashiers, one per till.
    pub cashiers: Vec<i64>,
    /// Their phones.
    pub phones: Vec<String>,
    /// Goods: number and price in minor units.
    pub goods: Vec<(i64, i64)>,
    /// Numbers of its customers.
    pub customers: Vec<i64>,
    /// What lies in each drawer, minor units.
    pub drawers: Vec<i64>,
}

/// A base that stands ready; nobody works on it. Copies are worked on.
#[derive(Debug)]
pub struct Base {
    /// Its folder: `data` is the hub's.
    pub folder: PathBuf,
    /// What is in it.
    pub shop: Shop,
}

impl Base {
    /// The base of this size: found from an earlier run, or made now.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn of(size: Size) -> anyhow::Result<Self> {
        let folder = cache().join(size.name());
        let card = folder.join("shop.json");
        if card.is_file() {
            return Ok(Self { shop: serde_json::from_slice(&std::fs::read(card)?)?, folder });
        }
        let begun = Instant::now();
        let making = folder.with_extension("making");
        if making.exists() {
            std::fs::remove_dir_all(&making)?;
        }
        let data = making.join("data");
        std::fs::create_dir_all(&data)?;
        let mut shop = shop::open(&data, size).await?;
        entries::write(&data, &mut shop)?;
        let _took = rebuild(&data)?;
        std::fs::write(making.join("shop.json"), serde_json::to_vec(&shop)?)?;
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::rename(&making, &folder).context("the base is kept")?;
        println!("    base of {} sales made in {:.0} s, kept in {}", size.sales, begun.elapsed().as_secs_f64(), folder.display());
        Ok(Self { folder, shop })
    }

    /// A copy to work on, with its hub running.
    ///
    /// # Errors
    /// When there is no room.
    pub fn copy(&self) -> anyhow::Result<Copy> {
        let folder = tempfile::tempdir_in(cache())?;
        let data = folder.path().join("data");
        copy_folder(&self.folder.join("data"), &data)?;
        Ok(Copy { hub: Hub::start(&data, Start::default()), folder })
    }

    /// Makes every view of a copy again; how long that took.
    ///
    /// # Errors
    /// When there is no room, or the program fails.
    pub fn rebuilt(&self) -> anyhow::Result<Duration> {
        let folder = tempfile::tempdir_in(cache())?;
        let data = folder.path().join("data");
        copy_folder(&self.folder.join("data"), &data)?;
        rebuild(&data)
    }

    /// The database of the base itself.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("data/duken.db")
    }
}

/// A copy of a base; dropped, it is gone.
#[derive(Debug)]
pub struct Copy {
    /// Its hub.
    pub hub: Hub,
    /// Its folder.
    pub folder: tempfile::TempDir,
}

/// Makes every view of a database again; how long it took.
///
/// # Errors
/// When the program fails.
pub fn rebuild(data: &Path) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let output = Hub::at_rest(data).ask("rebuild", &[]);
    ensure!(output.status.success(), "rebuild: {}", String::from_utf8_lossy(&output.stderr));
    Ok(begun.elapsed())
}

fn cache() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/tmp".into())).join(".cache");
    let folder = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from).join("duken/years");
    std::fs::create_dir_all(&folder).expect("a folder for bases");
    folder
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() { copy_folder(&entry.path(), &target)? } else { std::fs::copy(entry.path(), target).map(drop)? }
    }
    Ok(())
}
