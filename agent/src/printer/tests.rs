//! The driver against printers of every temper, over real sockets and a pseudo-terminal.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use duken_protocol::device::{Confirmation, Connection, DrawerPin, Outcome, Reason};
use duken_protocol::layout::Layout;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::document::compose;
use super::driver::{Asking, Habits, Patience, Session, Told};
use super::profile::{PrinterProfile, Profiles};
use super::status::PrinterStatus;
use super::transport::Link;

/// What a fake printer does with what it gets.
#[derive(Debug, Clone, Copy, Default)]
struct Temper {
    /// Answers to `DLE EOT` 1 to 4; none = silence.
    at_once: Option<[u8; 4]>,
    /// Answer to `GS r`; none = silence.
    in_order: Option<u8>,
    /// Stops reading after so many bytes.
    stalls_after: Option<usize>,
    /// Hangs up after so many bytes.
    hangs_up_after: Option<usize>,
    /// Answers to `DLE EOT` once it has read so many bytes.
    at_once_after: Option<(usize, [u8; 4])>,
    /// Says nothing more once it has read so many bytes, and goes on reading.
    falls_silent_after: Option<usize>,
    /// Says nothing on so many connections: it is starting.
    starts_during: usize,
    /// Before each answer.
    thinks_ms: u64,
    /// Before its answer to the second question, on top of that.
    thinks_longer_ms: u64,
}

const READY: [u8; 4] = [0x12; 4];
const NO_PAPER: [u8; 4] = [0x1A, 0x32, 0x12, 0x72];

const GOOD: Temper = Temper {
    at_once: Some(READY),
    in_order: Some(0),
    stalls_after: None,
    hangs_up_after: None,
    at_once_after: None,
    falls_silent_after: None,
    starts_during: 0,
    thinks_ms: 0,
    thinks_longer_ms: 0,
};
const SILENT: Temper = Temper { at_once: None, in_order: None, ..GOOD };

/// Everything that arrived, across connections.
type Received = Arc<Mutex<Vec<u8>>>;

async fn fake(temper: Temper) -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let received = Received::default();
    let seen = Arc::clone(&received);
    tokio::spawn(async move {
        for connection in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let silent = Temper { at_once: None, in_order: None, ..temper };
            serve(stream, if connection < temper.starts_during { silent } else { temper }, &seen).await;
        }
    });
    (address, received)
}

async fn serve(mut stream: TcpStream, temper: Temper, received: &Received) {
    let mut count = 0;
    let mut buffer = vec![0; 4096];
    let mut tail: Vec<u8> = Vec::new();
    loop {
        let room = temper.stalls_after.or(temper.hangs_up_after).map_or(4096, |limit| (limit - count).min(4096));
        if room == 0 {
            if temper.hangs_up_after.is_some() {
                return;
            }
            std::future::pending::<()>().await;
        }
        let Ok(read) = stream.read(&mut buffer[..room]).await else { return };
        if read == 0 {
            return;
        }
        count += read;
        received.lock().unwrap().extend_from_slice(&buffer[..read]);
        tail.extend_from_slice(&buffer[..read]);
        let mut answer = Vec::new();
        while let Some(at) = tail.windows(3).position(|part| matches!(part, [0x10, 0x04, 1..=4] | [0x1d, b'r', 1])) {
            let command: Vec<u8> = tail.drain(..at + 3).skip(at).collect();
            let at_once = match temper.at_once_after {
                Some((after, answers)) if count >= after => Some(answers),
                _ => temper.at_once,
            };
            if temper.falls_silent_after.is_some_and(|limit| count >= limit) {
                continue;
            }
            let thinks_ms = temper.thinks_ms + if command[..] == [0x10, 0x04, 2] { temper.thinks_longer_ms } else { 0 };
            tokio::time::sleep(Duration::from_millis(thinks_ms)).await;
            if command[0] == 0x10 {
                answer.extend(at_once.map(|answers| answers[usize::from(command[2]) - 1]));
            } else {
                answer.extend(temper.in_order);
            }
        }
        tail.drain(..tail.len().saturating_sub(2));
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        status: Duration::from_millis(150),
        pulse: Duration::from_millis(150),
        progress: Duration::from_millis(400),
        barrier: Duration::from_millis(500),
        learning: Duration::from_millis(500),
        settling: Duration::from_millis(50),
        mending: Duration::from_millis(900),
    }
}

fn profile(id: &str) -> PrinterProfile {
    let mut profile = Profiles::bundled().get(id).cloned().unwrap();
    profile.pacing_ms = 0;
    profile
}

fn receipt(lines: usize) -> Layout {
    (0..lines).fold(Layout::new(), |layout, line| layout.item(format!("Сүт {line}"), "2 × 450,00", "900,00")).cut()
}

async fn print_with(address: &str, profile: &PrinterProfile, lines: usize, habits: &mut Habits) -> (Outcome, Vec<PrinterStatus>) {
    let document = compose(&receipt(lines), profile).unwrap();
    let link = match Link::open(&Connection::network(address), patience().connect).await {
        Ok(link) => link,
        Err(error) => return (Outcome::not_printed(error.reason, error.detail), vec![]),
    };
    let mut session = Session::new(link, profile, patience(), habits);
    let mut news = Vec::new();
    let outcome = session.print(&document, &mut |status| news.push(status)).await;
    session.close().await;
    (outcome, news)
}

async fn print(temper: Temper, id: &str, lines: usize) -> Outcome {
    let (address, _) = fake(temper).await;
    print_with(&address, &profile(id), lines, &mut Habits::default()).await.0
}

fn short(outcome: &Outcome) -> (&'static str, Option<Reason>) {
    (outcome.code(), outcome.reason())
}

const ANSWERED: Outcome = Outcome::Printed { confirmation: Confirmation::Answered };
const UNCONFIRMED: Outcome = Outcome::Printed { confirmation: Confirmation::Unconfirmed };

#[tokio::test]
async fn an_answering_printer_gets_every_byte_and_confirms() {
    let (address, received) = fake(GOOD).await;
    let profile = profile("epson-tm");
    let (outcome, _) = print_with(&address, &profile, 30, &mut Habits::default()).await;
    assert_eq!(outcome, ANSWERED);
    let asked: Vec<u8> = [1, 2, 3, 4].iter().flat_map(|what| [0x10, 0x04, *what]).collect();
    let expected = [asked, compose(&receipt(30), &profile).unwrap().bytes(), vec![0x1d, b'r', 1]].concat();
    assert_eq!(*received.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_printer_that_never_answers_is_printed_unconfirmed() {
    assert_eq!(print(SILENT, "generic-80", 10).await, UNCONFIRMED);
}

#[tokio::test]
async fn a_clone_that_does_not_know_the_question_in_order_is_asked_it_twice() {
    let (address, received) = fake(Temper { in_order: None, ..GOOD }).await;
    let mut habits = Habits::default();
    let profile = profile("generic-80");
    for known in [None, Some(false)] {
        assert_eq!(print_with(&address, &profile, 3, &mut habits).await.0, UNCONFIRMED);
        assert_eq!((habits.answers_at_once, habits.answers_in_order), (Some(true), known));
    }
    received.lock().unwrap().clear();
    assert_eq!(print_with(&address, &profile, 3, &mut habits).await.0, UNCONFIRMED);
    assert!(!received.lock().unwrap().windows(3).any(|part| part == [0x1d, b'r', 1]));
}

#[tokio::test]
async fn what_hinders_before_the_first_byte_prints_nothing() {
    let rows = [
        (NO_PAPER, Reason::PaperOut),
        ([0x1A, 0x16, 0x12, 0x12], Reason::CoverOpen),
        ([0x1A, 0x52, 0x1A, 0x12], Reason::DeviceError),
        ([0x1A, 0x12, 0x12, 0x12], Reason::NotReady),
    ];
    for (at_once, reason) in rows {
        let (address, received) = fake(Temper { at_once: Some(at_once), ..GOOD }).await;
        let (outcome, _) = print_with(&address, &profile("epson-tm"), 3, &mut Habits::default()).await;
        assert_eq!(short(&outcome), ("not_printed", Some(reason)));
        assert_eq!(received.lock().unwrap().len(), 12, "only questions");
    }
}

#[tokio::test]
async fn a_printer_that_always_answers_and_now_is_silent_prints_nothing() {
    assert_eq!(short(&print(SILENT, "epson-tm", 3).await), ("not_printed", Some(Reason::NoAnswer)));
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (outcome, _) = print_with(&address, &profile("epson-tm"), 3, &mut Habits::default()).await;
    assert_eq!(short(&outcome), ("not_printed", Some(Reason::Offline)));
}

#[tokio::test]
async fn a_stalled_printer_is_unknown_even_when_the_system_took_all_bytes() {
    // A silent printer that swallows a short receipt into its own memory cannot be told from one that prints it.
    let clone = Temper { in_order: None, ..GOOD };
    let rows = [
        ("epson-tm", GOOD, 3),
        ("epson-tm", GOOD, 400),
        ("generic-80", GOOD, 3),
        ("generic-80", GOOD, 400),
        ("generic-80", clone, 3),
        ("generic-80", SILENT, 400),
    ];
    for (id, temper, lines) in rows {
        let temper = Temper { stalls_after: Some(600), ..temper };
        assert_eq!(print(temper, id, lines).await.code(), "unknown", "{id}, {lines} goods");
    }
}

#[tokio::test]
async fn a_line_that_breaks_in_the_middle_is_unknown() {
    let temper = Temper { hangs_up_after: Some(3_000), ..GOOD };
    assert_eq!(short(&print(temper, "epson-tm", 60).await), ("unknown", Some(Reason::LinkLost)));
    let temper = Temper { hangs_up_after: Some(3_000), ..SILENT };
    assert_eq!(short(&print(temper, "generic-80", 60).await), ("unknown", Some(Reason::LinkLost)));
}

#[tokio::test]
async fn paper_that_ends_in_the_middle_is_said_while_it_waits() {
    let temper = Temper { in_order: None, at_once_after: Some((2_000, NO_PAPER)), ..GOOD };
    let (address, _) = fake(temper).await;
    let (outcome, news) = print_with(&address, &profile("epson-tm"), 20, &mut Habits::default()).await;
    assert_eq!(short(&outcome), ("unknown", Some(Reason::PaperOut)));
    assert!(!news.first().unwrap().paper_out && news.last().unwrap().paper_out);
}

#[tokio::test]
async fn a_confirmation_without_paper_is_no_confirmation() {
    let temper = Temper { in_order: Some(0x0C), ..GOOD };
    assert_eq!(short(&print(temper, "epson-tm", 3).await), ("unknown", Some(Reason::PaperOut)));
}

#[tokio::test]
async fn a_printer_that_dies_with_the_document_is_unknown_whatever_it_answered_before() {
    for known in [None, Some(true), Some(false)] {
        let (address, _) = fake(Temper { falls_silent_after: Some(600), ..GOOD }).await;
        let mut habits = Habits::known(Some(true), known);
        let (outcome, _) = print_with(&address, &profile("generic-80"), 3, &mut habits).await;
        assert_eq!(short(&outcome), ("unknown", Some(Reason::NoAnswer)), "{known:?}");
    }
    // One that always answered in order and says "ready" at once has the document in its memory, not on paper.
    let (address, _) = fake(Temper { in_order: None, ..GOOD }).await;
    let mut habits = Habits::known(Some(true), Some(true));
    let (outcome, _) = print_with(&address, &profile("generic-80"), 3, &mut habits).await;
    assert_eq!(short(&outcome), ("unknown", Some(Reason::NoAnswer)));
}

#[tokio::test]
async fn the_same_byte_to_every_question_says_nothing() {
    for byte in [0xFF, 0x16, 0x1A, 0x1E, 0x72] {
        let clone = Temper { at_once: Some([byte; 4]), in_order: None, ..GOOD };
        assert_eq!(print(clone, "generic-80", 3).await, UNCONFIRMED, "{byte:02x}");
    }
    // Where silence means trouble, nonsense is no silence; only its answer in order counts.
    assert_eq!(print(Temper { at_once: Some([0x16; 4]), ..GOOD }, "epson-tm", 3).await, ANSWERED);
}

async fn ask(address: &str, profile: &PrinterProfile, habits: &mut Habits, asking: Asking) -> Told {
    let link = Link::open(&Connection::network(address), patience().connect).await.unwrap();
    let mut session = Session::new(link, profile, patience(), habits);
    let told = session.ask_state(asking).await.unwrap();
    session.close().await;
    told
}

#[tokio::test]
async fn a_printer_that_was_starting_is_heard_later() {
    const OPEN: [u8; 4] = [0x1A, 0x16, 0x12, 0x12];
    let (address, _) = fake(Temper { at_once: Some(OPEN), starts_during: 3, ..GOOD }).await;
    let (profile, mut habits) = (profile("generic-80"), Habits::default());
    for _ in 0..3 {
        assert_eq!(ask(&address, &profile, &mut habits, Asking::Idle).await, Told::Nothing);
    }
    assert_eq!(habits.answers_at_once, Some(false));
    assert!(ask(&address, &profile, &mut habits, Asking::Idle).await.state().unwrap().cover_open);
    let (outcome, _) = print_with(&address, &profile, 3, &mut habits).await;
    assert_eq!(short(&outcome), ("not_printed", Some(Reason::CoverOpen)));
}

#[tokio::test]
async fn a_printer_may_think_for_a_second() {
    let (address, _) = fake(Temper { thinks_ms: 700, ..GOOD }).await;
    let profile = profile("epson-tm");
    let link = Link::open(&Connection::network(&address), patience().connect).await.unwrap();
    let mut habits = Habits::default();
    let mut session = Session::new(link, &profile, Patience::default(), &mut habits);
    assert_eq!(session.print(&compose(&receipt(3), &profile).unwrap(), &mut |_| {}).await, ANSWERED);
}

#[tokio::test]
async fn a_late_answer_is_not_taken_for_one_to_the_next_question() {
    // "Cover open" said too late would be an error of the knife as an answer to the third question.
    let late = Temper { at_once: Some([0x12, 0x16, 0x12, 0x12]), thinks_longer_ms: 220, ..GOOD };
    let (address, _) = fake(late).await;
    let (profile, mut habits) = (profile("generic-80"), Habits::default());
    for asking in [Asking::Idle, Asking::ForPaper] {
        assert!(!ask(&address, &profile, &mut habits, asking).await.state().unwrap().error, "{asking:?}");
    }
}

#[tokio::test]
async fn the_drawer_gets_its_own_five_bytes() {
    let (address, received) = fake(GOOD).await;
    let profile = profile("epson-tm");
    let link = Link::open(&Connection::network(&address), patience().connect).await.unwrap();
    let mut habits = Habits::default();
    let mut session = Session::new(link, &profile, patience(), &mut habits);
    assert_eq!(session.pulse(DrawerPin::Two, 50, 500).await, Outcome::Done);
    session.close().await;
    assert_eq!(received.lock().unwrap()[12..], [0x1b, 0x70, 0, 0x19, 0xFA]);
}

#[tokio::test]
async fn without_paper_the_drawer_opens_at_once_or_not_at_all() {
    for (id, expected, bytes) in
        [("epson-tm", Outcome::Done, &[0x10, 0x14, 1, 0, 1][..]), ("generic-80", Outcome::failed(Reason::PaperOut, ""), &[])]
    {
        let (address, received) = fake(Temper { at_once: Some(NO_PAPER), ..GOOD }).await;
        let profile = profile(id);
        let link = Link::open(&Connection::network(&address), patience().connect).await.unwrap();
        let mut habits = Habits::default();
        let mut session = Session::new(link, &profile, patience(), &mut habits);
        assert_eq!(session.pulse(DrawerPin::Two, 50, 500).await, expected);
        session.close().await;
        assert_eq!(received.lock().unwrap()[12..], *bytes);
    }
}

#[tokio::test]
async fn a_serial_printer_on_a_pseudo_terminal() {
    let pty = nix::pty::openpty(None, None).unwrap();
    let path = nix::unistd::ttyname(&pty.slave).unwrap().to_str().unwrap().to_owned();
    let profile = profile("xprinter-58");
    let expected = compose(&receipt(20), &profile).unwrap().bytes();
    // The first question, the document; the printer is silent.
    let length = expected.len() + 3;
    let master = std::fs::File::from(pty.master);
    let printer = std::thread::spawn(move || {
        use std::io::Read;
        let mut bytes = vec![0; length];
        (&master).read_exact(&mut bytes).unwrap();
        // The line stays open until the driver has hung up.
        (bytes, master)
    });
    let link = Link::open(&Connection::serial(&path, 115_200), patience().connect).await.unwrap();
    // The line is ours alone.
    let second = Link::open(&Connection::serial(&path, 115_200), patience().connect).await.unwrap_err();
    assert_eq!(second.reason, Reason::InUse);
    let mut habits = Habits::default();
    let mut session = Session::new(link, &profile, patience(), &mut habits);
    let outcome = session.print(&compose(&receipt(20), &profile).unwrap(), &mut |_| {}).await;
    assert_eq!(outcome, UNCONFIRMED);
    let (bytes, _master) = printer.join().unwrap();
    assert_eq!(bytes[..3], [0x10, 0x04, 1]);
    assert_eq!(bytes[3..], expected);
}

#[tokio::test]
async fn what_a_stalled_serial_printer_did_not_take_never_comes_out_on_top_of_the_next_paper() {
    use std::io::Read;
    use std::os::fd::AsFd;
    let pty = nix::pty::openpty(None, None).unwrap();
    let path = nix::unistd::ttyname(&pty.slave).unwrap().to_str().unwrap().to_owned();
    let profile = profile("xprinter-58");
    let document = compose(&receipt(200), &profile).unwrap();
    let link = Link::open(&Connection::serial(&path, 115_200), patience().connect).await.unwrap();
    let mut habits = Habits::default();
    let mut session = Session::new(link, &profile, patience(), &mut habits);
    let outcome = session.print(&document, &mut |_| {}).await;
    assert_eq!(short(&outcome), ("unknown", Some(Reason::Stalled)));
    session.close().await;
    nix::fcntl::fcntl(pty.master.as_fd(), nix::fcntl::FcntlArg::F_SETFL(nix::fcntl::OFlag::O_NONBLOCK)).unwrap();
    let mut master = std::fs::File::from(pty.master);
    let (mut left, mut bytes) = (0, vec![0; 65_536]);
    while let Ok(count @ 1..) = master.read(&mut bytes) {
        left += count;
    }
    // What had reached the other end lies there: 4 KiB in a pseudo-terminal. What waited on this side is gone.
    assert!(left < 4_096, "{left} of {} bytes", document.bytes().len());
}

#[tokio::test]
async fn a_missing_device_is_offline() {
    for connection in [
        Connection::serial("/dev/no-such-port", 9600),
        Connection::UsbLp { path: "/dev/usb/no-such-printer".into() },
        Connection::Usb { vid: 0xffff, pid: 0xffff, serial: None, port_path: None },
    ] {
        let error = Link::open(&connection, patience().connect).await.unwrap_err();
        assert_eq!(error.reason, Reason::Offline, "{connection:?}");
    }
}
