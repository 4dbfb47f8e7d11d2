//! Values and rows.

use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use super::ColumnType;
use crate::refusal::Fault;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing.
    Null,
    /// An integer.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

macro_rules! from_int {
    ($($t:ty),*) => {$(impl From<$t> for Value { fn from(v: $t) -> Self { Self::Int(i64::from(v)) } })*};
}
from_int!(i64, i32, u32, u16, i16, u8, bool);

impl From<Amount> for Value {
    fn from(v: Amount) -> Self {
        Self::Int(v.0)
    }
}
impl From<Quantity> for Value {
    fn from(v: Quantity) -> Self {
        Self::Int(v.0)
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Self::Text(v.clone())
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Blob(v)
    }
}
impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        Self::Blob(v.to_vec())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Blob(v) => ValueRef::Blob(v),
        }))
    }
}

impl Value {
    /// Whether a column of this type keeps it.
    #[must_use]
    pub fn fits(&self, kind: ColumnType) -> bool {
        match self {
            Self::Null => true,
            Self::Int(_) => kind == ColumnType::Int,
            Self::Text(_) => kind == ColumnType::Text,
            Self::Blob(_) => kind == ColumnType::Blob,
        }
    }

    /// How many bytes of text or bytes an engine keeps for it at most: a control character may take two.
    pub(crate) fn kept_bytes(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) => 0,
            Self::Text(text) => text.len() + text.bytes().filter(|byte| *byte < 2).count(),
            Self::Blob(bytes) => bytes.len(),
        }
    }

    /// Takes a value as the engine gives it. Floats do not occur in this database (L3).
    pub(crate) fn from_engine(value: ValueRef<'_>) -> Result<Self, Fault> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(v) => Self::Int(v),
            ValueRef::Real(v) => return Err(Fault::invariant("L3", format!("a float {v} in the database"))),
            ValueRef::Text(v) => Self::Text(String::from_utf8_lossy(v).into_owned()),
            ValueRef::Blob(v) => Self::Blob(v.to_vec()),
        })
    }
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The value in a column, by its position from 0.
    ///
    /// # Errors
    /// [`Fault::Other`] when the column is not there or of another type: the query and its reader disagree.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, Fault> {
        self.0
            .get(column)
            .and_then(T::from_value)
            .ok_or_else(|| Fault::Other(format!("column {column} of a row has an unexpected value {:?}", self.0.get(column))))
    }
}

/// What a value can be read as.
pub trait FromValue: Sized {
    /// The value, if it is of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(v) = value { Some(*v) } else { None }
    }
}
impl FromValue for i32 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|v| v.try_into().ok())
    }
}
impl FromValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|v| v.try_into().ok())
    }
}
impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|v| v != 0)
    }
}
impl FromValue for Amount {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Amount)
    }
}
impl FromValue for Quantity {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Quantity)
    }
}
impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(v) = value { Some(v.clone()) } else { None }
    }
}
impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Blob(v) = value { Some(v.clone()) } else { None }
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}
