//! Where a page of a list begins, as text that only its own list understands.

use std::str::FromStr;

use duken_kernel::Refusal;

use super::BAD_CURSOR;

/// The cursors of one list, by the list's name. Named by a word, so that a cursor of one list says nothing to another.
#[derive(Debug, Clone, Copy)]
pub struct Cursor(pub &'static str);

impl Cursor {
    /// The cursor of the page that begins there.
    #[must_use]
    pub fn write(self, beginning: impl std::fmt::Display) -> String {
        format!("{}.{beginning}", self.0)
    }

    /// Where the page begins that is asked for; nothing for the first page.
    ///
    /// # Errors
    /// `list.bad_cursor` for what no page of this list gave.
    pub fn read<T: FromStr>(self, asked: Option<&str>) -> Result<Option<T>, Refusal> {
        self.read_by(asked, |text| text.parse().ok())
    }

    /// As [`Cursor::read`] for a list whose pages begin at something of its own.
    ///
    /// # Errors
    /// `list.bad_cursor`.
    pub fn read_by<T>(self, asked: Option<&str>, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
        let Some(text) = asked.filter(|text| !text.is_empty()) else { return Ok(None) };
        let beginning = text.strip_prefix(self.0).and_then(|rest| rest.strip_prefix('.')).and_then(parse);
        beginning.map(Some).ok_or_else(|| BAD_CURSOR.refuse().field("cursor"))
    }

    /// As [`Cursor::read`] for a list whose pages begin at a number of rows.
    ///
    /// # Errors
    /// `list.bad_cursor`, also for a number below zero.
    pub fn offset(self, asked: Option<&str>) -> Result<i64, Refusal> {
        match self.read(asked)?.unwrap_or(0) {
            rows if rows >= 0 => Ok(rows),
            _ => Err(BAD_CURSOR.refuse().field("cursor")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_its_own_cursors_only() {
        let list = Cursor("sales");
        assert_eq!(list.read::<i64>(None), Ok(None));
        assert_eq!(list.read::<i64>(Some("")), Ok(None), "as a form leaves it");
        assert_eq!(list.read(Some(&list.write(17))), Ok(Some(17_i64)));
        for foreign in ["17", "sales", "sales.", "sales.x", "sale.17", "sales.9223372036854775808", "returns.17"] {
            assert_eq!(list.read::<i64>(Some(foreign)).unwrap_err().code.code, "list.bad_cursor", "{foreign:?}");
        }
        assert_eq!(list.offset(Some("sales.-1")).unwrap_err().code.code, "list.bad_cursor");
    }
}
