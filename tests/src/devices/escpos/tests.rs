use proptest::prelude::*;

use super::*;

fn printed(options: PressOptions, packets: &[&[u8]]) -> (Vec<Effect>, Sheet) {
    let (mut parser, mut press) = (Parser::default(), Press::new(options));
    let mut effects = Vec::new();
    for packet in packets {
        for token in parser.push(packet) {
            effects.extend(press.apply(&token));
        }
    }
    (effects, press.hanging())
}

fn one_sheet(bytes: &[u8]) -> Sheet {
    let (effects, rest) = printed(PressOptions::default(), &[bytes]);
    let mut sheets: Vec<Sheet> =
        effects.into_iter().filter_map(|effect| if let Effect::Cut(sheet) = effect { Some(*sheet) } else { None }).collect();
    assert_eq!(sheets.len(), 1, "one cut");
    assert!(rest.items.is_empty(), "{:?}", rest.items);
    sheets.remove(0)
}

#[test]
fn text_in_a_code_table_is_read_and_drawn() {
    let sheet = one_sheet(b"\x1b@\x1c.\x1bt\x35\x1ba\x01\x8dazaq \xbc\xba\x0a\x1dVA\x03");
    assert_eq!(sheet.text(), "Қazaq әғ");
    let trimmed = sheet.dots.trimmed().unwrap();
    assert!(trimmed.width() > 60 && trimmed.height() > 12, "{trimmed:?}");
    assert_eq!(sheet.dots.height(), 30 + 3);
}

#[test]
fn long_lines_wrap_at_the_edge_of_the_paper() {
    let sheet = one_sheet(&[&[b'x'; 50][..], b"\n\x1dV\0"].concat());
    assert_eq!(sheet.text(), format!("{}\nxx", "x".repeat(48)));
}

#[test]
fn a_raster_lands_dot_for_dot_and_aligned() {
    let (width, rows) = (2_usize, 3_usize);
    let data = [0b1010_1010, 0x0f, 0xff, 0x00, 0x01, 0x80];
    let mut bytes = b"\x1ba\x02\x1dv0\0".to_vec();
    bytes.extend([width as u8, 0, rows as u8, 0]);
    bytes.extend(data);
    bytes.extend(b"\x1dV\x01");
    let sheet = one_sheet(&bytes);
    let wanted = Bitmap::from_fn(16, 3, |x, y| data[y * 2 + x / 8] & (0x80 >> (x % 8)) != 0);
    assert_eq!(sheet.items, [Printed::Picture { width: 16, height: 3 }]);
    assert_eq!(sheet.dots.find(&wanted), Some((576 - 16, 0)));
    assert!(sheet.complaints.is_empty());
}

#[test]
fn a_raster_within_a_line_or_too_wide_is_complained_about() {
    let mut bytes = b"abc\x1dv0\0\x50\0\x01\0".to_vec();
    bytes.extend([0xff; 0x50]);
    bytes.extend(b"\x1dV\0");
    let complaints = one_sheet(&bytes).complaints;
    assert_eq!(complaints.len(), 2, "{complaints:?}");
}

#[test]
fn a_printer_that_holds_few_rows_loses_the_rest() {
    let options = PressOptions { raster_rows_max: Some(2), ..PressOptions::default() };
    let mut bytes = b"\x1dv0\0\x01\0\x05\0".to_vec();
    bytes.extend([0xff; 5]);
    let (_, sheet) = printed(options, &[&bytes]);
    assert_eq!(sheet.dots.height(), 2);
}

#[test]
fn column_strips_stand_in_the_line() {
    let mut bytes = b"\x1b3\x18\x1b*\x21\x04\0".to_vec();
    bytes.extend([0x80, 0, 1, 0x80, 0, 1, 0x80, 0, 1, 0x80, 0, 1]);
    bytes.extend(b"\n\x1dV\0");
    let sheet = one_sheet(&bytes);
    let wanted = Bitmap::from_fn(4, 24, |_, y| y == 0 || y == 23);
    assert_eq!(sheet.dots.find(&wanted), Some((0, 0)));
    assert_eq!(sheet.dots.height(), 24);
}

#[test]
fn a_printer_in_chinese_mode_garbles_cyrillic_until_told_not_to() {
    let options = PressOptions { chinese_at_start: true, ..PressOptions::default() };
    let text = b"\x1b@\x1bt\x11\xaf\xe0\xa8\xa2\xa5\xe2\n";
    let (_, garbled) = printed(options, &[text]);
    assert_ne!(garbled.text(), "привет");
    let (_, clean) = printed(options, &[b"\x1b@\x1c.\x1bt\x11\xaf\xe0\xa8\xa2\xa5\xe2\n"]);
    assert_eq!(clean.text(), "привет");
}

#[test]
fn a_drawer_pulse_without_its_times_swallows_two_letters() {
    let (effects, sheet) = printed(PressOptions::default(), &[b"\x1bp\0ABC\n"]);
    assert_eq!(effects, [Effect::Pulse(Pulse { pin: 2, on_ms: 2 * u32::from(b'A') })]);
    assert_eq!(sheet.text(), "C");
    let (effects, _) = printed(PressOptions::default(), &[b"\x1bp\x01\x19\xfa"]);
    assert_eq!(effects, [Effect::Pulse(Pulse { pin: 5, on_ms: 50 })]);
}

#[test]
fn the_printers_own_qr_and_bar_codes_are_on_the_paper() {
    let mut bytes = b"\x1d(k\x03\x001C\x06".to_vec();
    bytes.extend(b"\x1d(k\x08\x001P0hello");
    bytes.extend(b"\x1d(k\x03\x001Q0");
    bytes.extend(b"\x1dh\x28\x1dH\x02\x1dkC\x0c487000000001");
    bytes.extend(b"\x1dV\0");
    let sheet = one_sheet(&bytes);
    assert_eq!(sheet.items[0], Printed::Qr { text: "hello".to_owned() });
    assert_eq!(sheet.items[1], Printed::Barcode { symbology: 67, text: "487000000001".to_owned() });
    assert_eq!(sheet.dots.qr_codes(), ["hello"]);
}

#[test]
fn endless_paper_is_torn_off() {
    let feeds = [0x1b, b'J', 255].repeat(400);
    let (effects, rest) = printed(PressOptions::default(), &[&feeds]);
    assert_eq!(effects.len(), 2);
    assert!(rest.dots.height() < 40_000);
}

/// Streams made by a public library, from `DUKEN_DATA` or `../shared/data` beside the project.
mod streams {
    use std::path::{Path, PathBuf};

    use super::*;

    fn stream(name: &str) -> Vec<u8> {
        let folder =
            std::env::var_os("DUKEN_DATA").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
        let path = folder.join("escpos").join(name);
        std::fs::read(&path)
            .unwrap_or_else(|error| panic!("this test needs the data file escpos/{name}: {error} ({}); set DUKEN_DATA", path.display()))
    }

    fn sheet(name: &str) -> Sheet {
        let sheet = one_sheet(&stream(name));
        let unknown: Vec<_> = sheet.complaints.iter().filter(|text| text.starts_with("unknown")).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
        if let Some(folder) = std::env::var_os("DUKEN_PICTURES") {
            let file = Path::new(&folder).join(format!("{name}.png"));
            std::fs::write(file, sheet.dots.to_png()).expect("the folder for pictures exists");
        }
        sheet
    }

    #[test]
    fn receipt_with_logo() {
        let sheet = sheet("receipt-with-logo.bin");
        assert!(matches!(sheet.items[0], Printed::Picture { .. }), "{:?}", sheet.items[0]);
        let text = sheet.text();
        assert!(text.contains("ExampleMart Ltd.") && text.contains("Total"), "{text}");
        assert!(sheet.complaints.is_empty(), "{:?}", sheet.complaints);
    }

    #[test]
    fn qr_codes() {
        let sheet = sheet("qr-code.bin");
        let qr: Vec<_> = sheet.items.iter().filter(|item| matches!(item, Printed::Qr { .. })).collect();
        assert_eq!(qr.len(), 19);
        let seen = sheet.dots.qr_codes();
        let plain = seen.iter().filter(|text| *text == "Testing 123").count();
        assert!(plain >= 12, "{seen:?}");
        assert!(seen.iter().any(|text| text == "0123456789012345678901234567890123456789"));
    }

    #[test]
    fn bar_codes() {
        let sheet = sheet("barcode.bin");
        let bars = sheet.items.iter().filter(|item| matches!(item, Printed::Barcode { .. })).count();
        assert!(bars >= 34, "{bars} of 39, {:?}", sheet.complaints);
    }

    #[test]
    fn languages() {
        // Lines are longer than the paper is wide.
        let text = sheet("character-encodings.bin").text().replace('\n', "");
        assert!(text.contains("Falsches Üben von Xylophonmusik quält jeden größeren Zwerg."), "{text}");
        assert!(text.contains("В чащах юга жил бы цитрус"), "{text}");
        assert!(text.contains("Quizdeltagerne spiste jordbær"), "{text}");
    }

    #[test]
    fn tables() {
        let text = sheet("character-tables.bin").text();
        assert!(text.contains("Table 17: CP866") && text.contains("АБВГДЕЖЗИЙКЛМНОП"), "{text}");
    }
}

/// Bytes that look like commands more often than chance would make them.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => proptest::collection::vec(any::<u8>(), 0..12),
        4 => (prop_oneof![Just(0x1b_u8), Just(0x1d), Just(0x1c), Just(0x10)], any::<u8>(), any::<[u8; 3]>())
            .prop_map(|(prefix, letter, rest)| vec![prefix, letter, rest[0] % 4, rest[1], rest[2] % 2]),
        2 => (0..4_u8, 0..4_u8, 0..6_u8, any::<u8>()).prop_map(|(mode, wide, high, fill)| {
            let mut raster = vec![0x1d, b'v', b'0', mode, wide, 0, high, 0];
            raster.extend(vec![fill; usize::from(wide) * usize::from(high)]);
            raster
        }),
        2 => "[ -~]{1,30}\n".prop_map(String::into_bytes),
        1 => Just(b"\x1dVA\x03".to_vec()),
        1 => Just(b"\x1b@".to_vec()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn packets_never_matter(bytes in hostile(), cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12)) {
        let whole = printed(PressOptions::default(), &[&bytes]);
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        ends.extend([0, bytes.len()]);
        ends.sort_unstable();
        let packets: Vec<&[u8]> = ends.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(&whole, &printed(PressOptions::default(), &packets));
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&whole, &printed(PressOptions::default(), &single));
    }

    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2000), chinese: bool) {
        printed(PressOptions { width: 384, chinese_at_start: chinese, ..PressOptions::default() }, &[&bytes]);
    }
}
