//! A few weeks of a small shop in one sitting: every kind of entry, and the odd cases among them, made by ordinary users
//! through the public API of the real programs.

use std::sync::Arc;

use duken_kernel::Writer;
use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::store::Sqlite;
use serde_json::{Value, json};

use super::file::Journal;
use super::returned::from_backups;
use crate::client::{Api, Call, tenge};
use crate::devices::terminal::{Buyer, Method, Outcome, Protection, Terminal, TerminalModes, TerminalOptions};
use crate::fixture::{Office, PASSWORD, Store, id_of, until};

/// The database's file in a data folder.
const BOOKS: &str = "duken.db";

/// Plays the story; the journals as the head office has them, which are all.
///
/// # Panics
/// When a program does not do what it did when this was written.
pub async fn play() -> Journal {
    let modes = TerminalModes { protection: Protection::On, actualize_pause_s: 1, ..TerminalModes::default() };
    let terminal = Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal");
    let machines = tempfile::tempdir().expect("a folder");
    let mut office = Office::new().await;
    let mut store = Store::new().await;
    office.join(&store, "Абай 10").await;
    settings(&store).await;
    staff(&store).await;
    let device = equipment(&store, &terminal).await;
    let goods = shelves(&store).await;
    let customer = customers(&store).await;
    let first = store.open_shift(&store.till, "10000.00").await;
    documents(&store, &goods, &customer).await;
    at_the_terminal(&store, &terminal, &goods[0]).await;
    returns(&store, &goods).await;
    let _gone = store.admin.post(format!("/api/devices/{device}/archive"), json!({})).await;
    close(&store, &first, "-50.00").await;
    let second = store.open_shift(&store.till, "5030.00").await;
    close(&store, &second, "0.00").await;
    checkpoint(&mut store);
    let _cut = store.admin.delete("/api/sync").await.done();
    office.join(&store, "Абай 10").await;
    let number = office.caught_up(&store).await;
    from_backups(&mut office, &mut store, &goods[0], machines.path()).await;
    parted_and_resumed(&mut office, &number).await;
    office.hub.stop();
    let books = Sqlite::open_readonly(&office.hub.data().join(BOOKS)).expect("the head office's books");
    Journal::of(&books).expect("the journals")
}

async fn settings(store: &Store) {
    store
        .settings(|settings| {
            settings["store"]["bin"] = "180740012345".into();
            settings["store"]["address"] = "Алматы, Абай 10".into();
            settings["rounding"] = json!({ "step": "1.00", "scope": "receipt" });
        })
        .await;
    let confirmed = store.admin.post("/api/clock/confirm", json!({})).await;
    assert!(confirmed.status < 300, "{}", confirmed.text());
}

async fn staff(store: &Store) {
    let api = &store.admin;
    let names = json!({ "ru": "Помощник", "kk": "Көмекші", "en": "Hand" });
    let role = json!({ "name": names, "permissions": [{ "permission": "sales.sell", "scope": "store" }] });
    let role = id_of(&api.post("/api/roles", role).await.done());
    let person = store.person_with(json!({ "name": "Бота", "role_ids": [role], "pin": "2468" })).await;
    let _changed = api.post(format!("/api/users/{}/password", person.id), json!({ "password": format!("{PASSWORD}8") })).await.done();
    let _removed = api.post(format!("/api/users/{}/pin", person.id), json!({ "pin": null })).await.done();
    let _away = api.post(format!("/api/users/{}/disable", person.id), json!({})).await.done();
    let _back = api.post(format!("/api/users/{}/enable", person.id), json!({})).await.done();
    let cashier = store.person("cashier").await;
    cashier.api.get("/api/roles").await.refused(403, "access.denied");
    let wrong = api.another_device().sign_in(&cashier.phone, "not his password").await;
    assert_eq!(wrong.status, 401);
    let _out = cashier.api.delete("/api/session").await;
    let _locked = api.post("/api/session/lock", json!({})).await;
    let _unlocked = api.post("/api/session/pin", json!({ "pin": "1357" })).await.done();
}

/// A printer that is never there, an agent that comes and goes, the terminal; the printer's id.
async fn equipment(store: &Store, terminal: &Terminal) -> String {
    let api = &store.admin;
    let code = api.post("/api/agents/pair", json!({})).await.done()["code"].clone();
    let paired = api.post("/link/pair", json!({ "code": code, "name": "касса-2", "link": 1 })).await.done();
    let agent = paired["agent_id"].as_str().expect("an id");
    let printer = json!({
        "kind": "printer", "name": "Далёкий", "agent_id": agent, "connection": { "type": "usb_lp", "path": "/dev/usb/lp0" },
    });
    let printer = id_of(&api.post("/api/devices", printer).await.done());
    let _away = api.delete(format!("/api/agents/{agent}")).await;
    let card = json!({
        "kind": "terminal", "name": "Kaspi",
        "connection": { "type": "network", "address": terminal.socket().to_string() },
        "protection": { "mode": "https_authority", "name": terminal.host_name(), "ca_pem": terminal.ca_pem() },
    });
    let device = id_of(&api.post("/api/devices", card).await.done());
    let tills = api.get("/api/tills").await.done();
    let mut till =
        tills.as_array().and_then(|tills| tills.iter().find(|till| till["id"] == store.till.as_str())).expect("the till").clone();
    till["terminal_id"] = device.as_str().into();
    let _saved = api.put(format!("/api/tills/{}", store.till), till).await.done();
    let _begun = api.post(format!("/api/devices/{device}/terminal/register"), json!({ "till_name": "Касса 1" })).await.done();
    until("the till is registered at the terminal", async || {
        let device = api.get(format!("/api/devices/{device}")).await.done();
        (device["state"] != "attention" && device["serial_number"].is_string()).then_some(())
    })
    .await;
    printer
}

/// Goods of every kind with what lies in stock; their ids: tea, nuts by weight, a service, bread.
async fn shelves(store: &Store) -> Vec<String> {
    let api = &store.admin;
    let category = id_of(&api.post("/api/categories", json!({ "name": "Бакалея", "color": "#AA5500" })).await.done());
    let tea = json!({
        "name": "Чай «Пиала»", "barcodes": ["4870001234560"], "category_id": category, "brand": "Piala", "unit": "pcs",
        "price": tenge("1250.00"), "purchase_price": tenge("900.00"), "minimum": "5",
    });
    let nuts = json!({ "name": "Жаңғақ", "unit": "kg", "price": tenge("3333.33"), "sku": "N1" });
    let delivery = json!({ "kind": "service", "name": "Доставка", "price": tenge("700.00") });
    let bread = json!({ "name": "Нан", "unit": "pcs", "price": tenge("180.00"), "make_barcode": true });
    let mut ids = Vec::new();
    for card in [tea, nuts, delivery, bread] {
        ids.push(id_of(&api.post("/api/products", card).await.done()));
    }
    let copy = id_of(&api.post(format!("/api/products/{}/duplicate", ids[0]), json!({})).await.done());
    let _away = api.post(format!("/api/products/{copy}/archive"), json!({})).await.done();
    let _back = api.post(format!("/api/products/{copy}/restore"), json!({})).await.done();
    let mut card = api.get(format!("/api/products/{}", ids[3])).await.done();
    card["price"] = tenge("190.00");
    let _dearer = api.put(format!("/api/products/{}", ids[3]), card).await.done();
    for (product, kind, quantity, cost) in [
        (&ids[0], "opening", "100", Some("900.00")),
        (&ids[1], "opening", "12.345", Some("2000.00")),
        (&ids[3], "opening", "40", None),
        (&ids[0], "found", "2", Some("950.00")),
        (&ids[0], "defect", "1", None),
        (&ids[1], "write_off", "0.345", None),
        (&ids[0], "shortage", "3", None),
        (&ids[3], "counted", "37", None),
    ] {
        let correction =
            json!({ "product_id": product, "kind": kind, "quantity": quantity, "reason": "учёт", "unit_cost": cost.map(tenge) });
        let _corrected = api.post("/api/stock/adjustments", correction).await.done();
    }
    import(api).await;
    ids
}

async fn import(api: &Api) {
    let list = "Наименование;Штрихкод;Цена;Остаток\nСахар 1 кг;4870001234577;520;30\nСоль;4870001234584;110,5;12\n";
    let head = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n";
    let body = format!("{head}{list}\r\n--XX--\r\n");
    let upload = Call::post("/api/import", &json!({})).saying("multipart/form-data; boundary=XX", body);
    let read = api.send(upload).await.done();
    let id = read["id"].as_str().expect("an id");
    let columns = json!({ "0": "name", "1": "barcodes", "2": "price", "3": "stock" });
    let preview = api.post(format!("/api/import/{id}/preview"), json!({ "columns": columns })).await.done();
    assert_eq!(preview["counts"]["create"], 2, "{preview}");
    let _begun = api.post(format!("/api/import/{id}/run"), json!({})).await.done();
    until("the list is in", async || (api.get(format!("/api/import/{id}")).await.done()["state"] == "done").then_some(())).await;
}

/// Two customers, of whom one is erased; the other's id.
async fn customers(store: &Store) -> String {
    let api = &store.admin;
    let kept = id_of(&api.post("/api/customers", json!({ "name": "Айжан", "phone": "+7 702 300 10 01", "note": "" })).await.done());
    let erased = json!({ "name": "Ерлан", "phone": "+7 702 300 10 02", "note": "звонил" });
    let erased = id_of(&api.post("/api/customers", erased).await.done());
    let _erased = api.post(format!("/api/customers/{erased}/erase"), json!({})).await.done();
    kept
}

/// Sales with every way of payment that needs no terminal, and what happens at the drawer.
async fn documents(store: &Store, goods: &[String], customer: &str) {
    let api = &store.admin;
    let [tea, nuts, delivery, bread] = goods else { panic!("four goods") };
    let mut cash = store.cash_sale(&[(tea, "2"), (delivery, "1")], "3200.00");
    cash["customer_id"] = customer.into();
    let _cash = api.post("/api/sales", cash).await.done();
    let mixed = json!({
        "lines": [{ "product_id": nuts, "quantity": "0.333" }, { "product_id": tea, "quantity": "3", "discount": { "kind": "amount", "value": "50" } }],
        "discount": { "kind": "percent", "value": "7" }, "customer_id": customer,
        "payments": [
            { "method": "card", "amount": tenge("1000.00") }, { "method": "transfer", "amount": tenge("500.00") },
            { "method": "cash", "amount": tenge("2973.00"), "tendered": tenge("3000.00") },
        ],
    });
    let _mixed = api.post("/api/sales", mixed).await.done();
    // More than there is: sold below zero, at the last known cost.
    let _below = api.post("/api/sales", store.cash_sale(&[(bread, "50")], "9500.00")).await.done();
    let yesterday = jiff::Zoned::now().yesterday().expect("a day before").date().to_string();
    let dated = json!({
        "lines": [{ "product_id": tea, "quantity": "1", "price": tenge("1200.00") }], "business_date": yesterday, "reason": "касса стояла",
        "payments": [{ "method": "cash", "amount": tenge("1200.00") }],
    });
    let _dated = api.post("/api/sales", dated).await.done();
    let cart = id_of(&api.post("/api/carts", json!({})).await.done());
    let _tea = api.post(format!("/api/carts/{cart}/lines"), json!({ "product_id": tea, "quantity": "1" })).await.done();
    let now = api.post(format!("/api/carts/{cart}/lines"), json!({ "product_id": bread, "quantity": "2" })).await.done();
    let line = now["lines"][1]["line"].as_i64().or_else(|| now["lines"][1]["id"].as_str()?.parse().ok()).expect("a line");
    let _less = api.delete(format!("/api/carts/{cart}/lines/{line}")).await.done();
    let cash = json!({ "method": "cash", "amount": tenge("1250.00") });
    let noted = api.post(format!("/api/carts/{cart}/payments"), cash.clone()).await.done();
    let taken_back = id_of(&noted["payments"][0]);
    let _unpaid = api.delete(format!("/api/carts/{cart}/payments/{taken_back}")).await.done();
    let _paid = api.post(format!("/api/carts/{cart}/payments"), cash).await.done();
    let _sold = api.post(format!("/api/carts/{cart}/complete"), json!({})).await.done();
    let _opened = api.post("/api/till/open-drawer", json!({ "reason": "размен" })).await;
    let shift = api.get("/api/till").await.done()["shift"]["id"].as_str().expect("a shift").to_owned();
    for (way, amount) in [("cash-in", "300.00"), ("cash-out", "5000.00")] {
        let _moved = api.post(format!("/api/shifts/{shift}/{way}"), json!({ "amount": tenge(amount), "reason": "банк" })).await.done();
    }
}

/// A cart of one product whose payment by terminal ends like this; its id.
async fn pays(store: &Store, product: &str, end: &str) -> (String, String) {
    let api = &store.admin;
    let cart = id_of(&api.post("/api/carts", json!({})).await.done());
    let _line = api.post(format!("/api/carts/{cart}/lines"), json!({ "product_id": product, "quantity": "1" })).await.done();
    let ask = json!({ "method": "kaspi", "amount": tenge("1250.00") });
    let now = api.post(format!("/api/carts/{cart}/payments"), ask).await.done();
    let payment = id_of(now["payments"].as_array().and_then(|all| all.last()).expect("a payment"));
    until(end, async || (api.get(format!("/api/payments/{payment}")).await.done()["state"] == end).then_some(())).await;
    (cart, payment)
}

/// Payments and a refund at the terminal: paid, declined, unknown and decided both ways, unknown and told by the bank.
async fn at_the_terminal(store: &Store, terminal: &Terminal, tea: &str) {
    let api = &store.admin;
    let complete = async |cart: &str| api.post(format!("/api/carts/{cart}/complete"), json!({})).await.done();
    let decide = async |payment: &str, outcome: &str| {
        let decision = json!({ "outcome": outcome, "reason": "смотрел в терминал" });
        api.post(format!("/api/payments/{payment}/decide"), decision).await.done()
    };
    let (cart, _) = pays(store, tea, "succeeded").await;
    let sale = complete(&cart).await;
    terminal.next(Buyer::Declines { by: Method::Card });
    let (_, _) = pays(store, tea, "failed").await;
    terminal.next(Buyer::LosesStartAnswer { by: Method::Qr });
    let (cart, payment) = pays(store, tea, "unknown").await;
    let _decided = decide(&payment, "paid").await;
    let _sold = complete(&cart).await;
    terminal.next(Buyer::LosesStartRequest);
    let (_, payment) = pays(store, tea, "unknown").await;
    let _decided = decide(&payment, "not_paid").await;
    terminal.next(Buyer::Unknown { by: Method::Qr, actualize_calls: Some(1), then: Outcome::Success });
    let (cart, _) = pays(store, tea, "succeeded").await;
    let _sold = complete(&cart).await;
    let wanted = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": "1" }], "reason": "брак" });
    let _asked = api.post("/api/returns", wanted).await.done();
    until("the terminal's refund", async || {
        let sale = api.get(format!("/api/sales/{}", sale["id"].as_str().expect("an id"))).await.done();
        (sale["state"] == "returned").then_some(())
    })
    .await;
}

/// Goods that come back: in parts by receipt, to several ways of payment, and without a receipt.
async fn returns(store: &Store, goods: &[String]) {
    let api = &store.admin;
    let sale = json!({
        "lines": [{ "product_id": goods[0], "quantity": "3" }],
        "discount": { "kind": "percent", "value": "3" },
        "payments": [{ "method": "card", "amount": tenge("1000.00") }, { "method": "cash", "amount": tenge("2638.00") }],
    });
    let sale = api.post("/api/sales", sale).await.done();
    for quantity in ["1", "2"] {
        let part = json!({ "sale_id": sale["id"], "lines": [{ "line": 1, "quantity": quantity }], "reason": "не подошло" });
        let _back = api.post("/api/returns", part).await.done();
    }
    let free = json!({ "lines": [{ "product_id": goods[3], "quantity": "1", "price": tenge("190.00") }], "reason": "без чека" });
    let _back = api.post("/api/returns", free).await.done();
}

/// Closes a shift with this much more (or less) than there should be.
async fn close(store: &Store, shift: &str, difference: &str) {
    let now = store.admin.get(format!("/api/shifts/{shift}/x-report")).await.done();
    let cents = |amount: &Value| amount.as_str().and_then(|sum| sum.replace('.', "").parse::<i64>().ok()).expect("a sum");
    let counted = cents(&now["expected_cash"]["amount"]) + cents(&difference.into());
    let counted = tenge(&format!("{}.{:02}", counted / 100, counted % 100));
    let _closed =
        store.admin.post(format!("/api/shifts/{shift}/close"), json!({ "counted": counted, "explanation": "монеты" })).await.done();
}

/// A checkpoint now, not after ten thousand entries.
fn checkpoint(store: &mut Store) {
    store.hub.stop();
    let schema = Arc::new(duken_hub::domains::schema());
    let books = Sqlite::open(&store.data().join(BOOKS)).expect("the store's books");
    let writer = Writer::open(books, schema, Arc::new(SystemClock), Arc::new(SystemChance)).expect("the writer");
    assert_eq!(writer.checkpoint_every(1).step(Vec::new()).entries, 1);
    store.hub.run();
}

/// The store was stopped as if its journal had parted, and a person let it go on.
async fn parted_and_resumed(office: &mut Office, number: &str) {
    office.hub.stop();
    let books = rusqlite::Connection::open(office.hub.data().join(BOOKS)).expect("the head office's books");
    assert_eq!(books.execute("UPDATE sync_store SET parted_at = 1 WHERE node = ?1", [number]).expect("noted"), 1);
    drop(books);
    office.hub.run();
    let _resumed = office.admin.post(format!("/api/office/stores/{number}/resume"), json!({})).await.done();
}
