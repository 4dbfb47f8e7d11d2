//! Integers as decimals: how money, quantities and ids are written and read. An answer holds hundreds of them.

/// The longest: a sign, the twenty digits of an unsigned 64-bit integer, a point, and a nought before it.
const LONGEST: usize = 24;

/// A decimal as text, without a place of its own on the heap.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    bytes: [u8; LONGEST],
    from: u8,
}

impl Decimal {
    /// An integer of the smallest unit as a decimal with exactly `digits` decimals, at most 18.
    #[must_use]
    pub fn new(value: i64, digits: u32) -> Self {
        let mut decimal = Self { bytes: [0; LONGEST], from: LONGEST as u8 };
        let mut rest = value.unsigned_abs();
        let mut written = 0;
        while rest > 0 || written <= digits {
            if written == digits && digits > 0 {
                decimal.push(b'.');
            }
            decimal.push(b'0' + (rest % 10) as u8);
            rest /= 10;
            written += 1;
        }
        if value < 0 {
            decimal.push(b'-');
        }
        decimal
    }

    /// Before what is there.
    fn push(&mut self, byte: u8) {
        self.from -= 1;
        self.bytes[usize::from(self.from)] = byte;
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[usize::from(self.from)..]).unwrap_or_default()
    }

    /// The text without noughts at the end of its decimals, and without the point if none are left.
    #[must_use]
    pub fn shortest(&self) -> &str {
        let text = self.as_str();
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
    }
}

/// Reads a plain decimal with at most `digits` decimals into an integer of the smallest unit.
pub(crate) fn parse(text: &str, digits: u32) -> Option<i64> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || (rest.contains('.') && fraction.is_empty()) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > digits as usize {
        return None;
    }
    let scale = 10_i64.checked_pow(digits)?;
    let whole: i64 = whole.parse().ok()?;
    let mut minor: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    minor *= 10_i64.pow(digits - fraction.len() as u32);
    let value = whole.checked_mul(scale)?.checked_add(minor)?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_written_whole() {
        let written = |value, digits| Decimal::new(value, digits).as_str().to_owned();
        assert_eq!(["0", "7", "-7"].map(str::to_owned), [written(0, 0), written(7, 0), written(-7, 0)]);
        assert_eq!(
            ["0.00", "0.05", "-0.50", "12.00"].map(str::to_owned),
            [written(0, 2), written(5, 2), written(-50, 2), written(1_200, 2)]
        );
        assert_eq!(written(i64::MIN, 3), "-9223372036854775.808");
        assert_eq!(written(i64::MIN, 18), "-9.223372036854775808");
        assert_eq!(written(-1, 18), "-0.000000000000000001");
    }

    #[test]
    fn the_shortest_has_no_nought_at_its_end() {
        let shortest = |value| Decimal::new(value, 3).shortest().to_owned();
        assert_eq!(["0", "1", "0.345", "-0.5", "100"].map(str::to_owned), [0, 1_000, 345, -500, 100_000].map(shortest));
        assert_eq!(Decimal::new(100, 0).shortest(), "100");
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_the_library_writes(value in any::<i64>(), digits in 1_u32..10) {
            let scale = 10_u64.pow(digits);
            let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
            let expected = format!("{sign}{}.{:0width$}", size / scale, size % scale, width = digits as usize);
            prop_assert_eq!(Decimal::new(value, digits).as_str().to_owned(), expected);
        }
    }
}
