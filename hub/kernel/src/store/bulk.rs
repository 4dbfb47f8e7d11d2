//! Many rows of one table, for one statement.

use super::{Column, Table, Value};

/// What happens to a row whose key is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clash {
    /// Its other columns are set.
    Replace,
    /// Its other columns are added to.
    Add,
    /// It stays as it is.
    Keep,
    /// It is refused, and with it the statement.
    Refuse,
}

/// The columns that rows are written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The table.
    pub table: &'static str,
    /// The columns, those of the key first.
    pub columns: Vec<Column>,
    /// How many of them are the key.
    pub key: usize,
    /// What happens to a row whose key is there.
    pub clash: Clash,
}

/// Rows of one shape. No key stands in it twice.
#[derive(Debug)]
pub struct Bulk {
    /// Their columns.
    pub shape: Shape,
    /// The rows, each a value per column.
    pub rows: Vec<Vec<Value>>,
}

impl Shape {
    /// The names of the columns.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }

    /// The end of the statement: what happens to a row whose key is there. `kept` names that row.
    #[must_use]
    pub fn on_clash(&self, kept: &str) -> String {
        let names = self.names();
        let (key, values) = names.split_at(self.key);
        let set: Vec<String> = match self.clash {
            Clash::Refuse => return String::new(),
            Clash::Keep => Vec::new(),
            Clash::Replace => values.iter().map(|name| format!("{name} = excluded.{name}")).collect(),
            Clash::Add => values.iter().map(|name| format!("{name} = {kept}.{name} + excluded.{name}")).collect(),
        };
        let action = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
        format!(" ON CONFLICT ({}) DO {action}", key.join(", "))
    }
}

impl Table {
    /// Rows to set.
    #[must_use]
    pub fn puts(&self) -> Shape {
        self.shape(Clash::Replace)
    }

    /// Sums to add to.
    #[must_use]
    pub fn adds(&self) -> Shape {
        self.shape(Clash::Add)
    }

    fn shape(&self, clash: Clash) -> Shape {
        let columns = std::iter::once(&Column::int("node")).chain(self.key).chain(self.values).copied().collect();
        Shape { table: self.name, columns, key: self.key.len() + 1, clash }
    }
}
