//! What was seen of journals, and whether two nodes hold the same of one.

use duken_hub::hub::App;
use duken_kernel::journal::{self, RawEntry};
use duken_kernel::{Fault, Read, Reject, Value};

/// The hashes of all entries of a journal that were ever seen.
#[derive(Debug, Clone, Default)]
pub struct Kept(Vec<[u8; 32]>);

impl Kept {
    /// How many entries.
    #[must_use]
    pub fn end(&self) -> i64 {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX)
    }

    /// Takes in what is new; each new entry is shown once.
    ///
    /// # Errors
    /// The engine's; [`Fault::Invariant`] J2 when a number is missing.
    pub fn more(&mut self, read: &dyn Read, node: i64, mut shown: impl FnMut(&RawEntry)) -> Result<(), Fault> {
        for raw in journal::read_after(read, node, self.end(), i64::MAX)? {
            if raw.seq != self.end() + 1 {
                return Err(Fault::invariant("J2", format!("entry {} follows {}", raw.seq, self.end())));
            }
            self.0.push(raw.hash);
            shown(&raw);
        }
        Ok(())
    }

    /// Whether everything that was once seen is still there, as it was.
    ///
    /// # Errors
    /// The engine's.
    pub fn still_there(&self, name: &str, read: &dyn Read, node: i64, wrong: &mut Vec<String>) -> Result<(), Fault> {
        let now = journal::read_after(read, node, 0, i64::MAX)?;
        let same = self.0.iter().zip(&now).take_while(|(seen, now)| **seen == now.hash).count();
        if same < self.0.len() {
            wrong.push(format!("J1 {name}: of {} entries that were on the disk {same} are there after a start", self.0.len()));
        }
        Ok(())
    }

    /// Whether another's copy of this journal is its beginning.
    pub fn begins_with(&self, name: &str, copy: &Self, wrong: &mut Vec<String>) {
        let both = self.0.len().min(copy.0.len());
        if self.0[..both] != copy.0[..both] {
            wrong.push(format!("S2 {name}: the head office has other entries than the store"));
        }
    }
}

/// Whether a store's views and its head office's views of it are the same.
///
/// # Errors
/// Either hub's.
pub fn same_tables(name: &str, store: &App, office: &App, number: i64, wrong: &mut Vec<String>) -> Result<(), Reject> {
    for table in store.schema().tables() {
        let columns: Vec<&str> = table.key.iter().chain(table.values).map(|column| column.name).collect();
        let key: Vec<&str> = table.key.iter().map(|column| column.name).collect();
        let order = if key.is_empty() { "1".to_owned() } else { key.join(", ") };
        let sql = format!("SELECT {} FROM {} WHERE node = ?1 ORDER BY {order}", columns.join(", "), table.name);
        let rows = |app: &App, node: i64| app.read_now(|read| Ok(read.rows(&sql, &[Value::Int(node)])?));
        let (ours, theirs) = (rows(store, journal::OWN)?, rows(office, number)?);
        if ours != theirs {
            let at = ours.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
            wrong.push(format!(
                "J5 {name}: table {} differs at the head office: {} rows, {} there, first at {at}",
                table.name,
                ours.len(),
                theirs.len()
            ));
        }
    }
    Ok(())
}
