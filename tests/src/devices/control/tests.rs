use std::io::Read;

use reqwest::Client;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::devices::paper::Bitmap;
use crate::devices::printer::PrinterOptions;
use crate::devices::terminal::TerminalOptions;

struct Page {
    devices: Shared,
    base: String,
    client: Client,
}

impl Page {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let devices = Arc::new(Devices {
            printers: vec![("lan".to_owned(), Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.unwrap())],
            terminal: Some(Terminal::start("127.0.0.1:0", TerminalOptions::default()).await.unwrap()),
            scanner: Some(Scanner::plugged_in(None).unwrap()),
            samples: vec![Sample { code: "4870000000019".to_owned(), name: "Нан".to_owned() }],
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router(Arc::clone(&devices))).into_future());
        Self { devices, base, client: Client::new() }
    }

    async fn get(&self, path: &str) -> Value {
        self.client.get(format!("{}/control/{path}", self.base)).send().await.unwrap().json().await.unwrap()
    }

    async fn bytes(&self, path: &str) -> Vec<u8> {
        self.client.get(format!("{}/control/{path}", self.base)).send().await.unwrap().bytes().await.unwrap().to_vec()
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self.client.post(format!("{}/control/{path}", self.base)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn print(&self, bytes: &[u8]) {
        let mut stream = TcpStream::connect(self.devices.printers[0].1.socket()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn receipts_can_be_waited_for_and_fetched_in_every_form() {
    let page = Page::open().await;
    let job = b"Hello\n\x1d(k\x08\x001P0hello\x1d(k\x03\x001C\x06\x1d(k\x03\x001Q0\x1dVA\x03";
    let (waited, ()) = tokio::join!(page.get("printers/lan/receipts?count=1&wait_s=20"), page.print(job));
    assert_eq!((&waited["cut_total"], &waited["receipts"][0]["text"]), (&json!(1), &json!("Hello")));
    assert_eq!(waited["receipts"][0]["qr_codes"], json!(["hello"]));
    let png = page.bytes("printers/lan/receipts/latest.png").await;
    let receipt = page.devices.printers[0].1.receipt(1).unwrap();
    assert_eq!(Bitmap::from_png(&png).unwrap(), receipt.sheet.dots);
    assert_eq!(page.bytes("printers/lan/receipts/1.bin").await, job);
    assert_eq!(page.bytes("printers/lan/receipts/1.txt").await, b"Hello");
    assert_eq!(page.get("printers/lan/receipts/9").await["error"], "there is no receipt 9");
    let found = page.client.post(format!("{}/control/printers/lan/find", page.base)).body(png).send().await.unwrap();
    assert_eq!(found.json::<Value>().await.unwrap()["found"], json!([1]));
    page.client.delete(format!("{}/control/printers/lan/receipts", page.base)).send().await.unwrap();
    assert_eq!(page.get("printers/lan").await["receipts"], json!([]));
}

#[tokio::test]
async fn modes_are_set_and_mistakes_are_named() {
    let page = Page::open().await;
    let (status, modes) = page.post("printers/lan/modes", json!({"paper": "out"})).await;
    assert_eq!((status, &modes["paper"]), (200, &json!("out")));
    assert_eq!(page.get("printers/lan").await["off_line"], true);
    let (status, error) = page.post("printers/lan/modes", json!({"colour": "red"})).await;
    assert_eq!((status, &error["error"]), (422, &json!("unknown setting \"colour\"")));
    assert_eq!(page.post("printers/usb/modes", json!({})).await.0, 404);
    let (_, drawer) = page.post("printers/lan/drawer", json!({"open": true})).await;
    assert_eq!(drawer["open"], true);
    let (status, modes) = page.post("terminal/modes", json!({"busy": true, "buyer": {"do": "person"}})).await;
    assert_eq!((status, &modes["busy"]), (200, &json!(true)));
    assert_eq!(page.post("terminal/next", json!({"do": "cancels"})).await.0, 200);
    assert_eq!(page.get("terminal").await["modes"]["next"], json!([{"do": "cancels"}]));
    assert_eq!(page.post("terminal/decide", json!({"do": "cancels"})).await.1["done"], false);
    assert_eq!(page.post("terminal/allow", json!({})).await.1["done"], false);
    assert_eq!(page.get("terminal/charges").await["charged_total"], 0);
    assert!(page.bytes("terminal/ca.pem").await.starts_with(b"-----BEGIN CERTIFICATE"));
}

#[tokio::test]
async fn the_page_hears_of_every_change() {
    let page = Page::open().await;
    let version = page.get("state").await["version"].as_u64().unwrap();
    let unchanged = page.get(&format!("state?after={version}&wait_s=0")).await;
    assert_eq!(unchanged["version"], version);
    let path = format!("state?after={version}");
    let waiting = page.get(&path);
    let acting = page.post("scanner/unplug", json!({}));
    let (state, _) = tokio::join!(waiting, acting);
    assert!(state["version"].as_u64().unwrap() > version);
    assert_eq!(state["scanner"]["plugged"], false);
    assert_eq!(page.get("samples").await[0]["name"], "Нан");
}

#[tokio::test]
async fn a_code_scanned_on_the_page_comes_out_of_the_port() {
    let page = Page::open().await;
    let scanner = page.devices.scanner.as_ref().unwrap();
    let path = scanner.path();
    let got = tokio::task::spawn_blocking(move || {
        let mut port = std::fs::File::options().read(true).write(true).open(path).unwrap();
        let mut got = [0; 9];
        port.read_exact(&mut got).unwrap();
        got
    });
    scanner.wait_for_listener().await;
    let (_, answer) = page.post("scanner/scan", json!({"code": "010", "hex": "1d41", "aim": "]d2"})).await;
    assert_eq!(answer["outcome"], "sent");
    assert_eq!(&got.await.unwrap(), b"]d2010\x1dA\r");
    assert_eq!(page.post("scanner/scan", json!({"hex": "1"})).await.0, 422);
    assert_eq!(page.post("scanner/scan", json!({})).await.0, 422);
}

#[tokio::test]
async fn the_page_itself_is_served() {
    let page = Page::open().await;
    for (path, part) in [("", "<!doctype html>"), ("page.css", ".card"), ("page.js", "follow()")] {
        let text = page.client.get(format!("{}/{path}", page.base)).send().await.unwrap().text().await.unwrap();
        assert!(text.contains(part), "{path}");
    }
}

#[test]
fn samples_come_as_json_or_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("samples");
    for text in ["[{\"code\": \"1\", \"name\": \"Нан\"}, {\"code\": \"2\"}]", "1\tНан\n\n2\n"] {
        std::fs::write(&file, text).unwrap();
        let samples = read_samples(&file).unwrap();
        assert_eq!((samples[0].name.as_str(), samples[1].code.as_str(), samples.len()), ("Нан", "2", 2));
    }
    std::fs::write(&file, "[{").unwrap();
    assert!(read_samples(&file).is_err());
}
