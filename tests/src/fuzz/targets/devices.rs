//! What devices and agents say.

use std::time::Duration;

use duken_agent::kaspi::read_answer;
use duken_agent::printer::Profiles;
use duken_agent::printer::document::compose;
use duken_agent::printer::status::ReplyReader;
use duken_agent::scanner::{EVENT_BYTES, Framer, KeyDecoder, describe, key_events};
use duken_protocol::device::{KaspiCall, KaspiMethod, PrintMode, ScannerSettings};
use duken_protocol::layout::Layout;
use duken_protocol::link::{AgentMessage, HubMessage, PairAnswer, PairRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::word;
use crate::fuzz::{Shape, Target};

pub const TARGETS: [Target; 6] = [
    Target { name: "kaspi", shape: Shape::Json(KASPI), seeds: kaspi_seeds, run: kaspi },
    Target { name: "printer", shape: Shape::Bytes, seeds: printer_seeds, run: printer },
    Target { name: "scanner", shape: Shape::Bytes, seeds: scanner_seeds, run: scanner },
    Target { name: "keys", shape: Shape::Bytes, seeds: keys_seeds, run: keys },
    Target { name: "link", shape: Shape::Json(LINK), seeds: link_seeds, run: link },
    Target { name: "layout", shape: Shape::Json(LAYOUT), seeds: layout_seeds, run: layout },
];

const KASPI: &[&str] = &[
    "statusCode",
    "data",
    "processId",
    "status",
    "subStatus",
    "message",
    "transactionId",
    "chequeInfo",
    "method",
    "orderNumber",
    "rrn",
    "amount",
    "accessToken",
    "refreshToken",
    "expirationDate",
    "errorText",
    "wait",
    "success",
    "fail",
    "unknown",
    "qr",
    "card",
    "alaqan",
    "terminalId",
    "posNum",
    "serialNum",
    "addInfo",
];

fn calls() -> [KaspiCall; 5] {
    let text = |text: &str| text.to_owned();
    [
        KaspiCall::Register { name: text("Касса") },
        KaspiCall::Payment { amount_tenge: 100, own_cheque: true },
        KaspiCall::Refund { amount_tenge: 100, method: KaspiMethod::Qr, transaction_id: text("1"), own_cheque: true },
        KaspiCall::Status { process_id: text("7") },
        KaspiCall::Probe,
    ]
}

fn kaspi_seeds() -> Vec<Vec<u8>> {
    let seeds = [
        json!({ "statusCode": 0, "data": { "processId": "7", "status": "wait", "subStatus": "WaitUser" } }),
        json!({ "statusCode": 0, "data": { "processId": 7, "status": "success", "transactionId": "1", "chequeInfo": {
            "method": "qr", "orderNumber": "123", "amount": "1 250 ₸", "date": "21.11.26 10:00:00" }, "addInfo": { "ProductType": "Gold" } } }),
        json!({ "statusCode": 0, "data": { "accessToken": "a", "refreshToken": "b", "expirationDate": "Nov 21, 2026 10:00:00" } }),
        json!({ "statusCode": 0, "data": { "posNum": "1", "serialNum": "2", "terminalId": "3" } }),
        json!({ "statusCode": 107, "errorText": "занят", "data": { "message": "Завершите операцию" } }),
        json!({ "statusCode": "999", "message": "" }),
    ];
    seeds.iter().map(|seed| seed.to_string().into_bytes()).collect()
}

/// Success is never read from an envelope that does not say it.
fn kaspi(bytes: &[u8]) -> String {
    let body: Value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
    let says_so = match &body["statusCode"] {
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.trim().parse() == Ok(0),
        _ => false,
    };
    let mut said = String::new();
    for call in calls() {
        for status in [200, 401, 500] {
            let answer = read_answer(&call, status, bytes);
            let is_probe = matches!(call, KaspiCall::Probe);
            assert!(answer.is_err() || says_so || is_probe, "{call:?} is answered {answer:?} by {body}");
            said.push_str(&match answer {
                Ok(answer) => format!("+{}", word(&answer)),
                Err(error) => format!("-{}", error.code()),
            });
        }
    }
    said
}

fn printer_seeds() -> Vec<Vec<u8>> {
    vec![vec![0x12, 0x16, 0x32, 0x00, 0x0c], vec![0x14, 0x00, 0x00, 0x0f, 0x12], vec![0x10, 0x04, 0xff, 0x13, 0x11]]
}

/// No byte is answered twice, however the bytes come.
fn printer(bytes: &[u8]) -> String {
    let mut reader = ReplyReader::default();
    let replies: Vec<_> = bytes.iter().filter_map(|byte| reader.take(*byte)).collect();
    assert!(replies.len() <= bytes.len());
    replies.iter().take(12).map(word).collect()
}

fn scanner_seeds() -> Vec<Vec<u8>> {
    vec![
        b"4870001112223\r\n46001\t".to_vec(),
        b"\x02~0104607\x1d21abc\x03".to_vec(),
        "]C1Молоко\r".as_bytes().to_vec(),
        "7".repeat(4_097).into_bytes(),
    ]
}

/// How the bytes are cut on their way does not matter; no code holds its end, none is endless.
fn scanner(bytes: &[u8]) -> String {
    let now = Instant::now();
    let settings = || ScannerSettings { prefix: Some("~".to_owned()), idle_gap_ms: Some(60) };
    let codes = |cut: usize| {
        let mut framer = Framer::new(settings());
        let mut frames = Vec::new();
        bytes.chunks(cut.max(1)).for_each(|piece| frames.extend(framer.take(piece, now)));
        frames.extend(framer.flush_if_idle(now + Duration::from_secs(1)));
        frames.into_iter().map(|frame| frame.bytes).collect::<Vec<_>>()
    };
    let whole = codes(bytes.len());
    assert_eq!(whole, codes(1));
    assert_eq!(whole, codes(7));
    for code in &whole {
        assert!(!code.is_empty() && code.len() <= 4_096 && !code.iter().any(|byte| b"\r\n\t\0".contains(byte)), "{code:?}");
        let _scan = describe("1", code);
    }
    whole.iter().take(6).map(|code| format!("{:?};", describe("1", code).symbology)).collect()
}

fn keys_seeds() -> Vec<Vec<u8>> {
    let event = |kind: u16, code: u16, value: i32| {
        [vec![0; 16], kind.to_le_bytes().to_vec(), code.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()]
    };
    let typed = |codes: &[u16]| codes.iter().flat_map(|code| [event(1, *code, 1), event(1, *code, 0)]).flatten().flatten().collect();
    vec![typed(&[5, 9, 8, 11, 28]), typed(&[42, 30, 28]), event(0, 0, 0).concat()]
}

/// Whole events only, each at most one byte.
fn keys(bytes: &[u8]) -> String {
    let events = key_events(bytes);
    assert!(events.len() <= bytes.len() / EVENT_BYTES);
    let mut decoder = KeyDecoder::default();
    let typed: Vec<u8> = events.into_iter().filter_map(|event| decoder.take(event)).collect();
    String::from_utf8_lossy(&typed).chars().take(3).collect()
}

const LINK: &[&str] = &[
    "type",
    "hello",
    "ack",
    "outcome",
    "event",
    "found",
    "welcome",
    "refused",
    "devices",
    "job",
    "outcome_stored",
    "recall",
    "rescan",
    "link",
    "agent_id",
    "build",
    "clock_ms",
    "job_id",
    "job_ids",
    "work",
    "print",
    "kaspi",
    "drawer_pulse",
    "test_chart",
    "ask_state",
    "layout",
    "device_id",
    "kind",
    "printer",
    "scanner",
    "terminal",
    "connection",
    "network",
    "serial",
    "usb",
    "printed",
    "not_printed",
    "unknown",
    "01890000-0000-7000-8000-000000000000",
];

fn link_seeds() -> Vec<Vec<u8>> {
    let id = "01890000-0000-7000-8000-000000000000";
    let device =
        json!({ "id": "3", "kind": "printer", "name": "Чековый", "connection": { "type": "network", "address": "10.0.0.9:9100" } });
    let seeds = [
        json!({ "type": "hello", "link": 1, "agent_id": "a", "build": "b", "clock_ms": 1, "devices": [device], "found": [] }),
        json!({ "type": "ack", "job_id": id }),
        json!({ "type": "outcome", "job_id": id, "outcome": { "result": "printed", "confirmation": "answered" } }),
        json!({ "type": "event", "event": { "type": "scan", "device_id": "4", "text": "4870001112223", "age_ms": 3 } }),
        json!({ "type": "welcome", "link": 1, "hub_id": "h", "build": "b", "devices": [device] }),
        json!({ "type": "job", "job": { "id": id, "device_id": "3", "work": { "type": "drawer_pulse", "pin": "two", "on_ms": 100, "off_ms": 100 } } }),
        json!({ "type": "job", "job": { "id": id, "device_id": "3", "work": { "type": "print", "layout": { "blocks": [{ "type": "cut" }] } } } }),
        json!({ "type": "recall", "job_ids": [id] }),
        json!({ "type": "rescan" }),
        json!({ "code": "123456", "name": "Касса 1", "nonce": "00", "proof": "00" }),
    ];
    seeds.iter().map(|seed| seed.to_string().into_bytes()).collect()
}

/// What was read and is written reads as the same.
fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> String {
    match serde_json::from_str::<T>(text) {
        Ok(read) => {
            let written = serde_json::to_string(&read).expect("what was read is written");
            assert_eq!(serde_json::from_str::<T>(&written).expect("what was written is read"), read);
            word(&read)
        }
        Err(error) => format!("{:?}", error.classify()),
    }
}

fn link(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return "no text".to_owned() };
    [same::<AgentMessage>(text), same::<HubMessage>(text), same::<PairRequest>(text), same::<PairAnswer>(text)].join(" ")
}

const LAYOUT: &[&str] = &[
    "blocks",
    "type",
    "text",
    "row",
    "item",
    "rule",
    "feed",
    "qr",
    "image",
    "cut",
    "columns",
    "share",
    "align",
    "left",
    "center",
    "right",
    "size",
    "small",
    "normal",
    "tall",
    "large",
    "bold",
    "inverse",
    "lines",
    "data",
    "width_percent",
    "png_base64",
    "kind",
    "thin",
    "dashed",
    "double",
    "partial",
    "full",
    "name",
    "detail",
    "sum",
];

const DOT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

fn layout_seeds() -> Vec<Vec<u8>> {
    let seeds = [
        json!({ "blocks": [{ "type": "text", "text": "Дүкен «Абай»", "align": "center", "size": "large", "bold": true }, { "type": "rule", "kind": "double" }] }),
        json!({ "blocks": [{ "type": "item", "name": "Шай 250 г", "detail": "2 × 1 250,00", "sum": "2 500,00" },
            { "type": "row", "columns": [{ "text": "Итого", "share": 2 }, { "text": "2 500,00 ₸", "align": "right" }], "size": "tall", "inverse": true }] }),
        json!({ "blocks": [{ "type": "qr", "data": "https://ofd.kz/t/?i=1", "width_percent": 40 }, { "type": "feed", "lines": 3 }, { "type": "cut", "kind": "full" }] }),
        json!({ "blocks": [{ "type": "image", "png_base64": DOT, "width_percent": 90, "align": "right" }] }),
    ];
    seeds.iter().map(|seed| seed.to_string().into_bytes()).collect()
}

/// Paper has an end: whatever is asked for, the bytes for it stay few.
fn layout(bytes: &[u8]) -> String {
    let Ok(layout) = serde_json::from_slice::<Layout>(bytes) else { return "no layout".to_owned() };
    let profiles = Profiles::bundled();
    let mut said = String::new();
    for (at, profile) in profiles.all().take(2).enumerate() {
        for mode in [PrintMode::Raster, PrintMode::Text] {
            let mut profile = profile.clone();
            profile.mode = mode;
            profile.width_dots = [384, 576][at % 2];
            match compose(&layout, &profile) {
                Ok(document) => {
                    let length = document.bytes().len();
                    assert!(length < 16 << 20, "{length} bytes for one document");
                    said.push_str(if length > 100_000 { "long;" } else { "short;" });
                }
                Err(error) => said.push_str(&word(&error)),
            }
        }
    }
    let kinds: std::collections::BTreeSet<String> = layout.blocks.iter().map(word).collect();
    said.extend(kinds);
    said
}
