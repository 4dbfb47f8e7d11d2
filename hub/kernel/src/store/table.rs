//! Declared tables: the DDL of every engine is made from these.

/// The type of a column. No floats (L3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A 64-bit integer.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnType,
}

impl Column {
    /// An integer column.
    #[must_use]
    pub const fn int(name: &'static str) -> Self {
        Self { name, kind: ColumnType::Int }
    }
    /// A text column.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self { name, kind: ColumnType::Text }
    }
    /// A column of bytes.
    #[must_use]
    pub const fn blob(name: &'static str) -> Self {
        Self { name, kind: ColumnType::Blob }
    }
}

/// A view table: rows follow from the journal. Its key begins with `node`, the owner of the row, which is not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Key columns after `node`.
    pub key: &'static [Column],
    /// The other columns. For a table that is added to, all integers.
    pub values: &'static [Column],
    /// Secondary indexes, each a list of columns after `node`.
    pub indexes: &'static [&'static [&'static str]],
    /// When what is added to its rows is written.
    pub sums: Sums,
}

/// When additions to the rows of a table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sums {
    /// With their entry: commands read them.
    AtOnce,
    /// No command reads them: they are gathered over a whole group and written once, at its end.
    AtEnd,
    /// So too; and the first column of its key, `period`, is a day, `yyyymmdd`, whose rows are rolled up: beside them the table
    /// keeps rows of months (`yyyymm00`), of years (`yyyy0000`) and of all time ([`super::EVER`]), the sums of their days
    /// **before the latest day that the node has in it**. Projections add to days alone: what sells today touches one row of a
    /// product and not four.
    RolledUp,
}

impl Table {
    /// The statements that make the table and its indexes.
    #[must_use]
    pub fn ddl(&self) -> Vec<String> {
        let column = |c: &Column| {
            let kind = match c.kind {
                ColumnType::Int => "INTEGER",
                ColumnType::Text => "TEXT",
                ColumnType::Blob => "BLOB",
            };
            format!("{} {kind}", c.name)
        };
        let mut columns = vec!["node INTEGER NOT NULL".to_owned()];
        columns.extend(self.key.iter().map(|c| format!("{} NOT NULL", column(c))));
        columns.extend(self.values.iter().map(column));
        let key: Vec<_> = std::iter::once("node").chain(self.key.iter().map(|c| c.name)).collect();
        let mut statements = vec![format!(
            "CREATE TABLE IF NOT EXISTS {} ({}, PRIMARY KEY ({})) WITHOUT ROWID",
            self.name,
            columns.join(", "),
            key.join(", ")
        )];
        for (number, index) in self.indexes.iter().enumerate() {
            statements.push(format!("CREATE INDEX IF NOT EXISTS {0}_{number} ON {0} (node, {1})", self.name, index.join(", ")));
        }
        statements
    }

    /// What a planner should expect, per index: rows in all, then how many share the first column, the first two, and
    /// so on. A node has very many rows; each further column tells them apart.
    #[must_use]
    pub(super) fn estimates(&self) -> Vec<(String, Vec<i64>)> {
        const ROWS: i64 = 1_000_000;
        const ALIKE: i64 = 8;
        const STEP: i64 = 25;
        let narrowing = |columns: usize, last: i64| {
            if columns == 0 {
                return vec![1, 1];
            }
            let share = |column: usize| STEP.pow(u32::try_from(columns - 1 - column).unwrap_or(0).min(3)) * last;
            let mut figures = vec![ROWS, ROWS];
            figures.extend((0..columns).map(share));
            figures
        };
        let mut all = vec![(self.name.to_owned(), narrowing(self.key.len(), 1))];
        for (number, index) in self.indexes.iter().enumerate() {
            all.push((format!("{}_{number}", self.name), narrowing(index.len(), ALIKE)));
        }
        all
    }
}
