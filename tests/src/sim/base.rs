//! The chain as every seed finds it: set up through the public API, once for a program's life.

use std::path::PathBuf;
use std::sync::OnceLock;

use duken_hub::config::Role;
use serde_json::{Value, json};

use super::dice::Dice;
use super::disk::{self, Image};
use super::entropy;
use super::node::Reply;
use super::people::{money, product_card, request_id, wire};
use super::world::{BEGIN_MS, World};

/// A till and who is signed in at it.
#[derive(Debug, Clone)]
pub struct Till {
    /// The number of its card.
    pub id: i64,
    /// The administrator's session here.
    pub admin: String,
    /// The cashier's session here; he may give no more than this discount, in hundredths of a percent.
    pub cashier: (String, i64),
}

/// What is known of a store.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Its name.
    pub name: &'static str,
    /// Its tills.
    pub tills: Vec<Till>,
    /// Its products and their prices.
    pub products: Vec<(i64, i64)>,
    /// The step to which receipts are rounded.
    pub step: i64,
}

/// A chain that was set up and switched off.
#[derive(Debug, Clone)]
pub struct Base {
    /// Where the machines' keys lie.
    pub folder: PathBuf,
    /// The machines: stores in the order of `shops`, then the head office.
    pub machines: Vec<(&'static str, Role, Image)>,
    /// The stores.
    pub shops: Vec<Shop>,
    /// When it was done.
    pub now_ms: i64,
}

/// Name, step of rounding, and for each till whether its devices hang on an agent's machine. Each till has a printer and a
/// terminal of its own.
const SHOPS: &[(&str, i64, &[bool])] = &[("almaty", 500, &[false, true]), ("shymkent", 100, &[false, false]), ("aktobe", 100, &[true])];
const OFFICE: &str = "office";
const PASSWORD: &str = "correct horse 7";

/// The chain. The folder is made anew for every program and taken away by [`forget`].
///
/// # Panics
/// When the chain cannot be set up: nothing is broken then, so the program is.
pub fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| std::thread::spawn(set_up).join().expect("the chain is set up"))
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("duken-sim-{}", std::process::id()))
}

/// Takes the machines' folders away.
pub fn forget() {
    let _never_made = std::fs::remove_dir_all(folder());
}

struct Caller {
    world: World,
    dice: Dice,
}

impl Caller {
    fn write(&mut self, node: usize, method: &str, path: &str, cookie: &str, body: &Value) -> (Value, Reply) {
        let id = request_id(self.world.now_ms, &mut self.dice);
        let reply = self.world.call(node, wire(method, path, cookie, Some(&id), body)).expect("an answer");
        let said = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(reply.status < 300, "{method} {path}: {} {said}", reply.status);
        (serde_json::from_str(&said).unwrap_or_default(), reply)
    }

    fn post(&mut self, node: usize, path: &str, cookie: &str, body: &Value) -> Value {
        self.write(node, "POST", path, cookie, body).0
    }

    fn get(&mut self, node: usize, path: &str, cookie: &str) -> Value {
        let reply = self.world.call(node, wire("GET", path, cookie, None, &Value::Null)).expect("an answer");
        assert_eq!(reply.status, 200, "{path}");
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    fn sign_in(&mut self, node: usize, phone: &str, till: i64) -> String {
        let body = json!({ "phone": phone, "password": PASSWORD, "till_id": till.to_string() });
        self.write(node, "POST", "/api/session", "", &body).1.cookie.expect("a session")
    }
}

fn number(card: &Value) -> i64 {
    card["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {card}"))
}

fn set_up() -> Base {
    entropy::seed(Dice::of(&[0]));
    disk::install();
    disk::set_randomness(Some(Dice::of(&[1])));
    let folder = folder();
    forget();
    let mut machines: Vec<(&'static str, Role, Image)> = SHOPS.iter().map(|(name, ..)| (*name, Role::Store, Image::default())).collect();
    machines.push((OFFICE, Role::Office, Image::default()));
    let world = World::new(0, BEGIN_MS, &folder, &machines);
    let mut caller = Caller { world, dice: Dice::of(&[2]) };
    caller.world.run_for(10);
    let office = SHOPS.len();
    let boss = first_run(&mut caller, office, OFFICE, 100);
    let shops: Vec<Shop> = (0..office).map(|at| shop(&mut caller, at, office, &boss)).collect();
    caller.world.run_for(120_000);
    let now_ms = caller.world.now_ms;
    for (node, machine) in caller.world.nodes.iter_mut().zip(&mut machines) {
        node.shut_down();
        machine.2 = node.disk.borrow().image();
    }
    caller.world.end();
    disk::set_randomness(None);
    Base { folder, machines, shops, now_ms }
}

fn first_run(caller: &mut Caller, node: usize, name: &str, step: i64) -> String {
    let admin = json!({ "name": "Aida", "phone": "+7 701 000 00 00", "password": PASSWORD, "pin": "1357" });
    let store = json!({ "name": name, "zone": "Asia/Almaty", "currency": "KZT" });
    let body = json!({ "language": "en", "store": store, "admin": admin });
    let cookie = caller.write(node, "POST", "/api/setup", "", &body).1.cookie.expect("a session");
    let mut settings = caller.get(node, "/api/settings", &cookie);
    settings["rounding"] = json!({ "step": money(step)["amount"], "scope": "receipt" });
    caller.write(node, "PUT", "/api/settings", &cookie, &settings);
    cookie
}

/// An agent, taken on by its six digits.
fn paired(caller: &mut Caller, node: usize, admin: &str) -> Value {
    let shown = caller.post(node, "/api/agents/pair", admin, &json!({}));
    caller.post(node, "/link/pair", "", &json!({ "link": 1, "code": shown["code"], "name": "Back room" }))["agent_id"].clone()
}

fn shop(caller: &mut Caller, node: usize, office: usize, boss: &str) -> Shop {
    let (name, step, tills) = SHOPS[node];
    let admin = first_run(caller, node, name, step);
    let roles = caller.get(node, "/api/roles", &admin);
    let role = roles.as_array().and_then(|all| all.iter().find(|role| role["built_in"] == "cashier")).expect("a role");
    let phone = "+7 702 000 00 01";
    let card = json!({ "name": "Bota", "phone": phone, "password": PASSWORD, "role_ids": [role["id"]], "discount_limit_percent": "10" });
    let cashier = number(&caller.post(node, "/api/users", &admin, &card));
    caller.post(node, &format!("/api/users/{cashier}/pin"), &admin, &json!({ "pin": "2468" }));
    let tills = tills
        .iter()
        .enumerate()
        .map(|(at, at_an_agent)| {
            let agent = at_an_agent.then(|| paired(caller, node, &admin)).unwrap_or(Value::Null);
            let device = |kind: &str, port: u16| {
                let connection = json!({ "type": "network", "address": format!("10.0.0.{}:{port}", 8 + at) });
                json!({ "kind": kind, "name": format!("{kind} {at}"), "connection": connection, "agent_id": agent })
            };
            let printer = caller.post(node, "/api/devices", &admin, &device("printer", 9_100))["id"].clone();
            let mut terminal = device("terminal", 8_080);
            terminal["protection"] = json!({ "mode": "http" });
            let terminal = caller.post(node, "/api/devices", &admin, &terminal)["id"].clone();
            let id = number(&caller.post(
                node,
                "/api/tills",
                &admin,
                &json!({ "name": format!("Till {at}"), "drawer": true, "printer_id": printer, "terminal_id": terminal }),
            ));
            let (admin, cashier) = (caller.sign_in(node, "+7 701 000 00 00", id), caller.sign_in(node, phone, id));
            let limit =
                caller.get(node, "/api/session", &cashier)["discount_limit_percent"].as_str().and_then(|text| text.parse::<f64>().ok());
            Till { id, admin, cashier: (cashier, limit.map_or(0, |percent| (percent * 100.0).round() as i64)) }
        })
        .collect();
    let prices = [30_000, 33_333, 7_777, 300, 50, 1_250_000];
    let products = prices
        .iter()
        .map(|price| (number(&caller.post(node, "/api/products", &admin, &product_card(&format!("Good {price}"), *price, 0))), *price))
        .collect();
    let code = caller.post(office, "/api/office/codes", boss, &json!({ "store_name": name }));
    let link = json!({ "url": "http://127.0.0.1:7071", "code": code["code"] });
    caller.post(node, "/api/sync/enroll", &admin, &link);
    Shop { name, tills, products, step }
}
