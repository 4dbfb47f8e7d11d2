//! How an input is changed: byte by byte, word by word, or by the rules of its format.

use serde_json::{Map, Number, Value};

use super::workbook;
use crate::sim::dice::Dice;

/// The form of a target's inputs.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Bytes.
    Bytes,
    /// Text with words that mean something to its decoder.
    Words(&'static [&'static str]),
    /// JSON, with words that its decoder knows.
    Json(&'static [&'static str]),
    /// A workbook: an archive of XML.
    Workbook,
    /// A batch of a journal.
    Batch,
}

/// No input grows beyond this.
pub const MOST_BYTES: usize = 64 << 10;

/// Another input, made from one; `others` lend their parts.
pub fn changed(dice: &mut Dice, shape: Shape, input: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let other = if others.is_empty() { input } else { others[dice.index(others.len())].as_slice() };
    let mut bytes = input.to_vec();
    for _ in 0..dice.between(1, 4) {
        let next = match shape {
            _ if dice.percent(25) => scratched(dice, bytes.clone(), other, &[]),
            Shape::Bytes => scratched(dice, bytes.clone(), other, &[]),
            Shape::Words(words) => scratched(dice, bytes.clone(), other, words),
            Shape::Json(words) => json(dice, bytes.clone(), other, words),
            Shape::Workbook => workbook::changed(dice, bytes.clone(), other),
            Shape::Batch => super::targets::batch::changed(dice, bytes.clone(), other),
        };
        // What has grown too large is not cut: it would be nothing of its form any more.
        if next.len() <= MOST_BYTES {
            bytes = next;
        }
    }
    bytes
}

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "0.1",
    "-0.5",
    "1e9",
    "1e308",
    "1e-400",
    "00",
    "1_000",
    "1 000,50",
    "١٢٣",
    "NaN",
    "∞",
    "0x10",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "ё",
    "ұқ",
    "₸",
    "😀",
    "İ",
    "ß",
    "e\u{301}",
    "'",
    "\"",
    "\\",
    "<",
    "&lt;",
    "--",
    "../..",
    "\r\n",
    "\u{1d}",
    "=cmd|' /C calc'!A0",
    "%s%n",
    "${x}",
    "null",
    "true",
    "2026-02-30",
    "KZT",
    "4870001234560",
];

/// A number below 2 to the power of `bits`, small ones as often as large ones.
fn some(dice: &mut Dice, bits: u64) -> usize {
    let bits = dice.below(bits);
    usize::try_from(dice.below(1 << bits)).unwrap_or(0)
}

/// Bytes changed without knowledge of their form; `words` are thrown in.
pub fn scratched(dice: &mut Dice, mut bytes: Vec<u8>, other: &[u8], words: &[&str]) -> Vec<u8> {
    let at = dice.index(bytes.len() + 1).min(bytes.len());
    let length = some(dice, 8);
    let end = (at + length).min(bytes.len());
    match dice.below(10) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 if at < bytes.len() => bytes[at] = *dice.one_of(&[0, 1, 0x7f, 0x80, 0xff, b'\n', b'"', b'<', b'{', b'9', b'-']),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            let times = some(dice, 10);
            let many = piece.repeat(times.min(MOST_BYTES / piece.len().max(1)));
            bytes.splice(at..at, many);
        }
        4 if !other.is_empty() => {
            let from = dice.index(other.len());
            let to = (from + length.max(1)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        5 => bytes.truncate(at),
        6 => {
            if let Some((from, to)) = digits(&bytes, at) {
                bytes.splice(from..to, dice.one_of(NUMBERS).bytes());
            }
        }
        7 => drop(bytes.splice(at..at, dice.one_of(TEXTS).bytes())),
        _ if !words.is_empty() => {
            let end = if dice.percent(50) { at } else { end };
            bytes.splice(at..end, dice.one_of(words).bytes());
        }
        _ => {
            let noise: Vec<u8> = (0..length.min(32)).map(|_| dice.any().to_le_bytes()[0]).collect();
            bytes.splice(at..end, noise);
        }
    }
    bytes
}

/// The number that stands at a place, or is the next after it.
fn digits(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let from = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
    let length = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some((from, from + length))
}

fn json(dice: &mut Dice, bytes: Vec<u8>, other: &[u8], words: &[&str]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else { return scratched(dice, bytes, other, words) };
    let lent: Value = serde_json::from_slice(other).unwrap_or(Value::Null);
    let at = dice.index(size(&value));
    let mut left = at;
    if let Some(node) = nth(&mut value, &mut left) {
        spoil(dice, node, &lent, words);
    }
    serde_json::to_vec(&value).unwrap_or(bytes)
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The node of this number, counted from the root.
fn nth<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, left)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn spoil(dice: &mut Dice, node: &mut Value, lent: &Value, words: &[&str]) {
    let number = |dice: &mut Dice| dice.one_of(NUMBERS).parse::<Number>().unwrap_or_else(|_| 7.into());
    match (dice.below(12), &mut *node) {
        (0, _) => *node = Value::Null,
        (1, _) => *node = Value::Bool(dice.percent(50)),
        (2, _) => *node = Value::Number(number(dice)),
        (3, _) => *node = Value::String((*dice.one_of(NUMBERS)).to_owned()),
        (4, Value::String(text)) => text.push_str(TEXTS[dice.index(TEXTS.len())]),
        (4, _) => *node = Value::String((*dice.one_of(TEXTS)).to_owned()),
        (5, _) => {
            let mut copy = lent.clone();
            let mut left = dice.index(size(lent));
            if let Some(part) = nth(&mut copy, &mut left) {
                *node = part.take();
            }
        }
        (6, Value::Object(fields)) => {
            if let Some(key) = fields.keys().nth(dice.index(fields.len().max(1))).cloned() {
                fields.remove(&key);
            }
        }
        (7, Value::Array(items)) if !items.is_empty() => {
            let item = items[dice.index(items.len())].clone();
            let times = some(dice, 9);
            items.extend(std::iter::repeat_n(item, times));
        }
        (8, _) => {
            for _ in 0..dice.between(1, 140) {
                *node = Value::Array(vec![node.take()]);
            }
        }
        (9, Value::String(text)) => *text = text.repeat(some(dice, 11).min(MOST_BYTES / text.len().max(1))),
        (10, Value::Object(fields)) if !words.is_empty() => {
            let known = fields.values().nth(dice.index(fields.len().max(1))).cloned().unwrap_or(Value::Null);
            fields.insert((*dice.one_of(words)).to_owned(), known);
        }
        (_, _) if !words.is_empty() => *node = Value::String((*dice.one_of(words)).to_owned()),
        (_, _) => *node = Value::Object(Map::new()),
    }
}
