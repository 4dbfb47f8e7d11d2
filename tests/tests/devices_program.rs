//! `duken-devices` as its users start it: every device on its own wire, found by the line on standard output.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

struct Program {
    child: Child,
    /// Closing it would end the program.
    _stdin: Option<ChildStdin>,
    places: Value,
}

impl Program {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let path = |name: &str| folder.join(name).into_os_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_duken-devices"))
            .args(["--http", "127.0.0.1:0", "--printer-tcp", "0", "--terminal", "0", "--terminal-protection", "token-only"])
            .args(["--exit-with-stdin", "--terminal-auto"])
            .args(["--printer-pty".into(), path("ports/printer"), "--scanner-pty".into(), path("ports/scanner")])
            .args(["--state-dir".into(), path("state")])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdin = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let places = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, _stdin: stdin, places }
    }

    fn place(&self, pointer: &str) -> &str {
        self.places.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {}", self.places))
    }

    fn terminate(mut self) -> ExitStatus {
        let id = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(id), Signal::SIGTERM).expect("it runs");
        self.child.wait().expect("it ends")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

async fn get(url: String, token: Option<&str>) -> Value {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut request = reqwest::Client::new().get(&url);
    if let Some(token) = token {
        request = request.header("accesstoken", token);
    }
    request.send().await.expect(&url).json().await.expect(&url)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_devices_work_and_remember() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::start(folder.path(), &[]);
    let page = program.place("/http").to_owned();

    let mut network = TcpStream::connect(program.place("/printers/lan/tcp")).expect("the printer listens");
    network.write_all(b"network\n\x1dVA\x03").expect("it takes bytes");
    drop(network);
    let port = program.place("/printers/serial/pty");
    let mut serial = File::options().read(true).write(true).open(port).expect("the port is there");
    serial.write_all(b"serial\n\x1dVA\x03").expect("it takes bytes");
    for (id, text) in [("lan", "network"), ("serial", "serial")] {
        let receipts = get(format!("{page}/control/printers/{id}/receipts?count=1&wait_s=20"), None).await;
        assert_eq!(receipts["receipts"][0]["text"], text);
    }

    let mut scanner = File::open(program.place("/scanner/pty")).expect("the scanner is there");
    let scanned = reqwest::Client::new()
        .post(format!("{page}/control/scanner/scan"))
        .json(&json!({"code": "4870000000019"}))
        .send()
        .await
        .expect("the page answers");
    assert_eq!(scanned.json::<Value>().await.expect("JSON"), json!({"outcome": "sent"}));
    let mut code = [0; 14];
    scanner.read_exact(&mut code).expect("the code");
    assert_eq!(&code, b"4870000000019\r");

    let terminal = format!("http://{}/v2", program.place("/terminal/address"));
    let tokens = get(format!("{terminal}/register?name=till"), None).await;
    let token = tokens["data"]["accessToken"].as_str().expect("a token").to_owned();
    let begun = get(format!("{terminal}/payment?amount=500&owncheque=true"), Some(&token)).await;
    assert_eq!(begun["data"]["status"], "wait");

    assert!(program.terminate().success());
    for name in ["ports/printer", "ports/scanner"] {
        assert!(std::fs::symlink_metadata(folder.path().join(name)).is_err(), "{name} is gone");
    }

    let again = Program::start(folder.path(), &[]);
    let page = again.place("/http").to_owned();
    let receipts = get(format!("{page}/control/printers/lan/receipts"), None).await;
    assert_eq!((&receipts["cut_total"], &receipts["receipts"][0]["text"]), (&json!(1), &json!("network")));
    let terminal = format!("http://{}/v2", again.place("/terminal/address"));
    let process = begun["data"]["processId"].as_str().expect("a process");
    let status = get(format!("{terminal}/status?processId={process}"), Some(&token)).await;
    assert_eq!(status["statusCode"], 0, "the token and the operation are known: {status}");
}

#[test]
fn it_ends_with_its_parent_and_starts_only_what_is_named() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_duken-devices"))
        .args(["--exit-with-stdin", "--printer-tcp", "0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let places: Value = serde_json::from_str(&line).expect("JSON");
    assert!(places["printers"]["serial"].is_null() && places["terminal"].is_null() && places["scanner"].is_null());
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_wrong_argument_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("printer");
    std::fs::write(&file, "no link").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_duken-devices")).arg("--printer-pty").arg(&file).output().expect("it runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("is no link"), "{said}");
    assert_eq!(std::fs::read(&file).expect("the file is untouched"), b"no link");
}
