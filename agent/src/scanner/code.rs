//! What a scanned code is: its AIM id, its text, its bytes. Pure.

use duken_protocol::device::{Scan, Symbology};

/// A code from a scanner as a message; its age is filled in when it leaves.
#[must_use]
pub fn describe(device_id: &str, bytes: &[u8]) -> Scan {
    let (aim, rest) = split_aim(bytes);
    Scan {
        device_id: device_id.to_owned(),
        code: text(rest),
        bytes_hex: rest.iter().map(|byte| format!("{byte:02x}")).collect(),
        symbology: aim.and_then(symbology),
        aim: aim.map(|aim| aim.iter().copied().map(char::from).collect()),
        age_ms: 0,
    }
}

/// `]`, a letter and a modifier in front of a code, where the scanner is set to send them.
fn split_aim(bytes: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match bytes {
        [b']', letter, modifier, rest @ ..] if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() && !rest.is_empty() => {
            (Some(&bytes[..3]), rest)
        }
        _ => (None, bytes),
    }
}

fn symbology(aim: &[u8]) -> Option<Symbology> {
    let [_, letter, modifier] = aim else { return None };
    Some(match (letter, modifier) {
        (b'E', _) => Symbology::Ean,
        (b'A', _) => Symbology::Code39,
        (b'C', b'1') => Symbology::Gs1128,
        (b'C', _) => Symbology::Code128,
        (b'I', _) => Symbology::Itf,
        (b'e', _) => Symbology::DataBar,
        (b'd', b'2') => Symbology::Gs1DataMatrix,
        (b'd', _) => Symbology::DataMatrix,
        (b'Q', b'3') => Symbology::Gs1Qr,
        (b'Q', _) => Symbology::Qr,
        (b'L', _) => Symbology::Pdf417,
        (b'z', _) => Symbology::Aztec,
        _ => Symbology::Other,
    })
}

fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aim_ids_name_the_symbology_and_leave_the_code() {
        let rows: [(&[u8], Option<Symbology>, &str); 8] = [
            (b"]E04870001112223", Some(Symbology::Ean), "4870001112223"),
            (b"]d20104870001112223\x1d21abc", Some(Symbology::Gs1DataMatrix), "0104870001112223\x1d21abc"),
            (b"]C1010487", Some(Symbology::Gs1128), "010487"),
            (b"]C0ABC", Some(Symbology::Code128), "ABC"),
            (b"]Q1https://x", Some(Symbology::Qr), "https://x"),
            (b"]X0weird", Some(Symbology::Other), "weird"),
            (b"4870001112223", None, "4870001112223"),
            (b"]E0", None, "]E0"),
        ];
        for (bytes, symbology, code) in rows {
            let scan = describe("1", bytes);
            assert_eq!((scan.symbology, scan.code.as_str()), (symbology, code));
        }
    }

    #[test]
    fn bytes_stay_as_they_are() {
        let scan = describe("1", b"]d1\x1d\xFF\x41");
        assert_eq!((scan.bytes_hex.as_str(), scan.code.as_str()), ("1dff41", "\x1dÿA"));
        assert_eq!(describe("1", "Қ".as_bytes()).code, "Қ");
    }
}
