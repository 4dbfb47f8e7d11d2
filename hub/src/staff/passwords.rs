//! Which passwords are refused: short ones, and those that are tried first. No rule asks for kinds of characters: length
//! and being nobody else's guess are what counts (OWASP ASVS, NIST SP 800-63B).

use duken_kernel::Refusal;

use super::{PASSWORD_COMMON, PASSWORD_WEAK};

/// The shortest password, in characters.
const SHORTEST: usize = 8;

/// Words that people here take for passwords, alone or with digits and signs around them, one a line.
const COMMON: &str = include_str!("common-passwords.txt");

/// Checks a new password.
///
/// # Errors
/// `staff.password_weak`, then `staff.password_common`.
pub(super) fn check(password: &str) -> Result<(), Refusal> {
    if password.chars().count() < SHORTEST {
        return Err(PASSWORD_WEAK.refuse());
    }
    if is_common(password) { Err(PASSWORD_COMMON.refuse()) } else { Ok(()) }
}

fn is_common(password: &str) -> bool {
    let plain: String = password.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    // One character over and over, or a run of the keyboard's digits, however long.
    let different: std::collections::BTreeSet<char> = plain.chars().collect();
    if different.len() <= 2 || (plain.chars().all(|c| c.is_ascii_digit()) && (is_run(&plain) || different.len() <= 3)) {
        return true;
    }
    let stem = plain.trim_matches(|c: char| !c.is_alphabetic());
    // Letters that are written as digits.
    let read: String = plain.trim_matches(|c: char| !c.is_alphanumeric()).chars().map(letter).collect();
    let read = read.trim_matches(|c: char| !c.is_alphabetic());
    let is_word = |text: &str| COMMON.lines().any(|word| word == text);
    is_word(stem) || is_word(read) || (stem.is_empty() && plain.len() <= 8)
}

/// Digits one after the other, up or down, also over the end: 12345678, 98765432, 78901234; and such a run twice.
fn is_run(digits: &str) -> bool {
    let digits: Vec<i32> = digits.bytes().map(|b| i32::from(b - b'0')).collect();
    let steps: Vec<i32> = digits.windows(2).map(|pair| (pair[1] - pair[0]).rem_euclid(10)).collect();
    let breaks = |step: i32| steps.iter().filter(|other| **other != step).count();
    breaks(1) <= 1 || breaks(9) <= 1
}

fn letter(written: char) -> char {
    match written {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '@' => 'a',
        '$' => 's',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused_and_what_is_ones_own_is_not() {
        let common = [
            "password",
            "Password1",
            "P@ssw0rd",
            "qwerty123",
            "QWERTY2026!",
            "12345678",
            "87654321",
            "11111111",
            "1234512345",
            "12121212",
            "almaty2026",
            "Қазақстан1",
            "пароль123",
            "йцукен12",
            "kaspi2026",
            "admin123!",
            "aaaaaaaaaa",
            "iloveyou",
            "20261130",
        ];
        for password in common {
            assert_eq!(check(password).map_err(|refusal| refusal.code), Err(PASSWORD_COMMON), "{password}");
        }
        let own = ["correct horse 7", "duken-2026", "Береке сауда 5", "87051234567 aman", "zhuldyz-kofe-9", "wrong horse 7", "hacked-123"];
        for password in own {
            assert!(check(password).is_ok(), "{password}");
        }
        assert_eq!(check("short 7").unwrap_err().code, PASSWORD_WEAK);
    }
}
