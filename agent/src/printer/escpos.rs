//! The bytes of ESC/POS. Pure; sources: Epson's command reference and the sheets of XPrinter, Rongta and Star.

use duken_protocol::device::DrawerPin;
pub use duken_protocol::device::RasterCommand;
use duken_protocol::layout::{Align, Size, Style};

use crate::raster::Bitmap;

/// Back to the settings of power-on.
pub const INIT: &[u8] = b"\x1b@";
/// Leaves the two-byte Chinese mode in which many printers start.
pub const LEAVE_CHINESE: &[u8] = b"\x1c.";
/// Asks, in order with the data, for the paper sensors: the answer comes when all before it is done.
pub const ASK_BUFFERED_PAPER: &[u8] = b"\x1dr\x01";

/// Selects a code page.
#[must_use]
pub fn select_code_page(number: u8) -> [u8; 3] {
    [0x1b, b't', number]
}

/// Asks at once, past the buffer: 1 printer, 2 why offline, 3 errors, 4 paper.
#[must_use]
pub fn ask_now(what: u8) -> [u8; 3] {
    [0x10, 0x04, what]
}

/// The drawer's pulse. Times are given in steps of 2 ms and always sent: left out, the printer swallows the next bytes.
#[must_use]
pub fn drawer_pulse(pin: DrawerPin, on_ms: u16, off_ms: u16) -> [u8; 5] {
    let steps = |ms: u16| u8::try_from((ms / 2).clamp(1, 255)).unwrap_or(255);
    [0x1b, b'p', pin_number(pin), steps(on_ms), steps(off_ms).max(steps(on_ms))]
}

/// The drawer's pulse past the buffer, in steps of 100 ms: opens even while the printer waits for paper.
#[must_use]
pub fn drawer_pulse_now(pin: DrawerPin, on_ms: u16) -> [u8; 5] {
    let steps = u8::try_from(on_ms.div_ceil(100).clamp(1, 8)).unwrap_or(1);
    [0x10, 0x14, 1, pin_number(pin), steps]
}

fn pin_number(pin: DrawerPin) -> u8 {
    match pin {
        DrawerPin::Two => 0,
        DrawerPin::Five => 1,
    }
}

/// Look and place of the letters that follow.
#[must_use]
pub fn style(style: Style) -> Vec<u8> {
    let size = match style.size {
        Size::Small | Size::Normal => 0x00,
        Size::Tall => 0x01,
        Size::Large => 0x11,
    };
    let align = match style.align {
        Align::Left => 0,
        Align::Center => 1,
        Align::Right => 2,
    };
    vec![0x1b, b'a', align, 0x1d, b'!', size, 0x1b, b'E', u8::from(style.bold), 0x1d, b'B', u8::from(style.inverse)]
}

/// Feeds lines.
#[must_use]
pub fn feed_lines(lines: u8) -> [u8; 3] {
    [0x1b, b'd', lines]
}

/// A picture of at most 255 rows as one command.
///
/// # Panics
/// Never for pictures of a receipt: rows and row bytes fit in two bytes.
#[must_use]
pub fn picture(command: RasterCommand, bitmap: &Bitmap, first_row: usize, rows: usize) -> Vec<u8> {
    let data = without_realtime(bitmap.rows(first_row, rows));
    let row_bytes = bitmap.row_bytes();
    let rows = data.len() / row_bytes.max(1);
    match command {
        RasterCommand::GsV0 => {
            let mut out = vec![0x1d, b'v', b'0', 0];
            out.extend(two(row_bytes));
            out.extend(two(rows));
            out.extend_from_slice(&data);
            out
        }
        RasterCommand::GsL => {
            let mut out = vec![0x1d, b'(', b'L'];
            out.extend(two(data.len() + 10));
            out.extend([0x30, 0x70, 0x30, 1, 1, 0x31]);
            out.extend(two(row_bytes * 8));
            out.extend(two(rows));
            out.extend_from_slice(&data);
            out.extend([0x1d, b'(', b'L', 2, 0, 0x30, 0x32]);
            out
        }
        RasterCommand::EscStar => esc_star(bitmap, first_row, rows),
    }
}

/// Rows of 24 dots, column by column; the line spacing is set so that they touch, and reset after.
fn esc_star(bitmap: &Bitmap, first_row: usize, rows: usize) -> Vec<u8> {
    let width = bitmap.width_dots();
    let mut out = vec![0x1b, b'3', 24];
    for band in (first_row..first_row + rows).step_by(24) {
        out.extend([0x1b, b'*', 33]);
        out.extend(two(width));
        let mut column_bytes = Vec::with_capacity(width * 3);
        for x in 0..width {
            for third in 0..3 {
                let byte = (0..8).fold(0_u8, |byte, bit| {
                    let y = band + third * 8 + bit;
                    byte << 1 | u8::from(y < first_row + rows && bitmap.is_black(x, y))
                });
                column_bytes.push(byte);
            }
        }
        out.extend(without_realtime(&column_bytes));
        out.push(b'\n');
    }
    out.extend([0x1b, b'2']);
    out
}

/// Printers look for real-time commands inside pictures too: dots that spell one would ask for the state or open the drawer.
/// One more black dot breaks the spelling.
fn without_realtime(data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    for at in 1..data.len() {
        if data[at - 1] == 0x10 && matches!(data[at], 0x04 | 0x05 | 0x14) {
            data[at - 1] = 0x18;
        }
    }
    data
}

fn two(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawer_gets_both_times() {
        assert_eq!(drawer_pulse(DrawerPin::Two, 50, 500), [0x1b, 0x70, 0, 0x19, 0xFA]);
        assert_eq!(drawer_pulse(DrawerPin::Five, 9_000, 0), [0x1b, 0x70, 1, 0xFF, 0xFF]);
        assert_eq!(drawer_pulse_now(DrawerPin::Five, 50), [0x10, 0x14, 1, 1, 1]);
    }

    #[test]
    fn a_picture_says_its_own_length() {
        let mut bitmap = Bitmap::new(20, 300);
        bitmap.blacken(0, 255);
        let slice = picture(RasterCommand::GsV0, &bitmap, 255, 255);
        assert_eq!(slice[..8], [0x1d, 0x76, 0x30, 0, 3, 0, 45, 0]);
        assert_eq!(slice.len(), 8 + 3 * 45);
        assert_eq!(slice[8], 0x80);
        let stored = picture(RasterCommand::GsL, &bitmap, 0, 2);
        assert_eq!(stored[..15], [0x1d, 0x28, 0x4c, 16, 0, 0x30, 0x70, 0x30, 1, 1, 0x31, 24, 0, 2, 0]);
        assert_eq!(stored[21..], [0x1d, 0x28, 0x4c, 2, 0, 0x30, 0x32]);
    }

    #[test]
    fn dots_never_spell_a_command_that_is_obeyed_at_once() {
        assert_eq!(without_realtime(&[0x10, 0x04, 0x10, 0x14, 0x10, 0x10, 0x05]), [0x18, 0x04, 0x18, 0x14, 0x10, 0x18, 0x05]);
    }

    #[test]
    fn column_pictures_stand_upright() {
        let mut bitmap = Bitmap::new(2, 25);
        bitmap.blacken(1, 0);
        bitmap.blacken(0, 24);
        assert_eq!(
            picture(RasterCommand::EscStar, &bitmap, 0, 25),
            [
                &[0x1b, 0x33, 24][..],
                &[0x1b, 0x2a, 33, 2, 0, 0, 0, 0, 0x80, 0, 0, 0x0a],
                &[0x1b, 0x2a, 33, 2, 0, 0x80, 0, 0, 0, 0, 0, 0x0a],
                &[0x1b, 0x32],
            ]
            .concat()
        );
    }
}
