//! A lively store for looking and trying: made through the public API by ordinary users, step by step, each step once.

mod diary;
mod equipment;
mod goods;
mod history;
pub mod people;
mod pictures;

use std::path::Path;

use anyhow::Context as _;
use diary::{Diary, Writer, id_of};
use goods::{barcode, goods};
use history::Shop;
use people::{ADMIN, CASHIERS, OFFICE, PASSWORD};
use serde_json::{Value, json};

use crate::client::{Address, Api, tenge};

/// Where the demo store stands.
pub const ZONE: &str = "Asia/Almaty";

/// Where the programs answer.
#[derive(Debug, Clone)]
pub struct Places {
    /// The store's hub.
    pub store: String,
    /// The head office.
    pub office: String,
}

/// Codes that a scanner can be made to read: `[{code, name}]`.
#[must_use]
pub fn samples() -> Value {
    let goods = goods();
    let known = goods.iter().enumerate().filter_map(|(at, good)| Some(json!({ "code": barcode(at, good)?, "name": good.name })));
    let mut all: Vec<Value> = known.take(24).collect();
    all.push(json!({ "code": "4600000000008", "name": "(unknown code)" }));
    Value::from(all)
}

/// Makes what is not there yet. `folder` keeps what was done.
///
/// # Errors
/// A refusal, or a hub that does not answer.
pub async fn seed(places: &Places, folder: &Path) -> anyhow::Result<()> {
    let mut diary = Diary::open(folder)?;
    let store = diary.writer(device(&places.store));
    let office = diary.writer(device(&places.office));
    set_up(&store, "ru", &ADMIN, json!({ "name": "Дүкен «Береке»", "bin": "180740012345", "address": "Шымкент, ул. Байтурсынова, 18", "phone": "+7 725 200 18 18", "zone": ZONE, "currency": "KZT" })).await?;
    set_up(&office, "ru", &OFFICE, json!({ "name": "Береке — головной офис", "zone": ZONE, "currency": "KZT" })).await?;
    if !diary.has("people") {
        settings(&store).await?;
        people::hire(&store).await?;
        diary.note("people")?;
    }
    if !diary.has("link") {
        let code = office.post("link", "/api/office/codes", json!({ "store_name": "Береке, Шымкент" })).await?;
        let _link = store.post("link", "/api/sync/enroll", json!({ "url": places.office, "code": code["code"] })).await?;
        diary.note("link")?;
    }
    if !diary.has("sales") {
        let shop = Shop { goods: shelves(&store).await?, customers: customers(&store).await? };
        let tills = tills(&store).await?;
        let cashiers = at_tills(&diary, &store, &tills).await?;
        let today = diary.first_day()?;
        let shifts = open(&cashiers, &tills, "history").await?;
        history::weeks(&shop, &cashiers, today).await?;
        close(&cashiers, &shifts).await?;
        people::history_is_written(&store).await?;
        let cashiers = at_tills(&diary, &store, &tills).await?;
        let _shifts = open(&cashiers[..1], &tills, "today").await?;
        history::this_morning(&shop, &cashiers[0], today).await?;
        diary.note("sales")?;
    }
    Ok(())
}

/// A code for the store's agent to be paired by; none when its devices are in use already.
///
/// # Errors
/// A refusal.
pub async fn agent_code(places: &Places, folder: &Path) -> anyhow::Result<Option<String>> {
    let diary = Diary::open(folder)?;
    if diary.has("devices") {
        return Ok(None);
    }
    let store = diary.writer(device(&places.store));
    sign_in(&store, &ADMIN, None).await?;
    equipment::pairing_code(&store).await.map(Some)
}

/// Takes the devices into use, of which `said` is what `duken-devices` says of itself.
///
/// # Errors
/// A refusal.
pub async fn install(places: &Places, folder: &Path, said: &Value) -> anyhow::Result<()> {
    let mut diary = Diary::open(folder)?;
    if diary.has("devices") {
        return Ok(());
    }
    let store = diary.writer(device(&places.store));
    sign_in(&store, &ADMIN, None).await?;
    let page = said["http"].as_str().context("the devices have no page")?;
    equipment::install(&store, &device(page), said).await?;
    diary.note("devices")
}

/// A device on which nobody is signed in.
fn device(at: &str) -> Api {
    let address = Address::default();
    address.moved(at);
    Api::new(address)
}

async fn set_up(hub: &Writer, language: &str, admin: &people::Person, store: Value) -> anyhow::Result<()> {
    let state = hub.get("/api/setup").await?;
    if state["state"] == "first_run" {
        let admin = json!({ "name": admin.name, "phone": admin.phone, "password": PASSWORD, "pin": admin.pin });
        let _session = hub.post("set up", "/api/setup", json!({ "language": language, "store": store, "admin": admin })).await?;
    }
    sign_in(hub, admin, None).await
}

/// Sessions are no cards: each start has its own, under an id of its own.
async fn sign_in(hub: &Writer, person: &people::Person, till: Option<&str>) -> anyhow::Result<()> {
    let answer = hub.api.post("/api/session", json!({ "phone": person.phone, "password": PASSWORD, "till_id": till })).await;
    anyhow::ensure!(answer.status < 300, "{} cannot sign in: {}", person.name, answer.text());
    Ok(())
}

async fn settings(admin: &Writer) -> anyhow::Result<()> {
    let mut settings = admin.get("/api/settings").await?;
    settings["receipt_fields"]["thanks"] = "Рақмет! Спасибо за покупку!".into();
    settings["receipt_language"] = "both".into();
    let _saved = admin.put("settings", "/api/settings", settings).await?;
    Ok(())
}

/// Categories, goods with pictures, and what lies in stock.
async fn shelves(admin: &Writer) -> anyhow::Result<Vec<(String, goods::Good)>> {
    let mut categories: Vec<(String, String)> = Vec::new();
    let mut made = Vec::new();
    for (at, good) in goods().into_iter().enumerate() {
        let category = match categories.iter().find(|(name, _)| *name == good.category) {
            Some((_, id)) => id.clone(),
            None => {
                let card = json!({ "name": good.category, "color": format!("#{}", good.color) });
                let id = id_of(&admin.post(&good.category, "/api/categories", card).await?)?;
                categories.push((good.category.clone(), id.clone()));
                id
            }
        };
        let photo = admin.upload(&good.name, &pictures::picture(&good)?).await?;
        let card = json!({
            "kind": if good.is_service() { "service" } else { "product" },
            "name": good.name,
            "brand": good.brand,
            "unit": good.unit,
            "category_id": category,
            "sku": format!("B{:03}", at + 1),
            "barcodes": barcode(at, &good).into_iter().collect::<Vec<_>>(),
            "price": tenge(&good.price.to_string()),
            "purchase_price": good.cost.map(|cost| tenge(&cost.to_string())),
            "minimum": good.cost.map(|_| if at % 5 == 0 { "40" } else { "10" }),
            "photo_hashes": [photo],
        });
        let id = id_of(&admin.post(&good.name, "/api/products", card).await?)?;
        if let Some(cost) = good.cost {
            let quantity = if at % 5 == 0 { 190 + at % 7 * 30 } else { 45 + at % 11 * 8 };
            let opening = json!({ "product_id": id, "kind": "opening", "quantity": quantity.to_string(), "reason": "Начальные остатки", "unit_cost": tenge(&cost.to_string()) });
            let _adjustment = admin.post(&good.name, "/api/stock/adjustments", opening).await?;
        }
        made.push((id, good));
    }
    Ok(made)
}

async fn customers(admin: &Writer) -> anyhow::Result<Vec<String>> {
    const CUSTOMERS: [(&str, &str); 8] = [
        ("Айжан Серікова", "+7 702 300 10 01"),
        ("Бауыржан Әлиев", "+7 702 300 10 02"),
        ("Наталья Соколова", "+7 702 300 10 03"),
        ("Нұрсұлтан Қайратов", "+7 702 300 10 04"),
        ("Людмила Цой", "+7 702 300 10 05"),
        ("Жанар Төлегенова", "+7 702 300 10 06"),
        ("Рустам Юсупов", "+7 702 300 10 07"),
        ("Кафе «Дастархан»", "+7 702 300 10 08"),
    ];
    let mut ids = Vec::new();
    for (name, phone) in CUSTOMERS {
        ids.push(id_of(&admin.post(phone, "/api/customers", json!({ "name": name, "phone": phone, "note": "" })).await?)?);
    }
    Ok(ids)
}

/// The first till is there since the set-up; a second beside it.
async fn tills(admin: &Writer) -> anyhow::Result<Vec<String>> {
    let now = admin.get("/api/tills").await?;
    let first = id_of(now.get(0).context("a till from the set-up")?)?;
    let second = admin.post("till 2", "/api/tills", json!({ "name": "Касса 2" })).await?;
    Ok(vec![first, id_of(&second)?])
}

async fn at_tills(diary: &Diary, store: &Writer, tills: &[String]) -> anyhow::Result<Vec<Writer>> {
    let mut cashiers = Vec::new();
    for (person, till) in CASHIERS.iter().zip(tills) {
        let cashier = diary.writer(store.api.another_device());
        sign_in(&cashier, person, Some(till)).await?;
        cashiers.push(cashier);
    }
    Ok(cashiers)
}

async fn open(cashiers: &[Writer], tills: &[String], name: &str) -> anyhow::Result<Vec<String>> {
    let mut shifts = Vec::new();
    for (cashier, till) in cashiers.iter().zip(tills) {
        let counted = cashier.post(&format!("{name} {till}"), "/api/shifts", json!({ "till_id": till, "counted": tenge("30000") })).await?;
        shifts.push(id_of(&counted)?);
    }
    Ok(shifts)
}

/// Takes the takings out and closes: what is left is what the next shift begins with.
async fn close(cashiers: &[Writer], shifts: &[String]) -> anyhow::Result<()> {
    for (cashier, shift) in cashiers.iter().zip(shifts) {
        let now = cashier.get(&format!("/api/shifts/{shift}")).await?;
        if now["state"] == "closed" {
            continue;
        }
        let expected: i64 =
            now["expected_cash"]["amount"].as_str().and_then(|sum| sum.split('.').next()?.parse().ok()).context("what is expected")?;
        let takings = json!({ "amount": tenge(&(expected - 30_000).to_string()), "reason": "Инкассация" });
        let _out = cashier.post("takings", &format!("/api/shifts/{shift}/cash-out"), takings).await?;
        let _report = cashier.post("close", &format!("/api/shifts/{shift}/close"), json!({ "counted": tenge("30000") })).await?;
    }
    Ok(())
}
