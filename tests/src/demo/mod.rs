//! The demo store as `./dev run` shows it. The store makes itself; what is left is done through the public API by
//! ordinary users, step by step, each step once: the head office, the link to it, the devices on the counters.

mod diary;
mod equipment;
pub mod people;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use diary::{Diary, Writer};
use people::{ADMIN, OFFICE, PASSWORD, Person};
use serde_json::{Value, json};

use crate::client::{Address, Api};

const ZONE: &str = "Asia/Almaty";
/// How long the store may take to make itself.
const PATIENCE: Duration = Duration::from_secs(300);

/// Where the programs answer.
#[derive(Debug, Clone)]
pub struct Places {
    /// The store's hub.
    pub store: String,
    /// The head office.
    pub office: String,
}

/// What the store made of itself.
#[derive(Debug, Clone)]
pub struct Made {
    /// Who works there: name, phone, PIN, role; and the password of all.
    pub people: Value,
    /// Codes that a scanner can be made to read: `[{code, name}]`.
    pub samples: Value,
}

/// Makes what is not there yet, and says what is. `folder` keeps what was done.
///
/// # Errors
/// A refusal, or a hub that does not answer.
pub async fn seed(places: &Places, folder: &Path) -> anyhow::Result<Made> {
    let mut diary = Diary::open(folder)?;
    let store = diary.writer(device(&places.store));
    let office = diary.writer(device(&places.office));
    let card = json!({ "name": "Дүкен «Береке»", "bin": "180740012345", "address": "Шымкент, ул. Байтурсынова, 18", "phone": "+7 725 200 18 18", "zone": ZONE, "currency": "KZT" });
    set_up(&store, &ADMIN, json!({ "language": "ru", "store": card, "demo": true })).await?;
    set_up(&office, &OFFICE, json!({ "language": "ru", "store": { "name": "Береке — головной офис", "zone": ZONE, "currency": "KZT" } }))
        .await?;
    if !diary.has("link") {
        let code = office.post("link", "/api/office/codes", json!({ "store_name": "Береке, Шымкент" })).await?;
        let _link = store.post("link", "/api/sync/enroll", json!({ "url": places.office, "code": code["code"] })).await?;
        diary.note("link")?;
    }
    let people = made(&store).await?;
    Ok(Made { people, samples: samples(&store).await? })
}

/// Waits until the store has its past.
async fn made(store: &Writer) -> anyhow::Result<Value> {
    let mut pace = tokio::time::interval(Duration::from_millis(200));
    let making = async {
        loop {
            pace.tick().await;
            let demo = store.get("/api/demo").await?;
            match demo["state"].as_str() {
                Some("done") => return Ok(demo),
                Some("running") => {}
                _ => bail!("the store does not make itself a demo: {demo}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, making).await.context("the demo store takes too long")?
}

async fn samples(store: &Writer) -> anyhow::Result<Value> {
    let goods = store.get("/api/products?limit=60").await?;
    let rows = goods["items"].as_array().context("goods")?;
    let known = rows.iter().filter_map(|good| Some(json!({ "code": good["barcodes"].get(0)?, "name": good["name"] })));
    let mut all: Vec<Value> = known.take(24).collect();
    all.push(json!({ "code": "4600000000008", "name": "(unknown code)" }));
    Ok(Value::from(all))
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
    sign_in(&store, &ADMIN).await?;
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
    sign_in(&store, &ADMIN).await?;
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

async fn set_up(hub: &Writer, admin: &Person, mut asked: Value) -> anyhow::Result<()> {
    let state = hub.get("/api/setup").await?;
    if state["state"] == "first_run" {
        asked["admin"] = json!({ "name": admin.name, "phone": admin.phone, "password": PASSWORD, "pin": admin.pin });
        let _session = hub.post("set up", "/api/setup", asked).await?;
    }
    sign_in(hub, admin).await
}

/// Sessions are no cards: each start has its own, under an id of its own.
async fn sign_in(hub: &Writer, person: &Person) -> anyhow::Result<()> {
    let answer = hub.api.post("/api/session", json!({ "phone": person.phone, "password": PASSWORD })).await;
    anyhow::ensure!(answer.status < 300, "{} cannot sign in: {}", person.name, answer.text());
    Ok(())
}
