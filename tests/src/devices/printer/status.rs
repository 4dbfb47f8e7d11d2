//! The bytes that answer a question about state, as Epson's reference gives them.

use crate::devices::escpos::StatusRequest;

use super::modes::{Level, Paper, PrinterModes, StatusAnswers};

/// The level of the drawer's pin 3.
pub(super) fn drawer_pin(modes: &PrinterModes, drawer_open: bool) -> bool {
    (modes.drawer_open_level == Level::High) == drawer_open
}

/// The answer, or nothing when the printer keeps silent or the question is unknown.
pub(super) fn answer(request: StatusRequest, modes: &PrinterModes, drawer_open: bool) -> Vec<u8> {
    let well = PrinterModes { drawer_open_level: modes.drawer_open_level, ..PrinterModes::default() };
    let shown = match modes.status {
        StatusAnswers::Silent => return Vec::new(),
        StatusAnswers::AlwaysWell => &well,
        StatusAnswers::Honest => modes,
    };
    let byte = match request {
        StatusRequest::Now(n) => now(n, shown, drawer_pin(modes, drawer_open)),
        StatusRequest::InTurn(1 | 49) => Some(paper_bits(shown, 0)),
        StatusRequest::InTurn(2 | 50) => Some(u8::from(drawer_pin(modes, drawer_open))),
        StatusRequest::InTurn(_) => None,
        StatusRequest::Identity(n) => return identity(n),
    };
    byte.into_iter().collect()
}

fn now(n: u8, modes: &PrinterModes, pin: bool) -> Option<u8> {
    let bit = |set: bool, bit: u8| u8::from(set) << bit;
    // Bits 1 and 4 are always set, which tells an answer from other bytes.
    let fixed = 0b0001_0010;
    match n {
        1 => Some(fixed | bit(pin, 2) | bit(modes.is_off_line(), 3)),
        2 => {
            let end = modes.paper == Paper::Out;
            Some(fixed | bit(modes.cover_open, 2) | bit(end, 5) | bit(modes.cutter_jammed, 6))
        }
        3 => Some(fixed | bit(modes.cutter_jammed, 3)),
        4 => Some(fixed | paper_bits(modes, 2) | (paper_bits(modes, 3) & 0b0110_0000)),
        _ => None,
    }
}

/// Near-end in two bits from `shift` on, end in the two after them (in `DLE EOT 4` those lie one further).
fn paper_bits(modes: &PrinterModes, shift: u8) -> u8 {
    let near = if modes.paper == Paper::Enough { 0 } else { 0b0011 << shift };
    let end = if modes.paper == Paper::Out { 0b1100 << shift } else { 0 };
    match shift {
        2 => near,
        3 => end,
        _ => near | end,
    }
}

fn identity(n: u8) -> Vec<u8> {
    match n {
        1 | 49 => vec![0x20],
        2 | 50 => vec![0x02],
        3 | 51 => vec![0x01],
        65 => b"_1.00 SIM\0".to_vec(),
        66 => b"_DUKEN\0".to_vec(),
        67 => b"_TM-SIM\0".to_vec(),
        68 => b"_000001\0".to_vec(),
        _ => Vec::new(),
    }
}

/// The four bytes of automatic status.
pub(super) fn automatic(modes: &PrinterModes, drawer_open: bool) -> Vec<u8> {
    let shown = match modes.status {
        StatusAnswers::Silent => return Vec::new(),
        StatusAnswers::AlwaysWell => PrinterModes::default(),
        StatusAnswers::Honest => modes.clone(),
    };
    let bit = |set: bool, bit: u8| u8::from(set) << bit;
    let first = 0x10 | bit(drawer_pin(modes, drawer_open), 2) | bit(shown.is_off_line(), 3) | bit(shown.cover_open, 5);
    vec![first, bit(shown.cutter_jammed, 3), paper_bits(&shown, 0), 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(request: StatusRequest, modes: &PrinterModes) -> u8 {
        answer(request, modes, false)[0]
    }

    #[test]
    fn bytes_are_those_of_the_reference() {
        let well = PrinterModes { drawer_open_level: Level::High, ..PrinterModes::default() };
        let out = PrinterModes { paper: Paper::Out, ..well.clone() };
        let near = PrinterModes { paper: Paper::NearEnd, ..well.clone() };
        let open = PrinterModes { cover_open: true, ..well.clone() };
        let jam = PrinterModes { cutter_jammed: true, ..well.clone() };
        let table = [
            (StatusRequest::Now(1), &well, 0x12),
            (StatusRequest::Now(1), &out, 0x1a),
            (StatusRequest::Now(2), &open, 0x16),
            (StatusRequest::Now(2), &out, 0x32),
            (StatusRequest::Now(2), &jam, 0x52),
            (StatusRequest::Now(3), &jam, 0x1a),
            (StatusRequest::Now(4), &well, 0x12),
            (StatusRequest::Now(4), &near, 0x1e),
            (StatusRequest::Now(4), &out, 0x7e),
            (StatusRequest::InTurn(1), &well, 0x00),
            (StatusRequest::InTurn(1), &near, 0x03),
            (StatusRequest::InTurn(1), &out, 0x0f),
        ];
        for (request, modes, expected) in table {
            assert_eq!(ask(request, modes), expected, "{request:?} of {modes:?}");
        }
        assert_eq!(answer(StatusRequest::Now(1), &well, true), [0x16], "an open drawer lifts the pin");
        assert_eq!(automatic(&out, false), [0x18, 0, 0x0f, 0]);
    }
}
