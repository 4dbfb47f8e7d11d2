//! Opening the shop through its public API.

use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::{Shop, Size};
use crate::client::{Api, Call, tenge};
use crate::fixture::{Hub, PASSWORD, Start, id_of, until};
use crate::replay::data_file;

const GOODS: &str = "catalog/uhtt_cyr_grocery_100k.tsv.zst";
const TILLS: usize = 8;
/// What lies in each drawer on the first morning, minor units.
const FLOAT: i64 = 1_000_000;

/// Sets the shop up on an empty folder: tills and cashiers, customers, goods with stock at a known cost. The hub has
/// stopped when this returns.
pub(super) async fn open(data: &Path, size: Size) -> anyhow::Result<Shop> {
    let mut hub = Hub::start(data, Start::default());
    let admin = Api::new(hub.address().clone());
    let set_up = json!({
        "language": "ru",
        "store": { "name": "Дүкен", "zone": "Asia/Almaty", "currency": "KZT" },
        "admin": { "name": "Айда", "phone": "+7 701 000 00 00", "password": PASSWORD },
    });
    let _session = admin.post("/api/setup", set_up).await.done();
    let number = |card: &Value| id_of(card).parse::<i64>().context("a number");
    let roles = admin.get("/api/roles").await.done();
    let role = roles.as_array().and_then(|roles| roles.iter().find(|r| r["built_in"] == "cashier")).context("cashiers")?["id"].clone();
    let (mut tills, mut cashiers, mut phones) = (Vec::new(), Vec::new(), Vec::new());
    for serial in 0..TILLS {
        let till = admin.post("/api/tills", json!({ "name": format!("Касса {}", serial + 1) })).await.done();
        let phone = format!("+7 702 000 00 {serial:02}");
        let card = json!({ "name": format!("Кассир {}", serial + 1), "phone": phone, "password": PASSWORD, "role_ids": [role] });
        cashiers.push(number(&admin.post("/api/users", card).await.done())?);
        let opening = json!({ "till_id": till["id"], "counted": tenge(&(FLOAT / 100).to_string()) });
        let shift = id_of(&admin.post("/api/shifts", opening).await.done());
        let closing = json!({ "counted": tenge(&(FLOAT / 100).to_string()) });
        let _closed = admin.post(format!("/api/shifts/{shift}/close"), closing).await.done();
        tills.push(number(&till)?);
        phones.push(phone);
    }
    let customers = customers(&admin, size.customers).await?;
    let prices = import(&admin, size.goods).await;
    hub.stop();
    let goods = crate::years::entries::goods(data, &prices)?;
    Ok(Shop { size, last_day: 0, tills, cashiers, phones, goods, customers, drawers: vec![FLOAT; TILLS] })
}

async fn customers(admin: &Api, most: usize) -> anyhow::Result<Vec<i64>> {
    const AT_ONCE: usize = 32;
    let mut numbers = Vec::with_capacity(most);
    for begin in (0..most).step_by(AT_ONCE) {
        let asking = (begin..most.min(begin + AT_ONCE)).map(|serial| {
            let phone = format!("+7 777 {:03} {:02} {:02}", serial / 10_000, serial / 100 % 100, serial % 100);
            admin.post("/api/customers", json!({ "name": format!("Покупатель {serial}"), "phone": phone }))
        });
        for answer in futures_util::future::join_all(asking).await {
            numbers.push(id_of(&answer.done()).parse().context("a number")?);
        }
    }
    Ok(numbers)
}

/// The price of the n-th of the goods, in minor units of whole tenge.
fn price(serial: usize) -> i64 {
    (100 + serial as i64 * 7 % 1_900) * 100
}

/// Imports the list as a user would; the price of each name.
async fn import(admin: &Api, most: usize) -> std::collections::HashMap<String, i64> {
    const BOUNDARY: &str = "a-list-of-goods";
    let bytes = zstd::decode_all(&std::fs::read(data_file(GOODS)).expect("the file")[..]).expect("zstd");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut list = "name\tbarcodes\tprice\tpurchase price\tstock\n".to_owned();
    let mut prices = std::collections::HashMap::new();
    for (serial, line) in text.lines().skip(1).enumerate() {
        let mut fields = line.split('\t').skip(1);
        let (code, name) = (fields.next().unwrap_or(""), fields.next().unwrap_or("").trim().replace('"', "''"));
        if name.is_empty() || prices.contains_key(&name) {
            continue;
        }
        let price = price(serial);
        list.push_str(&format!("{name}\t{code}\t{}\t{}\t1000000\n", price / 100, price / 100 * 6 / 10));
        prices.insert(name, price);
        if prices.len() == most {
            break;
        }
    }
    let mut body = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"goods.tsv\"\r\n\r\n").into_bytes();
    body.extend_from_slice(list.as_bytes());
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let upload = Call::post("/api/import", &Value::Null).saying(&format!("multipart/form-data; boundary={BOUNDARY}"), body);
    let uploaded = admin.send(upload).await.done();
    let path = format!("/api/import/{}", id_of(&uploaded));
    let columns = json!({ "0": "name", "1": "barcodes", "2": "price", "3": "purchase_price", "4": "stock" });
    let _preview = admin.post(format!("{path}/preview"), json!({ "columns": columns })).await.done();
    let _job = admin.post(format!("{path}/run"), json!({})).await.done();
    let outcome = until("the import", async || {
        let now = admin.get(path.as_str()).await.done();
        (now["state"] != "running").then_some(now)
    })
    .await;
    assert_eq!(outcome["state"], "done", "{outcome}");
    prices
}
