//! A scanner that plays a keyboard, read below every layout: Linux input events and our own map of the US keys. Pure.
//!
//! The active layout (Russian, Kazakh) never touches what is read here, and control combinations such as Ctrl+] (the
//! group separator) arrive whole.

/// Bytes of one `struct input_event` on 64-bit Linux.
pub const EVENT_BYTES: usize = 24;

const EV_KEY: u16 = 1;

/// A key going down (`value` 1), up (0) or repeating (2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEvent {
    /// Linux's number of the key.
    pub code: u16,
    /// 0, 1 or 2.
    pub value: i32,
}

/// The key events among raw input events; an incomplete one at the end is left out.
#[must_use]
pub fn key_events(bytes: &[u8]) -> Vec<KeyEvent> {
    bytes
        .chunks_exact(EVENT_BYTES)
        .filter_map(|event| {
            let word = |at: usize| u16::from_ne_bytes([event[at], event[at + 1]]);
            (word(16) == EV_KEY)
                .then(|| KeyEvent { code: word(18), value: i32::from_ne_bytes([event[20], event[21], event[22], event[23]]) })
        })
        .collect()
}

/// Turns keys into the bytes that the scanner meant.
#[derive(Debug, Default)]
pub struct KeyDecoder {
    shifts: u8,
    controls: u8,
    alts: u8,
    capitals: bool,
    alt_number: Option<u32>,
}

impl KeyDecoder {
    /// Takes one event; gives the byte that it means, if any.
    pub fn take(&mut self, event: KeyEvent) -> Option<u8> {
        let down = event.value == 1;
        match event.code {
            42 => return self.modifier(|decoder| &mut decoder.shifts, 1, event.value),
            54 => return self.modifier(|decoder| &mut decoder.shifts, 2, event.value),
            29 => return self.modifier(|decoder| &mut decoder.controls, 1, event.value),
            97 => return self.modifier(|decoder| &mut decoder.controls, 2, event.value),
            56 => return self.alt(1, event.value),
            100 => return self.alt(2, event.value),
            58 => {
                self.capitals ^= down;
                return None;
            }
            _ => {}
        }
        if !down {
            return None;
        }
        if self.alts != 0
            && let Some(digit) = keypad_digit(event.code)
        {
            let number = self.alt_number.unwrap_or(0);
            self.alt_number = Some((number * 10 + u32::from(digit)).min(9_999));
            return None;
        }
        let (plain, shifted) = us_key(event.code)?;
        if self.controls != 0 {
            return control_byte(plain);
        }
        let shift = (self.shifts != 0) ^ (self.capitals && plain.is_ascii_lowercase());
        Some(if shift { shifted } else { plain })
    }

    fn modifier(&mut self, held: impl Fn(&mut Self) -> &mut u8, side: u8, value: i32) -> Option<u8> {
        let held = held(self);
        match value {
            0 => *held &= !side,
            1 => *held |= side,
            _ => {}
        }
        None
    }

    /// Alt and digits of the keypad spell a byte, sent when Alt goes up: how some scanners send control characters.
    fn alt(&mut self, side: u8, value: i32) -> Option<u8> {
        self.modifier(|decoder| &mut decoder.alts, side, value);
        if self.alts == 0 { self.alt_number.take().and_then(|number| u8::try_from(number).ok()) } else { None }
    }
}

fn keypad_digit(code: u16) -> Option<u8> {
    Some(match code {
        71..=73 => u8::try_from(code - 71).ok()? + 7,
        75..=77 => u8::try_from(code - 75).ok()? + 4,
        79..=81 => u8::try_from(code - 79).ok()? + 1,
        82 => 0,
        _ => return None,
    })
}

/// Ctrl with a key: the control character, as a terminal would make it.
fn control_byte(plain: u8) -> Option<u8> {
    match plain {
        b'a'..=b'z' => Some(plain - b'a' + 1),
        b'[' => Some(0x1b),
        b'\\' => Some(0x1c),
        b']' => Some(0x1d),
        b'6' => Some(0x1e),
        b'-' => Some(0x1f),
        b'\r' | b'\t' => Some(plain),
        _ => None,
    }
}

/// Both signs of a key of the US keyboard, by Linux's number.
fn us_key(code: u16) -> Option<(u8, u8)> {
    const ROWS: [(u16, &[u8], &[u8]); 5] = [
        (2, b"1234567890-=", b"!@#$%^&*()_+"),
        (16, b"qwertyuiop[]", b"QWERTYUIOP{}"),
        (30, b"asdfghjkl;'`", b"ASDFGHJKL:\"~"),
        (43, b"\\zxcvbnm,./", b"|ZXCVBNM<>?"),
        (71, b"789-456+1230.", b"789-456+1230."),
    ];
    match code {
        15 => return Some((b'\t', b'\t')),
        28 | 96 => return Some((b'\r', b'\r')),
        55 => return Some((b'*', b'*')),
        57 => return Some((b' ', b' ')),
        86 => return Some((b'<', b'>')),
        98 => return Some((b'/', b'/')),
        _ => {}
    }
    ROWS.iter().find_map(|(first, plain, shifted)| {
        let at = usize::from(code.checked_sub(*first)?);
        Some((*plain.get(at)?, *shifted.get(at)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(events: &[(u16, i32)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, &(code, value)) in events.iter().enumerate() {
            for (kind, code, value) in [(4_u16, 4_u16, 458_780_i32), (EV_KEY, code, value), (0, 0, 0)] {
                bytes.extend(1_763_700_000_i64.to_ne_bytes());
                bytes.extend((number as i64 * 900).to_ne_bytes());
                bytes.extend(kind.to_ne_bytes());
                bytes.extend(code.to_ne_bytes());
                bytes.extend(value.to_ne_bytes());
            }
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Vec<u8> {
        let mut decoder = KeyDecoder::default();
        key_events(bytes).into_iter().filter_map(|event| decoder.take(event)).collect()
    }

    fn typed(keys: &[(u16, bool)]) -> Vec<(u16, i32)> {
        keys.iter()
            .flat_map(|&(code, shift)| {
                let key = [(code, 1), (code, 0)];
                if shift { vec![(42, 1), key[0], key[1], (42, 0)] } else { key.to_vec() }
            })
            .collect()
    }

    #[test]
    fn a_recorded_ean_13() {
        // 4870001112223 and Enter, as a keyboard scanner sends it: scan code, key, sync for each.
        let keys: Vec<(u16, bool)> = [5, 9, 8, 11, 11, 11, 2, 2, 2, 3, 3, 3, 4, 28].iter().map(|&code| (code, false)).collect();
        assert_eq!(decode(&raw(&typed(&keys))), b"4870001112223\r");
    }

    #[test]
    fn a_recorded_marking_code_with_its_separator() {
        // 21Ab"<> then Ctrl+] then 93x= and Tab.
        let mut events = typed(&[(3, false), (2, false), (30, true), (48, false), (40, true), (51, true), (52, true)]);
        events.extend([(29, 1), (27, 1), (27, 0), (29, 0)]);
        events.extend(typed(&[(10, false), (4, false), (45, false), (13, false), (15, false)]));
        assert_eq!(decode(&raw(&events)), b"21Ab\"<>\x1d93x=\t");
    }

    #[test]
    fn every_printable_sign_can_be_typed() {
        let mut seen: Vec<u8> = (0..=110).filter_map(us_key).flat_map(|(plain, shifted)| [plain, shifted]).collect();
        seen.sort_unstable();
        seen.dedup();
        let missing: Vec<char> = (b' '..=b'~').filter(|byte| !seen.contains(byte)).map(char::from).collect();
        assert_eq!(missing, Vec::<char>::new());
    }

    #[test]
    fn alt_and_keypad_digits_spell_a_byte() {
        let mut events = vec![(56, 1)];
        events.extend(typed(&[(82, false), (80, false), (73, false)]));
        events.push((56, 0));
        assert_eq!(decode(&raw(&events)), [0x1d]);
        assert_eq!(decode(&raw(&typed(&[(79, false), (80, false), (96, false)]))), b"12\r");
    }

    #[test]
    fn capitals_lock_repeats_and_unknown_keys() {
        let events = [(58, 1), (58, 0), (30, 1), (30, 2), (30, 0), (2, 1), (2, 0), (58, 1), (30, 1), (240, 1)];
        assert_eq!(decode(&raw(&events)), b"A1a");
    }

    #[test]
    fn a_torn_event_is_left_out() {
        let bytes = raw(&[(2, 1)]);
        assert_eq!(decode(&bytes[..bytes.len() - 30]), Vec::<u8>::new());
        assert_eq!(decode(&bytes[..EVENT_BYTES * 2]), b"1");
    }
}
