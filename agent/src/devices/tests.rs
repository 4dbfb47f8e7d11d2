//! The runtime with real sockets and pseudo-terminals.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use duken_protocol::device::{Connection, DeviceState, KaspiTarget, Protection, ScannerSettings};
use duken_protocol::layout::Layout;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

fn device(id: &str, kind: DeviceKind, connection: Connection) -> DeviceDescription {
    DeviceDescription {
        id: id.into(),
        kind,
        name: id.into(),
        connection,
        profile: Some("generic-80".into()),
        printer: duken_protocol::device::PrinterSettings { answers_status: Some(false), ..Default::default() },
        scanner: ScannerSettings::default(),
    }
}

fn print_job(number: u128, device_id: &str) -> Job {
    let layout = Layout::new().text("Сүт").cut();
    Job { id: Uuid::from_u128(number), device_id: device_id.into(), valid_for_ms: None, work: Work::Print { layout } }
}

fn options() -> RuntimeOptions {
    RuntimeOptions {
        patience: Patience {
            connect: Duration::from_secs(2),
            status: Duration::from_millis(100),
            pulse: Duration::from_millis(100),
            progress: Duration::from_millis(500),
            barrier: Duration::from_millis(300),
            learning: Duration::from_millis(300),
            settling: Duration::from_millis(20),
            mending: Duration::from_millis(500),
        },
        look_every: Duration::from_secs(3_600),
        look_again: Duration::from_secs(3_600),
        reopen_every: Duration::from_millis(20),
        ..RuntimeOptions::default()
    }
}

/// A silent printer that counts the receipts it got (by their cuts).
async fn counting_printer() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let receipts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&receipts);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes).await;
            count.fetch_add(bytes.windows(3).filter(|part| part == b"\x1dVB").count(), Ordering::SeqCst);
        }
    });
    (address, receipts)
}

/// A printer that takes the connection and nothing else.
async fn dead_printer() -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (listener.local_addr().unwrap().to_string(), listener)
}

async fn state_of(events: &mut mpsc::Receiver<Event>, id: &str, state: DeviceState) {
    loop {
        let event = events.recv().await.unwrap().event;
        if matches!(&event, DeviceEvent::State(report) if report.device_id == id && report.state == state) {
            return;
        }
    }
}

#[tokio::test]
async fn the_same_job_prints_once_however_often_it_is_handed_over() {
    let (address, receipts) = counting_printer().await;
    let (runtime, _events) = Runtime::start(options());
    runtime.set_devices(&[device("1", DeviceKind::Printer, Connection::network(address))]);
    let (one, two) = tokio::join!(runtime.submit(print_job(7, "1")), runtime.submit(print_job(7, "1")));
    assert_eq!((one.code(), &one), ("printed", &two));
    assert_eq!(runtime.submit(print_job(7, "1")).await, one);
    assert_eq!(runtime.submit(print_job(8, "1")).await.code(), "printed");
    runtime.stop().await;
    while receipts.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(receipts.load(Ordering::SeqCst), 2);
    assert_eq!(runtime.unstored().len(), 2);
}

#[tokio::test]
async fn a_restarted_agent_does_not_print_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs");
    let (address, _) = counting_printer().await;
    let printer = device("1", DeviceKind::Printer, Connection::network(address));
    let with_file = || RuntimeOptions { memory: JobMemory::in_file(&path).unwrap(), ..options() };
    let first = {
        let (runtime, _events) = Runtime::start(with_file());
        runtime.set_devices(std::slice::from_ref(&printer));
        runtime.submit(print_job(7, "1")).await
    };
    let (runtime, _events) = Runtime::start(with_file());
    // Even without the device: the answer is remembered.
    assert_eq!(runtime.submit(print_job(7, "1")).await, first);
    assert_eq!(runtime.unstored(), [(Uuid::from_u128(7), first)]);
    runtime.stored(Uuid::from_u128(7));
    assert!(runtime.unstored().is_empty());
}

#[tokio::test]
async fn a_dead_printer_never_delays_another() {
    let (alive, _) = counting_printer().await;
    let (dead, _listener) = dead_printer().await;
    let mut slow = options();
    slow.patience.barrier = Duration::from_secs(600);
    slow.patience.status = Duration::from_secs(600);
    let (runtime, _events) = Runtime::start(slow);
    let mut dead = device("dead", DeviceKind::Printer, Connection::network(dead));
    dead.printer.answers_status = Some(true);
    runtime.set_devices(&[dead, device("alive", DeviceKind::Printer, Connection::network(alive))]);
    let own = runtime.clone();
    let stuck = tokio::spawn(async move { own.submit(print_job(1, "dead")).await });
    for number in 2..6 {
        assert_eq!(runtime.submit(print_job(number, "alive")).await.code(), "printed");
    }
    assert!(!stuck.is_finished());
    stuck.abort();
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let (runtime, _events) = Runtime::start(options());
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    runtime.set_devices(&[
        device("off", DeviceKind::Printer, Connection::network(nobody)),
        device("pos", DeviceKind::Terminal, Connection::network("10.0.0.5")),
    ]);
    let pulse =
        |device_id: &str, valid_for_ms| Job { id: Uuid::new_v4(), device_id: device_id.into(), valid_for_ms, work: Work::drawer_pulse() };
    let bad = Job { work: Work::Print { layout: Layout::new().qr("x".repeat(5_000)) }, ..print_job(50, "off") };
    let rows = [
        (print_job(40, "nowhere"), "not_printed", Reason::UnknownDevice),
        (print_job(41, "off"), "not_printed", Reason::Offline),
        (print_job(42, "pos"), "not_printed", Reason::Unsupported),
        (pulse("off", Some(2_000)), "failed", Reason::Offline),
        (bad, "not_printed", Reason::BadDocument),
    ];
    for (job, code, reason) in rows {
        let outcome = runtime.submit(job).await;
        assert_eq!((outcome.code(), outcome.reason()), (code, Some(reason)));
    }
    assert_eq!(runtime.state("off").unwrap().state, DeviceState::Offline);
    assert_eq!(runtime.state("nowhere"), None);
}

#[tokio::test]
async fn an_old_pulse_does_not_open_the_drawer() {
    let (dead, listener) = dead_printer().await;
    let (runtime, _events) = Runtime::start(options());
    let mut printer = device("1", DeviceKind::Printer, Connection::network(dead));
    printer.printer.answers_status = Some(true);
    runtime.set_devices(&[printer]);
    // The first job holds the worker while the printer is silent; the pulse is valid for one millisecond.
    let pulse = Job { id: Uuid::new_v4(), device_id: "1".into(), valid_for_ms: Some(1), work: Work::drawer_pulse() };
    let (print, pulse) = tokio::join!(runtime.submit(print_job(1, "1")), runtime.submit(pulse));
    assert_eq!((print.code(), print.reason()), ("not_printed", Some(Reason::NoAnswer)));
    assert_eq!(pulse.reason(), Some(Reason::Expired));
    drop(listener);
}

#[tokio::test]
async fn a_scanner_comes_back_after_it_was_unplugged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanner");
    let plug_in = || {
        let pty = nix::pty::openpty(None, None).unwrap();
        let name = nix::unistd::ttyname(&pty.slave).unwrap();
        let _ = std::fs::remove_file(&path);
        std::os::unix::fs::symlink(name, &path).unwrap();
        (std::fs::File::from(pty.master), pty.slave)
    };
    let (runtime, mut events) = Runtime::start(options());
    let (mut master, slave) = plug_in();
    runtime.set_devices(&[device("s", DeviceKind::Scanner, Connection::serial(path.to_str().unwrap(), 9600))]);
    state_of(&mut events, "s", DeviceState::Ready).await;
    master.write_all(b"]E04870001112223\r").unwrap();
    let event = events.recv().await.unwrap();
    let at = event.at;
    let DeviceEvent::Scan(scan) = event.clone().fresh(at + Duration::from_millis(40)).unwrap() else { panic!("no scan") };
    assert_eq!((scan.code.as_str(), scan.age_ms), ("4870001112223", 40));
    assert_eq!(event.fresh(at + Duration::from_millis(2_001)), None, "old news");
    drop((master, slave));
    state_of(&mut events, "s", DeviceState::Offline).await;
    let (mut master, _slave) = plug_in();
    state_of(&mut events, "s", DeviceState::Ready).await;
    master.write_all(b"123\r").unwrap();
    assert!(matches!(events.recv().await.unwrap().event, DeviceEvent::Scan(scan) if scan.code == "123"));
}

#[tokio::test]
async fn a_printer_that_was_away_is_looked_for_sooner_than_one_that_answers() {
    let (address, plugged_out) = dead_printer().await;
    drop(plugged_out);
    let (runtime, mut events) = Runtime::start(RuntimeOptions { look_again: Duration::from_millis(20), ..options() });
    runtime.set_devices(&[device("p", DeviceKind::Printer, Connection::network(&address))]);
    state_of(&mut events, "p", DeviceState::Offline).await;
    let _plugged_in = TcpListener::bind(&address).await.unwrap();
    // It takes the connection and says nothing: there, but of unknown mood.
    state_of(&mut events, "p", DeviceState::Unknown).await;
    runtime.stop().await;
}

#[tokio::test]
async fn devices_change_while_it_runs() {
    let (first, first_receipts) = counting_printer().await;
    let (second, second_receipts) = counting_printer().await;
    let (runtime, _events) = Runtime::start(options());
    runtime.set_devices(&[device("1", DeviceKind::Printer, Connection::network(first))]);
    assert_eq!(runtime.submit(print_job(1, "1")).await.code(), "printed");
    runtime.set_devices(&[device("1", DeviceKind::Printer, Connection::network(second))]);
    assert_eq!(runtime.submit(print_job(2, "1")).await.code(), "printed");
    runtime.set_devices(&[]);
    assert_eq!(runtime.submit(print_job(3, "1")).await.reason(), Some(Reason::UnknownDevice));
    while first_receipts.load(Ordering::SeqCst) + second_receipts.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!((first_receipts.load(Ordering::SeqCst), second_receipts.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_call_to_a_terminal_runs_as_a_job() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"statusCode\":0,\"data\":{\"processId\":\"5\",\"status\":\"wait\"}}").await;
        }
    });
    let (runtime, _events) = Runtime::start(options());
    runtime.set_devices(&[device("pos", DeviceKind::Terminal, Connection::network(&address))]);
    let target = KaspiTarget { address, protection: Protection::Http, access_token: None, terminal_id: None };
    let job = |number, call| Job {
        id: Uuid::from_u128(number),
        device_id: "pos".into(),
        valid_for_ms: None,
        work: Work::Kaspi { target: target.clone(), call },
    };
    let payment = KaspiCall::Payment { amount_tenge: 100, own_cheque: false };
    let started = runtime.submit(job(1, payment.clone())).await;
    assert_eq!(started.code(), "kaspi");
    assert_eq!(runtime.submit(job(1, payment)).await, started, "a payment is never started twice");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let status = KaspiCall::Status { process_id: "5".into() };
    for _ in 0..2 {
        assert_eq!(runtime.submit(job(2, status.clone())).await.code(), "kaspi");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 3, "a question is asked each time");
}

#[tokio::test]
async fn a_job_of_which_no_byte_left_may_be_handed_over_again_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs");
    let with_file = || RuntimeOptions { memory: JobMemory::in_file(&path).unwrap(), ..options() };
    let (silent, listener) = dead_printer().await;
    let mut asked = device("1", DeviceKind::Printer, Connection::network(silent));
    asked.printer.answers_status = Some(true);
    let mut patient = with_file();
    patient.patience.status = Duration::from_secs(600);
    let (crashed, _events) = Runtime::start(patient);
    crashed.set_devices(&[asked]);
    let _taken_on = crashed.accept(print_job(7, "1"));
    // The first connection is the look at an idle printer; either way no byte of a document can leave.
    let _connected = listener.accept().await.unwrap();

    let (address, receipts) = counting_printer().await;
    let (runtime, _events) = Runtime::start(with_file());
    assert!(runtime.unstored().is_empty(), "nothing had begun");
    runtime.set_devices(&[device("1", DeviceKind::Printer, Connection::network(address))]);
    assert_eq!(runtime.submit(print_job(7, "1")).await.code(), "printed");
    // What is recalled before it began never begins.
    let never = runtime.recall(Uuid::from_u128(8)).unwrap();
    assert_eq!((never.code(), never.reason()), ("failed", Some(Reason::Interrupted)));
    assert_eq!(runtime.submit(print_job(8, "1")).await, never);
    assert_eq!(runtime.recall(Uuid::from_u128(7)).unwrap().code(), "printed");
    runtime.stop().await;
    while receipts.load(Ordering::SeqCst) < 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(receipts.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_gate_that_says_no_stops_the_job_before_its_first_byte() {
    let (address, receipts) = counting_printer().await;
    let (runtime, _events) = Runtime::start(options());
    runtime.set_devices(&[device("1", DeviceKind::Printer, Connection::network(address))]);
    let closed = || -> Gate { Box::new(|| Box::pin(async { Err("it was cancelled".to_owned()) })) };
    let outcome = runtime.submit_through(print_job(1, "1"), closed()).await;
    assert_eq!(outcome, Outcome::not_printed(Reason::Interrupted, "it was cancelled"));
    let pulse = Job { work: Work::drawer_pulse(), ..print_job(2, "1") };
    assert_eq!(runtime.submit_through(pulse, closed()).await.reason(), Some(Reason::Interrupted));
    assert_eq!(runtime.submit(print_job(3, "1")).await.code(), "printed");
    runtime.stop().await;
    while receipts.load(Ordering::SeqCst) < 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(receipts.load(Ordering::SeqCst), 1);
}
