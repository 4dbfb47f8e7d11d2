//! How long a command is, from its first bytes.

/// The length of a command that begins with a prefix (ESC, GS, FS, DLE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// So many bytes in all.
    Known(usize),
    /// More bytes are needed to tell.
    NeedMore,
    /// No such command.
    Unknown,
}

use Length::{Known, NeedMore, Unknown};

/// Bytes of the command at the start of `bytes`, which begins with a prefix byte.
pub(super) fn of(bytes: &[u8]) -> Length {
    let (Some(&prefix), Some(&letter)) = (bytes.first(), bytes.get(1)) else {
        return NeedMore;
    };
    match prefix {
        0x1b => esc(letter, bytes),
        0x1d => gs(letter, bytes),
        0x1c => fs(letter, bytes),
        0x10 => dle(letter, bytes),
        _ => Unknown,
    }
}

fn esc(letter: u8, bytes: &[u8]) -> Length {
    match letter {
        b'@' | b'2' | b'L' | b'S' | b'i' | b'm' | b'v' | b'<' | 0x0c => Known(2),
        b' ' | b'!' | b'%' | b'-' | b'3' | b'=' | b'?' | b'E' | b'G' | b'J' | b'K' | b'M' | b'R' | b'T' | b'U' | b'V' | b'a' | b'd'
        | b'e' | b'r' | b't' | b'u' | b'{' => Known(3),
        b'$' | b'\\' | b'c' => Known(4),
        b'p' => Known(5),
        b'W' => Known(10),
        b'*' => match bytes {
            [_, _, mode, low, high, ..] => {
                let per_column = if *mode >= 32 { 3 } else { 1 };
                Known(5 + per_column * word(*low, *high))
            }
            _ => NeedMore,
        },
        b'D' => terminated(bytes, 2, 33),
        b'&' => own_letters(bytes),
        b'(' => counted(bytes),
        _ => Unknown,
    }
}

fn gs(letter: u8, bytes: &[u8]) -> Length {
    match letter {
        b':' | b'c' => Known(2),
        b'!' | b'/' | b'B' | b'E' | b'H' | b'I' | b'T' | b'a' | b'b' | b'f' | b'h' | b'j' | b'r' | b'w' => Known(3),
        b'$' | b'L' | b'P' | b'W' | b'\\' => Known(4),
        b'^' | b'z' => Known(5),
        b'g' => Known(6),
        b'V' => match bytes.get(2) {
            Some(65 | 66 | 97 | 98 | 103 | 104) => Known(4),
            Some(_) => Known(3),
            None => NeedMore,
        },
        b'C' => match bytes.get(2) {
            Some(0 | 2 | b'0' | b'2') => Known(5),
            Some(1 | b'1') => Known(9),
            Some(_) => Unknown,
            None => NeedMore,
        },
        b'v' | b'Q' => match bytes {
            [_, _, _, _, x_low, x_high, y_low, y_high, ..] => Known(8 + word(*x_low, *x_high) * word(*y_low, *y_high)),
            _ => NeedMore,
        },
        b'*' => match bytes {
            [_, _, x, y, ..] => Known(4 + usize::from(*x) * usize::from(*y) * 8),
            _ => NeedMore,
        },
        b'(' => counted(bytes),
        b'8' => match bytes {
            [_, _, b'L', a, b, c, d, ..] => Known(7 + u32::from_le_bytes([*a, *b, *c, *d]) as usize),
            [_, _, b'L', ..] | [_, _] => NeedMore,
            _ => Unknown,
        },
        b'k' => match bytes {
            [_, _, 0..=6, ..] => terminated(bytes, 3, 256),
            [_, _, 65..=79, count, ..] => Known(4 + usize::from(*count)),
            [_, _, 65..=79] | [_, _] => NeedMore,
            _ => Unknown,
        },
        _ => Unknown,
    }
}

fn fs(letter: u8, bytes: &[u8]) -> Length {
    match letter {
        b'&' | b'.' => Known(2),
        b'!' | b'-' | b'C' | b'W' => Known(3),
        b'S' | b'p' => Known(4),
        b'2' => Known(4 + 72),
        b'q' => stored_pictures(bytes),
        b'(' => counted(bytes),
        _ => Unknown,
    }
}

fn dle(letter: u8, bytes: &[u8]) -> Length {
    match (letter, bytes.get(2)) {
        (0x04, Some(7 | 8 | 18)) => Known(4),
        (0x04, Some(_)) => Known(3),
        (0x05, _) => Known(3),
        (0x14, Some(1 | 2)) => Known(5),
        (0x14, Some(7)) => Known(4),
        (0x14, Some(8)) => Known(10),
        (0x14, Some(_)) => Unknown,
        (0x04 | 0x14, None) => NeedMore,
        _ => Unknown,
    }
}

/// `( x pL pH` and then so many bytes.
fn counted(bytes: &[u8]) -> Length {
    match bytes {
        [_, _, _, low, high, ..] => Known(5 + word(*low, *high)),
        _ => NeedMore,
    }
}

/// A list that ends with NUL, from `start` on, at most `limit` bytes long; a longer one ends at the limit.
fn terminated(bytes: &[u8], start: usize, limit: usize) -> Length {
    match bytes.iter().skip(start).take(limit).position(|byte| *byte == 0) {
        Some(at) => Known(start + at + 1),
        None if bytes.len() >= start + limit => Known(start + limit),
        None => NeedMore,
    }
}

/// `ESC & y c1 c2`, then per letter its width and width × y bytes.
fn own_letters(bytes: &[u8]) -> Length {
    let [_, _, column_bytes, first, last, ..] = bytes else {
        return NeedMore;
    };
    let mut at = 5;
    for _ in *first..=*last {
        match bytes.get(at) {
            Some(width) => at += 1 + usize::from(*width) * usize::from(*column_bytes),
            None => return NeedMore,
        }
    }
    Known(at)
}

/// `FS q n`, then per picture its size in bytes both ways and the dots.
fn stored_pictures(bytes: &[u8]) -> Length {
    let Some(count) = bytes.get(2) else {
        return NeedMore;
    };
    let mut at = 3;
    for _ in 0..*count {
        match bytes.get(at..at + 4) {
            Some(size) => at += 4 + word(size[0], size[1]) * word(size[2], size[3]) * 8,
            None => return NeedMore,
        }
    }
    Known(at)
}

/// A number of two bytes, low byte first.
pub(super) fn word(low: u8, high: u8) -> usize {
    usize::from(u16::from_le_bytes([low, high]))
}
