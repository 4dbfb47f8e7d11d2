//! Every route of the API, asked in every wrong way: each refusal is a problem with a code, and nothing breaks.

use duken_tests::client::{Answer, Call, new_id};
use duken_tests::fixture::{PATIENCE, Store};
use reqwest::Method;
use serde_json::Value;

/// Ids that are none, or of nothing.
const IDS: &[&str] = &[
    "abc",
    "-1",
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "1e3",
    "%00",
    "..%2f..%2fetc",
    "%FF%FE",
    "' OR 1=1 --",
    "١",
    "SAL-2026-1",
    "SAL-2147483647-9223372036854775807",
    "RET--1--1",
    "SAL-2026-4294967295-1",
];

/// Values of a query that mean nothing to whoever asks for a number, a date or a word.
const VALUES: &[&str] = &[
    "",
    "-5",
    "0",
    "99999999999999999999",
    "1e9",
    "abc",
    "%00",
    "%FF",
    "2026-13-45",
    "9999-12-31",
    "-9999-01-01",
    "null",
    "[]",
    "' OR '1'='1",
    "%F0%9F%92%A3",
];

/// Bodies that are no JSON, or JSON of another shape.
const BODIES: &[&str] = &[
    "{",
    "[]",
    "null",
    "5",
    "\"text\"",
    "{\"a\":}",
    "\u{0}",
    "{\"name\":1e999,\"amount\":-0}",
    "{\"id\":\"9223372036854775808\",\"version\":9223372036854775808}",
    "{\"name\":null,\"phone\":null,\"lines\":null,\"payments\":{},\"quantity\":[]}",
    "{\"name\":\"\\ud800\"}",
];

/// Routes that would end what this test needs, or that wait.
fn apart(method: &Method, path: &str) -> bool {
    let ends = *method == Method::DELETE && path == "/api/session";
    ends || ["/api/session/lock", "/api/live"].contains(&path)
}

/// What is wrong with an answer, if anything is.
fn fault(answer: &Answer) -> Option<String> {
    let code = answer.code();
    let status = answer.json()["status"].as_u64();
    let well = match answer.status {
        200..300 | 304 | 101 => true,
        // The head office is not there, the printer does not print: these are answers, too.
        400..500 | 502 | 503 => answer.kind == "application/problem+json" && !code.is_empty() && status == Some(u64::from(answer.status)),
        _ => false,
    };
    (!well).then(|| format!("{}: {} {} {}", answer.asked, answer.status, answer.kind, answer.text().chars().take(300).collect::<String>()))
}

struct Operation {
    method: Method,
    path: String,
    query: Vec<String>,
}

async fn operations(store: &Store) -> Vec<Operation> {
    let described = store.admin.get("/api/openapi.json").await.done();
    let mut all = Vec::new();
    for (path, operations) in described["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let query = parameters.iter().filter(|p| p["in"] == "query").filter_map(|p| p["name"].as_str().map(str::to_owned)).collect();
            all.push(Operation { method: method.to_uppercase().parse().expect("a method"), path: path.clone(), query });
        }
    }
    all.retain(|operation| !apart(&operation.method, &operation.path));
    all
}

fn with_id(path: &str, id: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
}

/// Every wrong way to ask for one operation.
fn wrong_calls(operation: &Operation) -> Vec<Call> {
    let plain =
        |path: String| Call { method: operation.method.clone(), id: (operation.method != Method::GET).then(new_id), ..Call::get(path) };
    let nothing = with_id(&operation.path, "999999999");
    let mut calls = Vec::new();
    if operation.path.contains('{') {
        calls.extend(IDS.iter().map(|id| plain(with_id(&operation.path, id)).saying("application/json", "\"nothing\"")));
    }
    for name in &operation.query {
        calls.extend(VALUES.iter().map(|value| plain(format!("{nothing}?{name}={value}"))));
        calls.push(plain(format!("{nothing}?{name}={}", "x".repeat(5_000))));
        calls.push(plain(format!("{nothing}?{name}=1&{name}=2")));
    }
    if operation.method != Method::GET {
        for body in BODIES {
            calls.push(plain(nothing.clone()).saying("application/json", *body));
        }
        let deep = "[".repeat(100_000);
        calls.push(plain(nothing.clone()).saying("application/json", deep.as_str()));
        calls.push(plain(nothing.clone()).saying("application/json", format!("{{\"name\":{deep}")));
        for kind in [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "\u{7f}x",
        ] {
            calls.push(plain(nothing.clone()).saying(kind, "name=value"));
        }
        for id in ["", "x", "00000000-0000-0000-0000-000000000000", "6ba7b810-9dad-41d1-80b4-00c04fd430c8"] {
            calls.push(plain(nothing.clone()).saying("application/json", "\"nothing\"").under(id));
        }
        calls.push(Call { id: None, ..plain(nothing.clone()).saying("application/json", "\"nothing\"") });
    }
    for method in ["PATCH", "TRACE", "OPTIONS", "PROPFIND"] {
        calls.push(Call { method: method.parse().expect("a method"), ..plain(nothing.clone()) });
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_nonsense_by_name() {
    let store = Store::new().await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for operation in operations(&store).await {
        for call in wrong_calls(&operation) {
            // What an ordinary client cannot even write is not sent.
            match tokio::time::timeout(PATIENCE, store.admin.try_send(&call)).await {
                Ok(Ok(answer)) => wrong.extend(fault(&answer)),
                Ok(Err(error)) if error.is_builder() => {}
                Ok(Err(error)) => wrong.push(format!("{} {}: no answer: {error}", call.method, call.path)),
                Err(_) => wrong.push(format!("{} {}: no answer in time", call.method, call.path)),
            }
            asked += 1;
        }
    }
    assert!(asked > 1_000, "only {asked} ways were tried");
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    let _still_signed_in = store.admin.get("/api/session").await.done();
    assert!(!store.hub.logged().contains("panicked"), "{}", store.hub.logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_so() {
    let store = Store::new().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/products/1/nothing", "/api//products", "/api/openapi.json/x"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let call = Call { method, id: Some(new_id()), ..Call::get(path) };
            store.admin.send(call).await.refused(404, "request.not_found");
        }
    }
    store
        .admin
        .send(Call { method: Method::DELETE, id: Some(new_id()), ..Call::get("/api/products") })
        .await
        .refused(405, "request.wrong_method");
    store.admin.send(Call::post("/api/carts", &Value::Null).saying("text/plain", "{}")).await.refused(415, "request.wrong_type");
    store.admin.get("/api/products?limit=-").await.refused(422, "request.malformed");
    store.admin.get("/api/products/x").await.refused(422, "request.malformed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_understood_by_its_own_list_only() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _coffee = store.product("Кофе", "900.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    for _ in 0..2 {
        let _sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
        let damaged = serde_json::json!({ "product_id": tea, "kind": "write_off", "quantity": "1", "reason": "damaged" });
        let _written_off = store.admin.post("/api/stock/adjustments", damaged).await.done();
    }
    let _other_shift = store.open_shift(&store.new_till("Till B").await, "0.00").await;
    for phone in ["+7 705 111 11 11", "+7 705 222 22 22"] {
        let _customer = store.admin.post("/api/customers", serde_json::json!({ "name": phone, "phone": phone })).await.done();
    }
    // Every list that is described with a cursor is asked for its second page; what it gives is shown to all others.
    let mut lists: Vec<String> = Vec::new();
    for operation in operations(&store).await {
        if operation.method == Method::GET && operation.query.iter().any(|name| name == "cursor") {
            lists.push(operation.path);
        }
    }
    let asked = |path: &str, cursor: &str| {
        let path = with_id(path, if path.starts_with("/api/office") { "1" } else { &tea });
        format!("{path}?limit=1&cursor={cursor}")
    };
    let mut cursors = Vec::new();
    for list in &lists {
        let answer = store.admin.get(asked(list, "")).await;
        let page = answer.json();
        let next = [&page["next"], &page["history"]["next"], &page["rows"]["next"]].into_iter().find_map(|next| next.as_str());
        if let (200, Some(next)) = (answer.status, next) {
            let _second_page = store.admin.get(asked(list, next)).await.done();
            cursors.push((list.clone(), next.to_owned()));
        }
    }
    assert!(cursors.len() >= 6, "{cursors:?}");
    let sales = |list: &str| list.ends_with("/sales");
    for list in lists.iter().filter(|list| cursors.iter().any(|(own, _)| own == *list)) {
        for nonsense in ["x", "5", "-1", "999999999", "%00", "sales.x"] {
            store.admin.get(asked(list, nonsense)).await.refused(422, "list.bad_cursor");
        }
        for (other, cursor) in cursors.iter().filter(|(other, _)| other != list && !(sales(other) && sales(list))) {
            let answer = store.admin.get(asked(list, cursor)).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "list.bad_cursor"), "{list} takes {cursor} of {other}");
        }
    }
}
