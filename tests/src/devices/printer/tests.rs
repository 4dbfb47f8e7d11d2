use std::io::{Read, Write};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::devices::paper::Bitmap;

const CUT: &[u8] = b"\x1dVA\x03";

async fn printer() -> Printer {
    Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.unwrap()
}

async fn connect(printer: &Printer) -> TcpStream {
    TcpStream::connect(printer.socket()).await.unwrap()
}

async fn ask(stream: &mut TcpStream, question: &[u8]) -> u8 {
    stream.write_all(question).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(20), stream.read_u8()).await;
    answer.expect("the printer answers").unwrap()
}

fn raster(rows: u16, fill: u8) -> Vec<u8> {
    let [low, high] = rows.to_le_bytes();
    let mut bytes = vec![0x1d, b'v', b'0', 0, 72, 0, low, high];
    bytes.extend(std::iter::repeat_n(fill, 72 * usize::from(rows)));
    bytes
}

#[tokio::test]
async fn a_job_becomes_a_receipt() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    stream.write_all(&[b"\x1b@Hello\n", &raster(8, 0x81)[..], CUT].concat()).await.unwrap();
    let receipts = printer.wait_for_receipts(1).await;
    assert_eq!(receipts[0].text(), "Hello");
    assert!(receipts[0].contains(&Bitmap::from_fn(576, 8, |x, _| x % 8 == 0 || x % 8 == 7)));
    assert!(receipts[0].raw().ends_with(CUT));
    assert_eq!(Bitmap::from_png(&receipts[0].png()).unwrap(), receipts[0].sheet.dots);
}

#[tokio::test]
async fn the_drawer_opens_and_its_pin_shows() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    assert_eq!(ask(&mut stream, b"\x10\x04\x01").await, 0x12);
    stream.write_all(b"\x1bp\x00\x19\xfa").await.unwrap();
    let drawer = printer.wait_for_pulses(1).await;
    assert!(drawer.open);
    assert_eq!((drawer.pulses[0].pin, drawer.pulses[0].on_ms), (2, 50));
    assert_eq!(ask(&mut stream, b"\x10\x04\x01").await, 0x16);
    assert_eq!(ask(&mut stream, b"\x1dr\x02").await, 0x01);
    printer.close_drawer();
    assert_eq!(ask(&mut stream, b"\x10\x04\x01").await, 0x12);
    printer.set(|modes| modes.drawer_open_level = Level::Low);
    assert_eq!(ask(&mut stream, b"\x10\x04\x01").await, 0x16, "the other polarity");
    stream.write_all(b"\x1bp\x01\x19\xfa").await.unwrap();
    assert!(!printer.wait_for_pulses(2).await.open, "the drawer hangs on the other pin");
}

#[tokio::test]
async fn without_paper_it_answers_waits_and_goes_on_where_it_stopped() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| modes.paper = Paper::Out);
    stream.write_all(b"first\n").await.unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x04").await, 0x7e, "real-time questions overtake the waiting line");
    assert_eq!(ask(&mut stream, b"\x10\x04\x01").await, 0x1a);
    stream.write_all(&[b"second\n", CUT, b"\x1dr\x01"].concat()).await.unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x02").await, 0x32);
    assert!(printer.receipts().is_empty());
    printer.set(|modes| modes.paper = Paper::NearEnd);
    assert_eq!(stream.read_u8().await.unwrap(), 0x03, "the buffered question is answered after the cut");
    assert_eq!(printer.receipts()[0].text(), "first\nsecond");
}

#[tokio::test]
async fn an_open_lid_stops_the_flow_of_bytes() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| modes.cover_open = true);
    let job = [raster(60_000, 0), CUT.to_vec()].concat();
    let (mut reader, mut writer) = stream.split();
    let sending = async {
        writer.write_all(&job).await.unwrap();
        writer.write_all(b"\x1dr\x01").await.unwrap();
    };
    tokio::pin!(sending);
    tokio::select! {
        () = &mut sending => panic!("four megabytes went into a printer with an open lid"),
        () = printer.wait_for_bytes(4096) => {}
    }
    assert_eq!(printer.traffic().0, 4096);
    printer.set(|modes| modes.cover_open = false);
    sending.await;
    assert_eq!(reader.read_u8().await.unwrap(), 0);
    assert_eq!(printer.wait_for_receipts(1).await.len(), 2, "a raster of seven metres is torn off once by itself");
}

#[tokio::test]
async fn the_roll_ends_in_the_middle_of_a_receipt() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| modes.paper_left_rows = Some(45));
    stream.write_all(&[b"one\ntwo\nthree\n", CUT].concat()).await.unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x04").await, 0x7e);
    assert_eq!(printer.hanging().text(), "one\ntwo");
    printer.set(|modes| modes.paper = Paper::Enough);
    assert_eq!(printer.wait_for_receipts(1).await[0].text(), "one\ntwo\nthree");
}

#[tokio::test]
async fn a_stuck_knife_is_an_error_of_its_own() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| modes.cutter_jammed = true);
    assert_eq!(ask(&mut stream, b"\x10\x04\x03").await, 0x1a);
    assert_eq!(ask(&mut stream, b"\x10\x04\x02").await, 0x52);
}

#[tokio::test]
async fn unplugged_it_refuses_and_forgets() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    stream.write_all(b"\x1b!\x30half\nrest").await.unwrap();
    printer.wait_for_hanging(|paper| paper.text() == "half").await;
    printer.set(|modes| modes.power = Power::Off);
    assert!(stream.read_u8().await.is_err(), "the connection is gone");
    let refused = loop {
        // The listener closes a moment after the switch.
        if let Err(error) = TcpStream::connect(printer.socket()).await {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    printer.set(|modes| modes.power = Power::On);
    let mut again = loop {
        if let Ok(stream) = TcpStream::connect(printer.socket()).await {
            break stream;
        }
        tokio::task::yield_now().await;
    };
    again.write_all(&[b"next\n", CUT].concat()).await.unwrap();
    assert_eq!(printer.wait_for_receipts(1).await[0].text(), "half\nnext", "one piece of paper, half and whole");
}

#[tokio::test]
async fn stalled_it_keeps_the_connection_and_takes_nothing() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| modes.stall_after_bytes = Some(10));
    stream.write_all(&[b"0123456\n0123456\n", CUT].concat()).await.unwrap();
    printer.wait_for_bytes(10).await;
    assert_eq!(printer.modes().stall_after_bytes, Some(0));
    assert_eq!((printer.traffic().0, printer.hanging().text()), (10, "0123456".to_owned()));
    printer.set(|modes| modes.stall_after_bytes = None);
    assert_eq!(printer.wait_for_receipts(1).await[0].text(), "0123456\n0123456");
}

#[tokio::test]
async fn it_drops_the_connection_once_in_mid_job() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| modes.drop_after_bytes = Some(20));
    stream.write_all(&[b"line\n", &raster(4, 0xff)[..], CUT].concat()).await.unwrap();
    assert!(stream.read_u8().await.is_err());
    assert_eq!(printer.hanging().text(), "line");
    let mut again = connect(&printer).await;
    again.write_all(&[b"all\n", CUT].concat()).await.unwrap();
    assert_eq!(printer.wait_for_receipts(1).await[0].text(), "line\nall");
}

#[tokio::test]
async fn half_a_raster_can_swallow_the_next_job() {
    let printer = printer().await;
    printer.set(|modes| modes.keeps_half_command = true);
    let mut first = connect(&printer).await;
    first.write_all(&raster(2, 0xff)[..100]).await.unwrap();
    first.shutdown().await.unwrap();
    let mut second = connect(&printer).await;
    second.write_all(&[&[b'x'; 52][..], b"tail\n", CUT].concat()).await.unwrap();
    assert_eq!(printer.wait_for_receipts(1).await[0].text(), "tail");
}

#[tokio::test]
async fn it_lies_or_says_nothing() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    printer.set(|modes| {
        modes.paper = Paper::Out;
        modes.status = StatusAnswers::AlwaysWell;
    });
    assert_eq!(ask(&mut stream, b"\x10\x04\x04").await, 0x12);
    printer.set(|modes| modes.status = StatusAnswers::Silent);
    stream.write_all(b"\x10\x04\x01\x10\x04\x02").await.unwrap();
    printer.wait_for_bytes(9).await;
    printer.set(|modes| modes.status = StatusAnswers::Honest);
    assert_eq!(ask(&mut stream, b"\x10\x04\x04").await, 0x7e, "nothing was said in between");
}

#[tokio::test]
async fn automatic_status_comes_unasked() {
    let printer = printer().await;
    let mut stream = connect(&printer).await;
    let mut status = [0; 4];
    stream.write_all(b"\x1da\xff").await.unwrap();
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(status, [0x10, 0, 0, 0]);
    printer.set(|modes| modes.cover_open = true);
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(status, [0x38, 0, 0, 0]);
}

#[tokio::test]
async fn slow_is_slow_and_loses_nothing() {
    let printer = printer().await;
    printer.set(|modes| modes.bytes_per_second = Some(400));
    let mut stream = connect(&printer).await;
    let began = tokio::time::Instant::now();
    stream.write_all(&[&b"abcdefghijklmnopqrstuvwxy\n".repeat(4)[..], CUT].concat()).await.unwrap();
    assert_eq!(printer.wait_for_receipts(1).await[0].text().lines().count(), 4);
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_second_connection_waits_or_is_closed() {
    let printer = printer().await;
    let mut first = connect(&printer).await;
    assert_eq!(ask(&mut first, b"\x10\x04\x01").await, 0x12);
    let mut second = connect(&printer).await;
    second.write_all(&[b"second\n", CUT].concat()).await.unwrap();
    first.write_all(&[b"first\n", CUT].concat()).await.unwrap();
    first.shutdown().await.unwrap();
    let receipts = printer.wait_for_receipts(2).await;
    assert_eq!((receipts[0].text(), receipts[1].text()), ("first".to_owned(), "second".to_owned()));
    printer.set(|modes| modes.second_connection = SecondConnection::Closed);
    let mut third = connect(&printer).await;
    assert!(matches!(third.read(&mut [0; 8]).await, Ok(0) | Err(_)), "closed at once");
}

#[tokio::test]
async fn receipts_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = PrinterOptions { folder: Some(folder.path().to_path_buf()), keep: 2, ..PrinterOptions::default() };
    let printer = Printer::on_tcp("127.0.0.1:0", options.clone()).await.unwrap();
    let mut stream = connect(&printer).await;
    for text in ["one", "two", "three"] {
        stream.write_all(&[text.as_bytes(), b"\n", CUT].concat()).await.unwrap();
    }
    let kept = printer.wait_for_receipts(3).await;
    drop(printer);
    let again = Printer::on_tcp("127.0.0.1:0", options).await.unwrap();
    let loaded = again.wait_for_receipts(3).await;
    assert_eq!(loaded.len(), 2, "the oldest was thrown away");
    for (before, after) in kept.iter().zip(&loaded) {
        assert_eq!((before.number, &before.sheet, before.at), (after.number, &after.sheet, after.at));
    }
}

#[tokio::test]
async fn settings_by_json_name_what_is_wrong() {
    let printer = printer().await;
    let modes = printer.set_json(&serde_json::json!({"paper": "near_end", "stall_after_bytes": 5})).unwrap();
    assert_eq!((modes.paper, modes.stall_after_bytes), (Paper::NearEnd, Some(5)));
    let unknown = printer.set_json(&serde_json::json!({"papier": "out"})).unwrap_err();
    assert!(unknown.contains("papier"), "{unknown}");
    assert!(printer.set_json(&serde_json::json!({"paper": "wet"})).is_err());
    assert_eq!(printer.modes(), modes);
}

#[tokio::test]
async fn over_a_serial_line_it_is_the_same_printer() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("printer");
    let printer = Printer::on_pty(Some(&link), PrinterOptions::default()).unwrap();
    assert_eq!(printer.address(), &PrinterAddress::Serial(link.clone()));
    let port = link.clone();
    let answer = tokio::task::spawn_blocking(move || {
        let mut port = std::fs::File::options().read(true).write(true).open(port).unwrap();
        // All 256 values but the question's own bytes: nothing on the line may change them.
        let mut job = vec![0x1d, b'v', b'0', 0, 32, 0, 8, 0];
        job.extend((0..=255_u8).map(|byte| if byte == 0x10 { 0 } else { byte }));
        port.write_all(&[&job[..], b"serial\n", CUT, b"\x1dr\x01"].concat()).unwrap();
        let mut answer = [0xff];
        port.read_exact(&mut answer).unwrap();
        answer[0]
    });
    assert_eq!(answer.await.unwrap(), 0);
    let receipts = printer.wait_for_receipts(1).await;
    assert_eq!(receipts[0].text(), "serial");
    assert_eq!(receipts[0].raw()[8 + 0x0d], 0x0d, "no translation of line ends");

    printer.set(|modes| modes.power = Power::Off);
    printer.wait_for_power_off_of_link(&link).await;
    printer.set(|modes| modes.power = Power::On);
    printer.machine.wait_until("the port", |machine| (machine.connections == 2).then_some(())).await;
    assert!(link.exists());
}

impl Printer {
    /// Hanging up is the last thing a serial printer does when its power goes.
    async fn wait_for_power_off_of_link(&self, link: &Path) {
        while std::fs::symlink_metadata(link).is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
