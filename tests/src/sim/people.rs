//! What people do at tills, as requests on the wire.

use serde_json::{Value, json};

use super::auditor::{Intent, Off};
use super::dice::Dice;
use super::node::Wire;

/// A sum as the API writes it.
#[must_use]
pub fn money(minor: i64) -> Value {
    let sign = if minor < 0 { "-" } else { "" };
    json!({ "amount": format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100), "currency": "KZT" })
}

fn quantity(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", thousandths.abs() / 1000, thousandths.abs() % 1000)
}

fn discount(off: Off) -> Value {
    let (kind, value) = match off {
        Off::Percent(value) => ("percent", value),
        Off::Amount(value) => ("amount", value),
    };
    json!({ "kind": kind, "value": format!("{}.{:02}", value / 100, value % 100) })
}

/// A request id made at this moment.
#[must_use]
pub fn request_id(now_ms: i64, dice: &mut Dice) -> String {
    let mut random = [0_u8; 10];
    random[..8].copy_from_slice(&dice.any().to_le_bytes());
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now_ms).unwrap_or(0), &random).into_uuid().to_string()
}

/// A request of somebody who is signed in.
#[must_use]
pub fn wire(method: &str, path: &str, cookie: &str, id: Option<&str>, body: &Value) -> Wire {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned()), ("accept-language".to_owned(), "en".to_owned())];
    if !cookie.is_empty() {
        headers.push(("cookie".to_owned(), cookie.to_owned()));
    }
    if let Some(id) = id {
        headers.push(("idempotency-key".to_owned(), id.to_owned()));
    }
    let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    Wire { method: method.to_owned(), path: path.to_owned(), headers, body }
}

/// A card of a product as it is saved.
#[must_use]
pub fn product_card(name: &str, price: i64, version: i64) -> Value {
    json!({ "version": version, "name": name, "price": money(price), "unit": "pcs", "barcodes": [] })
}

/// An intent as a request; nothing for one that has no form of its own.
#[must_use]
pub fn request_of(intent: &Intent, cookie: &str, id: &str) -> Option<Wire> {
    let post = |path: &str, body: Value| Some(wire("POST", path, cookie, Some(id), &body));
    match intent {
        Intent::Nothing | Intent::Forbidden => None,
        Intent::Sell { till, lines, off, paid, .. } => {
            let lines: Vec<Value> = lines
                .iter()
                .map(|(product, many, off)| {
                    let mut line = json!({ "product_id": product.to_string(), "quantity": quantity(*many) });
                    if let Some(off) = off {
                        line["discount"] = discount(*off);
                    }
                    line
                })
                .collect();
            let mut payments = Vec::new();
            if paid.0 != 0 || paid.1 == 0 {
                payments.push(json!({ "method": "cash", "amount": money(paid.0) }));
            }
            if paid.1 != 0 {
                payments.push(json!({ "method": "card", "amount": money(paid.1) }));
            }
            // Every third receipt is printed.
            let print = (paid.0 + paid.1) / 100 % 3 == 0;
            let mut body = json!({ "till_id": till.to_string(), "lines": lines, "payments": payments, "print": print });
            if let Some(off) = off {
                body["discount"] = discount(*off);
            }
            post("/api/sales", body)
        }
        Intent::Return { till, sale, lines } | Intent::Refund { till, sale, lines } => {
            let lines: Vec<Value> = lines.iter().map(|(line, many)| json!({ "line": line, "quantity": quantity(*many) })).collect();
            let body = json!({ "till_id": till.to_string(), "sale_id": sale.to_string(), "lines": lines, "reason": "did not fit" });
            post("/api/returns", body)
        }
        Intent::Open { till, counted, .. } => post("/api/shifts", json!({ "till_id": till.to_string(), "counted": money(*counted) })),
        Intent::Close { shift, counted, explained, .. } => {
            let explanation = if *explained { "counted twice" } else { "" };
            post(&format!("/api/shifts/{shift}/close"), json!({ "counted": money(*counted), "explanation": explanation }))
        }
        Intent::Cash { shift, amount, .. } => {
            let way = if *amount < 0 { "cash-out" } else { "cash-in" };
            post(&format!("/api/shifts/{shift}/{way}"), json!({ "amount": money(amount.abs()), "reason": "change" }))
        }
        Intent::Price { product, version, price } => {
            let card = product_card(&format!("Good {product}"), *price, *version);
            Some(wire("PUT", &format!("/api/products/{product}"), cookie, Some(id), &card))
        }
        Intent::Adjust { product, quantity: many } => {
            let kind = if *many < 0 { "shortage" } else { "found" };
            let body = json!({ "product_id": product.to_string(), "kind": kind, "quantity": quantity(many.abs()), "reason": "looked" });
            post("/api/stock/adjustments", body)
        }
        Intent::Count { product, quantity: many } => {
            let body = json!({ "product_id": product.to_string(), "kind": "counted", "quantity": quantity(*many), "reason": "counted" });
            post("/api/stock/adjustments", body)
        }
    }
}
