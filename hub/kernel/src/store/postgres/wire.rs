//! Values as they cross the wire, in the binary format.
//!
//! PostgreSQL keeps no text with a zero character, SQLite does. So zero is sent as 1 1 and one as 1 2: nothing is lost,
//! and texts sort as before.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::Value;

type Failed = Box<dyn Error + Sync + Send>;

/// A text as the server keeps it.
pub(super) fn sent_text(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte < 2) {
        Cow::Owned(text.replace('\u{1}', "\u{1}\u{2}").replace('\0', "\u{1}\u{1}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A text as it was before [`sent_text`].
pub(super) fn kept_text(text: &str) -> String {
    if text.contains('\u{1}') { text.replace("\u{1}\u{1}", "\0").replace("\u{1}\u{2}", "\u{1}") } else { text.to_owned() }
}

/// A value on its way to the server.
#[derive(Debug)]
pub(super) struct Sent<'v>(pub &'v Value);

impl ToSql for Sent<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Text(v) => sent_text(v).to_sql(ty, out),
            Value::Blob(v) => v.to_sql(ty, out),
        }
    }
    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }
    to_sql_checked!();
}

/// A value as the server gave it.
pub(super) struct Given(pub Value);

impl<'b> FromSql<'b> for Given {
    fn from_sql(ty: &Type, raw: &'b [u8]) -> Result<Self, Failed> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(ty, raw)?.into()),
            Type::NUMERIC => Value::Int(whole(raw)?),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => Value::Text(kept_text(std::str::from_utf8(raw)?)),
            _ => return Err(format!("a column of type {ty} is none that this program reads").into()),
        }))
    }
    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self(Value::Null))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A sum, which the server gives as `numeric`: base 10,000 digits, the weight of the first, the sign, places after the
/// point. Only whole numbers of 64 bits occur (L3).
fn whole(raw: &[u8]) -> Result<i64, Failed> {
    const NEGATIVE: u16 = 0x4000;
    let mut fields = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let mut field = || fields.next().ok_or("a number is cut short");
    let (count, weight, sign, _places) = (field()?, field()?.cast_signed(), field()?, field()?);
    if sign != 0 && sign != NEGATIVE {
        return Err("a sum is no number".into());
    }
    let mut value: i128 = 0;
    for place in 0..i32::from(count) {
        let digit = i128::from(field()?);
        match u32::try_from(i32::from(weight) - place) {
            Ok(power) if power <= 5 => value += digit * 10_000_i128.pow(power),
            Ok(_) => return Err("a sum has more than 64 bits".into()),
            Err(_) if digit == 0 => {}
            Err(_) => return Err("invariant L3: a sum is not whole".into()),
        }
    }
    Ok(i64::try_from(if sign == NEGATIVE { -value } else { value })?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numeric(weight: i16, sign: u16, digits: &[u16]) -> Vec<u8> {
        let head = [u16::try_from(digits.len()).unwrap(), weight.cast_unsigned(), sign, 0];
        head.iter().chain(digits).flat_map(|field| field.to_be_bytes()).collect()
    }

    #[test]
    fn sums_are_whole_or_refused() {
        assert_eq!(whole(&numeric(0, 0, &[])).unwrap(), 0);
        assert_eq!(whole(&numeric(1, 0, &[12, 3456])).unwrap(), 123_456);
        assert_eq!(whole(&numeric(2, 0x4000, &[5])).unwrap(), -500_000_000);
        assert_eq!(whole(&numeric(4, 0, &[922, 3372, 368, 5477, 5807])).unwrap(), i64::MAX);
        assert!(whole(&numeric(4, 0, &[922, 3372, 368, 5477, 5808])).is_err());
        assert!(whole(&numeric(9, 0, &[1])).is_err());
        assert!(whole(&numeric(-1, 0, &[5000])).is_err(), "a half");
        assert!(whole(&numeric(0, 0xC000, &[])).is_err(), "not a number");
        assert!(whole(&[0, 1]).is_err());
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_sorts_as_before(a in "[\0\u{1}\u{2}aя]{0,8}", b in "[\0\u{1}\u{2}aя]{0,8}") {
            prop_assert_eq!(kept_text(&sent_text(&a)), a.clone());
            prop_assert!(!sent_text(&a).contains('\0'));
            prop_assert_eq!(sent_text(&a).as_bytes().cmp(sent_text(&b).as_bytes()), a.as_bytes().cmp(b.as_bytes()));
        }
    }
}
