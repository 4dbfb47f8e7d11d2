//! Many rows in one statement: a column of values each, spread out by the server.

use std::borrow::Cow;

use tokio_postgres::types::{ToSql, Type};

use super::session::Columns;
use super::wire::sent_text;
use crate::store::bulk::{Bulk, Shape};
use crate::store::{ColumnType, Value};

/// The statement of a bulk. Its text does not depend on how many rows there are, so it is prepared once.
fn statement(shape: &Shape) -> String {
    let spread: Vec<String> =
        shape.columns.iter().enumerate().map(|(at, column)| format!("${}::{}[]", at + 1, array(column.kind))).collect();
    let (names, on_clash) = (shape.names().join(", "), shape.on_clash("kept"));
    let sql = format!("INSERT INTO {} AS kept ({names}) SELECT * FROM unnest({}){on_clash}", shape.table, spread.join(", "));
    super::dialect::translate(&sql, &[]).sql
}

fn array(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Int => "bigint",
        ColumnType::Text => "text",
        ColumnType::Blob => "bytea",
    }
}

/// A bulk as it is sent.
pub(super) fn columns(bulk: Bulk) -> Columns {
    let sql = statement(&bulk.shape);
    let mut columns: Vec<Vec<Value>> = bulk.shape.columns.iter().map(|_| Vec::with_capacity(bulk.rows.len())).collect();
    for row in bulk.rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let kinds = bulk.shape.columns.iter().map(|column| column.kind);
    let types = kinds.clone().map(|kind| match kind {
        ColumnType::Int => Type::INT8_ARRAY,
        ColumnType::Text => Type::TEXT_ARRAY,
        ColumnType::Blob => Type::BYTEA_ARRAY,
    });
    Columns { sql, types: types.collect(), values: kinds.zip(columns).map(|(kind, values)| sent(kind, values)).collect() }
}

/// A column of values. What is of another kind than the column never gets here: a projection is refused before.
fn sent(kind: ColumnType, values: Vec<Value>) -> Box<dyn ToSql + Sync> {
    match kind {
        ColumnType::Int => Box::new(values.into_iter().map(int).collect::<Vec<Option<i64>>>()),
        ColumnType::Text => Box::new(values.into_iter().map(text).collect::<Vec<Option<String>>>()),
        ColumnType::Blob => Box::new(values.into_iter().map(blob).collect::<Vec<Option<Vec<u8>>>>()),
    }
}

fn int(value: Value) -> Option<i64> {
    if let Value::Int(v) = value { Some(v) } else { None }
}

fn text(value: Value) -> Option<String> {
    let Value::Text(v) = value else { return None };
    let changed = match sent_text(&v) {
        Cow::Borrowed(_) => None,
        Cow::Owned(changed) => Some(changed),
    };
    Some(changed.unwrap_or(v))
}

fn blob(value: Value) -> Option<Vec<u8>> {
    if let Value::Blob(v) = value { Some(v) } else { None }
}

#[cfg(test)]
mod tests {
    use crate::store::{Column, Sums, Table};

    #[test]
    fn names_that_the_server_keeps_for_itself_are_quoted() {
        static SEEN: Table =
            Table { name: "user", key: &[Column::int("user")], values: &[Column::int("size")], indexes: &[], sums: Sums::AtOnce };
        let expected = "INSERT INTO \"user\" AS kept (node, \"user\", size) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) \
                        ON CONFLICT (node, \"user\") DO UPDATE SET size = kept.size + excluded.size";
        assert_eq!(super::statement(&SEEN.adds()), expected);
    }
}
