//! Codes of goods: GTINs with a check digit, and short codes that are typed by hand.

/// A GTIN of 8, 12, 13 or 14 digits with the right check digit, compared as 14 digits (GS1 General Specifications).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(u64);

/// What a text that stands for a product's code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A barcode.
    Barcode(Gtin),
    /// 1 to 6 digits: typed at the till.
    Short(u32),
}

/// Why a text is no code of a product, in the order checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// Something else than digits.
    #[error("a code has digits only")]
    NotDigits,
    /// A number of digits that no barcode and no short code has.
    #[error("a barcode has 8, 12, 13 or 14 digits, a short code 1 to 6")]
    WrongLength,
    /// The last digit does not fit the others.
    #[error("the check digit is wrong")]
    WrongCheckDigit,
}

impl Gtin {
    /// The code as a number: what fits 14 digits.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// The fourteen digits.
    #[must_use]
    pub fn digits14(self) -> String {
        format!("{:014}", self.0)
    }
}

impl Code {
    /// Reads a code.
    ///
    /// # Errors
    /// [`NotACode`], in the order of its variants.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotACode::NotDigits);
        }
        match text.len() {
            1..=6 => Ok(Self::Short(text.parse().map_err(|_| NotACode::WrongLength)?)),
            8 | 12 | 13 | 14 => {
                if check_digit_fits(text) {
                    Ok(Self::Barcode(Gtin(text.parse().map_err(|_| NotACode::WrongLength)?)))
                } else {
                    Err(NotACode::WrongCheckDigit)
                }
            }
            _ => Err(NotACode::WrongLength),
        }
    }
}

/// Whether the last digit of an all-digit text is the GS1 check digit (weights 3 and 1 from the right) of the others.
#[must_use]
pub fn check_digit_fits(digits: &str) -> bool {
    let (body, last) = digits.split_at(digits.len().saturating_sub(1));
    last.bytes().next().is_some_and(|b| b == b'0' + check_digit(body))
}

/// The GS1 check digit of the digits before it.
#[must_use]
pub fn check_digit(body: &str) -> u8 {
    let sum: u32 = body.bytes().rev().enumerate().map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 }).sum();
    ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_by_their_rules() {
        let cases: &[(&str, Result<&str, NotACode>)] = &[
            ("4610082840836", Ok("04610082840836")),
            ("04610082840836", Ok("04610082840836")),
            ("46009490100205", Err(NotACode::WrongCheckDigit)),
            ("96385074", Ok("00000096385074")),
            ("036000291452", Ok("00036000291452")),
            ("1234567", Err(NotACode::WrongLength)),
            ("46100828408361234", Err(NotACode::WrongLength)),
            ("46100A2840836", Err(NotACode::NotDigits)),
            ("", Err(NotACode::NotDigits)),
        ];
        for (text, expected) in cases {
            let got = Code::parse(text).map(|code| match code {
                Code::Barcode(gtin) => gtin.digits14(),
                Code::Short(number) => number.to_string(),
            });
            assert_eq!(got, expected.map(str::to_owned), "{text}");
        }
        assert_eq!(Code::parse("12"), Ok(Code::Short(12)));
    }
}
