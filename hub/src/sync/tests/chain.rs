//! A chain of one store and its head office, through their public API: a sale in the store is a sale at the office.

use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::{House, Served, has_exactly};
use crate::config::Role;
use crate::sync::office::take_in;

/// A person at a browser.
struct Person {
    client: reqwest::Client,
    url: String,
    cookie: String,
}

impl Person {
    /// The first run of a hub; its administrator is signed in.
    async fn first(served: &Served, name: &str) -> Self {
        crate::web::tls::install_provider();
        let mut person = Self { client: reqwest::Client::new(), url: served.url.clone(), cookie: String::new() };
        let admin = json!({ "name": "Әсел", "phone": "+7 701 000 00 01", "password": "correct horse" });
        let store = json!({ "name": name, "zone": "Asia/Almaty", "currency": "KZT" });
        let answer = person.request(Method::POST, "/api/setup", json!({ "language": "ru", "store": store, "admin": admin })).await;
        let cookie = answer.headers().get("set-cookie").expect("the first run signs in").to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut person.cookie);
        person
    }

    async fn request(&self, method: Method, path: &str, body: Json) -> reqwest::Response {
        let request = self.client.request(method, format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let request = request.header("idempotency-key", Uuid::now_v7().to_string()).header("content-type", "application/json");
        request.body(body.to_string()).send().await.unwrap()
    }

    async fn says(&self, method: Method, path: &str, body: Json) -> (u16, Json) {
        let answer = self.request(method, path, body).await;
        (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    async fn asks(&self, path: &str) -> Json {
        let (status, answer) = self.says(Method::GET, path, json!({})).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn does(&self, path: &str, body: Json) -> Json {
        let (status, answer) = self.says(Method::POST, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    async fn is_refused(&self, path: &str, body: Json) -> Json {
        let (status, answer) = self.says(Method::POST, path, body).await;
        assert!(status >= 400, "{path}: {answer}");
        assert!(answer["detail"].as_str().is_some_and(|sentence| sentence.contains(' ')), "{answer}");
        answer
    }
}

fn kzt(amount: &str) -> Json {
    json!({ "amount": amount, "currency": "KZT" })
}

/// Opens a shift and makes ten goods; the till, and the goods.
async fn opened(store: &Person) -> (String, Vec<String>) {
    let tills = store.asks("/api/tills").await;
    let till = match tills[0]["id"].as_str() {
        Some(till) => till.to_owned(),
        None => store.does("/api/tills", json!({ "name": "Касса 1" })).await["id"].as_str().unwrap().to_owned(),
    };
    store.does("/api/shifts", json!({ "till_id": till, "counted": kzt("1000.00") })).await;
    let mut products = Vec::new();
    for number in 1..=10 {
        let product = json!({ "name": format!("Қызылша {number}"), "price": kzt("100.00") });
        products.push(store.does("/api/products", product).await["id"].as_str().unwrap().to_owned());
    }
    (till, products)
}

fn sale(till: &str, products: &[String]) -> Json {
    let lines: Vec<_> = products.iter().map(|product| json!({ "product_id": product, "quantity": "1" })).collect();
    let total = format!("{}00.00", lines.len());
    json!({ "till_id": till, "lines": lines, "payments": [{ "method": "cash", "amount": kzt(&total), "tendered": kzt(&total) }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_sees_a_sale_of_the_store_down_to_its_receipt() {
    let (shop, headquarters) = (House::new(Role::Store), House::new(Role::Office));
    let (shop_served, office_served) = (shop.serve().await, headquarters.serve().await);
    let store = Person::first(&shop_served, "Абай 10").await;
    let office = Person::first(&office_served, "Кеңсе").await;
    let (stop, stopped) = watch::channel(false);
    shop.app.sync.start(&shop.app, stopped);
    assert_eq!(store.asks("/api/sync").await["state"], "off");
    assert_eq!(store.is_refused("/api/office/codes", json!({ "store_name": "x" })).await["code"], "sync.not_an_office");
    assert_eq!(office.is_refused("/api/office/codes", json!({ "store_name": " " })).await["code"], "sync.name_missing");

    let (till, products) = opened(&store).await;
    let sold = store.does("/api/sales", sale(&till, &products)).await;
    let code = office.does("/api/office/codes", json!({ "store_name": "Абай 10" })).await["code"].as_str().unwrap().to_owned();
    let wrong = json!({ "url": office_served.url, "code": "AAAAA-AAAAA" });
    assert_eq!(store.is_refused("/api/sync/enroll", wrong).await["code"], "sync.wrong_code");
    let joined = store.does("/api/sync/enroll", json!({ "url": office_served.url, "code": code })).await;
    assert_eq!((&joined["state"], &joined["store_name"]), (&json!("enrolled"), &json!("Абай 10")));
    super::office::everything_arrived(&headquarters, 2, &shop).await;

    let query = crate::catalog::door::Query::of("қызылша", 20);
    let found = headquarters.app.read_now(|read| Ok(crate::catalog::door::search(read, 2, &query)?)).unwrap();
    assert_eq!(found.len(), 10, "goods are found at once");
    let stores = office.asks("/api/office/stores").await;
    assert_eq!(stores[0]["name"], "Абай 10");
    assert_eq!(stores[0]["sales_today"], kzt("1000.00"));
    assert_eq!(stores[0]["sales_count_today"], 1);
    assert_eq!(stores[0]["last_seq"], shop.end());
    assert_eq!(stores[0]["state"], "ok", "{stores}");
    let sales = office.asks("/api/office/stores/2/sales").await;
    assert_eq!(sales["items"][0]["number"], sold["number"]);
    assert_eq!(sales["items"][0]["till_name"], sold["till"]["name"]);
    assert_eq!(sales["totals"]["sales"], kzt("1000.00"));
    let id = sold["id"].as_str().unwrap();
    let here = office.asks(&format!("/api/office/stores/2/sales/{id}")).await;
    let there = store.asks(&format!("/api/sales/{id}")).await;
    assert_eq!(here, there, "nothing is recomputed");

    let returned = json!({ "sale_id": id, "lines": [{ "line": 1, "quantity": "1" }], "reason": "сынған", "till_id": till });
    store.does("/api/returns", returned).await;
    super::office::everything_arrived(&headquarters, 2, &shop).await;
    let days = office.asks("/api/office/stores/2/days").await;
    assert_eq!(days.as_array().unwrap().len(), 1);
    assert_eq!((&days[0]["sales"], &days[0]["returns"], &days[0]["count"]), (&kzt("1000.00"), &kzt("100.00"), &json!(1)));
    let bad_day = office.says(Method::GET, "/api/office/stores/2/days?from=yesterday", json!({})).await;
    assert_eq!((bad_day.0, &bad_day.1["code"]), (422, &json!("request.malformed")));
    let nobody = office.says(Method::GET, "/api/office/stores/9/sales", json!({})).await;
    assert_eq!((nobody.0, &nobody.1["code"]), (404, &json!("card.not_found")));
    has_exactly(&headquarters, 2, &shop, shop.end());

    let (status, cut) = store.says(Method::DELETE, "/api/sync", json!({})).await;
    assert_eq!((status, &cut["state"]), (200, &json!("off")));
    stop.send(true).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_erased_at_the_office_too() {
    let (shop, headquarters) = (House::new(Role::Store), House::new(Role::Office));
    let served = shop.serve().await;
    let store = Person::first(&served, "Абай 10").await;
    let number = headquarters.joins(&shop);
    let customer = store.does("/api/customers", json!({ "name": "Ерлан", "phone": "+7 701 222 33 44", "note": "" })).await;
    let id = customer["id"].as_str().unwrap();
    let blobs = |house: &House| super::count(house, "SELECT count(*) FROM personal");
    let deliver = async || {
        let batch = shop.batch(headquarters.tip(number) + 1, shop.end());
        take_in(&headquarters.app, number, batch.encode().unwrap().into()).await.unwrap();
    };
    deliver().await;
    assert_eq!(super::count(&headquarters, "SELECT count(*) FROM customer WHERE name = 'Ерлан'"), 1);
    let known = blobs(&headquarters);
    store.does(&format!("/api/customers/{id}/erase"), json!({})).await;
    deliver().await;
    assert_eq!(super::count(&headquarters, "SELECT count(*) FROM customer WHERE name = 'Ерлан'"), 0);
    assert_eq!(blobs(&headquarters), known - 1);
    has_exactly(&headquarters, number, &shop, shop.end());
}

/// Every list, card and report of the API, with and without words to search for: no question fails, whichever engine
/// keeps the books.
#[tokio::test(flavor = "multi_thread")]
async fn every_question_of_the_api_is_answered() {
    let shop = House::new(Role::Store);
    let served = shop.serve().await;
    let store = Person::first(&served, "Абай 10").await;
    let (till, products) = opened(&store).await;
    let sold = store.does("/api/sales", sale(&till, &products)).await["id"].as_str().unwrap().to_owned();
    let customer = store.does("/api/customers", json!({ "name": "Ерлан", "phone": "+7 701 222 33 44", "note": "" })).await;
    let ids = ["1", &till, &products[0], &sold, customer["id"].as_str().unwrap()];
    let queries =
        ["", "?q=кызыл&query=кызыл&search=ызыл&text=свкла&sort=price&limit=3&from=2026-01-01&to=2030-12-31&till_id=1&method=cash"];
    let mut asked = 0;
    let mut failed = Vec::new();
    for route in crate::domains::ALL.iter().flat_map(|domain| domain().routes) {
        if route.method() != "GET" && route.method() != "get" {
            continue;
        }
        let template = route.path.to_owned();
        for id in ids {
            let mut path = template.clone();
            while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                path.replace_range(from..=to, id);
            }
            for query in queries {
                let (status, answer) = store.says(Method::GET, &format!("{path}{query}"), json!({})).await;
                asked += 1;
                if status >= 500 {
                    failed.push(format!("{path}{query}: {status} {answer}"));
                }
            }
        }
    }
    assert!(asked > 200, "only {asked}");
    assert!(failed.is_empty(), "{failed:#?}");
}
