//! Bytes into commands, whatever packets they came in.

use super::command::{Command, Pulse, StatusRequest};
use super::lengths::{self, Length, word};

/// A command and the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What to do.
    pub command: Command,
    /// As it came over the wire.
    pub raw: Vec<u8>,
}

/// Keeps the beginning of a command until its end arrives.
#[derive(Debug, Default)]
pub struct Parser {
    waiting: Vec<u8>,
}

impl Parser {
    /// Takes more bytes and returns the commands that are complete now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Token> {
        self.waiting.extend_from_slice(bytes);
        let mut tokens = Vec::new();
        let mut taken = 0;
        while let Some((command, length)) = next(&self.waiting[taken..]) {
            let raw = self.waiting[taken..taken + length].to_vec();
            tokens.push(Token { command, raw });
            taken += length;
        }
        self.waiting.drain(..taken);
        tokens
    }

    /// How many bytes of an unfinished command are held.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Forgets the unfinished command, as at loss of power.
    pub fn forget(&mut self) {
        self.waiting.clear();
    }
}

/// The first command and its length, or `None` when it is not complete.
fn next(bytes: &[u8]) -> Option<(Command, usize)> {
    let first = *bytes.first()?;
    match first {
        0x0a | 0x0c => Some((Command::LineFeed, 1)),
        0x09 => Some((Command::Tab, 1)),
        0x1b | 0x1c | 0x1d | 0x10 => match lengths::of(bytes) {
            Length::Known(length) => {
                let whole = bytes.get(..length)?;
                Some((decode(whole), length))
            }
            Length::NeedMore => None,
            Length::Unknown => Some((Command::Unknown(first, bytes[1]), 2)),
        },
        0..0x20 => Some((Command::Ignored, 1)),
        0x20.. => {
            let length = bytes.iter().take_while(|byte| **byte >= 0x20).count();
            Some((Command::Text(bytes[..length].to_vec()), length))
        }
    }
}

/// A command of known length; `bytes` is exactly it.
fn decode(bytes: &[u8]) -> Command {
    match bytes {
        [0x1b, rest @ ..] => decode_esc(rest),
        [0x1d, rest @ ..] => decode_gs(rest),
        [0x1c, b'&'] => Command::Chinese(true),
        [0x1c, b'.'] => Command::Chinese(false),
        [0x10, 0x04, n, ..] => Command::Status(StatusRequest::Now(*n)),
        [0x10, 0x14, 1, pin, time] => pulse(*pin, u32::from(*time) * 100),
        _ => Command::Ignored,
    }
}

fn decode_esc(bytes: &[u8]) -> Command {
    match bytes {
        [b'@'] => Command::Initialize,
        [b't', n] => Command::CodeTable(*n),
        [b'a', n] => Command::Align(*n),
        [b'!', n] => Command::PrintMode(*n),
        [b'E' | b'G', n] => Command::Bold(n & 1 == 1),
        [b'-', n] => Command::Underline(*n),
        [b'M', n] => Command::Font(*n),
        [b' ', n] => Command::LetterSpacing(*n),
        [b'2'] => Command::LineSpacing(None),
        [b'3', n] => Command::LineSpacing(Some(*n)),
        [b'd', n] => Command::FeedLines(*n),
        [b'J', n] => Command::FeedDots(*n),
        [b'$', low, high] => Command::Position(u16::from_le_bytes([*low, *high])),
        [b'i' | b'm'] => Command::Cut { feed: 0 },
        // Times are in units of two milliseconds.
        [b'p', pin, on, _off] => pulse(*pin, u32::from(*on) * 2),
        [b'*', mode, _, _, data @ ..] => Command::Columns { mode: *mode, data: data.to_vec() },
        _ => Command::Ignored,
    }
}

fn decode_gs(bytes: &[u8]) -> Command {
    match bytes {
        [b'!', n] => Command::CharacterSize(*n),
        [b'B', n] => Command::Invert(n & 1 == 1),
        [b'L', low, high] => Command::LeftMargin(u16::from_le_bytes([*low, *high])),
        [b'W', low, high] => Command::AreaWidth(u16::from_le_bytes([*low, *high])),
        [b'V', _] => Command::Cut { feed: 0 },
        [b'V', _, feed] => Command::Cut { feed: *feed },
        [b'a', n] => Command::AutoStatus(*n),
        [b'r', n] => Command::Status(StatusRequest::InTurn(*n)),
        [b'I', n] => Command::Status(StatusRequest::Identity(*n)),
        [b'h', n] => Command::BarcodeHeight(*n),
        [b'w', n] => Command::BarcodeWidth(*n),
        [b'H', n] => Command::BarcodeText(*n),
        [b'k', short @ 0..=6, data @ ..] => {
            let content = data.strip_suffix(&[0]).unwrap_or(data);
            Command::Barcode { symbology: short + 65, data: content.to_vec() }
        }
        [b'k', symbology, _, data @ ..] => Command::Barcode { symbology: *symbology, data: data.to_vec() },
        [b'v', b'0', mode, x_low, x_high, _, _, data @ ..] => Command::Raster {
            wide: if mode & 1 == 1 { 2 } else { 1 },
            high: if mode & 2 == 2 { 2 } else { 1 },
            row_bytes: word(*x_low, *x_high),
            data: data.to_vec(),
        },
        [b'(', b'L', _, _, graphics @ ..] | [b'8', b'L', _, _, _, _, graphics @ ..] => decode_graphics(graphics),
        [b'(', b'k', _, _, kind, function, arguments @ ..] => {
            Command::Symbol { kind: *kind, function: *function, arguments: arguments.to_vec() }
        }
        _ => Command::Ignored,
    }
}

fn decode_graphics(bytes: &[u8]) -> Command {
    match bytes {
        [48, 2 | 50] => Command::PrintGraphics,
        [48, 112, _tone, wide, high, _colour, x_low, x_high, _, _, data @ ..] => Command::StoreGraphics {
            wide: usize::from(*wide).clamp(1, 2),
            high: usize::from(*high).clamp(1, 2),
            width: word(*x_low, *x_high),
            data: data.to_vec(),
        },
        _ => Command::Ignored,
    }
}

fn pulse(pin: u8, on_ms: u32) -> Command {
    let pin = if matches!(pin, 1 | 49) { 5 } else { 2 };
    Command::Pulse(Pulse { pin, on_ms })
}
